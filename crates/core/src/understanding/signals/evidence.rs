//! Which rule matches count, and what they add up to.

use super::{Signal, either};
use crate::understanding::pattern::{Grammar, Hit};
use crate::understanding::text::{Quote, Text};

/// The matches of a message.
#[derive(Debug)]
pub(super) struct Evidence {
    grammar: &'static Grammar,
    /// In the order of the text.
    hits: Vec<Hit>,
}

impl Evidence {
    pub(super) fn new(grammar: &'static Grammar, hits: Vec<Hit>) -> Self {
        Self { grammar, hits }
    }

    /// Matches of a section that are neither denied nor explained by its counterpart.
    pub(super) fn meant(&self, section: &str) -> Vec<Hit> {
        let counterpart = self.grammar.counterpart_id(section);
        let is_meant = |h: &&Hit| !h.is_negated && !self.touches_any(h, counterpart);
        self.of(self.grammar.section_id(section)).filter(is_meant).copied().collect()
    }

    /// The words stand inside something that only looks like the section's matter.
    pub(super) fn is_void(&self, hit: &Hit, section: &str) -> bool {
        self.touches_any(hit, self.grammar.counterpart_id(section))
    }

    /// The words overlap with a match of another section.
    pub(super) fn touches(&self, hit: &Hit, section: &str) -> bool {
        self.touches_any(hit, self.grammar.section_id(section))
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&Hit) -> bool) {
        self.hits.retain(keep);
    }

    /// The section has a match.
    pub(super) fn has(&self, section: &str) -> bool {
        self.of(self.grammar.section_id(section)).next().is_some()
    }

    /// The section's counterpart has one.
    pub(super) fn has_counterpart(&self, section: &str) -> bool {
        self.of(self.grammar.counterpart_id(section)).next().is_some()
    }

    /// Some match of the section is denied, or its counterpart stands in the message.
    pub(super) fn is_explained(&self, section: &str) -> bool {
        self.has_counterpart(section)
            || self.of(self.grammar.section_id(section)).any(|h| h.is_negated)
    }

    fn of(&self, section: Option<u16>) -> impl Iterator<Item = &Hit> {
        self.hits.iter().filter(move |h| Some(h.section) == section)
    }

    fn touches_any(&self, hit: &Hit, section: Option<u16>) -> bool {
        self.of(section).any(|o| !o.is_negated && o.overlaps(hit))
    }
}

/// The strongest match decides; all matches are quoted.
pub(super) fn strongest(text: &Text, hits: &[Hit]) -> Signal {
    let score = hits.iter().map(|h| h.weight).fold(0.0, f32::max);
    Signal { score, quotes: quotes(text, hits), is_guess: false }
}

/// Matches on different words support each other; of those on the same words the strongest counts.
pub(super) fn together(text: &Text, hits: &[Hit]) -> Signal {
    let mut by_weight: Vec<&Hit> = hits.iter().collect();
    by_weight.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.from.cmp(&b.from)));
    let mut taken: Vec<&Hit> = Vec::new();
    let mut score = 0.0;
    for hit in by_weight {
        if taken.iter().all(|t| !t.overlaps(hit)) {
            score = either(score, hit.weight);
            taken.push(hit);
        }
        if taken.len() == MOST {
            break;
        }
    }
    let kept: Vec<Hit> = taken.into_iter().copied().collect();
    Signal { score, quotes: quotes(text, &kept), is_guess: false }
}

/// More places than this do not make a message clearer.
const MOST: usize = 8;

fn quotes(text: &Text, hits: &[Hit]) -> Vec<Quote> {
    joined(hits.iter().map(|h| h.quote(text)).collect())
}

/// Places in the order of the text, joined where they overlap.
pub(super) fn joined(mut quotes: Vec<Quote>) -> Vec<Quote> {
    quotes.sort_unstable();
    let mut joined: Vec<Quote> = Vec::new();
    for quote in quotes {
        match joined.last_mut() {
            Some(last) if quote.start < last.end => last.end = last.end.max(quote.end),
            _ => joined.push(quote),
        }
    }
    joined.truncate(MOST);
    joined
}
