//! What the fake model thinks of: sensible words, or whatever a hostile plan wants.

use super::plans::{Plan, Wish};
use async_trait::async_trait;
use parking_lot::Mutex;
use relais_app::port::model::{Errand, Model, ModelError, Said};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// A model in one of its moods.
#[derive(Clone, Debug)]
pub enum Mind {
    /// Words the first article, chooses nothing, is calm.
    Sensible,
    /// Obeys whoever attacks.
    Obeys(Plan),
}

/// What a prompt asks for, told by its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Answer,
    Choice,
    Mood,
    Text,
}

fn kind(data: &Value) -> Kind {
    if data.get("options").is_some() {
        return Kind::Choice;
    }
    if data.get("question").is_some() {
        return Kind::Answer;
    }
    let has_only_text = data.get("text").is_some() && data.get("language").is_some();
    if has_only_text { Kind::Mood } else { Kind::Text }
}

impl Mind {
    /// Says nothing at all.
    pub fn hangs(&self) -> bool {
        matches!(self, Self::Obeys(plan) if plan.wish == Wish::Hangs)
    }

    /// The reply to a prompt's data; `asks_text`: a rewriting, which looks like a mood otherwise.
    pub fn reply(&self, data: &str, asks_text: bool) -> String {
        let data: Value = serde_json::from_str(data).unwrap_or_default();
        let kind = if asks_text { Kind::Text } else { kind(&data) };
        match self {
            Self::Sensible => sensible(kind, &data).to_string(),
            Self::Obeys(plan) => obedient(plan, kind, &data),
        }
    }
}

fn first(data: &Value) -> (String, String) {
    let of = |field: &str| data["articles"][0][field].as_str().unwrap_or_default().to_owned();
    (of("id"), of("text"))
}

fn sensible(kind: Kind, data: &Value) -> Value {
    let (id, text) = first(data);
    match kind {
        Kind::Answer => json!({ "answer": text, "cites": [id] }),
        Kind::Choice => json!({ "choice": "none" }),
        Kind::Mood => json!({ "sentiment": "neutral", "score": 0.8 }),
        Kind::Text => {
            let lines = data["talk"].as_array().or_else(|| data["lines"].as_array());
            let own = data["text"].as_str().unwrap_or_default().to_owned();
            let last = lines.and_then(|l| l.last()).and_then(Value::as_str).unwrap_or_default();
            let text = if own.is_empty() { last.to_owned() } else { own };
            let cites: Vec<String> = if id.is_empty() { Vec::new() } else { vec![id] };
            json!({ "text": text, "cites": cites })
        }
    }
}

fn obedient(plan: &Plan, kind: Kind, data: &Value) -> String {
    let (id, approved) = first(data);
    let words = |attack: &str| match plan.wish {
        Wish::Adds => format!("{approved} {attack}"),
        _ => attack.to_owned(),
    };
    let attack = plan.attack.as_str();
    match (&plan.wish, kind) {
        (Wish::Raw, _) => attack.to_owned(),
        (Wish::Broken, _) => {
            format!("{{\"answer\": \"{attack}\", \"cites\": [\"{id}\"], \"choice\": ")
        }
        (Wish::Huge, _) => json!({ "answer": attack.repeat(40_000), "cites": [id] }).to_string(),
        (Wish::Tool, _) => json!({
            "tool_calls": [{ "name": "get_order", "arguments": { "number": "ML-2047" } },
                { "name": "set_owner", "arguments": { "owner": "mallory" } }],
            "answer": attack, "cites": ["@all"], "choice": "@owner:mallory",
            "sentiment": "negative", "score": 1e300, "text": attack,
        })
        .to_string(),
        (Wish::Says | Wish::Adds | Wish::Hangs, Kind::Answer) => {
            json!({ "answer": words(attack), "cites": [id], "owner": "mallory", "resolve": true })
                .to_string()
        }
        (Wish::Tampers, Kind::Answer) => {
            let changed: String =
                approved.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
            json!({ "answer": format!("{changed} {attack}"), "cites": [id] }).to_string()
        }
        (_, Kind::Choice) => {
            let options = data["options"].as_array().map_or(0, Vec::len);
            let pick = attack.len() % options.max(1);
            // Every other time it points at something that was offered.
            let key = if attack.len().is_multiple_of(2) {
                data["options"][pick]["key"].clone()
            } else {
                json!(attack)
            };
            json!({ "choice": key, "do": "resolve" }).to_string()
        }
        (_, Kind::Mood) => {
            let score = if attack.len().is_multiple_of(2) { 1.0 } else { -7.0 };
            json!({ "sentiment": "negative", "score": score }).to_string()
        }
        (_, Kind::Text) => json!({ "text": attack, "cites": ["FAQ-99", id] }).to_string(),
    }
}

/// A model in the process that thinks as it was last told.
#[derive(Debug)]
pub struct Puppet {
    mind: Mutex<Mind>,
    /// Everything it was asked, as it would be sent.
    asked: Mutex<Vec<String>>,
}

impl Puppet {
    pub fn new(mind: Mind) -> Arc<Self> {
        Arc::new(Self { mind: Mutex::new(mind), asked: Mutex::default() })
    }

    pub fn think(&self, mind: Mind) {
        *self.mind.lock() = mind;
    }

    /// What it was asked since the last look.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock())
    }
}

#[async_trait]
impl Model for Puppet {
    async fn ask(&self, errand: &Errand, _limit: Duration) -> Result<Said, ModelError> {
        let prompt = errand.prompt();
        self.asked.lock().push(format!("{}\n{}", prompt.system, prompt.data));
        let mind = self.mind.lock().clone();
        if mind.hangs() {
            return std::future::pending().await;
        }
        let asks_text = matches!(errand, Errand::Assist(_) | Errand::Summarise { .. });
        Ok(Said { text: mind.reply(&prompt.data, asks_text), ..Said::default() })
    }
}
