//! Softmax regression over the same vectors, trained in a fixed order.

use super::vector::Vector;

#[derive(Debug)]
pub(super) struct Linear {
    classes: usize,
    /// By feature, then by class.
    weights: Vec<f32>,
    bias: Vec<f32>,
}

const MEANING_SCALE: f32 = 0.5;
const SURFACE_SCALE: f32 = 0.6;
const RATE: f32 = 5.0;
const DECAY: f32 = 0.0001;
const EPOCHS: u64 = 20;
/// An error smaller than this is not worth a step.
const LEAST_ERROR: f32 = 0.002;
const LEAST_EPOCHS: u64 = 5;
/// Multiplications that training may cost, and numbers that the table may hold.
const WORK: u64 = 2_000_000_000;
const CELLS: usize = 12_000_000;

impl Linear {
    /// Nothing when the knowledge base is too large for a dense table.
    pub(super) fn train(
        vectors: &[(u32, Vector)],
        features: usize,
        classes: usize,
    ) -> Option<Self> {
        if classes < 2 || features * classes > CELLS {
            return None;
        }
        let entries: usize = vectors.iter().map(|(_, v)| v.meaning.len() + v.surface.len()).sum();
        let pass = (entries * classes * 2).max(1) as u64;
        let epochs = (WORK / pass).min(EPOCHS);
        if epochs < LEAST_EPOCHS {
            return None;
        }
        let mut model =
            Self { classes, weights: vec![0.0; features * classes], bias: vec![0.0; classes] };
        let order = interleaved(vectors);
        let mut scores = vec![0.0; classes];
        for epoch in 0..epochs {
            let rate = RATE / (1.0 + 0.15 * epoch as f32);
            for &at in &order {
                let (article, vector) = &vectors[at];
                model.scores(vector, &mut scores);
                softmax(&mut scores);
                scores[*article as usize] -= 1.0;
                model.step(vector, &scores, rate);
            }
            let keep = 1.0 - DECAY * rate * vectors.len() as f32 / 50.0;
            for w in &mut model.weights {
                *w *= keep.max(0.9);
            }
        }
        Some(model)
    }

    /// Scores before the softmax.
    pub(super) fn scores(&self, vector: &Vector, out: &mut [f32]) {
        out.copy_from_slice(&self.bias);
        for (entries, scale) in [(&vector.meaning, MEANING_SCALE), (&vector.surface, SURFACE_SCALE)]
        {
            for &(id, x) in entries {
                let x = x * scale;
                for (o, w) in out.iter_mut().zip(self.row(id)) {
                    *o += x * w;
                }
            }
        }
    }

    fn step(&mut self, vector: &Vector, error: &[f32], rate: f32) {
        for (b, e) in self.bias.iter_mut().zip(error) {
            *b -= 0.1 * rate * e;
        }
        // Once most is learnt, few classes are still in doubt.
        let doubtful: Vec<(usize, f32)> = error
            .iter()
            .enumerate()
            .filter(|(_, e)| e.abs() > LEAST_ERROR)
            .map(|(at, e)| (at, *e))
            .collect();
        let is_sparse = doubtful.len() * 6 < self.classes;
        for (entries, scale) in [(&vector.meaning, MEANING_SCALE), (&vector.surface, SURFACE_SCALE)]
        {
            for &(id, x) in entries {
                let x = x * scale * rate;
                let from = id as usize * self.classes;
                let row = &mut self.weights[from..from + self.classes];
                if is_sparse {
                    for &(at, e) in &doubtful {
                        row[at] -= x * e;
                    }
                } else {
                    for (w, e) in row.iter_mut().zip(error) {
                        *w -= x * e;
                    }
                }
            }
        }
    }

    fn row(&self, id: u32) -> &[f32] {
        let from = id as usize * self.classes;
        &self.weights[from..from + self.classes]
    }
}

/// One example of each article in turn, so that no article is learnt last.
fn interleaved(vectors: &[(u32, Vector)]) -> Vec<usize> {
    let mut rank: Vec<(usize, usize)> = Vec::with_capacity(vectors.len());
    let (mut last, mut count) = (u32::MAX, 0);
    for (at, (article, _)) in vectors.iter().enumerate() {
        count = if *article == last { count + 1 } else { 0 };
        last = *article;
        rank.push((count, at));
    }
    rank.sort_unstable();
    rank.into_iter().map(|(_, at)| at).collect()
}

pub(super) fn softmax(scores: &mut [f32]) {
    let greatest = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut sum = 0.0;
    for s in scores.iter_mut() {
        *s = libm::expf(*s - greatest);
        sum += *s;
    }
    for s in scores.iter_mut() {
        *s /= sum;
    }
}
