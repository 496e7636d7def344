//! Finds the room a customer names.

use crate::understanding::concepts::{Found, Kind, LEXICON, concepts};
use crate::understanding::text::{Quote, Text, Token, TokenKind, fold};
use std::collections::BTreeMap;

/// One line of the product finder.
#[derive(Clone, Debug, PartialEq)]
pub struct FinderEntry {
    pub rooms: BTreeMap<String, Vec<String>>,
    pub model: String,
    pub price: String,
}

/// Finds the room a customer names.
#[derive(Debug, Default)]
pub struct Finder {
    /// Folded names, words split, longest first → entry.
    names: Vec<(Vec<String>, usize)>,
    /// Folded names of models, words joined → the first entry that advises them.
    models: BTreeMap<String, usize>,
    /// Concepts that the names of exactly one entry mean → entry.
    concepts: Vec<(u16, usize)>,
}

/// A place in a message where an entry's room is named.
#[derive(Clone, Copy, Debug)]
struct Named {
    entry: usize,
    from: usize,
    to: usize,
}

impl Finder {
    pub fn new(entries: &[FinderEntry]) -> Self {
        let mut names = Vec::new();
        let mut meant: BTreeMap<u16, Vec<usize>> = BTreeMap::new();
        let mut models = BTreeMap::new();
        for (at, entry) in entries.iter().enumerate() {
            models.entry(fold(&entry.model)).or_insert(at);
            for name in entry.rooms.values().flatten() {
                let folded = fold(name);
                if folded.is_empty() {
                    continue;
                }
                let text = Text::new(name);
                for found in concepts(&text, None).iter() {
                    let is_whole = found.from == 0 && found.to == text.tokens.len();
                    if is_whole && LEXICON.kind(found.concept) == Kind::Topic && found.weight >= 1.0
                    {
                        let entries = meant.entry(found.concept).or_default();
                        if !entries.contains(&at) {
                            entries.push(at);
                        }
                    }
                }
                names.push((folded.split(' ').map(str::to_owned).collect(), at));
            }
        }
        names.sort_by(|a: &(Vec<String>, usize), b| b.0.len().cmp(&a.0.len()).then(a.cmp(b)));
        names.dedup();
        let concepts = meant
            .into_iter()
            .filter_map(|(c, entries)| (entries.len() == 1).then(|| (c, entries[0])))
            .collect();
        Self { names, models, concepts }
    }

    /// The entry of the room named in an answer to "which room?", of the first where there are
    /// several: index into the entries. Nothing where the message tells of a fault or a return.
    pub fn room(&self, text: &Text) -> Option<usize> {
        let found = concepts(text, None);
        if found.iter().any(|f| NO_ADVICE.contains(&LEXICON.name(f.concept))) {
            return None;
        }
        let first = self.named(text, &found).into_iter().min_by_key(|named| named.from)?;
        Some(first.entry)
    }

    /// The entry a free request for advice is about ("une lampe pour mon bureau"), with its words;
    /// nothing when the room is only mentioned.
    pub fn advice(&self, text: &Text) -> Option<(usize, Quote)> {
        let found = concepts(text, None);
        let named = self.named(text, &found);
        if let Some(room) = only_room(text, &found, &named) {
            return Some((room.entry, text.quote(room.from, room.to)));
        }
        let has = |name: &str| found.iter().find(|f| LEXICON.name(f.concept) == name);
        let product = has("lamp").or_else(|| {
            let unnamed = has("choose").or_else(|| has("ask_for").filter(|_| is_thing(text)));
            unnamed.filter(|_| !names_goods(text, &found))
        })?;
        // "A desk lamp for my son": the lamp's own name says more than who it is for.
        let kind = named.iter().copied().find(|n| is_kind(text, product, *n));
        let first = kind.or(named.first().copied())?;
        let is_other =
            |n: &Named| n.entry != first.entry && !(kind.is_some() && is_child(&found, n));
        let refused = NO_ADVICE.iter().any(|name| has(name).is_some());
        if refused || named.iter().any(is_other) {
            return None;
        }
        let wants = ["ask_for", "which", "choose", "is_it", "give", "sell", "compatible"]
            .iter()
            .any(|name| has(name).is_some());
        let is_meant_for = is_meant_for(text, first);
        let is_inside = before(text, first).any(|t| IN.contains(&t.fold.as_str()));
        // Without a word of wishing, only the bare noun phrase is a wish: "lampe pour mon bureau".
        let said = found.iter().filter(|f| LEXICON.kind(f.concept) != Kind::Filler).count();
        let is_bare = said <= 5;
        let is_polite = text.words().any(|w| POLITE.contains(&w));
        let is_asked = text.has_question_mark && names_nothing_else(text, &found, product, &named);
        let is_kind_of_lamp = is_kind(text, product, first)
            && (is_asked || WISH.iter().any(|name| has(name).is_some()));
        let is_wish = (is_meant_for && (wants || is_bare))
            || is_kind_of_lamp
            || (wants && (is_inside || text.has_question_mark))
            || (is_inside && is_bare && is_polite)
            || (WISHES_HERE.iter().any(|name| has(name).is_some())
                && names_nothing_else(text, &found, product, &named))
            || (wants
                && has("light_up").is_some()
                && names_nothing_else(text, &found, product, &named))
            || is_name_alone(text, &found, product.concept, first);
        if !is_wish {
            return None;
        }
        let (from, to) = (product.from.min(first.from), product.to.max(first.to));
        Some((first.entry, text.quote(from, to)))
    }

