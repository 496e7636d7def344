//! The names of those who work for the workspace: "is Hugo there?", "put me through to Nadia". A
//! name that is only told of ("my sister Nadia") asks for nobody.

use crate::understanding::pattern::{Hit, Reading};
use crate::understanding::text::{Text, TokenKind, fold};
use std::collections::BTreeSet;

/// What a wish for somebody by name counts.
const WISH: f32 = 0.85;
/// A shorter name is too often a word.
const SHORTEST: usize = 3;
/// Between the wish and the name stand at most so many words.
const REACH: usize = 3;

#[derive(Debug, Default)]
pub(super) struct People {
    /// First names, folded.
    names: BTreeSet<String>,
}

impl People {
    pub(super) fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let first = |name: &str| fold(name).split(' ').next().unwrap_or_default().to_owned();
        let is_long = |name: &String| name.chars().count() >= SHORTEST;
        Self { names: names.into_iter().map(first).filter(is_long).collect() }
    }

    /// Places where somebody is asked for by name.
    pub(super) fn find(&self, text: &Text, reading: &Reading<'_>) -> Vec<Hit> {
        if self.names.is_empty() {
            return Vec::new();
        }
        let groups: Vec<(&str, usize, usize)> = reading
            .groups()
            .filter(|(name, ..)| matches!(*name, "speak" | "reach" | "pass" | "want_after"))
            .collect();
        (0..text.tokens.len())
            .filter(|&at| self.names.contains(&text.tokens[at].fold))
            .filter_map(|at| asked_for(text, &groups, at))
            .map(|(from, to)| Hit {
                section: u16::MAX,
                weight: WISH,
                from,
                to,
                is_negated: reading.is_negated(from, to),
            })
            .collect()
    }
}

/// The words that ask for the name at a place; nothing when it is only told of.
fn asked_for(text: &Text, groups: &[(&str, usize, usize)], at: usize) -> Option<(usize, usize)> {
    let word = |i: usize| text.tokens.get(i).map_or("", |t| t.fold.as_str());
    let first = at.saturating_sub(REACH);
    if (first..at).any(|i| OWN.contains(&word(i))) {
        return None;
    }
    let is_alone =
        text.tokens.iter().enumerate().all(|(i, t)| {
            i == at || t.kind == TokenKind::Emoji || COURTESY.contains(&t.fold.as_str())
        });
    if is_alone {
        return Some((at, at + 1));
    }
    let before = groups
        .iter()
        .filter(|(name, _, to)| *name != "want_after" && *to <= at && *to + REACH > at)
        .filter(|(_, from, to)| !is_past(text, *from, *to))
        .filter(|(_, _, to)| (*to..at).all(|i| LINKS.contains(&word(i))))
        .min_by_key(|(_, from, _)| *from);
    if let Some((_, from, _)) = before {
        return Some((*from, at + 1));
    }
    let speaks = |(name, from, _): &&(&str, usize, usize)| {
        matches!(*name, "speak" | "want_after") && *from > at && *from <= at + REACH
    };
    let is_linked = LINKS_BEHIND.contains(&word(at + 1));
    if let (true, Some((_, _, to))) = (is_linked, groups.iter().find(speaks)) {
        return Some((at, *to));
    }
    is_there(text, at).map(|to| (at, to))
}

/// "Is Hugo there?", "Hugo est dispo ?", "Nadia hai kya?"
fn is_there(text: &Text, at: usize) -> Option<usize> {
    let word = |i: usize| text.tokens.get(i).map_or("", |t| t.fold.as_str());
    let is_asked = at.checked_sub(1).is_some_and(|b| BE.contains(&word(b)));
    let there = if BE.contains(&word(at + 1)) && THERE.contains(&word(at + 2)) {
        at + 2
    } else if THERE.contains(&word(at + 1)) && (is_asked || word(at + 1) == "hai") {
        at + 1
    } else {
        return None;
    };
    text.has_question_mark.then_some(there + 1)
}

/// "I spoke to", "j'ai parlé à": told, not wished for.
fn is_past(text: &Text, from: usize, to: usize) -> bool {
    let word = |i: usize| text.tokens[i].fold.as_str();
    let before = from.checked_sub(1).map(word);
    before.is_some_and(|w| AUXILIARY.contains(&w)) || (from..to).any(|i| PAST.contains(&word(i)))
}

/// Of one's own people.
const OWN: [&str; 28] = [
    "ma", "mon", "mes", "sa", "son", "notre", "my", "our", "his", "her", "mi", "mis", "su",
    "nuestra", "nuestro", "minha", "meu", "nossa", "mera", "meri", "mere", "meine", "mein",
    "meinem", "meiner", "mia", "mio", "unsere",
];
/// Between the wish and the name.
const LINKS: [&str; 24] = [
    "a",
    "au",
    "avec",
    "de",
    "to",
    "with",
    "con",
    "com",
    "mit",
    "zu",
    "vers",
    "sur",
    "through",
    "la",
    "o",
    "el",
    "il",
    "er",
    "the",
    "مع",
    "الى",
    "directement",
    "directly",
    "again",
];
const LINKS_BEHIND: [&str; 9] = ["se", "ko", "say", "से", "को", "ji", "जी", "sir", "madam"];
const THERE: [&str; 22] = [
    "la",
    "dispo",
    "disponible",
    "available",
    "there",
    "here",
    "around",
    "in",
    "ahi",
    "aqui",
    "disponivel",
    "ai",
    "da",
    "erreichbar",
    "disponibile",
    "joignable",
    "presente",
    "present",
    "libre",
    "free",
    "hai",
    "है",
];
const BE: [&str; 8] = ["est", "is", "s", "esta", "e", "ist", "serait", "hai"];
const COURTESY: [&str; 22] = [
    "svp", "stp", "please", "pls", "plz", "s", "il", "vous", "te", "plait", "bonjour", "hello",
    "hi", "hola", "ola", "por", "favor", "bitte", "ji", "allo", "hey", "merci",
];
const AUXILIARY: [&str; 18] = [
    "ai", "as", "a", "avons", "avez", "ont", "avais", "avait", "have", "has", "had", "ve", "he",
    "hemos", "habe", "ho", "deja", "already",
];
const PAST: [&str; 6] = ["spoke", "spoken", "talked", "hable", "falei", "called"];
