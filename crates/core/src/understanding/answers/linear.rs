//! Softmax regression over the same vectors, trained in a fixed order.

use super::vector::{PARTS, Vector};

/// A learnt table. Its rows are read at random, so they are kept small: one byte a weight.
#[derive(Debug)]
pub(super) struct Linear {
    /// The articles and, where it was learnt, what belongs to none of them.
    classes: usize,
    /// By feature, then by class, in steps of the feature.
    weights: Vec<i8>,
    /// By feature: what one step is worth.
    steps: Vec<f32>,
    bias: Vec<f32>,
    scales: [f32; PARTS],
}

/// The table while it is learnt.
struct Learner {
    classes: usize,
    weights: Vec<f32>,
    bias: Vec<f32>,
    scales: [f32; PARTS],
}

/// From 0 (few ways to ask for an article) to 1 (many).
pub(super) fn plenty(examples: usize, articles: usize) -> f32 {
    let each = examples as f32 / articles.max(1) as f32;
    ((each - FEW) / (MANY - FEW)).clamp(0.0, 1.0)
}

/// The table is small enough.
pub(super) fn is_learnable(features: usize, classes: usize) -> bool {
    features * classes <= CELLS
}

const MEANING_SCALE: f32 = 0.5;
/// The more ways to ask an article has, the more its wording tells: from few to many examples.
const SURFACE_SCALE: f32 = 0.6;
const SURFACE_MANY: f32 = 1.0;
/// What everyday words count where there are many examples; where there are few, nothing.
const EVERYDAY_MANY: f32 = 0.5;
const TOGETHER_MANY: f32 = 1.1;
const SENSE_SCALE: f32 = 1.0;
const FEW: f32 = 2.0;
const MANY: f32 = 8.0;
const RATE: f32 = 5.0;
const RATE_MANY: f32 = 1.2;
const DECAY: f32 = 0.0001;
const EPOCHS: u64 = 16;
/// How fast the steps shorten; an article's own weight is learnt more slowly.
const FADE: f32 = 0.15;
/// An error smaller than this is not worth a step.
const LEAST_ERROR: f32 = 0.002;
const BIAS_RATE: f32 = 0.1;
const LEAST_EPOCHS: u64 = 5;
/// After so many examples comes a sentence that belongs to no article.
const ELSEWHERE_EVERY: usize = 6;
/// Multiplications that training may cost, and numbers that the table may hold.
const WORK: u64 = 2_000_000_000;
const CELLS: usize = 12_000_000;

impl Linear {
    /// Nothing when the knowledge base is too large for a dense table. `elsewhere`: sentences that
    /// belong to no article, which become a class of their own after the articles.
    pub(super) fn train(
        vectors: &[(u32, Vector)],
        elsewhere: &[Vector],
        features: usize,
        articles: usize,
    ) -> Option<Self> {
        let classes = articles + usize::from(!elsewhere.is_empty());
        if articles < 2 || !is_learnable(features, classes) {
            return None;
        }
        let entries: usize = vectors.iter().map(|(_, v)| v.entries()).sum();
        let pass = (entries * classes * 2).max(1) as u64;
        let epochs = (WORK / pass).min(EPOCHS);
        if epochs < LEAST_EPOCHS {
            return None;
        }
        let plenty = plenty(vectors.len(), articles);
        let mut model = Learner {
            classes,
            weights: vec![0.0; features * classes],
            bias: vec![0.0; classes],
            scales: [
                MEANING_SCALE,
                SURFACE_SCALE + plenty * (SURFACE_MANY - SURFACE_SCALE),
                plenty * EVERYDAY_MANY,
                plenty * TOGETHER_MANY,
                SENSE_SCALE,
            ],
        };
        let order = interleaved(vectors);
        let mut none = elsewhere.iter().cycle();
        let mut scores = vec![0.0; classes];
        for epoch in 0..epochs {
            let few = RATE / (1.0 + FADE * epoch as f32);
            let many = RATE_MANY * (1.0 - epoch as f32 / epochs as f32);
            let rate = few + plenty * (many - few);
            for (count, &at) in order.iter().enumerate() {
                let (article, vector) = &vectors[at];
                model.learn(vector, *article as usize, rate, &mut scores);
                if count % ELSEWHERE_EVERY == 0
                    && let Some(vector) = none.next()
                {
                    model.learn(vector, articles, rate, &mut scores);
                }
            }
            let keep = 1.0 - DECAY * rate * vectors.len() as f32 / 50.0;
            for w in &mut model.weights {
                *w *= keep.max(0.9);
            }
        }
        Some(model.packed())
    }

    pub(super) fn classes(&self) -> usize {
        self.classes
    }

    /// Scores before the softmax, by class.
    pub(super) fn scores(&self, vector: &Vector, out: &mut [f32]) {
        out.copy_from_slice(&self.bias);
        for (entries, scale) in vector.parts().into_iter().zip(self.scales) {
            for &(id, x) in entries {
                let x = x * scale * self.steps[id as usize];
                let from = id as usize * self.classes;
                let row = &self.weights[from..from + self.classes];
                for (o, w) in out.iter_mut().zip(row) {
                    *o += x * f32::from(*w);
                }
            }
        }
    }
}

impl Learner {
    fn packed(self) -> Linear {
        let mut weights = Vec::with_capacity(self.weights.len());
        let mut steps = Vec::with_capacity(self.weights.len() / self.classes);
        for row in self.weights.chunks_exact(self.classes) {
            let most = row.iter().fold(0.0f32, |m, w| m.max(w.abs()));
            let step = most / f32::from(i8::MAX);
            steps.push(step);
            let per = if step > 0.0 { 1.0 / step } else { 0.0 };
            weights.extend(row.iter().map(|w| libm::roundf(w * per) as i8));
        }
        let Self { classes, bias, scales, .. } = self;
        Linear { classes, weights, steps, bias, scales }
    }

    fn scores(&self, vector: &Vector, out: &mut [f32]) {
        out.copy_from_slice(&self.bias);
        for (entries, scale) in vector.parts().into_iter().zip(self.scales) {
            for &(id, x) in entries {
                let x = x * scale;
                for (o, w) in out.iter_mut().zip(self.row(id)) {
                    *o += x * w;
                }
            }
        }
    }

    fn learn(&mut self, vector: &Vector, class: usize, rate: f32, scores: &mut [f32]) {
        self.scores(vector, scores);
        softmax(scores);
        scores[class] -= 1.0;
        self.step(vector, scores, rate);
    }

    fn step(&mut self, vector: &Vector, error: &[f32], rate: f32) {
        for (b, e) in self.bias.iter_mut().zip(error) {
            *b -= BIAS_RATE * rate * e;
        }
        // Once most is learnt, few classes are still in doubt.
        let doubtful: Vec<(usize, f32)> = error
            .iter()
            .enumerate()
            .filter(|(_, e)| e.abs() > LEAST_ERROR)
            .map(|(at, e)| (at, *e))
            .collect();
        let is_sparse = doubtful.len() * 6 < self.classes;
        for (entries, scale) in vector.parts().into_iter().zip(self.scales) {
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
        // What is that far behind adds nothing that a sum would show.
        let behind = *s - greatest;
        *s = if behind < -16.0 { 0.0 } else { libm::expf(behind) };
        sum += *s;
    }
    for s in scores.iter_mut() {
        *s /= sum;
    }
}
