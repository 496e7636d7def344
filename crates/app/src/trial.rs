//! What the engine makes of a sentence, as if it were the first message of a customer. The very
//! machine that serves customers decides; nothing is kept, and no helper is asked.

use crate::engine::Said;
use crate::port::store::Result;
use crate::service::Service;
use relais_core::conversation::event::Rectified;
use relais_core::conversation::{Command, Decision, Event, Opening, next_due};
use relais_core::id::{ChannelId, ContactId, ConversationId, MessageId};
use relais_core::message::{Content, Inbound, Sender};
use relais_core::routing::Priority;
use relais_core::time::Timestamp;
use relais_core::trigger::{Reason, RuleTrace};
use relais_core::workspace::snapshot::Snapshot;

/// Times that are waited for until a sentence that sounds unfinished is decided on.
const WAITS: usize = 4;

/// What would happen.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// The hand-off rules in the order in which the engine read them.
    pub rules: Vec<RuleTrace>,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    HandsOver {
        /// As in traces: `keyword`, `sentiment`, `sensitive:refund`.
        rule: String,
        team: String,
        priority: Priority,
    },
    Answers {
        article: String,
    },
    AsksWhich,
    OutOfScope,
    /// A greeting, a choice of the menu, an order number: the flow goes on.
    FollowsFlow,
    NotUnderstood,
}

impl Service {
    pub async fn try_sentence(&self, sentence: &str) -> Result<Trial> {
        let mut at = self.circumstances(None).await?.unassisted();
        let opening = opening(at.now);
        let command = Command::Receive {
            message: MessageId::new(at.now, [0; 10]),
            inbound: inbound(&opening, sentence, at.now),
            profile: None,
        };
        let mut events = Vec::new();
        let mut said = self.open_with(&opening, &command, &at);
        for _ in 0..WAITS {
            let Said::Decision(decision) = said else { break };
            let Decision { events: new, state } = *decision;
            events.extend(new);
            let due = next_due(&state, &at.snapshot);
            let Some(due) = due.filter(|_| !events.iter().any(is_decided)) else { break };
            at.now = due;
            said = self.decide(&state, &Command::Tick, &at);
        }
        Ok(trial(&at.snapshot, &events))
    }
}

fn opening(now: Timestamp) -> Opening {
    Opening {
        conversation: ConversationId::new(now, [0; 10]),
        contact: ContactId::new(now, [0; 10]),
        channel: ChannelId::new(now, [0; 10]),
        business_number: String::new(),
        previous: None,
        rectified: Rectified::default(),
        is_restricted: false,
    }
}

fn inbound(opening: &Opening, sentence: &str, now: Timestamp) -> Inbound {
    Inbound {
        provider_id: String::new(),
        business_number: opening.business_number.clone(),
        sender: Sender::default(),
        sent_at: now,
        content: Content::Text { body: sentence.to_owned() },
        quotes: None,
    }
}

fn is_decided(event: &Event) -> bool {
    matches!(event, Event::TurnDecided { .. })
}

fn trial(snapshot: &Snapshot, events: &[Event]) -> Trial {
    let trace = events.iter().find_map(|event| match event {
        Event::TurnDecided { trace } => Some(trace.clone()),
        _ => None,
    });
    let trace = trace.unwrap_or_default();
    let is_hand_off = |rule: &RuleTrace| {
        matches!(rule.rule.as_str(), "keyword" | "sentiment" | "refusal")
            || rule.rule.starts_with("sensitive:")
    };
    let outcome = outcome(snapshot, events, trace.winner.as_deref());
    Trial { rules: trace.rules.into_iter().filter(is_hand_off).collect(), outcome }
}

fn outcome(snapshot: &Snapshot, events: &[Event], winner: Option<&str>) -> Outcome {
    for event in events {
        match event {
            Event::Escalated(e) => {
                let topic = e.topic.as_ref().filter(|_| e.reason == Reason::Sensitive);
                let rule = topic.map(|topic| format!("sensitive:{topic}"));
                return Outcome::HandsOver {
                    rule: rule.unwrap_or_else(|| e.reason.as_str().to_owned()),
                    team: e.team.clone(),
                    priority: e.priority,
                };
            }
            Event::QuestionUnanswered { .. } => return Outcome::OutOfScope,
            Event::MessageSent { text: Some(key), .. } => {
                if snapshot.article(key).is_some() {
                    return Outcome::Answers { article: key.clone() };
                }
                if key == "clarify" {
                    return Outcome::AsksWhich;
                }
            }
            _ => {}
        }
    }
    if winner.is_some() { Outcome::FollowsFlow } else { Outcome::NotUnderstood }
}
