//! Stores to test: a SQLite file of its own, or a workspace of its own on a throw-away server.

use relais_app::port::store::Store;
use relais_core::id::WorkspaceId;
use relais_store::Options;
use std::sync::Arc;
use uuid::Uuid;

/// Where a test's data lives; it can be opened again.
pub struct Place {
    pub url: String,
    pub workspace: WorkspaceId,
    /// Removed with the place.
    _dir: Option<tempfile::TempDir>,
}

impl Place {
    pub async fn open(&self) -> Arc<dyn Store> {
        relais_store::open(&self.url, self.workspace, Options::throw_away()).await.unwrap()
    }
}

pub fn sqlite() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", dir.path().join("store.db").display());
    Place { url, workspace: WorkspaceId(Uuid::from_u128(1)), _dir: Some(dir) }
}
