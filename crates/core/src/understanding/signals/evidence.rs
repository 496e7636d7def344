//! Which rule matches count, and what they add up to.

use super::{Signal, either};
use crate::understanding::pattern::{Grammar, Hit};
use crate::understanding::text::{Quote, Text};
use std::collections::BTreeMap;

/// The matches of a message by section.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    sections: BTreeMap<String, Vec<Hit>>,
}

impl Evidence {
    pub(super) fn new(grammar: &Grammar, hits: Vec<Hit>) -> Self {
        let mut sections: BTreeMap<String, Vec<Hit>> = BTreeMap::new();
        for hit in hits {
            sections.entry(grammar.section_name(hit.section).to_owned()).or_default().push(hit);
        }
        Self { sections }
    }

    /// Matches of a section that are neither denied nor explained by its counterpart.
    pub(super) fn meant(&self, section: &str) -> Vec<Hit> {
        let all = self.sections.get(section).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(|h| !h.is_negated && !self.is_void(h, section)).copied().collect()
    }

    /// The words stand inside something that only looks like the section's matter.
    pub(super) fn is_void(&self, hit: &Hit, section: &str) -> bool {
        self.touches(hit, &format!("not {section}"))
    }

    /// The words overlap with a match of another section.
    pub(super) fn touches(&self, hit: &Hit, section: &str) -> bool {
        let others = self.sections.get(section).map(Vec::as_slice).unwrap_or_default();
        others.iter().any(|o| !o.is_negated && o.overlaps(hit))
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&Hit) -> bool) {
        for hits in self.sections.values_mut() {
            hits.retain(&keep);
        }
        self.sections.retain(|_, hits| !hits.is_empty());
    }

    /// The section has a match.
    pub(super) fn has(&self, section: &str) -> bool {
        self.sections.contains_key(section)
    }

    /// Some match of the section is denied, or its counterpart stands in the message.
    pub(super) fn is_explained(&self, section: &str) -> bool {
        let has = |name: &str| self.sections.contains_key(name);
        let all = self.sections.get(section).map(Vec::as_slice).unwrap_or_default();
        has(&format!("not {section}")) || all.iter().any(|h| h.is_negated)
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
