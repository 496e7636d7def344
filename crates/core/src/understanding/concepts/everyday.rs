//! The everyday vocabulary: groups of words that mean much the same, each under broader groups.
//!
//! Wider and rougher than the [lexicon](super::Lexicon): a word may stand in several groups, and
//! nothing follows from a group alone. A knowledge base with many examples learns what each group
//! is worth to it. The files have the form of `read.rs`, without kinds.
//!
//! ```text
//! withdraw > money bank          a group and the broader ones
//!   en withdraw cash_out         words and phrases, any ending
//! ```

use super::Index;
use super::lemma::lemma;
use super::read::{LANGUAGES, LangIndex};
use super::table::Hash;
use crate::understanding::language::Lang;
use crate::understanding::text::{Text, TokenKind};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const FILES: &[&str] = &[
    include_str!("data/everyday/acts.txt"),
    include_str!("data/everyday/relations.txt"),
    include_str!("data/everyday/money.txt"),
    include_str!("data/everyday/travel.txt"),
    include_str!("data/everyday/home.txt"),
    include_str!("data/everyday/life.txt"),
    include_str!("data/everyday/services.txt"),
];

/// The shipped vocabulary.
pub(crate) static EVERYDAY: LazyLock<Everyday> = LazyLock::new(|| Everyday::new(FILES));

/// What a text says in everyday words; looked up once for the language that is named first.
pub(crate) fn everyday(text: &Text, language: Option<Lang>) -> Cow<'_, [Said]> {
    let find = || EVERYDAY.find(text, language);
    let (of, said) = text.known.everyday.get_or_init(|| (language, find()));
    if *of == language { Cow::Borrowed(said) } else { Cow::Owned(find()) }
}

#[derive(Debug)]
pub(crate) struct Everyday {
    /// By group: the broader groups with what they count, nearest first.
    broader: Vec<Vec<(u16, f32)>>,
    /// Stems of a word or phrase in a language → groups.
    forms: Index,
    /// Words of the longest phrase.
    longest: usize,
    languages: Vec<LangIndex>,
}

/// A word or phrase of a text, with what it means.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Said {
    /// Token indexes, end exclusive.
    pub from: usize,
    pub to: usize,
    pub meaning: Meaning,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Meaning {
    /// Groups, in order.
    Groups(Vec<u16>),
    /// A word of no group: its stem.
    Word(String),
}

/// What a broader group counts beside a group under it.
const BROADER: f32 = 0.5;

impl Everyday {
    fn new(files: &[&'static str]) -> Self {
        let mut names: BTreeMap<&'static str, u16> = BTreeMap::new();
        let mut parents: Vec<Vec<u16>> = Vec::new();
        let mut forms: Vec<(u64, u32)> = Vec::new();
        let mut languages: Vec<LangIndex> = Vec::new();
        let mut longest = 1;
        let mut number = |name: &'static str, parents: &mut Vec<Vec<u16>>| {
            *names.entry(name).or_insert_with(|| {
                parents.push(Vec::new());
                u16::try_from(parents.len() - 1).expect("there are few groups")
            })
        };
        let mut group = 0u16;
        let is_said = |l: &&str| !l.trim().is_empty() && !l.starts_with('#');
        for line in files.iter().flat_map(|f| f.lines()).filter(is_said) {
            let mut words = line.split_whitespace();
            if !line.starts_with(' ') {
                group = number(words.next().unwrap_or_default(), &mut parents);
                let above: Vec<u16> = words.skip(1).map(|w| number(w, &mut parents)).collect();
                parents[group as usize] = above;
                continue;
            }
            let code = words.next().unwrap_or_default();
            let language = LANGUAGES.iter().position(|l| *l == code);
            let language = language.unwrap_or_else(|| panic!("no language `{code}`")) as LangIndex;
            if !languages.contains(&language) {
                languages.push(language);
            }
            for phrase in words {
                let text = Text::new(&phrase.replace('_', " "));
                let stems: Vec<String> = text.words().map(|w| lemma(w, language)).collect();
                longest = longest.max(stems.len());
                let key = stems.iter().fold(start(language), |h, s| next(h, s)).key();
                forms.push((key, u32::from(group)));
            }
        }
        let broader = (0..parents.len()).map(|g| above(&parents, g)).collect();
        Self { broader, forms: Index::new(forms), longest, languages }
    }

    /// What is said, in order; of overlapping phrases the longest that begins first. The language
    /// is a hint: short messages are easily taken for another language.
    pub(crate) fn find(&self, text: &Text, language: Option<Lang>) -> Vec<Said> {
        let code = language.as_ref().map(Lang::as_str);
        let is_hinted = |l: LangIndex| Some(LANGUAGES[l as usize]) == code;
        let hinted = self.languages.iter().filter(|l| is_hinted(**l));
        let others = self.languages.iter().filter(|l| !is_hinted(**l));
        let (mut best, mut most) = (Vec::new(), None);
        for &language in hinted.chain(others) {
            let said = self.find_in(text, language);
            let (mut known, mut all) = (0, 0);
            for s in &said {
                all += s.to - s.from;
                known += if matches!(s.meaning, Meaning::Groups(_)) { s.to - s.from } else { 0 };
            }
            let is_plain = known * 2 >= all;
            let count = known + usize::from(is_hinted(language));
            if most.is_none_or(|m| count > m) {
                (best, most) = (said, Some(count));
            }
            if is_plain && is_hinted(language) {
                break;
            }
        }
        best
    }

