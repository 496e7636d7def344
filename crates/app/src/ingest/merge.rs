//! One person under several addresses. Contacts that were known apart, one by number and one by
//! business-scoped id, become one when the provider tells both; a number that went to somebody
//! else leaves its old contact. A known id is stronger than a number: numbers are recycled.

use super::Letter;
use super::people::identities;
use crate::engine::{Said, TRIES, state_of};
use crate::plan::{self, Unit};
use crate::port::store::{
    Committed, ContactRow, ConversationRow, Identity, Result, StoreError, Write,
};
use crate::rectify;
use crate::service::{Received, Service};
use relais_core::conversation::Command;
use relais_core::id::ConversationId;
use relais_core::message::{Inbound, Sender};
use std::collections::BTreeMap;

impl Service {
    /// Who an object is from, after what it tells of their addresses.
    pub(super) async fn person(&self, sender: &Sender) -> Result<Option<ContactRow>> {
        for _ in 0..TRIES {
            let by_id = self.known(&Sender { phone: None, ..sender.clone() }).await?;
            if by_id.as_ref().is_some_and(|c| sender.phone.is_none() || c.phone == sender.phone) {
                return Ok(by_id);
            }
            let by_phone = self.known(&Sender { bsuid: None, ..sender.clone() }).await?;
            match (by_id, by_phone) {
                (Some(a), Some(b)) if a.id == b.id => return Ok(Some(a)),
                // The number was recycled: it goes where the id is.
                (_, Some(b)) if is_another(&b, sender) => self.free(&b, sender).await?,
                (Some(a), Some(b)) => self.merge(a, b).await?,
                (Some(one), None) | (None, Some(one)) => return Ok(Some(one)),
                (None, None) => return Ok(None),
            }
        }
        Err(StoreError::Unavailable("a person changes too fast".to_owned()))
    }

    async fn known(&self, sender: &Sender) -> Result<Option<ContactRow>> {
        if sender.phone.is_none() && sender.bsuid.is_none() {
            return Ok(None);
        }
        self.store().contact_of(sender).await
    }

    /// A notice of the provider: these addresses of one person became those.
    pub(super) async fn moved(
        &self,
        letter: &Letter<'_>,
        old: &Sender,
        new: &Sender,
        told: Option<&Inbound>,
    ) -> Result<Received> {
        let changed = self.change(old, new).await?;
        match told {
            Some(inbound) => self.message(letter, inbound).await,
            None if changed => {
                match self.store().commit(vec![letter.receipt(None, "processed", "")]).await? {
                    Committed::Done | Committed::Conflict => Ok(Received::Decided),
                    Committed::Duplicate => Ok(Received::Duplicate),
                }
            }
            None => self.keep(letter, "ignored", "nobody we know").await,
        }
    }

    /// Says whether anybody was known under either. Doing it twice is doing it once.
    async fn change(&self, old: &Sender, new: &Sender) -> Result<bool> {
        for _ in 0..TRIES {
            let contact = match (self.known(old).await?, self.known(new).await?) {
                (Some(a), Some(b)) if a.id != b.id => {
                    self.merge(a, b).await?;
                    continue;
                }
                (Some(contact), _) | (None, Some(contact)) => contact,
                (None, None) => return Ok(false),
            };
            // The new number may have been a third one's.
            let holder = self.known(&Sender { bsuid: None, ..new.clone() }).await?;
            match holder.filter(|h| h.id != contact.id) {
                Some(third) if is_another(&third, new) => self.free(&third, new).await?,
                Some(third) => self.merge(contact, third).await?,
                None => {
                    let unit = renamed(&contact, old, new);
                    if self.store().commit(unit).await? == Committed::Done {
                        return Ok(true);
                    }
                }
            }
        }
        Err(StoreError::Unavailable("a person changes too fast".to_owned()))
    }

    /// A number that its contact no longer has.
    async fn free(&self, contact: &ContactRow, sender: &Sender) -> Result<()> {
        let Some(phone) = &sender.phone else { return Ok(()) };
        let mut after = contact.clone();
        if after.phone.as_ref() == Some(phone) {
            after.phone = None;
        }
        let identity = Identity { kind: "phone", value: phone.clone() };
        let freed = Write::FreeIdentity { contact: contact.id, identity };
        // A conflict is seen when the person is looked for again.
        self.store().commit(vec![Write::UpdateContact(after), freed]).await.map(|_| ())
    }

