//! What people and the business say to each other, free of any provider's format.

use crate::broken::is_missing;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An inbound message as a channel adapter understood it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inbound {
    /// The provider's message id; unique per channel (R2).
    pub provider_id: String,
    /// The provider's number the customer wrote to (Cloud API: `phone_number_id`).
    pub business_number: String,
    pub sender: Sender,
    /// When the provider says it was sent; never later than the receipt (R15).
    pub sent_at: Timestamp,
    pub content: Content,
    /// Provider id of the message this one quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<String>,
}

/// Who wrote: at least one of `phone` and `bsuid` is known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sender {
    /// E.164 with `+`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Business-scoped user id (`FR.71…`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bsuid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
}

/// Content of an inbound message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    Text {
        body: String,
    },
    /// A reply button or template quick reply; `payload` is the id we gave it.
    Button {
        payload: String,
        title: String,
    },
    /// A list row.
    List {
        payload: String,
        title: String,
    },
    Media {
        kind: MediaKind,
        /// Provider's media id or our stored object's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        media_id: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mime: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caption: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        filename: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sha256: Option<String>,
        /// What speech-to-text heard.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        transcript: Option<String>,
    },
    Location {
        latitude: f64,
        longitude: f64,
        #[serde(default)]
        name: Option<String>,
        #[serde(default)]
        address: Option<String>,
    },
    Contacts {
        names: Vec<String>,
        phones: Vec<String>,
        is_own_number: bool,
    },
    /// `emoji` is `None` when a reaction was taken back.
    Reaction {
        target: String,
        emoji: Option<String>,
    },
    Order {
        summary: String,
    },
    /// What was filled in on a form (WhatsApp Flow).
    Form {
        name: String,
        /// As the provider wrote it.
        answers: String,
        /// The id we gave the form; `None` when it is not one of ours.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        payload: Option<String>,
        /// Its fields, by name.
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        fields: BTreeMap<String, String>,
    },
    /// The customer edited an earlier message.
    Edit {
        target: String,
        body: Option<String>,
    },
    /// The customer deleted an earlier message.
    Revoke {
        target: String,
    },
    /// A notice of the provider (number changed, …); opens no window, asks no answer.
    System {
        kind: String,
        body: String,
    },
    /// A kind we do not know or the provider does not pass on; kept raw and shown.
    Unsupported {
        kind: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    Image,
    Video,
    Audio,
    Voice,
    Document,
    Sticker,
}

impl Content {
    /// Opens or refreshes the 24-hour session window.
    pub fn opens_window(&self) -> bool {
        !matches!(
            self,
            Self::Edit { .. } | Self::Revoke { .. } | Self::System { .. } | Self::Reaction { .. }
        )
    }

    /// The words to interpret, if there are any.
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Text { body } => Some(body),
            Self::Button { title, .. } | Self::List { title, .. } => Some(title),
            Self::Media { caption, transcript, .. } => {
                transcript.as_deref().or(caption.as_deref()).filter(|t| !t.trim().is_empty())
            }
            Self::Location { .. }
            | Self::Contacts { .. }
            | Self::Reaction { .. }
            | Self::Order { .. }
            | Self::Form { .. }
            | Self::Edit { .. }
            | Self::Revoke { .. }
            | Self::System { .. }
            | Self::Unsupported { .. } => None,
        }
    }

    /// One word for lists, transcripts and the sandbox contract.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Button { .. } => "button",
            Self::List { .. } => "list",
            Self::Media { kind, .. } => match kind {
                MediaKind::Image => "image",
                MediaKind::Video => "video",
                MediaKind::Audio | MediaKind::Voice => "audio",
                MediaKind::Document => "document",
                MediaKind::Sticker => "sticker",
            },
            Self::Location { .. } => "location",
            Self::Contacts { .. } => "contacts",
            Self::Reaction { .. } => "reaction",
            Self::Order { .. } => "order",
            Self::Form { .. } => "form",
            Self::Edit { .. } => "edit",
            Self::Revoke { .. } => "revoke",
            Self::System { .. } => "system",
            Self::Unsupported { .. } => "unsupported",
        }
    }

    /// What a person reads of it in a list or a transcript.
    pub fn preview(&self) -> String {
        match self {
            Self::Text { body } => body.clone(),
            Self::Button { title, .. } | Self::List { title, .. } => title.clone(),
            Self::Media { caption, transcript, filename, .. } => transcript
                .as_ref()
                .or(caption.as_ref())
                .or(filename.as_ref())
                .cloned()
                .unwrap_or_default(),
            Self::Location { latitude, longitude, name, .. } => match name {
                Some(name) => format!("{name} ({latitude}, {longitude})"),
                None => format!("{latitude}, {longitude}"),
            },
            Self::Contacts { names, .. } => names.join(", "),
            Self::Reaction { emoji, .. } => emoji.clone().unwrap_or_default(),
            Self::Order { summary } => summary.clone(),
            Self::Form { answers, fields, .. } if fields.is_empty() => answers.clone(),
            Self::Form { fields, .. } => {
                let lines: Vec<String> =
                    fields.iter().map(|(name, value)| format!("{name}: {value}")).collect();
                lines.join("\n")
            }
            Self::Edit { body, .. } => body.clone().unwrap_or_default(),
            Self::Revoke { .. } => String::new(),
            Self::System { body, .. } => body.clone(),
            Self::Unsupported { kind } => kind.clone(),
        }
    }
}

