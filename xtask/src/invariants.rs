//! `docs/INVARIANTS.md` must not rot: every test it names exists where it says, and it knows every
//! guard that can be left out.

use crate::mutants::MUTANTS;
use crate::sh::{Result, output, root};
use std::fs;
use std::path::Path;

const TABLE: &str = "docs/INVARIANTS.md";

/// Checks the table against the sources.
pub(crate) fn check() -> Result {
    let text = fs::read_to_string(root().join(TABLE)).map_err(|e| format!("{TABLE}: {e}"))?;
    let listed = output(&mut crate::sh::command("git", ["ls-files", "crates"]))?;
    let sources: Vec<(&str, String)> = listed
        .lines()
        .filter(|file| Path::new(file).extension().is_some_and(|end| end == "rs"))
        .filter_map(|file| Some((file, fs::read_to_string(root().join(file)).ok()?)))
        .collect();
    let mut wrong = Vec::new();
    for (number, line) in (1..).zip(text.lines()) {
        for name in tests_in(line).filter(|name| !exists(name, &sources)) {
            wrong.push(format!("{TABLE}:{number}: there is no test `{name}`"));
        }
    }
    for mutant in MUTANTS.iter().filter(|m| !text.contains(&format!("| {} |", m.id))) {
        wrong.push(format!("{TABLE}: does not say that the guard {} can be left out", mutant.id));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n  ")) }
}

/// What stands in backticks and looks like `crate::path::name`.
fn tests_in(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2).filter(|quoted| quoted.contains("::") && *quoted != "::")
}

/// A function of that name, in a file of that crate whose path has the parts in between.
fn exists(name: &str, sources: &[(&str, String)]) -> bool {
    let mut parts: Vec<&str> = name.split("::").collect();
    let (Some(function), false) = (parts.pop(), parts.is_empty()) else { return false };
    let krate = format!("crates/{}/", parts.remove(0));
    let declared = format!("fn {function}(");
    sources.iter().any(|(file, text)| {
        let place: Vec<&str> = file.trim_end_matches(".rs").split('/').collect();
        file.starts_with(&krate)
            && parts.iter().all(|part| place.contains(part))
            && text.contains(&declared)
    })
}
