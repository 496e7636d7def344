//! The runner against an instance that knows two tricks: it greets, and `agent` queues.

use super::*;
use async_trait::async_trait;
use parking_lot::Mutex;
use relais_app::sandbox::SandboxError;
use serde_json::{Value, json};

#[derive(Default)]
struct Parrot {
    now: Mutex<String>,
    state: Mutex<String>,
    outbox: Mutex<Vec<Value>>,
    fold_differs: bool,
}

#[async_trait]
impl Instance for Parrot {
    async fn call(&self, op: &str, input: Value) -> Result<Value, SandboxError> {
        Ok(match op {
            "reset" => {
                *self.now.lock() = input["at"].as_str().unwrap().to_owned();
                "bot".clone_into(&mut self.state.lock());
                json!({"ok": true})
            }
            "clock" => {
                if let Some(at) = input["at"].as_str() {
                    *self.now.lock() = at.to_owned();
                }
                json!({"now": *self.now.lock()})
            }
            "inbound" => {
                let text = if input["text"] == "agent" {
                    "queued".clone_into(&mut self.state.lock());
                    "Je vous transfère.".to_owned()
                } else {
                    let button = json!([{"id": "b1", "title": "FAQ"}]);
                    let body = input["payload"].as_str().unwrap_or("Bonjour !").to_owned();
                    self.say(&body, button);
                    return Ok(json!({"accepted": true}));
                };
                self.say(&text, json!([]));
                json!({"accepted": true})
            }
            "outbox" => {
                let after = input["after"].as_u64().unwrap_or(0);
                let all = self.outbox.lock().clone();
                let new: Vec<Value> =
                    all.into_iter().filter(|m| m["seq"].as_u64() > Some(after)).collect();
                json!({"messages": new})
            }
            "conversation" => json!({"state": *self.state.lock(), "id": "x"}),
            "queue" => json!({"contacts": ["+33639980101"]}),
            "agent" => json!({"result": "refused", "why": "already_taken"}),
            _ => json!({"ok": true}),
        })
    }

    async fn look_inside(&self) -> Result<Inside, SandboxError> {
        let fold_differs = self.fold_differs.then(|| "1: state".to_owned());
        Ok(Inside {
            fold_differs: fold_differs.into_iter().collect(),
            logs: vec![vec![json!({"kind": "escalated", "reasons": ["keyword"]})]],
            model_calls: 0,
        })
    }
}

impl Parrot {
    fn say(&self, text: &str, buttons: Value) {
        let mut outbox = self.outbox.lock();
        let seq = outbox.len() + 1;
        outbox.push(json!({"seq": seq, "at": *self.now.lock(), "by": "bot", "type": "text",
            "text": text, "buttons": buttons, "template": null}));
    }
}

fn document() -> Document {
    serde_json::from_value(json!({
        "workspace": {"format": 1, "name": "x", "time_zone": "Europe/Paris",
            "default_language": "fr", "languages": ["fr"], "fallback_language": "fr"},
        "texts": {"welcome": {"fr": "Bonjour !"}, "handoff": {"fr": "Je vous transfère."}},
        "hours": {"weekly": {}},
        "teams": [],
        "triggers": {"keywords": {}, "failure_limit": 3, "vip_failure_limit": 1,
            "vip_segment": "vip", "vip_team": "vip", "default_team": "general",
            "sentiment": {"words": {}}, "sensitive": []},
        "orders": {"table": [{"order": "ML-1", "name": "Claire Dubois", "phone": "+33639980101",
            "postcode": "1", "items": "", "total": "", "placed": "D", "status": "x"}]},
        "flow": {"format": 1, "id": "f", "name": "f", "entries": {"start": "menu"},
            "nodes": [{"id": "menu", "kind": "end"}], "edges": []},
    }))
    .unwrap()
}

async fn played(steps: &str) -> Played {
    played_on(steps, Parrot::default()).await
}

async fn played_on(steps: &str, parrot: Parrot) -> Played {
    let text = format!("name: a talk\nat: 2027-03-01 10:00\nsteps:\n{steps}");
    let scenario = Arc::new(format::read(&text).unwrap().remove(0));
    let outcome = play::play(&parrot, &scenario, &document(), "off").await;
    Played {
        file: "a.yaml".into(),
        name: scenario.name.clone(),
        variant: None,
        seconds: 0.0,
        outcome,
    }
}

#[tokio::test]
async fn a_talk_that_goes_as_written_passes() {
    let played = played(
        "  - customer: bonjour\n    bot: [welcome]\n    expect: {state: bot}\n\
         \x20 - press: FAQ\n    bot: [{exactly: b1}]\n\
         \x20 - customer: agent\n    after: 10m\n    bot: [handoff]\n    sends: 3\n    \
         expect: {state: queued}\n    queue: {general: [claire]}\n    never: [remise]\n\
         \x20 - agent: nadia\n    do: take\n    refused: already_taken\n",
    )
    .await;
    assert!(played.passed(), "{}", report::failure(&played));
    assert_eq!(played.outcome.coverage.missing_triggers().len(), 7);
    assert!(played.outcome.chat[0].starts_with("01 Mar 10:00:00"));
}

