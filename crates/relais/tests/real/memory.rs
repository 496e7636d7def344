//! Memory under load stays bounded (R17, T07): read from the kernel, of the real program.

use crate::load;
use relais_sim::graph::webhook::{Batch, unix};
use relais_sim::graph::{Faults, WebhookClient};
use relais_testkit::load::process::SECRET;
use relais_testkit::load::{Crowd, deliver};
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Generous: a debug build at rest has a third of it, and forty bodies held at once, each read and
/// written as text, would be twice as much.
const MOST_MIB: f64 = 250.0;

/// A valid delivery of three megabytes: a message of a kind nobody knows yet, kept raw.
fn large(n: usize) -> Vec<u8> {
    let mut batch = Batch::for_number(load::NUMBERS[0]);
    batch.contact("33639970000", "Customer", None);
    let (at, data) = (unix(SystemTime::now()), "x".repeat(2_900_000));
    batch.message(&format!(
        r#"{{"from":"33639970000","id":"wamid.large.{n}","timestamp":"{at}","type":"hologram","hologram":{{"data":"{data}"}}}}"#
    ));
    batch.body()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_large_bodies_at_once_are_all_taken_in_bounded_memory() {
    let folder = tempfile::tempdir().unwrap();
    let connected = load::connected(load::installation(folder.path())).await;
    let mut posts = JoinSet::new();
    for n in 0..40 {
        let mut client = WebhookClient::new(&connected.urls[0], SECRET).unwrap();
        posts.spawn(async move {
            let body = large(n);
            // Told to come back when too many are there already.
            for _ in 0..100 {
                match client.post(&body).await.unwrap() {
                    200 => return,
                    503 => tokio::time::sleep(Duration::from_millis(200)).await,
                    other => panic!("{other}"),
                }
            }
            panic!("never taken");
        });
    }
    while let Some(post) = posts.join_next().await {
        post.unwrap();
    }
    let peak = connected.relais.usage().peak_mib;
    assert!(peak > 1.0 && peak < MOST_MIB, "{peak} MiB");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_before_a_slow_provider_is_taken_in_bounded_memory_and_drained() {
    let folder = tempfile::tempdir().unwrap();
    let connected = load::connected(load::installation(folder.path())).await;
    let slow = Duration::from_secs(2);
    connected.graph.set_faults(Faults { latency: Some((slow, slow)), ..Faults::default() });
    let mut crowd = Crowd::new(800, &load::numbers(), 17);
    let (send, queue) = mpsc::unbounded_channel();
    let start = Instant::now();
    for n in 0..800 {
        send.send(crowd.ask(n, start, start)).unwrap();
    }
    drop(send);
    // All at once: every one is acknowledged though no answer gets through.
    deliver(connected.urls.clone(), 100, queue).await;
    assert!(connected.graph.stats().sends_answered < 800);
    connected.graph.set_faults(Faults::default());
    load::answered_once(&connected.graph, &crowd).await;
    let peak = connected.relais.usage().peak_mib;
    assert!(peak > 1.0 && peak < MOST_MIB, "{peak} MiB");
}
