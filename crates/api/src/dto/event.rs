//! The log of a conversation as the thread shows it.

use super::message::{Message, received, sent};
use relais_app::mask;
use relais_app::port::store::{EventRow, MediaRow, OutboxRow, OutboxState};
use relais_core::conversation::event::{AgentRef, Author, Event as Fact};
use relais_core::id::MessageId;
use relais_core::trigger;
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Words of the customer that a rule saw; positions in code points.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Quote {
    pub start: usize,
    pub end: usize,
    pub text: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct RuleTrace {
    pub rule: String,
    pub score: f32,
    pub threshold: f32,
    pub fired: bool,
    pub quotes: Vec<Quote>,
}

/// Why a turn ended as it did.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Trace {
    pub rules: Vec<RuleTrace>,
    #[schema(required)]
    pub winner: Option<String>,
    #[schema(required)]
    pub node: Option<String>,
    /// Steps of the flow the turn went through, in order.
    pub walked: Vec<Walked>,
}

/// A step of the flow, and the exit it was left by where it did not wait.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Walked {
    pub node: String,
    #[schema(required)]
    pub port: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = EventSource)]
pub(crate) enum By {
    Customer,
    Bot,
    Agent,
    System,
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct Event {
    pub position: i64,
    pub at: String,
    pub kind: String,
    #[schema(inline)]
    pub by: By,
    /// Name of the agent.
    #[schema(required)]
    pub author: Option<String>,
    #[schema(required)]
    pub message: Option<Message>,
    #[schema(required)]
    pub sent_at: Option<String>,
    /// Sent before something that was decided already.
    pub is_late: bool,
    #[schema(required)]
    pub note: Option<String>,
    /// What changed, by the kind of the event.
    #[schema(required, value_type = Option<std::collections::HashMap<String, Value>>)]
    pub change: Option<Map<String, Value>>,
    #[schema(required)]
    pub trace: Option<Trace>,
}

impl Event {
    /// For whoever looks after the record and not after customers: what happened, not what was
    /// said.
    pub(crate) fn masked(mut self) -> Self {
        if let Some(message) = &mut self.message {
            message.text = message.text.as_deref().map(mask::words);
            for button in message.buttons.iter_mut().flatten() {
                button.title = mask::words(&button.title);
                button.payload = None;
            }
            if let Some(media) = &mut message.media {
                media.filename = media.filename.as_deref().map(mask::words);
                media.url = None;
            }
        }
        self.note = self.note.as_deref().map(mask::words);
        for said in ["comment", "text"] {
            if let Some(Value::String(text)) =
                self.change.as_mut().and_then(|change| change.get_mut(said))
            {
                *text = mask::words(text);
            }
        }
        for quote in
            self.trace.iter_mut().flat_map(|t| &mut t.rules).flat_map(|rule| &mut rule.quotes)
        {
            quote.text = mask::words(&quote.text);
        }
        self
    }
}

/// What is known of a conversation's messages beside its log.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    pub sends: BTreeMap<MessageId, OutboxRow>,
    pub files: BTreeMap<MessageId, MediaRow>,
}

/// Turns log rows into what is shown, oldest first. Keeps the customer's last words, since traces
/// quote them by position.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    asked: String,
}

impl Reader {
    pub(crate) fn read(&mut self, row: &EventRow, beside: &Beside) -> Event {
        let mut event = Event {
            position: row.position,
            at: row.at.to_string(),
            kind: row.kind.clone(),
            by: By::System,
            author: None,
            message: None,
            sent_at: None,
            is_late: false,
            note: None,
            change: None,
            trace: None,
        };
        match Fact::from_parts(&row.data, row.content.as_deref()) {
            Ok(fact) => self.fill(&mut event, &fact, beside),
            Err(error) => {
                tracing::error!(%error, kind = row.kind, position = row.position, "unreadable event");
            }
        }
        event
    }

