//! The rules that were looked at, with what each of them saw: the trace of a turn.

use crate::conversation::reading::Input;
use crate::trigger::RuleTrace;
use crate::understanding::signals::{ALARM, Signal};
use crate::understanding::text::{Quote, Text};

/// The rules looked at, in order.
#[derive(Debug, Default)]
pub(in crate::conversation) struct Looked(pub Vec<RuleTrace>);

impl Looked {
    /// What was seen of a burst, with the part of each quote that stands in its last message: a
    /// trace is shown beside that one.
    pub(in crate::conversation) fn of_last(self, input: &Input) -> Vec<RuleTrace> {
        let from = input.last_from;
        let shifted = |q: Quote| {
            (q.end > from).then(|| Quote { start: q.start.max(from) - from, end: q.end - from })
        };
        let mut rules = self.0;
        for rule in &mut rules {
            rule.quotes = rule.quotes.iter().copied().filter_map(shifted).collect();
        }
        rules
    }

    pub(super) fn note(&mut self, rule: &str, signal: &Signal, is_on: bool) -> bool {
        let fired = is_on && signal.is_alarm();
        self.0.push(RuleTrace {
            rule: rule.to_owned(),
            score: signal.score,
            threshold: ALARM,
            fired,
            quotes: signal.quotes.clone(),
        });
        fired
    }

    pub(super) fn whole(&mut self, rule: &str, text: &Text, fired: bool) -> bool {
        let quotes = if fired { whole(text) } else { Vec::new() };
        self.exact(rule, fired, quotes)
    }

    pub(super) fn exact(&mut self, rule: &str, fired: bool, quotes: Vec<Quote>) -> bool {
        let score = if fired { 1.0 } else { 0.0 };
        self.0.push(RuleTrace { rule: rule.to_owned(), score, threshold: 1.0, fired, quotes });
        fired
    }
}

fn whole(text: &Text) -> Vec<Quote> {
    if text.tokens.is_empty() { Vec::new() } else { vec![text.quote(0, text.tokens.len())] }
}
