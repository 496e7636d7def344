//! Lines of JSON from anywhere: bytes that are no UTF-8, and halves of surrogate pairs, which other
//! languages hold in their strings and Rust does not. Every half becomes one character, so that code
//! points keep their places, and is written as it came.

use super::{Line, Record};
use std::borrow::Cow;

/// The last 2 048 code points stand for U+D800 to U+DFFF; they are for private use, and where a line
/// uses them itself, halves become U+FFFD.
const FIRST: u32 = 0x0010_F800;
const HALVES: std::ops::RangeInclusive<u32> = 0xD800..=0xDFFF;
const UNKNOWN: char = '\u{FFFD}';

/// Reads one line of JSON. Bytes that are no UTF-8 become U+FFFD.
pub fn read_line(bytes: &[u8]) -> Result<Line, serde_json::Error> {
    let json = decoded(bytes);
    let json = json.trim_start_matches('\u{FEFF}');
    serde_json::from_str(json).or_else(|error| {
        let (mended, has_halves) = mended(json).ok_or(error)?;
        let line: Line = serde_json::from_str(&mended)?;
        Ok(Line { has_halves, ..line })
    })
}

/// The record as one line of JSON, without the line break.
pub fn write_record(record: &Record) -> Result<String, serde_json::Error> {
    let json = serde_json::to_string(record)?;
    if !record.has_halves {
        return Ok(json);
    }
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        match u32::from(c).checked_sub(FIRST) {
            Some(at) => out.push_str(&format!("\\u{:04x}", HALVES.start() + at)),
            None => out.push(c),
        }
    }
    Ok(out)
}

/// Halves that were written as three bytes each become escapes.
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at..] {
            [0xED, b @ 0xA0..=0xBF, c @ 0x80..=0xBF, ..] => {
                let unit = 0xD000 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F);
                out.extend_from_slice(format!("\\u{unit:04x}").as_bytes());
                at += 3;
            }
            _ => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&out).into_owned())
}

/// The JSON text with halves replaced, and whether each kept its own value; nothing if it has none.
fn mended(json: &str) -> Option<(String, bool)> {
    let is_free = !json.chars().any(|c| u32::from(c) >= FIRST)
        && !json.to_ascii_lowercase().contains("\\udbf");
    let stand_in = |unit: u32| match char::from_u32(FIRST + unit - HALVES.start()) {
        Some(c) if is_free => c,
        _ => UNKNOWN,
    };
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    let mut is_changed = false;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let used = match (unit(escape), escape.get(6..).and_then(unit)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(half), _) if HALVES.contains(&half) => {
                is_changed = true;
                out.push(stand_in(half));
                rest = &escape[6..];
                continue;
            }
            (Some(_), _) => 6,
            // The backslash with what it escapes, so that `\\u` is not read as an escape.
            (None, _) => 1 + escape.chars().nth(1).map_or(0, char::len_utf8),
        };
        out.push_str(&escape[..used]);
        rest = &escape[used..];
    }
    out.push_str(rest);
    is_changed.then_some((out, is_free))
}

/// The code unit of a `\uXXXX` at the beginning.
fn unit(escape: &str) -> Option<u32> {
    let digits = escape.strip_prefix("\\u")?.get(..4)?;
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}
