//! Logs as something that can be compared.

use relais_app::service::Service;
use relais_core::conversation::event::Event;
use relais_core::message::Sender;
use serde_json::Value;
use std::collections::BTreeMap;

/// What a provider tells and the simulator does not, or the other way round.
const OF_THE_CHANNEL: [&str; 7] =
    ["business_number", "quotes", "media_id", "mime", "sha256", "filename", "engine"];

/// Events shown before a difference.
const CONTEXT: usize = 2;

/// An event: when and what, and each of its values with the way to it.
#[derive(Debug, PartialEq)]
pub(super) struct Entry {
    pub head: String,
    pub fields: Vec<String>,
}

/// Every event of every conversation of a customer, oldest first.
pub(super) async fn mapped(service: &Service, phone: &str) -> Vec<Entry> {
    let sender = Sender { phone: Some(phone.to_owned()), ..Sender::default() };
    let contact = service.store().contact_of(&sender).await.unwrap().unwrap();
    let mut rows = service.store().conversations_of(contact.id).await.unwrap();
    rows.sort_by_key(|row| row.id);
    let mut ids = Ids::default();
    let mut entries = Vec::new();
    for row in rows {
        for (stored, event) in service.log(row.id).await.unwrap() {
            ids.learn(&event);
            let mut value = serde_json::to_value(&event).unwrap();
            ids.map(&mut value);
            let mut fields = Vec::new();
            flatten("", &value, &mut fields);
            entries.push(Entry { head: format!("{} {}", stored.at, event.kind()), fields });
        }
    }
    entries
}

/// Ids by the order in which they first appear.
#[derive(Default)]
struct Ids {
    numbers: BTreeMap<String, usize>,
    of_provider: Vec<String>,
}

impl Ids {
    fn learn(&mut self, event: &Event) {
        if let Event::MessageReceived { content: Some(inbound), .. } = event {
            self.of_provider.push(inbound.provider_id.clone());
        }
    }

    fn map(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if uuid_like(text) || self.of_provider.contains(text) {
                    let next = self.numbers.len() + 1;
                    let number = *self.numbers.entry(text.clone()).or_insert(next);
                    *text = format!("#{number}");
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.map(item)),
            Value::Object(fields) => {
                fields.retain(|key, _| !OF_THE_CHANNEL.contains(&key.as_str()));
                fields.values_mut().for_each(|field| self.map(field));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

fn uuid_like(text: &str) -> bool {
    let dashes: Vec<usize> = text.match_indices('-').map(|(at, _)| at).collect();
    text.len() == 36
        && dashes == [8, 13, 18, 23]
        && text.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit())
}

/// Adds `path=value` for everything in a value.
fn flatten(path: &str, value: &Value, fields: &mut Vec<String>) {
    let below = |key: &str| {
        if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
    };
    match value {
        Value::Object(members) => {
            for (key, member) in members {
                flatten(&below(key), member, fields);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                flatten(&below(&n.to_string()), item, fields);
            }
        }
        Value::Null => {}
        plain => fields.push(format!("{path}={plain}")),
    }
}

/// The first event that differs, with its differing values, below the events before it.
pub(super) fn difference(expected: &[Entry], actual: &[Entry]) -> Option<String> {
    let longest = expected.len().max(actual.len());
    let at = (0..longest).find(|at| expected.get(*at) != actual.get(*at))?;
    let context = &expected[at.saturating_sub(CONTEXT)..at];
    let mut lines: Vec<String> = context.iter().map(|e| format!("  {}", e.head)).collect();
    for (sign, mine, other) in [("-", expected, actual), ("+", actual, expected)] {
        let Some(entry) = mine.get(at) else { continue };
        lines.push(format!("{sign} {}", entry.head));
        let has = |field: &String| other.get(at).is_some_and(|o| o.fields.contains(field));
        lines.extend(entry.fields.iter().filter(|f| !has(f)).map(|f| format!("{sign}   {f}")));
    }
    Some(lines.join("\n"))
}
