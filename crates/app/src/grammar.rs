//! The words a list is asked for with: `is:open team:billing tag:refund before:2026-11-01 "double
//! charge"`. One grammar for the search field, saved views and the API. What is no filter is
//! looked for in what was said.

use crate::port::store::{InboxFilter, InboxSort, Snoozed};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use relais_core::time::Timestamp;
use relais_core::understanding::text::fold;

/// What the grammar looks at beside the words.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// Key of the agent who asks: `to:me`, `is:mine`, `is:mentioned`.
    pub me: &'a str,
    pub now: Timestamp,
    /// The zone in which days begin.
    pub zone: &'a str,
}

/// Longest text that is read.
const LONGEST: usize = 500;

impl Reader<'_> {
    /// The filter of a text; nothing in it is an error. Samples are shown.
    pub fn read(&self, text: &str) -> InboxFilter {
        let mut filter = InboxFilter { with_sample: true, ..InboxFilter::default() };
        let mut words: Vec<String> = Vec::new();
        let text: String = text.chars().take(LONGEST).collect();
        for term in terms(&text) {
            let taken = match &term.key {
                Some(key) => self.take(&mut filter, key, &term.value),
                None => false,
            };
            if !taken {
                words.push(term.whole());
            }
        }
        let search = fold(&number(&words.join(" ")));
        filter.search = Some(search).filter(|words| !words.trim().is_empty());
        filter
    }

    fn take(&self, filter: &mut InboxFilter, key: &str, value: &str) -> bool {
        let own = || Some(value.to_owned());
        match key {
            "is" => return self.is(filter, value),
            "team" => filter.team = own(),
            "to" if value == "me" => filter.assignee = Some(self.me.to_owned()),
            "to" if value == "none" => filter.is_unassigned = true,
            "to" => filter.assignee = own(),
            "tag" => filter.tag = own(),
            "lang" => filter.language = own(),
            "reason" => filter.reason = own(),
            "tier" => match value.parse() {
                Ok(tier) => filter.tier = Some(tier),
                Err(_) => return false,
            },
            "priority" => match ["normal", "high", "urgent"].iter().position(|p| *p == value) {
                Some(rank) => filter.priority = i64::try_from(rank).ok(),
                None => return false,
            },
            "before" | "after" => match self.day(value) {
                Some(day) if key == "before" => filter.moved_before = Some(day),
                Some(day) => filter.moved_from = Some(day),
                None => return false,
            },
            "sort" => match sort(value) {
                Some(sort) => filter.sort = sort,
                None => return false,
            },
            _ => return false,
        }
        true
    }

    fn is(&self, filter: &mut InboxFilter, value: &str) -> bool {
        let status: &[&str] = match value {
            "open" => &["bot", "queued", "human"],
            "held" => &["queued", "human"],
            "bot" => &["bot"],
            "queue" | "queued" => &["queued"],
            "human" => &["human"],
            "resolved" | "closed" => &["resolved"],
            "mine" => {
                filter.assignee = Some(self.me.to_owned());
                &["human"]
            }
            "answered" => {
                filter.is_answered = true;
                &["human"]
            }
            "waiting" => &["queued"],
            "risk" => {
                filter.at_risk = Some(self.now);
                &[]
            }
            "mentioned" => {
                filter.mentions = Some(self.me.to_owned());
                &[]
            }
            "snoozed" => {
                filter.snoozed = Snoozed::Only;
                &[]
            }
            "awake" => {
                filter.snoozed = Snoozed::Without;
                &[]
            }
            "unassigned" => {
                filter.is_unassigned = true;
                &[]
            }
            "vip" => {
                filter.only_vip = true;
                &[]
            }
            "unread" => {
                filter.only_unread = true;
                &[]
            }
            _ => return false,
        };
        filter.status.extend(status.iter().map(|s| (*s).to_owned()));
        true
    }

    /// The first instant of a day as people write it here.
    fn day(&self, text: &str) -> Option<Timestamp> {
        let day: Date = text.parse().ok()?;
        let zone = TimeZone::get(self.zone).unwrap_or(TimeZone::UTC);
        zone.to_timestamp(day.at(0, 0, 0, 0)).ok().map(Timestamp::from_jiff)
    }
}

