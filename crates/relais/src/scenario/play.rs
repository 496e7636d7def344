//! Plays one scenario through the sandbox: the production pipeline on a virtual clock.

use super::coverage::Coverage;
use super::format::{Call, Configure, Scenario, Step};
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
        for (key, value) in [("llm", &to.llm), ("stt", &to.stt), ("orders", &to.orders)] {
            if let Some(value) = value {
                input[key] = json!(value);
            }
        }
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

    /// Carries the act of a step out; says whether there was one to settle.
    async fn act(&mut self, step: &Step, who: &str, phone: &str) -> Done<bool> {
        if let Some(texts) = &step.customer {
            for (n, text) in texts.as_slice().iter().enumerate() {
                if n > 0 {
                    let gap = step.gap.as_deref().unwrap_or("1s");
                    let ms = time::span_ms(gap).map_err(|e| problem("gap", "a span", e))?;
                    self.set_clock(time::later(self.now, ms)).await?;
                }
                self.chat_line(who, text);
                self.inbound(step, phone, json!({"type": "text", "text": text})).await?;
            }
        } else if let Some(title) = &step.press {
            let (kind, id) = self.button(phone, title).await?;
            self.chat_line(who, &format!("[{title}]"));
            let pressed = json!({"type": kind, "text": title, "payload": id});
            self.inbound(step, phone, pressed).await?;
        } else if let Some(kind) = &step.send {
            let said = step.caption.as_deref().or(step.transcript.as_deref()).unwrap_or_default();
            self.chat_line(who, &format!("({kind}) {said}"));
            self.inbound(step, phone, json!({"type": kind})).await?;
        } else if let Some(agent) = &step.agent {
            self.agent(step, agent, phone).await?;
        } else if let Some(configure) = &step.configure {
            self.configure(configure).await?;
            return Ok(false);
        } else if let Some(call) = &step.call {
            self.any_call(call).await?;
            return Ok(false);
        } else {
            return Ok(step.after.is_some() || step.at.is_some());
        }
        Ok(true)
    }

    async fn inbound(&mut self, step: &Step, phone: &str, mut message: Value) -> Done<()> {
        self.sent += 1;
        let id = step.id.clone().unwrap_or_else(|| format!("wamid.{}", self.sent));
        let mut sent_at = self.now;
        if let Some(before) = &step.sent_before {
            let ms = time::span_ms(before).map_err(|e| problem("sent_before", "a span", e))?;
            sent_at = time::later(self.now, -ms);
        }
        message["from"] = json!(phone);
        message["id"] = json!(id);
        message["sent_at"] = json!(sent_at.to_string());
        for (key, value) in
            [("name", &step.name), ("caption", &step.caption), ("transcript", &step.transcript)]
        {
            if let Some(value) = value {
                message[key] = json!(value);
            }
        }
        for _ in 0..step.times.unwrap_or(1) {
            let answer = self.call("inbound", message.clone()).await?;
            if answer["accepted"] != json!(true) {
                return Err(problem("inbound", "accepted", answer.to_string()));
            }
        }
        Ok(())
    }

    /// Kind and id of the newest button or row with a title.
    async fn button(&self, phone: &str, title: &str) -> Done<(&'static str, String)> {
        let messages = self.outbox(phone, 0).await?;
        messages
            .iter()
            .rev()
            .find_map(|message| {
                let (id, _) = texts::buttons(message).find(|(_, t)| *t == title)?;
                let is_list = message["type"] == json!("list");
                Some((if is_list { "list" } else { "button" }, id.to_owned()))
            })
            .ok_or_else(|| problem("press", title, "no message has such a button"))
    }

    async fn agent(&mut self, step: &Step, agent: &str, phone: &str) -> Done<()> {
        let act = step.act.as_deref().unwrap_or("reply");
        let said = step.text.as_deref().or(step.team.as_deref()).unwrap_or_default();
        self.chat_line(agent, &format!("⟨{act}⟩ {said}"));
        let mut input = json!({"as": agent, "do": act, "contact": phone});
        for (key, value) in
            [("text", &step.text), ("team", &step.team), ("template", &step.template)]
        {
            if let Some(value) = value {
                input[key] = json!(value);
            }
        }
        let answer = self.call("agent", input).await?;
        let expected = match &step.refused {
            Some(why) => json!({"result": "refused", "why": why}),
            None => json!({"result": "ok"}),
        };
        let differences = compare(&format!("{agent} {act}"), &expected, &answer);
        differences.into_iter().next().map_or(Ok(()), Err)
    }

    async fn any_call(&self, call: &Call) -> Done<()> {
        let answer = self.instance.call(&call.op, call.with.clone()).await;
        match (answer, &call.error) {
            (Err(e), Some(code)) if e.code == code => Ok(()),
            (Err(e), _) => {
                Err(problem(&call.op, "an answer", format!("{}: {}", e.code, e.message)))
            }
            (Ok(answer), Some(code)) => Err(problem(&call.op, code, answer.to_string())),
            (Ok(answer), None) => {
                let expected = call.answer.clone().unwrap_or_else(|| json!({}));
                compare(&call.op, &expected, &answer).into_iter().next().map_or(Ok(()), Err)
            }
        }
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

    async fn check(&mut self, step: &Step, phone: &str) -> Done<Vec<Difference>> {
        let mut found = Vec::new();
        if step.bot.is_some() || step.among.is_some() {
            found.extend(self.check_messages(step, phone).await?);
        }
        if step.never.is_some() || step.sends.is_some() {
            let all = self.outbox(phone, 0).await?;
            if let Some(count) = step.sends.filter(|count| *count != all.len()) {
                found.push(problem("sends", count.to_string(), all.len().to_string()));
            }
            for part in step.never.iter().flatten() {
                if let Some(message) =
                    all.iter().find(|m| m["text"].as_str().is_some_and(|t| t.contains(part)))
                {
                    found.push(problem("never", part, message["text"].to_string()));
                }
            }
        }
        if let Some(fields) = &step.expect {
            let state = self.call("conversation", json!({"contact": phone})).await?;
            for (key, value) in fields {
                found.extend(compare("", &json!({ key: value }), &state));
            }
        }
        for (team, customers) in step.queue.iter().flatten() {
            let answer = self.call("queue", json!({"team": team})).await?;
            let expected: Vec<String> =
                customers.iter().map(|who| self.phone(who)).collect::<Done<_>>()?;
            found.extend(compare(&format!("queue.{team}"), &json!(expected), &answer["contacts"]));
        }
        if let Some(expected) = &step.notified {
            found.extend(self.check_notices(expected, phone).await?);
        }
        let period = json!({"from": "2000-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"});
        if let Some(expected) = &step.kpi {
            found.extend(compare("kpi", expected, &self.call("kpi", period.clone()).await?));
        }
        if let Some(expected) = &step.gaps {
            let answer = self.call("gaps", period).await?;
            found.extend(compare("gaps", expected, &answer["items"]));
        }
        for (scope, expected) in [("conversation", &step.transcript_is), ("all", &step.history_is)]
        {
            if let Some(expected) = expected {
                let input = json!({"contact": phone, "scope": scope});
                let answer = self.call("transcript", input).await?;
                found.extend(compare("transcript", expected, &answer["entries"]));
            }
        }
        Ok(found)
    }

    async fn check_messages(&mut self, step: &Step, phone: &str) -> Done<Vec<Difference>> {
        let after = self.cursors.get(phone).copied().unwrap_or(0);
        let messages = self.outbox(phone, after).await?;
        if let Some(seq) = messages.last().and_then(|m| m["seq"].as_u64()) {
            self.cursors.insert(phone.to_owned(), seq);
        }
        let language = &self.scenario.language;
        let mut found = Vec::new();
        let differs = |bubble, message: &Value| -> Done<Option<String>> {
            let expected = texts::expectation(bubble, self.document)
                .map_err(|e| problem("bot", "a text of the workspace", e))?;
            Ok(texts::mismatch(&expected, message, language, self.document, self.wording))
        };
        if let Some(expected) = &step.bot {
            for (n, bubble) in expected.iter().enumerate() {
                let at = format!("bot[{n}]");
                match messages.get(n) {
                    None => found.push(problem(&at, format!("{bubble:?}"), "no message")),
                    Some(message) => {
                        if let Some(wanted) = differs(bubble, message)? {
                            found.push(problem(&at, wanted, message["text"].to_string()));
                        }
                    }
                }
            }
            for message in messages.iter().skip(expected.len()) {
                found.push(problem("bot", "no further message", message["text"].to_string()));
            }
        }
        for bubble in step.among.iter().flatten() {
            let mut wanted = None;
            for message in &messages {
                wanted = differs(bubble, message)?;
                if wanted.is_none() {
                    break;
                }
            }
            if messages.is_empty() || wanted.is_some() {
                let texts: Vec<String> = messages.iter().map(|m| m["text"].to_string()).collect();
                let wanted = wanted.unwrap_or_else(|| format!("{bubble:?}"));
                found.push(problem("among", wanted, texts.join(" · ")));
            }
        }
        Ok(found)
    }

    async fn check_notices(&mut self, expected: &[String], phone: &str) -> Done<Vec<Difference>> {
        let answer = self.call("notifications", json!({"after": self.notices})).await?;
        let items = answer["items"].as_array().map_or(&[][..], Vec::as_slice);
        self.notices = items.iter().filter_map(|i| i["seq"].as_u64()).max().unwrap_or(self.notices);
        let of = |item: &Value| {
            let word = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
            format!("{}/{}", word("team"), word("channel"))
        };
        let mut actual: Vec<String> =
            items.iter().filter(|i| i["contact"] == json!(phone)).map(of).collect();
        actual.sort();
        actual.dedup();
        let mut expected = expected.to_vec();
        expected.sort();
        if expected == actual {
            return Ok(Vec::new());
        }
        Ok(vec![problem("notified", expected.join(", "), actual.join(", "))])
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
