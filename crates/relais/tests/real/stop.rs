//! SIGTERM under load (R18, T32).

use crate::load;
use relais_app::port::store::OutboxState;
use relais_testkit::load::{Crowd, Writing};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn asked_to_stop_under_load_it_ends_with_zero_and_everything_is_answered_later() {
    let folder = tempfile::tempdir().unwrap();
    let mut connected = load::connected(load::installation(folder.path())).await;
    let crowd = Crowd::new(400, &load::numbers(), 32);
    let writing = Writing::start(crowd, connected.urls.clone(), 100);
    for round in 1..=2 {
        let (graph, wanted) = (&connected.graph, connected.graph.stats().accepted + 60);
        load::until("answers go out", async || graph.stats().accepted >= wanted).await;
        connected.relais.signal("TERM").unwrap();
        let status = connected.relais.wait(Duration::from_secs(30)).await.unwrap();
        assert_eq!(status.code(), Some(0), "round {round}");
        let store = load::store(&connected.relais).await;
        for state in [OutboxState::Dispatching, OutboxState::Unknown] {
            assert_eq!(load::count(&*store, state).await, 0, "round {round}: {state:?}");
        }
        drop(store);
        connected.relais.start().await.unwrap();
    }
    let (crowd, _) = writing.stop().await.unwrap();
    load::answered_once(&connected.graph, &crowd).await;
    connected.relais.kill().unwrap();
    connected.relais.fold_check().unwrap();
}
