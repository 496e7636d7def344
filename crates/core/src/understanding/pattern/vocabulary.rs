//! The words of a grammar, found again under the spellings people use for them.

use super::near::Near;
use crate::understanding::concepts::table::{Hash, Table};
use crate::understanding::language::{is_known_word, is_listed_word};
use crate::understanding::text::TokenKind;
use std::collections::BTreeMap;

pub(super) type WordId = u32;

/// Longest word that is compared with tolerance, in letters.
const LONGEST: usize = 24;
/// From this length on a word may be off by one letter, and, if it says so, by two.
const ONE_SLIP: usize = 5;
const TWO_SLIPS: usize = 9;
const SHORTEST_STEM: usize = 3;
/// A beginning of a word is compared with tolerance from this length on.
const LONG_STEM: usize = 8;

#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    words: Vec<Word>,
    exact: Numbers,
    /// Beginnings of words.
    stems: Numbers,
    squeezed: BTreeMap<String, Vec<WordId>>,
    /// Hashes of each word with one or two letters left out.
    near: Near,
}

/// Numbers of words by the hash of their letters.
#[derive(Debug, Default)]
struct Numbers {
    table: Table,
    ids: Vec<WordId>,
}

impl Numbers {
    fn get(&self, word: Hash) -> Option<WordId> {
        self.table.get(word.key()).map(|at| self.ids[at as usize])
    }

    fn add(&mut self, word: Hash, id: WordId) {
        if self.table.intern(word.key()) as usize == self.ids.len() {
            self.ids.push(id);
        }
    }
}

/// What the words of a grammar make of a token.
#[derive(Debug)]
pub(super) struct Resolved {
    /// Every word it may stand for, in ascending order.
    pub(super) ids: Vec<WordId>,
    /// It is one of the words as it stands, or begins like a stem.
    pub(super) is_literal: bool,
}

#[derive(Debug)]
struct Word {
    text: String,
    slips: usize,
    is_stem: bool,
}

/// How a word of a rule is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spelling {
    Tolerant,
    /// `word~`: two typing slips in a long word.
    Loose,
    /// `word=`: no typing slips.
    Strict,
    /// `word*`: any word that begins so.
    Stem,
}

impl Vocabulary {
    /// Adds a folded word; the same word twice is one word.
    pub(crate) fn add(&mut self, text: &str, spelling: Spelling) -> WordId {
        let is_stem = spelling == Spelling::Stem;
        let hash = letters_of(text);
        let all = if is_stem { &mut self.stems } else { &mut self.exact };
        if let Some(id) = all.get(hash) {
            match spelling {
                Spelling::Strict => self.words[id as usize].slips = 0,
                Spelling::Loose if text.chars().count() >= TWO_SLIPS => {
                    self.words[id as usize].slips = 2;
                }
                Spelling::Loose | Spelling::Tolerant | Spelling::Stem => {}
            }
            return id;
        }
        let id = WordId::try_from(self.words.len()).expect("a grammar has few words");
        let length = text.chars().count();
        let is_plain = text.chars().all(char::is_alphabetic);
        let slips = match spelling {
            Spelling::Strict => 0,
            _ if !is_plain || length < ONE_SLIP => 0,
            Spelling::Stem => usize::from(length >= LONG_STEM),
            Spelling::Tolerant => 1,
            Spelling::Loose => 1 + usize::from(length >= TWO_SLIPS),
        };
        all.add(hash, id);
        self.words.push(Word { text: text.to_owned(), slips, is_stem });
        id
    }

