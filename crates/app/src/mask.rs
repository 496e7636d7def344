//! Card numbers customers type are hidden from agents; everything else keeps its place, so that
//! quotes still fit.

use relais_core::understanding::text::digit_value;

/// Digits left readable at the end.
const SHOWN: usize = 4;

/// Replaces the digits of what looks like a card number. The length in characters stays.
pub fn cards(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let mut out = chars.clone();
    let mut start = 0;
    while start < chars.len() {
        if digit_value(chars[start]).is_none() {
            start += 1;
            continue;
        }
        let (end, digits) = run(&chars, start);
        if is_card(&digits.iter().map(|(_, value)| *value).collect::<Vec<_>>()) {
            for (at, _) in &digits[..digits.len() - SHOWN] {
                out[*at] = '•';
            }
        }
        start = end;
    }
    out.into_iter().collect()
}

/// Hides what was said from whoever only looks after the record: letters and digits go, so that
/// its length and shape stay.
pub fn words(text: &str) -> String {
    text.chars().map(|c| if c.is_alphanumeric() { '•' } else { c }).collect()
}

/// Digits from `start` on, single spaces, line ends, dots, dashes or slashes between them allowed.
fn run(chars: &[char], start: usize) -> (usize, Vec<(usize, u32)>) {
    let mut digits = Vec::new();
    let mut at = start;
    while let Some(c) = chars.get(at) {
        if let Some(value) = digit_value(*c) {
            digits.push((at, value));
            at += 1;
            continue;
        }
        let joins = matches!(c, ' ' | '-' | '.' | '/' | '\n' | '\u{a0}' | '\u{202f}' | '\u{2011}');
        let goes_on = chars.get(at + 1).is_some_and(|next| digit_value(*next).is_some());
        if !joins || !goes_on {
            break;
        }
        at += 1;
    }
    (at.max(start + 1), digits)
}

/// 13 to 19 digits with a right check digit (Luhn).
fn is_card(digits: &[u32]) -> bool {
    if !(13..=19).contains(&digits.len()) || digits.iter().all(|d| *d == 0) {
        return false;
    }
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(i, d)| match (i % 2, d * 2) {
            (0, _) => *d,
            (_, twice) if twice > 9 => twice - 9,
            (_, twice) => twice,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::{cards, words};

    #[test]
    fn hidden_words_keep_their_shape_and_nothing_else() {
        assert_eq!(words("Où est ML-2041 ?"), "•• ••• ••-•••• ?");
        assert_eq!(words("أين طلبي"), "••• ••••");
    }

    #[test]
    fn card_numbers_keep_their_last_four_digits() {
        assert_eq!(cards("ma carte 4111 1111 1111 1111 svp"), "ma carte •••• •••• •••• 1111 svp");
        assert_eq!(cards("5500-0000-0000-0004"), "••••-••••-••••-0004");
        assert_eq!(cards("4111/1111\n1111 1111"), "••••/••••\n•••• 1111");
        assert_eq!(cards("٤١١١١١١١١١١١١١١١"), "••••••••••••١١١١");
    }

    #[test]
    fn other_numbers_are_left_alone() {
        for text in ["ML-2041", "+33639980101", "4111 1111 1111 1112", "2026-11-25 10:30", ""] {
            assert_eq!(cards(text), text);
        }
    }
}
