//! From ranked articles to a verdict.

use super::bounds::keep_bounds;
use super::features::{Block, Feature, Reading, Role, Sort};
use super::model::{Model, Ranked};
use super::request::{asks, is_marked, is_request};
use super::sure::signs;
use super::vector::Weighed;
use super::{Candidate, Judged, Verdict};
use crate::understanding::concepts::{Found, Kind, LEXICON};
use crate::understanding::language::Lang;
use crate::understanding::text::{Quote, Text, Token, TokenKind};

/// How sure an answer must be for so many wrong ones of a hundred; between two lines the way is
/// straight. Reasoned, not measured: only 4 to 8 were tried, on the demo (docs/understanding.md).
const BOUNDS: [(u8, f32); 6] = [(1, 0.9), (3, 0.75), (5, 0.62), (8, 0.5), (12, 0.4), (20, 0.3)];
/// This share of it of each: ask which one is meant.
const CLARIFY: f32 = 0.72;
/// The second may be this much less sure than the first and still be worth asking about.
pub(super) const CLOSE: f32 = 0.75;
const MOST_OFFERED: usize = 3;
const MOST_CANDIDATES: usize = 5;
/// Parts of a message that are looked at one by one.
const MOST_PARTS: usize = 12;

/// How sure an answer must be, so that at most so many of a hundred are wrong.
pub(super) fn sure_from(most_wrong: u8) -> f32 {
    let (first, last) = (BOUNDS[0], BOUNDS[BOUNDS.len() - 1]);
    if most_wrong <= first.0 {
        return first.1;
    }
    let between = BOUNDS.windows(2).find(|w| (w[0].0..=w[1].0).contains(&most_wrong));
    between.map_or(last.1, |w| {
        let part = f32::from(most_wrong - w[0].0) / f32::from(w[1].0 - w[0].0);
        w[0].1 + part * (w[1].1 - w[0].1)
    })
}

/// Beside a part that asks, one that only tells must be so much surer to be chosen.
const TOLD: f32 = 0.6;

pub(super) fn judge(model: &Model, text: &Text, language: Option<Lang>) -> Judged {
    let reading = model.read(text, language);
    let weighed = model.weigh(&reading.features);
    let parts = parts(&reading);
    let is_asked = |part: &(usize, usize)| is_marked(text, part.1) || asks(&reading, *part);
    let whole = (0, text.tokens.len());
    let some_ask = parts.iter().any(|part| *part != whole && is_asked(part));
    let best = parts
        .into_iter()
        .map(|part| {
            let told = if some_ask && !is_asked(&part) { TOLD } else { 1.0 };
            let by = told * if part == whole { 1.0 } else { model.part_scale };
            look(model, &reading, &weighed, part).times(alone(&reading, part)).stands_for(by)
        })
        .filter(|l| !l.candidates.is_empty())
        .reduce(|best, next| if next.sureness() > best.sureness() { next } else { best });
    let candidates = best.map_or_else(Vec::new, |b| b.candidates);
    let verdict = unnamed(model, &reading, &candidates)
        .unwrap_or_else(|| verdict(model, &reading, &weighed, &candidates));
    Judged { verdict, candidates }
}

/// "It does not work": how something is, and not what. Several articles say so of something: ask
/// which is meant.
fn unnamed(model: &Model, reading: &Reading<'_>, candidates: &[Candidate]) -> Option<Verdict> {
    let is_subject = |f: &&Found| matches!(LEXICON.kind(f.concept), Kind::Topic | Kind::World);
    let states = reading.found.iter().filter(is_subject);
    let only_states = states.clone().all(|f| LEXICON.is_state(f.concept));
    if !only_states || states.count() == 0 || reading.roles.contains(&Role::Unlisted) {
        return None;
    }
    let items: Vec<Feature> = reading
        .features
        .iter()
        .filter(|f| f.block == Block::Item && f.sort == Sort::Subject)
        .copied()
        .collect();
    let items = model.weigh(&items);
    let says_so = |c: &&Candidate| {
        let article = model.ids.iter().position(|id| *id == c.id);
        let mentions =
            |w: &Weighed, article: usize| w.id.is_some_and(|id| model.mentions(article as u32, id));
        article.is_some_and(|a| items.iter().any(|w| mentions(w, a)))
    };
    let of: Vec<Candidate> =
        candidates.iter().filter(says_so).take(MOST_OFFERED).cloned().collect();
    (of.len() >= 2).then_some(Verdict::Clarify(of))
}

