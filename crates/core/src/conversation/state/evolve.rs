//! The state as a function of the log: what each event changes.

use super::{BURST, Ending, Heard, Owner, Snooze, State, desk, owner};
use crate::conversation::event::{Author, Event, Rectified};
use crate::id::MessageId;
use crate::message::{Inbound, Outbound};
use crate::time::Timestamp;

/// Messages kept in [`State::recent`], and characters of each.
const RECENT: (usize, usize) = (8, 200);

/// The next state. Total: an event that does not fit changes what it can and nothing else.
pub fn evolve(mut state: State, at: Timestamp, event: &Event) -> State {
    apply(&mut state, at, event);
    state
}

/// The state a whole log gives.
pub fn fold<'a>(log: impl IntoIterator<Item = (Timestamp, &'a Event)>) -> Option<State> {
    let mut log = log.into_iter();
    let (at, first) = log.next()?;
    let opened = State::opened(at, first)?;
    Some(log.fold(opened, |s, (at, event)| evolve(s, at, event)))
}

/// [`evolve`] in place.
pub(in crate::conversation) fn apply(s: &mut State, at: Timestamp, event: &Event) {
    s.position += 1;
    s.last_event_at = s.last_event_at.max(Some(at));
    match event {
        Event::Opened { .. }
        | Event::TurnDecided { .. }
        | Event::EffectEnded { .. }
        | Event::Refused { .. }
        | Event::DeliveryFailed { .. }
        | Event::QuestionUnanswered { .. }
        | Event::EffectRequested { .. }
        | Event::Quarantined { .. } => {}
        Event::ProfileRead { segment, content } => {
            s.segment.clone_from(segment);
            if let Some(profile) = content {
                s.phone.clone_from(&profile.phone);
                s.opted_out |= profile.opted_out;
                if !is_name_rectified(s) {
                    s.name.clone_from(&profile.name);
                }
            }
            s.profile.clone_from(content);
        }
        Event::MessageReceived { message, sent_at, opens_window, is_silent, content, .. } => {
            if *opens_window {
                s.last_inbound_at = s.last_inbound_at.max(Some(*sent_at));
            }
            received(s, at, *message, *is_silent, content.as_ref());
        }
        Event::Merged { contact, goes_on } => {
            s.contact = *contact;
            s.merged_into = *goes_on;
        }
        Event::ContactRectified { is_restricted, content, .. } => {
            s.is_restricted = *is_restricted;
            if let Some(content) = content {
                rectified(s, content);
            }
        }
        Event::LanguageChosen { language } => s.language.clone_from(language),
        Event::MessageSent { message, by, part_of, content, .. } => {
            sent(s, at, (*message, *part_of), by, content.as_ref());
        }
        Event::MessageTakenBack { message, .. } => desk::taken_back(s, *message),
        Event::NoteAdded { agent, mentions, .. } => desk::noted(s, agent, mentions),
        Event::BotAdvanced { bot } => s.bot = (**bot).clone(),
        Event::Escalated(e) => owner::escalated(s, at, e),
        Event::Rerouted { .. } => owner::rerouted(s, event),
        Event::Deferred { until } => owner::deferred(s, *until),
        Event::Opening { reply_due_at } => owner::opened(s, at, *reply_due_at),
        Event::Reassured => {
            if let Some(h) = &mut s.handoff {
                h.reassured_at = Some(at);
                h.reassure_due = None;
            }
        }
        Event::BurstEnded => {
            if let Some(h) = &mut s.handoff {
                h.burst_until = None;
            }
        }
        Event::AfterHoursTold => {
            if let Some(h) = &mut s.handoff {
                h.after_hours_at = Some(at);
            }
        }
        Event::Taken { agent, .. } | Event::Assigned { agent, .. } => owner::taken(s, agent),
        Event::Snoozed { until, .. } => s.snooze = Some(Snooze { until: *until }),
        Event::Woken { .. } => s.snooze = None,
        Event::Prioritised { priority, .. } => s.priority = Some(*priority),
        Event::HandoffRated { score, .. } => owner::rated(s, *score),
        Event::Transferred { team, tier, reply_due_at, .. } => {
            owner::transferred(s, at, (team, *tier), *reply_due_at);
        }
        Event::Returned { .. } => owner::returned(s),
        Event::EndPlanned { by, until, reason } => {
            s.ending = Some(Ending { by: by.clone(), until: *until, reason: *reason });
        }
        Event::EndTakenBack { .. } => s.ending = None,
        Event::Resolved { abandoned, asks_rating, reason, .. } => {
            owner::resolved(s, at, *abandoned, *asks_rating);
            s.closing = *reason;
        }
        Event::Thanked => s.thanked += 1,
        Event::TopicFound { topic } => s.topic.clone_from(topic),
        Event::Transcribed { message, content } => {
            if let Some(words) = content {
                heard(s, *message, words);
                s.preview = preview(words);
                s.preview_by = None;
            }
        }
        Event::Rated { score, content } => {
            s.csat = Some(*score);
            s.csat_comment.clone_from(content);
            s.asks_rating = false;
        }
        Event::OptedOut => s.opted_out = true,
        Event::Tagged { tag, .. } => {
            if !s.tags.contains(tag) {
                s.tags.push(tag.clone());
            }
        }
        Event::Untagged { tag, .. } => s.tags.retain(|one| one != tag),
        Event::VariableSet { variable, content } => {
            match content {
                Some(value) => s.variables.insert(variable.clone(), value.clone()),
                None => s.variables.remove(variable),
            };
        }
        Event::OrdersFound { content } => {
            for order in content {
                if !s.orders.contains(order) {
                    s.orders.push(order.clone());
                }
            }
        }
        Event::Summarised { content } => s.summary.clone_from(content),
    }
}

