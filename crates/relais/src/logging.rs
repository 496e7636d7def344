//! Where log lines go and how they look. They carry ids, never texts or personal data.

use crate::config::{Config, LogFormat};
use crate::startup::Refusal;
use tracing_subscriber::EnvFilter;

pub fn start(config: &Config) -> Result<(), Refusal> {
    let filter = EnvFilter::try_new(&config.log_level).map_err(|error| {
        Refusal::new(
            format!("log_level `{}` cannot be read: {error}", config.log_level),
            "write info, debug, or e.g. info,relais_app=debug",
        )
    })?;
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => lines.with_ansi(false).init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
    Ok(())
}
