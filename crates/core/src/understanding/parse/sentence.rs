//! Sentences that mean one thing to the flow, wherever their words stand.

use super::closed::{is_thanks, yes_no};
use super::{GRAMMAR, hits, reading};
use crate::understanding::pattern::Hit;
use crate::understanding::text::{Quote, Text};

/// Longest message that is read as an answer to "is it solved?", in tokens.
const LONGEST_ANSWER: usize = 30;

/// Yes or no to "is it solved?", where "still broken" is a no and "it works now" a yes.
pub fn solved(text: &Text) -> Option<bool> {
    let answer = yes_no(text);
    if text.tokens.len() > LONGEST_ANSWER {
        return answer;
    }
    let hits = hits(text);
    let has = |section: &str| hits.iter().any(|h| in_section(h, section));
    if has("unsolved") {
        return Some(false);
    }
    let works = hits.iter().filter(|h| in_section(h, "solved"));
    match (works.clone().any(|h| h.is_negated), works.count() > 0) {
        (true, _) => Some(false),
        (false, true) if !text.has_question_mark => Some(true),
        _ => answer,
    }
}

/// An offer is not taken, in a sentence of its own: "je vais regarder sur le site". Read only where
/// a yes or no is awaited.
pub fn declines(text: &Text) -> bool {
    !text.has_question_mark
        && first(text, "declines").is_some()
        && !reading(text).has_class("heartily")
}

/// Longest message that says of an answer that it does not work, in tokens.
const LONGEST_STUCK: usize = 12;

/// What an answer told to do does not work or is not found: "it won't let me". Read only after that
/// answer.
pub fn is_stuck(text: &Text) -> bool {
    text.tokens.len() <= LONGEST_STUCK && !text.has_question_mark && first(text, "stuck").is_some()
}

/// Longest message that is read as nothing but praise, in tokens.
const LONGEST_PRAISE: usize = 24;

/// Pleased with something, and asking for nothing: "la lampe est magnifique".
pub fn is_praise(text: &Text) -> bool {
    text.tokens.len() <= LONGEST_PRAISE
        && !text.has_question_mark
        && first(text, "praise").is_some()
        && !reading(text).has_class("asks_more")
}

/// Thanks or praise, and nothing that is asked for.
pub fn is_pleased(text: &Text) -> bool {
    is_thanks(text) || is_praise(text)
}

/// Asks whether it talks to a robot or a person, without asking for a person.
pub fn asks_identity(text: &Text) -> bool {
    first(text, "identity").is_some()
}

/// Asks where an order or parcel is, or to track one; not how long it usually takes.
pub fn wants_tracking(text: &Text) -> Option<Quote> {
    let hits = hits(text);
    let is_general = hits.iter().any(|h| in_section(h, "in general"));
    let asks_when =
        |h: &Hit| text.tokens[h.from..h.to].iter().any(|t| WHEN.contains(&t.fold.as_str()));
    let found = hits
        .iter()
        .find(|h| !h.is_negated && in_section(h, "tracking") && !(is_general && asks_when(h)));
    found.map(|h| h.quote(text))
}

/// Asks on about an order that was spoken of ("and when will it come?", "any news?").
pub fn asks_on(text: &Text) -> bool {
    let hits = hits(text);
    let is_general = hits.iter().any(|h| in_section(h, "in general"));
    !is_general && hits.iter().any(|h| !h.is_negated && in_section(h, "asks on"))
}

/// "When", which may be asked of any order.
const WHEN: [&str; 10] =
    ["quand", "when", "cuando", "quando", "wann", "kab", "متى", "امتى", "कब", "eta"];

/// Has no order number at hand.
pub fn has_no_number(text: &Text) -> bool {
    first(text, "no_number").is_some()
}

fn first(text: &Text, section: &str) -> Option<Hit> {
    hits(text).iter().copied().find(|h| !h.is_negated && in_section(h, section))
}

pub(super) fn in_section(hit: &Hit, section: &str) -> bool {
    GRAMMAR.section_name(hit.section) == section
}
