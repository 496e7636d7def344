//! Numbers told in words: "deux mille quarante et un", "twenty forty-one", "deux zéro quatre un".

use super::compound::compound;
use crate::understanding::text::{Text, Token, TokenKind, fold};
use std::collections::BTreeMap;
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Word {
    Value(u32),
    Times(u32),
    And,
}

static WORDS: LazyLock<BTreeMap<String, Word>> = LazyLock::new(|| {
    let mut words = BTreeMap::new();
    for line in include_str!("rules/numbers.txt").lines().filter(|l| !l.starts_with('#')) {
        let (name, list) = line.split_once(' ').expect("a value and its words");
        let number = |digits: &str| digits.parse().expect("a value");
        let word = match (name, name.strip_prefix('x')) {
            ("and", _) => Word::And,
            (_, Some(by)) => Word::Times(number(by)),
            _ => Word::Value(number(name)),
        };
        words.extend(list.split(' ').map(|w| (fold(w), word)));
    }
    words
});

/// Numbers told one after the other, at least one of them in words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Told {
    /// Their digits in a row: "vingt quarante et un" is `2041`.
    pub digits: String,
    /// Tokens, end exclusive.
    pub from: usize,
    pub to: usize,
}

/// A longer row is no number that anybody tells.
const LONGEST: usize = 16;

/// The rows of numbers of a message that are told in words.
pub(super) fn told(text: &Text) -> Vec<Told> {
    let mut rows = Vec::new();
    let mut at = 0;
    while at < text.tokens.len() {
        let Some(row) = row(&text.tokens, at) else {
            at += 1;
            continue;
        };
        at = row.0.to;
        if row.1 && row.0.digits.len() <= LONGEST {
            rows.push(row.0);
        }
    }
    rows
}

/// The row that begins at a token, and whether a word is in it.
fn row(tokens: &[Token], from: usize) -> Option<(Told, bool)> {
    let mut digits = String::new();
    let (mut at, mut has_word) = (from, false);
    while let Some(number) = number(tokens, at) {
        digits.push_str(&number.digits);
        has_word |= number.has_word;
        at = number.to;
        if tokens[at - 1].ends_sentence {
            break;
        }
    }
    (at > from).then_some((Told { digits, from, to: at }, has_word))
}

struct Number {
    digits: String,
    to: usize,
    has_word: bool,
}

/// The longest number that begins at a token; a figure of more than two digits stands as it is.
fn number(tokens: &[Token], from: usize) -> Option<Number> {
    let first = tokens.get(from)?;
    if first.kind == TokenKind::Number && first.fold.len() > 2 {
        return Some(Number { digits: first.fold.clone(), to: from + 1, has_word: false });
    }
    let mut sum = Sum::default();
    let (mut at, mut to, mut has_word) = (from, from, false);
    while let Some(token) = tokens.get(at) {
        let figure = || {
            let is_figure = token.kind == TokenKind::Number && token.fold.len() <= 2;
            is_figure.then(|| token.fold.parse().ok().map(Word::Value)).flatten()
        };
        let Some(word) = word(&token.fold).or_else(figure) else { break };
        match word {
            Word::And if to > from => {}
            Word::And => break,
            _ if !sum.take(word, token.fold.starts_with('و')) => break,
            _ => {
                to = at + 1;
                has_word |= token.kind == TokenKind::Word;
            }
        }
        if token.ends_sentence || token.ends_clause {
            break;
        }
        at += 1;
    }
    // "07" is two digits, whatever they count.
    let is_plain = to == from + 1 && first.kind == TokenKind::Number;
    let digits = if is_plain { first.fold.clone() } else { sum.value().to_string() };
    (to > from).then_some(Number { digits, to, has_word })
}

/// A number word; in Arabic also with the "and" that is written onto it.
fn word(fold: &str) -> Option<Word> {
    let found = |w: &str| WORDS.get(w).copied();
    found(fold)
        .or_else(|| found(fold.strip_prefix('و')?))
        .or_else(|| compound(fold, value_of).map(Word::Value))
}

/// A word for a number below a hundred.
pub(super) fn value_of(fold: &str) -> Option<u32> {
    match WORDS.get(fold) {
        Some(Word::Value(value)) if *value < 100 => Some(*value),
        _ => None,
    }
}

/// A number as far as it was told.
#[derive(Default)]
struct Sum {
    /// Whole thousands.
    thousands: u32,
    /// What stands behind them.
    rest: u32,
    /// The last part told, in `rest`: what may follow is smaller.
    last: u32,
    is_begun: bool,
    has_thousands: bool,
}

