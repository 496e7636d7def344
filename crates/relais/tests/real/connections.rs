//! Connections that never say what they want, and floods of them (S17, T69).

use crate::load;
use relais_sim::graph::WebhookClient;
use relais_testkit::load::process::SECRET;
use relais_testkit::load::{Crowd, quantile};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// Files the program may open: it keeps 200 for itself, so 200 connections have a place.
const FILES: &str = "--nofile=400:400";
const SLOW: usize = 300;

async fn slow(port: u16) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    // It may be turned away already.
    let _ = stream.write_all(b"POST /hooks/whatsapp/x HTTP/1.1\r\nhost: slow\r\n").await;
    stream
}

/// How long until the other side has ended it.
async fn ended(mut stream: TcpStream) -> Duration {
    let start = Instant::now();
    let mut rest = Vec::new();
    // A reset is an end, too.
    let _ = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut rest)).await;
    start.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_connections_and_a_flood_do_not_keep_webhooks_out() {
    let folder = tempfile::tempdir().unwrap();
    let mut installation = load::installation(folder.path());
    installation.under = vec!["prlimit".to_owned(), FILES.to_owned()];
    let connected = load::connected(installation).await;
    let port = connected.relais.port;
    let mut held = Vec::new();
    for _ in 0..SLOW {
        held.push(slow(port).await);
    }
    // Strangers who ask as fast as they can.
    let (over, asked) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut flood = JoinSet::new();
    for _ in 0..4 {
        let (over, asked) = (Arc::clone(&over), Arc::clone(&asked));
        flood.spawn(async move {
            while !over.load(Ordering::Relaxed) {
                let Ok(mut stream) = TcpStream::connect(("127.0.0.1", port)).await else {
                    continue;
                };
                let ask = b"GET /api/v1/session HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
                let mut answer = Vec::new();
                if stream.write_all(ask).await.is_ok() {
                    let _ = stream.read_to_end(&mut answer).await;
                }
                asked.fetch_add(usize::from(!answer.is_empty()), Ordering::Relaxed);
            }
        });
    }
    let mut crowd = Crowd::new(100, &load::numbers(), 69);
    let (start, mut took) = (Instant::now(), Vec::new());
    for n in 0..100 {
        let question = crowd.ask(n, Instant::now(), start);
        let began = Instant::now();
        // A connection of its own each.
        let mut client = WebhookClient::new(&connected.urls[question.number], SECRET).unwrap();
        assert_eq!(client.post(&question.body).await.unwrap(), 200);
        took.push(began.elapsed().as_micros() as u64);
    }
    over.store(true, Ordering::Relaxed);
    while flood.join_next().await.is_some() {}
    took.sort_unstable();
    // A debug build among other tests; without a place to be had, all would take ten seconds.
    assert!(quantile(&took, 0.9) < 500.0 && quantile(&took, 1.0) < 5_000.0, "{took:?}");
    assert!(asked.load(Ordering::Relaxed) > 100, "no flood: {asked:?}");
    load::answered_once(&connected.graph, &crowd).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_says_nothing_for_ten_seconds_is_cut_off() {
    let folder = tempfile::tempdir().unwrap();
    let connected = load::connected(load::installation(folder.path())).await;
    let port = connected.relais.port;
    let silent = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let (half, mut idle) =
        (slow(port).await, TcpStream::connect(("127.0.0.1", port)).await.unwrap());
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let (silent, half, idle) = tokio::join!(ended(silent), ended(half), ended(idle));
    for waited in [silent, half, idle] {
        assert!((5..20).contains(&waited.as_secs()), "{silent:?} {half:?} {idle:?}");
    }
}