    /// Call once all words are in.
    pub(crate) fn complete(&mut self) {
        let mut near = Vec::new();
        for (id, word) in (0..).zip(&self.words) {
            let letters: Vec<char> = word.text.chars().collect();
            if word.slips > 0 && letters.len() <= LONGEST {
                near.extend(shortened(&letters, word.slips).map(|h| (h, id)));
            }
            if !word.is_stem {
                self.squeezed.entry(squeeze(&word.text)).or_default().push(id);
            }
        }
        self.near = Near::new(near);
    }

    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }

    /// The word as it stands, without tolerance.
    pub(crate) fn exact(&self, fold: &str) -> Option<WordId> {
        let id = self.exact.get(letters_of(fold))?;
        (self.words[id as usize].text == fold).then_some(id)
    }

    /// What a folded word may stand for.
    pub(crate) fn resolve(&self, kind: TokenKind, fold: &str) -> Resolved {
        let mut ids = Vec::new();
        self.stems_of(fold, &mut ids);
        let exact = self.exact(fold);
        let is_literal = !ids.is_empty() || exact.is_some();
        match exact {
            Some(id) => ids.push(id),
            None => self.resolve_variants(kind, fold, &mut ids),
        }
        ids.sort_unstable();
        ids.dedup();
        Resolved { ids, is_literal }
    }

    fn resolve_variants(&self, kind: TokenKind, fold: &str, ids: &mut Vec<WordId>) {
        if kind == TokenKind::Number {
            return;
        }
        if is_arabic(fold) {
            self.resolve_arabic(fold, ids);
        }
        if !ids.is_empty() || is_listed_word(fold) {
            return;
        }
        if let Some(same) = self.squeezed.get(&squeeze(fold)) {
            ids.extend(same);
            return;
        }
        if is_known_word(fold) {
            return;
        }
        if self.resolve_elided(fold, ids) {
            return;
        }
        if fold.chars().any(|c| c.is_ascii_digit()) {
            self.resolve_near(&letters_for_digits(fold), ids);
            return;
        }
        self.resolve_near(fold, ids);
    }

    /// Article or pronoun written together with its word: `lagent`, `jannule`.
    fn resolve_elided(&self, fold: &str, ids: &mut Vec<WordId>) -> bool {
        let rest = fold
            .strip_prefix("qu")
            .or_else(|| fold.strip_prefix(['l', 'd', 'j', 'm', 't', 's', 'c', 'n']));
        let Some(rest) = rest.filter(|r| r.len() >= ONE_SLIP && r.is_ascii()) else { return false };
        if !rest.starts_with(['a', 'e', 'i', 'o', 'u', 'h', 'y']) {
            return false;
        }
        let before = ids.len();
        ids.extend(self.exact(rest));
        self.stems_of(rest, ids);
        ids.len() > before
    }

    /// Arabic joins article, conjunctions, prepositions and pronouns to the word.
    fn resolve_arabic(&self, fold: &str, ids: &mut Vec<WordId>) {
        const FRONT: [&str; 14] =
            ["", "وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك", "ول", "وب"];
        const BACK: [&str; 11] = ["", "ا", "ه", "ي", "ك", "نا", "كم", "ها", "هم", "ين", "ات"];
        for front in FRONT {
            let Some(rest) = fold.strip_prefix(front) else { continue };
            for back in BACK {
                let Some(stem) = rest.strip_suffix(back) else { continue };
                if stem.chars().count() >= 3 {
                    ids.extend(self.exact(stem));
                    // The feminine ending turns into another letter before a suffix.
                    if matches!(back, "ي" | "ك" | "نا" | "كم" | "ها" | "هم") && stem.ends_with('ت')
                    {
                        let feminine = format!("{}ه", &stem[..stem.len() - 'ت'.len_utf8()]);
                        ids.extend(self.exact(&feminine));
                    }
                }
            }
        }
    }

    fn stems_of(&self, fold: &str, ids: &mut Vec<WordId>) {
        let mut hash = Hash::new(0);
        for (length, (at, c)) in (1..).zip(fold.char_indices().take(LONGEST)) {
            let end = at + c.len_utf8();
            hash = hash.str(&fold[at..end]);
            if length >= SHORTEST_STEM
                && let Some(id) = self.stems.get(hash)
                && self.words[id as usize].text == fold[..end]
            {
                ids.push(id);
            }
        }
    }

    fn resolve_near(&self, fold: &str, ids: &mut Vec<WordId>) {
        let letters: Vec<char> = fold.chars().collect();
        if letters.len() + 1 < ONE_SLIP || letters.len() > LONGEST {
            return;
        }
        let slips = if letters.len() < TWO_SLIPS { 1 } else { 2 };
        let before = ids.len();
        for hash in shortened(&letters, slips) {
            ids.extend(self.near.of(hash).filter(|&id| !self.words[id as usize].is_stem));
        }
        ids[before..].sort_unstable();
        let candidates: Vec<WordId> = ids.drain(before..).collect();
        let mut closest = usize::MAX;
        let mut last = None;
        for id in candidates {
            if last.replace(id) == Some(id) {
                continue;
            }
            let word = &self.words[id as usize];
            if !is_slip_of(fold, &word.text) {
                continue;
            }
            let distance = strsim::osa_distance(fold, &word.text);
            if distance <= word.slips && distance <= closest {
                if distance < closest {
                    ids.truncate(before);
                }
                closest = distance;
                ids.push(id);
            }
        }
        if ids.len() > before {
            return;
        }
        // A stem with one slip in it.
        for length in (LONG_STEM - 1..=letters.len().min(14)).rev() {
            for hash in shortened(&letters[..length], 1) {
                for id in self.near.of(hash) {
                    let word = &self.words[id as usize];
                    let start: String = letters[..length].iter().collect();
                    if word.is_stem
                        && is_slip_of(&start, &word.text)
                        && strsim::osa_distance(&start, &word.text) <= word.slips
                    {
                        ids.push(id);
                    }
                }
            }
            if ids.len() > before {
                return;
            }
        }
    }
}

