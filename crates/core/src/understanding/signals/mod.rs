//! Signals: what a message says about the customer's wish for a person, mood and delicate topics.
//! Every score comes with the words it rests on; 0.5 is the alarm line.

use super::text::{Quote, Text};
use std::collections::BTreeMap;

/// The workspace's own words, folded and indexed once.
#[derive(Debug, Default)]
pub struct Lexicon {}

/// One measured signal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signal {
    /// 0 to 1; 0.5 and above is an alarm.
    pub score: f32,
    pub quotes: Vec<Quote>,
}

impl Signal {
    pub fn is_alarm(&self) -> bool {
        self.score >= 0.5
    }
}

/// What is known of the talk so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct History<'a> {
    /// Earlier messages of the customer in this conversation, oldest first, folded.
    pub said: &'a [String],
    /// Failed replies in a row.
    pub failures: u32,
}

/// Everything measured in one message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    /// Asks, now, for a person or to be called (also the workspace's keywords).
    pub human_request: Signal,
    /// A workspace keyword matched as such (part of `human_request`), for the trace.
    pub keyword: Option<String>,
    /// Asks *not* to be put through to a person.
    pub refuses_human: Signal,
    pub frustration: Signal,
    /// Topic → signal: `double_billing`, `refund`, `cancellation`, `fraud`, `legal`, `privacy`,
    /// `safety`, `distress`, `complaint`; only those above zero.
    pub sensitive: BTreeMap<String, Signal>,
    /// A lamp that does not light or flickers, a technical fault (routing topic `fault`).
    pub fault: Signal,
}

impl Lexicon {
    /// From the workspace's keyword and anger words, by language.
    pub fn new(
        _keywords: &BTreeMap<String, Vec<String>>,
        _anger: &BTreeMap<String, Vec<String>>,
    ) -> Self {
        Self {}
    }

    /// Measures a message. Linear in its length.
    pub fn measure(&self, _text: &Text, _history: History<'_>) -> Signals {
        Signals::default()
    }
}
