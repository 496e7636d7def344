//! The whole job under load: signed webhooks in, decisions, Graph API sends out, on the real binary
//! and SQLite. Open loop, counted from the due moment; every reply is checked.
//!
//! `cargo xtask bench relay [--rate 1000] [--seconds 20] [--numbers 20] [--customers 5000]
//! [--stored 1000000]`; with `--stored` the history is made so long and the load comes again.
#![forbid(unsafe_code)]

mod grow;

use relais_sim::graph::FakeGraph;
use relais_testkit::load::customers::{Crowd, TWICE, replies};
use relais_testkit::load::{Connected, Installation, Relais, deliver, quantile};
use std::io::{self, Write as _};
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;
use tokio::time::Instant;

/// After the start the program gives back memory that it needed for a moment.
const AT_REST: Duration = Duration::from_secs(4);

type Failed = Box<dyn std::error::Error + Send + Sync>;

#[derive(Clone, Copy, Debug)]
struct Plan {
    rate: f64,
    seconds: f64,
    numbers: usize,
    customers: usize,
    /// Messages that are stored before the load comes again; 0 for one load on a fresh database.
    stored: u64,
    seed: u64,
}

impl Plan {
    fn read() -> Result<Self, Failed> {
        let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let mut plan = Self {
            rate: 1_000.0,
            seconds: 20.0,
            numbers: 20,
            customers: 5_000,
            stored: 0,
            seed: clock.as_micros() as u64 % 1_000_000_000,
        };
        let mut args = std::env::args().skip(1);
        while let Some(name) = args.next() {
            let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--rate" => plan.rate = value.parse()?,
                "--seconds" => plan.seconds = value.parse()?,
                "--numbers" => plan.numbers = value.parse()?,
                "--customers" => plan.customers = value.parse()?,
                "--stored" => plan.stored = value.parse()?,
                "--seed" => plan.seed = value.parse()?,
                other => return Err(format!("unknown option {other}").into()),
            }
        }
        Ok(plan)
    }
}

#[tokio::main(worker_threads = 2)]
async fn main() -> Result<(), Failed> {
    let plan = Plan::read()?;
    println!("plan: {plan:?}; {:.0} % of webhooks delivered twice", TWICE * 100.0);
    let folder = tempfile::tempdir()?;
    println!("raw: {:.0} appends of 4 KiB with fdatasync per second", raw_syncs(folder.path())?);
    let numbers: Vec<String> = (0..plan.numbers).map(|n| format!("8000000000{n:05}")).collect();
    let Connected { mut relais, graph, urls, ready } =
        Connected::new(Installation::released(folder.path()), &numbers, plan.seed).await?;
    tokio::time::sleep(AT_REST).await;
    let rss = relais.usage().rss_mib;
    println!("fresh start to ready {:.0} ms, idle RSS {rss:.1} MiB", ready.as_secs_f64() * 1e3);
    let mut crowd = Crowd::new(plan.customers, &numbers, plan.seed);
    load(plan, &relais, &graph, &urls, &mut crowd).await?;
    start_again(&mut relais).await?;
    if plan.stored > 0 {
        relais.kill()?;
        let started = Instant::now();
        let stored = grow::grow(&folder.path().join("relais.db"), plan.stored)?;
        println!("{stored} messages stored, in {:.0} s", started.elapsed().as_secs_f64());
        start_again(&mut relais).await?;
        tokio::time::sleep(AT_REST).await;
        println!("idle RSS {:.1} MiB", relais.usage().rss_mib);
        load(plan, &relais, &graph, &urls, &mut crowd).await?;
    }
    relais.kill()?;
    println!("{}", relais.fold_check()?.trim());
    Ok(())
}

async fn start_again(relais: &mut Relais) -> io::Result<()> {
    relais.kill()?;
    let again = relais.start().await?;
    println!("start to ready on this database: {:.0} ms", again.as_secs_f64() * 1e3);
    Ok(())
}

/// Customers write at the planned rate; prints what came of it.
async fn load(
    plan: Plan,
    relais: &Relais,
    graph: &FakeGraph,
    urls: &[String],
    crowd: &mut Crowd,
) -> Result<(), Failed> {
    let (send, queue) = mpsc::unbounded_channel();
    let delivering = tokio::spawn(deliver(urls.to_vec(), 48, queue));
    let total = (plan.rate * plan.seconds) as usize;
    let asked_before: Vec<usize> = crowd.customers.iter().map(|c| c.asked.len()).collect();
    let first: usize = asked_before.iter().sum();
    let all = (first + total) as u64;
    let before = relais.usage();
    let (start, wall) = (Instant::now(), SystemTime::now());
    for n in 0..total {
        let due = start + Duration::from_secs_f64(n as f64 / plan.rate);
        tokio::time::sleep_until(due).await;
        send.send(crowd.ask(first + n, due, start))?;
    }
    drop(send);
    let mut acks = delivering.await?;
    let patience = Instant::now() + Duration::from_secs(60);
    while graph.stats().accepted < all && Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let elapsed = start.elapsed().as_secs_f64();
    let all_reports = graph.reports_done(Duration::from_secs(60)).await;
    let after = relais.usage();

    let replies = replies(graph);
    let mut waits = Vec::with_capacity(total);
    for (customer, before) in crowd.customers.iter().zip(asked_before) {
        let got = replies.get(&customer.phone).into_iter().flatten();
        for ((_, due), reply) in customer.asked.iter().zip(got).skip(before) {
            let at = reply.at.duration_since(wall).unwrap_or_default().as_micros() as u64;
            waits.push(at.saturating_sub(*due));
        }
    }
    let (tally, examples) = crowd.check(&replies);
    let stats = graph.stats();
    acks.sort_unstable();
    waits.sort_unstable();
    println!("messages {total} in {elapsed:.1} s = {:.0}/s end to end", total as f64 / elapsed);
    println!("replies  {tally:?}, sent twice {}, reports all in: {all_reports}", stats.duplicates);
    for example in examples {
        println!("  wrong: {example}");
    }
    for (name, list) in [("webhook → 200", &acks), ("webhook → reply", &waits)] {
        let [p50, p99, p999] = [0.5, 0.99, 0.999].map(|share| quantile(list, share));
        println!("{name}: p50 {p50:.1} ms, p99 {p99:.1} ms, p99.9 {p999:.1} ms");
    }
    let cpu = (after.cpu_seconds - before.cpu_seconds) * 1e3 / total as f64;
    println!("server: {cpu:.2} ms CPU a message, RSS {:.1} MiB at the end", after.rss_mib);
    let is_right = tally.right as u64 == all && tally.extra == 0 && stats.duplicates == 0;
    if is_right { Ok(()) } else { Err("replies are lost, wrong or extra".into()) }
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
