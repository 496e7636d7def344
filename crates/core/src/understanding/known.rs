//! What was worked out about a text once. One message is asked many questions, most of which begin
//! with the same reading.

use super::concepts::everyday::Said;
use super::concepts::{Found, LangIndex, Span};
use super::language::{Detected, Lang};
use super::pattern::{Hit, Reading};
use std::sync::OnceLock;

/// Filled when first asked for. It follows from the text alone, so it is no part of what the text is:
/// a copy begins without it, and it makes no two texts differ.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) language: OnceLock<Option<Detected>>,
    /// Read with the grammar of short answers.
    pub(super) short: OnceLock<Reading<'static>>,
    /// The rules of that grammar that match.
    pub(super) short_hits: OnceLock<Vec<Hit>>,
    /// Words of the shipped lexicon.
    pub(super) spans: OnceLock<Vec<Span>>,
    /// Its concepts, by the language that most words may belong to: a hint may change it.
    pub(super) concepts: [OnceLock<(Option<LangIndex>, Vec<Found>)>; 2],
    /// Everyday words, for the language that was named first.
    pub(super) everyday: OnceLock<(Option<Lang>, Vec<Said>)>,
}

impl Clone for Known {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Known {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Known {}
