//! What can be asked of a conversation, and why it may be refused.

use super::event::AgentRef;
use super::state::Profile;
use crate::id::{ContactId, ConversationId, EffectId, MessageId};
use crate::message::{Inbound, Outbound};
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
    },
    /// Two contacts turned out to be one person: this conversation is `contact`'s from now on.
    /// Where the person has another open one that goes on, this one ends.
    Merge {
        contact: ContactId,
        goes_on: Option<ConversationId>,
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
    },
    Note {
        text: String,
    },
    /// A note goes first, so that the team that gets the conversation reads it at once.
    Transfer {
        team: String,
        note: Option<String>,
    },
    ReturnToBot,
    Resolve,
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
            Self::OpenNew => "open_new",
            Self::Stale => "stale",
            Self::NothingDue => "nothing_due",
        }
    }
}