    /// The groups above a group, with what they count beside it.
    pub(crate) fn broader(&self, group: u16) -> &[(u16, f32)] {
        &self.broader[group as usize]
    }

    fn find_in(&self, text: &Text, language: LangIndex) -> Vec<Said> {
        let stems: Vec<Option<String>> = text
            .tokens
            .iter()
            .map(|t| (t.kind != TokenKind::Emoji).then(|| lemma(&t.fold, language)))
            .collect();
        let mut said = Vec::new();
        let mut at = 0;
        while at < stems.len() {
            let Some(stem) = &stems[at] else {
                at += 1;
                continue;
            };
            let mut hash = start(language);
            let mut best: Option<(usize, &[u32])> = None;
            for (to, next_stem) in stems.iter().enumerate().skip(at).take(self.longest) {
                let Some(next_stem) = next_stem else { break };
                hash = next(hash, next_stem);
                let groups = self.forms.get(hash.key());
                if !groups.is_empty() {
                    best = Some((to + 1, groups));
                }
            }
            let (to, meaning) = match best {
                Some((to, groups)) => {
                    (to, Meaning::Groups(groups.iter().map(|&g| g as u16).collect()))
                }
                None => (at + 1, Meaning::Word(stem.clone())),
            };
            said.push(Said { from: at, to, meaning });
            at = to;
        }
        said
    }
}

fn start(language: LangIndex) -> Hash {
    Hash::new(language)
}

fn next(hash: Hash, stem: &str) -> Hash {
    hash.str(stem).bytes(b" ")
}

/// Everything above a group, each once, at its nearest.
fn above(parents: &[Vec<u16>], group: usize) -> Vec<(u16, f32)> {
    let mut all: Vec<(u16, f32)> = Vec::new();
    let mut weight = BROADER;
    let mut level: Vec<u16> = parents[group].clone();
    while !level.is_empty() {
        let fresh: Vec<u16> = level
            .iter()
            .copied()
            .filter(|g| usize::from(*g) != group && all.iter().all(|(a, _)| a != g))
            .collect();
        for g in fresh.iter().copied() {
            if all.iter().all(|(a, _)| *a != g) {
                all.push((g, weight));
            }
        }
        level = fresh.iter().flat_map(|g| parents[usize::from(*g)].clone()).collect();
        weight *= BROADER;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(text: &str, language: &str) -> Vec<u16> {
        EVERYDAY
            .find(&Text::new(text), Lang::parse(language))
            .into_iter()
            .filter_map(|s| match s.meaning {
                Meaning::Groups(groups) => Some(groups),
                Meaning::Word(_) => None,
            })
            .flatten()
            .collect()
    }

    #[test]
    fn other_words_for_the_same_share_a_group() {
        for (a, b) in [
            ("my flight was delayed", "the plane is late"),
            ("reimbursed", "give me my money back"),
            ("a cash machine", "an ATM"),
        ] {
            let (x, y) = (groups(a, "en"), groups(b, "en"));
            assert!(x.iter().any(|g| y.contains(g)), "{a}: {x:?} / {b}: {y:?}");
        }
    }

    #[test]
    fn both_languages_share_their_groups() {
        for (a, b) in [
            ("remboursement", "refund"),
            ("annuler", "cancel"),
            ("un distributeur", "an ATM"),
            ("j'ai perdu mes valises", "lost luggage"),
        ] {
            let (x, y) = (groups(a, "fr"), groups(b, "en"));
            assert!(x.iter().any(|g| y.contains(g)), "{a}: {x:?} / {b}: {y:?}");
        }
    }

    #[test]
    fn a_phrase_hides_its_words_and_nothing_is_left_out() {
        let text = Text::new("please turn on the xylophone 12");
        let said = EVERYDAY.find(&text, Lang::parse("en"));
        let mut at = 0;
        for s in &said {
            assert_eq!(s.from, at);
            at = s.to;
        }
        assert_eq!(at, text.tokens.len());
        assert!(said.iter().any(|s| s.to - s.from == 2), "{said:?}");
        assert!(said.iter().any(|s| s.meaning == Meaning::Word("xylophon".to_owned())), "{said:?}");
    }

    #[test]
    fn broader_groups_count_less_the_further_they_are() {
        for group in 0..EVERYDAY.broader.len() {
            let above = EVERYDAY.broader(group as u16);
            assert!(above.windows(2).all(|w| w[0].1 >= w[1].1), "{above:?}");
            assert!(above.iter().all(|(g, w)| usize::from(*g) != group && *w <= BROADER));
        }
    }
}
