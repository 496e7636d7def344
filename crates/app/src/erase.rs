//! Erasing a person (S19): everything they said and are goes, also their files and what was not
//! sent yet; what happened stays, so that logs still fold and figures still count. Their addresses
//! leave hashes: what they sent before does not come back, what they send later is a new person's.

use crate::accesses::Access;
use crate::audit;
use crate::engine::TRIES;
use crate::hex;
use crate::ledger::Line;
use crate::media::to_forget;
use crate::port::store::{
    Committed, ConversationRow, ErasedConversation, EventRow, Result, StoreError, Write,
};
use crate::projection::{self, Kept};
use crate::service::Service;
use relais_core::conversation::state::Bot;
use relais_core::conversation::{Event, fold};
use relais_core::id::{ContactId, ConversationId};
use relais_core::message::Sender;
use relais_core::time::Timestamp;
use sha2::{Digest as _, Sha256};

/// How an erasure ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    Done {
        conversations: usize,
    },
    /// Somebody must end this conversation first.
    StillOpen(ConversationId),
    NotFound,
}

/// Makes hashes of addresses useless elsewhere.
pub(crate) const SALT: &str = "erasure.salt";

impl Service {
    /// Erases a contact on behalf of `who`. Doing it twice is doing it once.
    pub async fn erase(&self, contact: ContactId, who: &str) -> Result<Erased> {
        let at = self.clock().now();
        let merged = self.store().merged_into(contact).await?;
        let hashes = self.tombstones(contact).await?;
        let erased = self.erase_as_of(contact, at, who).await?;
        let ledger = self.ledger().read().clone();
        if let (Erased::Done { .. }, Some(ledger)) = (erased, ledger) {
            let hashes = hashes.iter().map(|hash| hex::encode(hash)).collect();
            let line = Line { at: at.as_micros(), contact, merged, hashes };
            // Whoever asked asks again; it is done, and noted, again.
            ledger.add(&line).await.map_err(|error| {
                StoreError::Unavailable(format!("the ledger of erasures: {error}"))
            })?;
        }
        Ok(erased)
    }

    /// The same for an instant that may be past: what they sent since is a new person's.
    pub(crate) async fn erase_as_of(
        &self,
        contact: ContactId,
        at: Timestamp,
        who: &str,
    ) -> Result<Erased> {
        for _ in 0..TRIES {
            if self.store().contact(contact).await?.is_none() {
                return Ok(Erased::NotFound);
            }
            let rows = self.store().conversations_of(contact).await?;
            if let Some(open) = rows.iter().find(|row| row.resolved_at.is_none()) {
                return Ok(Erased::StillOpen(open.id));
            }
            let tombstones = self.tombstones(contact).await?;
            let mut unit = vec![Write::EraseContact { contact, at, tombstones }];
            for row in &rows {
                unit.extend(self.words_go(row).await?);
            }
            let subject = contact.to_string();
            let now = self.clock().now();
            unit.push(self.next_access(who, contact, Access::Erase, now).await?);
            unit.push(audit::next(&**self.store(), now, who, "contact.erase", &subject).await?);
            if self.store().commit(unit).await? != Committed::Done {
                continue;
            }
            self.forget_files().await?;
            for row in &rows {
                self.hint_of(row.id).await?;
            }
            return Ok(Erased::Done { conversations: rows.len() });
        }
        Err(StoreError::Unavailable("the contact changes too fast".to_owned()))
    }

    /// What takes the words and files of a resolved conversation, and leaves what happened.
    pub(crate) async fn words_go(&self, row: &ConversationRow) -> Result<Vec<Write>> {
        let now = self.clock().now();
        let mut unit = vec![Write::EraseConversation(Box::new(self.without_words(row).await?))];
        let media = self.store().media_of(row.id).await?;
        let hashes = media.into_iter().filter_map(|media| media.hash);
        unit.extend(hashes.map(|hash| to_forget(hash, now)));
        Ok(unit)
    }

    /// A conversation as its log gives it once the words are gone.
    async fn without_words(&self, row: &ConversationRow) -> Result<ErasedConversation> {
        let log = self.log(row.id).await?;
        let (mut data, mut messages) = (Vec::new(), Vec::new());
        let mut erased: Vec<(Timestamp, Event)> = Vec::with_capacity(log.len());
        for (stored, event) in log {
            if let Event::MessageReceived { content: Some(inbound), .. } = &event {
                messages.push(inbound.provider_id.clone());
            }
            let bare = bare(&stored, event)?;
            let (_, now, _) = bare.to_parts();
            if now != stored.data {
                data.push((stored.position, now));
            }
            erased.push((stored.at, bare));
        }
        let sends = self.store().outbox_of_conversation(row.id).await?;
        messages.extend(sends.into_iter().filter_map(|send| send.provider_id));
        let state = fold(erased.iter().map(|(at, event)| (*at, event)));
        let state = state.ok_or_else(|| StoreError::Inconsistent {
            table: "events",
            detail: format!("the log of {} does not fold", row.id),
        })?;
        let snapshot = self.versions().of(state.flow_version, &**self.store()).await?;
        Ok(ErasedConversation {
            row: projection::row(&state, &snapshot, Kept::from(row)),
            next_position: row.next_position,
            data,
            messages,
        })
    }

    /// When the person behind these addresses was erased, if they were.
    pub(crate) async fn erased_at(&self, sender: &Sender) -> Result<Option<Timestamp>> {
        let mut latest = None;
        for (kind, value) in [("bsuid", &sender.bsuid), ("phone", &sender.phone)] {
            let Some(value) = value else { continue };
            let tombstone = self.tombstone(kind, value);
            latest = latest.max(self.store().erased_at(&tombstone).await?);
        }
        Ok(latest)
    }

    async fn tombstones(&self, contact: ContactId) -> Result<Vec<Vec<u8>>> {
        let addresses = self.store().identities_of(contact).await?;
        Ok(addresses.iter().map(|(kind, value)| self.tombstone(kind, value)).collect())
    }

    fn tombstone(&self, kind: &str, value: &str) -> Vec<u8> {
        let mut hash = Sha256::new();
        for part in [self.salt(), kind, value] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part.as_bytes());
        }
        hash.finalize().to_vec()
    }
}

/// The event without what a person said, also where its data itself holds words.
fn bare(stored: &EventRow, event: Event) -> Result<Event> {
    Ok(match event {
        Event::BotAdvanced { bot } => Event::BotAdvanced {
            bot: Box::new(Bot { held: Vec::new(), held_due: None, waiting: None, ..*bot }),
        },
        Event::Quarantined { .. } => Event::Quarantined { reason: String::new() },
        _ => Event::from_parts(&stored.data, None).map_err(|e| StoreError::Inconsistent {
            table: "events",
            detail: format!("{} at {}: {e}", stored.conversation, stored.position),
        })?,
    })
}
