//! Postcodes of the countries a European shop delivers to.

use super::numeral::told;
use crate::understanding::text::{Quote, Text, Token, TokenKind, fold};

/// A postcode, folded for comparison: capitals and digits, no spaces (`E16AN`, `1100148`).
pub fn postcode(text: &Text) -> Option<String> {
    let tokens = &text.tokens;
    british(tokens)
        .or_else(|| dutch(tokens))
        .or_else(|| digits(tokens, &LENGTHS))
        .or_else(|| spoken(text))
}

/// A postcode in the same message as an order number: four to seven digits after a word for it, and
/// without one only what can hardly be anything else.
pub fn postcode_beside(text: &Text, number: Quote) -> Option<String> {
    let before = text.tokens.partition_point(|t| t.quote.end <= number.start);
    let after = text.tokens.partition_point(|t| t.quote.start < number.end);
    let parts = [&text.tokens[after..], &text.tokens[..before]];
    parts.into_iter().find_map(|part| {
        british(part).or_else(|| dutch(part)).or_else(|| digits(part, &LENGTHS[..2]))
    })
}

/// "Soixante-neuf zéro zéro trois", "quarante-quatre mille": of five digits.
fn spoken(text: &Text) -> Option<String> {
    told(text).into_iter().map(|row| row.digits).find(|digits| digits.len() == SPOKEN)
}

const SPOKEN: usize = 5;

/// Folds a stored postcode the way [`postcode`] folds an answer.
pub fn fold_postcode(postcode: &str) -> String {
    fold(postcode).chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// `E1 6AN`, `SW1A1AA`.
fn british(tokens: &[Token]) -> Option<String> {
    let shape = |s: &str| -> String {
        s.chars()
            .map(|c| {
                if c.is_ascii_digit() {
                    '9'
                } else if c.is_ascii_alphabetic() {
                    'a'
                } else {
                    '?'
                }
            })
            .collect()
    };
    const OUTWARD: [&str; 6] = ["a9", "a99", "aa9", "aa99", "a9a", "aa9a"];
    tokens.iter().enumerate().find_map(|(at, token)| {
        let whole = shape(&token.fold);
        let code = token.fold.to_uppercase();
        if whole.strip_suffix("9aa").is_some_and(|o| OUTWARD.contains(&o)) {
            return Some(code);
        }
        let next = tokens.get(at + 1)?;
        (OUTWARD.contains(&whole.as_str()) && shape(&next.fold) == "9aa")
            .then(|| code + &next.fold.to_uppercase())
    })
}

/// `1012 AB`, in capitals.
fn dutch(tokens: &[Token]) -> Option<String> {
    tokens.windows(2).find_map(|pair| {
        let is_dutch = pair[0].kind == TokenKind::Number
            && pair[0].fold.len() == 4
            && pair[1].is_upper
            && pair[1].fold.len() == 2;
        is_dutch.then(|| format!("{}{}", pair[0].fold, pair[1].fold.to_uppercase()))
    })
}

/// Where several stand in a message: a house number is short.
const LENGTHS: [&[usize]; 5] = [&[4, 3], &[5], &[6], &[7], &[4]];

/// Rows of digits, written in one or several groups.
fn digits(tokens: &[Token], lengths: &[&[usize]]) -> Option<String> {
    const CUES: [&str; 12] = [
        "postal",
        "postcode",
        "zip",
        "cp",
        "zipcode",
        "pincode",
        "pin",
        "postale",
        "cep",
        "البريدي",
        "plz",
        "postleitzahl",
    ];
    let rows = rows(tokens);
    let fits = |row: &&Row, lengths: &[usize]| match lengths {
        [one] => row.code.len() == *one && !row.follows_prefix,
        groups => row.groups == groups,
    };
    let cue = tokens.iter().position(|t| CUES.contains(&t.fold.as_str()));
    let after_cue = cue.and_then(|cue| {
        let later = rows.iter().filter(|r| r.at > cue);
        later.min_by_key(|r| r.at).filter(|r| (4..=7).contains(&r.code.len()))
    });
    let any = || lengths.iter().find_map(|lengths| rows.iter().find(|r| fits(r, lengths)));
    after_cue.or_else(any).map(|r| r.code.clone())
}

struct Row {
    code: String,
    groups: Vec<usize>,
    at: usize,
    /// Letters of an order number stand in front.
    follows_prefix: bool,
}

fn rows(tokens: &[Token]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut last = None;
    for (at, token) in tokens.iter().enumerate() {
        let Some(code) = row_digits(token) else { continue };
        let joins = last.is_some_and(|l: usize| {
            l + 1 == at && !tokens[l].ends_clause && !tokens[l].ends_sentence
        });
        let is_whole = |row: &Row| row.code.len() >= 5 && code.len() >= 4 || row.follows_prefix;
        match rows.last_mut() {
            Some(row) if joins && !is_whole(row) => {
                row.code.push_str(code);
                row.groups.push(code.len());
            }
            _ => {
                let before = at.checked_sub(1).map(|b| &tokens[b]);
                let follows_prefix = before.is_some_and(|b| {
                    b.kind == TokenKind::Word
                        && b.fold.len() == 2
                        && b.quote.end + 1 == token.quote.start
                        && b.fold == "ml"
                });
                rows.push(Row {
                    code: code.to_owned(),
                    groups: vec![code.len()],
                    at,
                    follows_prefix,
                });
            }
        }
        last = Some(at);
    }
    rows
}

/// The digits of `69003` and of `F69003`.
fn row_digits(token: &Token) -> Option<&str> {
    if token.kind == TokenKind::Number {
        return Some(&token.fold);
    }
    const COUNTRIES: [&str; 9] = ["f", "fr", "e", "es", "p", "pt", "d", "b", "cp"];
    let digits = token.fold.trim_start_matches(|c: char| c.is_ascii_lowercase());
    let front = &token.fold[..token.fold.len() - digits.len()];
    let is_code = (4..=7).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    (is_code && COUNTRIES.contains(&front)).then_some(digits)
}
