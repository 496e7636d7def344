//! Order numbers said digit by digit: "deux zéro quatre un", "M L two zero four one".

use super::order::OrderPattern;
use super::reading;
use crate::understanding::text::{Quote, Text};

const DIGITS: [&str; 10] = ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9"];

/// The digits, where exactly as many as the pattern has are said in a row. Unless the bot has just
/// asked (`bare`), the letters of the number must stand in front of them.
pub(super) fn spoken(text: &Text, pattern: &OrderPattern, bare: bool) -> Option<(String, Quote)> {
    let said = digits(text);
    if said.iter().flatten().count() < pattern.digits {
        return None;
    }
    let mut at = 0;
    while at < said.len() {
        let length = said[at..].iter().take_while(|d| d.is_some()).count();
        if length == pattern.digits && (bare || is_after_prefix(text, at, pattern)) {
            let row = said[at..at + length].iter().flatten();
            let digits = row.map(|d| char::from(b'0' + d)).collect();
            return Some((digits, text.quote(at, at + length)));
        }
        at += length.max(1);
    }
    None
}

/// By token: the digit it says, in words or as a figure.
fn digits(text: &Text) -> Vec<Option<u8>> {
    let mut said = vec![None; text.tokens.len()];
    let mut has_word = false;
    for (name, from, to) in reading(text).groups() {
        let digit = DIGITS.iter().position(|d| *d == name).and_then(|d| u8::try_from(d).ok());
        if let (Some(digit), 1) = (digit, to - from) {
            said[from] = Some(digit);
            has_word = true;
        }
    }
    if !has_word {
        return Vec::new();
    }
    for (slot, token) in said.iter_mut().zip(&text.tokens) {
        if let [figure @ b'0'..=b'9'] = token.fold.as_bytes() {
            *slot = Some(figure - b'0');
        }
    }
    said
}

/// "M L …", "ML …" before the digits.
fn is_after_prefix(text: &Text, at: usize, pattern: &OrderPattern) -> bool {
    let prefix = pattern.prefix.to_lowercase();
    let mut before = String::new();
    for token in text.tokens[..at].iter().rev().take(prefix.chars().count()) {
        before.insert_str(0, &token.fold);
        if before == prefix {
            return true;
        }
    }
    false
}
