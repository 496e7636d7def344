//! Encryption at rest: the data key is made when it is switched on, sealed by the master key, and
//! from then on needed to open the database, also when it is switched off again.

use super::{WORKSPACE, keys};
use crate::config::Config;
use crate::startup::Refusal;
use relais_app::at_rest::{self, Ring};
use relais_app::clock::SystemRandom;
use relais_app::port::store::Store;
use relais_store::Opened;
use std::sync::Arc;

/// The store, with what people say and are sealed if that is on, or was.
pub async fn store(config: &Config, opened: Opened) -> Result<Arc<dyn Store>, Refusal> {
    let of_store = |error| Refusal::of_store(&error);
    match ring(config, &opened).await? {
        Some(ring) => Ok(opened.sealed_by(ring)),
        None => opened.plain().await.map_err(of_store),
    }
}

/// The ring of a database; nothing where nothing was ever sealed, and nothing is to be.
pub async fn ring(config: &Config, opened: &Opened) -> Result<Option<Arc<Ring>>, Refusal> {
    let of_store = |error| Refusal::of_store(&error);
    let stored = opened.content_keys().await.map_err(of_store)?;
    let stored = match stored {
        Some(stored) => stored,
        None if config.encrypt_at_rest => {
            let first = at_rest::keys::fresh(WORKSPACE, &keys::vault(config)?, &SystemRandom);
            // Another program may have been faster.
            opened.content_keys_or(&first).await.map_err(of_store)?
        }
        None => return Ok(None),
    };
    unlock(config, &stored).map(Some)
}

/// The ring of a store that is open, for the files beside it.
pub async fn ring_of(config: &Config, store: &dyn Store) -> Result<Option<Arc<Ring>>, Refusal> {
    let stored = store.setting(at_rest::keys::SETTING).await;
    match stored.map_err(|error| Refusal::of_store(&error))? {
        Some(stored) => unlock(config, &stored).map(Some),
        None => Ok(None),
    }
}

fn unlock(config: &Config, stored: &str) -> Result<Arc<Ring>, Refusal> {
    let refusal = |sentence: String| {
        Refusal::new(
            sentence,
            "put back the master key it was encrypted under (`master.key` in `data_dir`, or \
             `master_key`); nothing was changed",
        )
    };
    // None is made here: a fresh one would open nothing and stand in the place of the right one.
    let Some(vault) = keys::known(config)? else {
        return Err(refusal("the database is encrypted and no master key is here".to_owned()));
    };
    let random = Arc::new(SystemRandom);
    let ring = at_rest::keys::open(WORKSPACE, stored, &vault, config.encrypt_at_rest, random);
    ring.map(Arc::new).map_err(|_| {
        refusal(format!(
            "the database is encrypted under another master key than the one that is here, {}",
            vault.key_id()
        ))
    })
}
