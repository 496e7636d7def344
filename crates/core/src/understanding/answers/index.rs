//! Examples by feature, so that only what a message shares is looked at.

use super::vector::Vector;

#[derive(Debug, Default)]
pub(super) struct Examples {
    /// By feature number: where its postings begin; one more at the end.
    starts: Vec<u32>,
    postings: Vec<(u32, f32)>,
    /// By example: its article.
    article: Vec<u32>,
    /// By feature: it belongs to the meaning block.
    is_meaning: Vec<bool>,
}

/// How alike a message and the best example of an article are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Near {
    pub article: u32,
    pub example: u32,
    pub meaning: f32,
    pub surface: f32,
    /// By their sentence vectors, of which the best example may be another one; 0 without them.
    pub alike: f32,
}

/// What a shared meaning counts against a shared surface.
const MEANING_SHARE: f32 = 0.65;

/// In a base of so many examples, a surface feature is common when it stands in this part of them.
const MANY_EXAMPLES: usize = 200;
const COMMON_PART: usize = 12;

fn kept<'a>(
    vector: &'a Vector,
    is_common: &'a impl Fn(u32) -> bool,
) -> impl Iterator<Item = (u32, f32)> + 'a {
    let surface = vector.surface.iter().filter(|(id, _)| !is_common(*id));
    vector.meaning.iter().chain(surface).copied()
}

impl Near {
    pub(super) fn mix(&self) -> f32 {
        MEANING_SHARE * self.meaning + (1.0 - MEANING_SHARE) * self.surface
    }
}

impl Examples {
    pub(super) fn new(vectors: &[(u32, Vector)], features: usize) -> Self {
        let mut starts = vec![0u32; features + 1];
        let mut is_meaning = vec![false; features];
        let mut counts = vec![0usize; features];
        for (_, vector) in vectors {
            for (id, _) in &vector.surface {
                counts[*id as usize] += 1;
            }
        }
        // What stands in a good part of all examples tells them apart too little for its cost.
        let is_common = |id: u32| {
            vectors.len() >= MANY_EXAMPLES && counts[id as usize] > vectors.len() / COMMON_PART
        };
        for (_, vector) in vectors {
            for (id, _) in kept(vector, &is_common) {
                starts[id as usize + 1] += 1;
            }
            for (id, _) in &vector.meaning {
                is_meaning[*id as usize] = true;
            }
        }
        for at in 0..features {
            starts[at + 1] += starts[at];
        }
        let mut next = starts.clone();
        let mut postings = vec![(0, 0.0); starts[features] as usize];
        for (example, (_, vector)) in vectors.iter().enumerate() {
            for (id, weight) in kept(vector, &is_common) {
                postings[next[id as usize] as usize] = (example as u32, weight);
                next[id as usize] += 1;
            }
        }
        let article = vectors.iter().map(|(a, _)| *a).collect();
        Self { starts, postings, article, is_meaning }
    }

    /// The best example of every article that shares anything, best article first.
    pub(super) fn near(&self, vector: &Vector, articles: usize, most: usize) -> Vec<Near> {
        if self.article.is_empty() {
            return Vec::new();
        }
        let mut alike = vec![(0.0f32, 0.0f32); self.article.len()];
        for &(id, weight) in vector.meaning.iter().chain(&vector.surface) {
            let (from, to) = (self.starts[id as usize], self.starts[id as usize + 1]);
            let is_meaning = self.is_meaning[id as usize];
            for &(example, other) in &self.postings[from as usize..to as usize] {
                let pair = &mut alike[example as usize];
                if is_meaning {
                    pair.0 += weight * other;
                } else {
                    pair.1 += weight * other;
                }
            }
        }
        let mut best: Vec<Option<Near>> = vec![None; articles];
        for (example, (meaning, surface)) in (0..).zip(alike) {
            if meaning == 0.0 && surface == 0.0 {
                continue;
            }
            let article = self.article[example as usize];
            let near = Near { article, example, meaning, surface, alike: 0.0 };
            let place = &mut best[article as usize];
            if place.is_none_or(|b| near.mix() > b.mix()) {
                *place = Some(near);
            }
        }
        let mut nearest: Vec<Near> = best.into_iter().flatten().collect();
        let first =
            |a: &Near, b: &Near| b.mix().total_cmp(&a.mix()).then(a.article.cmp(&b.article));
        if most < nearest.len() {
            nearest.select_nth_unstable_by(most, first);
            nearest.truncate(most);
        }
        nearest.sort_unstable_by(first);
        nearest
    }
}
