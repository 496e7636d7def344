//! Order numbers, in any shape people give them.

use super::spoken::spoken;
use crate::understanding::text::{MAX_READ, Quote, Text, Token, TokenKind, digit_value};

/// The shape of order numbers: `ML-` and four digits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderPattern {
    /// Letters in front, as the workspace writes them (`ML`).
    pub prefix: String,
    pub digits: usize,
}

/// An order number as the workspace writes it (`ML-2041`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderNumber {
    pub number: String,
    pub quote: Quote,
}

/// The text speaks of the number of an order ("give your order number").
pub fn names_order_number(text: &Text) -> bool {
    let is = |token: &Token, words: &[&str]| words.contains(&token.fold.as_str());
    text.tokens.windows(3).any(|near| {
        let number = near.iter().any(|t| is(t, &NUMBER));
        number && near.iter().any(|t| is(t, &ORDER))
    })
}

/// An order number anywhere in the message. With `bare`, the digits alone are enough (the bot has
/// just asked for the number).
pub fn order_number(text: &Text, pattern: &OrderPattern, bare: bool) -> Option<OrderNumber> {
    if pattern.digits == 0 {
        return None;
    }
    let chars: Vec<char> = text.original.chars().take(MAX_READ).collect();
    let found = prefixed(&chars, pattern)
        .or_else(|| hashed(&chars, pattern))
        .or_else(|| announced(text, &chars, pattern))
        .or_else(|| bare.then(|| alone(text, &chars, pattern)).flatten())
        .or_else(|| {
            let (digits, quote) = spoken(text, pattern, bare)?;
            Some(Found { digits, start: quote.start, end: quote.end })
        })?;
    let number = if pattern.prefix.is_empty() {
        found.digits
    } else {
        format!("{}-{}", pattern.prefix, found.digits)
    };
    Some(OrderNumber { number, quote: Quote { start: found.start, end: found.end } })
}

struct Found {
    digits: String,
    start: usize,
    end: usize,
}

/// `ML-2041`, `ml2041`, `M L 20 41`, `ML n° 2041`.
fn prefixed(chars: &[char], pattern: &OrderPattern) -> Option<Found> {
    let prefix: Vec<char> = pattern.prefix.chars().map(plain).collect();
    let &first = prefix.first()?;
    (0..chars.len()).filter(|&at| plain(chars[at]) == first).find_map(|start| {
        if start > 0 && chars[start - 1].is_alphanumeric() {
            return None;
        }
        let mut at = start + 1;
        for &letter in &prefix[1..] {
            at += usize::from(chars.get(at).is_some_and(|c| is_joint(*c)));
            if plain(*chars.get(at)?) != letter {
                return None;
            }
            at += 1;
        }
        // "500 ml 2041 …" is a volume.
        let before = chars[..start].iter().rev().find(|c| !c.is_whitespace());
        let is_small = chars[start..at].iter().all(|c| !c.is_uppercase());
        if is_small && before.is_some_and(|c| digit_value(*c).is_some()) {
            return None;
        }
        let (digits, end) = digits_from(chars, skip_joints(chars, at), pattern.digits)?;
        Some(Found { digits, start, end })
    })
}

/// Dashes, spaces, `#`, `:` and "n°" between the letters and the digits.
fn skip_joints(chars: &[char], from: usize) -> usize {
    const WORDS: [&str; 5] = ["numero", "num", "no", "nr", "n"];
    let skip = |mut at: usize| {
        let most = at + 6;
        while at < most && chars.get(at).is_some_and(|c| is_joint(*c)) {
            at += 1;
        }
        at
    };
    let at = skip(from);
    for word in WORDS {
        let length = word.len();
        let is_here = chars
            .get(at..at + length)
            .is_some_and(|c| c.iter().map(|c| plain(*c)).eq(word.chars()));
        let goes_on = chars.get(at + length).is_some_and(|c| c.is_alphabetic() && *c != 'º');
        if is_here && !goes_on {
            return skip(at + length);
        }
    }
    at
}

/// Exactly `wanted` digits, perhaps in groups, and no further one behind.
fn digits_from(chars: &[char], from: usize, wanted: usize) -> Option<(String, usize)> {
    let mut digits = String::new();
    let (mut at, mut letters) = (from, 0);
    while digits.len() < wanted {
        let c = *chars.get(at)?;
        if let Some(d) = digit_value(c) {
            digits.extend(char::from_digit(d, 10));
        } else if matches!(c, 'O' | 'o') && !digits.is_empty() {
            digits.push('0');
            letters += 1;
        } else if is_joint(c)
            && !digits.is_empty()
            && chars.get(at + 1).is_some_and(|n| is_digit(*n))
        {
            // A group goes on behind one space or dash.
        } else if !is_invisible(c) {
            return None;
        }
        at += 1;
    }
    let next = chars[at..].iter().find(|c| !is_invisible(**c));
    let goes_on = next.is_some_and(|c| is_digit(*c) || c.is_ascii_alphabetic());
    (!goes_on && letters * 2 < wanted).then_some((digits, at))
}

