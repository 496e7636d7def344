//! PostgreSQL: a unit is a transaction whose statements are sent at once; it commits when their
//! counts are right. Several programs may work on one database.

mod aside;
mod link;
mod pool;
mod tls;

use crate::engine::Engine;
use crate::row::Record;
use crate::statement::{Dialect, Texts};
use crate::unit::{Hit, Op, Query, WriteSet};
use crate::{Durability, Options, migrate};
use aside::Aside;
use async_trait::async_trait;
use link::{Failed, Link};
use pool::Pool;
use relais_app::port::store::{Committed, Heard, Result, StoreError};
use relais_core::id::WorkspaceId;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::broadcast;

/// A unit that lost to others (serialisation, deadlock) is tried again so often.
const TRIES: u32 = 6;

/// Longer than the server's own limits: it is not the statement that hangs, but the way to it.
const ANSWER: Duration = Duration::from_secs(40);
/// Another program migrates.
const LOCK_AGAIN: Duration = Duration::from_millis(20);
/// How often a migration makes way for those who read, before it gives up.
const YIELDS: u32 = 30;

/// What the engine did so far.
#[derive(Debug, Default)]
struct Counters {
    units: AtomicU64,
    statements: AtomicU64,
    retries: AtomicU64,
}

#[derive(Debug)]
pub(crate) struct Postgres {
    pool: Arc<Pool>,
    aside: Aside,
    counters: Arc<Counters>,
}

impl Postgres {
    pub(crate) async fn open(url: &str, ws: WorkspaceId, options: Options) -> Result<Self> {
        let (url, ssl, tls) = tls::of_url(url)?;
        let mut config: tokio_postgres::Config = url.parse().map_err(|_| {
            // The driver's own text may hold the password.
            StoreError::Bug("the address of the database cannot be read".into())
        })?;
        config.ssl_mode(ssl);
        let texts = Arc::new(Texts::new(Dialect::Postgres));
        let pool = Arc::new(Pool::new(config, tls, texts, options));
        migrate_up(&mut *pool.take().await?).await.map_err(Failed::into_error)?;
        let aside = Aside::new(Arc::clone(&pool), format!("relais_{}", ws.0.simple()));
        Ok(Self { pool, aside, counters: Arc::default() })
    }
}

#[async_trait]
impl Engine for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn commit(&self, set: WriteSet) -> Result<Committed> {
        let (pool, counters) = (Arc::clone(&self.pool), Arc::clone(&self.counters));
        // A task of its own: a caller that gives up must not leave a transaction open.
        let run = tokio::spawn(async move { commit(&pool, &counters, &set.in_order()).await });
        run.await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
    }

    async fn list<T: Record>(&self, query: Query<T>) -> Result<Vec<T>> {
        let mut link = self.pool.take().await?;
        match in_time(link.list(&query)).await {
            Some(listed) => listed.map_err(Failed::into_error),
            None => Err(gave_up(&mut link)),
        }
    }

    async fn claim<T: Record>(&self, query: Query<T>) -> Result<Vec<T>> {
        // One statement is a transaction by itself.
        self.list(query).await
    }

    async fn commit_aside(&self, set: WriteSet) -> Result<Committed> {
        self.aside.commit(&set.in_order()).await
    }

    async fn tell(&self, text: String) -> Result<()> {
        self.aside.tell(&text).await
    }

    fn hear(&self) -> Option<broadcast::Receiver<Heard>> {
        Some(self.aside.hear())
    }

    fn counters(&self) -> Vec<(&'static str, u64)> {
        let of = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let all = &self.counters;
        vec![
            ("units", of(&all.units)),
            ("commits", of(&all.units)),
            ("statements", of(&all.statements)),
            ("retries", of(&all.retries)),
        ]
    }
}

async fn commit(pool: &Pool, counters: &Counters, ops: &[Op]) -> Result<Committed> {
    let mut tries = 1;
    loop {
        let mut link = pool.take().await?;
        counters.units.fetch_add(1, Ordering::Relaxed);
        counters.statements.fetch_add(ops.len() as u64, Ordering::Relaxed);
        let lost = match in_time(transaction(&mut link, ops)).await {
            Some(Ok(committed)) => return Ok(committed),
            Some(Err(Failed::Lost(text))) => text,
            Some(Err(Failed::Error(error))) => return Err(error),
            None => return Err(gave_up(&mut link)),
        };
        drop(link);
        if tries == TRIES {
            return Err(StoreError::Unavailable(lost));
        }
        counters.retries.fetch_add(1, Ordering::Relaxed);
        // Those who met must not meet again at once; the growing pause does it.
        tokio::time::sleep(Duration::from_millis(1 << tries)).await;
        tries += 1;
    }
}

