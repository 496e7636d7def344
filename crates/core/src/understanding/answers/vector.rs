//! Features weighed against the knowledge base: rare things count more, blocks are levelled.

use super::features::{Block, Feature, Sort};
use super::space::Place;
use crate::understanding::concepts::table::Table;

/// What the knowledge base taught about single features.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    table: Table,
    /// By feature number: how telling it is.
    telling: Vec<f32>,
    /// Features below this number stand in some question; the others only in answers.
    in_questions: u32,
    unseen: f32,
}

/// A weighed feature of a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighed {
    /// `None`: the knowledge base never mentions it.
    pub id: Option<u32>,
    pub weight: f32,
    pub block: Block,
    pub sort: Sort,
    pub from: usize,
    pub to: usize,
}

impl Vocabulary {
    /// `counts`: in how many articles each feature stands.
    pub(super) fn new(table: Table, counts: &[u32], in_questions: u32, articles: usize) -> Self {
        let weigh = |count: u32| {
            let telling = libm::logf((articles as f32 + 1.0) / (count as f32 + 0.5));
            telling.max(0.2)
        };
        let telling = counts.iter().map(|&c| weigh(c)).collect();
        Self { table, telling, in_questions, unseen: weigh(1) }
    }

    /// Some question mentions it.
    pub(super) fn is_asked(&self, id: Option<u32>) -> bool {
        id.is_some_and(|id| id < self.in_questions)
    }

    pub(super) fn len(&self) -> usize {
        self.telling.len()
    }

    pub(super) fn weigh(&self, features: &[Feature]) -> Vec<Weighed> {
        let one = |f: &Feature| {
            let id = self.table.get(f.key);
            let telling = id.map_or(self.unseen, |id| self.telling[id as usize]);
            let Feature { block, sort, from, to, .. } = *f;
            Weighed { id, weight: f.weight * telling, block, sort, from, to }
        };
        features
            .iter()
            .map(one)
            // A pair or letter group nobody has seen says nothing that its parts do not say.
            .filter(|w| w.id.is_some() || is_single(w))
            .collect()
    }
}

fn is_single(w: &Weighed) -> bool {
    match w.block {
        Block::Item | Block::Everyday => true,
        Block::Surface => w.to - w.from == 1 && w.weight > 0.0,
        Block::Pair | Block::Together => false,
    }
}

/// Vectors over feature numbers, each of length one, sorted by number, each number once.
#[derive(Clone, Debug, Default)]
pub(super) struct Vector {
    pub meaning: Vec<(u32, f32)>,
    pub surface: Vec<(u32, f32)>,
    pub everyday: Vec<(u32, f32)>,
    pub together: Vec<(u32, f32)>,
    /// The direction of the sentence vector, where there is one.
    pub sense: Vec<(u32, f32)>,
}

impl Vector {
    /// Features that stand several times are counted once, with their greatest weight. What the
    /// knowledge base never mentions still lengthens the vector: it makes the message less alike.
    pub(super) fn new(weighed: &[Weighed]) -> Self {
        let of = |block: Block| level(weighed.iter().filter(move |w| w.block == block));
        Self {
            meaning: level(weighed.iter().filter(|w| matches!(w.block, Block::Item | Block::Pair))),
            surface: of(Block::Surface),
            everyday: of(Block::Everyday),
            together: of(Block::Together),
            sense: Vec::new(),
        }
    }

    /// With a sentence vector, whose numbers come after all features.
    #[must_use]
    pub(super) fn with_sense(mut self, place: Option<&Place>, features: usize) -> Self {
        let numbers = place.into_iter().flatten().enumerate();
        self.sense = numbers.map(|(at, x)| ((features + at) as u32, *x)).collect();
        self
    }

    pub(super) fn parts(&self) -> [&[(u32, f32)]; PARTS] {
        [&self.meaning, &self.surface, &self.everyday, &self.together, &self.sense]
    }

    pub(super) fn entries(&self) -> usize {
        self.parts().iter().map(|p| p.len()).sum()
    }
}

/// Parts of a vector, each with a scale of its own.
pub(super) const PARTS: usize = 5;

fn level<'a>(weighed: impl Iterator<Item = &'a Weighed>) -> Vec<(u32, f32)> {
    let mut unseen = 0.0f32;
    let mut entries: Vec<(u32, f32)> = Vec::new();
    for w in weighed {
        match w.id {
            Some(id) => entries.push((id, w.weight)),
            None => unseen += w.weight * w.weight,
        }
    }
    entries.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
    entries.dedup_by_key(|e| e.0);
    let square: f32 = entries.iter().map(|e| e.1 * e.1).sum::<f32>() + unseen;
    if square > 0.0 {
        let length = libm::sqrtf(square);
        for e in &mut entries {
            e.1 /= length;
        }
    }
    entries
}
