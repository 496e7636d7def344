//! Sentences that people marked as false alarms of a rule.

use super::Signals;
use crate::understanding::text::{Text, fold};
use std::collections::{BTreeMap, BTreeSet};

/// What is left of a signal that was marked as a false alarm.
const SILENCED: f32 = 0.3;
/// Two sentences with this share of common words are one.
const ALIKE: f32 = 0.75;

#[derive(Debug, Default)]
pub(super) struct Calm {
    /// Rule, and the words of a sentence.
    sentences: Vec<(String, BTreeSet<String>)>,
}

impl Calm {
    pub(super) fn new(rules: &BTreeMap<String, Vec<String>>) -> Self {
        let words = |sentence: &String| -> BTreeSet<String> {
            fold(sentence).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect()
        };
        let each = |(rule, all): (&String, &Vec<String>)| {
            let each: Vec<_> = all.iter().map(|s| (rule.clone(), words(s))).collect();
            each
        };
        let mut sentences: Vec<(String, BTreeSet<String>)> = rules.iter().flat_map(each).collect();
        sentences.retain(|(_, words)| !words.is_empty());
        Self { sentences }
    }

    /// Silences the rules of which a sentence like this was marked as a false alarm.
    pub(super) fn silence(&self, text: &Text, signals: &mut Signals) {
        if self.sentences.is_empty() {
            return;
        }
        let said: BTreeSet<&str> = text.words().collect();
        for (rule, words) in &self.sentences {
            let common = words.iter().filter(|w| said.contains(w.as_str())).count();
            let all = said.len() + words.len() - common;
            if (common as f32) < ALIKE * all as f32 {
                continue;
            }
            let signal = match rule.as_str() {
                "keyword" => Some(&mut signals.human_request),
                "sentiment" => Some(&mut signals.frustration),
                other => other
                    .strip_prefix("sensitive:")
                    .and_then(|topic| signals.sensitive.get_mut(topic)),
            };
            if let Some(signal) = signal {
                signal.score = signal.score.min(SILENCED);
            }
        }
    }
}
