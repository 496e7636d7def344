//! A message that leans on the question answered before it: "and the bulbs?", "how much is it
//! then?", "no, I mean the lamp". It is read after that question's title, without the things the
//! title names where the message names its own.

use super::bounds::is_left_out;
use super::features::{Block, Feature, Reading, Role, Sort};
use super::judge::{listed, quotes};
use super::model::Model;
use super::request::{asks_to_sell, inverted, offers};
use super::sure::signs;
use super::{Candidate, Judged, Verdict};
use crate::understanding::concepts::{Found, Kind, LEXICON};
use crate::understanding::language::Lang;
use crate::understanding::text::{Text, Token, TokenKind};

/// A longer message stands on its own.
const MOST_WORDS: usize = 8;
/// Without a word that leads on, only so many words lean.
const BARE: usize = 5;
/// So much of what the message says itself must be spoken of by the article.
const SAID: f32 = 0.6;
/// The second may be this likely beside the first.
const BESIDE: f32 = 0.8;
const LOOKED_AT: usize = 6;
/// An article that is so sure for the message alone is no matter of the question before.
pub const CLEAR: f32 = 0.85;

/// Words in front of what is meant: they agree, thank or take back.
const OPENERS: [&str; 52] = [
    "dommage", "mince", "zut", "bah", "ben", "hmm", "top", "genial", "pity", "damn", "nice",
    "cool", "ok", "okay", "oui", "ouais", "non", "ah", "oh", "d", "accord", "merci", "super",
    "parfait", "bon", "enfin", "pardon", "yes", "yeah", "no", "nope", "thanks", "sorry", "great",
    "right", "si", "vale", "bueno", "gracias", "perdon", "sim", "nao", "obrigado", "obrigada",
    "haan", "nahi", "ja", "nein", "danke", "grazie", "لا", "نعم",
];
/// Words that join what is said to what was said before.
pub const AND: [&str; 6] = ["et", "and", "y", "e", "und", "aur"];
/// … and others that lead on from it; not those that also begin a question of its own ("où est",
/// which many write "ou est", "ma lampe", "o candeeiro").
const LEADS_ON: [&str; 24] = [
    "mais",
    "but",
    "pero",
    "mas",
    "aber",
    "lekin",
    "sinon",
    "or",
    "quid",
    "pareil",
    "idem",
    "plutot",
    "rather",
    "instead",
    "then",
    "what_about",
    "how_about",
    "same_for",
    "even",
    "meme",
    "ولكن",
    "لكن",
    "طيب",
    "same",
];
/// … and those that say what is meant instead.
const MEANS: [&str; 23] = [
    "je parle",
    "je parlais",
    "je veux dire",
    "je voulais dire",
    "c est pour",
    "c etait pour",
    "i mean",
    "i meant",
    "i am talking",
    "i m talking",
    "talking about",
    "me refiero",
    "quiero decir",
    "hablo de",
    "me referia",
    "refiro me",
    "quero dizer",
    "falo de",
    "ich meine",
    "ich meinte",
    "intendo",
    "اقصد",
    "قصدي",
];
/// Words for what was spoken of, or for one thing more.
const REFERS: [&str; 26] = [
    "ca",
    "cela",
    "it",
    "that",
    "this",
    "them",
    "they",
    "eso",
    "isso",
    "aussi",
    "egalement",
    "too",
    "also",
    "tambien",
    "tambem",
    "auch",
    "anche",
    "bhi",
    "ايضا",
    "كمان",
    "pareil",
    "idem",
    "same",
    "meme",
    "alors",
    "du_coup",
];
/// … of which these point at it; "it" may be the parcel just as well.
const THAT: [&str; 6] = ["ca", "cela", "that", "this", "eso", "isso"];
/// Behind an opener: for whom or what it is instead.
const FOR: [&str; 9] = ["pour", "for", "para", "fur", "per", "the", "la", "le", "les"];