    /// The entry whose model is asked the price of, and nothing else ("how much is the Sirius?"),
    /// with the words that name it.
    pub fn price(&self, text: &Text) -> Option<(usize, Quote)> {
        let found = concepts(text, None);
        let name = |f: &Found| LEXICON.name(f.concept);
        if !found.iter().any(|f| name(f) == "how_much") {
            return None;
        }
        let named = |(model, entry): (&String, &usize)| {
            text.find_phrase(model).map(|(from, to)| (*entry, from, to))
        };
        let all: Vec<_> =
            self.models.iter().filter(|(m, _)| !m.is_empty()).filter_map(named).collect();
        let &[(entry, from, to)] = all.as_slice() else { return None };
        let is_said = |f: &Found| {
            from <= f.from && f.to <= to
                || PRICED.contains(&name(f))
                || !matches!(LEXICON.kind(f.concept), Kind::Topic | Kind::World)
        };
        found.iter().all(is_said).then(|| (entry, text.quote(from, to)))
    }

    /// A wish for a lamp that says nothing of where it is for ("je cherche une lampe"), or a question
    /// for the price of one: its words.
    /// A wish for anything more than a lamp ("a lamp with a remote control") is a question.
    pub fn wish(&self, text: &Text) -> Option<Quote> {
        let found = concepts(text, None);
        let name = |f: &Found| LEXICON.name(f.concept);
        let lamp = found.iter().find(|f| name(f) == "lamp")?;
        let wish = found.iter().find(|f| WISH.contains(&name(f))).map(|f| (f.from, f.to));
        let word = || text.tokens.iter().position(|t| WISH_WORDS.contains(&t.fold.as_str()));
        let wish = wish.or_else(|| word().map(|at| (at, at + 1)))?;
        let is_plain = |f: &Found| {
            f.concept == lamp.concept
                || PLAIN.contains(&name(f))
                || WISH.contains(&name(f))
                || LEXICON.kind(f.concept) == Kind::Filler
        };
        let says_more = (0..text.tokens.len()).any(|at| {
            text.tokens[at].kind != TokenKind::Emoji
                && !WISH_WORDS.contains(&text.tokens[at].fold.as_str())
                && !found.iter().any(|f| f.from <= at && at < f.to && is_plain(f))
        });
        let is_wish = !says_more && self.named(text, &found).is_empty();
        is_wish.then(|| text.quote(lamp.from.min(wish.0), lamp.to.max(wish.1)))
    }

