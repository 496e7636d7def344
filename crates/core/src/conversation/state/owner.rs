//! Who may write, and since when: the events that hand a conversation over, back, or end it.

use super::{Bot, Handoff, Owner, RatedHandoff, State};
use crate::conversation::event::{AgentRef, Escalation, Event};
use crate::time::Timestamp;

/// Nobody waits in a live queue to be reassured.
fn expects_no_word(h: &mut Handoff) {
    h.reassure_due = None;
    h.burst_until = None;
}

/// The right to write is another one from here on.
fn hand_to(s: &mut State, owner: Owner) {
    s.owner = owner;
    s.owner_epoch += 1;
    s.ending = None;
    s.snooze = None;
}

pub(super) fn escalated(s: &mut State, at: Timestamp, e: &Escalation) {
    hand_to(s, Owner::Queue { deferred: e.deferred });
    s.escalations += 1;
    s.priority = s.priority.filter(|said| *said >= e.priority);
    s.reply_due_at = e.reply_due_at;
    if e.topic.is_some() {
        s.topic.clone_from(&e.topic);
    }
    s.handoff = Some(Handoff {
        escalation: e.escalation,
        at,
        reason: e.reason,
        reasons: e.reasons.clone(),
        topic: e.topic.clone(),
        team: e.team.clone(),
        tier: e.tier,
        priority: e.priority,
        counts_from: e.counts_from,
        until: e.counts_from.filter(|_| e.deferred),
        is_active: true,
        was_rerouted: false,
        reassured_at: None,
        reassure_due: None,
        burst_until: s.burst_until.filter(|until| at < *until),
        after_hours_at: None,
        live_since: (!e.deferred).then_some(at),
        rated: None,
    });
    if s.facts.first_agent_reply_at.is_none() {
        s.facts.counts_from = e.counts_from;
    }
    if s.facts.first_handoff_at.is_none() {
        s.facts.first_handoff_at = Some(at);
        s.facts.first_reason = Some(e.reason);
        s.facts.first_team = Some(e.team.clone());
    }
}

/// Whoever rates the same hand-off again takes back what was said before.
pub(super) fn rated(s: &mut State, score: u8) {
    let Some(handoff) = &mut s.handoff else { return };
    if handoff.rated.replace(score).is_some() {
        s.facts.rated.pop();
    }
    s.facts.rated.push(RatedHandoff { reason: handoff.reason, score });
}

/// The same hand-off, for a stronger reason or for one more.
pub(super) fn rerouted(s: &mut State, event: &Event) {
    let Event::Rerouted { reasons, reason, topic, team, tier, priority, reply_due_at } = event
    else {
        return;
    };
    if let Some(h) = &mut s.handoff {
        h.was_rerouted |= h.reason != *reason || h.team != *team || h.topic != *topic;
        h.reasons.clone_from(reasons);
        h.reason = *reason;
        h.topic.clone_from(topic);
        h.team.clone_from(team);
        h.tier = *tier;
        h.priority = *priority;
    }
    s.topic.clone_from(topic);
    s.priority = s.priority.filter(|said| *said >= *priority);
    s.reply_due_at = *reply_due_at;
}

/// Closing time, until this opening.
pub(super) fn deferred(s: &mut State, until: Option<Timestamp>) {
    hand_to(s, Owner::Queue { deferred: true });
    s.reply_due_at = None;
    if s.facts.first_agent_reply_at.is_none() {
        s.facts.counts_from = until;
    }
    if let Some(h) = &mut s.handoff {
        h.until = until;
        h.counts_from = until;
        expects_no_word(h);
        h.live_since = None;
    }
}

pub(super) fn opened(s: &mut State, at: Timestamp, reply_due_at: Option<Timestamp>) {
    hand_to(s, Owner::Queue { deferred: false });
    s.reply_due_at = reply_due_at;
    if let Some(h) = &mut s.handoff {
        h.until = None;
        h.live_since = Some(at);
    }
}

pub(super) fn taken(s: &mut State, agent: &AgentRef) {
    hand_to(s, Owner::Agent { agent: agent.clone() });
    s.unread = 0;
    if let Some(h) = &mut s.handoff {
        h.until = None;
        expects_no_word(h);
    }
}

pub(super) fn transferred(
    s: &mut State,
    at: Timestamp,
    (team, tier): (&str, u8),
    reply_due_at: Option<Timestamp>,
) {
    hand_to(s, Owner::Queue { deferred: false });
    s.reply_due_at = reply_due_at;
    if let Some(h) = &mut s.handoff {
        team.clone_into(&mut h.team);
        h.tier = tier;
        h.live_since = Some(at);
        expects_no_word(h);
    }
}

pub(super) fn returned(s: &mut State) {
    hand_to(s, Owner::Bot);
    s.reply_due_at = None;
    end_handoff(s);
}

pub(super) fn resolved(s: &mut State, at: Timestamp, abandoned: bool, asks_rating: bool) {
    s.resolved_at = Some(at);
    s.owner_epoch += 1;
    s.is_abandoned = abandoned;
    s.asks_rating = asks_rating;
    s.reply_due_at = None;
    s.unread = 0;
    s.ending = None;
    s.snooze = None;
    s.mentions.clear();
    s.bot = Bot::default();
    end_handoff(s);
}

fn end_handoff(s: &mut State) {
    if let Some(h) = &mut s.handoff {
        h.is_active = false;
        h.until = None;
        expects_no_word(h);
    }
}
