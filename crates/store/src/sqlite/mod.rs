//! SQLite: one thread writes, one writes the WAL back, a few read. Nothing here runs on the async
//! runtime.

mod checkpoint;
pub(crate) mod connection;
mod readers;
mod room;
mod writer;

use crate::engine::Engine;
use crate::row::{OwnedRow, Record};
use crate::statement::{Dialect, Texts};
use crate::unit::{Query, WriteSet};
use crate::{Options, migrate};
use async_trait::async_trait;
use checkpoint::Checkpoints;
use readers::Readers;
use relais_app::port::store::{Committed, Result, StoreError};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::{mpsc, oneshot};
use writer::Job;

/// What the writer did so far.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) units: AtomicU64,
    pub(crate) groups: AtomicU64,
    pub(crate) statements: AtomicU64,
    pub(crate) wal_pages: AtomicU64,
}

#[derive(Debug)]
pub(crate) struct Sqlite {
    /// `None` only while closing.
    writer: Option<mpsc::Sender<Job>>,
    writer_thread: Option<std::thread::JoinHandle<()>>,
    readers: Readers,
    counters: Arc<Counters>,
}

impl Sqlite {
    pub(crate) fn open(path: &Path, options: Options) -> Result<Self> {
        let mut connection = connection::open_writer(path, options)?;
        migrate_up(&mut connection)?;
        Self::start(connection, path, options)
    }

    fn start(connection: rusqlite::Connection, path: &Path, options: Options) -> Result<Self> {
        let texts = Arc::new(Texts::new(Dialect::Sqlite));
        let counters = Arc::new(Counters::default());
        let (sender, jobs) = mpsc::channel(options.queue.max(1));
        let beside = Checkpoints::start(connection::open_checkpointer(path, options)?)?;
        let writer_thread = writer::start(
            connection,
            Arc::clone(&texts),
            jobs,
            Arc::clone(&counters),
            (beside, options.checkpoint_pages),
        )?;
        let readers = Readers::start(path, &texts, options)?;
        Ok(Self { writer: Some(sender), writer_thread: Some(writer_thread), readers, counters })
    }

    fn submit(&self, job: Job) -> Result<()> {
        let writer = self.writer.as_ref().expect("only taken while the store is dropped");
        writer.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => {
                StoreError::Unavailable("too many units wait for the writer".into())
            }
            mpsc::error::TrySendError::Closed(_) => gone(),
        })
    }
}

fn gone() -> StoreError {
    StoreError::Fatal("the writer has stopped".into())
}

#[async_trait]
impl Engine for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn commit(&self, set: WriteSet) -> Result<Committed> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Unit { set, reply })?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    async fn list<T: Record>(&self, query: Query<T>) -> Result<Vec<T>> {
        self.readers.list(query).await
    }

    async fn both<T: Record, U: Record>(
        &self,
        first: Query<T>,
        second: Query<U>,
    ) -> Result<(Vec<T>, Vec<U>)> {
        self.readers.both(first, second).await
    }

    async fn claim<T: Record>(&self, query: Query<T>) -> Result<Vec<T>> {
        let (reply, answer) = oneshot::channel();
        self.submit(Job::Claim { stmt: query.stmt, args: query.args, reply })?;
        let rows: Vec<OwnedRow> = answer.await.unwrap_or_else(|_| Err(gone()))?;
        rows.iter().map(|row| T::read(row)).collect()
    }

    fn counters(&self) -> Vec<(&'static str, u64)> {
        self.counters.listed()
    }
}

impl Counters {
    fn listed(&self) -> Vec<(&'static str, u64)> {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        vec![
            ("units", of(&self.units)),
            ("commits", of(&self.groups)),
            ("statements", of(&self.statements)),
            ("wal_bytes", of(&self.wal_pages) * 4_096),
        ]
    }
}

impl Drop for Sqlite {
    /// The last connection to close writes the WAL back; who opens the file next finds it so.
    fn drop(&mut self) {
        self.readers.stop();
        self.writer = None;
        if let Some(thread) = self.writer_thread.take() {
            // A panic of the thread was answered to its callers already.
            let _ = thread.join();
        }
    }
}

/// Words that were taken out of the index stay in its pieces until those are made one; pages that
/// are free keep what was on them; so does the WAL.
pub(crate) fn tidy(path: &Path) -> Result<()> {
    let connection = connection::open_writer(path, Options::default())?;
    connection
        .execute_batch(
            "INSERT INTO search(search) VALUES ('optimize'); VACUUM;
             PRAGMA wal_checkpoint(TRUNCATE)",
        )
        .map_err(connection::error)
}

fn migrate_up(connection: &mut rusqlite::Connection) -> Result<()> {
    let failed = connection::error;
    connection.execute_batch(migrate::CREATE_TABLE).map_err(failed)?;
    let transaction = connection
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .map_err(failed)?;
    let (version, reader) = transaction
        .query_row(migrate::STATE, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(failed)?;
    for migration in migrate::pending(version, reader)? {
        transaction.execute_batch(migration.sqlite).map_err(failed)?;
        transaction
            .execute(
                "INSERT INTO schema_versions (version, name, minimum_reader) VALUES (?1, ?2, ?3)",
                (migration.version, migration.name, migration.minimum_reader),
            )
            .map_err(failed)?;
    }
    transaction.commit().map_err(failed)
}

#[cfg(test)]
mod tests;
