//! Spoiling an input: as JSON where it is JSON, as text with foreign characters, and byte by byte.

use crate::Dice;
use serde_json::{Map, Value, json};

/// Characters that parsers of text stumble over: joiners, directions, halves of emoji, digits of
/// other scripts, capitals that change length, what looks like nothing.
const CHARS: [&str; 30] = [
    "\u{200b}",
    "\u{200d}",
    "\u{202e}",
    "\u{feff}",
    "\u{0}",
    "\u{7f}",
    "ß",
    "İ",
    "ı",
    "ﬁ",
    "Ǆ",
    "é",
    "e\u{301}",
    "\u{301}\u{301}\u{301}",
    "٣",
    "५",
    "①",
    "²",
    "👩\u{200d}👩\u{200d}👧",
    "🇫🇷",
    "🏽",
    "ا",
    "آ",
    "कि",
    "…",
    "«",
    "’",
    "\u{a0}",
    "\u{2028}",
    "\u{10ffff}",
];

const NUMBERS: [i64; 12] =
    [0, 1, -1, 2, 255, 256, 65_535, 65_536, i32::MAX as i64, i32::MIN as i64, i64::MAX, i64::MIN];

/// The input, changed in one to four places.
pub(crate) fn spoil(
    mut input: Vec<u8>,
    others: &[Vec<u8>],
    words: &[&str],
    dice: &mut Dice,
) -> Vec<u8> {
    for _ in 0..=dice.below(4) {
        input = match dice.below(10) {
            0..=3 => match serde_json::from_slice::<Value>(&input) {
                Ok(value) => in_json(value, words, dice),
                Err(_) => in_text(&input, words, dice),
            },
            4..=6 => in_text(&input, words, dice),
            7 => crossed(input, others, dice),
            _ => in_bytes(input, dice),
        };
    }
    input
}

fn in_json(mut value: Value, words: &[&str], dice: &mut Dice) -> Vec<u8> {
    let many = count(&value);
    let mut place = dice.below(many);
    change(&mut value, &mut place, words, dice);
    serde_json::to_vec(&value).expect("a value is written")
}

fn count(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(count).sum::<usize>(),
        Value::Object(map) => map.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// Changes the value at a place, counted from the root down.
fn change(value: &mut Value, place: &mut usize, words: &[&str], dice: &mut Dice) -> bool {
    if *place == 0 {
        *value = changed(value.take(), words, dice);
        return true;
    }
    *place -= 1;
    match value {
        Value::Array(items) => items.iter_mut().any(|v| change(v, place, words, dice)),
        Value::Object(map) => map.values_mut().any(|v| change(v, place, words, dice)),
        _ => false,
    }
}

fn changed(value: Value, words: &[&str], dice: &mut Dice) -> Value {
    match (dice.below(9), value) {
        (0, _) => Value::Null,
        (1, _) => json!(NUMBERS[dice.below(NUMBERS.len())]),
        (2, _) => json!([f64::MIN_POSITIVE, 1e308, -0.0, 0.1][dice.below(4)]),
        (3, _) => json!(dice.percent(50)),
        (4, value) => json!([value.clone(), value]),
        (5, value) => json!({ dice.word(words): value }),
        (6, Value::Array(mut items)) if !items.is_empty() => {
            items.remove(dice.below(items.len()));
            Value::Array(items)
        }
        (6, Value::Object(map)) => {
            let gone = dice.below(map.len());
            let rest: Map<String, Value> =
                map.into_iter().enumerate().filter(|(i, _)| *i != gone).map(|(_, e)| e).collect();
            Value::Object(rest)
        }
        (_, Value::String(text)) => {
            let spoilt = in_text(text.as_bytes(), words, dice);
            Value::String(String::from_utf8_lossy(&spoilt).into_owned())
        }
        (_, Value::Number(_)) => json!(NUMBERS[dice.below(NUMBERS.len())].to_string()),
        _ => json!(dice.word(words)),
    }
}

fn in_text(input: &[u8], words: &[&str], dice: &mut Dice) -> Vec<u8> {
    let text = String::from_utf8_lossy(input);
    let chars: Vec<char> = text.chars().collect();
    let at = dice.below(chars.len() + 1);
    let end = (at + 1 + dice.below(8)).min(chars.len());
    let (head, tail): (String, String) =
        (chars[..at].iter().collect(), chars[at..].iter().collect());
    let middle: String = chars[at..end].iter().collect();
    let rest: String = chars[end..].iter().collect();
    let text = match dice.below(7) {
        0 => format!("{head}{}{tail}", CHARS[dice.below(CHARS.len())]),
        1 => format!("{head}{}{tail}", dice.word(words)),
        2 => format!("{head}{rest}"),
        3 => format!("{head}{}{rest}", middle.repeat(2 + dice.below(40))),
        4 => format!("{head}{}{rest}", middle.to_uppercase()),
        5 => format!("{head}{}{rest}", CHARS[dice.below(CHARS.len())].repeat(1 + dice.below(300))),
        _ => format!("{rest}{head}{middle}"),
    };
    text.into_bytes()
}

fn crossed(input: Vec<u8>, others: &[Vec<u8>], dice: &mut Dice) -> Vec<u8> {
    let Some(other) = dice.pick(others) else { return input };
    let (cut, from) = (dice.below(input.len() + 1), dice.below(other.len() + 1));
    [&input[..cut], &other[from..]].concat()
}

fn in_bytes(mut input: Vec<u8>, dice: &mut Dice) -> Vec<u8> {
    let at = dice.below(input.len() + 1);
    match dice.below(4) {
        0 => input.insert(at, dice.roll() as u8),
        1 if at < input.len() => input[at] ^= 1 << dice.below(8),
        2 if at < input.len() => drop(input.remove(at)),
        _ => input.truncate(at),
    }
    input
}
