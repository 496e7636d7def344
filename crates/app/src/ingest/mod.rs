//! Taking in a delivery: each object exactly once, decided in the same commit (R1, R2). The order
//! of one person's objects is kept; different people do not wait for each other.

mod merge;
mod past;
mod people;
mod poison;
mod reports;

use crate::arrival::{Arrival, Item};
use crate::engine::{Said, TRIES, state_of};
use crate::plan::{self, Scene};
use crate::port::helpers::Crm;
use crate::port::store::{
    Committed, ContactRow, ConversationRow, ReceiptRow, Result, StoreError, Write,
};
use crate::rectify;
use crate::service::{Received, Service};
use futures_util::StreamExt as _;
use futures_util::stream;
use people::{fingerprint, identities, is_known, lanes, named, stranger};
use relais_core::broken::is_missing;
use relais_core::conversation::event::Previous;
use relais_core::conversation::state::Profile;
use relais_core::conversation::{Command, Opening, Refusal};
use relais_core::id::{ChannelId, ContactId, ConversationId, MessageId};
use relais_core::message::{Content, Inbound, Sender};
use relais_core::time::{Span, Timestamp};
use relais_core::window;
use std::time::Duration;

/// People whose objects are taken in at the same time.
const AT_ONCE: usize = 16;
/// How long a new conversation waits for the customer record before it opens without.
const CRM_LIMIT: Duration = Duration::from_millis(600);
/// How long a customer record that does not answer is left alone.
const CRM_REST: Span = Span::secs(30);
/// A handler that panics so often is not asked again (R11).
const ATTEMPTS: u32 = 5;

/// One object on its way in.
struct Letter<'a> {
    channel: ChannelId,
    arrival: &'a Arrival,
    received_at: Timestamp,
    /// Was quarantined before, and is tried again.
    is_replay: bool,
}

impl Letter<'_> {
    fn receipt(&self, conversation: Option<ConversationId>, outcome: &str, reason: &str) -> Write {
        let row = self.receipt_row(conversation, outcome, reason);
        if self.is_replay { Write::ReplayedReceipt(row) } else { Write::Receipt(row) }
    }

    fn receipt_row(
        &self,
        conversation: Option<ConversationId>,
        outcome: &str,
        reason: &str,
    ) -> ReceiptRow {
        ReceiptRow {
            channel: self.channel,
            provider_id: self.arrival.receipt.clone(),
            conversation,
            received_at: self.received_at,
            outcome: outcome.to_owned(),
            reason: reason.to_owned(),
            raw: self.arrival.raw.clone(),
        }
    }
}

/// How one try to take a message in ended.
enum Try {
    Ended(Received),
    /// A guard missed: look again.
    Again,
    Panicked(String),
}

impl Service {
    /// Takes in a delivery: everything is durable when this returns `Ok` (R1).
    pub async fn receive(
        &self,
        channel: ChannelId,
        arrivals: Vec<Arrival>,
    ) -> Result<Vec<Received>> {
        let received_at = self.clock().now();
        let lanes = stream::iter(lanes(&arrivals)).map(|lane| {
            let arrivals = &arrivals;
            async move {
                let mut ended = Vec::with_capacity(lane.len());
                for place in lane {
                    let arrival = &arrivals[place];
                    let letter = Letter { channel, arrival, received_at, is_replay: false };
                    let received = match self.take_in(&letter).await {
                        Err(_) if is_missing("R1") => Received::Ignored,
                        received => received?,
                    };
                    ended.push((place, received));
                }
                Ok::<_, StoreError>(ended)
            }
        });
        let mut done: Vec<(usize, Received)> = Vec::with_capacity(arrivals.len());
        let mut lanes = Box::pin(lanes.buffer_unordered(AT_ONCE));
        while let Some(lane) = lanes.next().await {
            done.extend(lane?);
        }
        done.sort_by_key(|(place, _)| *place);
        Ok(done.into_iter().map(|(_, received)| received).collect())
    }

    /// Takes in what was quarantined, after whatever stood in its way was mended. Doing it twice
    /// is doing it once.
    pub async fn replay(&self, channel: ChannelId, arrival: &Arrival) -> Result<Received> {
        let received_at = self.clock().now();
        let letter = Letter { channel, arrival, received_at, is_replay: true };
        self.take_in(&letter).await
    }

    async fn take_in(&self, letter: &Letter<'_>) -> Result<Received> {
        if !self.speaks_for(letter.channel, &letter.arrival.business_number) {
            return self.keep(letter, "quarantined", "the number is not this channel's").await;
        }
        match &letter.arrival.item {
            Item::Message(inbound) => self.message(letter, inbound).await,
            Item::Status(report) => self.status(letter, report).await,
            Item::Echo { to, provider_id, content, .. } => {
                self.echo(letter, to, provider_id, content).await
            }
            Item::Past { with, lines } => self.past(letter, with, lines).await,
            Item::Moved { old, new, told } => self.moved(letter, old, new, told.as_deref()).await,
            Item::Template(news) => {
                let receipt = letter.receipt(None, "processed", "template");
                match self.template_news(letter.channel, news, receipt).await? {
                    Committed::Duplicate => Ok(Received::Duplicate),
                    Committed::Done | Committed::Conflict => Ok(Received::Ignored),
                }
            }
            Item::Notice { kind } => self.keep(letter, "ignored", kind).await,
            Item::Unknown { kind, reason } => {
                self.keep(letter, "quarantined", &format!("{kind}: {reason}")).await
            }
        }
    }

