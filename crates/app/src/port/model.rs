//! The port to a language model. A model answers errands with words and has no other power: what
//! it says is read strictly, checked, and bound to what the errand listed.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One thing a model is asked for. Everything in it was redacted before.
#[derive(Clone, Debug, PartialEq)]
pub enum Errand {
    /// Word an answer from approved articles (id, text), and name those it rests on.
    Compose { question: String, language: String, articles: Vec<(String, String)> },
    /// Which of the options (key, title) a question means.
    Choose { question: String, options: Vec<(String, String)> },
    /// How angry a customer sounds.
    Sentiment { text: String, language: String },
    /// Sum a talk up for the agent who takes it over.
    Summarise { lines: Vec<String>, language: String },
    /// Help an agent write.
    Assist(Assist),
}

/// Help with writing; the words go to an agent, never to a customer.
#[derive(Clone, Debug, PartialEq)]
pub struct Assist {
    pub task: Task,
    /// The talk so far, oldest first, each line with who said it.
    pub talk: Vec<String>,
    /// Articles (id, text) a draft may rest on.
    pub articles: Vec<(String, String)>,
    /// What is rewritten or translated.
    pub text: String,
    /// Language of the result.
    pub language: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Task {
    Summary,
    Draft,
    Rewrite,
    Translate,
}

/// What a model wrote, unread, and what it cost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub text: String,
    pub tokens: Tokens,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    pub input: u64,
    pub output: u64,
}

/// Why a model gave no answer. The words are for the person who set it up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// The address may not be used from here.
    #[error("this address is not allowed; a local server must be listed in `model_hosts`")]
    Denied,
    #[error("there is nobody at this address: {0}")]
    Unreachable(String),
    #[error("the key was refused")]
    Key,
    #[error("there is no such model or address there")]
    NotFound,
    /// Too many requests, or no credit left.
    #[error("the provider asks to slow down, or the credit is used up")]
    Busy,
    #[error("the provider refused the request: {0}")]
    Refused(String),
    #[error("no answer in time")]
    Late,
    #[error("the answer is larger than anything asked for")]
    TooLarge,
    #[error("the answer cannot be read")]
    Nonsense,
    /// Our own limits.
    #[error("the budget of the day is used up")]
    Budget,
    /// It failed too often lately and is left alone for a while.
    #[error("it failed too often and is left alone for a while")]
    Resting,
    #[error("it is not switched on for this")]
    Off,
}

/// A language model, treated as hostile.
#[async_trait]
pub trait Model: std::fmt::Debug + Send + Sync {
    async fn ask(&self, errand: &Errand, limit: Duration) -> Result<Said, ModelError>;
}

/// What a model is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Uses {
    /// Word answers from approved articles.
    pub answers: bool,
    /// Point at one of our answers where nothing was understood.
    pub choice: bool,
    /// Hear anger.
    pub sentiment: bool,
    /// Sum up what people take over.
    pub summaries: bool,
    /// Help agents write.
    pub copilot: bool,
    /// Hear voice messages.
    pub speech: bool,
}

impl Uses {
    pub const NONE: Self = Self {
        answers: false,
        choice: false,
        sentiment: false,
        summaries: false,
        copilot: false,
        speech: false,
    };
}

impl Default for Uses {
    fn default() -> Self {
        Self::NONE
    }
}

/// One of the uses, for figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    Answers,
    Choice,
    Sentiment,
    Summaries,
    Copilot,
    Speech,
    /// Trying a connection out.
    Probe,
}

impl Use {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answers => "answers",
            Self::Choice => "choice",
            Self::Sentiment => "sentiment",
            Self::Summaries => "summaries",
            Self::Copilot => "copilot",
            Self::Speech => "speech",
            Self::Probe => "probe",
        }
    }

    pub fn is_in(self, uses: &Uses) -> bool {
        match self {
            Self::Answers => uses.answers,
            Self::Choice => uses.choice,
            Self::Sentiment => uses.sentiment,
            Self::Summaries => uses.summaries,
            Self::Copilot => uses.copilot,
            Self::Speech => uses.speech,
            Self::Probe => true,
        }
    }
}

impl Errand {
    pub fn kind(&self) -> Use {
        match self {
            Self::Compose { .. } => Use::Answers,
            Self::Choose { .. } => Use::Choice,
            Self::Sentiment { .. } => Use::Sentiment,
            Self::Summarise { .. } => Use::Summaries,
            Self::Assist(_) => Use::Copilot,
        }
    }
}
