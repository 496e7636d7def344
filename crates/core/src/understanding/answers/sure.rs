//! How surely an article answers: signs of it, weighed by a logistic curve.
//!
//! The curve that ships was fitted on our own sentences. A knowledge base with several examples to
//! an article fits its own: each example in turn is judged by a model that has not seen it, once
//! with its article (does the right one come first?) and once without (what a question looks like
//! that nothing answers).

use super::model::Ranked;

pub(super) const SIGNS: usize = 14;

/// Signs that an article answers a piece of text.
pub(super) type Signs = [f32; SIGNS];

/// The signs of each ranked article.
pub(super) fn signs(ranked: &[Ranked]) -> Vec<Signs> {
    ranked
        .iter()
        .enumerate()
        .map(|(at, r)| {
            let rival = if at == 0 { ranked.get(1) } else { ranked.first() };
            let lead = r.share - rival.map_or(0.0, |o| o.share);
            [
                1.0,
                r.near.meaning,
                r.near.surface,
                r.cover.explained,
                r.asked,
                r.share,
                lead,
                r.cover.foreign,
                r.cover.strange,
                r.cover.left,
                f32::from(u8::from(r.cover.is_about_other)),
                r.score,
                r.over_none,
                (r.near.alike - UNLIKE).max(0.0),
            ]
        })
        .collect()
}

/// A fitted curve.
#[derive(Clone, Copy, Debug)]
pub(super) struct Curve {
    weights: Signs,
}

impl Default for Curve {
    fn default() -> Self {
        Self { weights: OWN }
    }
}

/// Fitted on the open halves of our own sentences.
const OWN: Signs = [-4.7, 2.0, -0.3, 3.6, 1.7, 1.4, 4.5, -3.8, -0.6, -1.0, -5.5, 0.0, 0.0, 4.0];

/// Sentence vectors that are less alike say nothing.
const UNLIKE: f32 = 0.4;

/// How strongly a fit holds on to the shipped curve, in rows.
const HOLD: f32 = 12.0;
const STEPS: usize = 400;
const RATE: f32 = 3.0;

impl Curve {
    pub(super) fn score(&self, signs: &Signs) -> f32 {
        let z: f32 = self.weights.iter().zip(signs).map(|(w, s)| w * s).sum();
        crate::understanding::chance(z)
    }

    /// Fits a curve to rows of signs and whether the article was right, by their weight.
    pub(super) fn fit(rows: &[(Signs, f32, f32)]) -> Self {
        let total: f32 = rows.iter().map(|(_, _, weight)| weight).sum::<f32>() + HOLD;
        let mut curve = Self::default();
        for _ in 0..STEPS {
            let mut slope = [0.0f32; SIGNS];
            for (signs, right, weight) in rows {
                let error = (curve.score(signs) - right) * weight;
                for (d, s) in slope.iter_mut().zip(signs) {
                    *d += error * s;
                }
            }
            for ((w, d), own) in curve.weights.iter_mut().zip(slope).zip(OWN) {
                *w -= RATE * (d + HOLD * 0.02 * (*w - own)) / total;
            }
        }
        curve
    }
}
