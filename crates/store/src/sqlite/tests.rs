//! The statements themselves: every one prepares, the hot ones walk no table.

use super::*;
use crate::sql::{WALKS, all};
use futures_util::FutureExt as _;

fn migrated() -> (tempfile::TempDir, rusqlite::Connection) {
    let dir = tempfile::tempdir().unwrap();
    let mut connection =
        connection::open_writer(&dir.path().join("store.db"), Options::throw_away()).unwrap();
    migrate_up(&mut connection).unwrap();
    (dir, connection)
}

#[test]
fn every_statement_prepares() {
    let (_dir, connection) = migrated();
    let texts = Texts::new(Dialect::Sqlite);
    for id in all() {
        let text = texts.text(texts.slot(id));
        connection.prepare(text).unwrap_or_else(|error| panic!("{id:?}: {error}\n{text}"));
    }
}

#[test]
fn no_other_statement_walks_a_table() {
    let (_dir, connection) = migrated();
    let texts = Texts::new(Dialect::Sqlite);
    let mut found = Vec::new();
    for id in all().filter(|id| !WALKS.contains(&id.name())) {
        let text = texts.text(texts.slot(id));
        let mut explain = connection.prepare(&format!("EXPLAIN QUERY PLAN {text}")).unwrap();
        let mut rows = explain.raw_query();
        while let Some(row) = rows.next().unwrap() {
            let step: String = row.get(3).unwrap();
            // Subqueries, results of a step before, and the search index are walked, tables not.
            let is_walk = step.starts_with("SCAN ")
                && !["found", "hit", "picked", "(subquery", "CONSTANT", "search VIRTUAL", "of_"]
                    .iter()
                    .any(|ok| step["SCAN ".len()..].starts_with(ok));
            // The workspace alone is no selection: that is the whole table of one customer.
            let is_whole_workspace = step.ends_with("(workspace_id=?)");
            if is_walk || is_whole_workspace {
                found.push(format!("{id:?}: {step}"));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

const WS: relais_core::id::WorkspaceId = relais_core::id::WorkspaceId(uuid::Uuid::nil());

fn put(key: &str, value: &str) -> WriteSet {
    let mut set = WriteSet::default();
    crate::sql::settings::put_setting(&mut set, WS, key, Some(value));
    set
}

async fn get(engine: &Sqlite, key: &str) -> Option<String> {
    engine.one(crate::sql::settings::setting(WS, key)).await.unwrap().map(|(value,)| value)
}

#[tokio::test]
async fn a_full_store_refuses_and_comes_back_by_itself() {
    let (dir, connection) = migrated();
    connection.pragma_update(None, "max_page_count", 400).unwrap();
    let engine =
        Sqlite::start(connection, &dir.path().join("store.db"), Options::throw_away()).unwrap();
    let big = "x".repeat(100_000);
    let mut stored = Vec::new();
    let refused = loop {
        let key = format!("big {}", stored.len());
        match engine.commit(put(&key, &big)).await {
            Ok(Committed::Done) => stored.push(key),
            other => break other,
        }
    };
    assert!(matches!(refused, Err(StoreError::Full)), "{refused:?}");
    assert!(stored.len() > 3);
    for key in &stored {
        assert!(get(&engine, key).await.is_some(), "what was acknowledged is read");
    }
    assert_eq!(get(&engine, &format!("big {}", stored.len())).await, None);

    let mut free = WriteSet::default();
    crate::sql::settings::put_setting(&mut free, WS, &stored[0], None);
    assert_eq!(engine.commit(free).await.unwrap(), Committed::Done);
    assert_eq!(engine.commit(put("again", &big)).await.unwrap(), Committed::Done);
}

#[tokio::test]
async fn a_failed_commit_is_the_last_one() {
    let (dir, mut connection) = migrated();
    let path = dir.path().join("store.db");
    let fails = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let hook = Arc::clone(&fails);
    connection.commit_hook(Some(move || hook.load(Ordering::Relaxed))).unwrap();
    let engine = Sqlite::start(connection, &path, Options::throw_away()).unwrap();
    engine.commit(put("before", "1")).await.unwrap();
    fails.store(true, Ordering::Relaxed);
    let failed = engine.commit(put("failed", "1")).await;
    assert!(matches!(failed, Err(StoreError::Fatal(_))), "{failed:?}");
    fails.store(false, Ordering::Relaxed);
    let after = engine.commit(put("after", "1")).await;
    assert!(matches!(after, Err(StoreError::Fatal(_))), "nothing is acknowledged any more");
    drop(engine);
    let engine = Sqlite::open(&path, Options::throw_away()).unwrap();
    assert_eq!(get(&engine, "before").await.as_deref(), Some("1"));
    assert_eq!(get(&engine, "failed").await, None);
    engine.commit(put("after", "1")).await.unwrap();
}

/// Stops the writer inside its first commit until told to go on, so that units queue behind it.
fn slow_first_commit(
    connection: &mut rusqlite::Connection,
) -> (std::sync::mpsc::Receiver<()>, std::sync::mpsc::Sender<()>) {
    let (is_in, enter) = std::sync::mpsc::channel();
    let (go_on, wait) = std::sync::mpsc::channel();
    let wait = std::sync::Mutex::new(wait);
    connection
        .commit_hook(Some(move || {
            let _ = is_in.send(());
            // Once the test has let go, no commit waits any more.
            let _ = wait.lock().unwrap().recv();
            false
        }))
        .unwrap();
    (enter, go_on)
}

/// Hands a unit to the writer and gives its answer to wait for.
fn submitted<'e>(
    engine: &'e Sqlite,
    key: &str,
) -> futures_util::future::BoxFuture<'e, Result<Committed>> {
    let mut commit = engine.commit(put(key, "1"));
    assert!(commit.as_mut().now_or_never().is_none(), "the writer is held");
    commit
}

#[tokio::test]
async fn what_queues_behind_a_commit_is_the_next_group() {
    let (dir, mut connection) = migrated();
    let (enter, go_on) = slow_first_commit(&mut connection);
    let path = dir.path().join("store.db");
    let engine = Sqlite::start(connection, &path, Options::throw_away()).unwrap();
    let first = submitted(&engine, "first");
    enter.recv().unwrap();
    let rest: Vec<_> = (0..200).map(|n| submitted(&engine, &n.to_string())).collect();
    drop(go_on);
    assert_eq!(first.await.unwrap(), Committed::Done);
    for unit in rest {
        assert_eq!(unit.await.unwrap(), Committed::Done);
    }
    let counted: std::collections::BTreeMap<_, _> = engine.counters().into_iter().collect();
    assert_eq!(counted["units"], 201);
    assert_eq!(counted["commits"], 3, "one, then 128, then the rest");
}

#[tokio::test]
async fn more_than_the_queue_holds_is_refused_at_once() {
    let (dir, mut connection) = migrated();
    let (enter, go_on) = slow_first_commit(&mut connection);
    let options = Options { queue: 2, ..Options::throw_away() };
    let engine = Sqlite::start(connection, &dir.path().join("store.db"), options).unwrap();
    let first = submitted(&engine, "a");
    enter.recv().unwrap();
    let (second, third) = (submitted(&engine, "b"), submitted(&engine, "c"));
    let refused = engine.commit(put("d", "1")).await;
    assert!(matches!(refused, Err(StoreError::Unavailable(_))), "{refused:?}");
    drop(go_on);
    for accepted in [first, second, third] {
        assert_eq!(accepted.await.unwrap(), Committed::Done);
    }
    assert_eq!(get(&engine, "d").await, None);
}

#[tokio::test]
async fn an_acknowledged_unit_is_in_the_files_at_once() {
    let (dir, connection) = migrated();
    let path = dir.path().join("store.db");
    let engine = Sqlite::start(connection, &path, Options::default()).unwrap();
    for n in 0..50 {
        engine.commit(put(&format!("{n}"), "1")).await.unwrap();
        // What a kill would leave behind: the files as they are, nobody to close them.
        let copy = tempfile::tempdir().unwrap();
        for file in ["store.db", "store.db-wal"] {
            std::fs::copy(dir.path().join(file), copy.path().join(file)).unwrap();
        }
        let killed = Sqlite::open(&copy.path().join("store.db"), Options::throw_away()).unwrap();
        assert!(get(&killed, &format!("{n}")).await.is_some(), "{n}");
    }
}

#[tokio::test]
async fn the_wal_starts_over() {
    let (dir, connection) = migrated();
    let path = dir.path().join("store.db");
    let options = Options { checkpoint_pages: 100, ..Options::throw_away() };
    let engine = Sqlite::start(connection, &path, options).unwrap();
    let text = "x".repeat(20_000);
    for n in 0..300 {
        engine.commit(put(&format!("{}", n % 10), &text)).await.unwrap();
    }
    let wal = std::fs::metadata(dir.path().join("store.db-wal")).unwrap().len();
    assert!(wal < 4 * 100 * 4_096, "{wal} bytes");
}

#[test]
fn a_schema_for_newer_programs_is_left_alone() {
    let (dir, connection) = migrated();
    let newer = migrate::known() + 1;
    connection.execute("INSERT INTO schema_versions VALUES (?1, 'newer', ?1)", [newer]).unwrap();
    drop(connection);
    let refused = Sqlite::open(&dir.path().join("store.db"), Options::throw_away());
    assert!(matches!(refused, Err(StoreError::Unavailable(_))));
}

#[test]
fn errors_are_told_apart() {
    let of = |code| connection::error(rusqlite::Error::SqliteFailure(ffi_error(code), None));
    assert!(matches!(of(13), StoreError::Full));
    assert!(matches!(of(0x130A), StoreError::Full), "no room for the shm file");
    assert!(matches!(of(5), StoreError::Unavailable(_)));
    assert!(matches!(of(2067), StoreError::Bug(_)), "unique");
    for fatal in [1034 /* fsync */, 10, 778 /* write */, 11, 26, 7] {
        assert!(matches!(of(fatal), StoreError::Fatal(_)), "{fatal}");
    }
}

#[test]
fn a_write_that_fails_where_there_is_room_is_fatal() {
    let (_dir, connection) = migrated();
    let failed = rusqlite::Error::SqliteFailure(ffi_error(778), None);
    assert!(matches!(connection::error_of(&connection, failed), StoreError::Fatal(_)));
}

fn ffi_error(code: i32) -> rusqlite::ffi::Error {
    rusqlite::ffi::Error::new(code)
}
