//! The way of our messages, and what the provider reports of them.

use super::Witness;
use crate::simulation::tasks::at_once;
use relais_app::port::store::{OutboxClass, OutboxRow, OutboxState, StatusRow, Store, Write};
use relais_core::conversation::state::Owner;
use relais_core::id::MessageId;
use relais_core::message::Delivery;
use relais_core::time::{Span, Timestamp};
use std::collections::BTreeSet;

impl Witness {
    pub(super) fn sent(&mut self, write: &Write, store: &dyn Store) {
        match write {
            Write::Dispatch { id, .. } => self.dispatched(*id, store),
            Write::Accepted { id, .. } | Write::AcceptedUnlessFailed { id, .. } => {
                self.moved(*id, OutboxState::Accepted);
                self.reported(Some(*id), "", store);
            }
            Write::Undispatch { id } => self.not_sent(*id),
            Write::Requeue { id, .. } => self.moved(*id, OutboxState::Queued),
            Write::Resend { id, .. } => self.sent_again(*id),
            Write::Refused { id, .. } => self.moved(*id, OutboxState::Refused),
            Write::Unknown { id, .. } => self.moved(*id, OutboxState::Unknown),
            Write::Suppressed { id, .. } => self.moved(*id, OutboxState::Suppressed),
            Write::Status(status) => self.told(status, store),
            _ => {}
        }
    }

    /// It was claimed, and not handed over.
    fn not_sent(&mut self, id: MessageId) {
        self.moved(id, OutboxState::Queued);
        if let Some(sent) = self.sends.get_mut(&id) {
            sent.claimed = sent.claimed.saturating_sub(1);
        }
    }

    fn moved(&mut self, id: MessageId, to: OutboxState) {
        self.tell(|| format!("    {id} is {to:?}"));
        if let Some(sent) = self.sends.get_mut(&id) {
            sent.state = to;
        }
    }

    fn dispatched(&mut self, id: MessageId, store: &dyn Store) {
        let Some(sent) = self.sends.get_mut(&id) else {
            return self.violated("R7", format!("{id} is sent and was never written"));
        };
        let before = std::mem::replace(&mut sent.state, OutboxState::Dispatching);
        sent.claimed += 1;
        let (class, conversation) = (sent.class, sent.conversation);
        if before != OutboxState::Queued {
            self.violated("R7", format!("{id} is sent though it is {before:?}"));
        }
        let Some(talk) = self.talks.get(&conversation) else { return };
        let is_over = talk.state.is_resolved();
        if let (OutboxClass::Bot, Owner::Agent { agent }, false) =
            (class, &talk.state.owner, is_over)
        {
            let who = agent.key.clone();
            self.violated(
                "R5",
                format!("{id} of the bot goes out though {who} owns {conversation}"),
            );
        }
        self.lane(id, store);
    }

    /// A message is handed to the provider.
    pub(in crate::simulation) fn handed_over(&mut self, id: MessageId, now: Timestamp) {
        let Some(sent) = self.sends.get(&id).filter(|s| !s.is_template) else { return };
        let last = self.talks.get(&sent.conversation).and_then(|talk| talk.last_inbound);
        // Said here once more, in other words than the engine's: a day but for a minute.
        let closes = last.map(|at| at.min(now) + Span::secs(24 * 3_600 - 60));
        if closes.is_none_or(|at| now >= at) {
            self.violated("R8", format!("{id} goes out at {now}, the window closed at {closes:?}"));
        }
    }

    /// Nothing earlier of the same person is on its way.
    fn lane(&mut self, id: MessageId, store: &dyn Store) {
        let Ok(Some(row)) = at_once(store.outbox_row(id)) else { return };
        if self.was_joined(row.contact) {
            return;
        }
        let lane = at_once(store.outbox_of(row.contact, 0)).unwrap_or_default();
        let earlier = lane.iter().find(|other| {
            other.seq < row.seq
                && other.business_number == row.business_number
                && is_under_way(other)
        });
        if let Some(other) = earlier {
            let (first, state) = (other.id, other.state);
            self.violated("R9", format!("{id} goes out while {first} before it is {state:?}"));
        }
    }

    /// Nobody knows whether it arrived, and it goes once more.
    fn sent_again(&mut self, id: MessageId) {
        let Some(sent) = self.sends.get_mut(&id) else { return };
        sent.state = OutboxState::Queued;
        sent.resent += 1;
        let (times, is_template, class) = (sent.resent, sent.is_template, sent.class);
        if times > 1 || is_template || class == OutboxClass::Agent {
            let what = format!("{id} of {class:?} is sent again, {times} times, nobody knowing");
            self.violated("R7", what);
        }
    }

    fn told(&mut self, status: &StatusRow, store: &dyn Store) {
        self.reports.entry(status.provider_id.clone()).or_default().insert(status.status);
        self.reported(status.callback, &status.provider_id, store);
    }

    /// What a row says of its delivery is what all reports together say.
    fn reported(&mut self, id: Option<MessageId>, provider_id: &str, store: &dyn Store) {
        let row = match id {
            Some(id) => at_once(store.outbox_row(id)).ok().flatten(),
            None => None,
        };
        let known = row.or_else(|| {
            let id = by_provider(provider_id, store)?;
            at_once(store.outbox_row(id)).ok().flatten()
        });
        let Some(row) = known else { return };
        if let Some(sent) = self.sends.get_mut(&row.id) {
            sent.state = row.state;
        }
        let reports = row.provider_id.as_ref().and_then(|id| self.reports.get(id));
        let (Some(reports), Some(sent)) = (reports, self.sends.get(&row.id)) else { return };
        if sent.taken != 1 || row.state != OutboxState::Accepted {
            return;
        }
        let expected = together(reports);
        if row.delivery != Some(expected) {
            let (id, said) = (row.id, row.delivery);
            self.violated("R4", format!("{id}: reports say {expected:?}, stored is {said:?}"));
        }
    }
}

fn by_provider(provider_id: &str, store: &dyn Store) -> Option<MessageId> {
    let channels = at_once(store.channels()).ok()?;
    let found = channels.iter().find_map(|channel| {
        at_once(store.outbox_by_provider(channel.id, provider_id)).ok().flatten()
    });
    found.map(|row| row.id)
}

fn is_under_way(row: &OutboxRow) -> bool {
    match row.state {
        OutboxState::Queued | OutboxState::Dispatching => true,
        // A person decides about their own.
        OutboxState::Unknown => row.class != OutboxClass::Agent,
        OutboxState::Accepted
        | OutboxState::Refused
        | OutboxState::Suppressed
        | OutboxState::Held => false,
    }
}

/// Whatever their order.
fn together(reports: &BTreeSet<Delivery>) -> Delivery {
    let has_failed = reports.contains(&Delivery::Failed);
    let best = reports.iter().copied().filter(|d| *d != Delivery::Failed).max();
    match best {
        Some(best) if best >= Delivery::Delivered || !has_failed => best,
        _ if has_failed => Delivery::Failed,
        _ => Delivery::Accepted,
    }
}