    /// The rooms named, longest name first; a name inside a longer one does not count.
    fn named(&self, text: &Text, found: &[Found]) -> Vec<Named> {
        let mut named: Vec<Named> = Vec::new();
        let free = |named: &[Named], from: usize, to: usize| {
            named.iter().all(|n| to <= n.from || n.to <= from)
        };
        for (words, entry) in &self.names {
            let last = text.tokens.len().saturating_sub(words.len());
            for from in 0..=last {
                let to = from + words.len();
                if to > text.tokens.len() || !free(&named, from, to) {
                    continue;
                }
                let fits =
                    words.iter().zip(&text.tokens[from..to]).all(|(w, t)| is_like(&t.fold, w));
                if fits && text.tokens[from..to].iter().all(|t| t.kind == TokenKind::Word) {
                    named.push(Named { entry: *entry, from, to });
                }
            }
        }
        let mut meant: Vec<&Found> = found.iter().collect();
        meant.sort_by_key(|f| (std::cmp::Reverse(f.to - f.from), f.from));
        for f in meant {
            let entry = self.concepts.iter().find(|(c, _)| *c == f.concept).map(|(_, e)| *e);
            if let Some(entry) = entry
                && free(&named, f.from, f.to)
            {
                named.push(Named { entry, from: f.from, to: f.to });
            }
        }
        // "chambre pour mon bébé": who lives in the room says more than the room.
        let child = found.iter().find(|f| LEXICON.name(f.concept) == "child_room");
        if let Some(child) = child
            && let Some(own) = named.iter().find(|n| child.from <= n.from && n.to <= child.to)
        {
            let of_concept = self.concepts.iter().find(|(c, _)| *c == child.concept);
            let entry = of_concept.map_or(own.entry, |(_, entry)| *entry);
            named.retain(|n| n.entry == entry || !is_bedroom(text, n));
        }
        named
    }
}

/// The lamp and its rooms are all the message is about.
fn names_nothing_else(text: &Text, found: &[Found], lamp: &Found, rooms: &[Named]) -> bool {
    let is_inside = |f: &Found, from: usize, to: usize| from <= f.from && f.to <= to;
    found.iter().filter(|f| matches!(LEXICON.kind(f.concept), Kind::Topic | Kind::World)).all(|f| {
        is_inside(f, lamp.from, lamp.to)
            || rooms.iter().any(|n| is_inside(f, n.from, n.to))
            || is_placed(text, f)
    })
}

fn before(text: &Text, room: Named) -> impl Iterator<Item = &Token> {
    text.tokens[..room.from].iter().rev().take(6)
}

/// "For my office", "office ke liye".
fn is_meant_for(text: &Text, room: Named) -> bool {
    before(text, room).any(|t| FOR.contains(&t.fold.as_str()))
        || text.tokens[room.from].fold.starts_with("لل")
        || text.tokens[room.to..].iter().take(3).any(|t| FOR_BEHIND.contains(&t.fold.as_str()))
}

/// "Something for the garden": a shop for lamps is asked for a lamp, and for nothing else.
fn only_room(text: &Text, found: &[Found], rooms: &[Named]) -> Option<Named> {
    let [room] = rooms else { return None };
    let says_nothing_else = text.tokens.iter().enumerate().all(|(at, token)| {
        let is_room = (room.from..room.to).contains(&at);
        let is_filler =
            |f: &Found| (f.from..f.to).contains(&at) && LEXICON.kind(f.concept) == Kind::Filler;
        let is_placed = |f: &Found| (f.from..f.to).contains(&at) && is_placed(text, f);
        is_room
            || BESIDE.contains(&token.fold.as_str())
            || found.iter().any(is_placed)
            || THING.contains(&token.fold.as_str())
            || found.iter().any(is_filler)
    });
    (is_thing(text) && is_meant_for(text, *room) && says_nothing_else).then_some(*room)
}

const THING: [&str; 9] =
    ["something", "anything", "quelque", "truc", "algo", "etwas", "qualcosa", "kuch", "cadeau"];

/// "Something for the nursery".
fn is_thing(text: &Text) -> bool {
    text.words().any(|w| THING.contains(&w))
}

fn is_child(found: &[Found], named: &Named) -> bool {
    found.iter().any(|f| {
        LEXICON.name(f.concept) == "child_room" && f.from <= named.from && named.to <= f.to
    })
}

/// "Une lampe de bureau": the room is part of the lamp's name.
fn is_kind(text: &Text, lamp: &Found, room: Named) -> bool {
    let is_article = |at: usize| ARTICLES.contains(&text.tokens[at].fold.as_str());
    let is_beside = lamp.to <= room.from && room.from <= lamp.to + 2;
    LEXICON.name(lamp.concept) == "lamp"
        && (lamp.from <= room.from && room.to <= lamp.to
            || is_beside && (lamp.to..room.from).all(is_article))
}

