//! A base's own curve: examples that are held back are judged by a model of the others.

use super::Article;
use super::model::{Model, Ranked, elsewhere};
use super::sure::{Curve, Signs, signs};
use crate::understanding::language::Lang;
use crate::understanding::vectors::Vectors;
use std::sync::Arc;

/// A curve of its own needs this many examples to an article, and this many held back.
const CURVE_EXAMPLES: usize = 4;
const CURVE_LEAST: usize = 40;
/// More than this many are not judged.
const CURVE_MOST: usize = 500;

/// A curve fitted to examples that a model of the others judges.
pub(super) fn own_curve(
    articles: &[Article],
    is_deep: bool,
    vectors: Option<&Arc<Vectors>>,
) -> Option<Curve> {
    let total: usize = articles.iter().flat_map(|a| a.questions.values()).map(Vec::len).sum();
    if articles.len() < 2 || total < CURVE_EXAMPLES * articles.len() {
        return None;
    }
    let mut known = articles.to_vec();
    let mut held: Vec<(u32, Option<Lang>, String)> = Vec::new();
    for (at, article) in known.iter_mut().enumerate() {
        for (language, all) in &mut article.questions {
            let mut count = 0;
            all.retain(|question| {
                count += 1;
                let keep = count % CURVE_EXAMPLES != 0;
                if !keep {
                    held.push((at as u32, Lang::parse(language), question.clone()));
                }
                keep
            });
        }
    }
    if held.len() < CURVE_LEAST {
        return None;
    }
    let (known_elsewhere, held_elsewhere): (Vec<_>, Vec<_>) =
        elsewhere().into_iter().enumerate().partition(|(at, _)| at % 2 == 0);
    let known_elsewhere: Vec<_> = known_elsewhere.into_iter().map(|(_, e)| e).collect();
    let model = Model::learn(&known, &known_elsewhere, is_deep, vectors);
    if !model.is_learnt() {
        return None;
    }
    let stride = held.len().div_ceil(CURVE_MOST);
    let mut rows = Vec::new();
    let mut judged = 0;
    for (article, language, question) in held.iter().step_by(stride) {
        judged += 1;
        let ranked = model.ranked(question, *language, CURVE_RANKED);
        add_rows(&mut rows, &ranked, Some(*article), 1.0);
        // The same question to a knowledge base that has no answer to it.
        add_rows(&mut rows, &without(&ranked, *article), None, UNANSWERED_WEIGHT);
    }
    if model.is_deep() {
        let weight = ELSEWHERE_WEIGHT * judged as f32 / held_elsewhere.len() as f32;
        for (_, (language, said)) in held_elsewhere {
            add_rows(&mut rows, &model.ranked(said, language, CURVE_RANKED), None, weight);
        }
    }
    Some(Curve::fit(&rows))
}

/// Articles ranked for each held-back example, and what a row of each rank counts.
const CURVE_RANKED: usize = 4;
const ROW_WEIGHTS: [f32; 2] = [1.0, 0.3];
/// Questions to which the base has no answer, beside those it answers: near misses, and sentences
/// about something else.
const UNANSWERED_WEIGHT: f32 = 0.15;
const ELSEWHERE_WEIGHT: f32 = 0.7;

fn add_rows(rows: &mut Vec<(Signs, f32, f32)>, ranked: &[Ranked], right: Option<u32>, scale: f32) {
    for ((signs, r), weight) in signs(ranked).into_iter().zip(ranked).zip(ROW_WEIGHTS) {
        let label = f32::from(u8::from(right == Some(r.article)));
        rows.push((signs, label, weight * scale));
    }
}

fn without(ranked: &[Ranked], article: u32) -> Vec<Ranked> {
    let gone: f32 = ranked.iter().filter(|r| r.article == article).map(|r| r.share).sum();
    let mut others: Vec<Ranked> = ranked.iter().filter(|r| r.article != article).copied().collect();
    for r in &mut others {
        r.share /= (1.0 - gone).max(1e-3);
    }
    others
}
