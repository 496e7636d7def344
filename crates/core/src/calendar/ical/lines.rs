//! Lines of an iCalendar file: long ones go on in the next after a blank; each has a name,
//! parameters and a value.

use std::borrow::Cow;

/// One line as it is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Where it begins, counted from 1.
    pub number: usize,
    text: Cow<'a, str>,
    /// Where the name ends, and where the value begins.
    name_end: usize,
    value_start: usize,
}

impl Line<'_> {
    pub(super) fn is(&self, name: &str) -> bool {
        self.text[..self.name_end].eq_ignore_ascii_case(name)
    }

    pub(super) fn value(&self) -> &str {
        self.text[self.value_start..].trim()
    }
}

/// The lines that have a name and a value; others say nothing.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut physical = text.lines().enumerate().peekable();
    std::iter::from_fn(move || {
        loop {
            let (number, first) = physical.next()?;
            let mut whole = Cow::Borrowed(first);
            while let Some((_, next)) = physical.next_if(|(_, l)| l.starts_with([' ', '\t'])) {
                whole.to_mut().push_str(&next[1..]);
            }
            if let Some(line) = apart(number + 1, whole) {
                return Some(line);
            }
        }
    })
}

/// `NAME;PARAM="a:b";OTHER=c:value`: a quoted parameter may hold what else would end it.
fn apart(number: usize, text: Cow<'_, str>) -> Option<Line<'_>> {
    let mut is_quoted = false;
    let mut name_end = None;
    for (at, char) in text.char_indices() {
        match char {
            '"' => is_quoted = !is_quoted,
            ';' if !is_quoted => name_end = name_end.or(Some(at)),
            ':' if !is_quoted => {
                let name_end = name_end.unwrap_or(at);
                return Some(Line { number, text, name_end, value_start: at + 1 });
            }
            _ => {}
        }
    }
    None
}

/// A text value: escapes undone, on one line, not longer than a name may be.
pub(super) fn plain(value: &str) -> String {
    const LONGEST: usize = 100;
    let mut out = String::new();
    let mut chars = value.chars();
    while let Some(char) = chars.next() {
        let char = match char {
            '\\' => match chars.next() {
                Some('n' | 'N') | None => ' ',
                Some(escaped) => escaped,
            },
            other => other,
        };
        out.push(if char.is_control() { ' ' } else { char });
    }
    let words: Vec<&str> = out.split_whitespace().collect();
    words.join(" ").chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_goes_on_after_a_blank_and_counts_as_one() {
        let found: Vec<_> =
            lines("\u{feff}A:1\r\nSUMMARY:Con\r\n gés\r\n\td'été\r\n\r\nB:2").collect();
        let told: Vec<_> = found.iter().map(|l| (l.number, l.value())).collect();
        assert_eq!(told, [(1, "1"), (2, "Congésd'été"), (6, "2")]);
    }

    #[test]
    fn a_colon_in_quotes_does_not_end_a_parameter() {
        let line = lines("dtstart;TZID=\"(GMT+01:00) Paris; x\":20270801T000000").next().unwrap();
        assert!(line.is("DTSTART"));
        assert_eq!(line.value(), "20270801T000000");
    }

    #[test]
    fn escapes_are_undone_and_a_name_stays_on_one_line() {
        assert_eq!(plain("Congés\\, été\\n  \\;\\\\ fin\u{7}\\"), "Congés, été ;\\ fin");
        assert_eq!(plain(&"é".repeat(300)).chars().count(), 100);
    }
}