/// "Une lampe de chevet": nothing but the lamp and the room.
fn is_name_alone(text: &Text, found: &[Found], lamp: u16, room: Named) -> bool {
    let is_known = |at: usize| {
        let is_room = (room.from..room.to).contains(&at);
        let is_lamp = |f: &Found| (f.from..f.to).contains(&at) && f.concept == lamp;
        let is_article = ARTICLES.contains(&text.tokens[at].fold.as_str());
        is_room || is_article || found.iter().any(is_lamp)
    };
    LEXICON.name(lamp) == "lamp" && (0..text.tokens.len()).all(is_known)
}

const ARTICLES: [&str; 14] =
    ["la", "le", "l", "une", "un", "de", "du", "d", "des", "a", "the", "una", "um", "uma"];

/// Something is named that a shop may sell: advice is asked about that.
/// It names things that are sold; not what a lamp is to stand by ("above the mirror").
fn names_goods(text: &Text, found: &[Found]) -> bool {
    found.iter().any(|f| LEXICON.is_goods(f.concept) && !is_placed(text, f))
}

fn is_placed(text: &Text, f: &Found) -> bool {
    text.tokens[..f.from].iter().rev().take(4).any(|t| BESIDE.contains(&t.fold.as_str()))
}

fn is_bedroom(text: &Text, named: &Named) -> bool {
    let words = &text.tokens[named.from..named.to];
    let name = words.iter().map(|t| t.fold.as_str()).collect::<Vec<_>>().join(" ");
    let text = Text::new(&name);
    concepts(&text, None).iter().any(|f| LEXICON.name(f.concept) == "bedroom")
}

/// Concepts that wish for something.
const WISH: [&str; 3] = ["ask_for", "choose", "how_much"];
/// Wishes for one where nothing else is spoken of ("which lamp outside, on my patio").
const WISHES_HERE: [&str; 2] = ["choose", "which"];
const POLITE: [&str; 7] = ["please", "pls", "svp", "stp", "plait", "favor", "bitte"];
/// Before what a lamp is to stand by.
const BESIDE: [&str; 12] = [
    "dessus", "dessous", "cote", "pres", "devant", "above", "over", "beside", "next", "near",
    "encima", "sobre",
];
/// Words that wish for something, and what may stand beside them.
const WISH_WORDS: [&str; 33] = [
    "faites",
    "proposez",
    "vendez",
    "quoi",
    "comme",
    "sort",
    "kind",
    "types",
    "sell",
    "acheter",
    "aide",
    "aider",
    "aidez",
    "aiderez",
    "offrir",
    "cadeau",
    "gift",
    "regalo",
    "ayudame",
    "ayudeme",
    "idee",
    "idees",
    "buy",
    "help",
    "idea",
    "ideas",
    "comprar",
    "ayuda",
    "ajuda",
    "ideia",
    "kaufen",
    "chahiye",
    "चाहिए",
];
const PLAIN: [&str; 5] = ["which", "give", "find", "is_it", "price"];

/// What stands beside a model in a question for its price.
const PRICED: [&str; 3] = ["price", "lamp", "bulb"];

/// Subjects that make a message about a lamp in a room something else than a wish for advice.
const NO_ADVICE: [&str; 17] = [
    "eu",
    "non_eu",
    "not_light",
    "not_work",
    "broken",
    "return",
    "exchange",
    "late",
    "lost",
    "warranty",
    "clean",
    "refund",
    "cancel",
    "repair",
    "invoice",
    "dimmer",
    "delivery",
];

fn is_like(word: &str, name: &str) -> bool {
    let (length, written) = (name.chars().count(), word.chars().count());
    word == name
        || (length >= 5 && written.abs_diff(length) <= 1 && strsim::osa_distance(word, name) <= 1)
        || (length >= 4 && word.strip_suffix('s') == Some(name))
}

/// "for", in front of the room.
const FOR: [&str; 13] =
    ["pour", "pr", "for", "para", "pra", "pro", "per", "fur", "ins", "ل", "لل", "zum", "furs"];
/// "in", in front of the room.
const IN: [&str; 14] = [
    "dans", "in", "im", "sur", "en", "na", "no", "nel", "nella", "في", "dessus", "above", "over",
    "encima",
];
/// "for", behind the room (Hindi).
const FOR_BEHIND: [&str; 4] = ["liye", "lie", "liya", "लिए"];

#[cfg(test)]
mod tests;