    fn fill(&mut self, event: &mut Event, fact: &Fact, beside: &Beside) {
        match fact {
            Fact::MessageReceived { message, sent_at, is_late, content, .. } => {
                event.by = By::Customer;
                event.sent_at = Some(sent_at.to_string());
                event.is_late = *is_late;
                if let Some(content) = content {
                    content.content.words().unwrap_or_default().clone_into(&mut self.asked);
                }
                let mut shown = received(*message, content.as_ref().map(|i| &i.content));
                if let Some(row) = beside.files.get(message) {
                    shown.media = shown.media.map(|media| media.with(row));
                }
                event.message = Some(shown);
            }
            Fact::MessageSent { message, by, content, leaves_at, part_of, .. } => {
                (event.by, event.author) = author(by);
                let row = beside.sends.get(message);
                let mut shown = sent(*message, content.as_ref(), row);
                let waits = row.is_some_and(|row| row.state == OutboxState::Queued);
                if let Some(file) = beside.files.get(message) {
                    shown.media = shown.media.map(|media| media.with(file));
                }
                shown.leaves_at = leaves_at.filter(|_| waits).map(|at| at.to_string());
                shown.part_of = part_of.map(|first| first.to_string());
                event.message = Some(shown);
            }
            Fact::NoteAdded { agent, content, .. } => {
                event.by = By::Agent;
                event.author = Some(agent.name.clone());
                event.note = Some(content.clone().unwrap_or_default());
            }
            Fact::TurnDecided { trace } => event.trace = Some(self.trace(trace)),
            Fact::Escalated(e) => {
                event.by = By::Bot;
                event.change = change(json!({
                    "reason": e.reason, "reasons": e.reasons, "topic": e.topic, "team": e.team,
                    "tier": e.tier, "priority": e.priority, "deferred": e.deferred,
                }));
            }
            Fact::Rerouted { reasons, reason, topic, team, tier, priority, .. } => {
                event.by = By::Bot;
                event.change = change(json!({
                    "reason": reason, "reasons": reasons, "topic": topic, "team": team,
                    "tier": tier, "priority": priority,
                }));
            }
            Fact::Deferred { until } => event.change = change(json!({ "until": until })),
            Fact::Taken { agent, forced } => {
                event.by = By::Agent;
                event.author = Some(agent.name.clone());
                event.change = change(json!({ "agent": agent, "forced": forced }));
            }
            Fact::Assigned { agent, by } => {
                event.by = if by.is_some() { By::Agent } else { By::System };
                event.author = by.as_ref().map(|by| by.name.clone());
                event.change = change(json!({ "agent": agent }));
            }
            Fact::Snoozed { by, until } => {
                by_agent(event, by, json!({ "until": until }));
            }
            Fact::Woken { by } => {
                event.by = if by.is_some() { By::Agent } else { By::System };
                event.author = by.as_ref().map(|by| by.name.clone());
            }
            Fact::Prioritised { by, priority } => {
                by_agent(event, by, json!({ "priority": priority }));
            }
            Fact::HandoffRated { by, score } => by_agent(event, by, json!({ "score": score })),
            Fact::Untagged { tag, by } => by_agent(event, by, json!({ "tag": tag })),
            Fact::MessageTakenBack { message, by } => {
                by_agent(event, by, json!({ "message": message }));
            }
            Fact::Transferred { by, team, tier, .. } => {
                event.by = By::Agent;
                event.author = Some(by.name.clone());
                event.change = change(json!({ "team": team, "tier": tier }));
            }
            Fact::Returned { by } => {
                event.by = if by.is_some() { By::Agent } else { By::Customer };
                event.author = by.as_ref().map(|agent| agent.name.clone());
            }
            Fact::EndPlanned { by, until, reason } => {
                by_agent(event, by, json!({ "until": until, "reason": reason }));
            }
            Fact::EndTakenBack { by } => {
                event.by = if by.is_some() { By::Agent } else { By::System };
                event.author = by.as_ref().map(|by| by.name.clone());
            }
            Fact::Resolved { by, abandoned, reason, .. } => {
                event.by = if by.is_some() { By::Agent } else { By::System };
                event.author = by.as_ref().map(|agent| agent.name.clone());
                event.change = change(json!({ "abandoned": abandoned, "reason": reason }));
            }
            Fact::Rated { score, content } => {
                event.by = By::Customer;
                let comment = content.as_deref().map(mask::cards);
                event.change = change(json!({ "score": score, "comment": comment }));
            }
            Fact::Tagged { tag, by } => {
                event.by = if by.is_some() { By::Agent } else { By::System };
                event.author = by.as_ref().map(|by| by.name.clone());
                event.change = change(json!({ "tag": tag }));
            }
            Fact::LanguageChosen { language } => {
                event.change = change(json!({ "language": language }));
            }
            Fact::ContactRectified { by, is_restricted, content } => {
                let said = content.clone().unwrap_or_default();
                event.by = if by.is_some() { By::Agent } else { By::System };
                event.author = by.as_ref().map(|by| by.name.clone());
                event.change = change(json!({
                    "name": said.name,
                    "language": said.language,
                    "is_restricted": is_restricted,
                }));
            }
            Fact::TopicFound { topic } => event.change = change(json!({ "topic": topic })),
            Fact::Transcribed { message, content } => {
                event.by = By::Customer;
                if let Some(words) = content {
                    self.asked.clone_from(words);
                }
                let text = content.as_deref().map(mask::cards);
                event.change = change(json!({ "message": message, "text": text }));
            }
            Fact::Merged { goes_on, .. } => event.change = change(json!({ "goes_on": goes_on })),
            Fact::Quarantined { reason } => event.change = change(json!({ "reason": reason })),
            Fact::DeliveryFailed { message, code, reason } => {
                event.change =
                    change(json!({ "message": message, "code": code, "reason": reason }));
            }
            Fact::Refused { command, refusal } => {
                event.change = change(json!({ "command": command, "refusal": refusal }));
            }
            Fact::OptedOut | Fact::Thanked => event.by = By::Customer,
            Fact::Opened { .. }
            | Fact::ProfileRead { .. }
            | Fact::BotAdvanced { .. }
            | Fact::EffectRequested { .. }
            | Fact::EffectEnded { .. }
            | Fact::QuestionUnanswered { .. }
            | Fact::Opening { .. }
            | Fact::Reassured
            | Fact::BurstEnded
            | Fact::AfterHoursTold
            | Fact::VariableSet { .. }
            | Fact::OrdersFound { .. }
            | Fact::Summarised { .. } => {}
        }
    }