#[tokio::test]
async fn every_kind_of_check_can_fail() {
    for (step, at) in [
        ("customer: bonjour\n    bot: [handoff]", "bot[0]"),
        ("customer: bonjour\n    bot: []", "bot"),
        ("customer: bonjour\n    bot: [welcome, welcome]", "bot[1]"),
        ("customer: bonjour\n    among: [handoff]", "among"),
        ("customer: bonjour\n    bot: [{lacks: [Bonjour]}]", "bot[0]"),
        ("customer: bonjour\n    bot: [{buttons: [Menu]}]", "bot[0]"),
        ("customer: bonjour\n    bot: [{by: agent}]", "bot[0]"),
        ("customer: bonjour\n    bot: [farewell]", "bot"),
        ("customer: bonjour\n    never: [jour]", "never"),
        ("customer: bonjour\n    sends: 2", "sends"),
        ("customer: bonjour\n    expect: {state: human}", "state"),
        ("customer: bonjour\n    queue: {general: []}", "queue.general"),
        ("customer: bonjour\n    notified: [general/web]", "notified"),
        ("customer: bonjour\n    kpi: {escalated: 1}", "kpi.escalated"),
        ("customer: bonjour\n    gaps: []", "gaps"),
        ("press: Menu", "press"),
        ("who: nobody\n    customer: bonjour", "who"),
        ("after: soon", "after"),
        ("agent: nadia\n    do: take", "nadia take.result"),
        ("call: {op: conversation, error: not_found}", "conversation"),
    ] {
        let played = played(&format!("  - {step}\n")).await;
        let failure = played.outcome.failure.as_ref().unwrap_or_else(|| panic!("{step}"));
        assert_eq!((failure.line, failure.differences[0].at.as_str()), (4, at), "{step}");
    }
}

#[tokio::test]
async fn a_log_that_does_not_fold_to_its_state_fails_the_scenario() {
    let parrot = Parrot { fold_differs: true, ..Parrot::default() };
    let played = played_on("  - customer: bonjour\n", parrot).await;
    assert_eq!(played.outcome.failure.unwrap().differences[0].at, "fold of the log");
}

#[tokio::test]
async fn another_state_with_another_model_fails_the_scenario() {
    let before = played("  - customer: bonjour\n").await.outcome;
    let mut after = played("  - customer: agent\n").await.outcome;
    let scenario =
        format::read("name: a\nat: 2027-03-01 10:00\nsteps:\n  - customer: x\n").unwrap();
    after.must_equal(&before, &scenario[0]);
    assert_eq!(after.failure.unwrap().differences[0].at, "state");
}

fn located(steps: &str) -> Vec<Located> {
    let text = format!("name: a\nat: 2027-03-01 10:00\nsteps:\n{steps}");
    let scenarios = format::read(&text).unwrap().into_iter();
    scenarios.map(|s| Located { file: "a.yaml".into(), scenario: Arc::new(s) }).collect()
}

#[tokio::test]
async fn a_rule_that_nothing_notices_is_an_error() {
    let scenarios = located("  - customer: x\n    bot: [welcome]\n");
    let factory: Factory = Arc::new(|_| Arc::new(Parrot::default()));
    assert!(!mutate::run(&scenarios, document(), &factory).await.unwrap());
}

#[tokio::test]
async fn rules_that_a_scenario_notices_are_covered() {
    let scenarios = located("  - customer: x\n    bot: [welcome]\n");
    let factory: Factory = Arc::new(|document| {
        // Whatever is switched off, this one answers otherwise.
        let fold_differs = !document.workspace.switched_off.is_empty();
        Arc::new(Parrot { fold_differs, ..Parrot::default() })
    });
    assert!(mutate::run(&scenarios, document(), &factory).await.unwrap());
}

#[tokio::test]
async fn a_set_that_fails_anyhow_says_nothing_of_rules() {
    let scenarios = located("  - customer: x\n    bot: [handoff]\n");
    let factory: Factory = Arc::new(|_| Arc::new(Parrot::default()));
    assert!(mutate::run(&scenarios, document(), &factory).await.is_err());
}

#[test]
fn the_scenarios_of_the_demo_can_be_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let all = read(&folder).unwrap();
    assert!(all.len() >= 60, "{}", all.len());
    let mut names: Vec<&str> = all.iter().map(|l| l.scenario.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all.len(), "two scenarios have the same name");
}
