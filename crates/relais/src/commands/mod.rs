//! Commands that do their work and end.

pub mod admin;
pub mod backup;
pub mod doctor;
pub mod encrypt;
pub mod log;
pub mod model;
pub mod nlu;
pub mod rotate;
pub mod simulate;
pub mod transfer;

use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring;
use relais_adapters::channels::pacing::Pacing;
use relais_app::port::store::Store;
use relais_app::service::Service;
use std::path::Path;
use std::sync::Arc;

/// The database of a command that only works on one: where there is none, none is made.
pub(crate) async fn existing(config: &Config) -> Result<Arc<dyn Store>, Refusal> {
    let url = config.database_url();
    if let Some(path) = url.strip_prefix("sqlite://")
        && !Path::new(path).exists()
    {
        return Err(Refusal::new(
            format!("there is no database {path}"),
            "name it with RELAIS_DATABASE (the demo keeps its own), or start \
             `relais serve` once",
        ));
    }
    wiring::store(config).await
}

/// The workspace in the database, without its loops: nothing is sent.
pub(crate) async fn service(config: &Config) -> Result<Arc<Service>, Refusal> {
    let store = existing(config).await?;
    if store.latest_version().await.map_err(|e| Refusal::of_store(&e))?.is_none() {
        return Err(Refusal::new(
            "the database is empty",
            "check RELAIS_DATABASE, or start `relais serve` once",
        ));
    }
    let first = wiring::files::starter()?;
    wiring::service(config, store, Arc::new(Pacing::default()), first, None).await
}
