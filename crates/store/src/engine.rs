//! What a database must be able to do.

use crate::row::Record;
use crate::statement::Dialect;
use crate::unit::{Query, WriteSet};
use async_trait::async_trait;
use relais_app::port::store::{Committed, Heard, Result};
use tokio::sync::broadcast;

/// A database that runs statements.
#[async_trait]
pub(crate) trait Engine: std::fmt::Debug + Send + Sync + 'static {
    fn dialect(&self) -> Dialect;
    /// Whether what is content is sealed before it is written.
    fn is_sealing(&self) -> bool {
        false
    }
    /// All or nothing, durable when it returns.
    async fn commit(&self, set: WriteSet) -> Result<Committed>;
    /// Reads what is committed.
    async fn list<T: Record>(&self, query: Query<T>) -> Result<Vec<T>>;
    /// One statement that changes rows and gives them, committed when it returns.
    async fn claim<T: Record>(&self, query: Query<T>) -> Result<Vec<T>>;

    /// Two reads, of one moment or of two that follow each other.
    async fn both<T: Record, U: Record>(
        &self,
        first: Query<T>,
        second: Query<U>,
    ) -> Result<(Vec<T>, Vec<U>)> {
        Ok((self.list(first).await?, self.list(second).await?))
    }

    /// A commit that load on the others does not delay.
    async fn commit_aside(&self, set: WriteSet) -> Result<Committed> {
        self.commit(set).await
    }
    /// Tells all programs on the database.
    async fn tell(&self, _text: String) -> Result<()> {
        Ok(())
    }
    fn hear(&self) -> Option<broadcast::Receiver<Heard>> {
        None
    }

    /// What the engine did so far, by name.
    fn counters(&self) -> Vec<(&'static str, u64)>;

    async fn one<T: Record>(&self, query: Query<T>) -> Result<Option<T>> {
        Ok(self.list(query).await?.into_iter().next())
    }
}
