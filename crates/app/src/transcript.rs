//! A conversation as people read it: neighbouring messages of the customer in the order they were
//! sent, but none above an answer or a change of owner (R3).

use crate::port::store::{ConversationRow, EventRow, Result, StoreError};
use crate::service::Service;
use relais_core::conversation::Event;
use relais_core::conversation::event::{AgentRef, Author};
use relais_core::id::{ConversationId, MessageId};
use relais_core::message::{Content, Inbound, MediaKind, Outbound};
use relais_core::time::Timestamp;

#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    pub position: i64,
    /// When it was sent.
    pub at: Timestamp,
    pub by: By,
    /// Came after something it was sent before.
    pub is_late: bool,
    pub said: Said,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    Customer,
    Bot,
    System,
    Agent(AgentRef),
    /// An internal note of an agent.
    Note(AgentRef),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Inbound { message: MessageId, content: Option<Box<Inbound>> },
    Outbound { message: MessageId, content: Option<Outbound> },
    Note { text: Option<String> },
}

impl Said {
    fn is_outbound(&self, id: MessageId) -> bool {
        matches!(self, Self::Outbound { message, .. } if *message == id)
    }

    /// The contract's word for what it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Inbound { content, .. } => {
                content.as_ref().map_or("text", |inbound| inbound.content.kind())
            }
            Self::Outbound { content, .. } => content.as_ref().map_or("text", kind),
            Self::Note { .. } => "note",
        }
    }

    /// What a person reads, card numbers of customers hidden; empty once erased.
    pub fn text(&self) -> String {
        match self {
            Self::Inbound { content, .. } => {
                let words = content.as_ref().map(|inbound| inbound.content.preview());
                words.map(|w| crate::mask::cards(&w)).unwrap_or_default()
            }
            Self::Outbound { content, .. } => {
                content.as_ref().map(|c| c.text().to_owned()).unwrap_or_default()
            }
            Self::Note { text } => text.clone().unwrap_or_default(),
        }
    }
}

/// The word for an outbound message; media by what they are.
pub fn kind(content: &Outbound) -> &'static str {
    match content {
        Outbound::Media { kind, .. } => match kind {
            MediaKind::Image => "image",
            MediaKind::Video => "video",
            MediaKind::Audio | MediaKind::Voice => "audio",
            MediaKind::Document => "document",
            MediaKind::Sticker => "sticker",
        },
        other => other.kind(),
    }
}

/// Events read at a time.
const PAGE: i64 = 500;

impl Service {
    /// The whole log of a conversation.
    pub async fn log(&self, id: ConversationId) -> Result<Vec<(EventRow, Event)>> {
        let mut log = Vec::new();
        loop {
            let after = log.last().map_or(0, |(row, _): &(EventRow, Event)| row.position);
            let page = self.store().events(id, after, PAGE).await?;
            let is_last = (page.len() as i64) < PAGE;
            for row in page {
                let event = event_of(&row)?;
                log.push((row, event));
            }
            if is_last {
                return Ok(log);
            }
        }
    }

    /// What was said in a conversation.
    pub async fn transcript(&self, row: &ConversationRow) -> Result<Vec<Entry>> {
        Ok(entries(&self.log(row.id).await?))
    }
}

pub(crate) fn event_of(row: &EventRow) -> Result<Event> {
    Event::from_parts(&row.data, row.content.as_deref()).map_err(|e| StoreError::Inconsistent {
        table: "events",
        detail: format!("{} at {}: {e}", row.conversation, row.position),
    })
}

/// Puts what speech-to-text heard under its voice message.
fn heard(entries: &mut [Entry], voice: MessageId, words: Option<&str>) {
    let found = entries.iter_mut().rev().find_map(|e| match &mut e.said {
        Said::Inbound { message, content: Some(inbound) } if *message == voice => Some(inbound),
        _ => None,
    });
    if let Some(Content::Media { transcript, .. }) = found.map(|inbound| &mut inbound.content) {
        *transcript = words.map(str::to_owned);
    }
}

/// The entries of a log in reading order.
pub fn entries(log: &[(EventRow, Event)]) -> Vec<Entry> {
    let mut all: Vec<Entry> = Vec::new();
    // Where the present run of customer messages begins.
    let mut run = 0;
    for (row, event) in log {
        match event {
            Event::MessageReceived { message, sent_at, is_late, content, .. } => {
                let entry = Entry {
                    position: row.position,
                    at: *sent_at,
                    by: By::Customer,
                    is_late: *is_late,
                    said: Said::Inbound {
                        message: *message,
                        content: content.clone().map(Box::new),
                    },
                };
                let later = all[run..].iter().position(|e| e.at > entry.at);
                let place = later.map_or(all.len(), |i| run + i);
                all.insert(place, entry);
                continue;
            }
            Event::MessageSent { message, by, content, .. } => all.push(Entry {
                position: row.position,
                at: row.at,
                by: match by {
                    Author::Bot => By::Bot,
                    Author::System => By::System,
                    Author::Agent(agent) => By::Agent(agent.clone()),
                },
                is_late: false,
                said: Said::Outbound { message: *message, content: content.clone() },
            }),
            Event::MessageTakenBack { message, .. } => {
                all.retain(|entry| !entry.said.is_outbound(*message));
            }
            Event::NoteAdded { agent, content, .. } => all.push(Entry {
                position: row.position,
                at: row.at,
                by: By::Note(agent.clone()),
                is_late: false,
                said: Said::Note { text: content.clone() },
            }),
            Event::Transcribed { message, content } => {
                heard(&mut all, *message, content.as_deref());
                continue;
            }
            Event::Escalated(_)
            | Event::Taken { .. }
            | Event::Assigned { .. }
            | Event::Transferred { .. }
            | Event::Returned { .. }
            | Event::Resolved { .. } => {}
            _ => continue,
        }
        run = all.len();
    }
    all
}