fn is_name_rectified(s: &State) -> bool {
    s.rectified.as_ref().is_some_and(|r| r.name.is_some())
}

fn rectified(s: &mut State, content: &Rectified) {
    if content.name.is_some() {
        s.name.clone_from(&content.name);
    } else if is_name_rectified(s) {
        let of_record = s.profile.as_ref().and_then(|p| p.name.clone());
        s.name = of_record.or_else(|| content.told_name.clone());
    }
    if let Some(language) = &content.language {
        s.language.clone_from(language);
    }
    let says_something = content.name.is_some() || content.language.is_some();
    s.rectified = says_something.then(|| content.clone());
}

fn received(
    s: &mut State,
    at: Timestamp,
    message: MessageId,
    is_silent: bool,
    content: Option<&Inbound>,
) {
    if let (Owner::Queue { deferred: false }, false, Some(h)) =
        (&s.owner, is_silent, &mut s.handoff)
    {
        let goes_on = h.burst_until.is_some_and(|until| at < until);
        let due = if goes_on { &mut h.burst_until } else { &mut h.reassure_due };
        *due = Some(at + BURST);
    }
    s.last_message_at = at;
    s.last_inbound = Some(message);
    s.unread += 1;
    if !is_silent {
        s.heard_at = s.position;
        s.burst_until = Some(at + BURST);
        s.snooze = None;
    }
    if let Some(inbound) = content {
        s.preview = preview(&inbound.content.preview());
        s.preview_by = None;
        if let Some(words) = inbound.content.words() {
            heard(s, message, words);
        }
        if s.phone.is_none() {
            s.phone.clone_from(&inbound.sender.phone);
        }
        if s.name.is_none() {
            s.name.clone_from(&inbound.sender.name);
        }
    }
}

fn sent(
    s: &mut State,
    at: Timestamp,
    (message, part_of): (MessageId, Option<MessageId>),
    by: &Author,
    content: Option<&Outbound>,
) {
    if let Author::Agent(agent) = by {
        desk::replies(s, message, part_of, agent);
    }
    s.last_message_at = at;
    if let Some(content) = content {
        s.preview = preview(content.text());
        s.preview_by = Some(by.clone());
    }
    match by {
        Author::Bot => {
            s.facts.bot_turn = true;
            if let (Owner::Queue { deferred: false }, Some(h)) = (&s.owner, &mut s.handoff) {
                h.reassure_due = None;
                h.burst_until = s.burst_until.filter(|until| at < *until);
            }
        }
        Author::System => {}
        Author::Agent(_) => {
            s.unread = 0;
            s.reply_due_at = None;
            s.facts.first_agent_reply_at.get_or_insert(at);
        }
    }
}

fn heard(s: &mut State, message: MessageId, words: &str) {
    s.recent.push(Heard { message, text: words.chars().take(RECENT.1).collect() });
    if s.recent.len() > RECENT.0 {
        s.recent.remove(0);
    }
}

/// At most 120 characters, one line.
fn preview(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}