/// Slips keep the first letter, or swap it with the second. A word may lack a letter, have one too
/// many or two swapped; another letter in place of one is a slip only where the two sound or look
/// alike.
fn is_slip_of(written: &str, meant: &str) -> bool {
    let (w, m): (Vec<char>, Vec<char>) = (written.chars().collect(), meant.chars().collect());
    let is_swapped = w.len() > 1 && w.first() == m.get(1) && w.get(1) == m.first();
    let starts_alike = w.first() == m.first() || is_swapped;
    if !starts_alike || w.len() != m.len() {
        return starts_alike;
    }
    let mut others = w.iter().zip(&m).filter(|(a, b)| a != b);
    match (others.next(), others.next()) {
        (Some((a, b)), None) => is_alike(*a, *b),
        _ => true,
    }
}

fn is_alike(a: char, b: char) -> bool {
    const ALIKE: [&str; 9] = ["aeiouy", "cszkqx", "gj", "bvp", "mn", "td", "lr", "kc", "uwv"];
    ALIKE.iter().any(|group| group.contains(a) && group.contains(b))
}

fn letters_of(word: &str) -> Hash {
    Hash::new(0).str(word)
}

/// Doubled letters cut to one.
fn squeeze(word: &str) -> String {
    let mut out = String::with_capacity(word.len());
    for c in word.chars() {
        if !out.ends_with(c) {
            out.push(c);
        }
    }
    out
}

fn is_arabic(fold: &str) -> bool {
    fold.chars().next().is_some_and(|c| ('\u{0620}'..='\u{06FF}').contains(&c))
}

fn letters_for_digits(fold: &str) -> String {
    fold.chars()
        .map(|c| match c {
            '0' => 'o',
            '1' => 'i',
            '3' => 'e',
            '4' => 'a',
            '5' => 's',
            '7' => 't',
            '8' => 'b',
            other => other,
        })
        .collect()
}

/// Hashes of the word with up to `slips` letters left out.
fn shortened(letters: &[char], slips: usize) -> impl Iterator<Item = u64> + '_ {
    let n = letters.len();
    let none = std::iter::once(hash(letters, n, n));
    let one = (0..n).map(move |a| hash(letters, a, n));
    let last = if slips >= 2 { n } else { 0 };
    let two = (0..last).flat_map(move |a| (a + 1..n).map(move |b| hash(letters, a, b)));
    none.chain(one).chain(two)
}

/// FNV-1a of the letters but two.
fn hash(letters: &[char], skip: usize, also: usize) -> u64 {
    letters
        .iter()
        .enumerate()
        .filter(|&(at, _)| at != skip && at != also)
        .fold(0xcbf2_9ce4_8422_2325, |h, (_, &c)| (h ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understanding::text::Text;

    fn finds(word: &str, spelling: Spelling, written: &str) -> bool {
        let mut vocabulary = Vocabulary::default();
        let id = vocabulary.add(word, spelling);
        vocabulary.complete();
        let tokens = Text::new(written).tokens;
        tokens.iter().any(|t| vocabulary.resolve(t.kind, &t.fold).ids.contains(&id))
    }

    #[test]
    fn a_longer_word_forgives_more_slips() {
        for written in ["agnet", "agant", "agen", "aagent", "gaent", "agentt", "AGENT", "4gent"] {
            assert!(finds("agent", Spelling::Tolerant, written), "{written}");
        }
        for written in ["argent", "urgent", "age", "gent", "gente", "agence", "nul"] {
            let is_found = finds("agent", Spelling::Tolerant, written);
            assert!(!is_found || written == "argent", "{written}");
        }
        assert!(finds("remboursement", Spelling::Loose, "rembourcemant"));
        assert!(!finds("conseiller", Spelling::Strict, "conseillr"));
        assert!(finds("nul", Spelling::Tolerant, "nuuuul"));
        assert!(!finds("nul", Spelling::Tolerant, "nuls"));
    }

    #[test]
    fn joined_articles_and_beginnings_of_words_are_seen_through() {
        assert!(finds("agent", Spelling::Tolerant, "lagent"));
        assert!(finds("rembours", Spelling::Stem, "rembourserez"));
        assert!(finds("rembours", Spelling::Stem, "rambourser"));
        assert!(finds("موظف", Spelling::Tolerant, "للموظفين"));
    }
}
