//! Numbers and e-mail addresses that a flow asks for.

use super::reading;
use crate::understanding::text::{MAX_READ, Text, digit_value};

/// The first number of the message: `12`, `1 234,50`, `1,234.50`, or a number word that stands
/// alone.
pub fn number(text: &Text) -> Option<f64> {
    let chars: Vec<char> = text.original.chars().take(MAX_READ).collect();
    let Some(start) = chars.iter().position(|c| digit_value(*c).is_some()) else {
        return number_word(text);
    };
    let mut groups: Vec<(char, String)> = vec![('\0', String::new())];
    let mut at = start;
    while let Some(&c) = chars.get(at) {
        if let Some(d) = digit_value(c) {
            let last = groups.last_mut().expect("there is always a first group");
            last.1.extend(char::from_digit(d, 10));
        } else if is_separator(c) && chars.get(at + 1).is_some_and(|n| digit_value(*n).is_some()) {
            if c.is_whitespace() && following_digits(&chars, at + 1) != 3 {
                break;
            }
            groups.push((c, String::new()));
        } else {
            break;
        }
        at += 1;
    }
    let is_negative = start > 0
        && matches!(chars[start - 1], '-' | '−')
        && (start == 1 || chars[start - 2].is_whitespace());
    let mut written = String::from(if is_negative { "-" } else { "" });
    let last = groups.len() - 1;
    for (i, (sign, digits)) in groups.iter().enumerate() {
        // The last group is a fraction unless it looks like thousands.
        let is_fraction = i > 0
            && i == last
            && matches!(sign, '.' | ',' | '٫')
            && (digits.len() != 3 || i > 1 && groups[i - 1].0 != *sign);
        if is_fraction {
            written.push('.');
        }
        written.push_str(digits);
    }
    written.parse().ok()
}

/// The first e-mail address of the message.
pub fn email(text: &Text) -> Option<String> {
    let chars: Vec<char> = text.original.chars().take(MAX_READ).collect();
    (0..chars.len()).filter(|&at| chars[at] == '@').find_map(|at| {
        let start = (0..at).rev().take_while(|&i| is_local(chars[i])).last()?;
        let end = (at + 1..chars.len()).take_while(|&i| is_domain(chars[i])).last()? + 1;
        let local: String = chars[start..at].iter().collect();
        let domain: String = chars[at + 1..end].iter().collect();
        let (local, domain) = (local.trim_matches('.'), domain.trim_matches(['.', '-']));
        let (name, ending) = domain.rsplit_once('.')?;
        let is_address = !local.is_empty()
            && !name.is_empty()
            && ending.chars().count() >= 2
            && ending.chars().all(char::is_alphabetic)
            && !domain.contains("..");
        is_address.then(|| format!("{local}@{domain}"))
    })
}

fn number_word(text: &Text) -> Option<f64> {
    const NUMERALS: [&str; 11] =
        ["n0", "n1", "n2", "n3", "n4", "n5", "n6", "n7", "n8", "n9", "n10"];
    let mut classes = NUMERALS.to_vec();
    classes.push("courtesy");
    let pieces = reading(text).pieces(text, &classes, |_| false)?;
    let mut values = pieces.iter().filter_map(|p| p.class.filter(|c| *c < NUMERALS.len()));
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    u32::try_from(value).ok().map(f64::from)
}

fn is_separator(c: char) -> bool {
    matches!(c, '.' | ',' | '\'' | '’' | ' ' | '\u{A0}' | '\u{202F}' | '٫' | '٬')
}

fn following_digits(chars: &[char], from: usize) -> usize {
    chars[from..].iter().take(5).take_while(|c| digit_value(**c).is_some()).count()
}

fn is_local(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '%' | '+' | '-')
}

fn is_domain(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '-')
}
