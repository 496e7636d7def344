//! Plays one scenario through the sandbox: the production pipeline on a virtual clock.

mod acts;
mod checks;

use super::coverage::Coverage;
use super::format::{Configure, Scenario, Step};
use super::matching::{Difference, compare};
use super::texts::{self, Wording};
use super::time;
use async_trait::async_trait;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use relais_app::sandbox::{Sandbox, SandboxError};
use relais_core::workspace::Document;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What a scenario is played on.
#[async_trait]
pub trait Instance: Send + Sync {
    async fn call(&self, op: &str, input: Value) -> Result<Value, SandboxError>;

    /// What no operation tells.
    async fn look_inside(&self) -> Result<Inside, SandboxError>;
}

/// The logs of all conversations, as they are stored.
#[derive(Clone, Debug, Default)]
pub struct Inside {
    /// Conversations whose state is not what their log gives.
    pub fold_differs: Vec<String>,
    pub logs: Vec<Vec<Value>>,
    /// How often a model was asked since the instance was made.
    pub model_calls: u64,
}

/// A sandbox and the count of what its models were asked.
#[derive(Debug)]
pub struct Counted {
    pub sandbox: Sandbox,
    pub calls: Arc<AtomicU64>,
}

#[async_trait]
impl Instance for Counted {
    async fn call(&self, op: &str, input: Value) -> Result<Value, SandboxError> {
        self.sandbox.call(op, input).await
    }

    async fn look_inside(&self) -> Result<Inside, SandboxError> {
        let Some(service) = self.sandbox.service().await else { return Ok(Inside::default()) };
        let checked = service.check_projections().await?;
        let mut inside = Inside {
            fold_differs: checked
                .differences
                .iter()
                .map(|d| format!("{}: {}", d.conversation, d.columns.join(", ")))
                .collect(),
            model_calls: self.calls.load(Ordering::Relaxed),
            ..Inside::default()
        };
        for id in service.store().conversation_ids(None, MOST_CONVERSATIONS).await? {
            let log = service.log(id).await?;
            let events = log.iter().filter_map(|(_, event)| serde_json::to_value(event).ok());
            inside.logs.push(events.collect());
        }
        Ok(inside)
    }
}

/// Conversations of a scenario that are looked into.
const MOST_CONVERSATIONS: i64 = 1_000;

/// How one playing of a scenario ended.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The talk, line by line, as a person would read it.
    pub chat: Vec<String>,
    /// The first step that failed.
    pub failure: Option<Failure>,
    /// The conversation of the step's customer after each step, without what is random.
    pub states: Vec<Value>,
    pub coverage: Coverage,
    pub model_calls: u64,
}

impl Outcome {
    /// Fails where the conversation went another way than when it was played before.
    pub fn must_equal(&mut self, before: &Self, scenario: &Scenario) {
        if self.failure.is_some() || before.failure.is_some() {
            return;
        }
        for (step, (mine, theirs)) in
            scenario.steps.iter().zip(self.states.iter().zip(&before.states))
        {
            let differences = compare("", theirs, mine);
            if !differences.is_empty() {
                self.failure = Some(Failure { line: step.referenced.line(), differences });
                return;
            }
        }
    }
}

#[derive(Clone, Debug)]
pub struct Failure {
    pub line: u64,
    pub differences: Vec<Difference>,
}

