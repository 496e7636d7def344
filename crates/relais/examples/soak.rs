//! The kill loop: the real binary under load is killed with SIGKILL again and again; among several
//! nodes one or the other is, or is frozen, also for longer than its lease. At the end every message
//! was answered exactly once, in order, and every log folds to its stored state. With `--power` each
//! kill is a power cut: `strace` tells what was not synced, and that is spoilt. `--lying-disk` is the
//! control: no sync does anything, so that the run must fail.
//!
//! `cargo xtask soak [--rounds 200] [--rate 50] [--postgres] [--nodes 2]
//! [--power [--lying-disk]]`
#![forbid(unsafe_code)]

use relais::wiring::WORKSPACE;
use relais_app::port::store::OutboxState;
use relais_core::time::Timestamp;
use relais_sim::graph::FakeGraph;
use relais_store::Options;
use relais_testkit::load::{
    Connected, Disk, Installation, Nodes, Outcome, Plan, Relais, kill_loop, quantile, replies,
    trouble_loop,
};
use relais_testkit::postgres::Server;
use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, SystemTime};

#[tokio::main(worker_threads = 2)]
async fn main() -> io::Result<()> {
    let asked = Asked::read().map_err(io::Error::other)?;
    let Asked { plan, nodes, .. } = asked;
    println!("plan: {plan:?}");
    let numbers = ["800000000000001", "800000000000002"].map(str::to_owned);
    let server = asked.is_shared().then(Server::durable).flatten();
    if asked.is_shared() && server.is_none() {
        return Err(io::Error::other("no PostgreSQL is installed here"));
    }
    println!("on {}", if server.is_some() { "PostgreSQL, fsync on" } else { "SQLite" });
    let Ended { outcome, graph, relais, _folders } = match (&server, nodes) {
        (Some(server), count) if count > 1 => several(server, count, &numbers, plan).await?,
        _ => one(server.as_ref(), &numbers, asked).await?,
    };
    let (tally, examples) = outcome.crowd.check(&replies(&graph));
    let doubled = graph.stats().duplicates;
    println!("messages {}, {tally:?}, doubled {doubled}", outcome.messages);
    let [half, worst] = [0.5, 1.0].map(|share| quantile(&outcome.readies, share));
    println!("ready again: p50 {half:.0} ms, worst {worst:.0} ms");
    if plan.cuts_power {
        let (all, spoilt) = (outcome.spoilt.unsafe_writes, outcome.spoilt.spoilt);
        println!("power cuts: {all} writes were not synced, {spoilt} of them spoilt");
    }
    for example in examples {
        println!("  wrong: {example}");
    }
    for (end, count) in ends(&relais.installation.database_url()).await? {
        println!("outbox: {count} {end}");
    }
    println!("{}", relais.fold_check()?.trim());
    let is_right = tally.right as u64 == outcome.messages && tally.extra == 0;
    if is_right && doubled == 0 {
        Ok(())
    } else {
        Err(io::Error::other("messages are lost, wrong or doubled"))
    }
}

/// What the command line asks for.
#[derive(Clone, Copy)]
struct Asked {
    plan: Plan,
    nodes: u64,
    is_on_postgres: bool,
    has_lying_disk: bool,
}

impl Asked {
    fn read() -> Result<Self, String> {
        let clock = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let plan = Plan {
            rounds: 200,
            rate: 50,
            customers: 400,
            pause: (200, 2_800),
            seed: clock.as_micros() as u64 % 1_000_000_000,
            cuts_power: false,
            // On PostgreSQL a send is taken over after 10 s, then its fate is unknown for 120 s.
            patience: Duration::from_secs(300),
        };
        let mut asked = Self { plan, nodes: 1, is_on_postgres: false, has_lying_disk: false };
        let mut args = std::env::args().skip(1);
        while let Some(name) = args.next() {
            let mut number = || {
                let value = args.next().and_then(|value| value.parse().ok());
                value.ok_or_else(|| format!("{name} needs a whole number"))
            };
            match name.as_str() {
                "--rounds" => asked.plan.rounds = number()?,
                "--rate" => asked.plan.rate = number()?,
                "--seed" => asked.plan.seed = number()?,
                "--nodes" => asked.nodes = number()?,
                "--power" => asked.plan.cuts_power = true,
                "--lying-disk" => asked.has_lying_disk = true,
                "--postgres" => asked.is_on_postgres = true,
                other => return Err(format!("unknown option {other}")),
            }
        }
        Ok(asked)
    }

