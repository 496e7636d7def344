//! Stores to test: a SQLite file of its own, or a workspace of its own on a throw-away server.

use relais_app::at_rest::Ring;
use relais_app::clock::SystemRandom;
use relais_app::port::store::Store;
use relais_core::id::WorkspaceId;
use relais_store::Options;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use uuid::Uuid;

/// Where a test's data lives; it can be opened more than once.
pub struct Place {
    pub url: String,
    pub workspace: WorkspaceId,
    /// What is content is sealed.
    pub is_sealed: bool,
    /// Removed with the place.
    _dir: Option<tempfile::TempDir>,
}

impl Place {
    pub async fn open(&self) -> Arc<dyn Store> {
        self.open_as(self.workspace).await
    }

    /// Another workspace in the same database.
    pub async fn open_as(&self, workspace: WorkspaceId) -> Arc<dyn Store> {
        if self.is_sealed {
            let opened = relais_store::prepare(&self.url, workspace, Options::throw_away()).await;
            return opened.unwrap().sealed_by(ring(workspace, true));
        }
        relais_store::open(&self.url, workspace, Options::throw_away()).await.unwrap()
    }
}

/// The data key of all tests.
pub fn ring(workspace: WorkspaceId, is_sealing: bool) -> Arc<Ring> {
    Arc::new(Ring::new(workspace, &[[7; 32]], is_sealing, Arc::new(SystemRandom)))
}

pub fn sqlite() -> Place {
    let dir = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", dir.path().join("store.db").display());
    Place { url, workspace: fresh_workspace(), is_sealed: false, _dir: Some(dir) }
}

pub fn sqlite_sealed() -> Place {
    Place { is_sealed: true, ..sqlite() }
}

pub fn postgres() -> Option<Place> {
    let url = relais_testkit::postgres::url()?.to_owned();
    Some(Place { url, workspace: fresh_workspace(), is_sealed: false, _dir: None })
}

pub fn postgres_sealed() -> Option<Place> {
    Some(Place { is_sealed: true, ..postgres()? })
}

/// On a server of one's own.
pub fn on(url: &str, is_sealed: bool) -> Place {
    Place { url: url.to_owned(), workspace: fresh_workspace(), is_sealed, _dir: None }
}

/// Nobody else's in this run.
pub fn fresh_workspace() -> WorkspaceId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    WorkspaceId(Uuid::from_u128(u128::from(NEXT.fetch_add(1, Ordering::Relaxed))))
}
