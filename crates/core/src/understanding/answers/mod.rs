//! The answer matcher: which article answers a message, how surely, and whether a message that no
//! article answers is a real question or noise.

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
pub struct Matcher {}

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
    pub fn train(_articles: &[Article]) -> Self {
        Self {}
    }

    /// Judges a message; `language` only helps, a question in one language may be answered by an
    /// article in another.
    pub fn judge(&self, _text: &Text, _language: Option<Lang>) -> Judged {
        Judged { verdict: Verdict::Noise, candidates: Vec::new() }
    }
}

/// One line of the product finder.
#[derive(Clone, Debug, PartialEq)]
pub struct FinderEntry {
    pub rooms: BTreeMap<String, Vec<String>>,
    pub model: String,
    pub price: String,
}

/// Finds the room a customer names.
#[derive(Debug, Default)]
pub struct Finder {}

impl Finder {
    pub fn new(_entries: &[FinderEntry]) -> Self {
        Self {}
    }

    /// The entry of the room named in an answer to "which room?": index into the entries.
    pub fn room(&self, _text: &Text) -> Option<usize> {
        None
    }

    /// The entry a free request for advice is about ("une lampe pour mon bureau"), with its words;
    /// nothing when the room is only mentioned.
    pub fn advice(&self, _text: &Text) -> Option<(usize, Quote)> {
        None
    }
}
