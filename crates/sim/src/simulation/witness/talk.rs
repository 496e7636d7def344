//! One conversation as the witness folds it, event by event.

use relais_app::port::store::EventRow;
use relais_core::conversation::event::Author;
use relais_core::conversation::{Event, State, evolve, fold};
use relais_core::message::Outbound;
use relais_core::time::{Span, Timestamp};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// What checks at the end look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::simulation) enum Mark {
    Customer {
        wants_answer: bool,
    },
    Bot {
        words: u64,
    },
    Person,
    /// The right to write is somebody else's, or the talk turned.
    Turn,
}

#[derive(Debug)]
pub(in crate::simulation) struct Talk {
    pub(in crate::simulation) state: State,
    pub(in crate::simulation) marks: Vec<(i64, Mark)>,
    pub(in crate::simulation) last_inbound: Option<Timestamp>,
    pub(in crate::simulation) last_event: Timestamp,
    pub(in crate::simulation) is_erased: bool,
    heard: Option<String>,
    turns: Vec<(Timestamp, String)>,
}

/// The engine stops at ten; a turn that ends an effect is not counted there.
const CIRCLES: usize = 12;

impl Talk {
    pub(in crate::simulation) fn open(at: Timestamp, event: &Event) -> Option<Self> {
        let state = State::opened(at, event)?;
        Some(Self {
            state,
            marks: Vec::new(),
            last_inbound: None,
            last_event: at,
            is_erased: false,
            heard: None,
            turns: Vec::new(),
        })
    }

    pub(super) fn add(&mut self, row: &EventRow, event: &Event) {
        let mark = match event {
            Event::MessageReceived { sent_at, opens_window, is_silent, content, .. } => {
                if *opens_window {
                    self.last_inbound = self.last_inbound.max(Some(*sent_at));
                }
                let words = content.as_ref().and_then(|c| c.content.words());
                self.heard = words.map(str::to_lowercase);
                // A message that came a day late is not answered over a newer one.
                let is_stale = row.at.since(*sent_at) >= Span::secs(24 * 3_600 - 60);
                Some(Mark::Customer { wants_answer: !is_silent && !is_stale })
            }
            Event::MessageSent { by, content, .. } => Some(match by {
                Author::Bot => {
                    let mut hasher = DefaultHasher::new();
                    content.as_ref().map(Outbound::text).hash(&mut hasher);
                    Mark::Bot { words: hasher.finish() }
                }
                Author::System | Author::Agent(_) => Mark::Person,
            }),
            Event::Escalated(_)
            | Event::Rerouted { .. }
            | Event::Deferred { .. }
            | Event::Opening { .. }
            | Event::Taken { .. }
            | Event::Assigned { .. }
            | Event::Transferred { .. }
            | Event::Returned { .. }
            | Event::Resolved { .. } => Some(Mark::Turn),
            _ => None,
        };
        if matches!(event, Event::Returned { by: Some(_) }) {
            // What the bot says now a colleague asked for, not the customer's words.
            self.heard = None;
        }
        self.marks.extend(mark.map(|mark| (row.position, mark)));
        self.last_event = row.at;
        // Cheaper than a clone: the fold takes its state and gives the next.
        let state = std::mem::replace(&mut self.state, placeholder());
        self.state = evolve(state, row.at, event);
    }

    /// The log lost its words: what it gives now.
    pub(super) fn erased(&mut self, log: &[(Timestamp, Event)]) {
        self.is_erased = true;
        if let Some(state) = fold(log.iter().map(|(at, event)| (*at, event))) {
            self.state = state;
        }
    }

    /// The bot said something on its own; says how many such turns in circles there were, if too
    /// many.
    pub(super) fn turned(&mut self, at: Timestamp) -> Option<usize> {
        let heard = self.heard.clone()?;
        self.turns.retain(|(then, _)| at.since(*then) <= Span::minutes(2));
        self.turns.push((at, heard.clone()));
        let same = self.turns.iter().filter(|(_, h)| *h == heard).count();
        (same > CIRCLES).then_some(same)
    }

    /// The last thing the customer said that wants an answer, if nothing followed it.
    pub(in crate::simulation) fn unanswered(&self) -> Option<i64> {
        let last =
            self.marks.iter().rposition(|(_, m)| *m == Mark::Customer { wants_answer: true })?;
        let is_answered =
            self.marks[last..].iter().any(|(_, m)| !matches!(m, Mark::Customer { .. }));
        (!is_answered).then(|| self.marks[last].0)
    }

    /// Where the bot said the same twice running to one message.
    pub(in crate::simulation) fn said_twice(&self) -> Option<i64> {
        let mut open = 0_u32;
        let mut before = None;
        for (position, mark) in &self.marks {
            match mark {
                Mark::Customer { .. } => open += 1,
                Mark::Bot { words } => {
                    if before == Some(*words) && open == 0 {
                        return Some(*position);
                    }
                    open = open.saturating_sub(1);
                    before = Some(*words);
                }
                Mark::Person | Mark::Turn => before = None,
            }
        }
        None
    }
}

fn placeholder() -> State {
    use relais_core::conversation::event::ENGINE_VERSION;
    use relais_core::id::{ChannelId, ContactId, ConversationId};
    let nobody = uuid::Uuid::nil();
    let opened = Event::Opened {
        conversation: ConversationId(nobody),
        contact: ContactId(nobody),
        channel: ChannelId(nobody),
        business_number: String::new(),
        language: String::new(),
        previous: None,
        flow_version: 0,
        engine: ENGINE_VERSION,
    };
    State::opened(Timestamp::from_secs(0), &opened).expect("this event opens")
}
