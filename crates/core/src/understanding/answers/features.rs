//! What of a message is weighed: its *meaning* (concepts, pairs of them, and the words nobody
//! listed), its *surface* (words, word pairs, letter groups) and, where a knowledge base has many
//! examples to learn from, its *everyday* words (groups of them, and two said together).

use crate::understanding::concepts::everyday::{self, EVERYDAY, Meaning};
use crate::understanding::concepts::table::{Hash, letter_keys};
use crate::understanding::concepts::{Found, Kind, LEXICON, concepts};
use crate::understanding::language::Lang;
use crate::understanding::text::{Text, TokenKind};

/// A message with everything found in it.
#[derive(Debug)]
pub(super) struct Reading<'a> {
    pub text: &'a Text,
    /// Concepts, in order of their first word.
    pub found: Vec<Found>,
    /// What each token is.
    pub roles: Vec<Role>,
    pub features: Vec<Feature>,
}

/// What a token contributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Part of a subject.
    Topic,
    /// Part of a broad word or of the shape of a question.
    Soft,
    /// Grammar or courtesy.
    Filler,
    Number,
    /// A word the lexicon does not know.
    Unlisted,
    Emoji,
}

/// One thing to weigh.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Feature {
    pub key: u64,
    pub weight: f32,
    pub block: Block,
    pub sort: Sort,
    /// Token indexes, end exclusive.
    pub from: usize,
    pub to: usize,
}

/// What an item is, for telling what a question is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Sort {
    /// A subject that the lexicon knows.
    Subject,
    /// … and that names things, like a lamp or a chair.
    Goods,
    /// … and on which the answer depends, like the country a parcel goes to.
    Bound,
    /// Things named by a broad word ("order", "item").
    BroadGoods,
    #[default]
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Block {
    /// A single concept or unlisted word: what coverage is measured on.
    Item,
    /// Two concepts together.
    Pair,
    Surface,
    /// A group of everyday words.
    Everyday,
    /// Two groups or words said together.
    Together,
}

/// Weight of a concept by its kind.
pub(super) fn kind_weight(kind: Kind) -> f32 {
    match kind {
        Kind::Topic | Kind::World => 1.0,
        Kind::Ask => 0.65,
        Kind::Soft => 0.4,
        Kind::Filler => 0.0,
    }
}

/// An unlisted word may be a name or a slip of the keyboard.
const UNLISTED_WEIGHT: f32 = 0.5;
/// Below: a guess at what was meant.
const WORLD_LEAST: f32 = 0.85;
const PAIR_WEIGHT: f32 = 1.0;
/// Subjects further apart than this (in concepts) are not paired.
const PAIR_SPAN: usize = 6;
const WORD_WEIGHT: f32 = 1.0;
const WORD_PAIR_WEIGHT: f32 = 0.6;
const FILLER_WORD_WEIGHT: f32 = 1.0;
const LETTERS_WEIGHT: f32 = 0.35;
const LETTERS: std::ops::RangeInclusive<usize> = 3..=4;
/// A word of no everyday group.
const PLAIN_WEIGHT: f32 = 0.5;
/// Words further apart than this are not said together.
const TOGETHER_SPAN: usize = 24;

mod space {
    pub(super) const CONCEPT: u8 = 1;
    pub(super) const WORD: u8 = 2;
    pub(super) const PAIR: u8 = 3;
    pub(super) const SURFACE_WORD: u8 = 4;
    pub(super) const SURFACE_PAIR: u8 = 5;
    pub(super) const LETTERS: u8 = 6;
    pub(super) const EVERYDAY: u8 = 7;
    pub(super) const EVERYDAY_WORD: u8 = 8;
    pub(super) const TOGETHER: u8 = 9;
}

impl<'a> Reading<'a> {
    pub(super) fn new(text: &'a Text, language: Option<Lang>) -> Self {
        let mut found = concepts(text, language).into_owned();
        // A slip of the keyboard is not guessed to be about the wide world.
        found.retain(|f| LEXICON.kind(f.concept) != Kind::World || f.weight >= WORLD_LEAST);
        let roles = roles(text, &found);
        let mut features = Vec::new();
        items(text, &found, &roles, &mut features);
        surface(text, &roles, &mut features);
        Self { text, found, roles, features }
    }

    /// The same, with the everyday words as well.
    pub(super) fn deep(text: &'a Text, language: Option<Lang>) -> Self {
        let mut reading = Self::new(text, language);
        everyday(text, language, &mut reading.features);
        reading
    }
}

fn roles(text: &Text, found: &[Found]) -> Vec<Role> {
    let mut roles: Vec<Role> = text
        .tokens
        .iter()
        .map(|t| match t.kind {
            TokenKind::Word => Role::Unlisted,
            TokenKind::Number => Role::Number,
            TokenKind::Emoji => Role::Emoji,
        })
        .collect();
    for f in found {
        let role = match LEXICON.kind(f.concept) {
            Kind::Topic | Kind::World => Role::Topic,
            Kind::Soft | Kind::Ask => Role::Soft,
            Kind::Filler => Role::Filler,
        };
        for r in &mut roles[f.from..f.to] {
            *r = match (*r, role) {
                (Role::Topic, _) | (_, Role::Topic) => Role::Topic,
                (Role::Soft, _) | (_, Role::Soft) => Role::Soft,
                (_, other) => other,
            };
        }
    }
    // One letter is no word: an elided article, a slip.
    for (role, token) in roles.iter_mut().zip(&text.tokens) {
        if *role == Role::Unlisted && token.fold.chars().count() < 2 {
            *role = Role::Filler;
        }
    }
    roles
}

