//! Values bound into statements. A few kinds, the same on both databases: times are µs integers,
//! flags are 0 and 1, ids are native (`BLOB` on SQLite, `UUID` on PostgreSQL).

use relais_app::at_rest::{MARK, Ring};
use relais_app::port::store::{MediaState, OutboxClass, OutboxState};
use relais_core::id::{
    ChannelId, ContactId, ConversationId, EscalationId, MessageId, UserId, WorkspaceId,
};
use relais_core::message::Delivery;
use relais_core::time::{Span, Timestamp};
use uuid::Uuid;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Null,
    Int(i64),
    /// Never holds NUL, which PostgreSQL cannot store: see [`Value::text`].
    Text(String),
    /// What a person said or is, for a place (table and column): sealed where encryption at rest is
    /// on, a text like others where it is not.
    Content {
        place: &'static str,
        text: String,
    },
    /// Words of a text for the index, with a space between; or the word a search looks for.
    Words(String),
    Bytes(Vec<u8>),
    Id(Uuid),
}

impl Value {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(storable(text.into()))
    }
}

/// NUL becomes U+FFFD, on both databases alike: a customer may put one into a name, and a refusal
/// would make the provider deliver that message for ever. So does the mark of sealed texts where a
/// text begins with it: what a customer writes must never pass for one.
fn storable(mut text: String) -> String {
    if text.contains('\0') {
        text = text.replace('\0', "\u{FFFD}");
    }
    if Ring::is_sealed(&text) {
        text.replace_range(..MARK.len_utf8(), "\u{FFFD}");
    }
    text
}

/// A value of a column that holds what a person said or is.
pub(crate) fn content<'a>(place: &'static str, text: impl Into<Option<&'a str>>) -> Value {
    text.into()
        .map_or(Value::Null, |text| Value::Content { place, text: storable(text.to_owned()) })
}

/// The arguments of a statement, in order.
macro_rules! vals {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Value::from($value)),*] };
}
pub(crate) use vals;

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::text(value)
    }
}

impl From<&String> for Value {
    fn from(value: &String) -> Self {
        Self::text(value.as_str())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::text(value)
    }
}

impl From<&[u8]> for Value {
    fn from(value: &[u8]) -> Self {
        Self::Bytes(value.to_vec())
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Bytes(value)
    }
}

impl From<Uuid> for Value {
    fn from(value: Uuid) -> Self {
        Self::Id(value)
    }
}

impl From<Timestamp> for Value {
    fn from(value: Timestamp) -> Self {
        Self::Int(value.as_micros())
    }
}

impl From<Span> for Value {
    fn from(value: Span) -> Self {
        Self::Int(value.as_micros())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

macro_rules! id_values {
    ($($id:ident),+) => {$(
        impl From<$id> for Value {
            fn from(value: $id) -> Self { Self::Id(value.0) }
        }
    )+};
}

id_values!(WorkspaceId, ChannelId, ContactId, ConversationId, EscalationId, MessageId, UserId);

impl From<Delivery> for Value {
    fn from(value: Delivery) -> Self {
        Self::Int(delivery_rank(value))
    }
}

impl From<OutboxClass> for Value {
    fn from(value: OutboxClass) -> Self {
        Self::from(class_word(value))
    }
}

impl From<MediaState> for Value {
    fn from(value: MediaState) -> Self {
        Self::from(media_word(value))
    }
}

impl From<OutboxState> for Value {
    fn from(value: OutboxState) -> Self {
        Self::from(state_word(value))
    }
}

/// The number a delivery is stored as. `Failed` stands between sent and delivered, so that
/// [`Delivery::after`] is the greater of two numbers and SQL needs no cases (R4).
pub(crate) fn delivery_rank(delivery: Delivery) -> i64 {
    match delivery {
        Delivery::Accepted => 0,
        Delivery::Sent => 1,
        Delivery::Failed => 2,
        Delivery::Delivered => 3,
        Delivery::Read => 4,
        Delivery::Played => 5,
    }
}

pub(crate) fn delivery_of_rank(rank: i64) -> Option<Delivery> {
    Some(match rank {
        0 => Delivery::Accepted,
        1 => Delivery::Sent,
        2 => Delivery::Failed,
        3 => Delivery::Delivered,
        4 => Delivery::Read,
        5 => Delivery::Played,
        _ => return None,
    })
}

pub(crate) fn class_word(class: OutboxClass) -> &'static str {
    match class {
        OutboxClass::Bot => "bot",
        OutboxClass::Agent => "agent",
        OutboxClass::System => "system",
    }
}

pub(crate) fn class_of_word(word: &str) -> Option<OutboxClass> {
    [OutboxClass::Bot, OutboxClass::Agent, OutboxClass::System]
        .into_iter()
        .find(|class| class_word(*class) == word)
}

pub(crate) fn media_word(state: MediaState) -> &'static str {
    match state {
        MediaState::Waiting => "waiting",
        MediaState::Stored => "stored",
        MediaState::Failed => "failed",
        MediaState::Removed => "removed",
    }
}

pub(crate) fn media_of_word(word: &str) -> Option<MediaState> {
    [MediaState::Waiting, MediaState::Stored, MediaState::Failed, MediaState::Removed]
        .into_iter()
        .find(|state| media_word(*state) == word)
}

pub(crate) fn state_word(state: OutboxState) -> &'static str {
    match state {
        OutboxState::Queued => "queued",
        OutboxState::Dispatching => "dispatching",
        OutboxState::Accepted => "accepted",
        OutboxState::Refused => "refused",
        OutboxState::Unknown => "unknown",
        OutboxState::Suppressed => "suppressed",
        OutboxState::Held => "held",
    }
}

pub(crate) fn state_of_word(word: &str) -> Option<OutboxState> {
    [
        OutboxState::Queued,
        OutboxState::Dispatching,
        OutboxState::Accepted,
        OutboxState::Refused,
        OutboxState::Unknown,
        OutboxState::Suppressed,
        OutboxState::Held,
    ]
    .into_iter()
    .find(|state| state_word(*state) == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Delivery; 6] = [
        Delivery::Accepted,
        Delivery::Sent,
        Delivery::Delivered,
        Delivery::Read,
        Delivery::Played,
        Delivery::Failed,
    ];

    #[test]
    fn the_greater_rank_is_the_delivery_after() {
        for now in ALL {
            assert_eq!(delivery_of_rank(delivery_rank(now)), Some(now));
            for report in ALL {
                let stored = delivery_rank(now).max(delivery_rank(report));
                assert_eq!(delivery_of_rank(stored), Some(now.after(report)), "{now:?} {report:?}");
            }
        }
    }

    #[test]
    fn nul_never_reaches_a_statement() {
        assert_eq!(Value::from("a\0b"), Value::Text("a\u{FFFD}b".into()));
    }

    #[test]
    fn nothing_that_is_written_passes_for_a_sealed_text() {
        for said in ["\u{1}c1.0a1b2c3d.AAAA", "\u{1}", "\0\u{1}"] {
            let Value::Content { text, .. } = content("events.content", said) else {
                panic!("a content stays one");
            };
            assert!(!Ring::is_sealed(&text), "{said:?}");
            assert!(matches!(Value::from(said), Value::Text(text) if !Ring::is_sealed(&text)));
        }
        assert_eq!(content("p", "a\u{1}"), Value::Content { place: "p", text: "a\u{1}".into() });
    }
}
