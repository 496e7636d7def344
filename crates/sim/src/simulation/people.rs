//! Customers, and what they hand to the provider.

use super::provider::{NUMBER, letter};
use super::script::Thing;
use relais_app::arrival::{Arrival, Item};
use relais_app::dice::Dice;
use relais_core::message::{Content, Inbound, MediaKind, Sender};
use relais_core::time::Timestamp;

#[derive(Clone, Debug)]
pub(super) struct Person {
    phone: String,
    id: Option<String>,
}

impl Person {
    pub(super) fn new(number: u8) -> Self {
        let id = (number % 2 == 1).then(|| format!("FR.9{number:04}"));
        Self { phone: format!("+33612000{number:03}"), id }
    }

    pub(super) fn phone(&self) -> &str {
        &self.phone
    }

    /// As the provider tells who it was: by number, by id, or by both.
    pub(super) fn sender(&self, dice: &mut Dice) -> Sender {
        let way = dice.below(3);
        let id = self.id.clone().filter(|_| way > 0);
        let phone = Some(self.phone.clone()).filter(|_| way < 2 || id.is_none());
        Sender { phone, bsuid: id, name: Some("Chloé".to_owned()), username: None }
    }

    /// Both addresses are one person's.
    pub(super) fn moved(&self, number: u64) -> Arrival {
        let old = Sender { phone: Some(self.phone.clone()), ..Sender::default() };
        let new = Sender { bsuid: self.id.clone(), ..old.clone() };
        letter(format!("moved.{number}"), Item::Moved { old, new, told: None })
    }
}

pub(super) fn message(sender: Sender, content: Content, number: u64, now: Timestamp) -> Arrival {
    let provider_id = format!("wamid.in.{number}");
    let inbound = Inbound {
        provider_id: provider_id.clone(),
        business_number: NUMBER.to_owned(),
        sender,
        sent_at: now,
        content,
        quotes: None,
    };
    letter(provider_id, Item::Message(Box::new(inbound)))
}

pub(super) fn content(thing: Thing, number: u64) -> Content {
    let media = |kind: MediaKind| Content::Media {
        kind,
        media_id: Some(format!("media.{number}")),
        mime: None,
        caption: None,
        filename: None,
        sha256: None,
        transcript: None,
    };
    match thing {
        Thing::Picture => media(MediaKind::Image),
        Thing::Voice => media(MediaKind::Voice),
        Thing::Sticker => media(MediaKind::Sticker),
        Thing::Location => {
            Content::Location { latitude: 48.85, longitude: 2.35, name: None, address: None }
        }
        Thing::Reaction => {
            Content::Reaction { target: "wamid.out.1".to_owned(), emoji: Some("👍".to_owned()) }
        }
        Thing::Unknown => Content::Unsupported { kind: "poll".to_owned() },
    }
}
