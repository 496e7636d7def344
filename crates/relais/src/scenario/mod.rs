//! `relais test`: scripted conversations, played by the production engine with a virtual clock and
//! in-process helpers, and what they say about the workspace.

mod coverage;
mod format;
mod matching;
mod mutate;
mod play;
mod report;
mod texts;
mod time;

pub use play::{Inside, Instance, Outcome};

use anyhow::{Context as _, bail};
use coverage::Coverage;
use format::Scenario;
use relais_app::sandbox::Sandbox;
use relais_core::workspace::Document;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

/// Arguments of `relais test`.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// A scenario file, or a folder of them.
    pub path: PathBuf,
    /// Write the result as JUnit XML.
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    /// Play without a rule of the always-on lane.
    #[arg(long, value_name = "RULE")]
    pub without: Vec<String>,
    /// Play the set once without each rule, and name the rules whose absence no scenario notices.
    #[arg(long, conflicts_with = "without")]
    pub mutations: bool,
    /// Only scenarios whose file or name contains this.
    #[arg(long, value_name = "WORDS")]
    pub only: Option<String>,
    /// Also show the talks that went well.
    #[arg(long)]
    pub verbose: bool,
}

/// Makes an instance that runs a workspace; each lane of a run has its own.
pub type Factory = Arc<dyn Fn(&Document) -> Arc<dyn Instance> + Send + Sync>;

/// Instances of the production engine.
pub fn sandboxes() -> Factory {
    Arc::new(|document| {
        let calls = Arc::default();
        let sandbox = Sandbox::new(crate::sandbox::ports(document.clone(), &calls));
        Arc::new(play::Counted { sandbox, calls })
    })
}

/// One playing of a scenario.
#[derive(Clone, Debug)]
pub struct Played {
    pub file: String,
    pub name: String,
    /// The model double, where the scenario is played with several.
    pub variant: Option<String>,
    pub seconds: f64,
    pub outcome: Outcome,
}

impl Played {
    fn title(&self) -> String {
        match &self.variant {
            Some(variant) => format!("{} [{variant}]", self.file),
            None => self.file.clone(),
        }
    }

    pub fn passed(&self) -> bool {
        self.outcome.failure.is_none()
    }
}

/// A scenario and the file it stands in.
#[derive(Clone, Debug)]
struct Located {
    file: String,
    scenario: Arc<Scenario>,
}

/// Runs `relais test`; `Ok(false)` when a scenario failed or a rule is not covered.
pub async fn run(args: &Args, document: Document, factory: Factory) -> anyhow::Result<bool> {
    let mut scenarios = read(&args.path)?;
    if let Some(words) = &args.only {
        scenarios.retain(|s| s.file.contains(words) || s.scenario.name.contains(words));
    }
    if scenarios.is_empty() {
        bail!("no scenario under {}", args.path.display());
    }
    if args.mutations {
        return mutate::run(&scenarios, document, &factory).await;
    }
    let document = without(document, &args.without);
    let began = Instant::now();
    let played = play_all(&scenarios, &document, &factory, Until::End).await;
    let mut coverage = Coverage::default();
    for one in &played {
        coverage.add(&one.outcome.coverage);
        if args.verbose && one.passed() {
            println!("✓ {} · {}\n    {}", one.title(), one.name, one.outcome.chat.join("\n    "));
        }
        print!("{}", report::failure(one));
    }
    let failed = played.iter().filter(|p| !p.passed()).count();
    let asked: BTreeSet<&str> =
        played.iter().filter(|p| p.outcome.model_calls > 0).map(|p| p.name.as_str()).collect();
    if args.only.is_none() {
        println!("{}", coverage.report(&document));
    }
    println!(
        "{} of {} playings of {} scenarios passed in {:.1} s; a model was asked {} times, in {} scenarios",
        played.len() - failed,
        played.len(),
        scenarios.len(),
        began.elapsed().as_secs_f64(),
        played.iter().map(|p| p.outcome.model_calls).sum::<u64>(),
        asked.len()
    );
    if let Some(file) = &args.junit {
        std::fs::write(file, report::junit(&played))
            .with_context(|| format!("failed to write {}", file.display()))?;
    }
    Ok(failed == 0)
}

fn without(mut document: Document, rules: &[String]) -> Document {
    document.workspace.switched_off.extend(rules.iter().cloned());
    document
}

/// How far a set is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    End,
    FirstFailure,
}

/// Plays scenarios side by side, in every variant, and returns them in order.
async fn play_all(
    scenarios: &[Located],
    document: &Document,
    factory: &Factory,
    until: Until,
) -> Vec<Played> {
    let next = Arc::new(AtomicUsize::new(0));
    let (all, document) = (Arc::<[Located]>::from(scenarios), Arc::new(document.clone()));
    let lanes = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let mut running = tokio::task::JoinSet::new();
    for _ in 0..lanes.min(scenarios.len()) {
        let (next, all, document) = (Arc::clone(&next), Arc::clone(&all), Arc::clone(&document));
        let instance = factory(&document);
        running.spawn(async move {
            let mut played = Vec::new();
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(located) = all.get(at) else { return played };
                let variants = variants(located, &document, &*instance).await;
                if until == Until::FirstFailure && variants.iter().any(|p| !p.passed()) {
                    // Nobody begins another one.
                    next.store(all.len(), Ordering::Relaxed);
                }
                played.push((at, variants));
            }
        });
    }
    let mut played: Vec<(usize, Vec<Played>)> =
        running.join_all().await.into_iter().flatten().collect();
    played.sort_by_key(|(at, _)| *at);
    played.into_iter().flat_map(|(_, variants)| variants).collect()
}

/// The scenario with each model double of its matrix. What the conversations become must not
/// depend on the double.
async fn variants(located: &Located, document: &Document, instance: &dyn Instance) -> Vec<Played> {
    let scenario = &located.scenario;
    let doubles = match scenario.matrix.llm.as_slice() {
        [] => vec![scenario.llm.clone().unwrap_or_else(|| "off".to_owned())],
        several => several.to_vec(),
    };
    let mut all: Vec<Played> = Vec::new();
    for llm in &doubles {
        let began = Instant::now();
        let mut outcome = play::play(instance, scenario, document, llm).await;
        if let Some(first) = all.first() {
            outcome.must_equal(&first.outcome, scenario);
        }
        all.push(Played {
            file: located.file.clone(),
            name: scenario.name.clone(),
            variant: (doubles.len() > 1).then(|| llm.clone()),
            seconds: began.elapsed().as_secs_f64(),
            outcome,
        });
    }
    all
}

/// The scenarios of a file, or of every `.yaml` below a folder, by path.
fn read(path: &Path) -> anyhow::Result<Vec<Located>> {
    let mut files = Vec::new();
    collect(path, &mut files)
        .with_context(|| format!("failed to read scenarios from {}", path.display()))?;
    files.sort();
    let mut all = Vec::new();
    for file in files {
        let shown = file.display().to_string();
        let text =
            std::fs::read_to_string(&file).with_context(|| format!("failed to read {shown}"))?;
        let scenarios =
            format::read(&text).map_err(|e| anyhow::anyhow!("{shown} is not a scenario: {e}"))?;
        all.extend(
            scenarios.into_iter().map(|s| Located { file: shown.clone(), scenario: Arc::new(s) }),
        );
    }
    Ok(all)
}

fn collect(path: &Path, into: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !path.is_dir() {
        into.push(path.to_owned());
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let path = entry?.path();
        if path.is_dir() || path.extension().is_some_and(|e| e == "yaml") {
            collect(&path, into)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
