//! The one thread that writes. What queued while the last commit was synced is the next group;
//! one commit makes all of it durable. There is no timer: an idle store commits at once.

use super::Counters;
use super::checkpoint::{Beside, Checkpoints, write_back};
use super::connection::{Prepared, error, error_of};
use crate::row::OwnedRow;
use crate::statement::{StmtId, Texts};
use crate::unit::{Hit, WriteSet};
use crate::value::Value;
use relais_app::port::store::{Committed, Result, StoreError};
use relais_core::broken::is_missing;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::{mpsc, oneshot};

/// Units in one commit; more would only make the first of them wait.
const GROUP: usize = 128;

pub(crate) enum Job {
    Unit { set: WriteSet, reply: oneshot::Sender<Result<Committed>> },
    Claim { stmt: StmtId, args: Vec<Value>, reply: oneshot::Sender<Result<Vec<OwnedRow>>> },
}

/// The WAL may grow to so many times its size while it is written back; then the writer waits.
const MOST: u32 = 3;

/// What a job is answered once the group is durable.
enum Answer {
    Unit(Result<Committed>),
    Claim(Result<Vec<OwnedRow>>),
}

/// Why a group did not come to its commit.
enum Broken {
    /// A unit missed after it had written: only savepoints can take it out alone.
    LateMiss,
    /// The database gave the whole group up.
    Failed(StoreError),
}

impl From<StoreError> for Broken {
    fn from(error: StoreError) -> Self {
        Self::Failed(error)
    }
}

/// Whether each unit can be rolled back on its own. It costs a fifth of the throughput, so it is
/// for groups that had a late miss.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoints {
    None,
    PerUnit,
}

pub(crate) fn start(
    mut connection: Connection,
    texts: Arc<Texts>,
    mut jobs: mpsc::Receiver<Job>,
    counters: Arc<Counters>,
    (beside, checkpoint_pages): (Checkpoints, u32),
) -> Result<std::thread::JoinHandle<()>> {
    let wal_pages = Arc::new(AtomicU32::new(0));
    let seen = Arc::clone(&wal_pages);
    connection
        .wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: i32| {
            seen.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))
        .map_err(error)?;
    let run = move || {
        let mut writer = Writer {
            connection: &connection,
            prepared: Prepared::new(&connection, &texts),
            counters,
            wal_pages,
            checkpoint_pages,
            beside,
            fatal: None,
        };
        let mut group = Vec::with_capacity(GROUP);
        while jobs.blocking_recv_many(&mut group, GROUP) > 0 {
            writer.run(&mut group);
        }
    };
    std::thread::Builder::new()
        .name("store-write".into())
        .spawn(run)
        .map_err(|error| StoreError::Unavailable(error.to_string()))
}

struct Writer<'c> {
    connection: &'c Connection,
    prepared: Prepared<'c>,
    counters: Arc<Counters>,
    /// Pages in the WAL after the last commit.
    wal_pages: Arc<AtomicU32>,
    checkpoint_pages: u32,
    beside: Checkpoints,
    /// Set once the store must be opened again; nothing is acknowledged any more (R14).
    fatal: Option<String>,
}

