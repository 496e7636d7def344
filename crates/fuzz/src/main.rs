//! `relais-fuzz TARGET [SECONDS] [SEED]`: fuzzes one target and keeps what it learnt.

use relais_fuzz::{Report, TARGETS, Target, Until, corpus, folder, run};
use std::io;
use std::process::ExitCode;
use std::time::Duration;

/// Files kept of a target: the corpus in the repository stays small.
const KEPT: usize = 20;
/// Bytes of an input that is kept.
const SMALL: usize = 2_048;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let name = args.first().map_or("", String::as_str);
    let number = |place: usize, otherwise: u64| {
        args.get(place).and_then(|text| text.parse().ok()).unwrap_or(otherwise)
    };
    let Some(target) = TARGETS.iter().find(|t| t.name() == name) else {
        let names: Vec<&str> = TARGETS.iter().map(|t| t.name()).collect();
        eprintln!("usage: relais-fuzz TARGET [SECONDS] [SEED]; targets: {}", names.join(", "));
        return ExitCode::from(2);
    };
    // Panics are what we look for: each is told once, at the end.
    std::panic::set_hook(Box::new(|_| {}));
    match fuzz(*target, number(1, 60), number(2, 1)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("relais-fuzz: {error}");
            ExitCode::from(2)
        }
    }
}

/// Says whether all went well.
fn fuzz(target: &dyn Target, seconds: u64, seed: u64) -> io::Result<bool> {
    let known = corpus(target.name())?;
    let until = Until::Time(Duration::from_secs(seconds));
    let report = run(target, known, seed, until);
    println!(
        "{:<10} {seconds} s, seed {seed}: {} inputs, {} looks, slowest {:?}",
        target.name(),
        report.inputs,
        report.looks,
        report.slowest
    );
    keep(target, &report)?;
    let Some(crash) = report.crash else { return Ok(true) };
    println!("  {}", crash.why);
    println!("  input: {:?}", String::from_utf8_lossy(&crash.input));
    let file = folder(target.name()).join(format!("crash-{seed}"));
    std::fs::write(&file, &crash.input)?;
    println!("  kept as {}", file.display());
    Ok(false)
}

/// Small inputs that look different from all others.
fn keep(target: &dyn Target, report: &Report) -> io::Result<()> {
    let folder = folder(target.name());
    std::fs::create_dir_all(&folder)?;
    let there = std::fs::read_dir(&folder)?.count();
    let known = corpus(target.name())?;
    let fresh = report.kept.iter().filter(|i| i.len() <= SMALL && !known.contains(i));
    for (number, input) in (there..KEPT).zip(fresh) {
        std::fs::write(folder.join(format!("{number:03}")), input)?;
    }
    Ok(())
}