/// `#2041`.
fn hashed(chars: &[char], pattern: &OrderPattern) -> Option<Found> {
    (0..chars.len()).filter(|&at| matches!(chars[at], '#' | '＃')).find_map(|start| {
        let mut at = start + 1;
        at += usize::from(chars.get(at).is_some_and(|c| c.is_whitespace()));
        let (digits, end) = digits_from(chars, at, pattern.digits)?;
        (end - at == pattern.digits).then_some(Found { digits, start, end })
    })
}

const ORDER: [&str; 19] = [
    "commande",
    "comande",
    "commende",
    "cmd",
    "cde",
    "order",
    "pedido",
    "encomenda",
    "ref",
    "reference",
    "referencia",
    "طلبي",
    "الطلب",
    "طلب",
    "طلبيه",
    "الطلبيه",
    "bestellung",
    "ordine",
    "आर्डर",
];
const NUMBER: [&str; 12] = [
    "numero",
    "number",
    "num",
    "n",
    "no",
    "nr",
    "رقم",
    "الرقم",
    "nambar",
    "numer",
    "नंबर",
    "nummer",
];
const BETWEEN: [&str; 15] =
    ["est", "is", "es", "e", "le", "s", "hai", "هو", "ist", "la", "el", "o", "the", "c", "a"];
const OTHER: [&str; 14] = [
    "telephone",
    "tel",
    "phone",
    "mobile",
    "portable",
    "carte",
    "card",
    "telefono",
    "telefone",
    "celular",
    "client",
    "tarjeta",
    "cartao",
    "هاتف",
];

/// "commande 2041", "order number 2041", "n° 2041".
fn announced(text: &Text, chars: &[char], pattern: &OrderPattern) -> Option<Found> {
    let tokens = &text.tokens;
    (1..tokens.len()).filter(|&at| is_bare(&tokens[at], chars, pattern)).find_map(|at| {
        // "n° 2041" needs its sign; "no 2041" could be a refusal.
        let has_sign = |t: &Token| chars.get(t.quote.end).is_some_and(|c| matches!(c, '°' | 'º'));
        let after = tokens.get(at + 1).map_or("", |t| t.fold.as_str());
        let is_amount = is_money(after) || next_visible(chars, tokens[at].quote.end) == Some('€');
        (is_announced(&tokens[..at], has_sign) && !is_amount).then(|| of_token(&tokens[at]))
    })
}

/// The words in front of a number say that it is an order's.
pub(super) fn is_announced(before: &[Token], has_sign: impl Fn(&Token) -> bool) -> bool {
    let mut is_announced = false;
    for token in before.iter().rev().take(4) {
        let fold = token.fold.as_str();
        if token.ends_sentence && fold != "n" && fold != "no" || OTHER.contains(&fold) {
            break;
        }
        if ORDER.contains(&fold) {
            return true;
        }
        if NUMBER.contains(&fold) {
            is_announced |= fold.chars().count() > 2 || has_sign(token);
            continue;
        }
        if !BETWEEN.contains(&fold) {
            break;
        }
    }
    is_announced
}

/// The digits alone, where nothing says that they are a price, a year or part of a longer number.
fn alone(text: &Text, chars: &[char], pattern: &OrderPattern) -> Option<Found> {
    const YEAR_WORDS: [&str; 12] =
        ["en", "in", "depuis", "since", "annee", "year", "desde", "em", "ano", "de", "seit", "سنه"];
    let tokens = &text.tokens;
    let single = (0..tokens.len()).filter(|&at| is_bare(&tokens[at], chars, pattern)).find(|&at| {
        let before = at.checked_sub(1).map_or("", |b| tokens[b].fold.as_str());
        let after = tokens.get(at + 1).map_or("", |t| t.fold.as_str());
        let is_year = pattern.digits == 4
            && YEAR_WORDS.contains(&before)
            && tokens[at].fold.starts_with(['1', '2']);
        let around = [
            previous_visible(chars, tokens[at].quote.start),
            next_visible(chars, tokens[at].quote.end),
        ];
        let is_amount = is_money(after)
            || is_currency(before)
            || around.iter().flatten().any(|c| matches!(c, '€' | '$' | '£' | '%' | '₹'));
        let is_in_row = is_in_longer_number(tokens, at, pattern.digits);
        !is_year && !is_amount && !is_in_row
    });
    if let Some(at) = single {
        return Some(of_token(&tokens[at]));
    }
    // "20 41": groups count only when nothing else is said.
    let numbers: Vec<&Token> = tokens.iter().filter(|t| t.kind == TokenKind::Number).collect();
    let is_only = numbers.len() >= 2
        && tokens.len() <= numbers.len() + 2
        && numbers.iter().map(|t| t.fold.len()).sum::<usize>() == pattern.digits;
    let (first, last) = (numbers.first()?, numbers.last()?);
    let between: String = chars[first.quote.start..last.quote.end].iter().collect();
    let is_plain = between.chars().all(|c| is_digit(c) || is_joint(c) || is_invisible(c));
    let has_other = between.contains([':', '/', '#']);
    (is_only && is_plain && !has_other).then(|| Found {
        digits: numbers.iter().map(|t| t.fold.as_str()).collect(),
        start: first.quote.start,
        end: last.quote.end,
    })
}

