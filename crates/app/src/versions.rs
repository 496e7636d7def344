//! Published versions of the workspace's files, built once each. A running conversation keeps the
//! version it was opened with (R22).

use crate::port::store::{Committed, Store, StoreError, VersionRow};
use crate::service::PublishError;
use parking_lot::{Mutex, RwLock};
use relais_core::broken::is_missing;
use relais_core::time::Timestamp;
use relais_core::understanding::vectors::Vectors;
use relais_core::workspace::Document;
use relais_core::workspace::snapshot::{Invalid, Snapshot};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Old versions kept built; the oldest go first.
const KEPT: usize = 8;

#[derive(Debug)]
pub(crate) struct Versions {
    newest: RwLock<Arc<Snapshot>>,
    older: Mutex<BTreeMap<i64, Arc<Snapshot>>>,
    /// One edit at a time.
    edits: tokio::sync::Mutex<()>,
}

impl Versions {
    pub(crate) fn new(newest: Arc<Snapshot>) -> Self {
        Self {
            newest: RwLock::new(newest),
            older: Mutex::new(BTreeMap::new()),
            edits: tokio::sync::Mutex::default(),
        }
    }

    /// Whoever reads, changes and publishes does so alone in this process.
    pub(crate) async fn edits(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.edits.lock().await
    }

    pub(crate) fn newest(&self) -> Arc<Snapshot> {
        self.newest.read().clone()
    }

    /// The version a conversation runs on. One that is gone, or that this engine cannot read any
    /// more, is replaced by the newest: nobody is stranded.
    pub(crate) async fn of(
        &self,
        version: i64,
        store: &dyn Store,
    ) -> Result<Arc<Snapshot>, StoreError> {
        let newest = self.newest();
        if newest.version == version || is_missing("R22") {
            return Ok(newest);
        }
        if let Some(found) = self.older.lock().get(&version) {
            return Ok(found.clone());
        }
        let Some(row) = store.version(version).await? else { return Ok(newest) };
        let built = match beside(&newest, &row) {
            Ok(built) => Arc::new(built),
            Err(reason) => {
                tracing::error!(
                    version,
                    reason,
                    "an old version cannot be read; the newest stands in"
                );
                newest
            }
        };
        self.keep(version, &built);
        Ok(built)
    }

    fn keep(&self, version: i64, snapshot: &Arc<Snapshot>) {
        let mut older = self.older.lock();
        older.insert(version, snapshot.clone());
        while older.len() > KEPT {
            older.pop_first();
        }
    }

    fn replace(&self, snapshot: Snapshot) {
        let before = self.newest();
        self.keep(before.version, &before);
        *self.newest.write() = Arc::new(snapshot);
    }

    /// Makes a version that another process published the newest.
    pub(crate) fn take_up(&self, row: &VersionRow) -> Result<(), String> {
        self.replace(beside(&self.newest(), row)?);
        Ok(())
    }

    /// Stores a checked document as the version after `base` and makes it the newest.
    pub(crate) async fn publish(
        &self,
        base: i64,
        document: Document,
        comment: &str,
        now: Timestamp,
        store: &dyn Store,
    ) -> Result<i64, PublishError> {
        let version = base + 1;
        let json = json(&document);
        let snapshot =
            Snapshot::beside(&self.newest(), document, version).map_err(PublishError::Invalid)?;
        let comment = comment.to_owned();
        let row = VersionRow { version, published_at: now, document: json, comment };
        if store.put_version(row).await.map_err(PublishError::Store)? != Committed::Done {
            return Err(PublishError::Outdated);
        }
        self.replace(snapshot);
        Ok(version)
    }
}

pub(crate) fn json(document: &Document) -> String {
    serde_json::to_string(document).expect("a document is plain data")
}

/// Builds a stored version.
pub(crate) fn build(row: &VersionRow, vectors: Option<Arc<Vectors>>) -> Result<Snapshot, String> {
    Snapshot::with_vectors(document(row)?, row.version, vectors).map_err(|e| in_a_row(&e))
}

/// The same, beside one that is built.
fn beside(built: &Snapshot, row: &VersionRow) -> Result<Snapshot, String> {
    Snapshot::beside(built, document(row)?, row.version).map_err(|e| in_a_row(&e))
}

fn document(row: &VersionRow) -> Result<Document, String> {
    serde_json::from_str(&row.document).map_err(|e| e.to_string())
}

fn in_a_row(errors: &[Invalid]) -> String {
    let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
    errors.join("; ")
}
