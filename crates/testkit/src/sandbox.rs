//! The sandbox as the product runs it: real store, doubles of the helpers.

use crate::demo;
use relais_app::port::model::Model;
use relais_app::sandbox::{Sandbox, SandboxPorts, StoreFactory};
use relais_core::id::WorkspaceId;
use relais_core::workspace::Document;
use relais_sim::doubles::{Ears, connectors, models};
use relais_store::Options;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// A sandbox over the demo; its stores live until it is dropped.
pub fn demo_sandbox() -> Sandbox {
    with(demo::document(), None)
}

/// The same over a changed demo, with one more model by its name.
pub fn with(document: Document, model: Option<(String, Arc<dyn Model>)>) -> Sandbox {
    Sandbox::new(SandboxPorts {
        store: stores(),
        demos: BTreeMap::from([("maison-lumiere".to_owned(), document)]),
        models: models().into_iter().chain(model).collect(),
        orders: connectors(),
        ears: Arc::new(Ears::default()),
    })
}

fn stores() -> StoreFactory {
    let dir = Arc::new(TempDir::new().expect("a test may write to the temporary folder"));
    let made = Arc::new(AtomicU64::new(0));
    Arc::new(move || {
        let (dir, number) = (dir.clone(), made.fetch_add(1, Ordering::Relaxed));
        Box::pin(async move {
            let url = |n: u64| format!("sqlite://{}", dir.path().join(format!("{n}.db")).display());
            // The store before the last is closed by now.
            if let Some(old) = number.checked_sub(2) {
                relais_store::wipe(&url(old))?;
            }
            let workspace = WorkspaceId(uuid::Uuid::from_u128(1));
            relais_store::open(&url(number), workspace, Options::throw_away()).await
        })
    })
}
