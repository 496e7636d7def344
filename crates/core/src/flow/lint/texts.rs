//! Texts: that every key exists, that the way to a person is spoken in every language, that limits
//! and placeholders are kept.

use super::{Findings, Nodes, at};
use crate::conversation::rules::texts::{OPTIONAL, REQUIRED};
use crate::flow::Kind;
use crate::placeholder;
use crate::why::Why;
use crate::workspace::Document;
use std::collections::{BTreeMap, BTreeSet};

/// Longest body of a message with buttons or a list, and of a plain one.
const INTERACTIVE: usize = 1_024;
const PLAIN: usize = 4_096;

/// Placeholders the engine can fill, beside the flow's own variables.
const PLACEHOLDERS: [&str; 10] =
    ["name", "brand", "order", "status", "tracking", "link", "wait", "model", "price", "agent"];

pub(super) fn check(document: &Document, nodes: &Nodes<'_>, found: &mut Findings) {
    for (id, kind) in nodes {
        if let Some(key) = kind.text_key() {
            match document.texts.get(key) {
                None => found.error(at(id), no_text(key)),
                Some(text) if text.is_empty() => {
                    found.error(at(id), Why::missing().told(format!("text `{key}` is empty")));
                }
                Some(text) if is_interactive(kind) => {
                    for (language, body) in text {
                        if body.chars().count() > INTERACTIVE {
                            let told =
                                format!("with buttons a text has {INTERACTIVE} characters at most");
                            let why = Why::too_long(INTERACTIVE).told(told);
                            found.error(format!("texts.{key}.{language}"), why);
                        }
                    }
                }
                Some(_) => {}
            }
        }
    }
    in_writing(document, nodes, found);
    way_to_people(document, found);
    let languages = &document.workspace.languages;
    for key in OPTIONAL {
        let Some(text) = document.texts.get(*key) else {
            let why = Why::missing().told("is missing; the next best thing is said");
            found.warning(format!("texts.{key}"), why);
            continue;
        };
        let missing: Vec<&str> =
            languages.iter().filter(|l| !text.contains_key(*l)).map(String::as_str).collect();
        if !missing.is_empty() {
            let why = Why::missing().told(format!("is missing in {}", missing.join(", ")));
            found.warning(format!("texts.{key}"), why);
        }
    }
    for (key, text) in &document.texts {
        for (language, body) in text {
            let place = format!("texts.{key}.{language}");
            if body.chars().count() > PLAIN {
                let told = format!("is longer than {PLAIN} characters");
                found.error(place.clone(), Why::too_long(PLAIN).told(told));
            }
            for name in placeholders(body) {
                if !is_known(document, name) {
                    let why = Why::unknown(format!("nothing fills `{{{name}}}`"));
                    found.warning(place.clone(), why);
                }
            }
        }
    }
}

fn no_text(key: &str) -> Why {
    Why::unknown(format!("there is no text `{key}`"))
}

/// What a form asks is asked in writing where the form cannot be shown.
fn in_writing(document: &Document, nodes: &Nodes<'_>, found: &mut Findings) {
    for (id, kind) in nodes {
        let Kind::Form { fields, .. } = kind else { continue };
        for field in fields {
            let name = &field.name;
            match &field.ask {
                None if field.is_optional => {}
                None => {
                    let told = format!(
                        "field `{name}` has no `ask`: where the form cannot be shown, people must"
                    );
                    found.warning(at(id), Why::missing().told(told));
                }
                Some(key) if document.texts.get(key).is_none_or(BTreeMap::is_empty) => {
                    found.error(at(id), no_text(key));
                }
                Some(_) => {}
            }
        }
    }
}

/// The hand-off, after-hours and emergency texts exist in every enabled language.
fn way_to_people(document: &Document, found: &mut Findings) {
    let first = document.triggers.sensitive.iter().filter_map(|r| r.first.as_deref());
    let keys: BTreeSet<&str> = REQUIRED.iter().copied().chain(first).collect();
    for key in keys {
        let Some(text) = document.texts.get(key) else {
            let why = Why::missing().told("is missing; without it customers meet silence");
            found.error(format!("texts.{key}"), why);
            continue;
        };
        for language in &document.workspace.languages {
            if text.get(language).is_none_or(|t| t.trim().is_empty()) {
                let why = Why::missing().told(format!("is missing in `{language}`"));
                found.error(format!("texts.{key}.{language}"), why);
            }
        }
    }
}

fn is_interactive(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Menu { .. } | Kind::Form { .. } | Kind::Topics { .. } | Kind::Finder { .. }
    )
}

/// The names in single braces.
fn placeholders(body: &str) -> impl Iterator<Item = &str> {
    let is_letter = |b: u8| b.is_ascii_lowercase() || b == b'_';
    let names = placeholder::all(body).map(|one| one.name);
    names.filter(move |name| !name.is_empty() && name.bytes().all(is_letter))
}

fn is_known(document: &Document, name: &str) -> bool {
    PLACEHOLDERS.contains(&name)
        || document.flow.nodes.iter().any(|n| match &n.kind {
            Kind::Set { variable, .. } => variable == name,
            Kind::Ask { variable, .. } => variable.as_deref() == Some(name),
            Kind::Form { fields, .. } => fields.iter().any(|f| f.variable.as_deref() == Some(name)),
            _ => false,
        })
}
