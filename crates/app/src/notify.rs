//! Telling a team about a hand-off: once per hand-off, team and channel (R19), never before the
//! opening unless it is urgent.

use crate::port::helpers::Notice;
use crate::port::store::{ConversationRow, JobRow, NotificationRow, Result, Write};
use crate::service::Service;
use relais_core::conversation::state::{Handoff, Owner, State};
use relais_core::conversation::{Decision, Event};
use relais_core::routing::Priority;
use relais_core::time::{Span, Timestamp};
use relais_core::workspace::snapshot::Snapshot;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::time::Duration;

/// A notice nobody could be given is dropped after this time.
const GIVEN_UP_AFTER: Span = Span::hours(2);
const RETRY_AFTER: Span = Span::secs(5);
const LONGEST_RETRY: Span = Span::minutes(5);
const DELIVERY_LIMIT: Duration = Duration::from_secs(10);

/// The rows a decision owes its team.
pub(crate) fn of(
    snapshot: &Snapshot,
    decision: &Decision,
    row: &ConversationRow,
    now: Timestamp,
) -> Vec<Write> {
    let state = &decision.state;
    let is_news = decision.events.iter().any(|e| {
        matches!(
            e,
            Event::Escalated(_)
                | Event::Rerouted { .. }
                | Event::Opening { .. }
                | Event::Transferred { .. }
        )
    });
    let (Some(handoff), true) = (state.active_handoff(), is_news) else { return Vec::new() };
    let waits_live = match state.owner {
        Owner::Queue { deferred } => !deferred || handoff.priority == Priority::Urgent,
        Owner::Bot | Owner::Agent { .. } => false,
    };
    if !waits_live {
        return Vec::new();
    }
    let payload = payload(state, handoff, row);
    let mut writes = Vec::new();
    for channel in channels(snapshot, &handoff.team) {
        writes.push(Write::Notification(NotificationRow {
            seq: 0,
            at: now,
            escalation: handoff.escalation,
            conversation: state.conversation,
            contact: state.contact,
            team: handoff.team.clone(),
            channel: channel.clone(),
            payload: payload.clone(),
        }));
        // Agents at the web page see the hint; every other channel is reached by a job.
        if channel != "web" {
            writes.push(Write::Job(job(handoff, state, &channel, &payload, now)));
        }
    }
    writes
}

/// Where the agents of a team want to be told.
fn channels(snapshot: &Snapshot, team: &str) -> BTreeSet<String> {
    let agents = &snapshot.document.agents;
    let of_team = agents.iter().filter(|a| a.teams.iter().any(|t| t == team));
    let mut channels: BTreeSet<String> = of_team.flat_map(|a| a.notify.clone()).collect();
    if channels.is_empty() {
        channels.insert("web".to_owned());
    }
    channels
}

fn payload(state: &State, handoff: &Handoff, row: &ConversationRow) -> String {
    serde_json::json!({
        "conversation": state.conversation,
        "number": row.number,
        "team": handoff.team,
        "priority": handoff.priority,
        "reason": handoff.reason,
        "topic": handoff.topic,
        "language": state.language,
        "segment": state.segment,
        "name": state.name,
        "orders": state.orders,
        "summary": state.summary,
        "reply_due_at": state.reply_due_at,
    })
    .to_string()
}

fn key(handoff: &Handoff, team: &str, channel: &str) -> String {
    format!("{}/{team}/{channel}", handoff.escalation)
}

/// Named after what it delivers, so that a second one is the same job.
fn job(handoff: &Handoff, state: &State, channel: &str, payload: &str, now: Timestamp) -> JobRow {
    let key = key(handoff, &handoff.team, channel);
    let hash = Sha256::digest(key.as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    JobRow {
        id: uuid::Builder::from_custom_bytes(id).into_uuid(),
        kind: "notify".to_owned(),
        data: serde_json::json!({
            "key": key,
            "conversation": state.conversation,
            "team": handoff.team,
            "channel": channel,
            "payload": payload,
            "since": now,
        })
        .to_string(),
        run_at: now,
        attempts: 0,
        error: None,
    }
}

#[derive(serde::Deserialize)]
struct Errand {
    key: String,
    conversation: relais_core::id::ConversationId,
    team: String,
    channel: String,
    payload: String,
    since: Timestamp,
}

impl Service {
    /// Runs jobs that are due; says whether there were any.
    pub(crate) async fn run_jobs(&self) -> Result<bool> {
        let jobs = self.store().claim_jobs(self.clock().now(), 32).await?;
        for job in &jobs {
            let end = match job.kind.as_str() {
                "notify" => self.deliver(job).await?,
                other => Write::JobDead { id: job.id, error: format!("no job `{other}`") },
            };
            self.store().commit(vec![end]).await?;
        }
        Ok(!jobs.is_empty())
    }

    async fn deliver(&self, job: &JobRow) -> Result<Write> {
        let id = job.id;
        let errand: Errand = match serde_json::from_str(&job.data) {
            Ok(errand) => errand,
            Err(e) => return Ok(Write::JobDead { id, error: e.to_string() }),
        };
        let Some(sink) = self.helpers().sinks.get(&errand.channel).cloned() else {
            return Ok(Write::JobDone { id });
        };
        let row = self.store().conversation(errand.conversation).await?;
        if row.is_none_or(|r| r.status != "queued") {
            return Ok(Write::JobDone { id });
        }
        let notice = Notice {
            key: errand.key,
            channel: errand.channel,
            team: errand.team,
            payload: errand.payload,
        };
        let error = match self.patience().wait(DELIVERY_LIMIT, sink.deliver(&notice)).await {
            Some(Ok(())) => return Ok(Write::JobDone { id }),
            Some(Err(e)) => e.to_string(),
            None => "no answer in time".to_owned(),
        };
        let now = self.clock().now();
        if now.since(errand.since) >= GIVEN_UP_AFTER {
            tracing::error!(channel = notice.channel, error, "a notice was given up");
            return Ok(Write::JobDead { id, error });
        }
        let wait = self.jitter(RETRY_AFTER, job.attempts, LONGEST_RETRY);
        Ok(Write::JobRetry { id, run_at: now + wait, error })
    }
}