impl Writer<'_> {
    fn run(&mut self, group: &mut Vec<Job>) {
        let pages_before = self.wal_pages.load(Ordering::Relaxed);
        let answers = match self.commit(group) {
            Ok(answers) => answers,
            Err(failed) => {
                if let StoreError::Fatal(text) = &failed {
                    tracing::error!(error = %text, "the store failed and must be reopened");
                    self.fatal = Some(text.clone());
                }
                group.iter().map(|job| refusal(job, &failed)).collect()
            }
        };
        self.count(group.len(), pages_before);
        for (job, answer) in group.drain(..).zip(answers) {
            // Nobody listens any more when the caller has given up.
            match (job, answer) {
                (Job::Unit { reply, .. }, Answer::Unit(answer)) => drop(reply.send(answer)),
                (Job::Claim { reply, .. }, Answer::Claim(answer)) => drop(reply.send(answer)),
                (Job::Unit { .. }, Answer::Claim(_)) | (Job::Claim { .. }, Answer::Unit(_)) => {
                    unreachable!("an answer is made from its job")
                }
            }
        }
        self.checkpoint();
    }

    /// Runs the group in one transaction; every answer holds once this has returned.
    fn commit(&mut self, group: &[Job]) -> Result<Vec<Answer>> {
        if let Some(fatal) = &self.fatal
            && !is_missing("R14")
        {
            return Err(StoreError::Fatal(fatal.clone()));
        }
        let answers = match self.attempt(group, Savepoints::None) {
            Err(Broken::LateMiss) => {
                self.roll_back()?;
                self.attempt(group, Savepoints::PerUnit)
            }
            other => other,
        };
        match answers {
            Ok(answers) => Ok(answers),
            Err(Broken::Failed(failed)) => {
                self.roll_back()?;
                Err(failed)
            }
            Err(Broken::LateMiss) => unreachable!("savepoints take a late miss out"),
        }
    }

    fn attempt(
        &mut self,
        group: &[Job],
        savepoints: Savepoints,
    ) -> std::result::Result<Vec<Answer>, Broken> {
        self.batch("BEGIN IMMEDIATE")?;
        let mut answers = Vec::with_capacity(group.len());
        let mut words = Vec::new();
        for job in group {
            answers.push(match job {
                Job::Unit { set, .. } => {
                    let end = self.unit(set, savepoints)?;
                    if matches!(end, Ok(Committed::Done)) {
                        words.extend(&set.words);
                    }
                    Answer::Unit(end)
                }
                Job::Claim { stmt, args, .. } => {
                    Answer::Claim(unless_group_failed(self.prepared.rows(*stmt, args))?)
                }
            });
        }
        for op in words {
            self.counters.statements.fetch_add(1, Ordering::Relaxed);
            self.prepared.execute(op.stmt, &op.args)?;
        }
        self.batch("COMMIT").map_err(of_a_commit)?;
        Ok(answers)
    }

    /// The unit's own answer, or what breaks the group.
    fn unit(
        &mut self,
        set: &WriteSet,
        savepoints: Savepoints,
    ) -> std::result::Result<Result<Committed>, Broken> {
        if savepoints == Savepoints::PerUnit {
            self.batch("SAVEPOINT unit")?;
        }
        let mut has_written = false;
        let mut end = Ok(Committed::Done);
        for op in &set.ops {
            self.counters.statements.fetch_add(1, Ordering::Relaxed);
            let changed = unless_group_failed(self.prepared.execute(op.stmt, &op.args))?;
            end = match (changed, op.hit) {
                (Ok(0), Hit::Guard) => Ok(Committed::Conflict),
                (Ok(0), Hit::Receipt) => Ok(Committed::Duplicate),
                (Ok(0), Hit::Lease) => Err(StoreError::Fenced),
                (Ok(0), Hit::Sure) => {
                    Err(StoreError::Bug(format!("{:?} changed nothing", op.stmt)))
                }
                (Ok(changed), _) => {
                    has_written |= changed > 0;
                    continue;
                }
                (Err(mistake), _) => Err(mistake),
            };
            break;
        }
        let is_done = matches!(end, Ok(Committed::Done));
        match savepoints {
            Savepoints::None if !is_done && has_written => return Err(Broken::LateMiss),
            Savepoints::None => {}
            Savepoints::PerUnit if is_done => self.batch("RELEASE unit")?,
            Savepoints::PerUnit => self.batch("ROLLBACK TO unit; RELEASE unit")?,
        }
        Ok(end)
    }

    /// After a failure the engine may have rolled back by itself.
    fn roll_back(&self) -> Result<()> {
        if self.connection.is_autocommit() {
            return Ok(());
        }
        self.batch("ROLLBACK").map_err(|failed| StoreError::Fatal(failed.to_string()))
    }

    fn batch(&self, sql: &str) -> Result<()> {
        self.connection.execute_batch(sql).map_err(|failed| error_of(self.connection, failed))
    }

    fn count(&self, units: usize, pages_before: u32) {
        let pages = self.wal_pages.load(Ordering::Relaxed);
        // After a checkpoint the WAL starts over.
        let written = if pages >= pages_before { pages - pages_before } else { pages };
        self.counters.units.fetch_add(units as u64, Ordering::Relaxed);
        self.counters.groups.fetch_add(1, Ordering::Relaxed);
        self.counters.wal_pages.fetch_add(u64::from(written), Ordering::Relaxed);
    }

    /// Has the WAL written back once it is long enough, and does the rest between two groups, so
    /// that it can start over. A full disk only postpones it; a failed sync is as fatal here as in a
    /// commit.
    fn checkpoint(&mut self) {
        let pages = self.wal_pages.load(Ordering::Relaxed);
        if self.fatal.is_some() {
            return;
        }
        if !self.beside.is_asked() {
            if pages >= self.checkpoint_pages {
                self.beside.begin();
            }
            return;
        }
        let is_too_long = pages >= self.checkpoint_pages.saturating_mul(MOST);
        let Beside::Ended(ended) = self.beside.look(is_too_long) else { return };
        match ended.and_then(|()| write_back(self.connection)) {
            Ok(()) => {}
            Err(StoreError::Fatal(text)) => {
                tracing::error!(error = %text, "the store failed and must be reopened");
                self.fatal = Some(text);
            }
            Err(postponed) => tracing::warn!(error = %postponed, "checkpoint postponed"),
        }
    }
}

/// No unit is to blame for a commit that fails: but for a full disk or a busy file, the store
/// itself is in doubt (R14).
fn of_a_commit(failed: StoreError) -> StoreError {
    match failed {
        StoreError::Full
        | StoreError::Unavailable(_)
        | StoreError::Fenced
        | StoreError::Fatal(_) => failed,
        StoreError::Bug(text) => StoreError::Fatal(text),
        StoreError::Inconsistent { table, detail } => {
            StoreError::Fatal(format!("{table}: {detail}"))
        }
    }
}

/// A mistake of one unit stays with it; anything else is the whole group's.
fn unless_group_failed<T>(result: Result<T>) -> std::result::Result<Result<T>, Broken> {
    match result {
        Err(StoreError::Bug(_) | StoreError::Inconsistent { .. } | StoreError::Fenced) | Ok(_) => {
            Ok(result)
        }
        Err(failed) => Err(Broken::Failed(failed)),
    }
}

fn refusal(job: &Job, failed: &StoreError) -> Answer {
    let same = match failed {
        StoreError::Full => StoreError::Full,
        StoreError::Fenced => StoreError::Fenced,
        StoreError::Unavailable(text) => StoreError::Unavailable(text.clone()),
        StoreError::Fatal(text) => StoreError::Fatal(text.clone()),
        StoreError::Bug(text) => StoreError::Bug(text.clone()),
        StoreError::Inconsistent { table, detail } => {
            StoreError::Inconsistent { table, detail: detail.clone() }
        }
    };
    match job {
        Job::Unit { .. } => Answer::Unit(Err(same)),
        Job::Claim { .. } => Answer::Claim(Err(same)),
    }
}
