//! The program of this build under load, and what its database says of the sends afterwards.

use relais::wiring::WORKSPACE;
use relais_app::port::store::{OutboxState, Store};
use relais_store::Options;
use relais_testkit::load::{Connected, Installation, Relais};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

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

/// Waits until something holds; a test that waits longer than a minute has failed.
pub async fn until(what: &str, holds: impl AsyncFn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !holds().await {
        assert!(Instant::now() < end, "this did not happen: {what}");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}
