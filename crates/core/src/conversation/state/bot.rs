//! What the bot remembers between two messages: its question, what it holds, what it waits for.

use crate::id::{EffectId, MessageId};
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The bot's working state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bot {
    pub prompt: Option<Prompt>,
    /// The question that the offer of a person came between: its answer is still taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set_aside: Option<Prompt>,
    /// What the last answer was about, for a message that leans on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Subject>,
    pub failures: u32,
    pub out_of_scope: u32,
    pub postcode_failures: u32,
    /// Orders of other phones whose postcode the customer knew, the latest last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proved: Vec<String>,
    /// Messages of the open burst that were not understood yet.
    pub held: Vec<Held>,
    pub held_due: Option<Timestamp>,
    pub waiting: Option<Waiting>,
    /// The last texts sent by the bot, newest last, as hashes; for the loop check.
    pub said: Vec<Said>,
    /// Sub-flow return points.
    pub stack: Vec<String>,
    /// A wait node ends here.
    pub resume: Option<(String, Timestamp)>,
    pub was_greeted: bool,
    /// The customer was told which languages are spoken here.
    #[serde(default)]
    pub told_languages: bool,
    pub turns: u32,
    /// Choices of a model in a row since something was understood here.
    #[serde(default, skip_serializing_if = "is_none")]
    pub chosen: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde gives a reference")]
fn is_none(count: &u32) -> bool {
    *count == 0
}

/// What an answer was about, and when it was given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Subject {
    pub about: About,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum About {
    Article {
        id: String,
    },
    /// A lamp for a room: its line of the finder.
    Finder {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        entry: Option<usize>,
    },
    Order {
        number: String,
        /// What was said of it.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        status: String,
        /// So many times running the same was said of it before.
        #[serde(default, skip_serializing_if = "is_none")]
        repeats: u32,
    },
}

/// A question that is still open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prompt {
    pub node: String,
    pub kind: PromptKind,
    pub asked_at: Timestamp,
    /// A later text named the main menu's digits: they mean the main menu now.
    pub digits_are_menu: bool,
    /// Something else was answered since, and this was not asked again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub more_was_said: bool,
    pub tries: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PromptKind {
    /// The node itself says what is awaited.
    Node,
    /// Digits choose one of these articles (`@finder` is the finder).
    Articles {
        ids: Vec<String>,
    },
    Postcode {
        order: String,
    },
    /// A field of the node's form, which could not be shown.
    Field {
        name: String,
    },
    Rooms,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub message: MessageId,
    /// The provider's id, by which an edit or a revocation names it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub provider_id: String,
    pub text: String,
    /// A file with a caption: acknowledged instead of counted as a failure.
    pub is_media: bool,
    /// Id of the button or row that was pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// What was filled in on the form.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub form: BTreeMap<String, String>,
    /// A voice message whose words are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<Voice>,
    /// When it came; its answer may take four seconds from here.
    pub at: Timestamp,
    /// Its mood was asked for already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_mood_known: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    pub media_id: Option<String>,
    /// Nobody could listen to it.
    pub is_unheard: bool,
}

/// An effect the flow waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    pub effect: EffectId,
    pub deadline: Timestamp,
    pub then: Resume,
    /// Messages that came meanwhile.
    pub queued: Vec<Held>,
    /// Hash of what was said last before it, where the message it is for had waited as well: the
    /// customer heard that after they wrote, and need not hear it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<u64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Resume {
    Order {
        node: String,
        number: String,
        /// The postcode that came with the number.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        given: Option<String>,
    },
    Answer {
        article: String,
        question: String,
        repeat_prompt: bool,
    },
    Voice {
        message: MessageId,
    },
    Postcode {
        node: String,
        number: String,
        given: String,
    },
    /// Which of these options is meant; what is held waits for the rest of its burst otherwise.
    Choice {
        question: String,
        at: Timestamp,
        options: Vec<String>,
        held: Option<Held>,
    },
    Mood {
        held: Held,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    pub at: Timestamp,
    pub text: u64,
    pub heard: u64,
}
