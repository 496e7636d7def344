//! Ports to the helpers a conversation may ask: orders, customer records, models, ears, and the
//! sinks that tell agents. Every one may be absent, slow or wrong.

use async_trait::async_trait;
use relais_core::conversation::state::Profile;
use relais_core::workspace::Order;

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

/// A language model, treated as hostile: its text is checked before anybody reads it.
#[async_trait]
pub trait Model: std::fmt::Debug + Send + Sync {
    /// Words an answer from approved articles (id, text).
    async fn compose(
        &self,
        question: &str,
        language: &str,
        articles: &[(String, String)],
    ) -> Answer<String>;
    /// Sums a talk up for an agent.
    async fn summarise(&self, lines: &[String], language: &str) -> Answer<String>;
}

/// Speech to text.
#[async_trait]
pub trait SpeechToText: std::fmt::Debug + Send + Sync {
    async fn transcribe(&self, media_id: Option<&str>, hint: Option<&str>) -> Answer<String>;
}

/// A message to a team about a hand-off.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Key of the hand-off and the target: a target that knows it does nothing (R19).
    pub key: String,
    /// `web`, `slack`, `teams`, `zendesk` …
    pub channel: String,
    pub team: String,
    /// JSON of the target's shape.
    pub payload: String,
}

/// Where notices go.
#[async_trait]
pub trait Sink: std::fmt::Debug + Send + Sync {
    async fn deliver(&self, notice: &Notice) -> Answer<()>;
}
