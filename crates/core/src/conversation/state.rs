//! The state of a conversation: a pure function of its log.

mod bot;
mod desk;
mod evolve;
mod owner;

pub use bot::{About, Bot, Held, Prompt, PromptKind, Resume, Said, Subject, Voice, Waiting};
pub(super) use evolve::apply;
pub use evolve::{evolve, fold};

use super::command::Closing;
use super::event::{AgentRef, Author, Event, Previous, Rectified};
use crate::id::{ChannelId, ContactId, ConversationId, EscalationId, MessageId};
use crate::routing::Priority;
use crate::time::{Span, Timestamp};
use crate::trigger::Reason;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Messages less than this apart are one burst.
pub const BURST: Span = Span::secs(4);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub channel: ChannelId,
    pub business_number: String,
    pub flow_version: i64,
    pub opened_at: Timestamp,
    /// Position of the last event.
    pub position: i64,
    pub owner: Owner,
    /// Moves at every change of owner or of the right to write.
    pub owner_epoch: i64,
    pub resolved_at: Option<Timestamp>,
    pub is_abandoned: bool,
    pub previous: Option<Previous>,
    /// The conversation that went on instead, when two contacts became one.
    #[serde(default)]
    pub merged_into: Option<ConversationId>,
    pub language: String,
    pub segment: String,
    pub profile: Option<Profile>,
    pub phone: Option<String>,
    pub name: Option<String>,
    /// What people say of the contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rectified: Option<Rectified>,
    /// The contact's data is used for nothing but answering them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_restricted: bool,
    pub topic: Option<String>,
    pub orders: Vec<String>,
    pub summary: Option<String>,
    pub tags: Vec<String>,
    pub variables: BTreeMap<String, String>,
    pub opted_out: bool,
    /// The last hand-off, kept after it ended.
    pub handoff: Option<Handoff>,
    pub escalations: u32,
    pub csat: Option<u8>,
    pub csat_comment: Option<String>,
    pub asks_rating: bool,
    /// Why an agent closed it.
    #[serde(default)]
    pub closing: Option<Closing>,
    /// An agent has ended it, and may still take that back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ending: Option<Ending>,
    /// Put aside by an agent.
    #[serde(default)]
    pub snooze: Option<Snooze>,
    /// What an agent says of its urgency, in place of the hand-off's own.
    #[serde(default)]
    pub priority: Option<Priority>,
    /// Agents called by a note who have not acted since.
    #[serde(default)]
    pub mentions: Vec<String>,
    /// Position of the customer's last message that asks for an answer.
    #[serde(default)]
    pub heard_at: i64,
    /// End of the customer's burst, unless they write on before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst_until: Option<Timestamp>,
    /// The last reply of an agent, and what stood before it.
    #[serde(default)]
    pub last_reply: Option<LastReply>,
    pub last_inbound_at: Option<Timestamp>,
    /// Time of the last message of anybody.
    pub last_message_at: Timestamp,
    /// Time of the last event: the log goes on from there, whatever the wall clock says (R15).
    #[serde(default)]
    pub last_event_at: Option<Timestamp>,
    pub last_inbound: Option<MessageId>,
    pub unread: u32,
    /// When an answer of people is due.
    pub reply_due_at: Option<Timestamp>,
    pub preview: String,
    /// Who of us wrote it; nothing where the customer did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_by: Option<Author>,
    /// The customer's last words, oldest first: what the signals compare a message with.
    #[serde(default)]
    pub recent: Vec<Heard>,
    /// Bare thank-yous answered after the end.
    #[serde(default)]
    pub thanked: u32,
    pub bot: Bot,
    pub facts: Facts,
}

/// What the customer said in one message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    pub message: MessageId,
    pub text: String,
}

/// An end that has not come yet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ending {
    pub by: AgentRef,
    pub until: Timestamp,
    pub reason: Option<Closing>,
}

/// Until when a conversation is put aside; without a time until the customer writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Snooze {
    pub until: Option<Timestamp>,
}

/// What an agent's reply changed, so that it can be taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastReply {
    pub message: MessageId,
    /// Sent before it in the same act, to be taken back with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<MessageId>,
    pub by: String,
    pub unread: u32,
    pub reply_due_at: Option<Timestamp>,
    pub preview: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub preview_by: Option<Author>,
    /// The conversation had no earlier reply of a person.
    pub is_first: bool,
}

impl LastReply {
    /// Its messages, in the order they were sent.
    pub fn parts(&self) -> impl Iterator<Item = MessageId> {
        self.earlier.iter().copied().chain([self.message])
    }

    pub fn has(&self, message: MessageId) -> bool {
        self.parts().any(|part| part == message)
    }
}

/// Who answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Owner {
    Bot,
    Queue { deferred: bool },
    Agent { agent: AgentRef },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handoff {
    pub escalation: EscalationId,
    pub at: Timestamp,
    pub reason: Reason,
    pub reasons: Vec<Reason>,
    pub topic: Option<String>,
    pub team: String,
    pub tier: u8,
    pub priority: Priority,
    /// Clock of people starts here.
    pub counts_from: Option<Timestamp>,
    /// Opening it waits for, while deferred.
    pub until: Option<Timestamp>,
    pub is_active: bool,
    pub was_rerouted: bool,
    pub reassured_at: Option<Timestamp>,
    /// A queue message waits for the end of its burst to be reassured.
    pub reassure_due: Option<Timestamp>,
    /// Till then, further messages are of the burst that was answered by the notice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub burst_until: Option<Timestamp>,
    pub after_hours_at: Option<Timestamp>,
    /// Since when people can see it without waiting for an opening; its closing time follows.
    #[serde(default)]
    pub live_since: Option<Timestamp>,
    /// What an agent says of it, from 1 (needed) to 5 (not needed).
    #[serde(default)]
    pub rated: Option<u8>,
}