    fn is_shared(self) -> bool {
        self.is_on_postgres || self.nodes > 1
    }
}

/// A run that is over, with everything that can be asked about it.
struct Ended {
    outcome: Outcome,
    graph: FakeGraph,
    relais: Relais,
    _folders: Vec<tempfile::TempDir>,
}

/// One program, killed again and again.
async fn one(server: Option<&Server>, numbers: &[String], asked: Asked) -> io::Result<Ended> {
    let plan = asked.plan;
    let folder = tempfile::tempdir()?;
    let mut installation = Installation::released(folder.path());
    installation.database = server.map(|server| server.url.clone());
    if plan.cuts_power {
        let disk = if asked.has_lying_disk { Disk::Lies } else { Disk::Honest };
        installation = installation.traced(disk);
    }
    let mut connected = Connected::new(installation, numbers, plan.seed).await?;
    println!("fresh start to ready {:.0} ms", connected.ready.as_secs_f64() * 1e3);
    let outcome = kill_loop(&mut connected, numbers, plan, |round, now| {
        report(round, &now.graph, &now.relais);
    })
    .await?;
    let Connected { graph, relais, .. } = connected;
    Ok(Ended { outcome, graph, relais, _folders: vec![folder] })
}

/// Several programs on one database, killed and frozen in turn, also for longer than a lease.
async fn several(server: &Server, count: u64, numbers: &[String], plan: Plan) -> io::Result<Ended> {
    let folders = (0..count).map(|_| tempfile::tempdir()).collect::<io::Result<Vec<_>>>()?;
    let installations = folders.iter().map(|f| Installation::released(f.path())).collect();
    let mut nodes = Nodes::start(installations, &server.url, numbers, plan.seed).await?;
    let outcome = trouble_loop(&mut nodes, numbers, plan, |round, now| {
        report(round, &now.graph, &now.nodes[0]);
    })
    .await?;
    let Nodes { graph, mut nodes, .. } = nodes;
    let relais = nodes.remove(0);
    Ok(Ended { outcome, graph, relais, _folders: folders })
}

fn report(round: u64, graph: &FakeGraph, relais: &Relais) {
    if round.is_multiple_of(20) {
        let (done, used) = (graph.stats().accepted, relais.usage());
        let (rss, cpu) = (used.rss_mib, used.cpu_seconds);
        println!("round {round}: {done} accepted, RSS {rss:.1} MiB, {cpu:.1} s of CPU");
    }
}

/// How many messages ended how, with the reason where they did not reach the provider.
async fn ends(database: &str) -> io::Result<BTreeMap<String, i64>> {
    let store = relais_store::open(database, WORKSPACE, Options::default()).await;
    let store = store.map_err(|e| io::Error::other(e.to_string()))?;
    let counts = store.outbox_counts().await.map_err(|e| io::Error::other(e.to_string()))?;
    let mut ends = BTreeMap::new();
    for (state, count) in counts {
        if state == OutboxState::Accepted {
            ends.insert(format!("{state:?}"), count);
            continue;
        }
        let rows = store.outbox_in_state(state, Timestamp::from_micros(i64::MAX), 1_000).await;
        for row in rows.map_err(|e| io::Error::other(e.to_string()))? {
            let why = row.error.unwrap_or_default();
            *ends.entry(format!("{state:?} ({why})")).or_default() += 1;
        }
    }
    Ok(ends)
}
