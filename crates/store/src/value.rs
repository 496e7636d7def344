//! Values bound into statements. Five kinds, the same on both databases: times are µs integers,
//! flags are 0 and 1, ids are native (`BLOB` on SQLite, `UUID` on PostgreSQL).

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
    Bytes(Vec<u8>),
    Id(Uuid),
}

impl Value {
    /// NUL becomes U+FFFD, on both databases alike: a customer may put one into a name, and a
    /// refusal would make the provider deliver that message for ever.
    pub(crate) fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.contains('\0') {
            return Self::Text(text.replace('\0', "\u{FFFD}"));
        }
        Self::Text(text)
    }
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
}
