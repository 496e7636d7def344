//! The state of a conversation: a pure function of its log.

use super::event::{AgentRef, Author, Escalation, Event, Previous};
use crate::id::{ChannelId, ContactId, ConversationId, EffectId, EscalationId, MessageId};
use crate::routing::Priority;
use crate::time::{Span, Timestamp};
use crate::trigger::Reason;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Messages less than this apart are one burst.
pub const BURST: Span = Span::secs(4);

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub channel: ChannelId,
    pub business_number: String,
    pub flow_version: i64,
    pub opened_at: Timestamp,
    /// Position of the last event.
    pub position: i64,
    pub owner: Owner,
    /// Moves at every change of owner or of the right to write.
    pub owner_epoch: i64,
    pub resolved_at: Option<Timestamp>,
    pub is_abandoned: bool,
    pub previous: Option<Previous>,
    pub language: String,
    pub segment: String,
    pub profile: Option<Profile>,
    pub phone: Option<String>,
    pub name: Option<String>,
    pub topic: Option<String>,
    pub orders: Vec<String>,
    pub summary: Option<String>,
    pub tags: Vec<String>,
    pub variables: BTreeMap<String, String>,
    pub opted_out: bool,
    /// The last hand-off, kept after it ended.
    pub handoff: Option<Handoff>,
    pub escalations: u32,
    pub csat: Option<u8>,
    pub csat_comment: Option<String>,
    pub asks_rating: bool,
    pub last_inbound_at: Option<Timestamp>,
    /// Time of the last message of anybody.
    pub last_message_at: Timestamp,
    pub last_inbound: Option<MessageId>,
    pub unread: u32,
    /// When an answer of people is due.
    pub reply_due_at: Option<Timestamp>,
    pub preview: String,
    /// The customer's last words, oldest first: what the signals compare a message with.
    #[serde(default)]
    pub recent: Vec<Heard>,
    /// Bare thank-yous answered after the end.
    #[serde(default)]
    pub thanked: u32,
    pub bot: Bot,
    pub facts: Facts,
}

/// What the customer said in one message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heard {
    pub message: MessageId,
    pub text: String,
}

/// Messages kept in [`State::recent`], and characters of each.
const RECENT: (usize, usize) = (8, 200);

/// Who answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Owner {
    Bot,
    Queue { deferred: bool },
    Agent { agent: AgentRef },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Handoff {
    pub escalation: EscalationId,
    pub at: Timestamp,
    pub reason: Reason,
    pub reasons: Vec<Reason>,
    pub topic: Option<String>,
    pub team: String,
    pub tier: u8,
    pub priority: Priority,
    /// Clock of people starts here.
    pub counts_from: Option<Timestamp>,
    /// Opening it waits for, while deferred.
    pub until: Option<Timestamp>,
    pub is_active: bool,
    pub was_rerouted: bool,
    pub reassured_at: Option<Timestamp>,
    /// A queue message waits for the end of its burst to be reassured.
    pub reassure_due: Option<Timestamp>,
    pub after_hours_at: Option<Timestamp>,
    /// Since when people can see it without waiting for an opening; its closing time follows.
    #[serde(default)]
    pub live_since: Option<Timestamp>,
}

/// What the CRM knows.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub name: Option<String>,
    pub phone: Option<String>,
    pub segment: Option<String>,
    pub language: Option<String>,
    pub opted_out: bool,
    /// Orders of this phone, newest first.
    #[serde(default)]
    pub orders: Vec<crate::workspace::Order>,
}

/// The bot's working state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Bot {
    pub prompt: Option<Prompt>,
    pub failures: u32,
    pub out_of_scope: u32,
    pub postcode_failures: u32,
    /// Messages of the open burst that were not understood yet.
    pub held: Vec<Held>,
    pub held_due: Option<Timestamp>,
    pub waiting: Option<Waiting>,
    /// The last texts sent by the bot, newest last, as hashes; for the loop check.
    pub said: Vec<Said>,
    /// Sub-flow return points.
    pub stack: Vec<String>,
    /// A wait node ends here.
    pub resume: Option<(String, Timestamp)>,
    pub was_greeted: bool,
    /// The customer was told which languages are spoken here.
    #[serde(default)]
    pub told_languages: bool,
    pub turns: u32,
}

