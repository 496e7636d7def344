//! What the simulation sees: each guard is left out in turn, and seeds are played until a checker
//! says so. The table says after how many.

use crate::build::program;
use crate::sh::{Result, cargo, command, step};

/// Guards that stand between the network and the log; the others have their tests elsewhere.
const GUARDS: [&str; 14] =
    ["R1", "R2", "R3", "R4", "R5", "R6", "R7", "R8", "R10", "R10-echo", "R11", "R15", "R16", "R22"];

/// Of them, those for which worlds of takeovers are made.
const TAKEOVERS: [&str; 2] = ["R5", "R6"];

/// Worlds after which a guard counts as not seen.
const MOST: &str = "2000";

/// Plays worlds without each guard, or without those named.
pub(crate) fn run(only: &[String]) -> Result {
    let packages = ["--package", "relais", "--package", "relais-core"];
    let broken = ["--features", "relais-core/broken"];
    let build = [["build", "--locked"].as_slice(), &packages, &broken].concat();
    step("build without guards", &mut cargo(&build))?;
    let folder = std::env::temp_dir();
    let mut blind = Vec::new();
    println!("| left out | found after | by |\n|---|---|---|");
    for guard in GUARDS.iter().filter(|g| only.is_empty() || only.iter().any(|o| o == *g)) {
        let keep = folder.to_string_lossy();
        let world = if TAKEOVERS.contains(guard) { "takeover" } else { "everything" };
        let args = ["simulate", "--seeds", MOST, "--as-it-is", "--keep", &keep, "--world", world];
        let mut run = command(&program(), args);
        let told = run.env("RELAIS_BREAK", guard).output().map_err(|e| e.to_string())?;
        let text = String::from_utf8_lossy(&told.stdout);
        let Some(found) = text.lines().find_map(|l| l.strip_prefix("seed ")) else {
            println!("| {guard} | not in {MOST} worlds | |");
            blind.push(*guard);
            continue;
        };
        let (seed, what) = found.split_once(": ").unwrap_or((found, ""));
        let seed: u64 = seed.parse().map_err(|_| format!("`{found}` names no seed"))?;
        println!("| {guard} | {} | {what} |", seed + 1);
    }
    if blind.is_empty() { Ok(()) } else { Err(format!("not seen: {}", blind.join(", "))) }
}
