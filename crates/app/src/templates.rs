//! Approved templates, filled from what is known of the conversation.

pub mod listed;

use relais_core::conversation::State;
use relais_core::message::Outbound;
use relais_core::workspace::snapshot::Snapshot;

/// The message of a template; nothing when there is no such template.
pub fn outbound(snapshot: &Snapshot, name: &str, state: &State) -> Option<Outbound> {
    let template = snapshot.document.templates.iter().find(|t| t.name == name)?;
    let language = if template.body.contains_key(&state.language) {
        &state.language
    } else {
        &snapshot.document.workspace.fallback_language
    };
    let text = snapshot.pick(&template.body, language)?;
    let (body, params) = filled(text, state);
    let language = language.clone();
    Some(Outbound::Template { name: name.to_owned(), language, params, body })
}

/// The body with its values, and the values in order of their places.
fn filled(text: &str, state: &State) -> (String, Vec<String>) {
    let (mut body, mut params) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some((before, name, after)) = next_place(rest) {
        let value = value(name, state);
        body.push_str(before);
        body.push_str(&value);
        params.push(value);
        rest = after;
    }
    body.push_str(rest);
    (body, params)
}

fn next_place(text: &str) -> Option<(&str, &str, &str)> {
    let open = text.find('{')?;
    let close = open + text[open..].find('}')?;
    Some((&text[..open], &text[open + 1..close], &text[close + 1..]))
}

/// A provider refuses an empty value, so there is always something to say.
fn value(name: &str, state: &State) -> String {
    let known = match name {
        "name" => state.name.as_deref().and_then(|n| n.split_whitespace().next()),
        "order" => state.orders.first().map(String::as_str),
        other => state.variables.get(other).map(String::as_str),
    };
    known.unwrap_or("—").to_owned()
}