/// A row of number tokens around this one is a phone or card number unless all its members have the
/// length of an order number, three at most.
fn is_in_longer_number(tokens: &[Token], at: usize, digits: usize) -> bool {
    let is_number = |t: &&Token| t.kind == TokenKind::Number && !t.ends_sentence;
    let before = tokens[..at].iter().rev().take_while(is_number);
    let after = tokens[at + 1..].iter().take_while(|t| t.kind == TokenKind::Number);
    let row = before.chain(after);
    row.clone().any(|t| t.fold.len() != digits) || row.count() > 2
}

/// A token of exactly the digits wanted, that touches no other digit by a slash, dash or comma.
fn is_bare(token: &Token, chars: &[char], pattern: &OrderPattern) -> bool {
    if token.kind != TokenKind::Number || token.fold.len() != pattern.digits {
        return false;
    }
    let touches = |sign: Option<&char>, beyond: Option<&char>| {
        sign.is_some_and(|s| matches!(s, '/' | '-' | ',' | '.' | ':' | '+' | '@' | '_'))
            && beyond.is_some_and(|b| b.is_alphanumeric())
            || sign.is_some_and(|s| *s == '+')
    };
    let (start, end) = (token.quote.start, token.quote.end);
    let before = start.checked_sub(1).and_then(|i| chars.get(i));
    let beyond = start.checked_sub(2).and_then(|i| chars.get(i));
    let is_letter_dash = before == Some(&'-') && beyond.is_some_and(|c| c.is_alphabetic());
    (is_letter_dash || !touches(before, beyond)) && !touches(chars.get(end), chars.get(end + 1))
}

fn of_token(token: &Token) -> Found {
    Found { digits: token.fold.clone(), start: token.quote.start, end: token.quote.end }
}

/// The number counts money or something measured.
pub(super) fn is_money(fold: &str) -> bool {
    const UNITS: [&str; 12] = [
        "dollars", "pounds", "rupees", "rupaye", "dirhams", "reais", "pesos", "balles", "watts",
        "lumens", "lm", "mm",
    ];
    is_currency(fold) || UNITS.contains(&fold)
}

fn is_currency(fold: &str) -> bool {
    matches!(fold, "euro" | "euros" | "eur" | "usd" | "gbp" | "rs" | "inr" | "dh" | "dhs" | "mad")
}

fn next_visible(chars: &[char], from: usize) -> Option<char> {
    chars[from.min(chars.len())..].iter().copied().find(|c| !c.is_whitespace())
}

fn previous_visible(chars: &[char], to: usize) -> Option<char> {
    chars[..to.min(chars.len())].iter().rev().copied().find(|c| !c.is_whitespace())
}

fn is_digit(c: char) -> bool {
    digit_value(c).is_some()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FE0F}' | '\u{20E3}' | '\u{FEFF}')
}

fn is_joint(c: char) -> bool {
    c.is_whitespace()
        || is_invisible(c)
        || matches!(
            c,
            '-' | '‐'
                | '‑'
                | '‒'
                | '–'
                | '—'
                | '−'
                | '－'
                | '_'
                | '.'
                | '#'
                | ':'
                | '°'
                | 'º'
                | '/'
        )
}

/// The plain small letter of a full-width or capital one.
fn plain(c: char) -> char {
    let code = u32::from(c);
    let half = if (0xFF21..=0xFF5A).contains(&code) {
        char::from_u32(code - 0xFEE0).unwrap_or(c)
    } else {
        c
    };
    match half {
        'М' | 'м' => 'm',
        'é' | 'É' => 'e',
        other => other.to_lowercase().next().unwrap_or(other),
    }
}