fn verdict(
    model: &Model,
    reading: &Reading<'_>,
    weighed: &[Weighed],
    candidates: &[Candidate],
) -> Verdict {
    let says_something = reading.roles.iter().any(|r| matches!(r, Role::Topic | Role::Unlisted))
        && !is_guesswork(reading, weighed);
    if let Some(first) = candidates.first()
        && (says_something || is_listed(model, weighed, first))
    {
        let close: Vec<Candidate> = candidates
            .iter()
            .take(MOST_OFFERED)
            .filter(|c| c.score >= CLARIFY * model.sure_from && c.score >= CLOSE * first.score)
            .cloned()
            .collect();
        if close.len() >= 2 {
            return Verdict::Clarify(close);
        }
        if first.score >= model.sure_from {
            return Verdict::Answer(first.clone());
        }
    }
    if is_request(reading) { Verdict::OutOfScope } else { Verdict::Noise }
}

/// From this likeness to a way to ask on, a message is that question, however little its words say
/// by themselves ("the glass alone, can one order it?").
const LISTED: f32 = 0.8;

fn is_listed(model: &Model, weighed: &[Weighed], first: &Candidate) -> bool {
    let is_first = |article: u32| model.ids[article as usize] == first.id;
    listed(model, weighed).is_some_and(is_first)
}

/// The article of which a message is all but word for word a way to ask.
pub(super) fn listed(model: &Model, weighed: &[Weighed]) -> Option<u32> {
    let ranked = model.rank(weighed, None, 1);
    ranked.first().filter(|r| r.near.mix() >= LISTED).map(|r| r.article)
}

/// A word of so many letters is easily another one.
const SHORT: usize = 3;

/// All that could be meant was guessed, and most words mean nothing, also to the base: text of
/// fillers, a keyboard.
fn is_guesswork(reading: &Reading<'_>, weighed: &[Weighed]) -> bool {
    let is_content = |f: &&Found| LEXICON.kind(f.concept) != Kind::Filler;
    let content = || reading.found.iter().filter(is_content);
    let is_known =
        |at| weighed.iter().any(|w| w.block == Block::Item && w.from == at && w.id.is_some());
    let roles = reading.roles.iter().enumerate();
    let unlisted = roles.filter(|(at, r)| **r == Role::Unlisted && !is_known(*at)).count();
    let mut guessed: Vec<usize> = content().map(|f| f.from).collect();
    guessed.dedup();
    if guessed.is_empty() || unlisted < guessed.len() {
        return false;
    }
    // "foo bar": a short word beside one that nobody knows.
    let short = |f: &Found| reading.text.tokens[f.from].fold.chars().count() <= SHORT;
    content().all(|f| f.is_guess) || guessed.len() == 1 && content().all(short)
}

/// A part of the message with the articles that answer it.
pub(super) struct Look {
    pub(super) candidates: Vec<Candidate>,
    /// What its sureness counts against that of other parts.
    standing: f32,
}

impl Look {
    fn sureness(&self) -> f32 {
        self.candidates.first().map_or(0.0, |c| c.score * self.standing)
    }

    /// Harder or easier to choose, and once it is chosen as sure as before.
    fn stands_for(mut self, standing: f32) -> Self {
        self.standing = standing;
        self
    }

    fn times(mut self, by: f32) -> Self {
        self.candidates.iter_mut().for_each(|c| c.score *= by);
        self
    }
}

/// One word between commas leans on the rest of its sentence ("the bulb blew, warranty?").
fn alone(reading: &Reading<'_>, (from, to): (usize, usize)) -> f32 {
    let subjects = |from: usize, to: usize| {
        reading.roles[from..to].iter().filter(|r| matches!(r, Role::Topic)).count()
    };
    let tokens = &reading.text.tokens;
    let start = (0..from).rev().find(|&at| tokens[at].ends_sentence).map_or(0, |at| at + 1);
    let end = (to.max(1) - 1..tokens.len()).find(|&at| tokens[at].ends_sentence);
    let end = end.map_or(tokens.len(), |at| at + 1);
    if subjects(from, to) > 1 || subjects(start, end) <= subjects(from, to) {
        return 1.0;
    }
    let is_asking = |f: &Found| LEXICON.kind(f.concept) == Kind::Ask;
    let asks = reading.found.iter().any(|f| from <= f.from && f.to <= to && is_asking(f));
    if asks { ASKING } else { LEANING }
}