/// A question that is still open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Prompt {
    pub node: String,
    pub kind: PromptKind,
    pub asked_at: Timestamp,
    /// A later text named the main menu's digits: they mean the main menu now.
    pub digits_are_menu: bool,
    pub tries: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PromptKind {
    /// The node itself says what is awaited.
    Node,
    /// Digits choose one of these articles (`@finder` is the finder).
    Articles {
        ids: Vec<String>,
    },
    Postcode {
        order: String,
    },
    Rooms,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    pub message: MessageId,
    /// The provider's id, by which an edit or a revocation names it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub provider_id: String,
    pub text: String,
    /// A file with a caption: acknowledged instead of counted as a failure.
    pub is_media: bool,
    /// Id of the button or row that was pressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// A voice message whose words are not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voice: Option<Voice>,
    /// When it came; its answer may take four seconds from here.
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    pub media_id: Option<String>,
    /// Nobody could listen to it.
    pub is_unheard: bool,
}

/// An effect the flow waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    pub effect: EffectId,
    pub deadline: Timestamp,
    pub then: Resume,
    /// Messages that came meanwhile.
    pub queued: Vec<Held>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Resume {
    Order { node: String, number: String },
    Answer { article: String, question: String, repeat_prompt: bool },
    Voice { message: MessageId },
    Postcode { node: String, number: String, given: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Said {
    pub at: Timestamp,
    pub text: u64,
    pub heard: u64,
}

/// Figures of a conversation for the KPIs.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    pub bot_turn: bool,
    pub first_handoff_at: Option<Timestamp>,
    pub first_reason: Option<Reason>,
    pub first_team: Option<String>,
    /// Where the wait for the first agent's message began: the hand-off, or the opening it waited
    /// for.
    pub counts_from: Option<Timestamp>,
    pub first_agent_reply_at: Option<Timestamp>,
}

impl State {
    /// The state after the first event of a log.
    pub fn opened(at: Timestamp, event: &Event) -> Option<Self> {
        let Event::Opened {
            conversation,
            contact,
            channel,
            business_number,
            language,
            previous,
            flow_version,
            ..
        } = event
        else {
            return None;
        };
        Some(Self {
            conversation: *conversation,
            contact: *contact,
            channel: *channel,
            business_number: business_number.clone(),
            flow_version: *flow_version,
            opened_at: at,
            position: 1,
            owner: Owner::Bot,
            owner_epoch: 0,
            resolved_at: None,
            is_abandoned: false,
            previous: previous.clone(),
            language: language.clone(),
            segment: "standard".to_owned(),
            profile: None,
            phone: None,
            name: None,
            topic: None,
            orders: Vec::new(),
            summary: None,
            tags: Vec::new(),
            variables: BTreeMap::new(),
            opted_out: false,
            handoff: None,
            escalations: 0,
            csat: None,
            csat_comment: None,
            asks_rating: false,
            last_inbound_at: None,
            last_message_at: at,
            last_inbound: None,
            unread: 0,
            reply_due_at: None,
            preview: String::new(),
            recent: Vec::new(),
            thanked: 0,
            bot: Bot::default(),
            facts: Facts::default(),
        })
    }

    pub fn is_resolved(&self) -> bool {
        self.resolved_at.is_some()
    }

    /// The automatic side may write and decide (see the right-to-write table).
    pub fn bot_active(&self) -> bool {
        !self.is_resolved() && matches!(self.owner, Owner::Bot | Owner::Queue { deferred: true })
    }

    pub fn is_deferred(&self) -> bool {
        !self.is_resolved() && matches!(self.owner, Owner::Queue { deferred: true })
    }

    pub fn agent(&self) -> Option<&AgentRef> {
        match &self.owner {
            Owner::Agent { agent } => Some(agent),
            Owner::Bot | Owner::Queue { .. } => None,
        }
    }

    /// The contract's word for who is in charge.
    pub fn status(&self) -> &'static str {
        if self.is_resolved() {
            return "resolved";
        }
        match self.owner {
            Owner::Bot => "bot",
            Owner::Queue { .. } => "queued",
            Owner::Agent { .. } => "human",
        }
    }

    /// The hand-off while it lasts.
    pub fn active_handoff(&self) -> Option<&Handoff> {
        self.handoff.as_ref().filter(|h| h.is_active)
    }

    pub fn tier(&self) -> u8 {
        if self.is_resolved() {
            return self.handoff.as_ref().filter(|_| self.is_handed_off()).map_or(1, |h| h.tier);
        }
        match self.owner {
            Owner::Bot => 1,
            Owner::Queue { .. } | Owner::Agent { .. } => {
                self.handoff.as_ref().map_or(2, |h| h.tier)
            }
        }
    }

    /// People were in charge when it ended, or still are.
    pub fn is_handed_off(&self) -> bool {
        !matches!(self.owner, Owner::Bot)
    }
}

