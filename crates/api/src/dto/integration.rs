//! Connections to other programs and places: webhooks, notices, the doctor, the checklist.

use relais_app::port::channel::{self, Health};
use relais_app::webhooks;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An address that is told what happens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Webhook {
    pub id: String,
    pub name: String,
    pub url: String,
    #[schema(value_type = Vec<String>)]
    pub events: Vec<webhooks::Kind>,
    pub is_on: bool,
    pub created_at: String,
}

impl From<webhooks::Webhook> for Webhook {
    fn from(hook: webhooks::Webhook) -> Self {
        let webhooks::Webhook { id, name, url, events, is_on, created_at } = hook;
        Self { id, name, url, events, is_on, created_at: created_at.to_string() }
    }
}

/// The secret is shown once; signatures are those of Standard Webhooks.
#[derive(Serialize, ToSchema)]
pub(crate) struct FreshWebhook {
    #[serde(flatten)]
    pub webhook: Webhook,
    pub secret: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WebhookInput {
    pub name: String,
    pub url: String,
    /// `conversation.opened`, `conversation.escalated`, `conversation.assigned`,
    /// `conversation.transferred`, `conversation.resolved`, `conversation.rated`,
    /// `message.received`, `message.sent`.
    #[schema(value_type = Vec<String>)]
    pub events: Vec<webhooks::Kind>,
    pub is_on: bool,
}

/// How one try ended.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = WebhookDelivery)]
pub(crate) struct DeliveryLine {
    /// The same in all tries of one delivery.
    pub message: String,
    pub event: String,
    #[schema(required)]
    pub conversation: Option<String>,
    pub attempt: i64,
    /// `delivered`, `failed` (it is tried again) or `given_up`.
    pub fate: String,
    #[schema(required)]
    pub status: Option<u16>,
    /// What the address answered, or why there was no answer.
    pub said: String,
    pub ms: i64,
    pub at: String,
}

impl From<webhooks::Delivery> for DeliveryLine {
    fn from(line: webhooks::Delivery) -> Self {
        let fate = match line.fate {
            webhooks::Fate::Delivered => "delivered",
            webhooks::Fate::Failed => "failed",
            webhooks::Fate::GivenUp => "given_up",
        };
        Self {
            message: line.message,
            event: line.event,
            conversation: line.conversation.map(|id| id.to_string()),
            attempt: line.attempt,
            fate: fate.to_owned(),
            status: line.status,
            said: line.said,
            ms: line.ms,
            at: line.at.to_string(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeliveryReplay {
    /// `message` of a line of the log.
    pub message: String,
}

/// What an examination found.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChannelCheck {
    /// `token`, `rights`, `number`, `subscription`, `clock`, `address`, `verified`, `signature`,
    /// `message` or `report`.
    pub check: &'static str,
    /// `good`, `bad`, `waiting` or `unknown`.
    pub state: &'static str,
    /// In the provider's words, or a moment.
    pub said: String,
}

impl From<channel::Finding> for ChannelCheck {
    fn from(finding: channel::Finding) -> Self {
        let channel::Finding { check, state, said } = finding;
        Self { check, state: health(state), said }
    }
}

pub(crate) fn health(state: Health) -> &'static str {
    match state {
        Health::Good => "good",
        Health::Bad => "bad",
        Health::Waiting => "waiting",
        Health::Unknown => "unknown",
    }
}

/// A place that is told of hand-offs.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notifier {
    /// `slack`, `teams` or `email`.
    pub kind: String,
    pub is_set: bool,
    /// Where to, as far as it may be shown.
    pub shown: String,
    /// Somebody is to be told here and cannot be.
    pub is_missed: bool,
    /// How the last test ended, in the place's own words.
    #[schema(required)]
    pub tested: Option<NotifierTest>,
}

#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
pub(crate) struct NotifierTest {
    pub is_fine: bool,
    pub said: String,
    pub at: String,
}

/// `url` for a chat room; the rest for a mail server. An empty object switches it off.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotifierInput {
    pub url: Option<String>,
    pub host: Option<String>,
    pub port: Option<u16>,
    /// `tls`, `starttls` or `none`.
    pub security: Option<String>,
    pub user: Option<String>,
    pub password: Option<String>,
    pub from: Option<String>,
    /// `push`: on, or off.
    pub is_on: Option<bool>,
}

/// What a browser subscribes with.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PushKey {
    /// Of this server, as base64 in addresses; nothing while web push is off.
    #[schema(required)]
    pub key: Option<String>,
}

/// A browser that is woken, or left alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PushInput {
    /// Where its vendor takes wake-ups for it.
    pub endpoint: String,
    pub is_on: bool,
    /// Whoever has it is there for as long as it can be woken.
    #[serde(default)]
    pub is_phone: bool,
}

/// A step on the way to real customers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChecklistItem {
    /// `provider`, `flow`, `triggers`, `alerts`, `teams`, `test` or `live`.
    pub key: &'static str,
    /// `done`, `todo`, `bad` or `locked`.
    pub state: &'static str,
    /// A word for the sentence beside it.
    pub fact: &'static str,
    /// What the sentence counts or names.
    pub values: std::collections::BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Checklist {
    pub items: Vec<ChecklistItem>,
    pub is_hidden: bool,
    /// Conversations that were only played, and count nowhere.
    pub played: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChecklistChange {
    pub is_hidden: bool,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Removed {
    pub conversations: i64,
}
