//! Order numbers told in words: "deux zéro quatre un", "M L two thousand and forty-one".

use super::numeral::{Told, told};
use super::order::{OrderPattern, is_announced, is_money};
use crate::understanding::text::{Quote, Text};

/// The digits, where exactly as many as the pattern has are told in a row. Unless the bot has just
/// asked (`bare`), the letters of the number or a word for it must stand in front of them.
pub(super) fn spoken(text: &Text, pattern: &OrderPattern, bare: bool) -> Option<(String, Quote)> {
    let fits = |row: &Told| {
        row.digits.len() == pattern.digits
            && !is_amount(text, row)
            && (bare || is_after_prefix(text, row.from, pattern) || is_named(text, row))
    };
    let row = told(text).into_iter().find(fits)?;
    let quote = text.quote(row.from, row.to);
    Some((row.digits, quote))
}

/// "Commande deux mille quarante", "order number twenty forty-one".
fn is_named(text: &Text, row: &Told) -> bool {
    is_announced(&text.tokens[..row.from], |_| false)
}

/// "Two thousand euros", "eleven, twelve o'clock", "mille mercis".
fn is_amount(text: &Text, row: &Told) -> bool {
    const TIMES: [&str; 12] = [
        "heures", "heure", "jours", "semaines", "ans", "hours", "days", "weeks", "years", "horas",
        "dias", "fois",
    ];
    let counts = |fold: &str| is_money(fold) || TIMES.contains(&fold);
    row.to == row.from + 1 || text.tokens.get(row.to).is_some_and(|t| counts(&t.fold))
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
