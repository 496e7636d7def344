//! An engine with its workspace: how sets are written there.

use crate::engine::Engine;
use crate::sql::{conversations, nodes};
use crate::unit::{Query, WriteSet};
use parking_lot::RwLock;
use relais_app::port::store::{Committed, Result};
use relais_core::id::WorkspaceId;
use std::sync::Arc;

#[derive(Debug)]
pub(crate) struct Stored<E> {
    pub(crate) ws: WorkspaceId,
    pub(crate) engine: E,
    /// Whose lease guards what is written, among several.
    pub(crate) node: RwLock<Option<Arc<str>>>,
}

impl<E: Engine> Stored<E> {
    pub(crate) async fn new(ws: WorkspaceId, engine: E) -> Result<Self> {
        let mut set = WriteSet::default();
        conversations::counters(&mut set, ws);
        engine.commit(set).await?;
        Ok(Self { ws, engine, node: RwLock::default() })
    }

    /// A set that has no guard and so cannot miss.
    pub(crate) async fn put(&self, build: impl FnOnce(&mut WriteSet, WorkspaceId)) -> Result<()> {
        self.changed(build).await.map(|_| ())
    }

    pub(crate) async fn changed(
        &self,
        build: impl FnOnce(&mut WriteSet, WorkspaceId),
    ) -> Result<Committed> {
        let mut set = WriteSet::default();
        if let Some(node) = self.node() {
            nodes::guard(&mut set, self.ws, &node);
        }
        build(&mut set, self.ws);
        self.engine.commit(set).await
    }

    /// How many rows a deletion gave.
    pub(crate) async fn deleted(&self, rows: Query<(i64,)>) -> Result<i64> {
        Ok(i64::try_from(self.engine.claim(rows).await?.len()).unwrap_or(i64::MAX))
    }

    pub(crate) fn node(&self) -> Option<Arc<str>> {
        self.node.read().clone()
    }
}
