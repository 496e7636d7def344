//! Whether a message that no article answers asks something at all.

use super::features::{Reading, Role};
use crate::understanding::concepts::{Found, Kind, LEXICON};
use crate::understanding::language::{is_known_word, is_plausible_word};
use crate::understanding::text::{Text, Token, TokenKind};

/// The message asks or wants something, in words that make sense.
pub(super) fn is_request(reading: &Reading<'_>) -> bool {
    let content = content(reading);
    if content.meaningful == 0 || content.senseless > content.meaningful {
        return false;
    }
    // A statement about what companies are written to about is a request; one about the weather or
    // a meal is one only if it asks, or is nothing but the name of it ("chairs").
    if content.subjects > 0 && (content.is_business || content.tokens <= 3) {
        return true;
    }
    let whole = (0, reading.text.tokens.len());
    reading.text.has_question_mark || asks(reading, whole)
}

/// A word that means what the lexicon says, not one that was guessed at.
const SURE: f32 = 0.9;

struct Content {
    /// Words with a meaning of their own.
    meaningful: usize,
    /// … of them, subjects that the lexicon knows.
    subjects: usize,
    /// Words that are no words.
    senseless: usize,
    tokens: usize,
    is_business: bool,
}

fn content(reading: &Reading<'_>) -> Content {
    let is_business = |f: &Found| LEXICON.kind(f.concept) == Kind::Topic && f.weight >= SURE;
    let is_business = reading.found.iter().any(is_business);
    let mut content = Content { meaningful: 0, subjects: 0, senseless: 0, tokens: 0, is_business };
    for (at, (role, token)) in reading.roles.iter().zip(&reading.text.tokens).enumerate() {
        if token.kind == TokenKind::Word {
            content.tokens += 1;
        }
        match role {
            Role::Topic => {
                content.meaningful += 1;
                // A guess at what was meant is no subject of its own.
                let is_sure = |f: &Found| (f.from..f.to).contains(&at) && f.weight >= SURE;
                content.subjects += usize::from(reading.found.iter().any(is_sure));
            }
            Role::Unlisted if is_word(&token.fold) => content.meaningful += 1,
            Role::Unlisted => content.senseless += 1,
            // Broad words are enough for a question ("c'est possible d'en avoir un autre ?").
            Role::Soft | Role::Filler | Role::Number | Role::Emoji => {}
        }
    }
    if content.meaningful == 0 {
        let is_broad = |f: &&Found| {
            LEXICON.kind(f.concept) == Kind::Soft && LEXICON.name(f.concept) != "negation"
        };
        let broad = reading.found.iter().filter(is_broad).count();
        content.meaningful = usize::from(broad >= 2);
    }
    content
}

fn is_word(fold: &str) -> bool {
    let letters = fold.chars().count();
    let has_vowel = fold.chars().any(|c| "aeiouy".contains(c)) || !fold.is_ascii();
    // What a word looks like is only known of Latin letters.
    let is_latin = fold.chars().any(|c| c.is_ascii_alphabetic());
    letters >= 3 && has_vowel && (is_known_word(fold) || is_plausible_word(fold) || !is_latin)
}

/// A part of a message (tokens, end exclusive) has an interrogative, a word of wishing, or the shape
/// of a question.
pub(super) fn asks(reading: &Reading<'_>, (from, to): (usize, usize)) -> bool {
    let tokens = &reading.text.tokens[from..to];
    reading.found.iter().filter(|f| from <= f.from && f.to <= to).any(|f| {
        LEXICON.kind(f.concept) == Kind::Ask
            || matches!(LEXICON.name(f.concept), "ask_for" | "sell")
    }) || inverted(&reading.text.original, tokens)
        || offers(tokens)
}

/// It asks for a thing, or whether there is one: a question of its own.
pub(super) fn asks_to_sell(reading: &Reading<'_>) -> bool {
    reading.found.iter().any(|f| matches!(LEXICON.name(f.concept), "ask_for" | "sell"))
}

/// The clause in which a part ends (before this token) ends with a question mark.
pub(super) fn is_marked(text: &Text, end: usize) -> bool {
    let ends = |t: &&Token| t.ends_sentence || t.ends_clause;
    let last = text.tokens[end - 1..].iter().find(ends).or(text.tokens.last());
    let rest = text.original.chars().skip(last.map_or(0, |t| t.quote.end));
    rest.take_while(|c| !c.is_alphanumeric()).any(|c| matches!(c, '?' | '？' | '؟'))
}

/// "livrez-vous", "peut-on", "vend-il": a French verb with its subject behind it.
pub(super) fn inverted(original: &str, tokens: &[Token]) -> bool {
    tokens.windows(2).any(|pair| {
        let joined = pair[0].quote.end + 1 == pair[1].quote.start
            && original.chars().nth(pair[0].quote.end).is_some_and(|c| c == '-');
        let subject = matches!(pair[1].fold.as_str(), "vous" | "tu" | "on" | "il" | "elle" | "t");
        let formal = pair[0].fold.ends_with("ez") && pair[1].fold == "vous";
        subject && (joined || formal)
    })
}

/// "vous recrutez", "do you", "venden", "avete": what the company does, said as a question.
pub(super) fn offers(tokens: &[Token]) -> bool {
    let words = tokens.iter().filter(|t| t.kind != TokenKind::Emoji).map(|t| t.fold.as_str());
    let words: Vec<&str> = words.collect();
    words.windows(2).any(|w| {
        (w[0] == "vous" && w[1].ends_with("ez"))
            || matches!(
                (w[0], w[1]),
                ("do" | "does" | "did" | "are" | "is" | "can" | "could" | "will" | "would" | "have", _)
                    if matches!(w[1], "you" | "u" | "the" | "your" | "i" | "we" | "it" | "there")
            )
    }) || words.first().is_some_and(|w| {
        matches!(
            *w,
            "tienen" | "venden" | "hacen" | "aceptan" | "ofrecen" | "tem" | "vendem" | "fazem"
                | "aceitam" | "avete" | "vendete" | "fate" | "accettate" | "haben" | "verkaufen"
                | "bieten" | "liefern" | "kann" | "gibt"
        )
    })
}
