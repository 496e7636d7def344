//! What is to be expected of questions nobody has asked yet: some ways to ask are held back, the
//! others are learnt, and the held-back ones are judged.

use super::{Article, Matcher, Verdict};
use crate::understanding::language::Lang;
use crate::understanding::text::Text;
use crate::understanding::vectors::Vectors;
use std::sync::Arc;

/// What became of the held-back ways to ask.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estimate {
    pub held_back: u32,
    pub right: u32,
    pub wrong: u32,
    /// Asked back, with the right article among those offered.
    pub asked_back: u32,
    /// The wrong ones, in the order of the articles they were meant for.
    pub mistakes: Vec<Mistake>,
}

/// A way to ask for one article that was answered with another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    pub asked: String,
    pub meant: String,
    pub given: String,
}

/// One of so many ways to ask is held back.
const ONE_OF: usize = 4;
/// Fewer held-back ways to ask say nothing.
const LEAST: usize = 10;
/// More are not judged.
const MOST: usize = 400;

/// Nothing when the articles have too few ways to ask.
pub fn estimate(
    articles: &[Article],
    most_wrong: Option<u8>,
    vectors: Option<&Arc<Vectors>>,
) -> Option<Estimate> {
    let mut known = articles.to_vec();
    let mut held: Vec<(usize, Option<Lang>, String)> = Vec::new();
    for (at, article) in known.iter_mut().enumerate() {
        let mut count = 0;
        for (language, ways) in &mut article.questions {
            ways.retain(|way| {
                count += 1;
                let is_kept = count % ONE_OF != 0;
                if !is_kept {
                    held.push((at, Lang::parse(language), way.clone()));
                }
                is_kept
            });
        }
    }
    if held.len() < LEAST {
        return None;
    }
    let matcher = Matcher::train_with(&known, vectors).at_most(most_wrong);
    let stride = held.len().div_ceil(MOST);
    let mut estimate = Estimate::default();
    for (at, language, way) in held.iter().step_by(stride) {
        let id = &articles[*at].id;
        estimate.held_back += 1;
        match matcher.judge(&Text::new(way), *language).verdict {
            Verdict::Answer(c) if c.id == *id => estimate.right += 1,
            Verdict::Answer(c) => {
                estimate.wrong += 1;
                let (asked, meant) = (way.clone(), id.clone());
                estimate.mistakes.push(Mistake { asked, meant, given: c.id });
            }
            Verdict::Clarify(of) => {
                estimate.asked_back += u32::from(of.iter().any(|c| c.id == *id));
            }
            Verdict::OutOfScope | Verdict::Noise => {}
        }
    }
    Some(estimate)
}
