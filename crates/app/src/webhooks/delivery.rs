//! Deliveries: a job each, tried again with growing pauses, and a log that tells how each try ended.

use super::{About, KIND, Kind, Webhook, WebhookError, message, place, read, shown};
use crate::jobs;
use crate::port::outside::Answered;
use crate::port::store::{EntryRow, JobRow, Result, Write};
use crate::service::Service;
use futures_util::future::join_all;
use relais_core::id::ConversationId;
use relais_core::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::time::Duration;

/// Taken at once; one slow address holds up no more than these.
const TAKEN: i64 = 16;
const LIMIT: Duration = Duration::from_secs(15);
/// Pauses after the first, second … failed try; then it is given up.
const PAUSES: [Span; 9] = [
    Span::secs(5),
    Span::secs(30),
    Span::minutes(2),
    Span::minutes(10),
    Span::hours(1),
    Span::hours(3),
    Span::hours(6),
    Span::hours(12),
    Span::hours(24),
];
/// Lines of a log that are shown.
const SHOWN: i64 = 100;
/// How long a line is kept.
pub(crate) const LOG_KEPT: Span = Span::hours(14 * 24);
/// Of an answer, kept.
const SAID: usize = 500;

/// How a try ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    Delivered,
    /// It is tried again.
    Failed,
    /// It is not tried again, unless somebody asks for it.
    GivenUp,
}

/// A line of the log.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Delivery {
    /// Of the delivery: the same in all its tries.
    pub message: String,
    pub event: String,
    pub conversation: Option<ConversationId>,
    pub position: Option<i64>,
    pub attempt: i64,
    pub fate: Fate,
    pub status: Option<u16>,
    /// What the address answered, or why there was no answer.
    pub said: String,
    pub ms: i64,
    #[serde(skip)]
    pub at: Timestamp,
}

#[derive(Deserialize, Serialize)]
struct Errand {
    hook: String,
    message: String,
    event: Kind,
    #[serde(flatten)]
    about: About,
}

/// Named after what it tells, so that the same is told once.
pub(super) fn job(
    hook: &str,
    event: Kind,
    conversation: ConversationId,
    position: i64,
    now: Timestamp,
) -> JobRow {
    let message = format!("msg_{conversation}_{position}");
    with_name(hook, message, event, About { conversation, position }, now)
}

fn with_name(hook: &str, message: String, event: Kind, about: About, now: Timestamp) -> JobRow {
    let key = format!("webhook/{hook}/{message}");
    let errand = Errand { hook: hook.to_owned(), message, event, about };
    jobs::new(jobs::Kind::Webhook, &key, &errand, now)
}

fn log_of(hook: &str) -> String {
    format!("delivery.{hook}")
}

fn noted(hook: &str, line: &Delivery) -> Write {
    Write::PutEntry(EntryRow {
        kind: log_of(hook),
        id: format!("{}/{}/{}", line.at.as_micros(), line.message, line.attempt),
        data: serde_json::to_string(line).expect("a line is plain data"),
        at: line.at,
    })
}

impl Service {
    /// Delivers what is due; says whether there was anything.
    pub(crate) async fn run_webhooks(&self) -> Result<bool> {
        if self.outer().get().is_none() || self.is_held() {
            return Ok(false);
        }
        let now = self.clock().now();
        let jobs = self.store().claim_jobs(jobs::Kind::Webhook.as_str(), now, TAKEN).await?;
        let ends = join_all(jobs.iter().map(|job| self.deliver_webhook(job))).await;
        for end in ends {
            self.store().commit(end?).await?;
        }
        Ok(!jobs.is_empty())
    }

    async fn deliver_webhook(&self, job: &JobRow) -> Result<Vec<Write>> {
        let id = job.id;
        let done = Write::JobDone { id };
        let Ok(errand) = serde_json::from_str::<Errand>(&job.data) else {
            return Ok(vec![Write::JobDead { id, error: "unreadable".to_owned() }]);
        };
        let hook = self.store().entry(KIND, &errand.hook).await?;
        let Some(hook) = hook.filter(|row| shown(row).is_some_and(|hook| hook.is_on)) else {
            // Nobody wants to be told any more.
            return Ok(vec![done]);
        };
        let About { conversation, position } = errand.about;
        let row = self.store().conversation(conversation).await?;
        let event = self.store().events(conversation, position - 1, 1).await?.into_iter().next();
        let (Some(row), Some(event)) = (row, event) else { return Ok(vec![done]) };
        let body = message::body(errand.event, &row, &event).to_string();
        let began = self.clock().now();
        let answer = self.post_signed(&hook, &errand.message, body).await;
        let now = self.clock().now();
        let is_fine = answer.as_ref().is_ok_and(Answered::is_fine);
        let pause = usize::try_from(job.attempts - 1).ok().and_then(|n| PAUSES.get(n));
        let fate = match (is_fine, pause) {
            (true, _) => Fate::Delivered,
            (false, Some(_)) => Fate::Failed,
            (false, None) => Fate::GivenUp,
        };
        let (status, said) = match answer {
            Ok(answered) => (Some(answered.status), answered.said),
            Err(why) => (None, why),
        };
        let said: String = said.chars().take(SAID).collect();
        let line = Delivery {
            message: errand.message,
            event: errand.event.as_str().to_owned(),
            conversation: Some(conversation),
            position: Some(position),
            attempt: job.attempts,
            fate,
            status,
            said: said.clone(),
            ms: now.since(began).as_micros() / 1_000,
            at: now,
        };
        let end = match (fate, pause) {
            (Fate::Failed, Some(pause)) => {
                let jitter = self.jitter(Span::secs(1), 3, Span::secs(8));
                Write::JobRetry { id, run_at: now + *pause + jitter, error: said }
            }
            (Fate::GivenUp, _) => {
                tracing::error!(hook = errand.hook, "a webhook was given up");
                Write::JobDead { id, error: said }
            }
            (Fate::Delivered | Fate::Failed, _) => done,
        };
        Ok(vec![end, noted(&errand.hook, &line)])
    }

