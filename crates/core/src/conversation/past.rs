//! What was said before this program was there: a provider tells of it afterwards (a number that was
//! used in the phone app). Such a conversation is over from the start: nobody answers, no clock runs.

use super::decide::Opening;
use super::event::{AgentRef, Author, ENGINE_VERSION, Event};
use super::language;
use super::reading::Texts;
use super::receive::is_silent;
use super::state::{State, fold};
use crate::id::MessageId;
use crate::message::{Inbound, Outbound};
use crate::time::Timestamp;
use crate::workspace::snapshot::Snapshot;

/// One message of the past.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub message: MessageId,
    pub at: Timestamp,
    pub said: Said,
}

/// Who said what.
#[derive(Clone, Debug, PartialEq)]
pub enum Said {
    Customer(Box<Inbound>),
    /// From the phone app of the number.
    Colleague(Outbound),
}

/// A conversation that is over: each event with its own time, and what they fold to.
#[derive(Clone, Debug, PartialEq)]
pub struct Past {
    pub log: Vec<(Timestamp, Event)>,
    pub state: State,
}

/// The conversation that lines make, in the order they were said. Nothing without a line.
pub fn past(opening: &Opening, lines: &[Line], snapshot: &Snapshot) -> Option<Past> {
    let (first, last) = (lines.first()?, lines.last()?);
    let opened = Event::Opened {
        conversation: opening.conversation,
        contact: opening.contact,
        channel: opening.channel,
        business_number: opening.business_number.clone(),
        language: spoken(lines, snapshot),
        previous: None,
        flow_version: snapshot.version,
        engine: ENGINE_VERSION,
    };
    let over = Event::Resolved { by: None, abandoned: false, asks_rating: false, reason: None };
    let mut log = vec![(first.at, opened)];
    log.extend(lines.iter().map(|line| (line.at, event(line))));
    log.push((last.at, over));
    let state = fold(log.iter().map(|(at, event)| (*at, event)))?;
    Some(Past { log, state })
}

fn event(line: &Line) -> Event {
    match &line.said {
        Said::Customer(inbound) => Event::MessageReceived {
            message: line.message,
            sent_at: line.at,
            opens_window: inbound.content.opens_window(),
            is_late: false,
            is_silent: is_silent(&inbound.content),
            content: Some((**inbound).clone()),
        },
        Said::Colleague(content) => Event::MessageSent {
            message: line.message,
            by: Author::Agent(AgentRef::phone_app()),
            epoch: 0,
            text: None,
            leaves_at: None,
            part_of: None,
            content: Some(content.clone()),
        },
    }
}

/// The language of the customer's last message, as that of a first one is found.
fn spoken(lines: &[Line], snapshot: &Snapshot) -> String {
    let texts = Texts::default();
    let mut languages = lines.iter().rev().filter_map(|line| match &line.said {
        Said::Customer(inbound) => Some(language::first(inbound, None, None, &texts, snapshot)),
        Said::Colleague(_) => None,
    });
    languages.next().unwrap_or_else(|| snapshot.document.workspace.default_language.clone())
}
