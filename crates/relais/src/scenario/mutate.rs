//! Takes the rules of the always-on lane away one by one: a rule whose absence no scenario notices
//! is a rule that nothing tests.

use super::{Factory, Located, play_all, without};
use relais_core::conversation::rules::RULES;
use relais_core::workspace::Document;

/// Plays the set without each rule. Scenarios that say they cover the rule go first, and the first
/// one that fails is enough.
pub async fn run(
    scenarios: &[Located],
    document: Document,
    factory: &Factory,
) -> anyhow::Result<bool> {
    let mut unnoticed = Vec::new();
    for rule in RULES {
        let rule = rule.name;
        let mutant = without(document.clone(), &[rule.to_owned()]);
        if let Some(name) = noticed_by(scenarios, rule, &mutant, factory).await {
            println!("✓ without {rule}: noticed by {name}");
            continue;
        }
        println!("✗ without {rule}: no scenario notices");
        unnoticed.push(rule);
    }
    println!("{} of {} rules are covered", RULES.len() - unnoticed.len(), RULES.len());
    Ok(unnoticed.is_empty())
}

async fn noticed_by(
    scenarios: &[Located],
    rule: &str,
    mutant: &Document,
    factory: &Factory,
) -> Option<String> {
    let (first, rest): (Vec<Located>, Vec<Located>) = scenarios
        .iter()
        .cloned()
        .partition(|s| s.scenario.covers.iter().any(|covered| covered == rule));
    for part in first.chunks(4).chain(rest.chunks(4)) {
        let played = play_all(part, mutant, factory).await;
        if let Some(failed) = played.iter().find(|p| !p.passed()) {
            return Some(format!("{} · {}", failed.file, failed.name));
        }
    }
    None
}
