//! Webhooks to other programs: what happened in conversations is posted to addresses of the
//! workspace's choice. Written down in the commit of what they tell, so that none is lost; tried
//! again for two days, so that an outage loses none either.

mod delivery;
mod message;

pub use delivery::{Delivery, Fate};

use crate::accounts::vault::Vault;
use crate::port::outside::Outside;
use crate::port::store::{ConversationRow, EntryRow, Result, StoreError, Write};
use crate::service::Service;
use relais_core::id::ConversationId;
use relais_core::time::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

const KIND: &str = "webhook";
/// Webhooks there may be.
const MOST: i64 = 50;

/// What can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub enum Kind {
    #[serde(rename = "conversation.opened")]
    Opened,
    #[serde(rename = "conversation.escalated")]
    Escalated,
    #[serde(rename = "conversation.assigned")]
    Assigned,
    #[serde(rename = "conversation.transferred")]
    Transferred,
    #[serde(rename = "conversation.resolved")]
    Resolved,
    #[serde(rename = "conversation.rated")]
    Rated,
    #[serde(rename = "message.received")]
    Received,
    #[serde(rename = "message.sent")]
    Sent,
}

impl Kind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Opened => "conversation.opened",
            Self::Escalated => "conversation.escalated",
            Self::Assigned => "conversation.assigned",
            Self::Transferred => "conversation.transferred",
            Self::Resolved => "conversation.resolved",
            Self::Rated => "conversation.rated",
            Self::Received => "message.received",
            Self::Sent => "message.sent",
        }
    }

    /// By the word an event is stored under.
    fn of(event: &str) -> Option<Self> {
        Some(match event {
            "opened" => Self::Opened,
            "escalated" => Self::Escalated,
            "taken" | "assigned" => Self::Assigned,
            "transferred" => Self::Transferred,
            "resolved" => Self::Resolved,
            "rated" => Self::Rated,
            "message_received" => Self::Received,
            "message_sent" => Self::Sent,
            _ => return None,
        })
    }
}

/// An address that is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Webhook {
    pub id: String,
    pub name: String,
    pub url: String,
    pub events: Vec<Kind>,
    pub is_on: bool,
    pub created_at: Timestamp,
}

/// What a webhook shall be.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    pub name: String,
    pub url: String,
    pub events: Vec<Kind>,
    pub is_on: bool,
}

#[derive(Clone, Deserialize, Serialize)]
struct Kept {
    name: String,
    url: String,
    /// Sealed.
    secret: String,
    events: Vec<Kind>,
    is_on: bool,
}

/// The way out, and the key that opens the secrets.
#[derive(Debug)]
pub struct Integrations {
    pub outside: Arc<dyn Outside>,
    pub vault: Vault,
}

