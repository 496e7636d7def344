//! The kill loop: the real binary under load is killed with SIGKILL again and again. At the end
//! every message was answered exactly once, in order, and every log folds to its stored state.
//!
//! `cargo xtask soak [--rounds 200] [--rate 50]`
#![forbid(unsafe_code)]

mod harness;

use harness::customers::{Crowd, Dice, replies};
use harness::process::Connected;
use harness::traffic::{Delivery, deliver, quantile};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// What a crash left open is settled by the provider's report or after two minutes.
const PATIENCE: Duration = Duration::from_secs(240);

#[tokio::main(worker_threads = 2)]
async fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let of = |name: &str, default: u64| {
        let at = args.iter().position(|a| a == name);
        at.and_then(|i| args.get(i + 1)?.parse().ok()).unwrap_or(default)
    };
    let (rounds, rate) = (of("--rounds", 200), of("--rate", 50));
    let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seed = of("--seed", clock.as_micros() as u64 % 1_000_000_000);
    println!("plan: {rounds} rounds at {rate} messages/s, seed {seed}");

    let folder = tempfile::tempdir()?;
    let numbers = vec!["800000000000001".to_owned(), "800000000000002".to_owned()];
    let Connected { mut relais, graph, urls, ready } =
        Connected::new(folder.path(), &numbers, seed).await?;
    println!("fresh start to ready {:.0} ms", ready.as_secs_f64() * 1e3);

    let stop = Arc::new(AtomicBool::new(false));
    let (send, queue) = mpsc::unbounded_channel();
    let delivering = tokio::spawn(deliver(urls, 16, queue));
    let writing =
        tokio::spawn(write(Arc::clone(&stop), send, Crowd::new(400, &numbers, seed), rate));

    let mut dice = Dice::new(seed ^ 0x5eed);
    let mut readies = Vec::new();
    for round in 1..=rounds {
        tokio::time::sleep(Duration::from_millis(200 + dice.next() % 2_800)).await;
        relais.kill()?;
        let (ready, _) = relais.start().await?;
        readies.push(ready.as_micros() as u64);
        if round % 20 == 0 {
            let (done, used) = (graph.stats().accepted, relais.usage());
            let (rss, cpu) = (used.rss_mib, used.cpu_seconds);
            println!("round {round}: {done} accepted, RSS {rss:.1} MiB, {cpu:.1} s of CPU");
        }
    }
    stop.store(true, Ordering::Relaxed);
    let (crowd, total) = writing.await.map_err(io::Error::other)?;
    delivering.await.map_err(io::Error::other)?;
    let end = Instant::now() + PATIENCE;
    while graph.stats().accepted < total && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let (tally, examples) = crowd.check(&replies(&graph));
    readies.sort_unstable();
    println!(
        "rounds {rounds}, messages {total}, {tally:?}, sent twice {}",
        graph.stats().duplicates
    );
    println!(
        "ready after a kill: p50 {:.0} ms, worst {:.0} ms",
        quantile(&readies, 0.5),
        quantile(&readies, 1.0)
    );
    for example in examples {
        println!("  wrong: {example}");
    }
    relais.kill()?;
    let folds = relais.fold_check()?;
    println!("{}", folds.trim());
    let is_right = tally.right as u64 == total && tally.extra == 0 && graph.stats().duplicates == 0;
    if is_right { Ok(()) } else { Err(io::Error::other("messages are lost, wrong or doubled")) }
}

/// Customers who write at a steady rate until told to stop; how many messages they wrote.
async fn write(
    stop: Arc<AtomicBool>,
    send: mpsc::UnboundedSender<Delivery>,
    mut crowd: Crowd,
    rate: u64,
) -> (Crowd, u64) {
    let (start, mut n) = (Instant::now(), 0_u64);
    while !stop.load(Ordering::Relaxed) {
        let due = start + Duration::from_secs_f64(n as f64 / rate as f64);
        tokio::time::sleep_until(due).await;
        if send.send(crowd.ask(n as usize, due, start)).is_err() {
            break;
        }
        n += 1;
    }
    (crowd, n)
}
