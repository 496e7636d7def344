//! Dice of a run: the same seed, the same falls.

use parking_lot::Mutex;
use relais_app::clock::Random;

#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// From 0 up to `end`, which is more than 0.
    pub(super) fn below(&mut self, end: usize) -> usize {
        (self.roll() % end.max(1) as u64) as usize
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, share: u8) -> bool {
        self.roll() % 100 < u64::from(share)
    }

    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        if of.is_empty() { None } else { of.get(self.below(of.len())) }
    }
}

/// The service's own random bytes.
#[derive(Debug)]
pub(super) struct Bytes(Mutex<Dice>);

impl Bytes {
    pub(super) fn new(seed: u64) -> Self {
        Self(Mutex::new(Dice::new(seed)))
    }
}

impl Random for Bytes {
    fn fill(&self, bytes: &mut [u8]) {
        let mut dice = self.0.lock();
        for part in bytes.chunks_mut(8) {
            part.copy_from_slice(&dice.roll().to_le_bytes()[..part.len()]);
        }
    }
}