/// The order a word names.
pub fn sort(word: &str) -> Option<InboxSort> {
    Some(match word {
        "newest" => InboxSort::Newest,
        "due" => InboxSort::Due,
        "waiting" => InboxSort::Waiting,
        "priority" => InboxSort::Priority,
        _ => return None,
    })
}

/// A phone number is one word, however it was spaced.
fn number(words: &str) -> String {
    let is_part = |c: char| c.is_ascii_digit() || "+ ().-".contains(c);
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    if digits.len() >= 6 && words.chars().all(is_part) { digits } else { words.to_owned() }
}

/// `key:value`, with quotes round a value that has spaces; or a quoted phrase; or a word.
struct Term {
    key: Option<String>,
    value: String,
}

impl Term {
    fn whole(&self) -> String {
        match &self.key {
            Some(key) => format!("{key}:{}", self.value),
            None => self.value.clone(),
        }
    }
}

fn terms(text: &str) -> Vec<Term> {
    let mut all = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
        let key = (letters > 0 && rest[letters..].starts_with(':'))
            .then(|| rest[..letters].to_lowercase())
            .filter(|_| rest[letters + 1..].chars().next().is_some_and(|c| !c.is_whitespace()));
        let start = key.as_ref().map_or(0, |_| letters + 1);
        let (value, end) = value(&rest[start..]);
        if key.is_some() || !value.is_empty() {
            let value = if key.is_some() { value.to_lowercase() } else { value.to_owned() };
            all.push(Term { key, value });
        }
        rest = rest[start + end..].trim_start();
    }
    all
}

/// A value and where it ends; an open quote ends with the text.
fn value(text: &str) -> (&str, usize) {
    if let Some(inside) = text.strip_prefix('"') {
        let end = inside.find('"').unwrap_or(inside.len());
        return (&inside[..end], (end + 2).min(text.len()));
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    (&text[..end], end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> InboxFilter {
        let now = Timestamp::from_secs(1_800_000_000);
        Reader { me: "nadia", now, zone: "Europe/Paris" }.read(text)
    }

    #[test]
    fn filters_are_taken_and_the_rest_is_looked_for() {
        let found =
            read("is:open team:billing tier:2 tag:refund before:2026-11-01 \"double charge\"");
        assert_eq!(found.status, ["bot", "queued", "human"]);
        assert_eq!((found.team.as_deref(), found.tier), (Some("billing"), Some(2)));
        assert_eq!(found.tag.as_deref(), Some("refund"));
        // Midnight in Paris.
        assert_eq!(found.moved_before.map(Timestamp::as_secs), Some(1_793_487_600));
        assert_eq!(found.search.as_deref(), Some("double charge"));
    }

    #[test]
    fn me_is_whoever_asks() {
        assert_eq!(read("to:me").assignee.as_deref(), Some("nadia"));
        assert_eq!(read("is:mentioned").mentions.as_deref(), Some("nadia"));
        assert_eq!(read("is:mine").assignee.as_deref(), Some("nadia"));
        assert!(read("to:none").is_unassigned);
    }

    #[test]
    fn what_is_no_filter_is_only_words() {
        let found = read("is:strange tier:two priority:none note: https://x.example before:soon");
        assert_eq!(found.status, Vec::<String>::new());
        assert!(found.tier.is_none() && found.priority.is_none() && found.moved_before.is_none());
        assert!(found.search.unwrap().contains("strange"));
        assert_eq!(read("   ").search, None);
        assert_eq!(read("\"").search, None);
        assert_eq!(read("tag:\"en attente").tag.as_deref(), Some("en attente"));
    }

    #[test]
    fn a_number_is_one_word_however_it_is_spaced() {
        assert_eq!(read("+33 6 39 98 01 01").search.as_deref(), Some("33639980101"));
        assert_eq!(read("24 h").search.as_deref(), Some("24 h"));
    }

    #[test]
    fn no_text_makes_it_fail() {
        for text in ["é:", "::", ":x", "is:", "\"\"\"", "a:\"b", "é:é\"", "is:\"\" x", "tag:|"] {
            read(text);
        }
    }
}
