//! The witness: sees every unit as it becomes durable and everything the provider accepts, keeps a
//! picture of its own, and says at once when one does not fit the other. It trusts no guard.

mod sends;
mod talk;
mod unit;

use relais_app::port::store::{OutboxClass, OutboxState};
use relais_core::id::{ConversationId, MessageId};
use relais_core::message::Delivery;
use relais_core::time::Timestamp;
use relais_core::workspace::snapshot::Snapshot;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
pub(super) use talk::Talk;

/// Something that must never happen, and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The invariant, as in docs/INVARIANTS.md.
    pub guard: &'static str,
    pub what: String,
}

/// What the witness knows of one of our messages.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) conversation: ConversationId,
    pub(super) class: OutboxClass,
    pub(super) is_template: bool,
    pub(super) state: OutboxState,
    /// How often it was claimed to be sent.
    pub(super) claimed: u32,
    /// How often the provider took it.
    pub(super) taken: u32,
    /// How often somebody decided to send it once more though it may have arrived.
    pub(super) resent: u32,
}

#[derive(Debug, Default)]
pub(super) struct Witness {
    pub(super) violations: Vec<Violation>,
    pub(super) talks: BTreeMap<ConversationId, Talk>,
    /// In the order in which they were opened.
    pub(super) order: Vec<ConversationId>,
    receipts: BTreeSet<String>,
    requests: BTreeSet<Vec<u8>>,
    heard: BTreeSet<String>,
    pub(super) sends: BTreeMap<MessageId, Sent>,
    reports: BTreeMap<String, BTreeSet<Delivery>>,
    /// Contacts that became another one's, or got one: their lanes were joined.
    joined: BTreeSet<relais_core::id::ContactId>,
    versions: BTreeMap<i64, (Arc<Snapshot>, u8)>,
    pub(super) seen: Seen,
    /// What happened, for people, where they asked for it.
    pub(super) told: Option<Vec<String>>,
}

/// How much there was to see.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen {
    pub units: u64,
    pub events: u64,
    pub messages: u64,
    pub accepted: u64,
    pub takeovers: u64,
    pub crashes: u64,
}

impl Seen {
    pub fn add(&mut self, other: Self) {
        self.units += other.units;
        self.events += other.events;
        self.messages += other.messages;
        self.accepted += other.accepted;
        self.takeovers += other.takeovers;
        self.crashes += other.crashes;
    }
}

impl Witness {
    /// One is enough to fail a run; the first ones say most.
    pub(super) fn violated(&mut self, guard: &'static str, what: String) {
        if self.violations.len() < 8 {
            self.violations.push(Violation { guard, what });
        }
    }

    pub(super) fn tell(&mut self, line: impl FnOnce() -> String) {
        if let Some(told) = &mut self.told {
            told.push(line());
        }
    }

    /// A version that conversations may keep.
    pub(super) fn published(&mut self, snapshot: Arc<Snapshot>, edition: u8) {
        self.versions.insert(snapshot.version, (snapshot, edition));
    }

    pub(super) fn version(&self, version: i64) -> Option<Arc<Snapshot>> {
        self.versions.get(&version).map(|(snapshot, _)| Arc::clone(snapshot))
    }

    fn edition(&self, version: i64) -> Option<u8> {
        self.versions.get(&version).map(|(_, edition)| *edition)
    }

    /// We told the provider that we have it.
    pub(super) fn acknowledged(&mut self, receipt: &str) {
        if !self.receipts.contains(receipt) {
            self.violated("R1", format!("`{receipt}` was acknowledged and is not stored"));
        }
    }

    pub(super) fn receipts(&self) -> impl Iterator<Item = &String> {
        self.receipts.iter()
    }

    /// The provider took a message.
    pub(super) fn accepted(&mut self, id: MessageId) {
        self.seen.accepted += 1;
        let Some(sent) = self.sends.get_mut(&id) else {
            return self.violated("R7", format!("{id} was sent and never written down"));
        };
        sent.taken += 1;
        let (taken, allowed) = (sent.taken, 1 + sent.resent);
        let (state, claimed) = (sent.state, sent.claimed);
        self.tell(|| format!("    the provider takes {id}"));
        if taken > claimed {
            self.violated("R7", format!("{id} was sent while it was {state:?}"));
        }
        if taken > allowed {
            self.violated("R7", format!("{id} was accepted {taken} times, {allowed} were decided"));
        }
    }

    /// How many turns the bot took, at most, that the same words brought about in two minutes.
    fn mind_circles(&mut self, id: ConversationId, at: Timestamp) {
        let Some(talk) = self.talks.get_mut(&id) else { return };
        if let Some(turns) = talk.turned(at) {
            self.violated(
                "R10",
                format!("{id}: {turns} turns of the bot in two minutes, in circles"),
            );
        }
    }
}
