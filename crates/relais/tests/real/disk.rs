//! Disks that fail under load: full (R13, T30), and not to be trusted (R14, T31). A tracer makes the
//! program's own system calls fail; that needs no rights and no disk of its own.

use crate::load;
use relais_sim::graph::webhook::{Batch, inbound_text, signature, unix};
use relais_testkit::load::process::SECRET;
use relais_testkit::load::{Crowd, Writing};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime};

/// A first message of one more customer.
fn greeting(n: usize) -> Vec<u8> {
    let phone = format!("3363997{n:06}");
    let mut batch = Batch::for_number(load::NUMBERS[0]);
    batch.contact(&phone, "Customer", None);
    let at = unix(SystemTime::now());
    batch.message(&inbound_text(&phone, &format!("wamid.full.{n}"), at, "Bonjour"));
    batch.body()
}

async fn post(hook: &str, body: &[u8]) -> reqwest::Response {
    let post = reqwest::Client::new().post(hook).body(body.to_vec());
    post.header("x-hub-signature-256", signature(SECRET, body)).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_answers_503_keeps_reading_and_recovers_by_itself() {
    is_survived("ENOSPC").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_used_up_quota_is_a_full_disk() {
    is_survived("EDQUOT").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_may_not_grow_is_a_full_disk() {
    is_survived("EFBIG").await;
}

/// Each thread that writes is told so for a while.
async fn is_survived(error: &str) {
    let Some(under) = load::failing("pwrite64", error, "1500..1560") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut installation = load::installation(folder.path());
    installation.under = under;
    let mut connected = load::connected(installation).await;
    let pid = connected.relais.pid();
    let writing = Writing::start(Crowd::new(400, &load::numbers(), 13), connected.urls.clone(), 60);

    let hook = connected.urls[0].clone();
    let (mut n, mut refused) = (0, None);
    while refused.is_none() {
        n += 1;
        assert!(n < 2_000, "the disk never got full");
        let body = greeting(n);
        let answer = post(&hook, &body).await;
        match answer.status().as_u16() {
            200 => {}
            503 => refused = Some((body, answer)),
            other => panic!("{other}"),
        }
    }
    let (body, answer) = refused.unwrap();
    let header = |name: &str| answer.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/problem+json");
    assert!(header("retry-after").parse::<u32>().unwrap() > 0);
    let id = header("x-request-id");
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["type"], "/problems/store_unavailable");
    assert_eq!(problem["title"], "The disk is full");
    assert_eq!(problem["request_id"], json!(id));
    let list = connected.relais.call("GET", "/api/v1/conversations", &Value::Null).await.unwrap();
    assert_eq!(list.status, 200, "reading goes on");

    // Space returns; nobody has to do anything.
    load::until("the same webhook is taken", async || {
        post(&hook, &body).await.status().as_u16() == 200
    })
    .await;
    let (crowd, _) = writing.stop().await.unwrap();
    assert_eq!(connected.relais.pid(), pid, "it never ended");
    connected.relais.installation.under.clear();
    load::everything_is_answered_once(&mut connected, &crowd).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_sync_ends_the_program_and_nothing_acknowledged_is_missing() {
    let Some(under) = load::failing("fsync,fdatasync", "EIO", "150+") else { return };
    let folder = tempfile::tempdir().unwrap();
    let mut installation = load::installation(folder.path());
    installation.under = under;
    let mut connected = load::connected(installation).await;
    let writing = Writing::start(Crowd::new(400, &load::numbers(), 14), connected.urls.clone(), 60);
    let status = connected.relais.wait(Duration::from_secs(60)).await.unwrap();
    assert!(status.code().is_some_and(|code| code != 0), "{status}");
    // What was not acknowledged is delivered again, as the provider does; the rest is on the disk.
    connected.relais.installation.under.clear();
    connected.relais.start().await.unwrap();
    let (crowd, _) = writing.stop().await.unwrap();
    load::everything_is_answered_once(&mut connected, &crowd).await;
}