/// Plays a scenario with the given model double.
pub async fn play(
    instance: &dyn Instance,
    scenario: &Scenario,
    document: &Document,
    llm: &str,
) -> Outcome {
    let zone = TimeZone::get(&document.workspace.time_zone).unwrap_or(TimeZone::UTC);
    let wording = if llm == "off" { Wording::Exact } else { Wording::Facts };
    let mut player = Player {
        instance,
        scenario,
        document,
        wording,
        zone,
        now: Timestamp::UNIX_EPOCH,
        cursors: BTreeMap::new(),
        notices: 0,
        shown: BTreeMap::new(),
        sent: 0,
        model_calls_before: 0,
        outcome: Outcome::default(),
    };
    if let Err(problem) = player.start(llm).await {
        player.fail(1, vec![problem]);
        return player.outcome;
    }
    for step in &scenario.steps {
        match player.step(&step.value).await {
            Ok(differences) if differences.is_empty() => {}
            Ok(differences) => {
                player.fail(step.referenced.line(), differences);
                break;
            }
            Err(problem) => {
                player.fail(step.referenced.line(), vec![problem]);
                break;
            }
        }
    }
    if let Err(problem) = player.end().await {
        let line = scenario.steps.last().map_or(1, |s| s.referenced.line());
        player.fail(line, vec![problem]);
    }
    player.outcome
}

struct Player<'a> {
    instance: &'a dyn Instance,
    scenario: &'a Scenario,
    document: &'a Document,
    wording: Wording,
    zone: TimeZone,
    now: Timestamp,
    /// Last message looked at, by customer.
    cursors: BTreeMap<String, u64>,
    notices: u64,
    /// Last message shown in the chat, by customer.
    shown: BTreeMap<String, u64>,
    sent: u32,
    model_calls_before: u64,
    outcome: Outcome,
}

type Done<T> = Result<T, Difference>;

fn problem(at: &str, expected: impl Into<String>, actual: impl Into<String>) -> Difference {
    Difference { at: at.to_owned(), expected: expected.into(), actual: actual.into() }
}

/// Adds the fields that a step gives.
fn put<const N: usize>(input: &mut Value, given: [(&str, &Option<String>); N]) {
    for (key, value) in given {
        if let Some(value) = value {
            input[key] = json!(value);
        }
    }
}