/// What the CRM knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub segment: Option<String>,
    pub language: Option<String>,
    pub opted_out: bool,
    /// Orders of this phone, newest first.
    #[serde(default)]
    pub orders: Vec<crate::workspace::Order>,
}

/// Figures of a conversation for the KPIs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    pub bot_turn: bool,
    pub first_handoff_at: Option<Timestamp>,
    pub first_reason: Option<Reason>,
    pub first_team: Option<String>,
    /// Where the wait for the first agent's message began: the hand-off, or the opening it waited
    /// for.
    pub counts_from: Option<Timestamp>,
    pub first_agent_reply_at: Option<Timestamp>,
    /// What agents said of the hand-offs, oldest first: each as it was rated last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rated: Vec<RatedHandoff>,
}

/// Whether people had to come, from 1 (they had to) to 5 (the assistant would have done).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatedHandoff {
    pub reason: Reason,
    pub score: u8,
}

impl State {
    /// What the customer is called in a text.
    pub fn first_name(&self) -> Option<&str> {
        self.name.as_deref()?.split_whitespace().next()
    }

    /// People said what the customer's language is: it is not guessed any more.
    pub fn is_language_rectified(&self) -> bool {
        self.rectified.as_ref().is_some_and(|r| r.language.is_some())
    }

    /// The state after the first event of a log.
    pub fn opened(at: Timestamp, event: &Event) -> Option<Self> {
        let Event::Opened {
            conversation,
            contact,
            channel,
            business_number,
            language,
            previous,
            flow_version,
            ..
        } = event
        else {
            return None;
        };
        Some(Self {
            conversation: *conversation,
            contact: *contact,
            channel: *channel,
            business_number: business_number.clone(),
            flow_version: *flow_version,
            opened_at: at,
            position: 1,
            owner: Owner::Bot,
            owner_epoch: 0,
            resolved_at: None,
            is_abandoned: false,
            previous: previous.clone(),
            merged_into: None,
            language: language.clone(),
            segment: "standard".to_owned(),
            profile: None,
            phone: None,
            name: None,
            rectified: None,
            is_restricted: false,
            topic: None,
            orders: Vec::new(),
            summary: None,
            tags: Vec::new(),
            variables: BTreeMap::new(),
            opted_out: false,
            handoff: None,
            escalations: 0,
            csat: None,
            csat_comment: None,
            asks_rating: false,
            closing: None,
            ending: None,
            snooze: None,
            priority: None,
            mentions: Vec::new(),
            heard_at: 0,
            burst_until: None,
            last_reply: None,
            last_inbound_at: None,
            last_message_at: at,
            last_event_at: Some(at),
            last_inbound: None,
            unread: 0,
            reply_due_at: None,
            preview: String::new(),
            preview_by: None,
            recent: Vec::new(),
            thanked: 0,
            bot: Bot::default(),
            facts: Facts::default(),
        })
    }

    pub fn is_resolved(&self) -> bool {
        self.resolved_at.is_some()
    }

    /// When the burst is over that people were called in; what it still says is answered already.
    pub fn open_burst(&self) -> Option<Timestamp> {
        let is_live = !self.is_resolved() && self.owner == Owner::Queue { deferred: false };
        self.active_handoff().filter(|_| is_live)?.burst_until
    }

    /// The automatic side may write and decide (see the right-to-write table).
    pub fn bot_active(&self) -> bool {
        !self.is_resolved() && matches!(self.owner, Owner::Bot | Owner::Queue { deferred: true })
    }

    pub fn is_deferred(&self) -> bool {
        !self.is_resolved() && matches!(self.owner, Owner::Queue { deferred: true })
    }

    pub fn agent(&self) -> Option<&AgentRef> {
        match &self.owner {
            Owner::Agent { agent } => Some(agent),
            Owner::Bot | Owner::Queue { .. } => None,
        }
    }

    /// The contract's word for who is in charge.
    pub fn status(&self) -> &'static str {
        if self.is_resolved() {
            return "resolved";
        }
        match self.owner {
            Owner::Bot => "bot",
            Owner::Queue { .. } => "queued",
            Owner::Agent { .. } => "human",
        }
    }

    /// The hand-off while it lasts.
    pub fn active_handoff(&self) -> Option<&Handoff> {
        self.handoff.as_ref().filter(|h| h.is_active)
    }

    pub fn tier(&self) -> u8 {
        if self.is_resolved() {
            return self.handoff.as_ref().filter(|_| self.is_handed_off()).map_or(1, |h| h.tier);
        }
        match self.owner {
            Owner::Bot => 1,
            Owner::Queue { .. } | Owner::Agent { .. } => {
                self.handoff.as_ref().map_or(2, |h| h.tier)
            }
        }
    }

    /// How pressing it is: what an agent said, else what the hand-off says while people have it.
    pub fn priority(&self) -> Priority {
        let of_handoff = self.handoff.as_ref().filter(|_| self.is_handed_off());
        self.priority.unwrap_or_else(|| of_handoff.map_or(Priority::Normal, |h| h.priority))
    }

    /// People were in charge when it ended, or still are.
    pub fn is_handed_off(&self) -> bool {
        !matches!(self.owner, Owner::Bot)
    }
}
