//! What can be asked of a conversation, and why it may be refused.

use super::event::{AgentRef, Rectified};
use super::state::Profile;
use crate::id::{ContactId, ConversationId, EffectId, MessageId};
use crate::message::{Inbound, Outbound};
use crate::routing::Priority;
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// The customer wrote.
    Receive {
        message: MessageId,
        inbound: Inbound,
        profile: Option<Profile>,
    },
    /// Something is due, or may be.
    Tick,
    /// The customer writes nothing further of this burst: nobody needs to wait to know it.
    EndBurst,
    EffectDone {
        effect: EffectId,
        outcome: Outcome,
    },
    Agent {
        agent: AgentRef,
        act: Act,
    },
    /// The router gives a waiting conversation to a free agent.
    Assign {
        agent: AgentRef,
    },
    /// A colleague answered from the phone app of the number: counts as a takeover (R10).
    Echo {
        message: MessageId,
        content: Outbound,
    },
    /// The provider finally refused one of our messages.
    DeliveryFailed {
        message: MessageId,
        code: Option<i64>,
        reason: String,
        /// When it was written, where it was the bot's answer to somebody who can still be answered.
        answered_at: Option<Timestamp>,
        /// The id it bore where it was a form: what it asks can be asked in writing.
        form: Option<String>,
    },
    /// Two contacts turned out to be one person: this conversation is `contact`'s from now on.
    /// Where the person has another open one that goes on, this one ends.
    Merge {
        contact: ContactId,
        goes_on: Option<ConversationId>,
    },
    /// What people say of the contact, as it is from now on.
    Rectify {
        by: Option<AgentRef>,
        rectified: Rectified,
        is_restricted: bool,
    },
    /// The handler failed five times: hand over to people (R11).
    Quarantine {
        reason: String,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    Take,
    Reply {
        message: MessageId,
        content: Outbound,
        terms: Terms,
    },
    /// Takes the last reply back with all that was sent in the same act, as long as none of it
    /// has left. Names any of its messages.
    TakeBack {
        message: MessageId,
    },
    Note {
        text: String,
    },
    /// A note goes first, so that the team that gets the conversation reads it at once.
    Transfer {
        team: String,
        note: Option<String>,
    },
    /// To a team of a higher tier, with a reason that the team reads as a note. Nothing: the first
    /// one of the next tier.
    RaiseTier {
        team: Option<String>,
        reason: String,
    },
    /// To a person. `over` says that the agent may take it from a colleague.
    Assign {
        to: AgentRef,
        over: bool,
    },
    /// Aside until a time or, without one, until the customer writes.
    Snooze {
        until: Option<Timestamp>,
    },
    Wake,
    Prioritise {
        priority: Priority,
    },
    /// Whether the last hand-off was needed: 1 (people had to come) to 5 (the assistant would have
    /// done).
    RateHandoff {
        score: u8,
    },
    Tag {
        tag: String,
    },
    Untag {
        tag: String,
    },
    ReturnToBot,
    /// The end, at once or, with an `undo` above nothing, after it: until then it may be taken back.
    Resolve {
        reason: Option<Closing>,
        undo: Span,
    },
    /// Takes an end that has not come yet back.
    KeepOpen,
    /// One after the other, in one commit: where one is refused, none is done.
    Several {
        acts: Vec<Act>,
    },
}

impl Act {
    /// A reply that leaves at once, whatever came meanwhile.
    pub fn reply(message: MessageId, content: Outbound) -> Self {
        Self::Reply { message, content, terms: Terms::default() }
    }

    /// The end without a reason, at once.
    pub fn resolve() -> Self {
        Self::Resolve { reason: None, undo: Span::ZERO }
    }
}

/// What an agent's reply is sent under.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// Position of the customer's last message the agent had seen; a later one refuses the reply.
    pub seen: Option<i64>,
    /// How long it may be taken back.
    pub undo: Span,
}

/// Why an agent closes a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closing {
    Solved,
    /// The customer did not answer any more.
    NoAnswer,
    Duplicate,
    Spam,
    Other,
}

impl Closing {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Solved => "solved",
            Self::NoAnswer => "no_answer",
            Self::Duplicate => "duplicate",
            Self::Spam => "spam",
            Self::Other => "other",
        }
    }

    /// Nobody is asked how they liked being a duplicate.
    pub fn asks_rating(self) -> bool {
        match self {
            Self::Solved | Self::Other => true,
            Self::NoAnswer | Self::Duplicate | Self::Spam => false,
        }
    }
}

/// What came of an effect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outcome {
    Order {
        order: Option<Box<crate::workspace::Order>>,
    },
    Composed {
        text: String,
    },
    Transcript {
        text: String,
    },
    Summary {
        text: String,
    },
    /// One of the options, or none of them.
    Chosen {
        option: Option<String>,
    },
    /// How angry it sounds, from 0 to 1.
    Sentiment {
        anger: f32,
    },
    Failed,
}

/// Why a command was not carried out. Stable words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    WindowClosed,
    AlreadyTaken,
    /// The conversation is resolved.
    NotInQueue,
    Forbidden,
    /// Not one of this workspace's teams.
    UnknownTeam,
    /// No team of a higher tier is there, or the named one is not.
    NotHigher,
    /// The customer wrote since the reply was begun.
    NewMessages,
    /// The message has left, or is not the agent's last.
    TooLate,
    /// The time lies in the past or too far ahead.
    BadTime,
    /// The message belongs to a new conversation.
    OpenNew,
    /// The effect is not awaited any more.
    Stale,
    /// Nothing is due.
    NothingDue,
}

impl Refusal {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WindowClosed => "window_closed",
            Self::AlreadyTaken => "already_taken",
            Self::NotInQueue => "not_in_queue",
            Self::Forbidden => "forbidden",
            Self::UnknownTeam => "unknown_team",
            Self::NotHigher => "not_higher",
            Self::NewMessages => "new_messages",
            Self::TooLate => "too_late",
            Self::BadTime => "bad_time",
            Self::OpenNew => "open_new",
            Self::Stale => "stale",
            Self::NothingDue => "nothing_due",
        }
    }
}