/// Content of an outbound message. Limits are those of the channel's capabilities.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outbound {
    Text {
        body: String,
    },
    Buttons {
        body: String,
        buttons: Vec<Button>,
    },
    List {
        body: String,
        button: String,
        rows: Vec<Row>,
    },
    Media {
        kind: MediaKind,
        source: MediaSource,
        #[serde(default)]
        caption: Option<String>,
        #[serde(default)]
        filename: Option<String>,
    },
    Link {
        body: String,
        label: String,
        url: String,
    },
    Template {
        name: String,
        language: String,
        #[serde(default)]
        params: Vec<String>,
        #[serde(default)]
        body: String,
    },
    Reaction {
        target: String,
        emoji: String,
    },
    /// A form that the provider shows on a screen of its own (WhatsApp Flow).
    Form {
        body: String,
        /// What opens it.
        button: String,
        /// The provider's id of the form.
        form: String,
        screen: String,
        /// Comes back with what was filled in.
        payload: String,
    },
    LocationRequest {
        body: String,
    },
    ContactRequest {
        body: String,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// Comes back as the payload of the reply; at most 256 characters.
    pub id: String,
    /// At most 20 characters on WhatsApp.
    pub title: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    pub id: String,
    /// At most 24 characters on WhatsApp.
    pub title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaSource {
    /// Provider media id from an upload.
    Id(String),
    /// Public https link.
    Link(String),
    /// A file we hold, by the hash of its content; it is uploaded when it is sent.
    File(String),
}

impl Outbound {
    /// The text a person reads.
    pub fn text(&self) -> &str {
        match self {
            Self::Text { body }
            | Self::Buttons { body, .. }
            | Self::List { body, .. }
            | Self::Link { body, .. }
            | Self::Template { body, .. }
            | Self::Form { body, .. }
            | Self::LocationRequest { body }
            | Self::ContactRequest { body } => body,
            Self::Media { caption, .. } => caption.as_deref().unwrap_or_default(),
            Self::Reaction { emoji, .. } => emoji,
        }
    }

    /// One word for lists and the sandbox contract.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Text { .. } => "text",
            Self::Buttons { .. } => "button",
            Self::List { .. } => "list",
            Self::Media { .. } => "media",
            Self::Link { .. } => "link",
            Self::Template { .. } => "template",
            Self::Reaction { .. } => "reaction",
            Self::Form { .. } => "form",
            Self::LocationRequest { .. } => "location_request",
            Self::ContactRequest { .. } => "contact_request",
        }
    }

    /// May be sent outside the session window.
    pub fn is_template(&self) -> bool {
        matches!(self, Self::Template { .. })
    }
}

/// Whom an outbound message goes to: exactly one address is used, phone first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bsuid: Option<String>,
}

/// What a provider reports about one of our messages; ordered by progress (R4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    Accepted,
    Sent,
    Delivered,
    Read,
    Played,
    Failed,
}

impl Delivery {
    /// The state after a report arrives: never backwards; `failed` does not undo a delivery.
    pub fn after(self, report: Self) -> Self {
        if is_missing("R4") {
            return report;
        }
        match (self, report) {
            (Self::Failed, Self::Accepted | Self::Sent) => Self::Failed,
            (Self::Failed, better) => better,
            (now, Self::Failed) if now >= Self::Delivered => now,
            (_, Self::Failed) => Self::Failed,
            (now, report) => now.max(report),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Delivery::*;

    #[test]
    fn delivery_never_goes_backwards() {
        let last = [Read, Delivered, Sent, Sent].into_iter().fold(Accepted, super::Delivery::after);
        assert_eq!(last, Read);
        assert_eq!(Delivered.after(Failed), Delivered);
        assert_eq!(Sent.after(Failed), Failed);
    }
}
