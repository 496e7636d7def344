//! The program on PostgreSQL: its server restarted (T36), the program killed, two programs (R7).

use crate::load;
use relais_testkit::load::{Connected, Crowd, Plan, Relais, Writing, kill_loop};
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
async fn answered_once(server: &Server, connected: &Connected, crowd: &Crowd) {
    load::rest(&connected.graph).await;
    server.sql(
        "UPDATE outbox SET dispatched_at = dispatched_at - 300000000
         WHERE state IN ('unknown', 'dispatching')",
    );
    load::answered_once(&connected.graph, crowd).await;
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
    answered_once(&server, &connected, &crowd).await;
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
        patience: Duration::from_secs(1),
    };
    let outcome = kill_loop(&mut connected, &load::numbers(), plan, |_, _| {}).await.unwrap();
    connected.relais.start().await.unwrap();
    answered_once(&server, &connected, &outcome.crowd).await;
    connected.relais.kill().unwrap();
    connected.relais.fold_check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_on_one_database_double_nothing_though_one_is_frozen_for_a_while() {
    let Some(server) = Server::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut first = connected(&server, folder.path()).await;
    let mut second =
        Relais::new(first.relais.installation.clone(), first.graph.base_url()).unwrap();
    second.start().await.unwrap();
    // Each takes the webhooks of one number; both send for both.
    let mut urls = first.urls.clone();
    urls[1] = urls[1].replace(&first.relais.port.to_string(), &second.port.to_string());
    let writing = Writing::start(Crowd::new(400, &load::numbers(), 33), urls, 50);
    let graph = &first.graph;
    load::until("both work", async || graph.stats().accepted >= 60).await;
    second.signal("STOP").unwrap();
    let wanted = graph.stats().accepted + 60;
    load::until("the other goes on alone", async || graph.stats().accepted >= wanted).await;
    second.signal("CONT").unwrap();
    let (crowd, _) = writing.stop().await.unwrap();
    answered_once(&server, &first, &crowd).await;
    second.kill().unwrap();
    first.relais.kill().unwrap();
    first.relais.fold_check().unwrap();
}