/// The next state. Total: an event that does not fit changes what it can and nothing else.
pub fn evolve(mut state: State, at: Timestamp, event: &Event) -> State {
    apply(&mut state, at, event);
    state
}

/// [`evolve`] in place.
pub(super) fn apply(s: &mut State, at: Timestamp, event: &Event) {
    s.position += 1;
    match event {
        Event::Opened { .. }
        | Event::TurnDecided { .. }
        | Event::EffectEnded { .. }
        | Event::Refused { .. }
        | Event::DeliveryFailed { .. }
        | Event::QuestionUnanswered { .. }
        | Event::EffectRequested { .. }
        | Event::Quarantined { .. } => {}
        Event::ProfileRead { segment, content } => {
            s.segment.clone_from(segment);
            if let Some(profile) = content {
                s.phone.clone_from(&profile.phone);
                s.opted_out |= profile.opted_out;
                s.name.clone_from(&profile.name);
            }
            s.profile.clone_from(content);
        }
        Event::MessageReceived { message, sent_at, opens_window, is_silent, content, .. } => {
            if let (Owner::Queue { deferred: false }, false, Some(h)) =
                (&s.owner, is_silent, &mut s.handoff)
            {
                h.reassure_due = Some(at + BURST);
            }
            if *opens_window {
                s.last_inbound_at = s.last_inbound_at.max(Some(*sent_at));
            }
            s.last_message_at = at;
            s.last_inbound = Some(*message);
            s.unread += 1;
            if let Some(inbound) = content {
                s.preview = preview(&inbound.content.preview());
                if let Some(words) = inbound.content.words() {
                    heard(s, *message, words);
                }
                if s.phone.is_none() {
                    s.phone.clone_from(&inbound.sender.phone);
                }
                if s.name.is_none() {
                    s.name.clone_from(&inbound.sender.name);
                }
            }
        }
        Event::LanguageChosen { language } => s.language.clone_from(language),
        Event::MessageSent { by, content, .. } => {
            s.last_message_at = at;
            if let Some(content) = content {
                s.preview = preview(content.text());
            }
            match by {
                Author::Bot => {
                    s.facts.bot_turn = true;
                    if let (Owner::Queue { deferred: false }, Some(h)) = (&s.owner, &mut s.handoff)
                    {
                        h.reassure_due = None;
                    }
                }
                Author::System => {}
                Author::Agent(_) => {
                    s.unread = 0;
                    s.reply_due_at = None;
                    s.facts.first_agent_reply_at.get_or_insert(at);
                }
            }
        }
        Event::NoteAdded { .. } => {}
        Event::BotAdvanced { bot } => s.bot = (**bot).clone(),
        Event::Escalated(e) => escalated(s, at, e),
        Event::Rerouted { reasons, reason, topic, team, tier, priority, reply_due_at } => {
            if let Some(h) = &mut s.handoff {
                h.reasons.clone_from(reasons);
                h.reason = *reason;
                h.topic.clone_from(topic);
                h.team.clone_from(team);
                h.tier = *tier;
                h.priority = *priority;
                h.was_rerouted = true;
            }
            s.topic.clone_from(topic);
            s.reply_due_at = *reply_due_at;
        }
        Event::Deferred { until } => {
            s.owner = Owner::Queue { deferred: true };
            s.owner_epoch += 1;
            s.reply_due_at = None;
            if s.facts.first_agent_reply_at.is_none() {
                s.facts.counts_from = *until;
            }
            if let Some(h) = &mut s.handoff {
                h.until = *until;
                h.counts_from = *until;
                h.reassure_due = None;
                h.live_since = None;
            }
        }
        Event::Opening { reply_due_at } => {
            s.owner = Owner::Queue { deferred: false };
            s.owner_epoch += 1;
            s.reply_due_at = *reply_due_at;
            if let Some(h) = &mut s.handoff {
                h.until = None;
                h.live_since = Some(at);
            }
        }
        Event::Reassured => {
            if let Some(h) = &mut s.handoff {
                h.reassured_at = Some(at);
                h.reassure_due = None;
            }
        }
        Event::AfterHoursTold => {
            if let Some(h) = &mut s.handoff {
                h.after_hours_at = Some(at);
            }
        }
        Event::Taken { agent, .. } | Event::Assigned { agent } => {
            s.owner = Owner::Agent { agent: agent.clone() };
            s.owner_epoch += 1;
            s.unread = 0;
            if let Some(h) = &mut s.handoff {
                h.until = None;
                h.reassure_due = None;
            }
        }
        Event::Transferred { team, tier, reply_due_at, .. } => {
            s.owner = Owner::Queue { deferred: false };
            s.owner_epoch += 1;
            s.reply_due_at = *reply_due_at;
            if let Some(h) = &mut s.handoff {
                h.team.clone_from(team);
                h.tier = *tier;
                h.live_since = Some(at);
                h.reassure_due = None;
            }
        }
        Event::Returned { .. } => {
            s.owner = Owner::Bot;
            s.owner_epoch += 1;
            s.reply_due_at = None;
            if let Some(h) = &mut s.handoff {
                h.is_active = false;
                h.until = None;
                h.reassure_due = None;
            }
        }
        Event::Resolved { abandoned, asks_rating, .. } => {
            s.resolved_at = Some(at);
            s.owner_epoch += 1;
            s.is_abandoned = *abandoned;
            s.asks_rating = *asks_rating;
            s.reply_due_at = None;
            s.unread = 0;
            s.bot = Bot::default();
            if let Some(h) = &mut s.handoff {
                h.is_active = false;
                h.until = None;
                h.reassure_due = None;
            }
        }
        Event::Thanked => s.thanked += 1,
        Event::TopicFound { topic } => s.topic.clone_from(topic),
        Event::Transcribed { message, content } => {
            if let Some(words) = content {
                heard(s, *message, words);
                s.preview = preview(words);
            }
        }
        Event::Rated { score, content } => {
            s.csat = Some(*score);
            s.csat_comment.clone_from(content);
            s.asks_rating = false;
        }
        Event::OptedOut => s.opted_out = true,
        Event::Tagged { tag } => {
            if !s.tags.contains(tag) {
                s.tags.push(tag.clone());
            }
        }
        Event::VariableSet { variable, content } => {
            match content {
                Some(value) => s.variables.insert(variable.clone(), value.clone()),
                None => s.variables.remove(variable),
            };
        }
        Event::OrdersFound { content } => {
            for order in content {
                if !s.orders.contains(order) {
                    s.orders.push(order.clone());
                }
            }
        }
        Event::Summarised { content } => s.summary.clone_from(content),
    }
}

