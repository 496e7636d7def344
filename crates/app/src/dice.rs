//! Chance that can be repeated: the same seed, the same falls. For the sandbox, the simulation, the
//! generators of the fuzzers and the tests; what must not be guessed comes from
//! [`crate::clock::SystemRandom`].

use crate::clock::Random;
use parking_lot::Mutex;

/// `SplitMix64` (Steele, Lea and Flood, *Fast splittable pseudorandom number generators*, 2014).
#[derive(Clone, Debug, Default)]
pub struct Dice(u64);

impl Dice {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to `end`; 0 for an empty range.
    pub fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }

    /// True so many times in a hundred.
    pub fn percent(&mut self, share: u8) -> bool {
        self.roll() % 100 < u64::from(share)
    }

    /// Nothing of an empty row, and then nothing is rolled.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.below(of.len())) }
    }

    pub fn word(&mut self, of: &[&str]) -> String {
        self.pick(of).copied().unwrap_or_default().to_owned()
    }
}

/// Dice as a source of random bytes.
#[derive(Debug, Default)]
pub struct Seeded(Mutex<Dice>);

impl Seeded {
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(Dice::new(seed)))
    }
}

impl Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        let mut dice = self.0.lock();
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&dice.roll().to_le_bytes()[..part.len()]);
        }
    }
}
