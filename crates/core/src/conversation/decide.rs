//! From a command to a decision: one function for a conversation that exists, one that opens one.

use super::command::{Command, Refusal};
use super::event::Previous;
use super::state::State;
use super::turn::{Context, Decision};
use crate::id::{ChannelId, ContactId, ConversationId};
use crate::time::Timestamp;
use crate::workspace::snapshot::Snapshot;

/// What a new conversation starts from.
#[derive(Clone, Debug, PartialEq)]
pub struct Opening {
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub channel: ChannelId,
    pub business_number: String,
    pub previous: Option<Previous>,
}

/// Opens a conversation with the customer's first message ([`Command::Receive`]).
pub fn open(
    _opening: &Opening,
    _command: &Command,
    _context: &Context<'_>,
) -> Result<Decision, Refusal> {
    Err(Refusal::NothingDue)
}

/// What a command leads to in a conversation that exists.
pub fn decide(
    _state: &State,
    _command: &Command,
    _context: &Context<'_>,
) -> Result<Decision, Refusal> {
    Err(Refusal::NothingDue)
}

/// When [`Command::Tick`] must come next: bursts, deadlines, openings and closings, forgotten
/// prompts. `None` when only a message or a person can move the conversation.
pub fn next_due(_state: &State, _snapshot: &Snapshot) -> Option<Timestamp> {
    None
}