/// What a message that leans says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Leaning {
    /// It is short and leads on, or names next to nothing of its own.
    pub leans: bool,
    /// It says so ("and …?", "… it?") and names one thing at most.
    pub is_marked: bool,
    /// It begins with "and" or the like: no question of its own does.
    pub leads_on: bool,
    /// It asks how much, how long or on which day and names nothing: of what was spoken of.
    pub is_measure: bool,
    /// The article that answers it after the question before.
    pub answer: Option<Candidate>,
}

impl Leaning {
    /// What the message means by itself stands, unless it says that it leans; where it says so only
    /// by a word such as "it", also what is clear.
    pub fn yields_to(&self, judged: &Judged) -> bool {
        let Verdict::Answer(answer) = &judged.verdict else { return false };
        !self.is_measure && (!self.is_marked || !self.leads_on && answer.score >= CLEAR)
    }
}

/// "How much is it?", "à partir de combien ?", "how long does it take", "and on Saturdays?": nothing
/// but a measure or a day.
const MEASURES: [&str; 7] =
    ["how_much", "how_long", "price", "free", "minimum", "duration", "weekday"];
/// … and what may stand beside it.
const MEASURED: [&str; 6] = ["pay", "is_it", "which", "when", "time_point", "keep"];
/// "How much" is told by a price: so much of the measure must be spoken of.
const MEASURE_SAID: f32 = 0.35;
/// Of everything that is said nearly all must be.
const ALL_SAID: f32 = 0.9;

fn is_measure(reading: &Reading<'_>) -> bool {
    let name = |f: &Found| LEXICON.name(f.concept);
    // A day says "opening hours" as well, and here only the day.
    let is_said = |f: &Found| {
        is_of_measure(reading, f.from, f.to)
            || MEASURED.contains(&name(f))
            || LEXICON.kind(f.concept) == Kind::Filler
    };
    reading.found.iter().any(|f| MEASURES.contains(&name(f)))
        && reading.found.iter().all(is_said)
        && !reading.roles.contains(&Role::Unlisted)
}

/// These words say a measure, whatever else they may say.
fn is_of_measure(reading: &Reading<'_>, from: usize, to: usize) -> bool {
    let is_it = |f: &Found| MEASURES.contains(&LEXICON.name(f.concept));
    reading.found.iter().any(|f| (f.from, f.to) == (from, to) && is_it(f))
}

/// The shape of a message.
struct Shape {
    leans: bool,
    is_marked: bool,
    leads_on: bool,
    /// The token with which what it says itself begins.
    from: usize,
}

/// Whether a message leans on what was said before, by its shape alone.
fn shape(reading: &Reading<'_>) -> Shape {
    let tokens = &reading.text.tokens;
    let stands = Shape { leans: false, is_marked: false, leads_on: false, from: 0 };
    let words = tokens.iter().filter(|t| t.kind != TokenKind::Emoji).count();
    if words == 0 || words > MOST_WORDS {
        return stands;
    }
    let is_opener = |t: &&Token| t.kind == TokenKind::Emoji || OPENERS.contains(&t.fold.as_str());
    let opened = tokens.iter().take_while(is_opener).count();
    let rest: Vec<&str> = tokens[opened..].iter().map(|t| t.fold.as_str()).collect();
    let Some(first) = rest.first() else { return stands };
    let begins = |phrases: &[&str]| {
        let lengths = phrases.iter().filter_map(|phrase| {
            let parts = phrase.split([' ', '_']);
            let length = parts.clone().count();
            let is_it = length <= rest.len() && parts.zip(&rest).all(|(p, w)| p == *w);
            is_it.then_some(length)
        });
        lengths.max()
    };
    // "وإلى بلجيكا": an Arabic "and" is part of its word.
    let is_joined = first.starts_with('و') && first.chars().count() > 2;
    let is_instead = opened > 0 && FOR.contains(first);
    // "É possível", "y a-t-il": no "and".
    let written = reading.text.quoted(tokens[opened].quote);
    let is_written = written.chars().count() != 1 || written.to_lowercase() == *first;
    let is_and = is_written && !rest.starts_with(&["y", "a"]);
    let and = begins(&AND).max(begins(&LEADS_ON)).filter(|_| is_and);
    let lead = and.or_else(|| begins(&MEANS));
    let says_so = lead.is_some() || is_joined || is_instead;
    let folded = rest.join("_");
    let refers = REFERS.iter().any(|r| rest.contains(r) || r.contains('_') && folded.contains(r));
    let subjects = reading.roles.iter().filter(|r| **r == Role::Topic).count();
    let stands_alone =
        inverted(&reading.text.original, tokens) || offers(tokens) || asks_to_sell(reading);
    let is_bare = rest.len() <= BARE && subjects <= 1 && !stands_alone;
    Shape {
        leans: says_so || (refers && subjects <= 2) || is_bare,
        is_marked: (says_so || (refers && rest.len() <= BARE)) && subjects <= 1,
        leads_on: and.is_some() || is_joined,
        from: (opened + lead.unwrap_or(0)).min(tokens.len() - 1),
    }
}

