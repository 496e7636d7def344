//! The answer matcher: which article answers a message, how surely, and whether a message that no
//! article answers is a real question or noise.

mod features;
mod finder;
mod index;
mod judge;
mod linear;
mod model;
mod request;
mod sure;
#[cfg(test)]
mod tests;
mod vector;

pub use finder::{Finder, FinderEntry};

use super::language::Lang;
use super::text::{Quote, Text};
use std::collections::BTreeMap;

/// What the matcher learns from.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    pub id: String,
    pub theme: String,
    /// Language → ways to ask.
    pub questions: BTreeMap<String, Vec<String>>,
    pub answers: BTreeMap<String, String>,
}

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
        Self { model: model::Model::train(articles) }
    }

    /// Judges a message; `language` only helps, a question in one language may be answered by an
    /// article in another.
    pub fn judge(&self, text: &Text, language: Option<Lang>) -> Judged {
        judge::judge(&self.model, text, language)
    }
}
