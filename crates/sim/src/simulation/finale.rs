//! The end of a run: faults are over, the provider hands over what it owes, time passes, and then
//! nothing may be left half-done, unanswered, lost or doubled.

use super::process::channel;
use super::tasks::at_once;
use super::world::World;
use relais_app::dice::Dice;
use relais_app::port::store::{EventRow, MediaState, OutboxClass, OutboxState, StoreError};
use relais_core::conversation::state::Owner;
use relais_core::message::Delivery;
use relais_core::time::Span;
use std::collections::BTreeSet;

/// Longer than anything waits for anything: reports of unknown sends, pauses after failures.
const QUIET: Span = Span::minutes(25);
/// A wall clock that was ahead wrote moments down that come later.
const QUIET_AFTER_A_WRONG_CLOCK: Span = Span::minutes(25 + 2 * 121);
/// What is sent at the very end has its reports a little later: within so many rounds.
const LAST_REPORTS: u32 = 3;

pub(super) fn come_to_rest(world: &mut World<'_>) -> Result<(), StoreError> {
    let mut dice = Dice::new(0xe7d);
    world.heal()?;
    let quiet = if world.clock_was_wrong { QUIET_AFTER_A_WRONG_CLOCK } else { QUIET };
    let pace = Span::micros((quiet.as_micros() / 40).max(1));
    let end = world.shared.clock.truth() + quiet;
    let is_owed = |world: &World<'_>| {
        world.shared.post.lock().letters.iter().any(|letter| !letter.is_acknowledged)
    };
    let mut more = LAST_REPORTS;
    loop {
        if world.shared.clock.truth() >= end {
            if more == 0 || !is_owed(world) {
                break;
            }
            more -= 1;
        }
        // A refusal under way when all was healed pauses the channel once more.
        world.reconnect()?;
        // Jobs are lent by the database's own clock, which does not know of virtual time; nobody
        // holds one when all is at rest.
        for kind in ["notify", "media"] {
            at_once(world.inner.release_jobs(kind))?;
        }
        for _ in 0..50 {
            world.rest(&mut dice);
            world.deliver(50, false, &mut dice);
            world.rest(&mut dice);
            let now = world.shared.clock.truth();
            let post = world.shared.post.lock();
            if !post.letters.iter().any(|l| !l.is_acknowledged && l.from <= now) {
                break;
            }
        }
        world.wait(pace);
    }
    Ok(())
}

pub(super) fn check(world: &World<'_>) -> Result<(), StoreError> {
    letters(world)?;
    logs(world)?;
    sends(world)?;
    talks(world);
    notices(world)?;
    files(world)
}

/// What the provider was told we have is there.
fn letters(world: &World<'_>) -> Result<(), StoreError> {
    let shared = &world.shared;
    let post = shared.post.lock();
    for letter in post.letters.iter().filter(|l| !l.is_acknowledged) {
        let id = &letter.arrival.receipt;
        shared.violated("R11", format!("`{id}` is never taken in"));
    }
    drop(post);
    let receipts: Vec<String> = shared.witness(|w, _| w.receipts().cloned().collect());
    for id in receipts {
        if at_once(world.inner.receipt(channel(), &id))?.is_none() {
            shared.violated("R1", format!("`{id}` was stored and is gone"));
        }
    }
    Ok(())
}

/// Every log is whole, and gives what is stored.
fn logs(world: &World<'_>) -> Result<(), StoreError> {
    let shared = &world.shared;
    let known: Vec<_> =
        shared.witness(|w, _| w.talks.iter().map(|(id, t)| (*id, t.state.position)).collect());
    for (id, last) in known {
        let log = at_once(world.inner.events(id, 0, i64::MAX))?;
        let positions: Vec<i64> = log.iter().map(|e| e.position).collect();
        if positions != (1..=last).collect::<Vec<i64>>() {
            let many = positions.len();
            shared.violated("R3", format!("{id}: {many} events are stored, {last} were written"));
        }
    }
    let checked = at_once(world.service.check_projections())?;
    for difference in checked.differences {
        shared.violated("fold", format!("{difference:?}"));
    }
    for (relation, count) in at_once(world.inner.orphans())? {
        if count > 0 {
            shared.violated("fold", format!("{count} orphans: {relation}"));
        }
    }
    Ok(())
}