/// Why a webhook cannot be kept.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    #[error("no such webhook")]
    NotFound,
    #[error("there are too many webhooks")]
    TooMany,
    /// This process has no way out.
    #[error("webhooks are not available here")]
    Off,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Service {
    /// Lets webhooks out; without this there are none. Reads which there are.
    pub async fn reach_outside(&self, integrations: Integrations) -> Result<()> {
        self.outer().set(integrations);
        self.read_webhooks().await
    }

    pub async fn webhooks(&self) -> Result<Vec<Webhook>> {
        let rows = self.store().entries(KIND, MOST).await?;
        Ok(rows.iter().filter_map(shown).collect())
    }

    /// Keeps a new webhook; its secret is given once.
    pub async fn add_webhook(
        &self,
        new: NewWebhook,
    ) -> std::result::Result<(Webhook, String), WebhookError> {
        let integrations = self.outer().get().ok_or(WebhookError::Off)?;
        if self.store().entries(KIND, MOST).await?.len() >= MOST as usize {
            return Err(WebhookError::TooMany);
        }
        let id = self.random().name().simple().to_string();
        let mut bytes = [0; 24];
        self.random().fill(&mut bytes);
        let secret = message::secret(&bytes);
        let NewWebhook { name, url, events, is_on } = new;
        let sealed = integrations.vault.seal(&place(&id), &secret, self.random());
        let kept = Kept { name, url, secret: sealed, events, is_on };
        let row = EntryRow {
            kind: KIND.to_owned(),
            id,
            data: serde_json::to_string(&kept).expect("a webhook is plain data"),
            at: self.clock().now(),
        };
        let made = shown(&row).ok_or(WebhookError::NotFound)?;
        self.store().commit(vec![Write::PutEntry(row)]).await?;
        self.read_webhooks().await?;
        Ok((made, secret))
    }

    /// Changes all of a webhook but its secret.
    pub async fn change_webhook(
        &self,
        id: &str,
        new: NewWebhook,
    ) -> std::result::Result<Webhook, WebhookError> {
        let row = self.store().entry(KIND, id).await?.ok_or(WebhookError::NotFound)?;
        let kept = read(&row).ok_or(WebhookError::NotFound)?;
        let NewWebhook { name, url, events, is_on } = new;
        let kept = Kept { name, url, events, is_on, ..kept };
        let data = serde_json::to_string(&kept).expect("a webhook is plain data");
        let row = EntryRow { data, ..row };
        self.store().commit(vec![Write::PutEntry(row.clone())]).await?;
        self.read_webhooks().await?;
        shown(&row).ok_or(WebhookError::NotFound)
    }

    pub async fn drop_webhook(&self, id: &str) -> std::result::Result<(), WebhookError> {
        let row = self.store().entry(KIND, id).await?.ok_or(WebhookError::NotFound)?;
        let take = Write::TakeEntry { kind: KIND.to_owned(), id: row.id };
        // Gone meanwhile is as good.
        self.store().commit(vec![take]).await?;
        self.read_webhooks().await?;
        Ok(())
    }

    /// Another node may have changed them.
    pub(crate) async fn read_webhooks(&self) -> Result<()> {
        let all = self.webhooks().await?;
        self.outer().told.store(all);
        Ok(())
    }

    /// Jobs for what a unit writes down, in the same commit.
    pub(crate) fn webhook_jobs(&self, writes: &[Write], row: &ConversationRow) -> Vec<Write> {
        let told = self.outer().told.load();
        if told.iter().all(|hook| !hook.is_on) || row.is_sample {
            return Vec::new();
        }
        let mut jobs = Vec::new();
        for write in writes {
            let Write::AppendEvent(event) = write else { continue };
            let Some(kind) = Kind::of(&event.kind) else { continue };
            for hook in told.iter().filter(|hook| hook.is_on && hook.events.contains(&kind)) {
                let now = self.clock().now();
                jobs.push(Write::Job(delivery::job(&hook.id, kind, row.id, event.position, now)));
            }
        }
        jobs
    }
}

/// What the service holds of all this.
#[derive(Debug, Default)]
pub(crate) struct Outer {
    integrations: std::sync::OnceLock<Integrations>,
    told: Told,
}

impl Outer {
    fn set(&self, integrations: Integrations) {
        // Set once, at the start.
        let _ = self.integrations.set(integrations);
    }

    pub(crate) fn get(&self) -> Option<&Integrations> {
        self.integrations.get()
    }
}

#[derive(Debug, Default)]
struct Told(parking_lot::RwLock<Arc<Vec<Webhook>>>);

impl Told {
    fn load(&self) -> Arc<Vec<Webhook>> {
        self.0.read().clone()
    }

    fn store(&self, all: Vec<Webhook>) {
        *self.0.write() = Arc::new(all);
    }
}

fn place(id: &str) -> String {
    format!("entries|{KIND}|{id}|secret")
}

fn read(row: &EntryRow) -> Option<Kept> {
    serde_json::from_str(&row.data).ok()
}

fn shown(row: &EntryRow) -> Option<Webhook> {
    let Kept { name, url, events, is_on, secret: _ } = read(row)?;
    Some(Webhook { id: row.id.clone(), name, url, events, is_on, created_at: row.at })
}

/// What a delivery is about.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub(crate) struct About {
    pub conversation: ConversationId,
    pub position: i64,
}
