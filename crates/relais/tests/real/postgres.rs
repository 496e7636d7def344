//! The program on PostgreSQL: its server restarted (T36), the program killed. Several programs: `nodes.rs`.

use crate::load;
use relais_sim::graph::FakeGraph;
use relais_testkit::load::{Connected, Crowd, Plan, Writing, kill_loop};
use relais_testkit::postgres::Server;
use std::sync::Arc;
use std::time::Duration;

async fn connected(server: &Server, folder: &std::path::Path) -> Connected {
    let mut installation = load::installation(folder);
    installation.database = Some(server.url.clone());
    load::connected(installation).await
}

/// Waits until every message is answered once. Sends that were cut off are decided after minutes:
/// when nothing moves any more, their clock is turned on.
pub async fn answered_once(server: &Server, graph: &FakeGraph, crowd: &Crowd) {
    load::rest(graph).await;
    server.sql(
        "UPDATE outbox SET dispatched_at = dispatched_at - 300000000
         WHERE state IN ('unknown', 'dispatching')",
    );
    load::answered_once(graph, crowd).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_of_the_database_under_load_loses_and_doubles_nothing() {
    let Some(server) = Server::start().map(Arc::new) else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut connected = connected(&server, folder.path()).await;
    let crowd = Crowd::new(400, &load::numbers(), 36);
    let writing = Writing::start(crowd, connected.urls.clone(), 50);
    for _ in 0..2 {
        let (graph, wanted) = (&connected.graph, connected.graph.stats().accepted + 40);
        load::until("answers go out", async || graph.stats().accepted >= wanted).await;
        let server = Arc::clone(&server);
        tokio::task::spawn_blocking(move || server.restart()).await.unwrap();
    }
    let relais = &connected.relais;
    load::until("it is ready again by itself", async || relais.is_ready().await).await;
    let (crowd, _) = writing.stop().await.unwrap();
    answered_once(&server, &connected.graph, &crowd).await;
    connected.relais.kill().unwrap();
    connected.relais.fold_check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_under_load_on_postgresql_it_loses_and_doubles_nothing() {
    let Some(server) = Server::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut connected = connected(&server, folder.path()).await;
    let plan = Plan {
        rounds: 3,
        rate: 40,
        customers: 400,
        pause: (500, 1_000),
        seed: 8_151,
        cuts_power: false,
        patience: Duration::from_secs(1),
    };
    let outcome = kill_loop(&mut connected, &load::numbers(), plan, |_, _| {}).await.unwrap();
    connected.relais.start().await.unwrap();
    answered_once(&server, &connected.graph, &outcome.crowd).await;
    connected.relais.kill().unwrap();
    connected.relais.fold_check().unwrap();
}
