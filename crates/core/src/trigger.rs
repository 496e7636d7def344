//! The eight triggers and their precedence.

use crate::understanding::text::Quote;
use serde::{Deserialize, Serialize};

/// Why a conversation goes to people. The declaration order is the precedence among rules of
/// equal rank; [`Reason::rank`] is the real one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Menu choice, or an agent who forces it.
    Manual,
    /// Typed request or trigger word.
    Keyword,
    Sensitive,
    Sentiment,
    Vip,
    Failures,
    OutOfScope,
    /// Only where the clock is the sole cause.
    Hours,
}

impl Reason {
    pub const ALL: [Self; 8] = [
        Self::Manual,
        Self::Keyword,
        Self::Sensitive,
        Self::Sentiment,
        Self::Vip,
        Self::Failures,
        Self::OutOfScope,
        Self::Hours,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Manual => "manual",
            Self::Keyword => "keyword",
            Self::Sensitive => "sensitive",
            Self::Sentiment => "sentiment",
            Self::Vip => "vip",
            Self::Failures => "failures",
            Self::OutOfScope => "out_of_scope",
            Self::Hours => "hours",
        }
    }
}

/// A trigger that matched, as it stands against the others.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fired {
    pub reason: Reason,
    /// Topic of a sensitive match.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Safety and distress: stands above every other trigger.
    #[serde(default)]
    pub is_emergency: bool,
}

impl From<Reason> for Fired {
    fn from(reason: Reason) -> Self {
        Self { reason, topic: None, is_emergency: false }
    }
}

impl Fired {
    /// Strongest first: safety/distress, explicit request, sensitive topic, sentiment, VIP rule,
    /// failure limit, outside the knowledge base, clock.
    pub fn rank(&self) -> u8 {
        if self.is_emergency {
            return 0;
        }
        match self.reason {
            Reason::Manual | Reason::Keyword => 1,
            Reason::Sensitive => 2,
            Reason::Sentiment => 3,
            Reason::Vip => 4,
            Reason::Failures => 5,
            Reason::OutOfScope => 6,
            Reason::Hours => 7,
        }
    }
}

/// Why the engine did what it did in one turn: every rule it looked at, with its evidence.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    pub rules: Vec<RuleTrace>,
    /// Id of the rule that decided the turn.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub winner: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Nodes of the flow the turn went through, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub walked: Vec<Walked>,
    /// Fingerprint of the sentence vectors that articles were compared by, where there were any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vectors: Option<String>,
}

/// A node of the flow, and the port it was left by where it did not wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Walked {
    pub node: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
}

impl Trace {
    /// The turn comes to a node.
    pub fn enters(&mut self, node: &str) {
        self.walked.push(Walked { node: node.to_owned(), port: None });
    }

    /// The turn leaves a node by a port.
    pub fn leaves(&mut self, node: &str, port: &str) {
        let port = Some(port.to_owned());
        match self.walked.last_mut().filter(|w| w.node == node && w.port.is_none()) {
            Some(here) => here.port = port,
            None => self.walked.push(Walked { node: node.to_owned(), port }),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleTrace {
    pub rule: String,
    pub score: f32,
    pub threshold: f32,
    pub fired: bool,
    /// Code-point offsets into the message.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub quotes: Vec<Quote>,
}

impl RuleTrace {
    /// The trace of a part of a message, as one of the whole: the part begins at this code point.
    pub(crate) fn moved_by(mut self, start: usize) -> Self {
        for quote in &mut self.quotes {
            quote.start += start;
            quote.end += start;
        }
        self
    }
}
