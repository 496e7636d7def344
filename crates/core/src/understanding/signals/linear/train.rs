//! Logistic regression, one per label, over the features of the examples; always in the same order.

use super::examples::{Example, Lesson};
use super::features::Feature;
use super::{LABELS, Row, SCALE, counts};
use crate::understanding::chance;

#[derive(Debug)]
pub(super) struct Weights {
    /// By row: the key of its feature.
    pub(super) keys: Vec<u64>,
    pub(super) rows: Vec<Row>,
    pub(super) bias: Row,
}

const EPOCHS: usize = 10;
/// The weights are the mean of those after each of the last epochs: one sentence more in the files
/// should move little.
const AVERAGED: usize = 5;
const RATE: f32 = 0.25;
const BIAS_RATE: f32 = 0.02;
/// An error smaller than this is not worth a step.
const LEAST_ERROR: f32 = 0.02;
/// Alarms are rarer than calm: each counts for more.
const ALARM_WEIGHT: f32 = 2.0;
/// A feature of a single sentence (and its parts) is a name or a slip.
const LEAST_SEEN: u32 = 3;

impl Weights {
    pub(super) fn train(lesson: &Lesson) -> Self {
        let rows = Rows::new(lesson);
        let vectors: Vec<Vec<(u32, f32)>> = lesson
            .examples
            .iter()
            .map(|e| e.vector.iter().filter_map(|&(id, x)| Some((rows.of(id)?, x))).collect())
            .collect();
        let mut weights = Self {
            keys: rows.keys(lesson),
            rows: vec![[0.0; LABELS.len()]; rows.count],
            bias: [-2.0; LABELS.len()],
        };
        let mut steps: Vec<Row> = vec![[1e-3; LABELS.len()]; rows.count];
        let count = lesson.examples.len();
        let stride = stride(count);
        let mut is_known = vec![false; count];
        let mut mean = Mean::new(rows.count);
        for epoch in 0..EPOCHS {
            for i in 0..count {
                // A stride that has no divisor in common with the count: no label is learnt last.
                let at = (i * stride + epoch) % count;
                // What was known is asked again every other time.
                if is_known[at] && epoch % 2 == 1 {
                    continue;
                }
                is_known[at] = weights.learn(&lesson.examples[at], &vectors[at], &mut steps);
            }
            if epoch + AVERAGED >= EPOCHS {
                mean.add(&weights);
            }
        }
        (weights.rows, weights.bias) = mean.finish();
        weights
    }

    /// Learns from one example; true if nothing was wrong.
    fn learn(&mut self, example: &Example, vector: &[(u32, f32)], steps: &mut [Row]) -> bool {
        let mut scores = self.bias;
        for &(row, value) in vector {
            for (s, w) in scores.iter_mut().zip(&self.rows[row as usize]) {
                *s += w * value;
            }
        }
        let mut errors = [0.0; LABELS.len()];
        let mut is_right = true;
        for (label, score) in scores.into_iter().enumerate() {
            let is_meant = example.labels[label];
            if !is_meant && example.open[label] {
                continue;
            }
            let chance = chance(score);
            let error = if is_meant { (chance - 1.0) * ALARM_WEIGHT } else { chance };
            if error.abs() >= LEAST_ERROR {
                errors[label] = error;
                is_right = false;
            }
        }
        if is_right {
            return true;
        }
        for (bias, error) in self.bias.iter_mut().zip(errors) {
            *bias -= BIAS_RATE * error;
        }
        for &(row, value) in vector {
            let weights = &mut self.rows[row as usize];
            let steps = &mut steps[row as usize];
            for ((weight, step), error) in weights.iter_mut().zip(steps).zip(errors) {
                let slope = error * value;
                *step += slope * slope;
                *weight -= RATE * slope / step.sqrt();
            }
        }
        false
    }
}

/// The mean of several weights.
struct Mean {
    rows: Vec<Row>,
    bias: Row,
}

impl Mean {
    fn new(rows: usize) -> Self {
        Self { rows: vec![[0.0; LABELS.len()]; rows], bias: [0.0; LABELS.len()] }
    }

    fn add(&mut self, weights: &Weights) {
        let all = self.rows.iter_mut().zip(&weights.rows);
        for (sum, row) in all.chain(std::iter::once((&mut self.bias, &weights.bias))) {
            sum.iter_mut().zip(row).for_each(|(s, w)| *s += w / AVERAGED as f32);
        }
    }

    fn finish(self) -> (Vec<Row>, Row) {
        (self.rows, self.bias)
    }
}

/// Numbers of features, with what each counts: its block's share of a message.
pub(super) fn vector<'f>(
    features: impl Iterator<Item = &'f Feature> + Clone,
    mut number: impl FnMut(u64) -> Option<u32>,
) -> Vec<(u32, f32)> {
    let each = counts(features.clone());
    let mut vector: Vec<(u32, f32)> = features
        .filter_map(|f| {
            let value = each[f.block as usize] * SCALE[f.block as usize];
            number(f.key).map(|row| (row, value))
        })
        .collect();
    vector.sort_unstable_by_key(|(row, _)| *row);
    vector.dedup_by(|later, kept| {
        let is_same = later.0 == kept.0;
        if is_same {
            kept.1 += later.1;
        }
        is_same
    });
    vector
}

/// The features that stand in more than one example, numbered anew.
struct Rows {
    of: Vec<u32>,
    count: usize,
}

const NONE: u32 = u32::MAX;

impl Rows {
    fn new(lesson: &Lesson) -> Self {
        let mut seen: Vec<u32> = vec![0; lesson.keys.len()];
        for (id, _) in lesson.examples.iter().flat_map(|e| &e.vector) {
            seen[*id as usize] += 1;
        }
        let mut count = 0;
        let of = seen
            .into_iter()
            .map(|n| {
                if n < LEAST_SEEN {
                    return NONE;
                }
                count += 1;
                count - 1
            })
            .collect();
        Self { of, count: count as usize }
    }

    fn of(&self, id: u32) -> Option<u32> {
        Some(self.of[id as usize]).filter(|row| *row != NONE)
    }

    fn keys(&self, lesson: &Lesson) -> Vec<u64> {
        let mut keys = vec![0; self.count];
        for (key, id) in lesson.keys.entries() {
            if let Some(row) = self.of(id) {
                keys[row as usize] = key;
            }
        }
        keys
    }
}

fn stride(count: usize) -> usize {
    let divides = |a: usize, b: usize| {
        let (mut a, mut b) = (a, b);
        while b > 0 {
            (a, b) = (b, a % b);
        }
        a
    };
    (count * 5 / 13..=count + 1).find(|s| divides(*s, count) == 1).unwrap_or(1)
}