impl Sum {
    fn value(&self) -> u32 {
        self.thousands + self.rest
    }

    /// Takes a further word in; `false` where another number begins with it.
    fn take(&mut self, word: Word, is_joined: bool) -> bool {
        match word {
            Word::Value(value) => self.add(value, is_joined),
            Word::Times(100) => self.hundreds(),
            Word::Times(_) => self.thousands(),
            Word::And => true,
        }
    }

    /// `is_joined`: an "and" is written onto it, as in Arabic, where tens follow their units.
    fn add(&mut self, value: u32, is_joined: bool) -> bool {
        if value >= 1000 {
            let is_first = !self.is_begun;
            self.thousands = value - value % 1000;
            (self.rest, self.last) = (value % 1000, value % 1000);
            (self.has_thousands, self.is_begun) = (true, true);
            return is_first;
        }
        // "quatre-vingt"; 60 and 80 of French go on to 19.
        let is_score = self.last == 4 && value == 20;
        let fits = match (self.is_begun, self.last) {
            (false, _) => true,
            _ if is_score => true,
            (_, 0) => self.has_thousands && self.rest == 0 && value > 0,
            (_, last @ (60 | 80)) if value < 20 => last > value && value > 0,
            // "dix-sept"
            (_, 10) => (7..=9).contains(&value),
            (_, last) if last % 100 == 0 => value < 100 && value > 0,
            (_, last) if last >= 20 && last % 10 == 0 => value < 10 && value > 0,
            (_, 1..=9) if is_joined => (20..100).contains(&value),
            _ => false,
        };
        if !fits {
            return false;
        }
        self.rest += if is_score { 76 } else { value };
        self.last = if is_score { 80 } else { value };
        self.is_begun = true;
        true
    }

    fn hundreds(&mut self) -> bool {
        let is_alone = self.last == 0 && (!self.is_begun || self.has_thousands && self.rest == 0);
        let of = if is_alone { 1 } else { self.last };
        // "vingt cents" counts no hundreds of an order, "twenty hundred" does.
        if !(1..=99).contains(&of) || (!is_alone && self.rest != of) {
            return false;
        }
        self.rest = of * 100;
        self.last = 100;
        self.is_begun = true;
        true
    }

    fn thousands(&mut self) -> bool {
        if self.has_thousands || (self.is_begun && self.rest == 0) {
            return false;
        }
        self.thousands = 1000 * self.rest.max(1);
        (self.rest, self.last) = (0, 0);
        (self.is_begun, self.has_thousands) = (true, true);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_told() {
        for (written, digits) in [
            ("deux mille quarante et un", "2041"),
            ("deux-mille-cinquante", "2050"),
            ("vingt quarante et un", "2041"),
            ("deux zéro quatre un", "2041"),
            ("deux mille quatre-vingt-dix-neuf", "2099"),
            ("mille neuf cent soixante-quinze", "1975"),
            ("deux mille un", "2001"),
            ("2 mille 41", "2041"),
            ("soixante-neuf zéro zéro trois", "69003"),
            ("quarante-quatre mille", "44000"),
            ("treize mille deux", "13002"),
            ("soixante-quinze mille six", "75006"),
            ("two thousand and forty-one", "2041"),
            ("twenty forty-one", "2041"),
            ("twenty hundred", "2000"),
            ("two oh four nine", "2049"),
            ("dos mil cuarenta y cinco", "2045"),
            ("dois mil e cinquenta", "2050"),
            ("do hazaar unchas", "2049"),
            ("ألفين وتسعة وأربعين", "2049"),
            ("zwei null vier eins", "2041"),
            ("zweitausendeinundvierzig", "2041"),
            ("zweitausend einundvierzig", "2041"),
            ("zwanzig einundvierzig", "2041"),
            ("duemilaquarantuno", "2041"),
            ("duemila quarantotto", "2048"),
            ("venti quarantuno", "2041"),
            ("do hazaar pachpan", "2055"),
            ("do hazaar ninyanve", "2099"),
            ("दो हज़ार इकतालीस", "2041"),
            ("दो हजार तिरपन", "2053"),
        ] {
            let rows: Vec<String> =
                told(&Text::new(written)).into_iter().map(|r| r.digits).collect();
            assert_eq!(rows, [digits], "{written}");
        }
        assert!(told(&Text::new("2041 et 20 41")).is_empty(), "figures are read elsewhere");
        assert!(told(&Text::new("bonjour et merci")).is_empty());
    }
}
