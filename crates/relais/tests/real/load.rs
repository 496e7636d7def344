//! The program of this build under load, and what its database says of the sends afterwards.

use relais::wiring::WORKSPACE;
use relais_app::port::store::{OutboxState, Store};
use relais_sim::graph::FakeGraph;
use relais_store::Options;
use relais_testkit::load::{Connected, Crowd, Installation, Relais, replies};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// For a debug build that shares two cores with other work.
const PATIENCE: Duration = Duration::from_secs(60);

pub const NUMBERS: [&str; 2] = ["800000000000001", "800000000000002"];

pub fn installation(folder: &Path) -> Installation {
    Installation::new(env!("CARGO_BIN_EXE_relais"), folder)
}

pub fn numbers() -> Vec<String> {
    NUMBERS.map(str::to_owned).to_vec()
}

pub async fn connected(installation: Installation) -> Connected {
    Connected::new(installation, &numbers(), 4_711).await.unwrap()
}

/// The database of a program that is stopped.
pub async fn store(relais: &Relais) -> Arc<dyn Store> {
    assert!(relais.pid().is_none(), "it still runs");
    let url = relais.installation.database_url();
    relais_store::open(&url, WORKSPACE, Options::default()).await.unwrap()
}

pub async fn count(store: &dyn Store, state: OutboxState) -> u64 {
    let counts = store.outbox_counts().await.unwrap();
    let found = counts.into_iter().find(|(of, _)| *of == state);
    found.map_or(0, |(_, count)| u64::try_from(count).unwrap())
}

/// Turns the clock of a stopped program's unknown sends on, as if a report had not come for that
/// long.
pub fn let_two_minutes_pass(relais: &Relais) {
    assert!(relais.pid().is_none(), "it still runs");
    let file = relais.installation.data.join("relais.db");
    let database = rusqlite::Connection::open(file).unwrap();
    let sql = "UPDATE outbox SET dispatched_at = dispatched_at - 121000000
               WHERE state IN ('unknown', 'dispatching')";
    database.execute(sql, []).unwrap();
}

/// Lets a program, stopped or not, come to rest, turns the clock on for the sends whose end it does
/// not know, and waits until every message is answered, each once and in order.
pub async fn everything_is_answered_once(connected: &mut Connected, crowd: &Crowd) {
    let (relais, graph) = (&mut connected.relais, &connected.graph);
    if relais.pid().is_none() {
        relais.start().await.unwrap();
    }
    rest(graph).await;
    relais.kill().unwrap();
    let_two_minutes_pass(relais);
    relais.start().await.unwrap();
    answered_once(graph, crowd).await;
    relais.kill().unwrap();
    relais.fold_check().unwrap();
}

/// Waits until nothing moves: no send for two seconds, and every report is delivered. What is not
/// known to be accepted then was not, as after two minutes.
pub async fn rest(graph: &FakeGraph) {
    let mut seen = (0, Instant::now());
    let end = Instant::now() + PATIENCE;
    while seen.1.elapsed() < Duration::from_secs(2) {
        assert!(Instant::now() < end, "it never comes to rest");
        let requests = graph.stats().requests;
        if requests != seen.0 || graph.open_reports() > 0 {
            seen = (requests, Instant::now());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until every message of a crowd is answered, each once and in order.
pub async fn answered_once(graph: &FakeGraph, crowd: &Crowd) {
    let asked: usize = crowd.customers.iter().map(|c| c.asked.len()).sum();
    let right = || crowd.check(&replies(graph)).0.right;
    let end = Instant::now() + PATIENCE;
    while right() < asked && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let (tally, examples) = crowd.check(&replies(graph));
    assert_eq!((tally.right, tally.extra), (asked, 0), "{tally:?} {examples:?}");
    assert_eq!(graph.stats().duplicates, 0);
}

/// Arguments that start a program under a tracer which makes one kind of system call fail, or
/// nothing where there is no tracer.
pub fn failing(call: &str, error: &str, when: &str) -> Option<Vec<String>> {
    if std::process::Command::new("strace").arg("-V").output().is_err() {
        relais_testkit::skip("strace is not installed");
        return None;
    }
    let (trace, inject) =
        (format!("trace={call}"), format!("inject={call}:error={error}:when={when}"));
    let words = ["strace", "-f", "-qq", "--seccomp-bpf", "-o", "/dev/null", "-e", &trace, "-e"];
    Some(words.iter().map(|w| (*w).to_owned()).chain([inject]).collect())
}

/// Waits until something holds; a test that waits longer than a minute has failed.
pub async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !holds().await {
        assert!(Instant::now() < end, "this did not happen: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
