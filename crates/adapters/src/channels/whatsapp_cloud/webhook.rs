//! A webhook body, taken apart object by object.
//!
//! Every object becomes one [`Update`] with its own raw JSON; one that cannot be read becomes
//! [`Item::Unparsed`] and harms no other (reference §1.6).

mod collect;

use super::account::AccountEvent;
use super::echo::Echo;
use super::inbound::Message;
use super::past::Thread;
use super::status::Status;
use super::wire::{self, Body};
use relais_core::time::Timestamp;

/// One object of a webhook.
#[derive(Clone, Debug, PartialEq)]
pub struct Update {
    /// The WhatsApp business account.
    pub account: Option<String>,
    /// The number's id: what routes the update to a channel.
    pub business_number: Option<String>,
    /// Names the object for deduplication; unique per channel.
    pub key: String,
    /// The object exactly as received.
    pub raw: String,
    pub item: Item,
}

/// What an object means.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    Message(Box<Message>),
    Status(Box<Status>),
    Echo(Box<Echo>),
    Past(Box<Thread>),
    Account(Box<AccountEvent>),
    /// Could not be read; the reason is for an admin.
    Unparsed {
        reason: String,
    },
}

/// Why a whole body is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadBody {
    #[error("not UTF-8")]
    NotUtf8,
    #[error("nested too deep")]
    TooDeep,
    #[error("not a JSON object")]
    NotJson,
    #[error("too many updates")]
    TooMany,
}

/// The provider promises 1 000; above this, a body is an attack on memory.
const MAX_UPDATES: usize = 20_000;

/// Takes a verified body apart. `received_at` stands in for missing times and bounds all of them.
pub fn parse(body: &[u8], received_at: Timestamp) -> Result<Vec<Update>, BadBody> {
    let text = std::str::from_utf8(body).map_err(|_| BadBody::NotUtf8)?;
    if wire::too_deep(text) {
        return Err(BadBody::TooDeep);
    }
    let top: Body<'_> = match text.trim_start().as_bytes().first() {
        Some(b'{') => serde_json::from_str(text).map_err(|_| BadBody::NotJson)?,
        _ => return Err(BadBody::NotJson),
    };
    let mut updates = collect::Collector::new(received_at);
    match wire::plain(top.object).as_deref() {
        None | Some("whatsapp_business_account") => updates.entries(top.entry),
        Some(_) => updates.foreign(text),
    }
    updates.finish()
}

#[cfg(test)]
mod tests;
