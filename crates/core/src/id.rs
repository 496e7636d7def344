//! One id type per entity. Ids are UUIDv7 made from injected time and random bytes; they name
//! things, they never order them (order comes from positions).

use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

/// Builds a UUIDv7 from a time and ten random bytes.
pub fn uuid_v7(at: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.as_micros() / 1_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Makes a fresh id from a time and random bytes.
            pub fn new(at: Timestamp, random: [u8; 10]) -> Self { Self(uuid_v7(at, random)) }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> { Uuid::parse_str(text).map(Self) }
        }
    )+};
}

ids! {
    /// A tenant.
    WorkspaceId,
    /// A connection to a provider number.
    ChannelId,
    /// A person who writes to the business.
    ContactId,
    /// From a contact's first message until it is resolved.
    ConversationId,
    /// A message, inbound or outbound.
    MessageId,
    /// A hand-off to people.
    EscalationId,
    /// A slow or uncertain piece of work asked for by the engine.
    EffectId,
    /// A person who logs in.
    UserId,
}