    /// Keeps an object raw, outside conversations.
    async fn keep(&self, letter: &Letter<'_>, outcome: &str, reason: &str) -> Result<Received> {
        match self.store().commit(vec![letter.receipt(None, outcome, reason)]).await? {
            Committed::Duplicate => Ok(Received::Duplicate),
            Committed::Done | Committed::Conflict if outcome == "ignored" => Ok(Received::Ignored),
            Committed::Done | Committed::Conflict => Ok(Received::Quarantined),
        }
    }

    /// Keeps of an object only that it came.
    async fn keep_bare(
        &self,
        letter: &Letter<'_>,
        outcome: &str,
        reason: &str,
    ) -> Result<Received> {
        let bare = Arrival { raw: "{}".to_owned(), ..letter.arrival.clone() };
        self.keep(&Letter { arrival: &bare, ..*letter }, outcome, reason).await
    }

    async fn message(&self, letter: &Letter<'_>, inbound: &Inbound) -> Result<Received> {
        let _turn = self.turn_of_person(fingerprint(&inbound.sender)).await;
        let now = letter.received_at;
        let mut inbound = inbound.clone();
        inbound.sent_at = window::clamp(inbound.sent_at, now);
        let message = MessageId::new(now, self.random_bytes());
        let mut panics = 0;
        for _ in 0..TRIES {
            let (contact, latest) = self.place(letter.channel, &inbound.sender).await?;
            let place = Place { contact: contact.as_ref(), latest: latest.as_ref() };
            match self.try_message(letter, &inbound, message, &place).await? {
                Try::Ended(received) => return Ok(received),
                Try::Again => tokio::task::yield_now().await,
                Try::Panicked(reason) => {
                    panics += 1;
                    tracing::error!(panics, reason, "the engine failed on a message");
                    if panics >= ATTEMPTS && !is_missing("R11") {
                        return self.poison(letter, &inbound, message, &place, &reason).await;
                    }
                }
            }
        }
        Err(StoreError::Unavailable("too many messages of one person at once".to_owned()))
    }

    /// The contact with what this tells of the person; a new one for somebody nobody knows.
    fn known_or_new(
        &self,
        known: Option<&ContactRow>,
        sender: &Sender,
        now: Timestamp,
        writes: &mut Vec<Write>,
    ) -> ContactRow {
        if let Some(known) = known {
            return named(known, sender, writes);
        }
        let contact = stranger(ContactId::new(now, self.random_bytes()), sender, now);
        let identities = identities(sender);
        writes.push(Write::NewContact { contact: contact.clone(), identities });
        contact
    }

    /// Who wrote, and their conversation on this channel.
    async fn place(
        &self,
        channel: ChannelId,
        sender: &Sender,
    ) -> Result<(Option<ContactRow>, Option<ConversationRow>)> {
        // The one address that most messages come with, or the stronger of two, tells all unless
        // there is news in it.
        let addresses = identities(sender);
        if let Some(address) = addresses.first() {
            let (contact, latest) = self.store().contact_and_latest(channel, address).await?;
            let has_no_news = match &contact {
                Some(contact) => is_known(contact, sender),
                None => addresses.len() == 1,
            };
            if has_no_news {
                return Ok((contact, latest));
            }
        }
        let contact = self.person(sender).await?;
        let latest = match &contact {
            Some(c) => self.store().latest_conversation(channel, c.id).await?,
            None => None,
        };
        Ok((contact, latest))
    }

    async fn try_message(
        &self,
        letter: &Letter<'_>,
        inbound: &Inbound,
        message: MessageId,
        place: &Place<'_>,
    ) -> Result<Try> {
        let command = Command::Receive { message, inbound: inbound.clone(), profile: None };
        if let Some(row) = place.latest {
            let state = state_of(row)?;
            let at = self.circumstances(Some(&state)).await?;
            match self.decide(&state, &command, &at) {
                Said::Decision(decision) => {
                    let mut first = vec![letter.receipt(Some(row.id), "processed", "")];
                    let contact = place.contact.map(|c| named(c, &inbound.sender, &mut first));
                    let scene = Scene {
                        before: Some(row),
                        snapshot: &at.snapshot,
                        now: at.now,
                        wall: at.wall,
                        first,
                        contact: contact.as_ref(),
                        fetches_files: self.fetches_files(letter.channel),
                        wakes_devices: self.wakes_devices(),
                        sent_elsewhere: None,
                    };
                    return self.finish(plan::unit(scene, &decision), inbound).await;
                }
                Said::Panic(reason) => return Ok(Try::Panicked(reason)),
                Said::Refusal(Refusal::OpenNew) => {}
                Said::Refusal(refusal) => {
                    let ended = self.keep(letter, "ignored", refusal.as_str()).await?;
                    return Ok(Try::Ended(ended));
                }
            }
        }
        if !opens_conversation(&inbound.content) {
            let ended = self.keep(letter, "ignored", "no conversation it belongs to").await?;
            return Ok(Try::Ended(ended));
        }
        self.open_conversation(letter, inbound, message, place).await
    }

