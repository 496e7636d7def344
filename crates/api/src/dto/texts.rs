use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An agent's ready reply.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Snippet {
    pub shortcut: String,
    pub text: String,
    pub language: String,
}

/// A made-up customer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Persona {
    pub phone: String,
    pub name: String,
    pub language: String,
    #[schema(required)]
    pub note: Option<String>,
}

/// What a made-up customer's phone shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimulatorMessage {
    pub seq: i64,
    pub at: String,
    pub by: String,
    /// `inbound` (from the customer) or `outbound`.
    pub direction: &'static str,
    #[serde(rename = "type")]
    pub kind: String,
    #[schema(required)]
    pub text: Option<String>,
    #[schema(required)]
    pub buttons: Option<Vec<super::message::Button>>,
}

/// What a made-up customer sends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SimulatorInput {
    /// E.164.
    pub from: String,
    pub name: String,
    /// `text`, `button`, `list`, `image`, `video`, `audio`, `document`, `sticker` or `location`.
    #[serde(rename = "type")]
    pub kind: String,
    pub text: Option<String>,
    pub payload: Option<String>,
}
