//! How well the signals tell apart what customers write, and how long that takes.
//!
//!     cargo run --release -p relais-core --example signal_figures [errors] [file …]
//!
//! Reads the sentences under `src/understanding/signals/fixtures` (`tune` files by default `held`
//! files too). Every second sentence of a `held` file is never looked at; the first ones were, once
//! the files had been measured as a whole. With `errors` the sentences of the tuning files and these
//! first ones that ring wrongly are listed; the second ones never are.
#![expect(clippy::disallowed_methods, reason = "a measurement needs a clock and prints")]

use relais_core::understanding::signals::{History, Lexicon, Signal, Signals};
use relais_core::understanding::text::Text;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/understanding/signals/fixtures");
/// Calm sentences listed.
const NEAREST: usize = 25;
const LABELS: [&str; 13] = [
    "human",
    "anger",
    "refund",
    "billing",
    "cancel",
    "legal",
    "fraud",
    "privacy",
    "complaint",
    "safety",
    "distress",
    "fault",
    "refuses",
];

struct Case {
    group: String,
    must: Vec<String>,
    may: Vec<String>,
    written: String,
}

fn main() {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let list_errors = args.first().is_some_and(|a| a == "errors");
    if list_errors {
        args.remove(0);
    }
    let lexicon = Lexicon::default();
    let started = Instant::now();
    let _ = lexicon.measure(&Text::new("bonjour"), History::default());
    println!("start: {:?}", started.elapsed());
    for (name, is_held) in [("tune_", false), ("held_", true)] {
        let files = files(name);
        let chosen = |f: &&PathBuf| args.is_empty() || args.iter().any(|a| f.ends_with(a));
        let files: Vec<&PathBuf> = files.iter().filter(chosen).collect();
        if !files.is_empty() {
            let cases: Vec<Case> = files.iter().flat_map(|f| cases(f)).collect();
            if !is_held {
                report(&lexicon, &cases, list_errors);
                continue;
            }
            let numbered = cases.into_iter().enumerate();
            let (second, first): (Vec<_>, Vec<_>) = numbered.partition(|(at, _)| at % 2 == 1);
            for (name, half) in [("looked at", first), ("never looked at", second)] {
                println!("\nheld out of the training, {name}");
                let half: Vec<Case> = half.into_iter().map(|(_, case)| case).collect();
                report(&lexicon, &half, list_errors && name == "looked at");
            }
        }
    }
}

fn files(prefix: &str) -> Vec<PathBuf> {
    let folder = Path::new(FOLDER).join("voices");
    let entries = std::fs::read_dir(folder).expect("the fixtures are there");
    let mut files: Vec<PathBuf> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
    files.retain(|f| f.file_name().is_some_and(|n| n.to_string_lossy().starts_with(prefix)));
    files.sort();
    files
}

fn cases(file: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(file).expect("the fixture can be read");
    let stem = file.file_stem().expect("a file has a name").to_string_lossy().into_owned();
    let mut group = stem.clone();
    let mut cases = Vec::new();
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("# --- ") {
            group = format!("{stem}: {name}");
        }
        let Some((labels, written)) = line.split_once('|').filter(|_| !line.starts_with('#'))
        else {
            continue;
        };
        let labels = labels.split_whitespace().filter(|l| *l != "-").map(str::to_owned);
        let (may, must): (Vec<String>, Vec<String>) =
            labels.partition(|l: &String| l.starts_with('?'));
        let may = may.iter().map(|l| l[1..].to_owned()).collect();
        cases.push(Case { group: group.clone(), must, may, written: written.trim().to_owned() });
    }
    cases
}

fn signal<'a>(signals: &'a Signals, label: &str) -> Option<&'a Signal> {
    match label {
        "human" => Some(&signals.human_request),
        "anger" => Some(&signals.frustration),
        "refuses" => Some(&signals.refuses_human),
        "fault" => Some(&signals.fault),
        "billing" => signals.sensitive.get("double_billing"),
        "cancel" => signals.sensitive.get("cancellation"),
        other => signals.sensitive.get(other),
    }
}

fn score(signals: &Signals, label: &str) -> f32 {
    signal(signals, label).map_or(0.0, |s| s.score)
}

