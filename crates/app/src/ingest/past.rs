//! What was said with a person before the number was connected: kept as conversations that are over.
//! Nobody answers, nobody is told, nothing is counted.

use super::Letter;
use super::people::fingerprint;
use crate::arrival::PastLine;
use crate::engine::TRIES;
use crate::live::Hint;
use crate::media;
use crate::plan::{append, is_with_provider, outbox_row, words_of};
use crate::port::store::{
    Committed, ContactRow, ConversationRow, OutboxClass, ReceiptRow, Result, StoreError, Write,
};
use crate::projection::{self, Kept};
use crate::service::{Received, Service};
use relais_core::conversation::event::Rectified;
use relais_core::conversation::past::{Line, Past, past};
use relais_core::conversation::{Event, Opening};
use relais_core::id::{ChannelId, ConversationId, MessageId};
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
            in_their_order(&mut fresh);
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
        let mut of_contact = Vec::new();
        let contact = self.known_or_new(contact.as_ref(), with, now, &mut of_contact);
        let opening = Opening {
            conversation: ConversationId::new(now, self.random_bytes()),
            contact: contact.id,
            channel: letter.channel,
            business_number: letter.arrival.business_number.clone(),
            previous: None,
            rectified: Rectified::default(),
            is_restricted: contact.is_restricted,
        };
        let lines: Vec<Line> = part
            .iter()
            .map(|line| Line {
                message: MessageId::new(line.at, self.random_bytes()),
                at: line.at,
                said: line.said.clone(),
            })
            .collect();
        let told: Told<'_> =
            lines.iter().zip(part).map(|(named, line)| (named.message, *line)).collect();
        let snapshot = self.snapshot();
        let past = past(&opening, &lines, &snapshot).expect("a part has lines");
        let kept = Kept { is_imported: true, ..Kept::default() };
        let row = projection::row(&past.state, &snapshot, kept);
        let mut writes: Vec<Write> =
            part.iter().map(|line| Write::Receipt(receipt(letter, row.id, line))).collect();
        writes.append(&mut of_contact);
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

/// As they were said. Two of the same second stand as they were told, and most threads are told the
/// newest first.
fn in_their_order(lines: &mut [&PastLine]) {
    if lines.first().map(|line| line.at) > lines.last().map(|line| line.at) {
        lines.reverse();
    }
    lines.sort_by_key(|line| line.at);
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
        let (conversation, at) = (row.id, *at);
        writes.push(append(conversation, position, at, event));
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