    async fn open_conversation(
        &self,
        letter: &Letter<'_>,
        inbound: &Inbound,
        message: MessageId,
        place: &Place<'_>,
    ) -> Result<Try> {
        let now = letter.received_at;
        let id = ConversationId::new(now, self.random_bytes());
        let mut first = vec![letter.receipt(Some(id), "processed", "")];
        if place.contact.is_none()
            && let Some(erased) = self.erased_at(&inbound.sender).await?
            && inbound.sent_at < erased
        {
            // Sent before the erasure: it must not bring anything back.
            return Ok(Try::Ended(self.keep_bare(letter, "ignored", "erased").await?));
        }
        let contact = self.known_or_new(place.contact, &inbound.sender, now, &mut first);
        if place.contact.is_some() && !first.iter().any(|w| matches!(w, Write::UpdateContact(_))) {
            // Guards what people say of the contact: it was not put right since it was read.
            first.push(Write::UpdateContact(contact.clone()));
        }
        let previous = place.latest.map(state_of).transpose()?;
        let previous = previous.and_then(|s| {
            let handled = s.handoff.as_ref().filter(|_| s.is_handed_off());
            Some(Previous {
                conversation: s.conversation,
                resolved_at: s.resolved_at?,
                team: handled.map(|h| h.team.clone()),
                language: s.language,
            })
        });
        let opening = Opening {
            conversation: id,
            contact: contact.id,
            channel: letter.channel,
            business_number: inbound.business_number.clone(),
            previous,
            rectified: rectify::rectified(&contact),
            is_restricted: contact.is_restricted,
        };
        let profile = self.profile(&contact).await;
        let command = Command::Receive { message, inbound: inbound.clone(), profile };
        let mut at = self.circumstances(None).await?;
        at.ai = rectify::uses(at.ai, contact.is_restricted);
        match self.open_with(&opening, &command, &at) {
            Said::Decision(decision) => {
                let scene = Scene {
                    before: None,
                    snapshot: &at.snapshot,
                    now: at.now,
                    wall: at.wall,
                    first,
                    contact: Some(&contact),
                    fetches_files: self.fetches_files(letter.channel),
                    wakes_devices: self.wakes_devices(),
                    sent_elsewhere: None,
                };
                self.finish(plan::unit(scene, &decision), inbound).await
            }
            Said::Panic(reason) => Ok(Try::Panicked(reason)),
            Said::Refusal(refusal) => {
                let ended = self.keep(letter, "ignored", refusal.as_str()).await?;
                Ok(Try::Ended(ended))
            }
        }
    }

    async fn profile_from(&self, crm: &dyn Crm, phone: &str) -> Option<Profile> {
        let now = self.clock().now();
        if !self.crm_breaker().lock().admits(now) {
            return None;
        }
        let reason = match self.patience().wait(CRM_LIMIT, crm.profile(phone)).await {
            Some(Ok(profile)) => {
                self.crm_breaker().lock().succeeded();
                return profile;
            }
            Some(Err(error)) => error.to_string(),
            None => "no answer in time".to_owned(),
        };
        tracing::warn!(reason, "the customer record could not be read");
        self.crm_breaker().lock().failed(now, CRM_REST);
        None
    }

    async fn finish(&self, unit: plan::Unit, inbound: &Inbound) -> Result<Try> {
        let (committed, row) = self.commit(unit).await?;
        match committed {
            Committed::Done => {
                if row.status == "bot" {
                    self.mark_read(row.channel, &inbound.business_number, &inbound.provider_id);
                }
                Ok(Try::Ended(Received::Decided))
            }
            Committed::Duplicate => Ok(Try::Ended(Received::Duplicate)),
            Committed::Conflict => Ok(Try::Again),
        }
    }

    /// What the customer record says; a silent or broken one says nothing, and is left alone for a
    /// while once that has happened again and again.
    async fn profile(&self, contact: &ContactRow) -> Option<Profile> {
        let mut profile = match (&contact.phone, self.helpers().crm.clone()) {
            (Some(phone), Some(crm)) => self.profile_from(&*crm, phone).await,
            (Some(phone), None) => {
                crate::table::profile(&self.snapshot().document, phone, self.loaded_on())
            }
            (None, _) => None,
        };
        if contact.is_opted_out {
            profile.get_or_insert_with(Profile::default).opted_out = true;
        }
        if let Some(profile) = &mut profile
            && profile.name.is_none()
        {
            profile.name = rectify::told_name(contact);
        }
        profile
    }
}

/// Where a message belongs.
struct Place<'a> {
    contact: Option<&'a ContactRow>,
    latest: Option<&'a ConversationRow>,
}

/// A change to something older opens no conversation of its own.
fn opens_conversation(content: &Content) -> bool {
    !matches!(content, Content::Edit { .. } | Content::Revoke { .. } | Content::System { .. })
}