fn report(lexicon: &Lexicon, cases: &[Case], list_errors: bool) {
    let texts: Vec<Text> = cases.iter().map(|c| Text::new(&c.written)).collect();
    let started = Instant::now();
    let measured: Vec<Signals> =
        texts.iter().map(|t| lexicon.measure(t, History::default())).collect();
    let spent = started.elapsed() / u32::try_from(cases.len().max(1)).unwrap_or(1);
    let mut right: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for (case, signals) in cases.iter().zip(&measured) {
        let rings = |l: &&str| score(signals, l) >= 0.5 && !case.may.iter().any(|m| m == *l);
        let got: Vec<&str> = LABELS.into_iter().filter(rings).collect();
        let want: Vec<&str> =
            LABELS.into_iter().filter(|l| case.must.iter().any(|m| m == l)).collect();
        let entry = right.entry(&case.group).or_default();
        entry.1 += 1;
        entry.0 += usize::from(got == want);
        if got != want && list_errors {
            println!("  {want:?} got {got:?}: {}", case.written);
        }
    }
    if list_errors {
        nearest_false(cases, &measured);
    }
    println!("\n{:<42} {:>9}", "all alarms right", "");
    let mut total = (0, 0);
    for (group, (good, count)) in &right {
        println!("{group:<42} {good:>3} of {count:>3}");
        total = (total.0 + good, total.1 + count);
    }
    println!("{:<42} {:>3} of {:>3}", "together", total.0, total.1);
    println!(
        "\n{:<10} {:>4} {:>7} {:>7} {:>7} {:>8}",
        "signal", "n", "recall", "false", "AUROC", "R@1%"
    );
    for label in LABELS {
        figures(label, cases, &measured);
    }
    quotes(lexicon, &texts, &measured);
    println!("{spent:?} a message");
}

/// Calm sentences that come nearest to an alarm for a person: what recall at few false alarms is
/// bounded by.
fn nearest_false(cases: &[Case], measured: &[Signals]) {
    let is_free = |c: &Case| !c.must.iter().chain(&c.may).any(|l| l == "human");
    let mut calm: Vec<(f32, &str)> = cases
        .iter()
        .zip(measured)
        .filter(|(c, _)| is_free(c))
        .map(|(c, s)| (score(s, "human"), c.written.as_str()))
        .collect();
    calm.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("\nnearest to a person:");
    for (score, written) in calm.iter().take(NEAREST) {
        println!("  {score:.2} {written}");
    }
}

fn figures(label: &str, cases: &[Case], measured: &[Signals]) {
    let (mut yes, mut no) = (Vec::new(), Vec::new());
    for (case, signals) in cases.iter().zip(measured) {
        if case.may.iter().any(|m| m == label) {
            continue;
        }
        let is_meant = case.must.iter().any(|m| m == label);
        if is_meant { &mut yes } else { &mut no }.push(score(signals, label));
    }
    let share = |scores: &[f32], line: f32| {
        scores.iter().filter(|s| **s >= line).count() as f32 / scores.len().max(1) as f32
    };
    let won = |y: f32, n: f32| match y.total_cmp(&n) {
        Ordering::Greater => 1.0,
        Ordering::Equal => 0.5,
        Ordering::Less => 0.0,
    };
    let wins: f32 = yes.iter().flat_map(|y| no.iter().map(move |n| won(*y, *n))).sum();
    no.sort_by(|a, b| b.total_cmp(a));
    let line = no.get(no.len() / 100).copied().unwrap_or(0.0) + 1e-6;
    println!(
        "{label:<10} {:>4} {:>6.1}% {:>6.1}% {:>7.3} {:>7.1}%",
        yes.len(),
        100.0 * share(&yes, 0.5),
        100.0 * share(&no, 0.5),
        wins / (yes.len() * no.len()).max(1) as f32,
        100.0 * share(&yes, line),
    );
}

/// How much of a message an alarm quotes, and whether the score falls once the quote is cut out.
fn quotes(lexicon: &Lexicon, texts: &[Text], measured: &[Signals]) {
    let (mut shares, mut falls, mut count) = (Vec::new(), 0, 0);
    for (text, signals) in texts.iter().zip(measured) {
        let length = text.original.chars().count();
        for label in LABELS {
            let Some(signal) = signal(signals, label).filter(|s| s.score >= 0.5) else { continue };
            let is_quoted =
                |at: usize| signal.quotes.iter().any(|q| (q.start..q.end).contains(&at));
            let left: String = text
                .original
                .chars()
                .enumerate()
                .filter(|(at, _)| !is_quoted(*at))
                .map(|(_, c)| c)
                .collect();
            shares.push(1.0 - left.chars().count() as f32 / length as f32);
            let rest = lexicon.measure(&Text::new(&left), History::default());
            count += 1;
            falls += usize::from(score(&rest, label) < signal.score);
        }
    }
    shares.sort_by(f32::total_cmp);
    let median = shares.get(shares.len() / 2).copied().unwrap_or(0.0);
    println!("quoted {:.0}% in the median; {falls} of {count} fall once cut", 100.0 * median);
}
