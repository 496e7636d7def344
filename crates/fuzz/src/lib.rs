//! Fuzzing: inputs made by the grammar of what is parsed, then spoiled. An input that looks like
//! none before (the target says how an outcome looks) is kept and spoiled further, so that a run
//! finds its way into the parser without instruments of the compiler.
#![forbid(unsafe_code)]

mod grow;
mod targets;

pub use relais_app::dice::Dice;
pub use targets::{TARGETS, Target};

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Inputs kept in memory.
const KEPT: usize = 4_096;
/// Longest input that is made.
const LONGEST: usize = 64 * 1024;

/// An input that a target cannot bear.
#[derive(Clone, Debug)]
pub struct Crash {
    pub input: Vec<u8>,
    pub why: String,
}

/// What a run did.
#[derive(Debug, Default)]
pub struct Report {
    pub inputs: u64,
    /// Outcomes that look different.
    pub looks: usize,
    /// The inputs that led to them first.
    pub kept: Vec<Vec<u8>>,
    pub slowest: Duration,
    pub crash: Option<Crash>,
}

/// How long a run goes on.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    Inputs(u64),
    Time(Duration),
}

/// Fuzzes a target, beginning with `corpus`.
pub fn run(target: &dyn Target, corpus: Vec<Vec<u8>>, seed: u64, until: Until) -> Report {
    let started = Instant::now();
    let mut dice = Dice::new(seed);
    let mut report = Report::default();
    let mut seen = BTreeSet::new();
    let mut next = corpus.into_iter();
    loop {
        let is_over = match until {
            Until::Inputs(most) => report.inputs >= most,
            Until::Time(most) => started.elapsed() >= most,
        };
        let mut input = match next.next() {
            Some(input) => input,
            None if is_over => return report,
            None => fresh(target, &report.kept, &mut dice),
        };
        input.truncate(LONGEST);
        report.inputs += 1;
        let began = Instant::now();
        match judge(target, &input) {
            Ok(look) => {
                if seen.insert(look) && report.kept.len() < KEPT {
                    report.kept.push(input);
                }
            }
            Err(why) => {
                report.crash = Some(Crash { input: shorter(target, input), why });
                return report;
            }
        }
        report.slowest = report.slowest.max(began.elapsed());
        report.looks = seen.len();
    }
}

/// How an input looks to the target, or why it cannot bear it.
pub fn judge(target: &dyn Target, input: &[u8]) -> Result<u64, String> {
    catch_unwind(AssertUnwindSafe(|| target.look(input))).map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        text.unwrap_or_else(|| "a panic without words".to_owned())
    })
}

fn fresh(target: &dyn Target, kept: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    match (dice.below(4), dice.pick(kept)) {
        (0, _) | (_, None) => target.made(dice),
        (1, _) => {
            let made = target.made(dice);
            grow::spoil(made, kept, target.words(), dice)
        }
        (_, Some(known)) => grow::spoil(known.clone(), kept, target.words(), dice),
    }
}

/// A part of the input that is still too much for the target.
fn shorter(target: &dyn Target, input: Vec<u8>) -> Vec<u8> {
    let mut best = input;
    let mut size = best.len() / 2;
    while size > 0 {
        let mut start = 0;
        while start + size <= best.len() {
            let mut part = best.clone();
            part.drain(start..start + size);
            if judge(target, &part).is_err() {
                best = part;
            } else {
                start += size;
            }
        }
        size /= 2;
    }
    best
}

/// The inputs kept of a target, in the order of their names.
pub fn corpus(target: &str) -> std::io::Result<Vec<Vec<u8>>> {
    let folder = folder(target);
    let mut files: Vec<PathBuf> = match std::fs::read_dir(&folder) {
        Ok(found) => found.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(error),
    };
    files.sort();
    files.iter().map(std::fs::read).collect()
}

/// Where they lie.
pub fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}
