//! The records of the `relais nlu` command.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A knowledge base.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Kb {
    pub version: u32,
    /// The language of articles that name none.
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub lang: String,
    pub articles: Vec<Article>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Article {
    pub id: String,
    #[serde(default)]
    pub lang: Option<String>,
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub title: String,
    #[serde(default, deserialize_with = "list_or_nothing")]
    pub questions: Vec<String>,
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub answer: String,
}

/// A message to judge.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Line {
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub id: String,
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub text: String,
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub lang: String,
    #[serde(default, deserialize_with = "list_or_nothing")]
    pub history: Vec<Said>,
    /// Halves of surrogate pairs stand in it, as the characters of [`super::halves`].
    #[serde(skip)]
    pub has_halves: bool,
}

/// An earlier message of the conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Said {
    #[serde(default, deserialize_with = "role_or_mixed")]
    pub role: Role,
    #[serde(default, deserialize_with = "text_or_nothing")]
    pub text: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    Customer,
    Bot,
    Agent,
    /// Nobody knows who said it.
    #[default]
    Mixed,
}

/// What is no text is read as none: a line is judged by what can be read of it.
fn text_or_nothing<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    Ok(match Value::deserialize(from)? {
        Value::String(text) => text,
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => String::new(),
    })
}

fn role_or_mixed<'de, D: Deserializer<'de>>(from: D) -> Result<Role, D::Error> {
    let role = text_or_nothing(from)?;
    Ok(match role.to_ascii_lowercase().as_str() {
        "customer" | "user" => Role::Customer,
        "bot" => Role::Bot,
        "agent" => Role::Agent,
        _ => Role::Mixed,
    })
}

/// `null` is an empty list.
fn list_or_nothing<'de, D, T>(from: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

/// What is said about a message.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    pub id: String,
    pub decision: Decision,
    pub matched_answer: Option<String>,
    /// Probability that the first candidate answers this message.
    pub score: f64,
    pub candidates: Vec<Candidate>,
    pub signals: Scores,
    pub lang: Option<String>,
    pub reasons: Vec<Reason>,
    /// As of the [`Line`].
    #[serde(skip)]
    pub has_halves: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Decision {
    Answer,
    Clarify,
    Escalate,
    Fallback,
}

impl Decision {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Clarify => "clarify",
            Self::Escalate => "escalate",
            Self::Fallback => "fallback",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    pub id: String,
    pub score: f64,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Scores {
    pub human_request: f64,
    pub frustration: f64,
    pub sensitive: BTreeMap<String, f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    pub code: String,
    pub weight: f64,
    pub evidence: Vec<Evidence>,
}

/// Code points `start..end` of the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    pub start: usize,
    pub end: usize,
    pub text: String,
}