/// The message after the title of the question that was answered before.
pub(super) fn leaning(model: &Model, text: &Text, language: Option<Lang>, title: &str) -> Leaning {
    let reading = model.read(text, language);
    let shape = shape(&reading);
    let is_listed = || listed(model, &model.weigh(&reading.features)).is_some();
    // "How long does that take?" asks of what was spoken of, though a base lists the like.
    let is_of_that = text.words().any(|w| THAT.contains(&w));
    let is_measure = !title.is_empty() && is_measure(&reading) && (is_of_that || !is_listed());
    let leans = shape.leans || is_measure;
    let answer = leans.then(|| after(model, &reading, shape.from, title)).flatten();
    let Shape { is_marked, leads_on, .. } = shape;
    Leaning { leans, is_marked, leads_on, is_measure, answer }
}

/// It asks how much something is, and names nothing.
pub(super) fn asks_price(model: &Model, text: &Text, language: Option<Lang>) -> bool {
    let reading = model.read(text, language);
    let is_price = |f: &Found| LEXICON.name(f.concept) == "price";
    is_measure(&reading) && reading.found.iter().any(is_price)
}

/// The article speaks of what a message that leans on it asks: of the measure, where it asks for
/// nothing else, or else, where it says that it leans, of all it says behind its opening words.
pub(super) fn tells(
    model: &Model,
    text: &Text,
    language: Option<Lang>,
    leaning: &Leaning,
    id: &str,
) -> bool {
    let Some(article) = model.ids.iter().position(|known| known == id) else { return false };
    let article = article as u32;
    let reading = model.read(text, language);
    let says = |is_meant: &dyn Fn(&Feature) -> bool, least: f32| {
        let is_meant = |f: &&Feature| f.block == Block::Item && is_meant(f);
        let items: Vec<Feature> = reading.features.iter().filter(is_meant).copied().collect();
        !items.is_empty() && model.says(&model.weigh(&items), article) >= least
    };
    let tells_measure = || says(&|f| is_of_measure(&reading, f.from, f.to), MEASURE_SAID);
    let tells_all = || {
        let from = shape(&reading).from;
        says(&|f| f.from >= from, ALL_SAID)
            && !is_left_out(model, &reading, article)
            // A question that the base lists stands on its own.
            && listed(model, &model.weigh(&reading.features)).is_none()
    };
    leaning.is_measure && tells_measure() || leaning.is_marked && tells_all()
}

fn after(model: &Model, reading: &Reading<'_>, from: usize, title: &str) -> Option<Candidate> {
    let text = reading.text;
    let is_own = |f: &&Feature| f.block == Block::Item && f.from >= from;
    let own: Vec<Feature> = reading.features.iter().filter(is_own).copied().collect();
    let own = model.weigh(&own);
    if own.is_empty() {
        return None;
    }
    let names_goods = own.iter().any(|w| matches!(w.sort, Sort::Goods));
    let said = text.quoted(text.quote(from, text.tokens.len()));
    let joined = Text::new(&format!("{} {said}", kept(title, names_goods)));
    let weighed = model.weigh(&model.read(&joined, None).features);
    let ranked = model.rank(&weighed, None, LOOKED_AT);
    let signs = signs(&ranked);
    let mut fitting: Vec<(usize, f32)> = ranked
        .iter()
        .enumerate()
        .filter(|(_, r)| model.says(&own, r.article) >= SAID)
        .map(|(at, r)| (at, r.share * r.doubt()))
        .collect();
    fitting.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let &(first, share) = fitting.first()?;
    if fitting.get(1).is_some_and(|(_, second)| *second >= BESIDE * share) {
        return None;
    }
    let ranked = &ranked[first];
    let weighed = model.weigh(&reading.features);
    Some(Candidate {
        id: model.ids[ranked.article as usize].clone(),
        score: model.curve.score(&signs[first]) * ranked.doubt(),
        quotes: quotes(model, reading, &weighed, ranked, (from, text.tokens.len())),
    })
}