    /// Makes one contact of two, with all their conversations. A conflict changes nothing; the
    /// caller looks again.
    async fn merge(&self, a: ContactRow, b: ContactRow) -> Result<()> {
        let (of_a, of_b) = (
            self.store().conversations_of(a.id).await?,
            self.store().conversations_of(b.id).await?,
        );
        let a_stays = (of_a.len(), b.created_at, b.id) >= (of_b.len(), a.created_at, a.id);
        let (stays, goes, stay_rows, move_rows) =
            if a_stays { (a, b, of_a, of_b) } else { (b, a, of_b, of_a) };
        let ends = ends(&stay_rows, &move_rows);
        let one = joined(&stays, &goes);
        let mut units = Vec::new();
        // What ends makes room for what goes on.
        for row in stay_rows.iter().filter(|row| ends.contains_key(&row.id)) {
            units.extend(self.merged(row, &one, ends.get(&row.id).copied()).await?);
        }
        // What people said of the one that goes counts here as well.
        for row in stay_rows.iter().filter(|row| !ends.contains_key(&row.id)) {
            units.extend(self.told_to(row, &one, None).await?);
        }
        let mut writes =
            vec![Write::MergeContact { from: goes.id, revision: goes.revision, into: stays.id }];
        let mut moves = Vec::new();
        for row in &move_rows {
            units.extend(self.merged(row, &one, ends.get(&row.id).copied()).await?);
            moves.push(Write::MoveConversation { id: row.id, contact: stays.id });
        }
        writes.extend(moves);
        writes.push(Write::UpdateContact(one.clone()));
        if (&one.rectified, one.is_restricted) != (&stays.rectified, stays.is_restricted) {
            writes.push(Write::RectifyContact(one));
        }
        let mut rows = Vec::new();
        let mut has_moved = false;
        for unit in units {
            has_moved |= unit.has_moved;
            writes.extend(unit.writes);
            rows.push(unit.row);
        }
        if self.store().commit(writes).await? != Committed::Done {
            return Ok(());
        }
        if has_moved {
            self.staff().moved();
            self.wakes().router.notify_one();
        }
        for row in rows {
            self.hint_of(row.id).await?;
        }
        tracing::info!(from = %goes.id, into = %stays.id, "two contacts are one person");
        Ok(())
    }

    /// What a merge writes into one conversation.
    async fn merged(
        &self,
        row: &ConversationRow,
        stays: &ContactRow,
        goes_on: Option<ConversationId>,
    ) -> Result<Option<Unit>> {
        let state = state_of(row)?;
        let at = self.circumstances(Some(&state)).await?;
        let command = Command::Merge { contact: stays.id, goes_on };
        let mut decision = match self.decide(&state, &command, &at) {
            Said::Decision(decision) => decision,
            Said::Refusal(_) => return Ok(None),
            Said::Panic(reason) => return Err(StoreError::Bug(reason)),
        };
        if !decision.state.is_resolved()
            && let Said::Decision(more) =
                self.decide(&decision.state, &rectify::command(stays, None), &at)
        {
            // What people said of either counts for both.
            decision.events.extend(more.events);
            decision.state = more.state;
        }
        Ok(Some(plan::unit(at.alone(row), &decision)))
    }
}

/// The number's contact has an id, and it is not this one.
fn is_another(contact: &ContactRow, sender: &Sender) -> bool {
    contact.bsuid.is_some() && sender.bsuid.is_some() && contact.bsuid != sender.bsuid
}

/// Of two open conversations on a channel the one with people goes on, else the older: which ones
/// end, and what goes on instead.
fn ends(
    stay: &[ConversationRow],
    moving: &[ConversationRow],
) -> BTreeMap<ConversationId, ConversationId> {
    let is_open = |row: &&ConversationRow| row.resolved_at.is_none();
    let rank = |row: &ConversationRow| match row.status.as_str() {
        "human" => 0,
        "queued" => 1,
        _ => 2,
    };
    let mut ends = BTreeMap::new();
    for a in stay.iter().filter(is_open) {
        for b in moving.iter().filter(is_open).filter(|b| b.channel == a.channel) {
            let first = (rank(a), a.number) <= (rank(b), b.number);
            let (goes_on, ended) = if first { (a, b) } else { (b, a) };
            ends.insert(ended.id, goes_on.id);
        }
    }
    ends
}

/// What is known of the person from both.
fn joined(stays: &ContactRow, goes: &ContactRow) -> ContactRow {
    let either = |a: &Option<String>, b: &Option<String>| a.clone().or_else(|| b.clone());
    let attributes = if stays.attributes == "{}" { &goes.attributes } else { &stays.attributes };
    let mut one = ContactRow {
        id: stays.id,
        name: either(&stays.name, &goes.name),
        phone: either(&stays.phone, &goes.phone),
        bsuid: either(&stays.bsuid, &goes.bsuid),
        language: either(&stays.language, &goes.language),
        attributes: attributes.clone(),
        is_opted_out: stays.is_opted_out || goes.is_opted_out,
        created_at: stays.created_at,
        rectified: stays.rectified.clone(),
        is_restricted: false,
        revision: stays.revision,
    };
    rectify::joined(stays, goes, &mut one);
    one
}

/// The contact under its new addresses. An old number is given up, since it will be somebody
/// else's; an old id is kept, since it never is and late messages still bear it.
fn renamed(contact: &ContactRow, old: &Sender, new: &Sender) -> Vec<Write> {
    let mut after = contact.clone();
    let mut writes = Vec::new();
    if let (Some(gone), Some(now)) = (&old.phone, &new.phone)
        && gone != now
    {
        let identity = Identity { kind: "phone", value: gone.clone() };
        writes.push(Write::FreeIdentity { contact: contact.id, identity });
        if after.phone.as_ref() == Some(gone) {
            after.phone = None;
        }
    }
    after.phone = new.phone.clone().or(after.phone);
    after.bsuid = new.bsuid.clone().or(after.bsuid);
    let added = identities(&Sender { name: None, username: None, ..new.clone() });
    let added = added.into_iter().chain(identities(&Sender { phone: None, ..old.clone() }));
    writes.extend(added.map(|identity| Write::AddIdentity { contact: contact.id, identity }));
    writes.insert(0, Write::UpdateContact(after));
    writes
}