    async fn post_signed(
        &self,
        hook: &EntryRow,
        message: &str,
        body: String,
    ) -> std::result::Result<Answered, String> {
        let off = || "webhooks are not available here".to_owned();
        let integrations = self.outer().get().ok_or_else(off)?;
        let kept = read(hook).ok_or_else(off)?;
        let secret = integrations
            .vault
            .open(&place(&hook.id), &kept.secret)
            .map_err(|error| error.to_string())?;
        let seconds = self.clock().now().as_secs();
        let headers = message::headers(&secret, message, seconds, &body);
        let call = integrations.outside.post(&kept.url, &headers, body);
        match self.patience().wait(LIMIT, call).await {
            Some(answer) => answer,
            None => Err("no answer in time".to_owned()),
        }
    }

    /// The newest tries.
    pub async fn deliveries(&self, hook: &str) -> Result<Vec<Delivery>> {
        let rows = self.store().entries(&log_of(hook), SHOWN).await?;
        let line = |row: &EntryRow| {
            let line: Delivery = serde_json::from_str(&row.data).ok()?;
            Some(Delivery { at: row.at, ..line })
        };
        Ok(rows.iter().filter_map(line).collect())
    }

    /// Sends a greeting at once; the log tells of it like of any other.
    pub async fn try_webhook(&self, id: &str) -> std::result::Result<Delivery, WebhookError> {
        let hook = self.store().entry(KIND, id).await?.ok_or(WebhookError::NotFound)?;
        let began = self.clock().now();
        let message = format!("msg_test_{}", self.random().name().simple());
        let body = json!({
            "type": "test", "timestamp": began.to_string(), "data": { "greeting": "hello" },
        });
        let answer = self.post_signed(&hook, &message, body.to_string()).await;
        let at = self.clock().now();
        let (status, said) = match answer {
            Ok(answered) => (Some(answered.status), answered.said),
            Err(why) => (None, why),
        };
        let is_fine = status.is_some_and(|status| (200..300).contains(&status));
        let line = Delivery {
            message,
            event: "test".to_owned(),
            conversation: None,
            position: None,
            attempt: 1,
            fate: if is_fine { Fate::Delivered } else { Fate::GivenUp },
            status,
            said: said.chars().take(SAID).collect(),
            ms: at.since(began).as_micros() / 1_000,
            at,
        };
        self.store().commit(vec![noted(id, &line)]).await?;
        Ok(line)
    }

    /// Delivers something once more, as the same message: receivers know it by its id.
    pub async fn replay_webhook(
        &self,
        id: &str,
        message: &str,
    ) -> std::result::Result<(), WebhookError> {
        let lines = self.deliveries(id).await?;
        let found = lines.iter().find(|line| line.message == message);
        let (event, conversation, position) = found
            .and_then(|line| {
                let event = serde_json::from_value(json!(line.event)).ok()?;
                Some((event, line.conversation?, line.position?))
            })
            .ok_or(WebhookError::NotFound)?;
        let now = self.clock().now();
        let about = About { conversation, position };
        let mut job = with_name(id, message.to_owned(), event, about, now);
        // A job of its own: the one before is done or dead.
        job.id = self.random().name();
        self.store().commit(vec![Write::Job(job)]).await?;
        self.wakes().webhooks.notify_one();
        Ok(())
    }

    /// Old lines go.
    pub(crate) async fn prune_deliveries(&self, now: Timestamp) -> Result<()> {
        let hooks: Vec<Webhook> = self.webhooks().await?;
        for hook in hooks {
            self.store().prune_entries(&log_of(&hook.id), now - LOG_KEPT, 500).await?;
        }
        Ok(())
    }
}
