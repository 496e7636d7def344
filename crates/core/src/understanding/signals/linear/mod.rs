//! A linear model beside the rules: it has read many sentences of each kind (`examples/`) and
//! judges by words, word pairs, letter groups and meanings together, also where no rule fits.
//!
//! It is trained before the program is built ([`train`], `cargo xtask gen`): `model.bin` holds what
//! was learnt, and a test trains again and compares.

mod examples;
mod features;
mod packed;
mod train;

pub(super) use features::Features;

use features::{BLOCKS, Feature};
use packed::{Learnt, Model};
use std::sync::LazyLock;
use train::Weights;

/// What the model tells apart; the names are those of the example files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Human,
    Refuses,
    Anger,
    Billing,
    Refund,
    Cancel,
    Fraud,
    Legal,
    Privacy,
    Safety,
    Distress,
    Complaint,
    Fault,
}

/// In the order of the weights.
const LABELS: [(&str, Label); 13] = [
    ("human", Label::Human),
    ("refuses", Label::Refuses),
    ("anger", Label::Anger),
    ("billing", Label::Billing),
    ("refund", Label::Refund),
    ("cancel", Label::Cancel),
    ("fraud", Label::Fraud),
    ("legal", Label::Legal),
    ("privacy", Label::Privacy),
    ("safety", Label::Safety),
    ("distress", Label::Distress),
    ("complaint", Label::Complaint),
    ("fault", Label::Fault),
];

type Row = [f32; LABELS.len()];

const FILE: &[u8] = include_bytes!("model.bin");

static MODEL: LazyLock<Model<'_>> =
    LazyLock::new(|| Model::new(FILE).expect("the file is part of the program and tested"));

/// What `model.bin` must hold: learns from the readable sentences, which takes a second or more.
/// The same files give the same bytes on every machine.
pub fn train() -> Vec<u8> {
    packed::pack(&Weights::train(&examples::all()))
}

/// What a block counts beside the others.
const SCALE: [f32; BLOCKS] = [1.2, 0.9, 1.2];

/// A longer sentence is also read in parts of this many words, each beginning half a part later:
/// a request may be buried in it.
const PART: usize = 12;

/// A part out of its context says a little less than the whole.
const PART_DOUBT: f32 = 1.0;

/// What the model thinks of a message.
#[derive(Debug)]
pub(super) struct Verdict {
    /// What the message says that the model has learnt of, in the order of the first token.
    known: Vec<Known>,
    /// By label: the part that speaks loudest.
    loudest: [Loudest; LABELS.len()],
    has_words: bool,
}

/// A feature of the message that the model has learnt of.
#[derive(Clone, Copy, Debug)]
struct Known {
    feature: Feature,
    learnt: Learnt<'static>,
}

#[derive(Clone, Copy, Debug)]
struct Loudest {
    odds: f32,
    /// Tokens, end exclusive.
    part: (usize, usize),
    /// By block: what one of its features counts in that part.
    counts: [f32; BLOCKS],
}

impl Verdict {
    pub(super) fn new(features: &Features) -> Self {
        let learnt = |f: &Feature| Some(Known { feature: *f, learnt: MODEL.learnt(f.key)? });
        let known: Vec<Known> = features.all().iter().filter_map(learnt).collect();
        let nothing = Loudest { odds: f32::MIN, part: (0, 0), counts: [0.0; BLOCKS] };
        let mut loudest = [nothing; LABELS.len()];
        for part in parts(features) {
            let counts = counts(features.within(part));
            let mut scores = MODEL.bias();
            for Known { feature, learnt } in within(&known, part) {
                let block = feature.block as usize;
                learnt.add(counts[block] * SCALE[block], &mut scores);
            }
            let less = if part == (0, features.tokens()) { 0.0 } else { PART_DOUBT };
            for (best, score) in loudest.iter_mut().zip(scores) {
                if score - less > best.odds {
                    *best = Loudest { odds: score - less, part, counts };
                }
            }
        }
        Self { known, loudest, has_words: features.tokens() > 0 }
    }

    /// Log-odds; nothing for a message without a word.
    pub(super) fn odds(&self, label: Label) -> Option<f32> {
        self.has_words.then(|| self.loudest[label as usize].odds)
    }

    /// The words that speak most for the label (tokens, end exclusive).
    pub(super) fn span(&self, label: Label) -> (usize, usize) {
        let Loudest { part: (from, to), counts, .. } = self.loudest[label as usize];
        let mut weight = vec![0.0; to - from];
        for Known { feature, learnt } in within(&self.known, (from, to)) {
            let block = feature.block as usize;
            let each = learnt.of(label) * SCALE[block] * counts[block]
                / f32::from(feature.to - feature.from);
            for w in &mut weight[usize::from(feature.from) - from..usize::from(feature.to) - from] {
                *w += each;
            }
        }
        let (start, end) = heaviest(&weight);
        (from + start, from + end)
    }
}

/// Those that lie within the tokens.
fn within(known: &[Known], (from, to): (usize, usize)) -> impl Iterator<Item = &Known> {
    let first = known.partition_point(|k| usize::from(k.feature.from) < from);
    let last = known.partition_point(|k| usize::from(k.feature.from) < to);
    known[first..last].iter().filter(move |k| usize::from(k.feature.to) <= to)
}

/// The whole message, its sentences, and parts of long sentences.
fn parts(features: &Features) -> Vec<(usize, usize)> {
    let tokens = features.tokens();
    let mut parts = vec![(0, tokens)];
    let mut from = 0;
    for &to in features.sentence_ends() {
        if (from, to) != (0, tokens) {
            parts.push((from, to));
        }
        if to - from > PART * 3 / 2 {
            parts.extend(
                (from..to - PART / 2).step_by(PART / 2).map(|at| (at, (at + PART).min(to))),
            );
        }
        from = to;
    }
    parts
}

/// By block: what one of its features counts, so that a long text is no louder than a short one.
fn counts<'f>(features: impl Iterator<Item = &'f Feature>) -> [f32; BLOCKS] {
    let mut counts = [0u32; BLOCKS];
    for feature in features {
        counts[feature.block as usize] += 1;
    }
    let mut each = FEW;
    for (each, count) in each.iter_mut().zip(counts) {
        *each = 1.0 / (*each + count as f32).sqrt();
    }
    each
}

/// By block: with fewer features than this a message says little, whatever they are.
const FEW: [f32; BLOCKS] = [3.0, 12.0, 3.0];

/// The run of words whose weights, less a little for each, add up to most.
fn heaviest(weights: &[f32]) -> (usize, usize) {
    let greatest = weights.iter().copied().fold(0.0, f32::max);
    let price = greatest * 0.15;
    let mut best = (f32::MIN, 0, 1);
    let (mut sum, mut start) = (0.0, 0);
    for (at, weight) in weights.iter().enumerate() {
        if sum <= 0.0 {
            (sum, start) = (0.0, at);
        }
        sum += weight - price;
        if sum > best.0 {
            best = (sum, start, at + 1);
        }
    }
    (best.1, best.2)
}
