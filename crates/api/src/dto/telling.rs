//! How somebody wants to be told of what waits.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Telling {
    /// By `monday` … `sunday`, when they are left alone: stretches like `19:00-08:00`, which end on
    /// the next day where the end comes first.
    pub quiet: BTreeMap<String, Vec<String>>,
    /// Zone of these hours: the workspace's.
    pub time_zone: String,
    /// The same as moments, for the next two days.
    pub quiet_ahead: Vec<Stretch>,
    /// How often a mail says how much waits: numbers, once a period.
    pub digest: Digest,
    /// A mail within five minutes when a note calls them while they are away: numbers, too.
    pub mentions: bool,
    /// Where it goes; nothing while no mail is set up, or they sign in by no address.
    #[schema(required)]
    pub mail_to: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Digest {
    #[default]
    Off,
    Hourly,
    Daily,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stretch {
    pub from: String,
    /// Not in it any more.
    pub until: String,
}

#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TellingInput {
    pub quiet: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub digest: Digest,
    #[serde(default)]
    pub mentions: bool,
}
