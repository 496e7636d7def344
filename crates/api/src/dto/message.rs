//! Messages of either side as the thread shows them, with their files and how far they got.

use relais_app::mask;
use relais_app::port::store::{self, MediaRow, OutboxRow, OutboxState};
use relais_core::id::MessageId;
use relais_core::message::{self, Content, MediaKind, Outbound};
use serde::Serialize;
use utoipa::ToSchema;

/// How far one of our messages got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Delivery {
    Queued,
    Dispatching,
    Accepted,
    Sent,
    Delivered,
    Read,
    Refused,
    Failed,
    Unknown,
    Suppressed,
}

impl Delivery {
    pub(crate) fn of(row: &OutboxRow) -> Self {
        match row.state {
            OutboxState::Queued | OutboxState::Held => Self::Queued,
            OutboxState::Dispatching => Self::Dispatching,
            OutboxState::Refused => Self::Refused,
            OutboxState::Unknown => Self::Unknown,
            OutboxState::Suppressed => Self::Suppressed,
            OutboxState::Accepted => match row.delivery {
                None | Some(message::Delivery::Accepted) => Self::Accepted,
                Some(message::Delivery::Sent) => Self::Sent,
                Some(message::Delivery::Delivered) => Self::Delivered,
                Some(message::Delivery::Read | message::Delivery::Played) => Self::Read,
                Some(message::Delivery::Failed) => Self::Failed,
            },
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Button {
    pub title: String,
    #[schema(required)]
    pub payload: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Media {
    pub kind: String,
    #[schema(required)]
    pub mime: Option<String>,
    #[schema(required)]
    pub filename: Option<String>,
    /// How far fetching it got; nothing for files that stay with the provider.
    #[schema(required)]
    pub state: Option<MediaState>,
    /// Where it is served, once it is stored.
    #[schema(required)]
    pub url: Option<String>,
    /// May be shown inside a page.
    pub is_inline: bool,
    #[schema(required)]
    pub size: Option<i64>,
    /// Why it could not be fetched.
    #[schema(required)]
    pub error: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MediaState {
    Waiting,
    Stored,
    Failed,
    /// Older than the workspace keeps files.
    Removed,
}

impl Media {
    fn new(kind: MediaKind, mime: Option<String>, filename: Option<String>) -> Self {
        Self {
            kind: media_word(kind).to_owned(),
            mime,
            filename,
            state: None,
            url: None,
            is_inline: false,
            size: None,
            error: None,
        }
    }

    /// What became of the file here; its type is what its content says.
    pub(super) fn with(mut self, row: &MediaRow) -> Self {
        self.state = Some(match row.state {
            store::MediaState::Waiting => MediaState::Waiting,
            store::MediaState::Stored => MediaState::Stored,
            store::MediaState::Failed => MediaState::Failed,
            store::MediaState::Removed => MediaState::Removed,
        });
        let is_stored = row.state == store::MediaState::Stored;
        self.url = is_stored.then(|| format!("/api/v1/media/{}", row.message));
        self.mime = row.mime.clone().or(self.mime);
        self.is_inline = row.is_inline;
        self.size = row.size;
        self.error = row.error.clone();
        self
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Message {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[schema(required)]
    pub text: Option<String>,
    #[schema(required)]
    pub buttons: Option<Vec<Button>>,
    #[schema(required, inline)]
    pub media: Option<Media>,
    #[schema(required)]
    pub delivery: Option<Delivery>,
    /// Why it did not arrive, in the provider's words.
    #[schema(required)]
    pub error: Option<String>,
    /// The provider's number for it.
    #[schema(required)]
    pub error_code: Option<i64>,
    /// Until then its author may take it back.
    #[schema(required)]
    pub leaves_at: Option<String>,
    /// First message of the send it is a later part of: they are taken back together.
    #[schema(required)]
    pub part_of: Option<String>,
}

pub(super) fn received(id: MessageId, content: Option<&Content>) -> Message {
    let text = content.map(|c| mask::cards(&c.preview())).filter(|t| !t.is_empty());
    let media = match content {
        Some(Content::Media { kind, mime, filename, .. }) => {
            Some(Media::new(*kind, mime.clone(), filename.clone()))
        }
        Some(_) | None => None,
    };
    Message {
        id: id.to_string(),
        kind: content.map_or("unsupported", Content::kind).to_owned(),
        text,
        buttons: None,
        media,
        delivery: None,
        error: None,
        error_code: None,
        leaves_at: None,
        part_of: None,
    }
}

pub(super) fn sent(id: MessageId, content: Option<&Outbound>, row: Option<&OutboxRow>) -> Message {
    Message {
        id: id.to_string(),
        kind: content.map_or("unsupported", Outbound::kind).to_owned(),
        text: content.map(|c| c.text().to_owned()),
        buttons: content.and_then(buttons),
        media: match content {
            Some(Outbound::Media { kind, filename, .. }) => {
                Some(Media::new(*kind, None, filename.clone()))
            }
            Some(_) | None => None,
        },
        delivery: row.map(Delivery::of),
        error: row.and_then(|r| r.error.clone()),
        error_code: row.and_then(|r| r.error_code),
        leaves_at: None,
        part_of: None,
    }
}

/// What can be pressed, with what comes back when it is.
pub(crate) fn buttons(content: &Outbound) -> Option<Vec<Button>> {
    let pair =
        |id: &String, title: &String| Button { title: title.clone(), payload: Some(id.clone()) };
    match content {
        Outbound::Buttons { buttons, .. } => {
            Some(buttons.iter().map(|b| pair(&b.id, &b.title)).collect())
        }
        Outbound::List { rows, .. } => Some(rows.iter().map(|r| pair(&r.id, &r.title)).collect()),
        // Nothing comes back when it is pressed: a screen opens.
        Outbound::Form { button, .. } => {
            Some(vec![Button { title: button.clone(), payload: None }])
        }
        Outbound::Text { .. }
        | Outbound::Media { .. }
        | Outbound::Link { .. }
        | Outbound::Template { .. }
        | Outbound::Reaction { .. }
        | Outbound::LocationRequest { .. }
        | Outbound::ContactRequest { .. } => None,
    }
}

fn media_word(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Image => "image",
        MediaKind::Video => "video",
        MediaKind::Audio => "audio",
        MediaKind::Voice => "voice",
        MediaKind::Document => "document",
        MediaKind::Sticker => "sticker",
    }
}
