//! What a sandbox of this program is made of: a throw-away SQLite file for every reset, the
//! workspaces it may be asked for, and the doubles of the helpers.

use relais_app::port::store::{Store, StoreError};
use relais_app::sandbox::{SandboxPorts, StoreFactory};
use relais_core::id::WorkspaceId;
use relais_core::workspace::Document;
use relais_sim::doubles::{self, Counted, Ears};
use relais_store::Options;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The demo workspace's name in `reset`.
pub const DEMO: &str = "maison-lumiere";

/// The demo workspace as it ships.
pub fn demo() -> anyhow::Result<Document> {
    macro_rules! part {
        ($($name:literal),+ $(,)?) => {
            BTreeMap::from([$((
                $name.to_owned(),
                include_str!(concat!("../../../demo/maison-lumiere/", $name, ".yaml")).to_owned(),
            )),+])
        };
    }
    let files = part!(
        "workspace",
        "texts",
        "hours",
        "teams",
        "agents",
        "triggers",
        "knowledge",
        "orders",
        "contacts",
        "flow",
        "snippets",
        "macros",
        "templates",
        "tags",
    );
    relais_app::files::read(&files).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the demo workspace cannot be read: {}", errors.join("; "))
    })
}

/// The ports of a sandbox that knows one workspace; `calls` counts what is asked of models.
pub fn ports(document: Document, calls: &Arc<AtomicU64>) -> SandboxPorts {
    let counted = |model| -> Arc<dyn relais_app::port::model::Model> {
        Arc::new(Counted { model, calls: Arc::clone(calls) })
    };
    SandboxPorts {
        store: throw_away_stores(),
        demos: BTreeMap::from([(DEMO.to_owned(), document)]),
        models: doubles::models().into_iter().map(|(name, m)| (name, counted(m))).collect(),
        orders: doubles::connectors(),
        ears: Arc::new(Ears::default()),
    }
}

/// A new file for every reset, in a folder that goes with the last of them.
fn throw_away_stores() -> StoreFactory {
    let folder = Arc::new(tempfile::tempdir());
    let made = Arc::new(AtomicU64::new(0));
    Arc::new(move || {
        let (folder, number) = (Arc::clone(&folder), made.fetch_add(1, Ordering::Relaxed));
        Box::pin(async move {
            let folder = folder.as_ref().as_ref().map_err(|e| {
                StoreError::Unavailable(format!("there is no place for a sandbox: {e}"))
            })?;
            let url = |number: u64| {
                format!("sqlite://{}", folder.path().join(format!("{number}.db")).display())
            };
            // The world before this one may still be open; the one before that is closed.
            if let Some(old) = number.checked_sub(2) {
                relais_store::wipe(&url(old))?;
            }
            let workspace = WorkspaceId(uuid::Uuid::from_u128(1));
            let store: Arc<dyn Store> =
                relais_store::open(&url(number), workspace, Options::throw_away()).await?;
            Ok(store)
        })
    })
}
