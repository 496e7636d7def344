//! The kill loop: the real binary under load is killed with SIGKILL again and again. At the end
//! every message was answered exactly once, in order, and every log folds to its stored state.
//!
//! `cargo xtask soak [--rounds 200] [--rate 50]`
#![forbid(unsafe_code)]

mod harness;

use harness::customers::{Customer, Dice, check, questions, vary};
use harness::process::Relais;
use harness::traffic::{Delivery, body, deliver, quantile};
use relais_sim::graph::{FakeConfig, FakeGraph};
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};
use tokio::sync::mpsc;
use tokio::time::Instant;

const SECRET: &str = "soak-app-secret";
const TOKEN: &str = "soak-token";
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
    let graph = FakeGraph::start(FakeConfig {
        token: TOKEN.to_owned(),
        numbers: numbers.clone(),
        app_secret: SECRET.to_owned(),
        remember: 4_000_000,
        seed,
        ..FakeConfig::default()
    })
    .await?;
    let mut relais = Relais::new(folder.path(), graph.base_url())?;
    let (_, claim) = relais.start().await?;
    let claim = claim.ok_or_else(|| io::Error::other("no claim link was printed"))?;
    let urls = relais.set_up(&claim, &numbers, TOKEN, SECRET).await?;
    graph.set_webhook_urls(numbers.iter().cloned().zip(urls.clone()).collect());

    let stop = Arc::new(AtomicBool::new(false));
    let (send, queue) = mpsc::unbounded_channel();
    let delivering = tokio::spawn(deliver(urls, SECRET.to_owned(), 16, queue));
    let writing = tokio::spawn(write(Arc::clone(&stop), send, numbers, rate, seed));

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
    let (customers, questions, total) = writing.await.map_err(io::Error::other)?;
    delivering.await.map_err(io::Error::other)?;
    let end = Instant::now() + PATIENCE;
    while graph.stats().accepted < total && Instant::now() < end {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut replies: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for accepted in graph.accepted() {
        let to = format!("+{}", accepted.to.trim_start_matches('+'));
        replies.entry(to).or_default().push(accepted.text.clone());
    }
    let (tally, examples) = check(&customers, &questions, &replies);
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

type Written = (Vec<Customer>, Vec<harness::customers::Question>, u64);

/// Customers who write at a steady rate until told to stop.
async fn write(
    stop: Arc<AtomicBool>,
    send: mpsc::UnboundedSender<Delivery>,
    numbers: Vec<String>,
    rate: u64,
    seed: u64,
) -> Written {
    let questions = questions(&relais::sandbox::demo().expect("the demo ships with the program"));
    let mut dice = Dice::new(seed);
    let mut customers: Vec<Customer> = (0..400)
        .map(|n| Customer {
            phone: format!("+3363998{n:06}"),
            number: n % numbers.len(),
            asked: Vec::new(),
        })
        .collect();
    let (start, mut n) = (Instant::now(), 0_u64);
    while !stop.load(Ordering::Relaxed) {
        let due = start + Duration::from_secs_f64(n as f64 / rate as f64);
        tokio::time::sleep_until(due).await;
        let who = n as usize % customers.len();
        let customer = &mut customers[who];
        let last = customer.asked.last().map(|(q, _)| *q);
        let question =
            (0..8).map(|_| dice.below(questions.len())).find(|q| Some(*q) != last).unwrap_or(0);
        customer.asked.push((question, 0));
        let at =
            SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let text = vary(&questions[question].text, &mut dice);
        let body = body(
            &numbers[customer.number],
            &customer.phone,
            "Soak",
            &format!("wamid.soak{seed:x}.{n}"),
            at,
            &text,
        );
        let delivery =
            Delivery { number: customer.number, body, due, customer: who, twice: dice.chance(0.2) };
        if send.send(delivery).is_err() {
            break;
        }
        n += 1;
    }
    (customers, questions, n)
}
