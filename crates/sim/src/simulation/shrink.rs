//! A script that fails, made shorter: steps are dropped as long as it still fails in the same way.

use super::{Outcome, Script, Simulation};

/// Runs spent on one script.
const RUNS: usize = 400;

/// The shortest script found that breaks the same invariant, with how it ends.
pub fn shrink(simulation: &Simulation, script: &Script, guard: &str) -> (Script, Outcome) {
    let mut best = script.clone();
    let mut outcome = simulation.play(&best);
    let mut runs = 0;
    let mut size = best.steps.len().div_ceil(2).max(1);
    loop {
        let mut start = 0;
        let mut has_shrunk = false;
        while start < best.steps.len() && runs < RUNS {
            let mut shorter = best.clone();
            let end = (start + size).min(shorter.steps.len());
            shorter.steps.drain(start..end);
            runs += 1;
            let played = simulation.play(&shorter);
            if played.violations.iter().any(|v| v.guard == guard) {
                (best, outcome, has_shrunk) = (shorter, played, true);
            } else {
                start = end;
            }
        }
        if runs >= RUNS || (size == 1 && !has_shrunk) {
            return (best, outcome);
        }
        size = (size / 2).max(1);
    }
}
