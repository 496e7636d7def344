//! The database's machine is lost (T36), and a database that was restored under nodes that are all
//! new (T40).

use crate::load;
use crate::postgres::answered_once;
use relais_testkit::load::{Crowd, Nodes, Writing};
use relais_testkit::postgres::Server;
use std::sync::Arc;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_primary_is_lost_and_its_standby_knows_everything_that_was_acknowledged() {
    let Some(primary) = Server::start().map(Arc::new) else { return };
    let of = Arc::clone(&primary);
    let standby = tokio::task::spawn_blocking(move || of.synchronous_standby()).await.unwrap();
    let folders = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let installations = folders.iter().map(|folder| load::installation(folder.path())).collect();
    let both = Server::url_of(&[&primary, &standby]);
    let mut nodes = Nodes::start(installations, &both, &load::numbers(), 5_152).await.unwrap();

    let crowd = Crowd::new(400, &load::numbers(), 43);
    let writing = Writing::start(crowd, nodes.urls.clone(), 40);
    let graph = &nodes.graph;
    load::until("answers go out", async || graph.stats().accepted >= 60).await;
    primary.kill();
    let standby = Arc::new(standby);
    let promoted = Arc::clone(&standby);
    tokio::task::spawn_blocking(move || promoted.promote()).await.unwrap();
    load::until("both nodes are ready by themselves", async || {
        nodes.nodes[0].is_ready().await && nodes.nodes[1].is_ready().await
    })
    .await;
    let wanted = graph.stats().accepted + 60;
    load::until("answers go out again", async || graph.stats().accepted >= wanted).await;
    let (crowd, _) = writing.stop().await.unwrap();
    answered_once(&standby, &nodes.graph, &crowd).await;
    nodes.kill().unwrap();
    nodes.nodes[0].fold_check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t40_a_restored_database_under_nodes_that_are_all_new_sends_nothing_until_told() {
    let Some(server) = Server::start() else { return };
    let folder = tempfile::tempdir().unwrap();
    let installation = vec![load::installation(folder.path())];
    let nodes = Nodes::start(installation, &server.url, &load::numbers(), 5_153).await;
    let mut nodes = nodes.unwrap();
    let writing = Writing::start(Crowd::new(40, &load::numbers(), 44), nodes.urls.clone(), 30);
    let graph = &nodes.graph;
    load::until("answers go out", async || graph.stats().accepted >= 20).await;
    writing.stop().await.unwrap();
    load::rest(&nodes.graph).await;
    let sent = nodes.graph.stats().accepted;
    nodes.kill().unwrap();
    // As if the backup were from before the last sends, and the lease of the node long over.
    server.sql("UPDATE outbox SET state = 'queued', attempts = 0, provider_id = NULL");
    server.sql("UPDATE nodes SET lease_until = lease_until - 60000000");

    let node = &mut nodes.nodes[0];
    let elsewhere = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    node.installation.data = elsewhere[0].path().to_owned();
    node.start().await.unwrap();
    let held = async || server.ask("SELECT count(*) FROM outbox WHERE state <> 'held'");
    assert_eq!(held().await, "0");
    // One more is no reason to send either.
    let second = relais_testkit::load::Installation {
        data: elsewhere[1].path().to_owned(),
        ..node.installation.clone()
    };
    let mut second = relais_testkit::load::Relais::new(second, nodes.graph.base_url()).unwrap();
    second.start().await.unwrap();
    load::rest(&nodes.graph).await;
    assert_eq!((held().await.as_str(), nodes.graph.stats().accepted), ("0", sent));
    second.kill().unwrap();

    // The first one said so in its own folder: known again, it is no copy any more once released.
    let body = serde_json::json!({"held": "drop"});
    let released = nodes.nodes[0].call("POST", "/api/v1/outbox/release", &body).await.unwrap();
    assert!(released.status < 300, "{}: {}", released.status, released.body);
    nodes.kill().unwrap();
    nodes.nodes[0].start().await.unwrap();
    let reason = server.ask("SELECT count(*) FROM settings WHERE key = 'outbox.hold'");
    assert_eq!(reason, "0");
    nodes.kill().unwrap();
}
