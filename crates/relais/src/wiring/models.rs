//! The connection to a language model: settings from the store, keys from the vault, providers from
//! the adapters.

use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring::keys;
use relais_adapters::llm;
use relais_app::model::Models;
use relais_app::service::Service;
use std::sync::Arc;
use std::time::Duration;

/// Another node's change is seen after this time at the latest.
const FOLLOW: Duration = Duration::from_secs(30);

/// The connection of this process; nothing is in place yet.
pub fn open(config: &Config, service: Arc<Service>) -> Result<Arc<Models>, Refusal> {
    let maker = llm::Models::new(&config.model_hosts, config.allow_loopback).map_err(|error| {
        Refusal::new(
            format!("the HTTP client for models cannot be made: {error}"),
            "check model_hosts and the certificates of this machine",
        )
    })?;
    let config = config.clone();
    let vault = move || keys::vault(&config).map_err(|refusal| refusal.to_string());
    Ok(Arc::new(Models::new(service, Arc::new(maker), Box::new(vault))))
}

/// Keeps what is in place the same as what is stored, for as long as the process runs. Without a
/// model everything works, so a failure is no reason to stop.
pub async fn follow(service: Arc<Service>, models: Arc<Models>) {
    let mut moved = service.settings_moved();
    loop {
        if let Err(error) = models.follow().await {
            tracing::error!(%error, "the model's settings cannot be used; it stays as it was");
        }
        // Told, or a little later without it.
        let _ = tokio::time::timeout(FOLLOW, moved.changed()).await;
    }
}
