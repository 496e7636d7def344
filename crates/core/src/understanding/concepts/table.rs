//! A small hash table from 64-bit keys to numbers: same keys in, same table out, on every machine.

/// FNV-1a, fed in pieces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hash(u64);

impl Hash {
    /// `space` keeps kinds of keys apart.
    pub(crate) fn new(space: u8) -> Self {
        Self(0xcbf2_9ce4_8422_2325).byte(space)
    }
    fn byte(self, b: u8) -> Self {
        Self((self.0 ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01b3))
    }
    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        bytes.iter().fold(self, |h, &b| h.byte(b))
    }
    pub(crate) fn str(self, s: &str) -> Self {
        self.bytes(s.as_bytes())
    }
    pub(crate) fn number(self, n: u32) -> Self {
        self.bytes(&n.to_le_bytes())
    }
    /// Never 0, which marks a free place.
    pub(crate) fn key(self) -> u64 {
        let h = self.0 ^ (self.0 >> 29);
        h.max(1)
    }
}

/// Keys of all groups of so many neighbouring letters, shorter groups first. A longer group goes on
/// with the hash of the shorter one.
pub(crate) fn letter_keys(
    space: u8,
    letters: &[char],
    lengths: std::ops::RangeInclusive<usize>,
) -> impl Iterator<Item = u64> {
    let (shortest, longest) = (*lengths.start(), *lengths.end());
    let mut hashes = vec![Hash::new(space); letters.len()];
    let mut keys = Vec::with_capacity(letters.len() * (longest - shortest + 1));
    for length in 1..=longest {
        hashes.truncate((letters.len() + 1).saturating_sub(length));
        for (hash, c) in hashes.iter_mut().zip(&letters[(length - 1).min(letters.len())..]) {
            *hash = hash.number(u32::from(*c));
        }
        if length >= shortest {
            keys.extend(hashes.iter().map(|hash| hash.key()));
        }
    }
    keys.into_iter()
}

/// Keys with a number each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    places: Vec<(u64, u32)>,
    filled: usize,
}

impl Table {
    pub(crate) fn get(&self, key: u64) -> Option<u32> {
        if self.places.is_empty() {
            return None;
        }
        match self.places[self.find(key)] {
            (0, _) => None,
            (_, value) => Some(value),
        }
    }

    /// How many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.filled
    }

    /// The number of a key; a new key gets the next free number.
    pub(crate) fn intern(&mut self, key: u64) -> u32 {
        if (self.filled + 1) * 2 > self.places.len() {
            self.grow();
        }
        let at = self.find(key);
        if self.places[at].0 == 0 {
            let next = u32::try_from(self.filled).expect("fewer than 2^32 keys fit in memory");
            self.places[at] = (key, next);
            self.filled += 1;
        }
        self.places[at].1
    }

    /// Every key with its number, in no telling order.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (u64, u32)> + '_ {
        self.places.iter().copied().filter(|(key, _)| *key != 0)
    }

    fn find(&self, key: u64) -> usize {
        let mask = self.places.len() - 1;
        let mut at = (key as usize) & mask;
        while self.places[at].0 != 0 && self.places[at].0 != key {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let size = (self.places.len() * 2).max(64);
        let old = std::mem::replace(&mut self.places, vec![(0, 0); size]);
        for (key, value) in old.into_iter().filter(|(k, _)| *k != 0) {
            let at = self.find(key);
            self.places[at] = (key, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_of_letters_has_its_key() {
        for word in ["", " ", " a ", " la ", " lampe "] {
            let letters: Vec<char> = word.chars().collect();
            let groups = (3..=5).flat_map(|n| letters.windows(n));
            let whole = |g: &[char]| g.iter().fold(Hash::new(7), |h, c| h.number(u32::from(*c)));
            let expected: Vec<u64> = groups.map(|group| whole(group).key()).collect();
            assert_eq!(letter_keys(7, &letters, 3..=5).collect::<Vec<_>>(), expected, "{word}");
        }
    }

    #[test]
    fn keys_keep_their_numbers_while_the_table_grows() {
        let mut table = Table::default();
        let key = |n: u32| Hash::new(1).number(n).key();
        for n in 0..5_000 {
            assert_eq!(table.intern(key(n)), n);
        }
        assert!((0..5_000).all(|n| table.get(key(n)) == Some(n)));
        assert_eq!(table.get(key(5_001)), None);
        assert_eq!(table.intern(key(17)), 17);
    }
}
