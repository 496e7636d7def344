//! `relais simulate`: seeds played one after the other, and a report. A seed that fails is played
//! again in shorter forms, and the shortest is kept as a file that `--replay` reads.

use crate::startup::Refusal;
use crate::wiring::files;
use anyhow::Context as _;
use async_trait::async_trait;
use clap::{Args, ValueEnum};
use parking_lot::Mutex;
use relais_app::clock::{Random as _, SystemRandom};
use relais_app::port::store::{Result, Store};
use relais_core::id::WorkspaceId;
use relais_sim::simulation::{
    Databases, Outcome, Profile, Script, Seen, Simulation, Violation, shrink,
};
use relais_store::Options;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tempfile::TempDir;

#[derive(Args, Debug)]
pub struct Simulate {
    /// Worlds to run.
    #[arg(long, value_name = "N", default_value_t = 200)]
    seeds: u64,
    /// The first seed.
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    from: u64,
    /// Stop after so many seconds, however many seeds are left.
    #[arg(long, value_name = "S")]
    seconds: Option<u64>,
    /// What happens in them.
    #[arg(long, value_enum, default_value_t)]
    world: World,
    /// Runs at the same time.
    #[arg(long, value_name = "N", default_value_t = 1)]
    threads: u64,
    /// Stop after so many violations.
    #[arg(long, value_name = "N", default_value_t = 1)]
    most: u64,
    /// Where scripts of failing runs go.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    keep: PathBuf,
    /// Do not make failing scripts shorter.
    #[arg(long)]
    as_it_is: bool,
    /// A PostgreSQL database to run on, in place of SQLite files; each run is a workspace there.
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Play one script again.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["seeds", "from", "seconds", "world"])]
    replay: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum World {
    /// Bursts, duplicates, faults, crashes, clocks, agents, publishing, erasure.
    #[default]
    Everything,
    /// Takeovers against dispatch, answers of models and timers.
    Takeover,
}