fn escalated(s: &mut State, at: Timestamp, e: &Escalation) {
    s.owner = Owner::Queue { deferred: e.deferred };
    s.owner_epoch += 1;
    s.escalations += 1;
    s.reply_due_at = e.reply_due_at;
    if e.topic.is_some() {
        s.topic.clone_from(&e.topic);
    }
    s.handoff = Some(Handoff {
        escalation: e.escalation,
        at,
        reason: e.reason,
        reasons: e.reasons.clone(),
        topic: e.topic.clone(),
        team: e.team.clone(),
        tier: e.tier,
        priority: e.priority,
        counts_from: e.counts_from,
        until: e.counts_from.filter(|_| e.deferred),
        is_active: true,
        was_rerouted: false,
        reassured_at: None,
        reassure_due: None,
        after_hours_at: None,
        live_since: (!e.deferred).then_some(at),
    });
    if s.facts.first_agent_reply_at.is_none() {
        s.facts.counts_from = e.counts_from;
    }
    if s.facts.first_handoff_at.is_none() {
        s.facts.first_handoff_at = Some(at);
        s.facts.first_reason = Some(e.reason);
        s.facts.first_team = Some(e.team.clone());
    }
}

fn heard(s: &mut State, message: MessageId, words: &str) {
    s.recent.push(Heard { message, text: words.chars().take(RECENT.1).collect() });
    if s.recent.len() > RECENT.0 {
        s.recent.remove(0);
    }
}

/// At most 120 characters, one line.
fn preview(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}

/// The state a whole log gives.
pub fn fold<'a>(log: impl IntoIterator<Item = (Timestamp, &'a Event)>) -> Option<State> {
    let mut log = log.into_iter();
    let (at, first) = log.next()?;
    let opened = State::opened(at, first)?;
    Some(log.fold(opened, |s, (at, event)| evolve(s, at, event)))
}
