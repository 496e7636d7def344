//! Ports to the helpers a conversation may ask: orders, customer records, ears, and the
//! sinks that tell agents. Every one may be absent, slow or wrong.

use super::model::ModelError;
use async_trait::async_trait;
use relais_core::conversation::state::Profile;
use relais_core::workspace::Order;
use std::time::Duration;

/// A helper failed or did not answer in time; the engine falls back.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct HelperError(pub String);

type Answer<T> = std::result::Result<T, HelperError>;

/// Orders of the business.
#[async_trait]
pub trait Orders: std::fmt::Debug + Send + Sync {
    async fn order(&self, number: &str) -> Answer<Option<Order>>;
}

/// Customer records, by phone (E.164).
#[async_trait]
pub trait Crm: std::fmt::Debug + Send + Sync {
    async fn profile(&self, phone: &str) -> Answer<Option<Profile>>;
}

/// A voice message.
#[derive(Clone, Copy, Debug)]
pub struct Recording<'a> {
    pub media_id: Option<&'a str>,
    /// Its file, for ears that ask for it.
    pub file: Option<&'a [u8]>,
    pub mime: &'a str,
}

/// Speech to text.
#[async_trait]
pub trait SpeechToText: std::fmt::Debug + Send + Sync {
    /// Wants the file itself.
    fn needs_file(&self) -> bool {
        true
    }

    /// What is said in it; `hint` is the language it is probably in.
    async fn transcribe(
        &self,
        recording: Recording<'_>,
        hint: Option<&str>,
        limit: Duration,
    ) -> std::result::Result<String, ModelError>;
}

/// A message to a team about a hand-off.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Key of the hand-off and the target: a target that knows it does nothing (R19).
    pub key: String,
    /// `web`, `slack`, `teams`, `zendesk` …
    pub channel: String,
    pub team: String,
    /// For the record of somebody who is told whoever answers: their quiet hours do not count.
    pub is_copy: bool,
    /// JSON of the target's shape.
    pub payload: String,
}

/// How much waits for an agent: numbers, and nothing of what anybody said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Of the agent and the period: the same for every attempt.
    pub key: String,
    pub agent: String,
    /// The language of the workspace.
    pub language: String,
    /// Conversations of theirs in which the customer has not had an answer, up to 1 000.
    pub unanswered: i64,
    /// Of all of theirs, those late or soon to be.
    pub at_risk: i64,
    /// Those in which a note calls them.
    pub mentions: i64,
    /// Those that wait for their teams.
    pub queued: i64,
}

impl Summary {
    pub fn is_empty(&self) -> bool {
        self.unanswered + self.at_risk + self.mentions + self.queued == 0
    }
}

/// Where notices go.
#[async_trait]
pub trait Sink: std::fmt::Debug + Send + Sync {
    async fn deliver(&self, notice: &Notice) -> Answer<()>;

    /// Tells one agent how much waits for them: only mail does.
    async fn summarise(&self, _: &Summary) -> Answer<()> {
        Err(HelperError("takes no summaries".to_owned()))
    }
}
