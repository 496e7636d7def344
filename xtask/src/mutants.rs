//! Guards that must be missed: each feature `break_<id>` of a crate removes one, and the named test
//! must then fail. A guard whose absence no test notices is not protected.

use crate::sh::{Result, cargo, succeeds};

/// Invariant, crate of the feature and test, feature, test name.
struct Mutant {
    id: &'static str,
    package: &'static str,
    target: &'static [&'static str],
    feature: &'static str,
    test: &'static str,
}

const MUTANTS: [Mutant; 0] = [];

/// Runs all mutants, or those named.
pub(crate) fn run(only: &[String]) -> Result {
    let mut survivors = Vec::new();
    let chosen = MUTANTS.iter().filter(|m| only.is_empty() || only.iter().any(|o| o == m.id));
    for mutant in chosen {
        let Mutant { id, package, target, feature, test } = mutant;
        let build = [
            &["test", "--quiet", "--locked", "--package", package, "--features", feature],
            *target,
        ]
        .concat();
        let compiled = [&build[..], &["--no-run"]].concat();
        if !succeeds(&mut cargo(&compiled)) {
            return Err(format!("mutant {id} does not compile: {package} with {feature}"));
        }
        let tested = [&build[..], &["--", "--exact", test]].concat();
        let is_noticed = !succeeds(&mut cargo(&tested));
        println!("{} {id}: without its guard `{test}` {}", mark(is_noticed), word(is_noticed));
        if !is_noticed {
            survivors.push(*id);
        }
    }
    if survivors.is_empty() {
        Ok(())
    } else {
        Err(format!("nobody notices that these are missing: {}", survivors.join(", ")))
    }
}

fn mark(is_noticed: bool) -> &'static str {
    if is_noticed { "✓" } else { "✗" }
}

fn word(is_noticed: bool) -> &'static str {
    if is_noticed { "fails, as it must" } else { "still passes" }
}
