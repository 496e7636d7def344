//! What the model looks at: words and pairs of neighbours, letter groups, and meanings (the groups
//! of the rules, the concepts of the lexicon, the everyday words) with pairs of those that follow
//! each other.

use crate::understanding::concepts::everyday::{self, Meaning};
use crate::understanding::concepts::table::{Hash, letter_keys};
use crate::understanding::concepts::{LEXICON, concepts};
use crate::understanding::language;
use crate::understanding::pattern::Reading;
use crate::understanding::signals::reported::Reported;
use crate::understanding::text::{Text, TokenKind};

/// Kinds of features, weighed apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Block {
    Words,
    Letters,
    Meanings,
}

pub(super) const BLOCKS: usize = 3;

#[derive(Clone, Copy, Debug)]
pub(super) struct Feature {
    pub(super) key: u64,
    pub(super) block: Block,
    /// Tokens, end exclusive.
    pub(super) from: u16,
    pub(super) to: u16,
}

/// Everything the model sees of a message.
#[derive(Debug)]
pub(in crate::understanding::signals) struct Features {
    /// In the order of their first token.
    all: Vec<Feature>,
    tokens: usize,
    sentence_ends: Vec<usize>,
}

mod space {
    pub(super) const WORD: u8 = 21;
    pub(super) const PAIR: u8 = 22;
    pub(super) const LETTERS: u8 = 23;
    pub(super) const GROUP: u8 = 24;
    pub(super) const GROUPS: u8 = 25;
    pub(super) const CONCEPT: u8 = 26;
    pub(super) const CONCEPTS: u8 = 27;
    pub(super) const EDGE: u8 = 28;
    pub(super) const EVERYDAY: u8 = 29;
    pub(super) const EVERYDAY_TWO: u8 = 30;
}

const LETTERS: std::ops::RangeInclusive<usize> = 3..=5;
const LONGEST_WORD: usize = 20;
/// Meanings further apart than this are not paired.
const REACH: usize = 4;
/// Of the meanings of one word, so many are paired.
const MOST_PAIRED: usize = 6;
/// The lexicon pairs words across the whole text: beyond this many words it is not asked.
const MOST_FOR_LEXICON: usize = 256;

impl Features {
    pub(in crate::understanding::signals) fn new(
        text: &Text,
        reading: &Reading<'_>,
        reported: &Reported,
    ) -> Self {
        let mut all = Vec::with_capacity(text.tokens.len() * 24);
        words(text, &mut all);
        letters(text, &mut all);
        let mut groups: Vec<(u64, usize, usize)> = reading
            .groups()
            .map(|(name, from, to)| (Hash::new(space::GROUP).str(name).key(), from, to))
            .collect();
        meanings(&mut groups, space::GROUPS, &mut all);
        if text.tokens.len() <= MOST_FOR_LEXICON {
            let mut concepts: Vec<(u64, usize, usize)> = concepts(text, None)
                .iter()
                .map(|f| (LEXICON.name(f.concept), f.from, f.to))
                .map(|(name, from, to)| (Hash::new(space::CONCEPT).str(name).key(), from, to))
                .collect();
            meanings(&mut concepts, space::CONCEPTS, &mut all);
            meanings(&mut everyday(text), space::EVERYDAY_TWO, &mut all);
        }
        Self::of(text, all, reported)
    }

    /// Without what the words mean.
    pub(super) fn surface(text: &Text) -> Self {
        let mut all = Vec::new();
        words(text, &mut all);
        letters(text, &mut all);
        Self::of(text, all, &Reported::nothing(text))
    }

    fn of(text: &Text, mut all: Vec<Feature>, reported: &Reported) -> Self {
        all.retain(|f| (f.from..f.to).all(|at| !reported.has(usize::from(at))));
        all.sort_by_key(|f| f.from);
        let last = text.tokens.len();
        let mut sentence_ends: Vec<usize> =
            (1..=last).filter(|&end| text.tokens[end - 1].ends_sentence || end == last).collect();
        sentence_ends.dedup();
        Self { all, tokens: last, sentence_ends }
    }

