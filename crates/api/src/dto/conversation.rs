use super::event::Trace;
use super::people::Person;
use relais_app::mask;
use relais_app::port::store::{ConversationRow, UNTIL_HEARD};
use relais_core::conversation::event::Author;
use relais_core::conversation::state::State;
use relais_core::time::Timestamp;
use relais_core::understanding::parse::is_pleased;
use relais_core::understanding::text::Text;
use relais_core::window;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Who is in charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    Bot,
    Queued,
    Human,
    Resolved,
}

impl Status {
    pub(crate) fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "bot" => Self::Bot,
            "queued" => Self::Queued,
            "human" => Self::Human,
            "resolved" => Self::Resolved,
            _ => return None,
        })
    }
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Priority)]
pub(crate) enum Urgency {
    Normal,
    High,
    Urgent,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ConversationContact)]
pub(crate) struct Contact {
    pub id: String,
    pub name: String,
    /// E.164; empty where the person hides it.
    pub phone: String,
}

/// A conversation in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationLine {
    pub id: String,
    pub number: i64,
    pub contact: Contact,
    pub status: Status,
    #[schema(required)]
    pub assignee: Option<Person>,
    #[schema(required)]
    pub team: Option<String>,
    #[schema(required)]
    pub tier: Option<i64>,
    #[schema(inline)]
    pub priority: Urgency,
    pub is_vip: bool,
    pub is_deferred: bool,
    #[schema(required)]
    pub reason: Option<String>,
    pub language: String,
    /// The last message, of whoever wrote it.
    pub preview: String,
    /// Name of the colleague who wrote it; null where the assistant or the customer did.
    #[schema(required)]
    pub preview_by: Option<String>,
    /// The customer's last words: what waits for an answer.
    #[schema(required)]
    pub last_words: Option<String>,
    pub unread: i64,
    pub last_message_at: String,
    #[schema(required)]
    pub waiting_since: Option<String>,
    #[schema(required)]
    pub reply_due_at: Option<String>,
    #[schema(required)]
    pub window_closes_at: Option<String>,
    pub is_sample: bool,
    /// Said in the phone app before the number was connected; outside all figures.
    pub is_imported: bool,
    pub tags: Vec<String>,
    /// Put aside; by `snoozed_until`, or without it until the customer writes.
    pub is_snoozed: bool,
    #[schema(required)]
    pub snoozed_until: Option<String>,
    /// An agent has ended it; until then that can be taken back (`keep_open`).
    #[schema(required)]
    pub ends_at: Option<String>,
    /// A note calls whoever reads this, and they have not acted since.
    pub mentions_me: bool,
}

/// The parts of the state a list needs.
#[derive(Deserialize)]
struct Brief {
    name: Option<String>,
    phone: Option<String>,
    owner: Option<relais_core::conversation::state::Owner>,
    #[serde(default)]
    recent: Vec<relais_core::conversation::state::Heard>,
    #[serde(default)]
    preview_by: Option<Author>,
    #[serde(default)]
    ending: Option<relais_core::conversation::state::Ending>,
}

impl ConversationLine {
    pub(crate) fn new(row: &ConversationRow, me: &str, now: Timestamp) -> Self {
        let brief = serde_json::from_str(&row.state).unwrap_or(Brief {
            name: None,
            phone: None,
            owner: None,
            recent: Vec::new(),
            preview_by: None,
            ending: None,
        });
        let phone = brief.phone.unwrap_or_default();
        let name = brief.name.filter(|n| !n.trim().is_empty());
        let named = match brief.owner {
            Some(relais_core::conversation::state::Owner::Agent { agent }) => Some(agent.name),
            Some(_) | None => None,
        };
        let assignee = row
            .assignee
            .as_ref()
            .map(|key| Person { key: key.clone(), name: named.unwrap_or_else(|| key.clone()) });
        Self {
            id: row.id.to_string(),
            number: row.number,
            contact: Contact {
                id: row.contact.to_string(),
                name: name.unwrap_or_else(|| phone.clone()),
                phone,
            },
            status: Status::parse(&row.status).unwrap_or(Status::Resolved),
            assignee,
            team: row.team.clone(),
            tier: Some(row.tier),
            priority: match row.priority {
                2 => Urgency::Urgent,
                1 => Urgency::High,
                _ => Urgency::Normal,
            },
            is_vip: row.is_vip,
            is_deferred: row.is_deferred,
            reason: row.reason.clone(),
            language: row.language.clone(),
            preview: mask::cards(&row.preview),
            preview_by: brief.preview_by.and_then(|by| match by {
                Author::Agent(agent) => Some(agent.name),
                Author::Bot | Author::System => None,
            }),
            last_words: brief.recent.last().map(|heard| mask::cards(&heard.text)),
            unread: row.unread,
            last_message_at: row.last_message_at.to_string(),
            waiting_since: text(row.waiting_since),
            reply_due_at: text(row.reply_due_at),
            window_closes_at: text(window::closes_at(row.last_inbound_at, now)),
            is_sample: row.is_sample,
            is_imported: row.is_imported,
            tags: words(&row.tags),
            is_snoozed: row.snoozed_until.is_some(),
            snoozed_until: text(row.snoozed_until.filter(|at| *at != UNTIL_HEARD)),
            ends_at: text(brief.ending.map(|ending| ending.until)),
            mentions_me: words(&row.mentions).iter().any(|key| key == me),
        }
    }
}

