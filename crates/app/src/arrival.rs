//! What a channel delivers: one object of a webhook each, with its raw form.

use crate::costs::Price;
use crate::port::template::TemplateNews;
use relais_core::conversation::past::Said;
use relais_core::id::MessageId;
use relais_core::message::{Delivery, Inbound, Outbound, Sender};
use relais_core::time::Timestamp;

/// One object of a delivery, kept exactly once.
#[derive(Clone, Debug, PartialEq)]
pub struct Arrival {
    /// The provider's id, or a hash of the object where it has none; unique per channel (R2).
    /// Reports about our messages append their status, since one message has several.
    pub receipt: String,
    /// The provider's number it was sent to.
    pub business_number: String,
    /// The object as it came, JSON.
    pub raw: String,
    pub item: Item,
}

/// What it means.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Message(Box<Inbound>),
    Status(Report),
    /// A colleague wrote from the phone app of the number (R10).
    Echo {
        to: Sender,
        provider_id: String,
        sent_at: Timestamp,
        content: Outbound,
    },
    /// What was said with a person before this number was connected.
    Past {
        with: Sender,
        lines: Vec<PastLine>,
    },
    /// A person's addresses changed; `told` is what the thread shows of it.
    Moved {
        old: Sender,
        new: Sender,
        told: Option<Box<Inbound>>,
    },
    /// Something happened to a template.
    Template(TemplateNews),
    /// Understood and of no consequence for a conversation (account notices …).
    Notice {
        kind: String,
    },
    /// Not understood; kept raw and shown.
    Unknown {
        kind: String,
        reason: String,
    },
}

/// One message of the past.
#[derive(Clone, Debug, PartialEq)]
pub struct PastLine {
    pub provider_id: String,
    /// The object as it came, JSON.
    pub raw: String,
    pub at: Timestamp,
    pub said: Said,
    /// How far a message of ours came.
    pub delivery: Option<Delivery>,
}

/// A provider's report about one of our messages.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    pub provider_id: String,
    /// Our outbox id, where the provider echoes it.
    pub callback: Option<MessageId>,
    pub status: Delivery,
    pub at: Timestamp,
    pub error: Option<String>,
    pub error_code: Option<i64>,
    pub price: Option<Price>,
}
