//! Messages the engine cannot bear: kept raw, and people take over (R11).

use super::{Letter, Place};
use crate::arrival::Arrival;
use crate::engine::Applied;
use crate::port::store::Result;
use crate::service::{Received, Service};
use relais_core::conversation::Command;
use relais_core::id::{ConversationId, MessageId};
use relais_core::message::{Content, Inbound};

impl Service {
    /// A message the engine cannot bear is kept raw, and people take over (R11).
    pub(super) async fn poison(
        &self,
        letter: &Letter<'_>,
        inbound: &Inbound,
        message: MessageId,
        place: &Place<'_>,
        reason: &str,
    ) -> Result<Received> {
        let open = place.latest.filter(|r| r.resolved_at.is_none()).map(|r| r.id);
        let id = match open {
            Some(id) => Some(id),
            None => self.open_neutral(letter, inbound, message, place).await?,
        };
        if let Some(id) = id {
            let command = Command::Quarantine { reason: reason.to_owned() };
            let first = vec![letter.receipt(Some(id), "quarantined", reason)];
            match self.apply(id, &command, first).await? {
                Applied::Done(_) => return Ok(Received::Quarantined),
                Applied::Duplicate => return Ok(Received::Duplicate),
                Applied::Refused { .. } | Applied::Missing | Applied::Panicked(_) => {}
            }
        }
        self.keep(letter, "quarantined", reason).await
    }

    /// Opens a conversation for a message nobody could read, without its content.
    async fn open_neutral(
        &self,
        letter: &Letter<'_>,
        inbound: &Inbound,
        message: MessageId,
        place: &Place<'_>,
    ) -> Result<Option<ConversationId>> {
        let neutral = Inbound {
            content: Content::Unsupported { kind: "quarantined".to_owned() },
            ..inbound.clone()
        };
        let stand_in = Arrival {
            receipt: format!("{}#quarantined", letter.arrival.receipt),
            raw: "{}".to_owned(),
            ..letter.arrival.clone()
        };
        let letter = Letter { arrival: &stand_in, is_replay: false, ..*letter };
        self.open_conversation(&letter, &neutral, message, place).await?;
        let contact = self.store().contact_of(&inbound.sender).await?;
        let Some(contact) = contact else { return Ok(None) };
        let latest = self.store().latest_conversation(letter.channel, contact.id).await?;
        Ok(latest.filter(|r| r.resolved_at.is_none()).map(|r| r.id))
    }
}
