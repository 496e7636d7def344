//! The limits of single fields and how a breach is told.

use std::fmt;

/// A message the provider would refuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct Invalid {
    pub field: &'static str,
    pub problem: Problem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    Missing,
    TooLong {
        limit: usize,
        actual: usize,
    },
    TooMany {
        limit: usize,
        actual: usize,
    },
    Duplicate,
    /// Spaces around an id, a name with forbidden signs, a link that is none.
    Malformed,
    /// This kind of message has no such part.
    NotPossible,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is missing or empty"),
            Self::TooLong { limit, actual } => {
                write!(f, "has {actual} characters, at most {limit} are possible")
            }
            Self::TooMany { limit, actual } => {
                write!(f, "{actual} given, at most {limit} possible")
            }
            Self::Duplicate => f.write_str("must not occur twice"),
            Self::Malformed => f.write_str("is not well formed"),
            Self::NotPossible => f.write_str("is not possible with this kind of message"),
        }
    }
}

fn fail<T>(field: &'static str, problem: Problem) -> Result<T, Invalid> {
    Err(Invalid { field, problem })
}

/// Text of several lines, not blank.
pub(super) fn prose<'a>(
    field: &'static str,
    text: &'a str,
    limit: usize,
) -> Result<&'a str, Invalid> {
    let actual = text.chars().count();
    if text.trim().is_empty() {
        return fail(field, Problem::Missing);
    }
    if actual > limit {
        return fail(field, Problem::TooLong { limit, actual });
    }
    Ok(text)
}

/// Text of one line, without the spaces around it.
pub(super) fn line<'a>(
    field: &'static str,
    text: &'a str,
    limit: usize,
) -> Result<&'a str, Invalid> {
    let text = prose(field, text.trim(), limit)?;
    if text.contains(['\n', '\r']) { fail(field, Problem::Malformed) } else { Ok(text) }
}

/// An id: comes back to us, so nothing about it may be changed silently.
pub(super) fn exact<'a>(
    field: &'static str,
    text: &'a str,
    limit: usize,
) -> Result<&'a str, Invalid> {
    if text.trim() == text { line(field, text, limit) } else { fail(field, Problem::Malformed) }
}

pub(super) fn in_range(field: &'static str, actual: usize, limit: usize) -> Result<(), Invalid> {
    match actual {
        0 => fail(field, Problem::Missing),
        n if n > limit => fail(field, Problem::TooMany { limit, actual }),
        _ => Ok(()),
    }
}

pub(super) fn distinct<'a>(
    field: &'static str,
    texts: impl Iterator<Item = &'a str>,
) -> Result<(), Invalid> {
    let mut seen = std::collections::BTreeSet::new();
    for text in texts {
        if !seen.insert(text) {
            return fail(field, Problem::Duplicate);
        }
    }
    Ok(())
}

/// An absolute web address.
pub(super) fn web_link<'a>(field: &'static str, url: &'a str) -> Result<&'a str, Invalid> {
    exact(field, url, 2_000)?;
    let parsed = reqwest::Url::parse(url).ok();
    match parsed {
        Some(parsed) if matches!(parsed.scheme(), "https" | "http") && parsed.has_host() => Ok(url),
        _ => fail(field, Problem::Malformed),
    }
}
