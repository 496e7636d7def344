//! What was due while nobody ran (R16), and the one order that everybody reads (R3), on the real
//! program.

use crate::load;
use relais_core::time::Timestamp;
use relais_sim::graph::WebhookClient;
use relais_sim::graph::webhook::{Batch, inbound_media, unix};
use relais_testkit::load::process::SECRET;
use relais_testkit::load::{Crowd, Writing};
use serde_json::Value;
use std::time::{Duration, Instant, SystemTime};

const PEOPLE: u64 = 12;

/// A picture of each of some people, in one delivery.
fn pictures() -> Vec<u8> {
    let mut batch = Batch::for_number(load::NUMBERS[0]);
    let at = unix(SystemTime::now());
    for n in 0..PEOPLE {
        let (phone, wamid) = (format!("3363996{n:06}"), format!("wamid.picture.{n}"));
        batch.contact(&phone, "Customer", None);
        let head = (phone.as_str(), wamid.as_str(), at);
        batch.message(&inbound_media(head, "image", "1", "image/jpeg", None, None));
    }
    batch.body()
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Timestamp::from_micros(i64::try_from(since.as_micros()).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fell_due_while_it_was_dead_acts_once_and_soon() {
    let folder = tempfile::tempdir().unwrap();
    let mut connected = load::connected(load::installation(folder.path())).await;
    // A picture is acknowledged when its burst is over, four seconds later: by a timer.
    let mut client = WebhookClient::new(&connected.urls[0], SECRET).unwrap();
    assert_eq!(client.post(&pictures()).await.unwrap(), 200);
    connected.relais.kill().unwrap();
    assert_eq!(connected.graph.stats().accepted, 0, "nothing was due yet");
    let store = load::store(&connected.relais).await;
    let far = Timestamp::from_micros(i64::MAX / 2);
    let due: Vec<Timestamp> =
        store.due(far, 1_000).await.unwrap().iter().filter_map(|row| row.due_at).collect();
    assert_eq!(due.len() as u64, PEOPLE);
    drop(store);
    load::until("everything is overdue", async || due.iter().all(|at| *at < now())).await;

    connected.relais.start().await.unwrap();
    let ready = Instant::now();
    let graph = &connected.graph;
    load::until("each is acknowledged", async || graph.stats().accepted == PEOPLE).await;
    // Five seconds are promised; this is a debug build among other tests on a busy machine.
    assert!(ready.elapsed() < Duration::from_secs(30), "{:?}", ready.elapsed());

    // Once: neither the rest of this run nor another start adds anything.
    load::rest(&connected.graph).await;
    connected.relais.kill().unwrap();
    connected.relais.start().await.unwrap();
    load::rest(&connected.graph).await;
    let stats = connected.graph.stats();
    assert_eq!((stats.accepted, stats.duplicates), (PEOPLE, 0));
    connected.relais.kill().unwrap();
    connected.relais.fold_check().unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn however_they_come_and_however_often_it_is_killed_everybody_reads_one_order() {
    let folder = tempfile::tempdir().unwrap();
    let mut connected = load::connected(load::installation(folder.path())).await;
    // Few people who write much: their messages come side by side on many connections. No faster
    // than the pace of one person lets answers go out, however long the starts take.
    let crowd = Crowd::new(8, &load::numbers(), 3);
    let writing = Writing::start(crowd, connected.urls.clone(), 16);
    for done in [20, 60, 100] {
        let graph = &connected.graph;
        load::until("answers went out", async || graph.stats().accepted >= done).await;
        connected.relais.kill().unwrap();
        connected.relais.start().await.unwrap();
    }
    let (crowd, _) = writing.stop().await.unwrap();
    load::everything_is_answered_once(&mut connected, &crowd).await;

    let store = load::store(&connected.relais).await;
    let ids = store.conversation_ids(None, 1_000).await.unwrap();
    assert_eq!(ids.len(), crowd.customers.len());
    let mut logs = Vec::new();
    for id in ids {
        let row = store.conversation(id).await.unwrap().unwrap();
        let events = store.events(id, 0, 100_000).await.unwrap();
        let positions: Vec<i64> = events.iter().map(|event| event.position).collect();
        assert_eq!(positions, (1..row.next_position).collect::<Vec<_>>(), "no gap, none twice");
        logs.push((id, positions));
    }
    drop(store);
    connected.relais.start().await.unwrap();
    for (id, positions) in logs {
        assert_eq!(read_by_an_agent(&connected.relais, id).await, positions);
    }
}

/// The positions as the interface gives them, page by page.
async fn read_by_an_agent(
    relais: &relais_testkit::load::Relais,
    id: relais_core::id::ConversationId,
) -> Vec<i64> {
    let mut read: Vec<i64> = Vec::new();
    loop {
        let after = read.last().copied().unwrap_or_default();
        let path = format!("/api/v1/conversations/{id}/events?after={after}");
        let page = relais.call("GET", &path, &Value::Null).await.unwrap();
        assert_eq!(page.status, 200, "{}", page.body);
        let items = page.body["items"].as_array().unwrap();
        if items.is_empty() {
            return read;
        }
        read.extend(items.iter().map(|item| item["position"].as_i64().unwrap()));
    }
}
