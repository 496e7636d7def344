//! From a command to a decision: one function for a conversation that exists, one that opens one.

use super::command::{Command, Refusal};
use super::event::{ENGINE_VERSION, Event, Previous, Rectified};
use super::language;
use super::reading::Texts;
use super::state::State;
use super::tick::dues;
use super::turn::{Context, Decision, Turn};
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
    /// What people say of the contact.
    pub rectified: Rectified,
    /// The contact's data is used for nothing but answering them.
    pub is_restricted: bool,
}

/// Opens a conversation with the customer's first message ([`Command::Receive`]).
pub fn open(
    opening: &Opening,
    command: &Command,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let Command::Receive { message, inbound, profile } = command else {
        return Err(Refusal::NothingDue);
    };
    let texts = Texts::default();
    let guessed = || {
        let (profile, previous) = (profile.as_ref(), opening.previous.as_ref());
        language::first(inbound, profile, previous, &texts, context.snapshot)
    };
    let language = opening.rectified.language.clone().unwrap_or_else(guessed);
    let opened = Event::Opened {
        conversation: opening.conversation,
        contact: opening.contact,
        channel: opening.channel,
        business_number: opening.business_number.clone(),
        language,
        previous: opening.previous.clone(),
        flow_version: context.snapshot.version,
        engine: ENGINE_VERSION,
    };
    let mut turn = Turn::open(opened, texts, context).expect("`opened` is the event that opens");
    turn.rectify(None, &opening.rectified, opening.is_restricted);
    turn.receive(*message, inbound, profile.as_ref());
    Ok(turn.finish())
}

/// What a command leads to in a conversation that exists.
pub fn decide(
    state: &State,
    command: &Command,
    context: &Context<'_>,
) -> Result<Decision, Refusal> {
    let mut turn = Turn::new(state, context);
    match command {
        Command::Receive { message, inbound, profile } => {
            if state.is_resolved() {
                turn.receive_after_end(*message, inbound, profile.as_ref())?;
            } else {
                turn.receive(*message, inbound, profile.as_ref());
            }
        }
        Command::Tick => {
            if !turn.tick() {
                return Err(Refusal::NothingDue);
            }
        }
        Command::EndBurst => {
            if state.open_burst().is_none() {
                return Err(Refusal::NothingDue);
            }
            turn.emit(Event::BurstEnded);
        }
        Command::EffectDone { .. } if turn.is_silenced() => turn.give_to_people(),
        Command::EffectDone { effect, outcome } => turn.effect_done(*effect, outcome)?,
        Command::Agent { agent, act } => {
            turn.catch_up();
            turn.act(agent, act)?;
        }
        Command::Assign { agent } => turn.assign(agent)?,
        Command::Echo { message, content } => turn.echo(*message, content),
        Command::DeliveryFailed { message, code, reason, answered_at, form } => {
            turn.emit(Event::DeliveryFailed {
                message: *message,
                code: *code,
                reason: reason.clone(),
            });
            turn.answer_is_lost(*answered_at, form.as_deref());
        }
        Command::Merge { contact, goes_on } => turn.merge(*contact, *goes_on),
        Command::Rectify { by, rectified, is_restricted } => {
            if !turn.rectify(by.as_ref(), rectified, *is_restricted) {
                return Err(Refusal::NothingDue);
            }
        }
        Command::Quarantine { reason } => turn.quarantine(reason),
    }
    Ok(turn.finish())
}

/// When [`Command::Tick`] must come next: bursts, deadlines, openings and closings, forgotten
/// prompts. `None` when only a message or a person can move the conversation.
pub fn next_due(state: &State, snapshot: &Snapshot) -> Option<Timestamp> {
    dues(state, &state.bot, snapshot).into_iter().map(|(at, _)| at).min()
}