async fn in_time<T>(work: impl Future<Output = T>) -> Option<T> {
    tokio::time::timeout(ANSWER, work).await.ok()
}

/// What becomes of the work is not known: the connection is of no use any more.
fn gave_up(link: &mut Link) -> StoreError {
    link.begin_dirty();
    StoreError::Unavailable("the database does not answer".into())
}

async fn transaction(link: &mut Link, ops: &[Op]) -> std::result::Result<Committed, Failed> {
    link.prepare(ops).await?;
    if let [only] = ops {
        let changed = link.execute(only).await?;
        return judge(only, changed);
    }
    link.begin_dirty();
    let changed = match link.execute_all(ops).await {
        Ok(changed) => changed,
        Err(failed) => {
            link.end("ROLLBACK").await?;
            return Err(failed);
        }
    };
    for (op, changed) in ops.iter().zip(changed) {
        let end = judge(op, changed);
        if !matches!(end, Ok(Committed::Done)) {
            link.end("ROLLBACK").await?;
            return end;
        }
    }
    link.end("COMMIT").await?;
    Ok(Committed::Done)
}

fn judge(op: &Op, changed: u64) -> std::result::Result<Committed, Failed> {
    match (changed, op.hit) {
        (0, Hit::Guard) => Ok(Committed::Conflict),
        (0, Hit::Receipt) => Ok(Committed::Duplicate),
        (0, Hit::Lease) => Err(Failed::Error(StoreError::Fenced)),
        (0, Hit::Sure) => {
            Err(Failed::Error(StoreError::Bug(format!("{:?} changed nothing", op.stmt))))
        }
        (_, _) => Ok(Committed::Done),
    }
}

/// Any number all programs agree on: who migrates holds it.
const MIGRATION_LOCK: i64 = 0x5245_4C41_4953;

/// The connection is left dirty and so closed, which also gives the lock back.
async fn migrate_up(link: &mut Link) -> std::result::Result<(), Failed> {
    link.begin_dirty();
    link.batch("SET statement_timeout = 0; SET lock_timeout = 0").await?;
    // Asked for again and again: an index that is built online waits for every statement that is
    // under way, also for one that waits for this lock.
    let lock = format!(
        "SELECT CAST(CASE WHEN pg_try_advisory_lock({MIGRATION_LOCK}) THEN 1 ELSE 0 END AS BIGINT),
             CAST(0 AS BIGINT)"
    );
    while link.two_numbers(&lock).await?.0 == 0 {
        tokio::time::sleep(LOCK_AGAIN).await;
    }
    link.batch(migrate::CREATE_TABLE).await?;
    let (version, reader) = link.two_numbers(migrate::STATE).await?;
    let pending = migrate::pending(version, reader).map_err(Failed::Error)?;
    for migration in &pending {
        apply(link, migration).await?;
    }
    // Fresh tables are left unlooked at: the planner then guesses some hundred rows and uses the
    // indexes, where a count of zero makes it walk tables that fill while its plans are kept.
    if version > 0 && !pending.is_empty() {
        link.batch("ANALYZE").await?;
    }
    Ok(())
}

/// Whoever waits for a table's lock holds up all who come after, also those who only read: the
/// migration waits a moment, lets the others go first and tries again.
async fn apply(link: &mut Link, migration: &migrate::Migration) -> std::result::Result<(), Failed> {
    let version = format!(
        "INSERT INTO schema_versions (version, name, minimum_reader) VALUES ({}, '{}', {})",
        migration.version, migration.name, migration.minimum_reader
    );
    if let Some(statements) = migration.postgres.strip_prefix(migrate::ONLINE) {
        for statement in statements.split_inclusive(";\n") {
            link.batch(statement).await?;
        }
        return link.batch(&version).await;
    }
    for tried in 1.. {
        // One message is one transaction.
        let applied = link
            .batch(&format!(
                "BEGIN; SET LOCAL lock_timeout = '1s'; {}; {version}; COMMIT",
                migration.postgres
            ))
            .await;
        match applied {
            Err(Failed::Error(StoreError::Unavailable(reason))) if tried < YIELDS => {
                tracing::warn!(migration = migration.name, reason, "the schema is in use");
                link.batch("ROLLBACK").await?;
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            other => return other,
        }
    }
    Ok(())
}

/// The session's settings. A transaction lasts milliseconds: one that stands still belongs to a
/// program that is frozen or gone, and what it has locked must be free again soon.
fn session(options: Options) -> String {
    let synchronous = match options.durability {
        Durability::Full => "on",
        Durability::Off => "off",
    };
    format!(
        "SET synchronous_commit = {synchronous}; SET statement_timeout = '30s';
         SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '5s';
         SET client_min_messages = 'warning'"
    )
}

#[cfg(test)]
mod tests;
