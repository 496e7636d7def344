//! Approved templates, filled from what is known of the conversation and what the agent gives.

pub mod listed;
#[cfg(test)]
mod tests;

use relais_core::conversation::State;
use relais_core::message::Outbound;
use relais_core::placeholder::{self, Placeholder};
use relais_core::why::Why;
use relais_core::workspace::snapshot::Snapshot;
use std::collections::BTreeMap;

/// Longest value an agent may give, in characters.
const VALUE: usize = 200;
/// Longest body of a template, in characters; the provider counts the values too (132005).
const BODY: usize = 1_024;
/// Spaces in a row that the provider refuses.
const GAP: &str = "    ";

/// What there is to fill a template with. A value that was given goes before one that is known: it
/// is what the agent saw when sending.
#[derive(Clone, Debug, Default)]
pub struct Filling {
    known: BTreeMap<String, String>,
    given: BTreeMap<String, String>,
}

impl Filling {
    /// From what is known of the conversation.
    pub fn of(state: &State) -> Self {
        let mut known = state.variables.clone();
        let name = state.first_name().map(str::to_owned);
        for (place, value) in [("name", name), ("order", state.orders.first().cloned())] {
            match value {
                Some(value) => known.insert(place.to_owned(), value),
                None => known.remove(place),
            };
        }
        Self { known, given: BTreeMap::new() }
    }

    /// The person who sends it: `agent` is their first name.
    #[must_use]
    pub fn by(mut self, agent: &str) -> Self {
        let name = agent.split_whitespace().next();
        self.known.extend(name.map(|name| ("agent".to_owned(), name.to_owned())));
        self
    }

    /// What the agent gives, by place.
    #[must_use]
    pub fn with(mut self, given: &BTreeMap<String, String>) -> Self {
        self.given.clone_from(given);
        self
    }

    fn value(&self, place: &str, default: Option<&str>) -> Option<String> {
        let found = self.given.get(place).or_else(|| self.known.get(place)).map(String::as_str);
        let value = found.filter(|value| !value.trim().is_empty()).or(default)?;
        Some(on_one_line(value.trim())).filter(|value| !value.is_empty())
    }
}

/// A place of a text; nothing where its value is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub name: String,
    pub value: Option<String>,
}

/// Why a template cannot be filled.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    #[error("there is no such template")]
    Unknown,
    #[error("{why}")]
    Value { place: String, why: ValueError },
    #[error("with its values the message has more than {BODY} characters: shorten them")]
    TooLong,
}

/// Why a value cannot stand in a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    #[error("the template has no such place in this language: leave it out")]
    NoPlace,
    #[error("is empty: say what the customer shall read there")]
    Empty,
    #[error("has more than {VALUE} characters: shorten it")]
    TooLong,
    #[error(
        "has a line break, a tab or more than three spaces in a row, which WhatsApp refuses in a \
        template: write it on one line"
    )]
    Layout,
}

impl ValueError {
    pub fn why(self) -> Why {
        match self {
            Self::NoPlace => Why::unknown(""),
            Self::Empty => Why::missing(),
            Self::TooLong => Why::too_long(VALUE),
            Self::Layout => Why::new("one_line", ""),
        }
        .told(self.to_string())
    }
}

/// The message of a template.
pub fn outbound(
    snapshot: &Snapshot,
    name: &str,
    language: &str,
    filling: &Filling,
) -> Result<Outbound, TemplateError> {
    let (template, language) = snapshot.template(name, language).ok_or(TemplateError::Unknown)?;
    let text = snapshot.pick(&template.body, language).ok_or(TemplateError::Unknown)?;
    must_fit(text, &filling.given)?;
    let (body, params) = filled(text, filling);
    if !filling.given.is_empty() && body.chars().count() > BODY {
        return Err(TemplateError::TooLong);
    }
    Ok(Outbound::Template { name: name.to_owned(), language: language.to_owned(), params, body })
}

/// The places of a text, each once, in their order.
pub fn places(text: &str, filling: &Filling) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for Placeholder { name, default, .. } in placeholder::all(text) {
        let value = filling.value(name, default);
        match places.iter_mut().find(|place| place.name == name) {
            // It reads differently there: one value is asked for.
            Some(place) if place.value != value => place.value = None,
            Some(_) => {}
            None => places.push(Place { name: name.to_owned(), value }),
        }
    }
    places
}

fn must_fit(text: &str, given: &BTreeMap<String, String>) -> Result<(), TemplateError> {
    for (place, value) in given {
        let why = if !placeholder::all(text).any(|one| one.name == place) {
            ValueError::NoPlace
        } else if value.trim().is_empty() {
            ValueError::Empty
        } else if value.chars().count() > VALUE {
            ValueError::TooLong
        } else if value.trim_matches(' ').contains(is_layout) || has_gap(value.trim()) {
            ValueError::Layout
        } else {
            continue;
        };
        return Err(TemplateError::Value { place: place.clone(), why });
    }
    Ok(())
}

fn on_one_line(value: &str) -> String {
    if value.contains(is_layout) || has_gap(value) {
        value.split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        value.to_owned()
    }
}

fn is_layout(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

fn has_gap(value: &str) -> bool {
    value.contains(GAP)
}

/// The body with its values, and the values in order of their places.
fn filled(text: &str, filling: &Filling) -> (String, Vec<String>) {
    let (mut body, mut params) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((before, Placeholder { name, default, .. }, after)) = placeholder::first(rest) {
        // A provider refuses an empty value, so there is always something to say.
        let value = filling.value(name, default).unwrap_or_else(|| "—".to_owned());
        body.push_str(before);
        body.push_str(&value);
        params.push(value);
        rest = after;
    }
    body.push_str(rest);
    (body, params)
}
