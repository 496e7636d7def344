//! The whole job under load: signed webhooks in, decisions, Graph API sends out, on the real binary
//! and SQLite. Open loop, counted from the due moment; every reply is checked.
//!
//! `cargo xtask bench relay [--rate 1000] [--seconds 20] [--numbers 20] [--customers 5000]`
#![forbid(unsafe_code)]

use relais_testkit::load::customers::{Crowd, TWICE, replies};
use relais_testkit::load::{Connected, Installation, deliver, quantile};
use std::io::{self, Write as _};
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// After the start the program gives back memory that it needed for a moment.
const AT_REST: Duration = Duration::from_secs(4);

#[derive(Clone, Copy, Debug)]
struct Plan {
    rate: f64,
    seconds: f64,
    numbers: usize,
    customers: usize,
    seed: u64,
}

impl Plan {
    fn read() -> Self {
        let args: Vec<String> = std::env::args().collect();
        let of = |name: &str, default: f64| {
            let at = args.iter().position(|a| a == name);
            at.and_then(|i| args.get(i + 1)?.parse().ok()).unwrap_or(default)
        };
        let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let seed = of("--seed", (clock.as_micros() % 1_000_000_000) as f64) as u64;
        let (rate, seconds) = (of("--rate", 1_000.0), of("--seconds", 20.0));
        let (numbers, customers) = (of("--numbers", 20.0), of("--customers", 5_000.0));
        Self { rate, seconds, numbers: numbers as usize, customers: customers as usize, seed }
    }
}

#[tokio::main(worker_threads = 2)]
async fn main() -> io::Result<()> {
    let plan = Plan::read();
    println!("plan: {plan:?}; {:.0} % of webhooks delivered twice", TWICE * 100.0);
    let folder = tempfile::tempdir()?;
    println!("raw: {:.0} appends of 4 KiB with fdatasync per second", raw_syncs(folder.path())?);
    let numbers: Vec<String> = (0..plan.numbers).map(|n| format!("8000000000{n:05}")).collect();
    let Connected { mut relais, graph, urls, ready } =
        Connected::new(Installation::released(folder.path()), &numbers, plan.seed).await?;
    tokio::time::sleep(AT_REST).await;
    let idle = relais.usage();
    println!(
        "fresh start to ready {:.0} ms, idle RSS {:.1} MiB",
        ready.as_secs_f64() * 1e3,
        idle.rss_mib
    );

    let mut crowd = Crowd::new(plan.customers, &numbers, plan.seed);
    let (send, queue) = mpsc::unbounded_channel();
    let delivering = tokio::spawn(deliver(urls, 48, queue));
    let total = (plan.rate * plan.seconds) as usize;
    let before = relais.usage();
    let (start, wall) = (Instant::now(), SystemTime::now());
    for n in 0..total {
        let due = start + Duration::from_secs_f64(n as f64 / plan.rate);
        tokio::time::sleep_until(due).await;
        send.send(crowd.ask(n, due, start)).map_err(io::Error::other)?;
    }
    drop(send);
    let mut acks = delivering.await.map_err(io::Error::other)?;
    let patience = Instant::now() + Duration::from_secs(60);
    while graph.stats().accepted < total as u64 && Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let elapsed = start.elapsed().as_secs_f64();
    let all_reports = graph.reports_done(Duration::from_secs(60)).await;
    let after = relais.usage();

    let replies = replies(&graph);
    let mut waits = Vec::with_capacity(total);
    for customer in &crowd.customers {
        let got = replies.get(&customer.phone).into_iter().flatten();
        for ((_, due), reply) in customer.asked.iter().zip(got) {
            let at = reply.at.duration_since(wall).unwrap_or_default().as_micros() as u64;
            waits.push(at.saturating_sub(*due));
        }
    }
    let (tally, examples) = crowd.check(&replies);
    let stats = graph.stats();
    acks.sort_unstable();
    waits.sort_unstable();
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "messages {total} in {elapsed:.1} s = {:.0}/s end to end",
        total as f64 / elapsed
    )?;
    writeln!(
        out,
        "replies  {tally:?}, sent twice {}, reports all in: {all_reports}",
        stats.duplicates
    )?;
    for example in examples {
        writeln!(out, "  wrong: {example}")?;
    }
    for (name, list) in [("webhook → 200", &acks), ("webhook → reply", &waits)] {
        let [p50, p99, p999] = [0.5, 0.99, 0.999].map(|share| quantile(list, share));
        writeln!(out, "{name}: p50 {p50:.1} ms, p99 {p99:.1} ms, p99.9 {p999:.1} ms")?;
    }
    let cpu = (after.cpu_seconds - before.cpu_seconds) * 1e3 / total as f64;
    writeln!(out, "server: {cpu:.2} ms CPU a message, RSS {:.1} MiB at the end", after.rss_mib)?;
    relais.kill()?;
    let again = relais.start().await?;
    writeln!(out, "start to ready on this database: {:.0} ms", again.as_secs_f64() * 1e3)?;
    relais.kill()?;
    writeln!(out, "{}", relais.fold_check()?.trim())?;
    let is_right = tally.right == total && tally.extra == 0 && stats.duplicates == 0;
    if is_right { Ok(()) } else { Err(io::Error::other("replies are lost, wrong or extra")) }
}

/// What the disk gives when nothing else asks: the limit of commits one by one.
fn raw_syncs(folder: &std::path::Path) -> io::Result<f64> {
    let mut file = std::fs::File::create(folder.join("raw"))?;
    let (block, started) = ([7_u8; 4096], std::time::Instant::now());
    let mut count = 0_u32;
    while started.elapsed() < Duration::from_secs(1) {
        file.write_all(&block)?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / started.elapsed().as_secs_f64())
}
