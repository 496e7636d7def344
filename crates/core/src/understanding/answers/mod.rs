//! The answer matcher: which article answers a message, how surely, and whether a message that no
//! article answers is a real question or noise.

mod bounds;
mod estimate;
mod features;
mod finder;
mod held_back;
mod index;
mod judge;
mod leaning;
mod linear;
mod model;
mod request;
mod several;
mod space;
mod sure;
#[cfg(test)]
mod tests;
mod vector;

pub use estimate::{Estimate, Mistake, estimate};
pub use finder::{Finder, FinderEntry};
pub use leaning::{AND, CLEAR, Leaning};

use super::language::Lang;
use super::text::{Quote, Text};
use super::vectors::Vectors;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the matcher learns from.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    pub id: String,
    pub theme: String,
    /// Language → ways to ask.
    pub questions: BTreeMap<String, Vec<String>>,
    /// What it does not answer, although it looks so.
    pub not: Vec<String>,
    pub answers: BTreeMap<String, String>,
}

/// So many of a hundred answers may be wrong where a workspace says nothing of it.
pub const MOST_WRONG: u8 = 8;

/// A trained matcher; immutable.
#[derive(Debug, Default)]
pub struct Matcher {
    model: model::Model,
}

/// An article that may answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Candidate {
    pub id: String,
    /// Calibrated probability that it answers this message.
    pub score: f32,
    pub quotes: Vec<Quote>,
}

/// What to do with a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    Answer(Candidate),
    /// Two or three are close: ask which.
    Clarify(Vec<Candidate>),
    /// A real question that no article answers.
    OutOfScope,
    /// Neither a question nor anything known.
    Noise,
}

/// The verdict with what it rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    pub verdict: Verdict,
    /// Up to five, best first, whatever the verdict.
    pub candidates: Vec<Candidate>,
}

impl Matcher {
    /// Learns from the articles; same articles, same bytes.
    pub fn train(articles: &[Article]) -> Self {
        Self::train_with(articles, None)
    }

    /// With sentence vectors beside; without them nothing is other than in [`Self::train`].
    pub fn train_with(articles: &[Article], vectors: Option<&Arc<Vectors>>) -> Self {
        Self { model: model::Model::train(articles, vectors) }
    }

    /// With a bound on wrong answers, in per cent; without one the usual one stays.
    #[must_use]
    pub fn at_most(mut self, most_wrong: Option<u8>) -> Self {
        self.model.sure_from = judge::sure_from(most_wrong.unwrap_or(MOST_WRONG));
        self
    }

    /// Judges a message; `language` only helps, a question in one language may be answered by an
    /// article in another.
    pub fn judge(&self, text: &Text, language: Option<Lang>) -> Judged {
        judge::judge(&self.model, text, language)
    }

    /// The questions of a message that asks several: articles that surely answer one each, in the
    /// order they are asked, with its words. Fewer than two where the message asks one thing.
    pub fn several(&self, text: &Text, language: Option<Lang>) -> Vec<(Candidate, Quote)> {
        several::several(&self.model, text, language)
    }

    /// A short message that leans on the question answered before, read after that question's
    /// title ("what is the warranty of your lamps?", "and the bulbs?").
    pub fn leaning(&self, text: &Text, language: Option<Lang>, title: &str) -> Leaning {
        leaning::leaning(&self.model, text, language, title)
    }

    /// The article speaks of what a message that leans on it asks ("how much is it?", "and on
    /// Saturdays?").
    pub fn tells(&self, text: &Text, language: Option<Lang>, leaning: &Leaning, id: &str) -> bool {
        leaning::tells(&self.model, text, language, leaning, id)
    }

    /// It asks how much something is, and names nothing.
    pub fn asks_price(&self, text: &Text, language: Option<Lang>) -> bool {
        leaning::asks_price(&self.model, text, language)
    }
}
