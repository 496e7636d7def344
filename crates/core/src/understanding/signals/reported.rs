//! Which words of a message do not stand: somebody else's (quoted, or told after "he said"), and
//! the customer's own that are taken back ("cancel it, no wait, change the address").

use super::GRAMMAR;
use super::evidence::Evidence;
use crate::understanding::pattern::{Hit, Reading};
use crate::understanding::text::Text;

const MARKS: [(char, char); 7] =
    [('«', '»'), ('“', '”'), ('„', '“'), ('‹', '›'), ('"', '"'), ('»', '«'), ('「', '」')];
/// Fewer words than this around a quotation do not frame it.
const FRAME: usize = 2;
/// The subject of "said" stands at most this many words before it.
const SUBJECT: usize = 4;
/// Between "said" and what was said stand at most this many words.
const BETWEEN: usize = 2;
/// What is taken back is replaced by so many words at least.
const INSTEAD: usize = 2;

/// By token: the words are not the customer's own.
#[derive(Debug)]
pub(super) struct Reported {
    is_foreign: Vec<bool>,
}

impl Reported {
    pub(super) fn new(text: &Text, reading: &Reading<'_>) -> Self {
        let mut is_foreign = vec![false; text.tokens.len()];
        let groups: Vec<(&str, usize, usize)> = reading
            .groups()
            .filter(|(name, ..)| {
                matches!(*name, "says" | "self" | "speech" | "want" | "takes_back")
            })
            .collect();
        quoted(text, &groups, &mut is_foreign);
        told(text, &groups, &mut is_foreign);
        taken_back(text, reading, &groups, &mut is_foreign);
        Self { is_foreign }
    }

    /// Every word stands.
    pub(super) fn nothing(text: &Text) -> Self {
        Self { is_foreign: vec![false; text.tokens.len()] }
    }

    pub(super) fn has(&self, token: usize) -> bool {
        self.is_foreign[token]
    }

    pub(super) fn touches(&self, hit: &Hit) -> bool {
        self.is_foreign[hit.from..hit.to].contains(&true)
    }
}

impl Evidence {
    /// Leaves out what others have said.
    pub(super) fn without(mut self, reported: &Reported) -> Self {
        self.retain(|hit| !reported.touches(hit));
        self
    }
}

fn quoted(text: &Text, groups: &[(&str, usize, usize)], is_foreign: &mut [bool]) {
    let places: Vec<(usize, char)> = text
        .original
        .chars()
        .enumerate()
        .filter(|(_, c)| MARKS.iter().any(|(open, close)| c == open || c == close))
        .collect();
    let mut at = 0;
    while at < places.len() {
        let (start, open) = places[at];
        let closes = |c: char| MARKS.iter().any(|(o, close)| *o == open && *close == c);
        let Some(end) = places[at + 1..].iter().position(|(_, c)| closes(*c)) else {
            at += 1;
            continue;
        };
        let end = at + 1 + end;
        mark(text, (start, places[end].0), groups, is_foreign);
        at = end + 1;
    }
}

/// Marks the words between two quotation marks, unless the customer wishes for them ("I want to
/// “speak to an agent”") or nothing frames them.
fn mark(
    text: &Text,
    (start, end): (usize, usize),
    groups: &[(&str, usize, usize)],
    is_foreign: &mut [bool],
) {
    let from = text.tokens.partition_point(|t| t.quote.start < start);
    let to = text.tokens.partition_point(|t| t.quote.start < end);
    let is_wished = groups.iter().any(|(name, _, ends)| *name == "want" && *ends == from);
    if from < to && !is_wished && from + text.tokens.len() - to >= FRAME {
        is_foreign[from..to].fill(true);
    }
}

fn told(text: &Text, groups: &[(&str, usize, usize)], is_foreign: &mut [bool]) {
    for &(name, from, to) in groups {
        if name != "says" {
            continue;
        }
        let is_own = |(name, at, _): &(&str, usize, usize)| {
            *name == "self" && *at < from && *at + SUBJECT >= from
        };
        let speech = groups
            .iter()
            .find(|(name, at, _)| *name == "speech" && *at >= to && *at <= to + BETWEEN)
            .filter(|_| !groups.iter().any(is_own));
        if let Some(&(_, start, _)) = speech {
            let length = text.tokens[start..].iter().position(|t| t.ends_sentence);
            let end = length.map_or(text.tokens.len(), |n| start + n + 1);
            is_foreign[start..end].fill(true);
        }
    }
}

/// Everything before "no wait" is replaced by what follows. Danger is never taken back.
fn taken_back(
    text: &Text,
    reading: &Reading<'_>,
    groups: &[(&str, usize, usize)],
    is_foreign: &mut [bool],
) {
    let is_replaced = |to: usize| text.tokens.len() >= to + INSTEAD;
    let last = groups.iter().rfind(|(name, _, to)| *name == "takes_back" && is_replaced(*to));
    let Some(&(_, from, to)) = last else { return };
    let is_danger = |hit: &Hit| {
        let section = GRAMMAR.section_name(hit.section);
        hit.from < from && matches!(section, "safety" | "distress")
    };
    if !reading.hits().iter().any(is_danger) {
        is_foreign[..to].fill(true);
    }
}
