//! The log of a conversation. Events are only ever added to; what a person said stands under the
//! key `content`, which is kept apart and can be erased without breaking the fold.

use super::command::Closing;
use super::state::{Bot, Profile};
use crate::id::{ChannelId, ContactId, ConversationId, EffectId, EscalationId, MessageId};
use crate::message::{Inbound, Outbound};
use crate::routing::Priority;
use crate::time::Timestamp;
use crate::trigger::{Reason, Trace};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Version of the engine that wrote a turn; embedded data (lexicon, zones, holidays) is part of it.
pub const ENGINE_VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    Opened {
        conversation: ConversationId,
        contact: ContactId,
        channel: ChannelId,
        business_number: String,
        language: String,
        #[serde(default)]
        previous: Option<Previous>,
        /// Version of the workspace files this conversation keeps (R22).
        flow_version: i64,
        engine: u32,
    },
    /// What the CRM says of the contact.
    ProfileRead {
        segment: String,
        #[serde(default)]
        content: Option<Profile>,
    },
    MessageReceived {
        message: MessageId,
        /// Latest of the inbound messages' send times, never in the future.
        sent_at: Timestamp,
        opens_window: bool,
        /// Sent before something already decided on.
        is_late: bool,
        /// A sticker, a reaction or a notice: nothing to answer.
        is_silent: bool,
        #[serde(default)]
        content: Option<Inbound>,
    },
    LanguageChosen {
        language: String,
    },
    /// People put right what is known of the contact, or took that back; or said that their data is
    /// used for nothing but answering them.
    ContactRectified {
        /// Nobody: it was known when the conversation opened, or came with a merge.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<AgentRef>,
        is_restricted: bool,
        #[serde(default)]
        content: Option<Rectified>,
    },
    /// Why a turn ended as it did.
    TurnDecided {
        trace: Trace,
    },
    MessageSent {
        message: MessageId,
        by: Author,
        /// Epoch it was decided under.
        epoch: i64,
        /// Key of the text, for the loop check and the transcript.
        #[serde(default)]
        text: Option<String>,
        /// Until then it can be taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        leaves_at: Option<Timestamp>,
        /// First message of the send it is a later part of: they are taken back together.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        part_of: Option<MessageId>,
        #[serde(default)]
        content: Option<Outbound>,
    },
    /// It never left.
    MessageTakenBack {
        message: MessageId,
        by: AgentRef,
    },
    NoteAdded {
        agent: AgentRef,
        /// Keys of the agents it calls.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        mentions: Vec<String>,
        #[serde(default)]
        content: Option<String>,
    },
    /// The bot's working state after a turn.
    BotAdvanced {
        bot: Box<Bot>,
    },
    EffectRequested {
        effect: EffectId,
        deadline: Timestamp,
        #[serde(default)]
        content: Option<Request>,
    },
    EffectEnded {
        effect: EffectId,
        outcome: String,
    },
    /// What the conversation is about, or that it is about nothing delicate any more.
    TopicFound {
        topic: Option<String>,
    },
    /// What speech-to-text heard in a voice message.
    Transcribed {
        message: MessageId,
        #[serde(default)]
        content: Option<String>,
    },
    QuestionUnanswered {
        #[serde(default)]
        content: Option<String>,
    },
    Escalated(Escalation),
    /// A stronger trigger moved the same hand-off.
    Rerouted {
        reasons: Vec<Reason>,
        reason: Reason,
        topic: Option<String>,
        team: String,
        tier: u8,
        priority: Priority,
        reply_due_at: Option<Timestamp>,
    },
    /// Closing time: waits for the next opening.
    Deferred {
        until: Option<Timestamp>,
    },
    /// Opening time: the queue is live.
    Opening {
        reply_due_at: Option<Timestamp>,
    },
    Reassured,
    /// The customer's burst that people were called in is over: who writes on is waiting.
    BurstEnded,
    /// `after_hours` was sent.
    AfterHoursTold,
    Taken {
        agent: AgentRef,
        forced: bool,
    },
    /// By the router, or by a colleague.
    Assigned {
        agent: AgentRef,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<AgentRef>,
    },
    /// Put aside until a time or, without one, until the customer writes.
    Snoozed {
        by: AgentRef,
        until: Option<Timestamp>,
    },
    /// Back in the lists: an agent's wish, or its time came.
    Woken {
        by: Option<AgentRef>,
    },
    Prioritised {
        by: AgentRef,
        priority: Priority,
    },
    /// Whether people had to come, from 1 (they had to) to 5 (the assistant would have done).
    HandoffRated {
        by: AgentRef,
        score: u8,
    },
    Transferred {
        by: AgentRef,
        team: String,
        tier: u8,
        reply_due_at: Option<Timestamp>,
    },
    /// Back to the bot: by an agent, or by the customer who left the queue.
    Returned {
        by: Option<AgentRef>,
    },
    /// An agent ends it; until then it may be taken back.
    EndPlanned {
        by: AgentRef,
        until: Timestamp,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Closing>,
    },
    /// It stays open: an agent's wish, or the customer wrote.
    EndTakenBack {
        by: Option<AgentRef>,
    },
    Resolved {
        by: Option<AgentRef>,
        abandoned: bool,
        asks_rating: bool,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<Closing>,
    },
    Rated {
        score: u8,
        #[serde(default)]
        content: Option<String>,
    },
    /// A bare thank-you after the end was answered.
    Thanked,
    OptedOut,
    /// By the flow, or by an agent.
    Tagged {
        tag: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<AgentRef>,
    },
    Untagged {
        tag: String,
        by: AgentRef,
    },
    VariableSet {
        variable: String,
        #[serde(default)]
        content: Option<String>,
    },
    OrdersFound {
        #[serde(default)]
        content: Vec<String>,
    },
    Summarised {
        #[serde(default)]
        content: Option<String>,
    },
    /// The provider refused or lost one of our messages.
    DeliveryFailed {
        message: MessageId,
        code: Option<i64>,
        reason: String,
    },
    /// Two contacts turned out to be one person; this conversation ends if the other one goes on.
    Merged {
        contact: ContactId,
        #[serde(default)]
        goes_on: Option<ConversationId>,
    },
    /// A command that did not fit the state; nothing else changed.
    Refused {
        command: String,
        refusal: super::command::Refusal,
    },
    /// The handler failed too often; people must look.
    Quarantined {
        reason: String,
    },
}

