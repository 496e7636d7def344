//! Dependency rules: the allowed edges between our crates, what core must not use, and licences.

use crate::sh::{Result, cargo, output};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Who may use whom (docs/ARCHITECTURE.md). Test-only uses are listed apart.
const EDGES: [(&str, &[&str]); 11] = [
    ("relais-core", &[]),
    ("relais-app", &["relais-core"]),
    ("relais-store", &["relais-app", "relais-core"]),
    ("relais-adapters", &["relais-app", "relais-core"]),
    ("relais-api", &["relais-app", "relais-core"]),
    ("relais-ui", &[]),
    ("relais-sim", &["relais-app", "relais-core"]),
    ("relais-testkit", &["relais-app", "relais-core", "relais-store", "relais-sim"]),
    (
        "relais-fuzz",
        &["relais-core", "relais-app", "relais-store", "relais-adapters", "relais-sim"],
    ),
    ("xtask", &[]),
    (
        "relais",
        &[
            "relais-core",
            "relais-app",
            "relais-store",
            "relais-adapters",
            "relais-api",
            "relais-ui",
            "relais-sim",
        ],
    ),
];

/// What tests may use beside.
const TEST_EDGES: [&str; 4] = ["relais-sim", "relais-testkit", "relais-store", "relais-adapters"];

/// Core decides and never acts: none of these may be reachable from it.
const BANNED_IN_CORE: [&str; 10] = [
    "tokio",
    "rusqlite",
    "tokio-postgres",
    "reqwest",
    "axum",
    "hyper",
    "rand",
    "getrandom",
    "cel",
    "log4rs",
];

/// Licences that a program under Apache-2.0 may ship; the same list stands in deny.toml.
const LICENCES: [&str; 13] = [
    "Apache-2.0",
    "MIT",
    "MIT-0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "ISC",
    "Zlib",
    "0BSD",
    "Unicode-3.0",
    "CC0-1.0",
    "Unlicense",
    "CDLA-Permissive-2.0",
    "BSL-1.0",
];

pub(crate) fn check() -> Result {
    let text = output(&mut cargo(&["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Value = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    let mut wrong = edges(&metadata);
    wrong.extend(core_reach(&metadata));
    wrong.extend(licences(&metadata));
    if wrong.is_empty() {
        return Ok(());
    }
    Err(format!("dependency rules are broken:\n  {}", wrong.join("\n  ")))
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Packages of this workspace.
fn ours(metadata: &Value) -> impl Iterator<Item = &Value> {
    list(&metadata["packages"]).filter(|p| p["source"].is_null())
}

fn edges(metadata: &Value) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = EDGES.into_iter().collect();
    let mut wrong = Vec::new();
    for package in ours(metadata) {
        let name = text(package, "name");
        let Some(may) = allowed.get(name) else {
            wrong.push(format!("{name}: a new crate needs a line in xtask/src/deps.rs"));
            continue;
        };
        for dependency in list(&package["dependencies"]) {
            let used = text(dependency, "name");
            let is_ours = allowed.contains_key(used);
            let in_tests = text(dependency, "kind") == "dev" && TEST_EDGES.contains(&used);
            if is_ours && !may.contains(&used) && !in_tests {
                wrong.push(format!("{name} must not use {used}"));
            }
        }
    }
    wrong
}

/// Everything core's normal dependencies lead to.
fn core_reach(metadata: &Value) -> Vec<String> {
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).map(|n| (text(n, "id"), n)).collect();
    let names: BTreeMap<&str, &str> =
        list(&metadata["packages"]).map(|p| (text(p, "id"), text(p, "name"))).collect();
    let core = ours(metadata).find(|p| text(p, "name") == "relais-core");
    let mut open: VecDeque<&str> = core.map(|p| text(p, "id")).into_iter().collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = open.pop_front() {
        if !seen.insert(id) {
            continue;
        }
        for dependency in nodes.get(id).into_iter().flat_map(|n| list(&n["deps"])) {
            let is_normal = list(&dependency["dep_kinds"]).any(|k| k["kind"].is_null());
            if is_normal {
                open.push_back(text(dependency, "pkg"));
            }
        }
    }
    let reached = seen.iter().filter_map(|id| names.get(id));
    let banned = reached.filter(|n| BANNED_IN_CORE.contains(n));
    banned.map(|n| format!("relais-core reaches {n}, which acts on the outside world")).collect()
}

fn licences(metadata: &Value) -> Vec<String> {
    let others = list(&metadata["packages"]).filter(|p| !p["source"].is_null());
    let refused = others.filter(|p| !is_licensed(text(p, "license")));
    refused
        .map(|p| {
            format!("{} {}: licence `{}`", text(p, "name"), text(p, "version"), text(p, "license"))
        })
        .collect()
}

/// One of the alternatives joined by OR consists of allowed licences only.
fn is_licensed(expression: &str) -> bool {
    let plain = expression.replace(['(', ')'], " ").replace('/', " OR ");
    plain.split(" OR ").any(|choice| {
        let mut parts = choice.split(" AND ").map(|l| l.split(" WITH ").next().unwrap_or(l).trim());
        !choice.trim().is_empty() && parts.all(|l| LICENCES.contains(&l))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licence_expressions_are_read_as_alternatives() {
        assert!(is_licensed("MIT OR Apache-2.0"));
        assert!(is_licensed("MIT/Apache-2.0"));
        assert!(is_licensed("GPL-3.0 OR MIT"));
        assert!(is_licensed("(MIT OR Apache-2.0) AND Unicode-3.0"));
        assert!(is_licensed("Apache-2.0 WITH LLVM-exception"));
        assert!(!is_licensed("GPL-3.0"));
        assert!(!is_licensed("MIT AND GPL-3.0"));
        assert!(!is_licensed(""));
    }
}
