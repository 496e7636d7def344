use relais_app::presence;
use relais_core::routing;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Team {
    pub key: String,
    pub name: String,
    pub tier: u8,
    /// Within its hours now.
    pub open: bool,
    /// Members who have room for one more; whoever was never seen is left out.
    pub available_agents: usize,
    pub queued: i64,
}

/// How available somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Attendance {
    Available,
    Busy,
    /// For a moment after the end of a conversation.
    WrapUp,
    Away,
    Offline,
    /// Never signed in, and nobody said how they are.
    Unseen,
}

impl From<routing::Availability> for Attendance {
    fn from(a: routing::Availability) -> Self {
        match a {
            routing::Availability::Available => Self::Available,
            routing::Availability::Busy => Self::Busy,
            routing::Availability::WrapUp => Self::WrapUp,
            routing::Availability::Away => Self::Away,
            routing::Availability::Offline => Self::Offline,
        }
    }
}

/// What can be said of oneself.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Availability {
    Available,
    Busy,
    Away,
    Offline,
}

impl From<Availability> for routing::Availability {
    fn from(a: Availability) -> Self {
        match a {
            Availability::Available => Self::Available,
            Availability::Busy => Self::Busy,
            Availability::Away => Self::Away,
            Availability::Offline => Self::Offline,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Agent {
    pub key: String,
    pub name: String,
    pub teams: Vec<String>,
    pub languages: Vec<String>,
    /// How they are now.
    pub availability: Attendance,
    /// What they said last: nobody was seen at their devices where they are away all the same.
    pub said: Attendance,
    #[schema(required)]
    pub wraps_up_until: Option<String>,
    /// Conversations held now.
    pub load: u32,
    pub capacity: u32,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AvailabilityChange {
    pub availability: Availability,
}

/// Somebody of the team.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Person {
    pub key: String,
    pub name: String,
}

/// What somebody does at a conversation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PresenceInput {
    #[schema(inline)]
    pub doing: Doing,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Doing {
    Reading,
    Writing,
    Gone,
}

impl From<Doing> for Option<presence::Doing> {
    fn from(doing: Doing) -> Self {
        match doing {
            Doing::Reading => Some(presence::Doing::Reading),
            Doing::Writing => Some(presence::Doing::Writing),
            Doing::Gone => None,
        }
    }
}

/// Whether the assistant works.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Assistant {
    pub is_stopped: bool,
    /// Who stopped it.
    #[schema(required)]
    pub by: Option<String>,
    #[schema(required)]
    pub at: Option<String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AssistantInput {
    pub is_stopped: bool,
}
