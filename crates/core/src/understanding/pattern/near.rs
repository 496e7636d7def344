//! Words by the hashes of their spellings with letters left out. Most hashes of a text are of no
//! word, so the place where one would be is found in one step.

use super::vocabulary::WordId;

#[derive(Debug, Default)]
pub(super) struct Near {
    /// In ascending order.
    entries: Vec<(u64, WordId)>,
    /// Where the entries with the same first bits begin, and at last their number.
    starts: Vec<u32>,
    /// Bits of a hash that do not say where its entries begin.
    rest: u32,
}

impl Near {
    pub(super) fn new(mut entries: Vec<(u64, WordId)>) -> Self {
        entries.sort_unstable();
        entries.dedup();
        entries.shrink_to_fit();
        let bits = entries.len().max(2).ilog2();
        let rest = u64::BITS - bits;
        let mut starts = Vec::with_capacity((1 << bits) + 1);
        for (at, (hash, _)) in (0..).zip(&entries) {
            while starts.len() as u64 <= hash >> rest {
                starts.push(at);
            }
        }
        let end = u32::try_from(entries.len()).expect("a grammar has few words");
        starts.resize((1 << bits) + 1, end);
        Self { entries, starts, rest }
    }

    /// The words with this hash, in ascending order.
    pub(super) fn of(&self, hash: u64) -> impl Iterator<Item = WordId> + '_ {
        let place = usize::try_from(hash >> self.rest).unwrap_or(usize::MAX);
        let entries = match self.starts.get(place..=place.saturating_add(1)) {
            Some(&[from, to]) => &self.entries[from as usize..to as usize],
            _ => &[],
        };
        let same = entries.iter().skip_while(move |&&(h, _)| h < hash);
        same.take_while(move |&&(h, _)| h == hash).map(|&(_, id)| id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hash_finds_its_words_and_no_others() {
        assert_eq!(Near::default().of(7).count(), 0);
        assert_eq!(Near::new(Vec::new()).of(u64::MAX).count(), 0);
        let hashes = [0, 1, 1 << 40, 1 << 62, 3 << 62, u64::MAX - 1, u64::MAX];
        let entries: Vec<_> = hashes.iter().flat_map(|&h| [(h, 2), (h, 1), (h, 2)]).collect();
        let near = Near::new(entries);
        for hash in hashes {
            assert_eq!(near.of(hash).collect::<Vec<_>>(), [1, 2], "{hash:x}");
        }
        for hash in [2, 1 << 41, (1 << 62) + 1, u64::MAX - 2] {
            assert_eq!(near.of(hash).count(), 0, "{hash:x}");
        }
    }
}