const LEANING: f32 = 0.6;
/// … less so where it has an interrogative of its own ("…, but where is my invoice?").
const ASKING: f32 = 0.85;

pub(super) fn look(
    model: &Model,
    reading: &Reading<'_>,
    all: &[Weighed],
    (from, to): (usize, usize),
) -> Look {
    let weighed: Vec<Weighed> =
        all.iter().filter(|w| w.from >= from && w.to <= to).copied().collect();
    let part = || reading.text.quoted(reading.text.quote(from, to));
    let place = model.space.as_ref().filter(|_| from < to).and_then(|s| s.place(&part()));
    let ranked = model.rank(&weighed, place.as_ref(), MOST_CANDIDATES);
    let signs = signs(&ranked);
    let mut candidates: Vec<Candidate> = ranked
        .iter()
        .zip(&signs)
        .map(|(r, signs)| Candidate {
            id: model.ids[r.article as usize].clone(),
            score: model.curve.score(signs) * r.doubt(),
            quotes: quotes(model, reading, &weighed, r, (from, to)),
        })
        .collect();
    keep_bounds(model, reading, (from, to), &weighed, &ranked, &mut candidates);
    candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
    Look { candidates, standing: 1.0 }
}

/// Words that make a clause a condition of the next one; a shorter clause is no condition.
const CONDITIONS: [&str; 10] =
    ["si", "if", "unless", "wenn", "falls", "se", "agar", "اذا", "لو", "अगर"];
pub(super) const SHORT_CLAUSE: usize = 2;

/// The whole message, then its sentences and clauses, when there are several.
fn parts(reading: &Reading<'_>) -> Vec<(usize, usize)> {
    let tokens = &reading.text.tokens;
    let mut parts = Vec::new();
    let mut clauses = Vec::new();
    let (mut sentence, mut clause) = (0, 0);
    for (at, token) in tokens.iter().enumerate() {
        let end = at + 1;
        // A face between two thoughts sets them apart as a comma does.
        let is_face = token.kind == TokenKind::Emoji;
        if is_face || token.ends_clause || token.ends_sentence || end == tokens.len() {
            clauses.push((clause, end));
            clause = end;
        }
        if token.ends_sentence || end == tokens.len() {
            parts.push((sentence, end));
            sentence = end;
        }
    }
    // A clause may lean on the one before it ("… has a dimmer. Does it work?").
    let pairs: Vec<_> = clauses.windows(2).map(|two| (two[0].0, two[1].1)).collect();
    let alone = clauses.into_iter().filter(|clause| !depends(tokens, *clause));
    for part in alone.chain(pairs) {
        if !parts.contains(&part) {
            parts.push(part);
        }
    }
    parts.retain(|&(from, to)| {
        reading.roles[from..to].iter().any(|r| matches!(r, Role::Topic | Role::Unlisted))
    });
    if parts.len() > MOST_PARTS {
        // Questions stand at the beginning or at the end of a story.
        parts.drain(MOST_PARTS / 2..parts.len() - MOST_PARTS / 2);
    }
    let whole = (0, tokens.len());
    if !parts.contains(&whole) {
        parts.insert(0, whole);
    }
    parts
}

/// "If I don't like the colour" asks nothing by itself.
pub(super) fn depends(tokens: &[Token], (from, to): (usize, usize)) -> bool {
    to - from > SHORT_CLAUSE && CONDITIONS.contains(&tokens[from].fold.as_str())
}

/// The words that carried the decision for an article, neighbours joined; the whole part where
/// only its sentence vector speaks for the article.
pub(super) fn quotes(
    model: &Model,
    reading: &Reading<'_>,
    weighed: &[Weighed],
    ranked: &Ranked,
    (from, to): (usize, usize),
) -> Vec<Quote> {
    let mut spans: Vec<(usize, usize)> = weighed
        .iter()
        .filter(|w| w.block == Block::Item && w.weight >= 0.8)
        .filter(|w| w.id.is_some_and(|id| model.mentions(ranked.article, id)))
        .map(|w| (w.from, w.to))
        .collect();
    if spans.is_empty() && ranked.near.alike > 0.0 {
        spans.push((from, to));
    }
    spans.sort_unstable();
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 + 1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined.into_iter().map(|(from, to)| reading.text.quote(from, to)).collect()
}
