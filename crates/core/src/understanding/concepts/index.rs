//! Words of the lexicon by the hash of their letters, whole, begun, or with one letter left out.

use super::table::{Hash, Table};

/// Keys with several numbers each.
#[derive(Debug)]
pub(super) struct Index {
    table: Table,
    starts: Vec<u32>,
    values: Vec<u32>,
}

impl Index {
    pub(super) fn new(mut pairs: Vec<(u64, u32)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut index = Self { table: Table::default(), starts: Vec::new(), values: Vec::new() };
        let mut last = 0;
        for (key, value) in pairs {
            if key != last {
                index.table.intern(key);
                index.starts.push(index.values.len() as u32);
                last = key;
            }
            index.values.push(value);
        }
        index.starts.push(index.values.len() as u32);
        index
    }

    pub(super) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(super) fn get(&self, key: u64) -> &[u32] {
        match self.table.get(key) {
            None => &[],
            Some(at) => {
                let (from, to) = (self.starts[at as usize], self.starts[at as usize + 1]);
                &self.values[from as usize..to as usize]
            }
        }
    }
}

pub(super) fn word_key(word: &str) -> u64 {
    Hash::new(0).str(word).key()
}

/// The keys of every beginning of a word, the whole word last.
pub(super) struct Keys<'a> {
    hash: Hash,
    rest: std::str::Chars<'a>,
}

impl<'a> Keys<'a> {
    pub(super) fn new(word: &'a str) -> Self {
        Self { hash: Hash::new(0), rest: word.chars() }
    }
}

impl Iterator for Keys<'_> {
    type Item = u64;
    fn next(&mut self) -> Option<u64> {
        let c = self.rest.next()?;
        self.hash = self.hash.str(c.encode_utf8(&mut [0; 4]));
        Some(self.hash.key())
    }
}

/// The keys of a word with one letter left out.
pub(super) fn shortened(word: &str) -> impl Iterator<Item = u64> + '_ {
    word.char_indices()
        .map(|(at, c)| Hash::new(0).str(&word[..at]).str(&word[at + c.len_utf8()..]).key())
}
