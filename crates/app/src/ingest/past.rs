//! What was said with a person before the number was connected: kept as conversations that are over.
//! Nobody answers, nobody is told, nothing is counted.

use super::Letter;
use super::people::{fingerprint, identities, named, stranger};
use crate::arrival::PastLine;
use crate::engine::TRIES;
use crate::live::Hint;
use crate::media;
use crate::plan::{is_with_provider, outbox_row, words_of};
use crate::port::store::{
    Committed, ContactRow, ConversationRow, EventRow, OutboxClass, ReceiptRow, Result, StoreError,
    Write,
};
use crate::projection::{self, Kept};
use crate::service::{Received, Service};
use relais_core::conversation::past::{Line, Past, past};
use relais_core::conversation::{Event, Opening};
use relais_core::id::{ChannelId, ContactId, ConversationId, MessageId};
use relais_core::message::Sender;
use relais_core::time::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// Lines of one conversation. More become several, each in a commit of its own.
const LINES: usize = 500;

/// The lines of a part, under the names they get here.
type Told<'a> = BTreeMap<MessageId, &'a PastLine>;

impl Service {
    /// Takes in what was said with one person. What is known already, from an earlier chunk or as it
    /// happened, stays as it is; what was said before an erasure does not come back.
    pub(super) async fn past(
        &self,
        letter: &Letter<'_>,
        with: &Sender,
        lines: &[PastLine],
    ) -> Result<Received> {
        let _turn = self.turn_of_person(fingerprint(with)).await;
        for _ in 0..TRIES {
            let erased = self.erased_at(with).await?;
            let mut fresh = self.unknown(letter.channel, lines).await?;
            fresh.retain(|line| erased.is_none_or(|at| line.at >= at));
            fresh.sort_by_key(|line| line.at);
            let mut parts = fresh.chunks(LINES);
            let mut contact = self.person(with).await?;
            let mut committed = Committed::Done;
            while let (Some(part), Committed::Done) = (parts.next(), committed) {
                let unit = self.past_part(letter, with, contact, part);
                contact = Some(unit.contact);
                committed = self.store().commit(unit.writes).await?;
                if committed == Committed::Done {
                    self.wakes().media.notify_one();
                    self.hint(Hint::of(&unit.row));
                }
            }
            if committed == Committed::Done {
                // Last of all: cut off before, the whole comes again, and only what is missing of
                // it is new. Its words are in the lines.
                return match self.keep_bare(letter, "ignored", "history").await? {
                    Received::Ignored if !fresh.is_empty() => Ok(Received::Decided),
                    received => Ok(received),
                };
            }
        }
        Err(StoreError::Unavailable("too many messages of one person at once".to_owned()))
    }

    /// The lines that nobody has told of.
    async fn unknown<'a>(
        &self,
        channel: ChannelId,
        lines: &'a [PastLine],
    ) -> Result<Vec<&'a PastLine>> {
        let mut unknown = Vec::new();
        let mut once = BTreeSet::new();
        for line in lines.iter().filter(|line| once.insert(line.provider_id.as_str())) {
            let told = self.store().receipt(channel, &line.provider_id).await?;
            // What we sent ourselves has no receipt.
            let ours = self.store().outbox_by_provider(channel, &line.provider_id).await?;
            if told.is_none() && ours.is_none() {
                unknown.push(line);
            }
        }
        Ok(unknown)
    }

    /// One conversation of the past, as one unit.
    fn past_part(
        &self,
        letter: &Letter<'_>,
        with: &Sender,
        contact: Option<ContactRow>,
        part: &[&PastLine],
    ) -> Unit {
        let now = letter.received_at;
        let opening = Opening {
            conversation: ConversationId::new(now, self.random_bytes()),
            contact: contact
                .as_ref()
                .map_or_else(|| ContactId::new(now, self.random_bytes()), |known| known.id),
            channel: letter.channel,
            business_number: letter.arrival.business_number.clone(),
            previous: None,
        };
        let told: Told<'_> =
            part.iter().map(|line| (MessageId::new(line.at, self.random_bytes()), *line)).collect();
        let lines: Vec<Line> = told
            .iter()
            .map(|(message, line)| Line { message: *message, at: line.at, said: line.said.clone() })
            .collect();
        let snapshot = self.snapshot();
        let past = past(&opening, &lines, &snapshot).expect("a part has lines");
        let kept = Kept { is_imported: true, ..Kept::default() };
        let row = projection::row(&past.state, &snapshot, kept);
        let mut writes: Vec<Write> =
            told.values().map(|line| Write::Receipt(receipt(letter, row.id, line))).collect();
        let contact = if let Some(known) = contact {
            named(&known, with, &mut writes)
        } else {
            let contact = stranger(opening.contact, with, now);
            let identities = identities(with);
            writes.push(Write::NewContact { contact: contact.clone(), identities });
            contact
        };
        writes.push(Write::OpenConversation(row.clone()));
        let files_at = self.fetches_files(letter.channel).then_some(now);
        writes.extend(log(&past, &row, &told, files_at));
        Unit { writes, row, contact }
    }
}

struct Unit {
    writes: Vec<Write>,
    row: ConversationRow,
    contact: ContactRow,
}

fn receipt(letter: &Letter<'_>, conversation: ConversationId, line: &PastLine) -> ReceiptRow {
    ReceiptRow {
        channel: letter.channel,
        provider_id: line.provider_id.clone(),
        conversation: Some(conversation),
        received_at: letter.received_at,
        outcome: "processed".to_owned(),
        reason: "history".to_owned(),
        raw: line.raw.clone(),
    }
}

/// The events with what hangs on them; files are fetched where there is a time for it.
fn log(
    past: &Past,
    row: &ConversationRow,
    told: &Told<'_>,
    files_at: Option<Timestamp>,
) -> Vec<Write> {
    let mut writes = Vec::new();
    for (position, (at, event)) in (1..).zip(&past.log) {
        let (kind, data, content) = event.to_parts();
        let (conversation, at) = (row.id, *at);
        writes.push(Write::AppendEvent(EventRow {
            conversation,
            position,
            at,
            kind,
            data,
            content,
        }));
        match event {
            Event::MessageSent { message, content: Some(content), epoch, .. } => {
                let place = (position, *message, past.state.business_number.clone());
                let mut sent = outbox_row(row, place, content, (OutboxClass::Agent, *epoch), at);
                if let Some(line) = told.get(message) {
                    is_with_provider(&mut sent, &line.provider_id, at);
                    sent.delivery = line.delivery;
                }
                writes.push(Write::Outbox(sent));
            }
            Event::MessageReceived { message, content: Some(inbound), .. } => {
                writes.extend(
                    files_at.into_iter().flat_map(|now| media::of(*message, inbound, row, now)),
                );
            }
            _ => {}
        }
        if let Some(folded) = words_of(event, &past.state) {
            writes.push(Write::Search { conversation, position, folded });
        }
    }
    writes
}
