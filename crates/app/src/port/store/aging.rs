//! What a workspace need not keep for ever, and how much of it there is.

use relais_core::id::ContactId;
use relais_core::time::Timestamp;
use uuid::Uuid;

/// Classes of what grows old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aging {
    /// Resolved conversations that still have words, by the time they were resolved.
    Words,
    /// Files of conversations resolved before, by the time they came.
    Files,
    /// Persons without a conversation that is open or was resolved since, by the time they became
    /// known.
    Contacts,
    /// Raw objects of providers, by the time they came; quarantined ones are a class of their own.
    Raw,
    Quarantined,
    /// Lines of the access log, by their time.
    Accesses,
}

/// How much of a class is older than an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weight {
    pub count: i64,
    /// Of files.
    pub bytes: i64,
    pub oldest: Option<Timestamp>,
}

/// Where a list of old things goes on: behind this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Behind(pub Timestamp, pub Uuid);

impl Behind {
    /// Where a list begins.
    pub fn nothing() -> Self {
        Self(Timestamp::from_micros(0), Uuid::nil())
    }
}

/// A page of what is older, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Older {
    pub before: Timestamp,
    pub behind: Behind,
    pub limit: i64,
}

/// A person known since before an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OldContact {
    pub id: ContactId,
    pub known_since: Timestamp,
    /// Nothing of theirs is open or was resolved since that instant.
    pub is_quiet: bool,
}
