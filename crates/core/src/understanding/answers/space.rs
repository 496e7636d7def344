//! Examples by their sentence vectors, where an operator provides a table of word pieces.

use super::index::Near;
use crate::understanding::vectors::{Vectors, to_length_one};
use std::sync::Arc;

#[derive(Debug)]
pub(super) struct Space {
    vectors: Arc<Vectors>,
    /// The mean of all examples: what they have in common tells none of them apart.
    middle: Vec<f32>,
    /// By example, in the order of the articles: where it lies; zeros where it lies nowhere.
    examples: Vec<f32>,
    /// By article: its first example; one more at the end.
    starts: Vec<u32>,
}

/// A text in the space: a direction, of length one.
pub(super) type Place = Vec<f32>;

/// A base with more numbers than this is not compared as a whole.
const MOST_COMPARED: usize = 2_000_000;

impl Space {
    /// `asked`: the examples with their articles, in the order of the articles.
    pub(super) fn new(vectors: Arc<Vectors>, asked: &[(u32, String)], articles: usize) -> Self {
        let width = vectors.width();
        let mut examples = Vec::with_capacity(asked.len() * width);
        let mut middle = vec![0.0f32; width];
        let mut starts = vec![0u32; articles + 1];
        for (article, question) in asked {
            starts[*article as usize + 1] += 1;
            let vector = vectors.of(question).unwrap_or_else(|| vec![0.0; width]);
            for (m, x) in middle.iter_mut().zip(&vector) {
                *m += x / asked.len() as f32;
            }
            examples.extend(vector);
        }
        for at in 0..articles {
            starts[at + 1] += starts[at];
        }
        for example in examples.chunks_exact_mut(width) {
            centre(example, &middle);
        }
        Self { vectors, middle, examples, starts }
    }

    pub(super) fn width(&self) -> usize {
        self.vectors.width()
    }

    pub(super) fn place(&self, text: &str) -> Option<Place> {
        let mut place = self.vectors.of(text)?;
        centre(&mut place, &self.middle);
        Some(place)
    }

    /// Says of every article how alike its best example is. Articles that share no word with the
    /// message join those that do, the most alike first; in a large base they are not looked for.
    pub(super) fn join(&self, place: &Place, nearest: &mut Vec<Near>, most: usize) {
        for near in nearest.iter_mut() {
            near.alike = self.best(near.article, place).map_or(0.0, |(_, alike)| alike);
        }
        if self.examples.len() > MOST_COMPARED {
            return;
        }
        let articles = self.starts.len() as u32 - 1;
        let mut is_near = vec![false; articles as usize];
        for near in nearest.iter() {
            is_near[near.article as usize] = true;
        }
        let others = (0..articles).filter(|a| !is_near[*a as usize]);
        let mut others: Vec<Near> = others
            .filter_map(|article| {
                let (example, alike) = self.best(article, place)?;
                Some(Near { article, example, alike, ..Near::default() })
            })
            .collect();
        others.sort_by(|a, b| b.alike.total_cmp(&a.alike).then(a.article.cmp(&b.article)));
        others.truncate(most);
        nearest.extend(others);
    }

    /// The most alike example of an article; nothing when none points the same way.
    fn best(&self, article: u32, place: &Place) -> Option<(u32, f32)> {
        let (from, to) = (self.starts[article as usize], self.starts[article as usize + 1]);
        let mut best: Option<(u32, f32)> = None;
        for example in from..to {
            let start = example as usize * place.len();
            let other = &self.examples[start..start + place.len()];
            let alike: f32 = place.iter().zip(other).map(|(a, b)| a * b).sum();
            if alike > best.map_or(0.0, |b| b.1) {
                best = Some((example, alike));
            }
        }
        best
    }
}

fn centre(vector: &mut [f32], middle: &[f32]) {
    if vector.iter().all(|x| *x == 0.0) {
        return;
    }
    let own = vector.to_vec();
    for (x, m) in vector.iter_mut().zip(middle) {
        *x -= m;
    }
    // A single example is its own middle.
    if !to_length_one(vector) {
        vector.copy_from_slice(&own);
    }
}
