//! Anger that shows in how a message is written: capitals, angry faces, exclamation marks.

use super::evidence::Evidence;
use super::{Signal, either};
use crate::understanding::pattern::Reading;
use crate::understanding::text::{Quote, Text, Token, TokenKind};

const ANGRY: &str = "😡🤬😠👿😤🖕💢😾";
/// Angry faces from which on they are anger by themselves.
const ANGRY_FACES: usize = 3;
const SHOUTING: f32 = 0.7;

/// Abbreviations that are written in capitals anyway.
const ACRONYMS: [&str; 74] = [
    "ml", "faq", "sav", "led", "leds", "usb", "tva", "vat", "iva", "rgpd", "gdpr", "cnil", "iban",
    "bic", "rib", "pdf", "sms", "mms", "cb", "cgv", "cgu", "url", "ups", "dhl", "gls", "dpd",
    "tnt", "ip", "rgb", "uv", "eu", "ue", "uk", "usa", "us", "fr", "es", "pt", "id", "tv", "wifi",
    "qr", "pin", "otp", "app", "ok", "dom", "tom", "vip", "ce", "nf", "ac", "dc", "kwh", "lm",
    "gps", "hs", "pc", "mac", "ios", "wc", "sos", "asap", "fyi", "nx", "ref", "html", "xl", "xxl",
    "cv", "sncf", "diy", "eur", "smic",
];

pub(super) fn add(text: &Text, reading: &Reading<'_>, evidence: &Evidence, signal: &mut Signal) {
    let faces: Vec<&Token> = text.tokens.iter().filter(|t| is_angry(t)).collect();
    if let (Some(first), Some(last)) = (faces.first(), faces.last()) {
        let weight = if faces.len() >= ANGRY_FACES { SHOUTING } else { 0.2 * faces.len() as f32 };
        raise(signal, weight, Quote { start: first.quote.start, end: last.quote.end });
    }
    if is_shouted(text, reading)
        && let Some(quote) = words(text)
    {
        let is_about_anger = !evidence.meant("anger").is_empty();
        signal.score = either(signal.score, SHOUTING);
        if !is_about_anger {
            signal.quotes = vec![quote];
        }
    } else if signal.score > 0.0 && is_partly_shouted(text) {
        signal.score = either(signal.score, 0.15);
    }
    if signal.score >= 0.2 && text.exclamations >= 2 {
        signal.score = either(signal.score, 0.2);
    }
}

/// What is anger however the words are meant: a shouted message, three angry faces.
pub(super) fn outright(text: &Text, reading: &Reading<'_>) -> Option<(f32, Quote)> {
    let faces: Vec<&Token> = text.tokens.iter().filter(|t| is_angry(t)).collect();
    if let (Some(first), Some(last)) = (faces.first(), faces.last())
        && faces.len() >= ANGRY_FACES
    {
        return Some((SHOUTING, Quote { start: first.quote.start, end: last.quote.end }));
    }
    if !is_shouted(text, reading) {
        return None;
    }
    words(text).map(|quote| (SHOUTING, quote))
}

fn raise(signal: &mut Signal, weight: f32, quote: Quote) {
    signal.score = either(signal.score, weight);
    signal.quotes.push(quote);
    signal.quotes.sort_unstable();
}

fn is_angry(token: &Token) -> bool {
    token.kind == TokenKind::Emoji && token.fold.chars().all(|c| ANGRY.contains(c))
}

/// Two words or more, all in capitals, with no greeting, thanks, courtesy or praise.
fn is_shouted(text: &Text, reading: &Reading<'_>) -> bool {
    is_in_capitals(text) && !is_kind(reading)
}

/// Capitals with a greeting, thanks, courtesy or praise: somebody cannot find the key.
pub(super) fn is_kindly_loud(text: &Text, reading: &Reading<'_>) -> bool {
    is_in_capitals(text) && is_kind(reading)
}

/// Order numbers, acronyms and single letters do not count as words.
fn is_in_capitals(text: &Text) -> bool {
    let words = || text.tokens.iter().filter(|t| t.kind == TokenKind::Word && has_letters(t));
    let is_capital = |t: &Token| t.is_upper || is_single_capital(t, text);
    words().filter(|t| t.is_upper && is_loud(t)).count() >= 2 && words().all(is_capital)
}

fn is_kind(reading: &Reading<'_>) -> bool {
    // "Bon sang" has a good word in it, and none to spare.
    !reading.has_class("oath")
        && ["greeting", "thanks", "please", "praise", "kind"].iter().any(|c| reading.has_class(c))
}

/// Some words shouted in an otherwise calm message.
fn is_partly_shouted(text: &Text) -> bool {
    let words = text.tokens.iter().filter(|t| t.kind == TokenKind::Word);
    words.filter(|t| t.is_upper && is_loud(t) && t.fold.len() >= 4).count() >= 2
}

fn is_loud(token: &Token) -> bool {
    !ACRONYMS.contains(&token.fold.as_str()) && !token.fold.chars().any(|c| c.is_ascii_digit())
}

fn has_letters(token: &Token) -> bool {
    token.fold.chars().any(char::is_alphabetic)
}

/// `C`, `À`: one letter says nothing unless it is small.
fn is_single_capital(token: &Token, text: &Text) -> bool {
    let length = token.quote.end - token.quote.start;
    length == 1 && !text.original.chars().nth(token.quote.start).is_some_and(char::is_lowercase)
        || token.fold.chars().any(|c| c.is_ascii_digit())
}

fn words(text: &Text) -> Option<Quote> {
    let is_word = |t: &&Token| t.kind == TokenKind::Word;
    let first = text.tokens.iter().find(is_word)?;
    let last = text.tokens.iter().rev().find(is_word)?;
    Some(Quote { start: first.quote.start, end: last.quote.end })
}
