//! Stand-ins for the helpers a conversation may ask, inside the process and without waiting. Each
//! counts its calls.

mod ears;
mod model;

pub use ears::RecordedVoice;
pub use model::{HostileModel, MockModel, SilentModel};

use relais_app::port::helpers::Model;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How often a double was asked.
#[derive(Debug, Default)]
pub struct Calls(AtomicU64);

impl Calls {
    /// Counts one more and says which it is, from 0.
    fn next(&self) -> u64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    pub fn count(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The model doubles by the names the sandbox knows them by.
pub fn models() -> BTreeMap<String, Arc<dyn Model>> {
    BTreeMap::from([
        ("mock".to_owned(), Arc::new(MockModel::default()) as Arc<dyn Model>),
        ("mock-hostile".to_owned(), Arc::new(HostileModel::default())),
        ("mock-timeout".to_owned(), Arc::new(SilentModel::default())),
    ])
}
