use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
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
    /// What opens when the button of a form is pressed.
    #[schema(required)]
    pub form: Option<SimulatorForm>,
}

/// A form on the phone of a made-up customer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimulatorForm {
    /// Comes back with what is filled in.
    pub payload: String,
    pub fields: Vec<SimulatorField>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SimulatorField {
    /// Its name on the provider's screen.
    pub name: String,
    /// `order_number`, `postcode`, `number`, `email` or `text`.
    pub answer: String,
    pub is_optional: bool,
}

/// What a made-up customer sends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SimulatorInput {
    /// E.164.
    pub from: String,
    pub name: String,
    /// `text`, `button`, `list`, `image`, `video`, `audio`, `document`, `sticker`, `location`
    /// or `form`.
    #[serde(rename = "type")]
    pub kind: String,
    pub text: Option<String>,
    pub payload: Option<String>,
    /// What is filled in on a form, by the names of its fields.
    #[serde(default)]
    pub answers: BTreeMap<String, String>,
}
