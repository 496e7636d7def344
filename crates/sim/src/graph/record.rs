//! What the fake was asked, and what it took.

use bytes::Bytes;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::SystemTime;

/// A send the fake accepted.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Its id: `wamid.…`.
    pub id: String,
    /// The number that spoke.
    pub number: String,
    /// As given: `+33…` or a user id.
    pub to: String,
    pub kind: String,
    /// The text a person reads, where there is one.
    pub text: String,
    /// The whole request, byte for byte.
    pub body: Bytes,
    pub callback_id: Option<Arc<str>>,
    pub at: SystemTime,
}

/// A request, whatever became of it.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    pub target: String,
    /// The answer's status; `None` if the connection was cut instead.
    pub status: Option<u16>,
    /// First bytes of the body.
    pub body: Bytes,
    pub at: SystemTime,
}

/// Counts since the start; never forgotten.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    pub requests: u64,
    pub accepted: u64,
    /// Accepted sends whose callback id had been accepted before (R7: must stay 0).
    pub duplicates: u64,
    pub refused: u64,
    /// Accepted sends whose answer was written to the connection.
    pub sends_answered: u64,
    pub read_receipts: u64,
    /// Status reports the receiver answered with 200.
    pub reports_delivered: u64,
    /// Webhook posts that were not.
    pub webhook_failures: u64,
}

#[derive(Debug, Default)]
pub(super) struct Records {
    pub(super) stats: Stats,
    pub(super) accepted: VecDeque<Arc<Accepted>>,
    pub(super) requests: VecDeque<Request>,
    callbacks: HashMap<Arc<str>, u32>,
}

impl Records {
    pub(super) fn accept(&mut self, send: Arc<Accepted>, remember: usize) {
        self.stats.accepted += 1;
        if let Some(callback) = &send.callback_id {
            let count = self.callbacks.entry(Arc::clone(callback)).or_insert(0);
            *count += 1;
            if *count > 1 {
                self.stats.duplicates += 1;
            }
        }
        self.accepted.push_back(send);
        if self.accepted.len() > remember
            && let Some(old) = self.accepted.pop_front()
            && let Some(callback) = &old.callback_id
        {
            self.callbacks.remove(callback);
        }
    }

    pub(super) fn request(&mut self, request: Request, remember: usize) {
        self.requests.push_back(request);
        if self.requests.len() > remember {
            self.requests.pop_front();
        }
    }
}