    fn trace(&self, trace: &trigger::Trace) -> Trace {
        let masked = mask::cards(&self.asked);
        let rule = |rule: &trigger::RuleTrace| RuleTrace {
            rule: rule.rule.clone(),
            score: rule.score,
            threshold: rule.threshold,
            fired: rule.fired,
            quotes: rule.quotes.iter().filter_map(|q| quote(&masked, q.start, q.end)).collect(),
        };
        Trace {
            rules: trace.rules.iter().map(rule).collect(),
            winner: trace.winner.clone(),
            node: trace.walked.last().map(|step| step.node.clone()),
            walked: trace
                .walked
                .iter()
                .map(|step| Walked { node: step.node.clone(), port: step.port.clone() })
                .collect(),
        }
    }
}

/// The words at a place; nothing where the place is not in this text.
pub(crate) fn quote(text: &str, start: usize, end: usize) -> Option<Quote> {
    let words: String = text.chars().skip(start).take(end.checked_sub(start)?).collect();
    (words.chars().count() == end - start && start < end).then_some(Quote {
        start,
        end,
        text: words,
    })
}

/// A change that an agent made.
fn by_agent(event: &mut Event, by: &AgentRef, what: Value) {
    event.by = By::Agent;
    event.author = Some(by.name.clone());
    event.change = change(what);
}

fn change(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

fn author(by: &Author) -> (By, Option<String>) {
    match by {
        // What the house says of itself reads like the assistant.
        Author::Bot | Author::System => (By::Bot, None),
        Author::Agent(agent) => (By::Agent, Some(agent.name.clone())),
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn quotes_count_code_points_and_never_leave_the_text() {
        let found = quote("où est l’agent ?", 9, 14).map(|q| q.text);
        assert_eq!(found.as_deref(), Some("agent"));
        assert_eq!(quote("court", 3, 9), None);
        assert_eq!(quote("court", 3, 2), None);
        assert_eq!(quote("court", 3, 3), None);
    }
}