fn items(text: &Text, found: &[Found], roles: &[Role], out: &mut Vec<Feature>) {
    let first = out.len();
    for f in found {
        let weight = kind_weight(LEXICON.kind(f.concept)) * f.weight;
        if weight == 0.0 {
            continue;
        }
        let key = Hash::new(space::CONCEPT).number(u32::from(f.concept)).key();
        let is_subject = matches!(LEXICON.kind(f.concept), Kind::Topic | Kind::World);
        let sort = match (is_subject, LEXICON.is_goods(f.concept)) {
            _ if LEXICON.is_bound(f.concept) && !f.is_guess => Sort::Bound,
            (true, true) => Sort::Goods,
            (true, false) => Sort::Subject,
            (false, true) => Sort::BroadGoods,
            (false, false) => Sort::Other,
        };
        out.push(Feature { key, weight, block: Block::Item, sort, from: f.from, to: f.to });
    }
    for (at, token) in text.tokens.iter().enumerate() {
        if roles[at] == Role::Unlisted {
            let key = Hash::new(space::WORD).str(stem(&token.fold)).key();
            let weight = UNLISTED_WEIGHT;
            let (block, sort) = (Block::Item, Sort::Other);
            out.push(Feature { key, weight, block, sort, from: at, to: at + 1 });
        }
    }
    let mut singles: Vec<Feature> = out[first..].to_vec();
    singles.sort_by_key(|f| (f.from, f.to, f.key));
    for (i, a) in singles.iter().enumerate() {
        for b in singles[i + 1..].iter().take(PAIR_SPAN) {
            let weight = PAIR_WEIGHT * (a.weight * b.weight).min(1.0);
            if a.key == b.key || a.weight + b.weight < 1.3 {
                continue;
            }
            let (low, high) = (a.key.min(b.key), a.key.max(b.key));
            let key =
                Hash::new(space::PAIR).bytes(&low.to_le_bytes()).bytes(&high.to_le_bytes()).key();
            let (from, to) = (a.from.min(b.from), a.to.max(b.to));
            out.push(Feature { key, weight, block: Block::Pair, sort: Sort::Other, from, to });
        }
    }
}

/// A word without the endings that change with number and person.
fn stem(fold: &str) -> &str {
    let long = fold.chars().count() >= 5;
    for end in ["es", "s", "x"] {
        if let (true, Some(stem)) = (long, fold.strip_suffix(end)) {
            return stem;
        }
    }
    fold
}

fn surface(text: &Text, roles: &[Role], out: &mut Vec<Feature>) {
    let mut last: Option<usize> = None;
    for (at, token) in text.tokens.iter().enumerate() {
        if token.kind == TokenKind::Emoji {
            continue;
        }
        let quiet = matches!(roles[at], Role::Filler);
        let scale = if quiet { FILLER_WORD_WEIGHT } else { 1.0 };
        let mut push = |key: u64, weight: f32, from: usize| {
            let (block, sort) = (Block::Surface, Sort::Other);
            out.push(Feature { key, weight, block, sort, from, to: at + 1 });
        };
        push(Hash::new(space::SURFACE_WORD).str(&token.fold).key(), WORD_WEIGHT * scale, at);
        if let Some(before) = last {
            let key = Hash::new(space::SURFACE_PAIR)
                .str(&text.tokens[before].fold)
                .bytes(b" ")
                .str(&token.fold)
                .key();
            let both_quiet = quiet && roles[before] == Role::Filler;
            let scale = if both_quiet { FILLER_WORD_WEIGHT } else { 1.0 };
            push(key, WORD_PAIR_WEIGHT * scale, before);
        }
        last = if token.ends_sentence { None } else { Some(at) };
        if token.kind == TokenKind::Number {
            continue;
        }
        let mut letters: Vec<char> = Vec::with_capacity(token.fold.len() + 2);
        letters.push(' ');
        letters.extend(token.fold.chars().take(24));
        letters.push(' ');
        for key in letter_keys(space::LETTERS, &letters, LETTERS) {
            push(key, LETTERS_WEIGHT, at);
        }
    }
}

fn everyday(text: &Text, language: Option<Lang>, out: &mut Vec<Feature>) {
    let mut push = |key: u64, weight: f32, block: Block, from: usize, to: usize| {
        out.push(Feature { key, weight, block, sort: Sort::Other, from, to });
    };
    let group_key = |g: u16| Hash::new(space::EVERYDAY).number(u32::from(g)).key();
    let mut singles: Vec<(usize, usize, usize, u64, f32)> = Vec::new();
    for (at, said) in everyday::everyday(text, language).iter().enumerate() {
        let (from, to) = (said.from, said.to);
        match &said.meaning {
            Meaning::Word(stem) => {
                let key = Hash::new(space::EVERYDAY_WORD).str(stem).key();
                singles.push((at, from, to, key, PLAIN_WEIGHT));
            }
            Meaning::Groups(groups) => {
                let weight = 1.0 / libm::sqrtf(groups.len() as f32);
                for &group in groups {
                    singles.push((at, from, to, group_key(group), weight));
                    for &(above, part) in EVERYDAY.broader(group) {
                        push(group_key(above), weight * part, Block::Everyday, from, to);
                    }
                }
            }
        }
    }
    for (i, a) in singles.iter().enumerate() {
        push(a.3, a.4, Block::Everyday, a.1, a.2);
        for b in singles[i + 1..].iter().take_while(|b| b.0 <= a.0 + TOGETHER_SPAN) {
            if a.0 == b.0 || a.3 == b.3 {
                continue;
            }
            let (low, high) = (a.3.min(b.3), a.3.max(b.3));
            let key = Hash::new(space::TOGETHER)
                .bytes(&low.to_le_bytes())
                .bytes(&high.to_le_bytes())
                .key();
            push(key, a.4 * b.4, Block::Together, a.1, b.2);
        }
    }
}
