//! Reads the concept files.
//!
//! ```text
//! # a comment
//! express > delivery            a concept, and what it implies; `~` soft, `?` asking, `-` filler,
//!                               `@` the wide world; `goods` names things a company sells, `state`
//!                               says how something is and not what ("does not work"), `bound`
//!                               where or for whom, on which the answer depends ("in Spain")
//!   fr express en_urgence accél*  words of a language; `_` joins a phrase, `*` is any ending
//!   de *express                   … or any beginning (compounds)
//! made_in < eu abroad           said right before these it takes their meaning away
//!   + negation receive            both within a few words make the concept as well
//!   = austria autriche wien       words of the concept that name the same one of its kind …
//!   =* other_countries            … and all that a text does not name
//! ```

use crate::understanding::text::fold;
use std::collections::BTreeMap;

/// How much a concept says about the subject of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A subject that customers write to a company about.
    Topic,
    /// A subject of the wide world (weather, food), which few companies answer for.
    World,
    /// A word too broad to tell subjects apart ("order", "receive").
    Soft,
    /// The shape of a question ("how much", "where").
    Ask,
    /// Says nothing ("the", "hello").
    Filler,
}

#[derive(Clone, Debug)]
pub(crate) struct Concept {
    pub name: &'static str,
    pub kind: Kind,
    /// Things that are sold or held (a lamp, a parcel, an account), which a question is about.
    pub is_goods: bool,
    /// How something is; alone it leaves open what is meant.
    pub is_state: bool,
    /// The answer depends on it.
    pub is_bound: bool,
    pub implies: Vec<u16>,
    /// Concepts that mean something else right behind this one.
    pub hides: Vec<u16>,
    /// Words → which one of the concept's kind they name.
    pub members: BTreeMap<String, u16>,
}

/// Names all of a kind that a text does not name ("other countries").
pub(crate) const OTHERS: u16 = 0;

/// A language of the lexicon: index into [`LANGUAGES`].
pub(crate) type LangIndex = u8;
pub(crate) const LANGUAGES: [&str; 8] = ["fr", "en", "es", "pt", "ar", "hi", "de", "it"];

/// Words or a phrase that name a concept.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub concept: u16,
    pub lang: LangIndex,
    pub parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Part {
    pub text: String,
    pub fit: Fit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    Whole,
    Start,
    End,
}

impl Part {
    pub(crate) fn fits(&self, word: &str) -> bool {
        match self.fit {
            Fit::Whole => self.text == word,
            Fit::Start => word.starts_with(&self.text),
            Fit::End => word.ends_with(&self.text),
        }
    }
}

/// Two concepts near each other that make a third.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pair {
    pub concept: u16,
    pub a: u16,
    pub b: u16,
}

#[derive(Debug, Default)]
pub(crate) struct Source {
    pub concepts: Vec<Concept>,
    pub forms: Vec<Form>,
    pub pairs: Vec<Pair>,
}

/// Reads the files in order; they are part of the program, so a mistake in them is one too.
pub(crate) fn read(files: &[&'static str]) -> Source {
    let mut source = Source::default();
    let mut index: BTreeMap<&'static str, u16> = BTreeMap::new();
    let lines = || files.iter().flat_map(|f| f.lines()).filter(|l| !is_blank(l));
    for line in lines().filter(|l| !l.starts_with(' ')) {
        let mut words = line.split_whitespace();
        let name = words.next().expect("a heading names its concept");
        let kind = match words.next() {
            Some("~") => Kind::Soft,
            Some("?") => Kind::Ask,
            Some("-") => Kind::Filler,
            Some("@") => Kind::World,
            _ => Kind::Topic,
        };
        let next = u16::try_from(source.concepts.len()).expect("there are few concepts");
        let earlier = index.insert(name, next);
        assert!(earlier.is_none(), "concept `{name}` is written twice");
        let is_goods = kind == Kind::World || words_before_arrow(line).any(|w| w == "goods");
        let is_state = words_before_arrow(line).any(|w| w == "state");
        let is_bound = words_before_arrow(line).any(|w| w == "bound");
        source.concepts.push(Concept {
            name,
            kind,
            is_goods,
            is_state,
            is_bound,
            implies: Vec::new(),
            hides: Vec::new(),
            members: BTreeMap::new(),
        });
    }
    let known = |name: &str| *index.get(name).unwrap_or_else(|| panic!("no concept `{name}`"));
    let (mut current, mut next_member) = (0u16, OTHERS);
    for line in lines() {
        if !line.starts_with(' ') {
            let (head, hidden) = line.split_once('<').unwrap_or((line, ""));
            let (head, implied) = head.split_once('>').unwrap_or((head, ""));
            current = known(head.split_whitespace().next().expect("a heading names its concept"));
            let concept = &mut source.concepts[current as usize];
            concept.implies = implied.split_whitespace().map(known).collect();
            concept.hides = hidden.split_whitespace().map(known).collect();
            continue;
        }
        let mut words = line.split_whitespace();
        let first = words.next().expect("blank lines are skipped");
        if first == "+" {
            let (a, b) = (words.next(), words.next());
            let [a, b] = [a, b].map(|w| known(w.expect("a pair has two concepts")));
            source.pairs.push(Pair { concept: current, a, b });
            continue;
        }
        if let Some(name) = first.strip_prefix('=') {
            next_member += 1;
            let member = if name == "*" { OTHERS } else { next_member };
            let named = words.map(|w| (fold(&w.replace('_', " ")), member));
            source.concepts[current as usize].members.extend(named);
            continue;
        }
        let lang = LANGUAGES.iter().position(|l| *l == first);
        let lang = lang.unwrap_or_else(|| panic!("no language `{first}`")) as LangIndex;
        for word in words {
            let parts = parts(word);
            if !parts.is_empty() {
                source.forms.push(Form { concept: current, lang, parts });
            }
        }
    }
    source
}

fn words_before_arrow(line: &str) -> impl Iterator<Item = &str> {
    line.split(['>', '<']).next().unwrap_or_default().split_whitespace()
}

fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

fn parts(phrase: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for piece in phrase.split('_') {
        let folded = fold(&piece.replace('*', ""));
        let count = folded.split(' ').filter(|w| !w.is_empty()).count();
        for (at, word) in folded.split(' ').filter(|w| !w.is_empty()).enumerate() {
            let fit = if at == 0 && piece.starts_with('*') {
                Fit::End
            } else if at + 1 == count && piece.ends_with('*') {
                Fit::Start
            } else {
                Fit::Whole
            };
            parts.push(Part { text: word.to_owned(), fit });
        }
    }
    parts
}
