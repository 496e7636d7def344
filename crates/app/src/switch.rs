//! One red switch: the assistant answers nobody, people answer everybody.

use crate::port::store::{Result, Store};
use crate::service::Service;
use relais_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering};

const SETTING: &str = "assistant.stopped";

/// Who stopped it, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    pub by: String,
    pub at: Timestamp,
}

/// What this process knows of it; another node's wish is seen with the next look at the setting.
#[derive(Debug, Default)]
pub(crate) struct Switch(AtomicBool);

impl Switch {
    pub(crate) async fn load(store: &dyn Store) -> Result<Self> {
        Ok(Self(AtomicBool::new(stop(store).await?.is_some())))
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

async fn stop(store: &dyn Store) -> Result<Option<Stop>> {
    let text = store.setting(SETTING).await?;
    Ok(text.and_then(|json| serde_json::from_str(&json).ok()))
}

impl Service {
    /// Who stopped the assistant; nothing while it works.
    pub async fn stopped(&self) -> Result<Option<Stop>> {
        let stop = stop(&**self.store()).await?;
        self.switch().0.store(stop.is_some(), Ordering::Relaxed);
        Ok(stop)
    }

    /// Stops the assistant everywhere, or lets it work again.
    pub async fn stop_assistant(&self, stop: Option<Stop>) -> Result<()> {
        let json = stop.as_ref().map(|s| serde_json::to_string(s).expect("plain data"));
        self.store().put_setting(SETTING, json.as_deref()).await?;
        self.switch().0.store(stop.is_some(), Ordering::Relaxed);
        Ok(())
    }
}