impl ConversationLine {
    /// For whoever looks after the record and not after customers.
    pub(crate) fn masked(mut self) -> Self {
        self.preview = mask::words(&self.preview);
        self.last_words = self.last_words.as_deref().map(mask::words);
        self
    }
}

/// What a rule saw in the customer's words.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Evidence {
    pub rule: String,
    pub quote: String,
}

/// Why and where the assistant passed the conversation on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Handoff {
    pub at: String,
    pub reason: String,
    pub reasons: Vec<String>,
    pub team: String,
    pub tier: u8,
    pub evidence: Vec<Evidence>,
    /// What an agent says of it: 1 (people had to come) to 5 (the assistant would have done).
    #[schema(required)]
    pub rated: Option<u8>,
}

/// A conversation with all that is known of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Conversation {
    #[serde(flatten)]
    pub line: ConversationLine,
    #[schema(required)]
    pub summary: Option<String>,
    pub reasons: Vec<String>,
    #[schema(required)]
    pub topic: Option<String>,
    pub orders: Vec<String>,
    #[schema(required)]
    pub segment: Option<String>,
    pub escalations: u32,
    pub failures: u32,
    #[schema(required)]
    pub csat: Option<u8>,
    #[schema(required)]
    pub csat_comment: Option<String>,
    /// Why an agent closed it: `solved`, `no_answer`, `duplicate`, `spam`, `other`.
    #[schema(required)]
    pub closing: Option<String>,
    #[schema(required)]
    pub linked_previous: Option<String>,
    /// The customer's last words are thanks or praise, and ask for nothing.
    pub is_pleased: bool,
    pub bot_active: bool,
    pub position: i64,
    /// Position of the customer's last message that asks for an answer.
    pub heard_at: i64,
    pub owner_epoch: i64,
    pub opened_at: String,
    #[schema(required)]
    pub resolved_at: Option<String>,
    #[schema(required)]
    pub handoff: Option<Handoff>,
    /// What was said is hidden from whoever asks, until they give a reason for reading it.
    pub is_masked: bool,
}

impl Conversation {
    /// `evidence` is what was quoted in the turn of the last hand-off.
    pub(crate) fn new(
        row: &ConversationRow,
        state: &State,
        evidence: Vec<Evidence>,
        me: &str,
        now: Timestamp,
    ) -> Self {
        let reasons = |h: &relais_core::conversation::state::Handoff| -> Vec<String> {
            h.reasons.iter().map(|r| r.as_str().to_owned()).collect()
        };
        Self {
            line: ConversationLine::new(row, me, now),
            summary: state.summary.as_deref().map(mask::cards),
            reasons: state.handoff.as_ref().map(reasons).unwrap_or_default(),
            topic: state.topic.clone(),
            orders: state.orders.clone(),
            segment: Some(state.segment.clone()),
            escalations: state.escalations,
            failures: state.bot.failures,
            csat: state.csat,
            csat_comment: state.csat_comment.as_deref().map(mask::cards),
            closing: state.closing.map(|c| c.as_str().to_owned()),
            linked_previous: state.previous.as_ref().map(|p| p.conversation.to_string()),
            is_pleased: state
                .recent
                .last()
                .is_some_and(|heard| is_pleased(&Text::new(&heard.text))),
            bot_active: state.bot_active(),
            position: state.position,
            heard_at: state.heard_at,
            owner_epoch: state.owner_epoch,
            opened_at: row.opened_at.to_string(),
            resolved_at: text(row.resolved_at),
            handoff: state.handoff.as_ref().map(|h| Handoff {
                at: h.at.to_string(),
                reason: h.reason.as_str().to_owned(),
                reasons: reasons(h),
                team: h.team.clone(),
                tier: h.tier,
                evidence,
                rated: h.rated,
            }),
            is_masked: false,
        }
    }
}

impl Conversation {
    pub(crate) fn masked(mut self) -> Self {
        self.line = self.line.masked();
        self.summary = self.summary.as_deref().map(mask::words);
        self.csat_comment = self.csat_comment.as_deref().map(mask::words);
        for evidence in self.handoff.iter_mut().flat_map(|handoff| &mut handoff.evidence) {
            evidence.quote = mask::words(&evidence.quote);
        }
        self.is_masked = true;
        self
    }
}

/// What the rules that fired saw.
pub(crate) fn evidence(trace: &Trace) -> Vec<Evidence> {
    let fired = trace.rules.iter().filter(|rule| rule.fired);
    fired
        .flat_map(|rule| {
            rule.quotes
                .iter()
                .map(|quote| Evidence { rule: rule.rule.clone(), quote: quote.text.clone() })
        })
        .collect()
}

pub(crate) fn text(at: Option<Timestamp>) -> Option<String> {
    at.map(|at| at.to_string())
}

/// Conversations of one status and team.
#[derive(Debug, Serialize, ToSchema)]
#[expect(clippy::struct_field_names, reason = "the names are the API's")]
pub(crate) struct Count {
    pub status: Status,
    #[schema(required)]
    pub team: Option<String>,
    pub count: i64,
}

/// Words between bars.
fn words(column: &str) -> Vec<String> {
    column.split('|').filter(|word| !word.is_empty()).map(str::to_owned).collect()
}