impl Player<'_> {
    async fn call(&self, op: &str, input: Value) -> Done<Value> {
        self.instance.call(op, input).await.map_err(|e| {
            problem(op, "an answer", format!("{} {}: {}", e.status, e.code, e.message))
        })
    }

    async fn start(&mut self, llm: &str) -> Done<()> {
        let at = time::moment(&self.scenario.at, &self.zone, None)
            .map_err(|e| problem("at", "a moment", e))?;
        let reset = json!({"demo": crate::sandbox::DEMO, "at": at.to_string()});
        self.call("reset", reset).await?;
        self.now = at;
        if let Ok(inside) = self.instance.look_inside().await {
            self.model_calls_before = inside.model_calls;
        }
        let configure = Configure {
            llm: Some(llm.to_owned()),
            stt: self.scenario.stt.clone(),
            orders: None,
            agents_online: self.scenario.agents_online.clone(),
        };
        self.configure(&configure).await
    }

    async fn configure(&self, to: &Configure) -> Done<()> {
        let mut input = json!({});
        put(&mut input, [("llm", &to.llm), ("stt", &to.stt), ("orders", &to.orders)]);
        if !to.agents_online.is_empty() {
            input["agents_online"] = json!(to.agents_online);
        }
        self.call("configure", input).await.map(drop)
    }

    async fn step(&mut self, step: &Step) -> Done<Vec<Difference>> {
        self.move_clock(step).await?;
        let who = step.who.clone().unwrap_or_else(|| self.scenario.who.clone());
        let phone = self.phone(&who)?;
        let has_acted = self.act(step, &who, &phone).await?;
        if step.settle.unwrap_or(has_acted) {
            self.settle().await?;
        }
        self.show(&who, &phone).await?;
        let differences = self.check(step, &phone).await?;
        let mut state = self
            .instance
            .call("conversation", json!({"contact": phone}))
            .await
            .unwrap_or(Value::Null);
        if let Some(fields) = state.as_object_mut() {
            for random in ["id", "linked_previous", "summary"] {
                fields.remove(random);
            }
        }
        self.outcome.states.push(state);
        Ok(differences)
    }

    async fn settle(&mut self) -> Done<()> {
        self.call("settle", json!({})).await?;
        self.read_clock().await
    }

    async fn read_clock(&mut self) -> Done<()> {
        let answer = self.call("clock", json!({"advance": "PT0S"})).await?;
        if let Some(now) = answer["now"].as_str().and_then(|now| now.parse().ok()) {
            self.now = now;
        }
        Ok(())
    }

    async fn move_clock(&mut self, step: &Step) -> Done<()> {
        let target = match (&step.after, &step.at) {
            (Some(after), _) => {
                let ms = time::span_ms(after).map_err(|e| problem("after", "a span", e))?;
                time::later(self.now, ms)
            }
            (None, Some(at)) => time::moment(at, &self.zone, Some(self.now))
                .map_err(|e| problem("at", "a moment", e))?,
            (None, None) => return Ok(()),
        };
        self.set_clock(target).await
    }

    async fn set_clock(&mut self, target: Timestamp) -> Done<()> {
        self.call("clock", json!({"at": target.to_string()})).await?;
        self.now = target;
        Ok(())
    }

    fn chat_line(&mut self, who: &str, text: &str) {
        let at = time::clock(&self.now.to_string(), &self.zone);
        self.outcome.chat.push(format!("{at}  {who:>9} › {text}"));
    }

    async fn outbox(&self, phone: &str, after: u64) -> Done<Vec<Value>> {
        let answer = self.call("outbox", json!({"to": phone, "after": after})).await?;
        Ok(answer["messages"].as_array().cloned().unwrap_or_default())
    }

    /// Adds what reached the customer to the chat.
    async fn show(&mut self, who: &str, phone: &str) -> Done<()> {
        let after = self.shown.get(phone).copied().unwrap_or(0);
        for message in self.outbox(phone, after).await? {
            let at = time::clock(message["at"].as_str().unwrap_or_default(), &self.zone);
            let by = message["by"].as_str().unwrap_or_default();
            let text = message["text"].as_str().unwrap_or_default().replace('\n', " ⏎ ");
            let titles: Vec<&str> = texts::buttons(&message).map(|(_, t)| t).collect();
            let titles =
                if titles.is_empty() { String::new() } else { format!(" [{}]", titles.join("|")) };
            self.outcome.chat.push(format!("{at}  {by:>9} ‹ {text}{titles}  → {who}"));
            if let Some(seq) = message["seq"].as_u64() {
                self.shown.insert(phone.to_owned(), seq);
            }
        }
        Ok(())
    }

    /// The phone of a customer of the scenario or of the workspace, named by first name.
    fn phone(&self, who: &str) -> Done<String> {
        if who.starts_with('+') {
            return Ok(who.to_owned());
        }
        if let Some(phone) = self.scenario.customers.get(who) {
            return Ok(phone.clone());
        }
        let orders = self.document.orders.table.iter().map(|o| (&o.name, &o.phone));
        let contacts = self.document.contacts.iter().map(|c| (&c.name, &c.phone));
        orders
            .chain(contacts)
            .find(|(name, _)| {
                let first = name.split_whitespace().next().unwrap_or_default();
                relais_core::understanding::text::fold(first) == who
            })
            .map(|(_, phone)| phone.clone())
            .ok_or_else(|| problem("who", "a customer", format!("nobody is called `{who}`")))
    }

    /// The log of every conversation must fold to its stored state; what it says is the coverage.
    async fn end(&mut self) -> Done<()> {
        let inside = self
            .instance
            .look_inside()
            .await
            .map_err(|e| problem("log", "to be readable", e.message))?;
        self.outcome.model_calls = inside.model_calls - self.model_calls_before;
        for log in &inside.logs {
            self.outcome.coverage.read(log);
        }
        match inside.fold_differs.first() {
            Some(differs) => Err(problem("fold of the log", "the stored state", differs)),
            None => Ok(()),
        }
    }

    fn fail(&mut self, line: u64, differences: Vec<Difference>) {
        self.outcome.failure.get_or_insert(Failure { line, differences });
    }
}
