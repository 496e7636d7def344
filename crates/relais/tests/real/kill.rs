//! SIGKILL at any moment (R1, R2, R7, T29).

use crate::load;
use relais_app::port::store::OutboxState::{Accepted, Dispatching, Queued, Unknown};
use relais_testkit::load::{Plan, kill_loop, quantile};
use std::time::Duration;

/// The short form of `cargo xtask soak`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_again_and_again_under_load_it_loses_and_doubles_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut connected = load::connected(load::installation(folder.path())).await;
    let plan = Plan {
        rounds: 6,
        rate: 50,
        customers: 400,
        pause: (200, 1_800),
        seed: 8_150,
        cuts_power: false,
        patience: Duration::from_secs(3),
    };
    let outcome = kill_loop(&mut connected, &load::numbers(), plan, |_, _| {}).await.unwrap();
    // A debug build among other tests; what a release build takes stands in docs/PERFORMANCE.md.
    let worst = quantile(&outcome.readies, 1.0);
    assert!(worst < 10_000.0, "{:?}", outcome.readies);

    // Every answer is accepted or still stands in the outbox.
    let store = load::store(&connected.relais).await;
    let mut rows = 0;
    for state in [Accepted, Unknown, Dispatching, Queued] {
        rows += load::count(&*store, state).await;
    }
    assert_eq!(rows, outcome.messages, "an answer vanished: {outcome:?}");
    drop(store);

    // A send that a kill cut off before its first byte is sent after two minutes.
    load::everything_is_answered_once(&mut connected, &outcome.crowd).await;
}
