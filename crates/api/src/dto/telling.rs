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
}