/// What people say of a contact. It wins over what a provider, a customer record or a guess says.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rectified {
    pub name: Option<String>,
    /// ISO 639-1.
    pub language: Option<String>,
    /// What the provider says of the name: it counts again once `name` is taken back.
    pub told_name: Option<String>,
}

/// A hand-off to people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Escalation {
    pub escalation: EscalationId,
    pub reason: Reason,
    /// Every trigger that matched, strongest first.
    pub reasons: Vec<Reason>,
    #[serde(default)]
    pub topic: Option<String>,
    pub team: String,
    pub tier: u8,
    pub priority: Priority,
    /// Outside hours: live from the opening.
    pub deferred: bool,
    /// When the clocks of people start: now, or the opening.
    #[serde(default)]
    pub counts_from: Option<Timestamp>,
    #[serde(default)]
    pub reply_due_at: Option<Timestamp>,
}

/// What a new conversation knows of the one before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    pub conversation: ConversationId,
    pub resolved_at: Timestamp,
    /// Team that handled it.
    #[serde(default)]
    pub team: Option<String>,
    pub language: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Author {
    Bot,
    System,
    Agent(AgentRef),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AgentRef {
    pub key: String,
    pub name: String,
}

impl AgentRef {
    /// Whoever writes from the phone app of the number: which colleague, nobody says.
    pub fn phone_app() -> Self {
        Self { key: "phone".to_owned(), name: "WhatsApp".to_owned() }
    }
}

/// A slow or uncertain piece of work.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Request {
    LookupOrder {
        number: String,
    },
    /// Word an answer from approved articles; the approved text is the fall-back.
    Compose {
        question: String,
        language: String,
        articles: Vec<(String, String)>,
    },
    Transcribe {
        media_id: Option<String>,
        /// Under which its file is kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        message: Option<MessageId>,
        hint: Option<String>,
    },
    /// Which of the options (key, title) a question means.
    Choose {
        question: String,
        options: Vec<(String, String)>,
    },
    Sentiment {
        text: String,
        language: String,
    },
    /// A summary of the talk for the agent who takes over.
    Summarise {
        lines: Vec<String>,
        language: String,
    },
}

impl Event {
    /// The word stored beside the data.
    pub fn kind(&self) -> String {
        match serde_json::to_value(self) {
            Ok(Value::Object(map)) => {
                map.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned()
            }
            _ => String::new(),
        }
    }

    /// The event as data and erasable content, both JSON, with its kind.
    pub fn to_parts(&self) -> (String, String, Option<String>) {
        let mut value = serde_json::to_value(self).expect("events are plain data");
        let map = value.as_object_mut().expect("an internally tagged enum is an object");
        let content = map.remove("content").filter(|c| !c.is_null());
        let kind = map.get("kind").and_then(Value::as_str).unwrap_or_default().to_owned();
        (kind, value.to_string(), content.map(|c| c.to_string()))
    }

    /// The event from its parts; erased content stays absent.
    pub fn from_parts(data: &str, content: Option<&str>) -> Result<Self, serde_json::Error> {
        let mut value: Value = serde_json::from_str(data)?;
        if let (Some(map), Some(content)) = (value.as_object_mut(), content) {
            map.insert("content".to_owned(), serde_json::from_str(content)?);
        }
        serde_json::from_value(value)
    }
}
