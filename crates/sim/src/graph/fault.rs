//! What can go wrong on request.

use super::rng::Rng;
use std::collections::VecDeque;
use std::time::Duration;

/// One misbehaviour.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// None: a normal answer (to space faults in a script).
    Fine,
    /// The request is read, not processed, and the connection closed.
    LoseBefore,
    /// The request is processed and the connection closed without an answer.
    LoseAfter,
    /// Not processed; nothing comes for that long, then the connection is closed.
    HangBefore(Duration),
    /// Processed, but nothing comes for that long; then the answer.
    HangAfter(Duration),
    /// Refused with that status and code, not processed.
    Refuse { status: u16, code: i64 },
    /// Refused like that, with a `Retry-After` in seconds.
    RefuseFor { status: u16, code: i64, retry_after: u32 },
    /// Another body than JSON; the send is processed only if said so.
    Garble { hostile: Hostile, status: u16, processed: bool },
    /// Accepted; later reported as failed with that code.
    FailLater(i64),
    /// Accepted, never reported on.
    NoReports,
}

/// Bodies no API should answer with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hostile {
    /// Announces more than it sends, then closes.
    Truncated,
    /// Sixteen megabytes.
    Huge,
    InvalidJson,
    Html,
    Empty,
    /// 100 000 brackets.
    Deep,
}

impl Fault {
    /// An expired token.
    pub const TOKEN: Self = Self::Refuse { status: 401, code: 190 };
    /// Too fast for the number.
    pub const THROTTLED: Self = Self::Refuse { status: 429, code: 130_429 };
    /// Too fast for this person.
    pub const PAIR: Self = Self::Refuse { status: 400, code: 131_056 };
    /// Trouble at the provider; may or may not have been processed.
    pub const INTERNAL: Self = Self::Refuse { status: 500, code: 131_000 };
}

/// What may be wrong with an account while a connection is set up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AccountFaults {
    /// The token lacks a right.
    pub lacks_right: bool,
    /// The number is another account's.
    pub number_elsewhere: bool,
    /// The app does not hear of messages.
    pub unsubscribed: bool,
    /// The clocks are hours apart.
    pub clock_off: bool,
}

/// The misbehaviour in force.
#[derive(Clone, Debug, Default)]
pub struct Faults {
    /// For the next sends, one each.
    pub script: VecDeque<Fault>,
    /// For the next media requests, one each.
    pub media_script: VecDeque<Fault>,
    /// Share of sends and what happens to them, once the script is done.
    pub random: Vec<(f64, Fault)>,
    /// Before every answer, at least and at most.
    pub latency: Option<(Duration, Duration)>,
    /// Share of statuses delivered twice.
    pub duplicate_statuses: f64,
    /// What is wrong with the account.
    pub account: AccountFaults,
    /// Share of statuses that come at a random instant instead of in order.
    pub reorder_statuses: f64,
}

impl Faults {
    pub(super) fn next_for_send(&mut self, rng: &mut Rng) -> Fault {
        if let Some(fault) = self.script.pop_front() {
            return fault;
        }
        if self.random.is_empty() {
            return Fault::Fine;
        }
        let mut dice = rng.unit();
        for (share, fault) in &self.random {
            if dice < *share {
                return fault.clone();
            }
            dice -= share;
        }
        Fault::Fine
    }

    pub(super) fn next_for_media(&mut self) -> Fault {
        self.media_script.pop_front().unwrap_or(Fault::Fine)
    }

    pub(super) fn latency(&self, rng: &mut Rng) -> Duration {
        match self.latency {
            None => Duration::ZERO,
            Some((least, most)) => least + most.saturating_sub(least).mul_f64(rng.unit()),
        }
    }
}