/// The title without its marks, and without the things it names where the message names others.
fn kept(title: &str, names_goods: bool) -> String {
    let text = Text::new(title);
    let reading = Reading::new(&text, None);
    let is_thing = |f: &&Found| names_goods && LEXICON.is_goods(f.concept);
    let things: Vec<(usize, usize)> =
        reading.found.iter().filter(is_thing).map(|f| (f.from, f.to)).collect();
    let is_kept = |at: usize| things.iter().all(|(from, to)| at < *from || *to <= at);
    let words = (0..text.tokens.len()).filter(|at| is_kept(*at));
    words.map(|at| text.quoted(text.quote(at, at + 1))).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::{Article, Matcher};
    use super::*;
    use std::collections::BTreeMap;

    fn matcher() -> Matcher {
        let article = |id: &str, questions: [&str; 2], answer: &str| Article {
            id: id.to_owned(),
            theme: "t".to_owned(),
            questions: [("en".to_owned(), questions.map(str::to_owned).to_vec())].into(),
            not: Vec::new(),
            answers: BTreeMap::from([("en".to_owned(), answer.to_owned())]),
        };
        Matcher::train(&[
            article("lamps", ["What is the warranty on lamps?", "Lamp guarantee"], "Five years."),
            article("bulbs", ["Is there a warranty on bulbs?", "Bulb guarantee"], "A year."),
            article("bulb", ["Which bulb do I need?", "What bulb fits?"], "E27."),
            article("price", ["How much is delivery?", "Delivery cost"], "It is free from 60."),
            article(
                "return",
                ["How do I return an item?", "I want to send it back"],
                "In your account. Returns are free, in the original packaging.",
            ),
            article("pay", ["Which payment methods are there?", "Can I pay by card?"], "Cards."),
        ])
    }

    fn after(title: &str, written: &str) -> (bool, Option<String>) {
        let leaning = matcher().leaning(&Text::new(written), Some(Lang::EN), title);
        (leaning.leans, leaning.answer.map(|a| a.id))
    }

    #[test]
    fn a_message_that_leans_is_read_after_the_question_before() {
        for (title, written, wanted) in [
            ("What is the warranty on lamps?", "and the bulbs?", "bulbs"),
            ("What is the warranty on lamps?", "et les ampoules alors ?", "bulbs"),
            ("What is the warranty on lamps?", "¿y las bombillas?", "bulbs"),
            ("Is there a warranty on bulbs?", "no, I mean the lamp", "lamps"),
            ("How do I return an item?", "is it free?", "return"),
            ("How do I return an item?", "even without the packaging?", "return"),
        ] {
            assert_eq!(after(title, written), (true, Some(wanted.to_owned())), "{written}");
        }
    }

    #[test]
    fn what_no_article_speaks_of_is_answered_by_none() {
        for written in ["and do you sell curtains?", "and the weather?", "what about chairs"] {
            assert_eq!(after("What is the warranty on lamps?", written).1, None, "{written}");
        }
    }

    #[test]
    fn a_message_of_its_own_does_not_lean() {
        for written in [
            "Do you sell curtains?",
            "Which payment methods do you take in your shop?",
            "I would like to know how much the delivery of a floor lamp to my parents would cost",
            "É possível pagar com cartão na loja ou não?",
            "",
            "💡",
        ] {
            assert!(!after("What is the warranty on lamps?", written).0, "{written}");
        }
    }
}
