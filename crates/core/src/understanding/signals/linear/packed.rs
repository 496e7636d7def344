//! What was learnt, in one byte a weight, read where it lies: nothing is copied or built at start.
//!
//! The file, little-endian: the bias of each label (f32); for each value of a key's first bits,
//! where its entries begin ([`Model::run`], u32); the entries in the order of their keys. An entry
//! is the next 32 bits of its key, what one step of its weights is worth (upper half of an f32),
//! and a weight for each label in steps (i8).

use super::train::Weights;
use super::{LABELS, Label, Row};

/// So many first bits of a key lead to its entries: two or three share them.
const FIRST_BITS: u32 = 14;
const RUNS: usize = 1 << FIRST_BITS;
const BIAS: usize = LABELS.len() * 4;
const KEY: usize = 4;
const STEP: usize = 2;
const ENTRY: usize = KEY + STEP + LABELS.len();

/// The learnt weights.
#[derive(Debug)]
pub(super) struct Model<'a> {
    bias: Row,
    runs: &'a [u8],
    entries: &'a [u8],
}

/// What was learnt of one feature.
#[derive(Clone, Copy, Debug)]
pub(super) struct Learnt<'a> {
    step: f32,
    /// By label, in steps (i8).
    steps: &'a [u8],
}

impl Learnt<'_> {
    /// Adds what the feature says to the log-odds by label; `scale` is what its block counts.
    pub(super) fn add(&self, scale: f32, scores: &mut Row) {
        let value = scale * self.step;
        for (score, steps) in scores.iter_mut().zip(self.steps) {
            *score += f32::from(steps.cast_signed()) * value;
        }
    }

    pub(super) fn of(&self, label: Label) -> f32 {
        f32::from(self.steps[label as usize].cast_signed()) * self.step
    }
}

impl<'a> Model<'a> {
    pub(super) fn new(file: &'a [u8]) -> Option<Self> {
        let (bias, rest) = file.split_at_checked(BIAS)?;
        let (runs, entries) = rest.split_at_checked((RUNS + 1) * 4)?;
        let model = Self { bias: std::array::from_fn(|at| float(bias, at)), runs, entries };
        (model.run(RUNS - 1).1 * ENTRY == entries.len()).then_some(model)
    }

    /// Log-odds by label before anything is said.
    pub(super) fn bias(&self) -> Row {
        self.bias
    }

    /// What was learnt of a feature; nothing of most.
    pub(super) fn learnt(&self, key: u64) -> Option<Learnt<'a>> {
        let (from, to) = self.run(first(key));
        let wanted = second(key);
        let entries = self.entries[from * ENTRY..to * ENTRY].chunks_exact(ENTRY);
        let mut entries = entries.map(|entry| (u32::from_le_bytes(array(entry, 0)), entry));
        let (_, entry) = entries.find(|(key, _)| *key == wanted)?;
        Some(Learnt { step: step(entry), steps: &entry[KEY + STEP..] })
    }

    /// Numbers of the entries whose keys begin alike, end exclusive.
    fn run(&self, first: usize) -> (usize, usize) {
        let at = |n: usize| u32::from_le_bytes(array(self.runs, n * 4)) as usize;
        (at(first), at(first + 1))
    }
}

/// The file of the weights. Features that tell nothing are left out.
pub(super) fn pack(weights: &Weights) -> Vec<u8> {
    let mut order: Vec<usize> = (0..weights.keys.len()).collect();
    order.sort_unstable_by_key(|row| weights.keys[*row]);
    let mut starts = vec![0u32; RUNS + 1];
    let mut entries = Vec::with_capacity(order.len() * ENTRY);
    for at in order {
        let (key, row) = (weights.keys[at], &weights.rows[at]);
        let most = row.iter().fold(0.0f32, |most, w| most.max(w.abs()));
        if most < LEAST_TELLING {
            continue;
        }
        starts[first(key) + 1] += 1;
        entries.extend(second(key).to_le_bytes());
        let step = upper_half(most / f32::from(i8::MAX));
        entries.extend(step.to_le_bytes());
        let step = whole(step);
        entries.extend(row.iter().map(|w| (libm::roundf(w / step) as i8).cast_unsigned()));
    }
    let mut file: Vec<u8> = weights.bias.iter().flat_map(|b| b.to_le_bytes()).collect();
    let mut sum = 0;
    for start in starts {
        sum += start;
        file.extend(sum.to_le_bytes());
    }
    file.extend(entries);
    file
}

/// Log-odds move by thousandths only: not worth the room.
const LEAST_TELLING: f32 = 0.01;

fn first(key: u64) -> usize {
    (key >> (64 - FIRST_BITS)) as usize
}

fn second(key: u64) -> u32 {
    (key >> (32 - FIRST_BITS)) as u32
}

fn step(entry: &[u8]) -> f32 {
    whole(u16::from_le_bytes(array(entry, KEY)))
}

fn whole(half: u16) -> f32 {
    f32::from_bits(u32::from(half) << 16)
}

/// The upper half of a number, rounded up.
fn upper_half(number: f32) -> u16 {
    (number.to_bits().div_ceil(1 << 16)) as u16
}

fn float(bytes: &[u8], at: usize) -> f32 {
    f32::from_le_bytes(array(bytes, at * 4))
}

fn array<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
    std::array::from_fn(|at| bytes[from + at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understanding::signals::linear::{FILE, train};

    #[test]
    fn the_file_holds_what_the_sentences_teach() {
        let is_same = train() == FILE;
        assert!(is_same, "rules, lexicon or sentences have changed: run `cargo xtask gen`");
    }

    #[test]
    fn a_weight_comes_back_as_it_was_learnt_but_for_half_a_step() {
        let mut row = [0.0; LABELS.len()];
        (row[1], row[2], row[12]) = (0.5, -0.125, 0.499);
        let keys = vec![u64::MAX, 1, 0x0123_4567_89ab_cdef, 0x0123_4567_0000_0000];
        let rows = vec![row, [0.25; LABELS.len()], [0.0; LABELS.len()], row.map(|w| -w)];
        let weights = Weights { keys: keys.clone(), rows: rows.clone(), bias: row };
        let file = pack(&weights);
        let model = Model::new(&file).expect("the file was just packed");
        assert_eq!(model.bias.map(f32::to_bits), row.map(f32::to_bits));
        assert!(model.learnt(keys[2]).is_none(), "what tells nothing is left out");
        for (key, row) in keys.into_iter().zip(rows) {
            let Some(learnt) = model.learnt(key) else { continue };
            for (_, label) in LABELS {
                let off = learnt.of(label) - row[label as usize];
                assert!(off.abs() <= learnt.step / 2.0);
            }
        }
        assert!(model.learnt(1 << 40).is_none());
        assert_eq!(model.entries.len(), 3 * ENTRY);
    }

    #[test]
    fn a_file_of_another_shape_is_no_model() {
        let file = pack(&Weights {
            keys: vec![7],
            rows: vec![[1.0; LABELS.len()]],
            bias: [0.0; LABELS.len()],
        });
        assert!(Model::new(&file).is_some());
        for end in [0, BIAS, file.len() - 1] {
            assert!(Model::new(&file[..end]).is_none());
        }
    }
}
