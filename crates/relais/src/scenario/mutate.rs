//! Takes the rules of the always-on lane away one by one: a rule whose absence no scenario notices
//! is a rule that nothing tests.

use super::{Factory, Located, Until, play_all, report, without};
use anyhow::bail;
use relais_core::conversation::rules::RULES;
use relais_core::workspace::Document;

/// Plays the set without each rule. Scenarios that say they cover the rule go first, and the first
/// one that fails is enough.
pub async fn run(
    scenarios: &[Located],
    document: Document,
    factory: &Factory,
) -> anyhow::Result<bool> {
    let sound = play_all(scenarios, &document, factory, Until::FirstFailure).await;
    if let Some(failed) = sound.iter().find(|p| !p.passed()) {
        bail!("a scenario fails with every rule on\n{}", report::failure(failed));
    }
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
    let ordered: Vec<Located> = first.into_iter().chain(rest).collect();
    let played = play_all(&ordered, mutant, factory, Until::FirstFailure).await;
    let failed = played.iter().find(|p| !p.passed())?;
    Some(format!("{} · {}", failed.file, failed.name))
}