pub async fn run(args: &Simulate) -> std::result::Result<ExitCode, Refusal> {
    let refused = |e: anyhow::Error| Refusal::new(format!("{e:#}"), "report it");
    let document = files::demo()?;
    let databases = args.database.as_deref().map_or_else(files_of_runs, |url| Ok(on_server(url)));
    let databases = databases.map_err(|e| refused(e.into()))?;
    let simulation = Arc::new(simulation(document, databases).map_err(refused)?);
    if let Some(file) = &args.replay {
        return replay(&simulation, file).await.map_err(refused);
    }
    let started = Instant::now();
    let profile = match args.world {
        World::Everything => Profile::Everything,
        World::Takeover => Profile::Takeover,
    };
    let work = Arc::new(Work {
        next: AtomicU64::new(args.from),
        end: args.from.saturating_add(args.seeds),
        until: args.seconds.map(|s| started + Duration::from_secs(s)),
        failed: AtomicU64::new(0),
        most: args.most,
        keep: args.keep.clone(),
        as_it_is: args.as_it_is,
        profile,
    });
    let mut threads = tokio::task::JoinSet::new();
    for _ in 0..args.threads.max(1) {
        let (simulation, work) = (Arc::clone(&simulation), Arc::clone(&work));
        threads.spawn_blocking(move || work.off(&simulation));
    }
    let (mut runs, mut seen) = (0, Seen::default());
    while let Some(done) = threads.join_next().await {
        let (more, of) = done.context("a run panicked").map_err(refused)?;
        runs += more;
        seen.add(of);
    }
    let failed = work.failed.load(Ordering::Relaxed);
    println!("{runs} runs from seed {} in {:.0} s", args.from, started.elapsed().as_secs_f32());
    println!(
        "  {} messages of customers, {} units, {} events, {} sends accepted, {} takeovers, {} crashes",
        seen.messages, seen.units, seen.events, seen.accepted, seen.takeovers, seen.crashes
    );
    println!("  {failed} violations");
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Seeds to play, shared by threads.
struct Work {
    next: AtomicU64,
    end: u64,
    until: Option<Instant>,
    failed: AtomicU64,
    most: u64,
    keep: PathBuf,
    as_it_is: bool,
    profile: Profile,
}

impl Work {
    fn off(&self, simulation: &Simulation) -> (u64, Seen) {
        let (mut runs, mut seen) = (0, Seen::default());
        let mut told = Instant::now();
        while self.failed.load(Ordering::Relaxed) < self.most
            && self.until.is_none_or(|until| Instant::now() < until)
        {
            let seed = self.next.fetch_add(1, Ordering::Relaxed);
            if seed >= self.end {
                break;
            }
            let script = Simulation::script(seed, self.profile);
            let outcome = simulation.play(&script);
            runs += 1;
            seen.add(outcome.seen);
            if let Some(violation) = outcome.violations.first() {
                self.failed.fetch_add(1, Ordering::Relaxed);
                println!("seed {seed}: {}: {}", violation.guard, violation.what);
                self.keep(simulation, &script, violation);
            }
            if told.elapsed() > Duration::from_secs(10) {
                told = Instant::now();
                eprintln!("… seed {seed}");
            }
        }
        (runs, seen)
    }

    fn keep(&self, simulation: &Simulation, script: &Script, violation: &Violation) {
        let (short, told) = if self.as_it_is {
            (script.clone(), violation.what.clone())
        } else {
            let (short, outcome) = shrink(simulation, script, violation.guard);
            let told = outcome.violations.first().map(|v| v.what.clone());
            (short, told.unwrap_or_default())
        };
        let name = format!("{}-{}.jsonl", violation.guard.to_lowercase(), script.seed);
        let file = self.keep.join(name);
        let text = format!("# {}: {told}\n{}", violation.guard, short.to_lines());
        println!("  {} of {} steps are enough", short.steps.len(), script.steps.len());
        for line in text.lines().filter(|_| !self.as_it_is) {
            println!("    {line}");
        }
        match std::fs::write(&file, text) {
            Ok(()) => println!("  kept as {}", file.display()),
            Err(error) => println!("  {} cannot be written: {error}", file.display()),
        }
    }
}

async fn replay(simulation: &Arc<Simulation>, file: &Path) -> anyhow::Result<ExitCode> {
    let text = std::fs::read_to_string(file)?;
    let script = Script::from_lines(&text).map_err(anyhow::Error::msg)?;
    let simulation = Arc::clone(simulation);
    let outcome = tokio::task::spawn_blocking(move || simulation.tell(&script)).await?;
    Ok(if told(&outcome) { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn told(outcome: &Outcome) -> bool {
    for line in &outcome.told {
        println!("{line}");
    }
    for violation in &outcome.violations {
        println!("{}: {}", violation.guard, violation.what);
    }
    if outcome.violations.is_empty() {
        println!("nothing was violated");
    }
    outcome.violations.is_empty()
}

/// A simulation of a workspace.
pub fn simulation(
    document: relais_core::workspace::Document,
    databases: Arc<dyn Databases>,
) -> anyhow::Result<Simulation> {
    Simulation::new(document, databases).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        anyhow::anyhow!("the workspace cannot be used: {}", errors.join("; "))
    })
}

/// SQLite files in a folder that goes with the last of them.
pub fn files_of_runs() -> std::io::Result<Arc<dyn Databases>> {
    Ok(Arc::new(Files(tempfile::tempdir()?)))
}

/// Workspaces in a PostgreSQL database.
pub fn on_server(url: &str) -> Arc<dyn Databases> {
    let folder = std::env::temp_dir().join(format!("relais-simulate-{}", std::process::id()));
    Arc::new(Workspaces { url: url.to_owned(), folder, runs: Mutex::default() })
}

#[derive(Debug)]
struct Workspaces {
    url: String,
    folder: PathBuf,
    runs: Mutex<BTreeMap<String, WorkspaceId>>,
}

#[async_trait]
impl Databases for Workspaces {
    async fn open(&self, run: &str) -> Result<Arc<dyn Store>> {
        let fresh = || WorkspaceId(SystemRandom.name());
        let workspace = *self.runs.lock().entry(run.to_owned()).or_insert_with(fresh);
        let options = Options { connections: Some(2), ..Options::default() };
        relais_store::open(&self.url, workspace, options).await
    }

    fn folder(&self, run: &str) -> PathBuf {
        self.folder.join(run)
    }

    fn wipe(&self, run: &str) {
        // Its rows stay where nobody looks for them.
        self.runs.lock().remove(run);
        let _ = std::fs::remove_dir_all(self.folder(run));
    }
}

/// A SQLite file for each run.
#[derive(Debug)]
struct Files(TempDir);

impl Files {
    fn url(&self, run: &str) -> String {
        format!("sqlite://{}", self.0.path().join(format!("{run}.db")).display())
    }
}

#[async_trait]
impl Databases for Files {
    async fn open(&self, run: &str) -> Result<Arc<dyn Store>> {
        let workspace = WorkspaceId(uuid::Uuid::from_u128(1));
        let options = Options { connections: Some(1), ..Options::throw_away() };
        relais_store::open(&self.url(run), workspace, options).await
    }

    fn folder(&self, run: &str) -> PathBuf {
        self.0.path().join(format!("{run}.files"))
    }

    fn wipe(&self, run: &str) {
        // What cannot be deleted now goes with the folder.
        let _ = relais_store::wipe(&self.url(run));
        let _ = std::fs::remove_dir_all(self.folder(run));
    }
}