/// No message is left on its way, and none vanished.
fn sends(world: &World<'_>) -> Result<(), StoreError> {
    let shared = &world.shared;
    let known: Vec<_> = shared.witness(|w, _| {
        let of = |(id, s): (&_, &super::witness::Sent)| (*id, s.class);
        w.sends.iter().map(of).collect()
    });
    for (id, class) in known {
        let Some(row) = at_once(world.inner.outbox_row(id))? else {
            shared.violated("R7", format!("{id} has vanished"));
            continue;
        };
        let is_left = match row.state {
            OutboxState::Accepted | OutboxState::Refused | OutboxState::Suppressed => false,
            // A person decides about their own.
            OutboxState::Unknown => class != OutboxClass::Agent,
            OutboxState::Queued | OutboxState::Dispatching | OutboxState::Held => true,
        };
        let has_failed = row.delivery == Some(Delivery::Failed);
        if row.state == OutboxState::Refused || has_failed {
            let log = at_once(world.inner.events(row.conversation, 0, i64::MAX))?;
            let message = id.to_string();
            let is_of = |e: &&EventRow| e.kind == "delivery_failed" && e.data.contains(&message);
            match log.iter().filter(is_of).count() {
                0 if row.state == OutboxState::Refused => shared.violated(
                    "silence",
                    format!("{id} was refused, and its conversation knows nothing"),
                ),
                0 | 1 => {}
                times => shared.violated(
                    "twice",
                    format!("{id} did not arrive, and its conversation says so {times} times"),
                ),
            }
        }
        if is_left {
            let error = row.error.unwrap_or_default();
            shared
                .violated("R7", format!("{id} of {class:?} is {:?} for ever: {error}", row.state));
        }
    }
    Ok(())
}

/// No customer is left without an answer, and none hears the same twice.
fn talks(world: &World<'_>) {
    let shared = &world.shared;
    let found: Vec<(&'static str, String)> = shared.witness(|w, now| {
        let mut found = Vec::new();
        for (id, talk) in &w.talks {
            let is_bots = matches!(talk.state.owner, Owner::Bot) && !talk.state.is_resolved();
            if let Some(position) = talk.unanswered().filter(|_| is_bots) {
                found.push((
                    "silence",
                    format!("{id}: nothing follows what was said at {position}"),
                ));
            }
            if let Some(position) = talk.said_twice() {
                found.push(("twice", format!("{id} at {position}: the bot says the same again")));
            }
            let due = talk.state.bot.held_due.filter(|_| talk.state.bot_active());
            if due.is_some_and(|at| at < now) {
                found.push(("R16", format!("{id}: a burst is still held since {due:?}")));
            }
        }
        found
    });
    for (guard, what) in found {
        shared.violated(guard, what);
    }
}

/// Nobody is told twice of a hand-off.
fn notices(world: &World<'_>) -> Result<(), StoreError> {
    let mut told = BTreeSet::new();
    for row in at_once(world.inner.notifications(0, i64::from(i32::MAX)))? {
        let key = (row.escalation, row.team, row.channel);
        if !told.insert(key.clone()) {
            world.shared.violated("R19", format!("{key:?} was told twice"));
        }
    }
    let heard: BTreeSet<_> = told.iter().map(|(escalation, ..)| *escalation).collect();
    let waiting: Vec<_> = world.shared.witness(|w, _| {
        let live =
            w.talks.values().filter(|t| matches!(t.state.owner, Owner::Queue { deferred: false }));
        let open = live.filter(|t| !t.state.is_resolved() && !t.is_erased);
        open.filter_map(|t| t.state.active_handoff().map(|h| h.escalation)).collect()
    });
    for escalation in waiting.into_iter().filter(|e| !heard.contains(e)) {
        world.shared.violated("R19", format!("nobody was told of {escalation}, which waits"));
    }
    Ok(())
}

/// No file is waited for for ever.
fn files(world: &World<'_>) -> Result<(), StoreError> {
    let talks = world.shared.witness(|w, _| w.order.clone());
    let now = world.service.clock().now();
    for talk in talks {
        for media in at_once(world.inner.media_of(talk))? {
            // A file that failed four times may wait for an hour.
            let is_old = now.since(media.created_at) > Span::hours(8);
            if media.state == MediaState::Waiting && media.failures == 0 && is_old {
                let id = media.message;
                world.shared.violated("R12", format!("the file of {id} is never fetched"));
            }
        }
    }
    Ok(())
}