    #[cfg(test)]
    pub(in crate::understanding::signals) fn len(&self) -> usize {
        self.all.len()
    }

    pub(super) fn all(&self) -> &[Feature] {
        &self.all
    }

    pub(super) fn tokens(&self) -> usize {
        self.tokens
    }

    pub(super) fn sentence_ends(&self) -> &[usize] {
        &self.sentence_ends
    }

    /// Those that lie within the tokens.
    pub(super) fn within(
        &self,
        (from, to): (usize, usize),
    ) -> impl Iterator<Item = &Feature> + Clone {
        let first = self.all.partition_point(|f| usize::from(f.from) < from);
        let last = self.all.partition_point(|f| usize::from(f.from) < to);
        self.all[first..last].iter().filter(move |f| usize::from(f.to) <= to)
    }
}

fn feature(key: u64, block: Block, from: usize, to: usize) -> Feature {
    let place = |at: usize| u16::try_from(at).expect("a text is read up to 4 096 characters");
    Feature { key, block, from: place(from), to: place(to) }
}

fn words(text: &Text, all: &mut Vec<Feature>) {
    let mut is_first = true;
    for (at, token) in text.tokens.iter().enumerate() {
        let key = Hash::new(space::WORD).str(&token.fold).key();
        all.push(feature(key, Block::Words, at, at + 1));
        if is_first {
            let key = Hash::new(space::EDGE).str(&token.fold).key();
            all.push(feature(key, Block::Words, at, at + 1));
        }
        is_first = token.ends_sentence;
        if let Some(next) = text.tokens.get(at + 1).filter(|_| !token.ends_sentence) {
            let key = Hash::new(space::PAIR).str(&token.fold).bytes(b" ").str(&next.fold).key();
            all.push(feature(key, Block::Words, at, at + 2));
        }
    }
}

fn letters(text: &Text, all: &mut Vec<Feature>) {
    let mut letters: Vec<char> = Vec::with_capacity(LONGEST_WORD + 2);
    for (at, token) in text.tokens.iter().enumerate() {
        if token.kind != TokenKind::Word {
            continue;
        }
        letters.clear();
        letters.push(' ');
        letters.extend(token.fold.chars().take(LONGEST_WORD));
        letters.push(' ');
        for key in letter_keys(space::LETTERS, &letters, LETTERS) {
            all.push(feature(key, Block::Letters, at, at + 1));
        }
    }
}

fn everyday(text: &Text) -> Vec<(u64, usize, usize)> {
    let mut groups = Vec::new();
    let language = language::detect(text).map(|detected| detected.lang);
    for said in everyday::everyday(text, language).iter() {
        if let Meaning::Groups(of_word) = &said.meaning {
            let key = |group: &u16| Hash::new(space::EVERYDAY).number(u32::from(*group)).key();
            groups.extend(of_word.iter().map(|group| (key(group), said.from, said.to)));
        }
    }
    groups
}

/// Each meaning, and each with those that come next.
fn meanings(found: &mut Vec<(u64, usize, usize)>, pair_space: u8, all: &mut Vec<Feature>) {
    found.sort_unstable_by_key(|&(key, from, to)| (from, to, key));
    found.dedup();
    for (i, &(key, from, to)) in found.iter().enumerate() {
        all.push(feature(key, Block::Meanings, from, to));
        let later = found[i + 1..].iter().filter(|(_, next, _)| *next >= to);
        let near = later.take_while(|(_, next, _)| *next < to + REACH).take(MOST_PAIRED);
        for &(other, _, end) in near {
            let pair = Hash::new(pair_space).bytes(&key.to_le_bytes()).bytes(&other.to_le_bytes());
            all.push(feature(pair.key(), Block::Meanings, from, end));
        }
    }
}
