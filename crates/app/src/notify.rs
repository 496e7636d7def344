//! Telling a team about a hand-off: once per hand-off, team and channel (R19), never before the
//! opening unless it is urgent. Where nobody takes it, the team's ladder tells others, each rung once.

use crate::engine::state_of;
use crate::jobs;
use crate::port::helpers::Notice;
use crate::port::store::{ConversationRow, JobRow, NotificationRow, Result, Write};
use crate::service::Service;
use relais_core::broken::is_missing;
use relais_core::conversation::state::{Handoff, Owner, State};
use relais_core::conversation::{Decision, Event};
use relais_core::id::EscalationId;
use relais_core::routing::Priority;
use relais_core::time::{Span, Timestamp};
use relais_core::workspace::snapshot::Snapshot;
use relais_core::workspace::{Agent, Rung};
use std::collections::BTreeSet;
use std::time::Duration;

/// The channel of web push.
pub const DEVICES: &str = "push";
/// A notice nobody could be given is dropped after this time.
const GIVEN_UP_AFTER: Span = Span::hours(2);
const RETRY_AFTER: Span = Span::secs(5);
/// A place that another node set up is known here within this time.
const HEARD_WITHIN: Span = Span::secs(5);
const LOOK_AGAIN: Span = Span::secs(2);
const LONGEST_RETRY: Span = Span::minutes(5);
const DELIVERY_LIMIT: Duration = Duration::from_secs(10);

/// The rows a decision owes its team.
pub(crate) fn of(
    snapshot: &Snapshot,
    decision: &Decision,
    row: &ConversationRow,
    wakes_devices: bool,
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
    let told = |team: &str, channel: &str| {
        Write::Notification(NotificationRow {
            seq: 0,
            at: now,
            escalation: handoff.escalation,
            conversation: state.conversation,
            contact: state.contact,
            team: team.to_owned(),
            channel: channel.to_owned(),
            payload: payload.clone(),
        })
    };
    let mut writes = Vec::new();
    let own = channels_of(snapshot, |a| a.teams.contains(&handoff.team), "web");
    let mut channels = own.clone();
    if wakes_devices {
        // Whose devices, each person has chosen on them.
        channels.insert(DEVICES.to_owned());
    }
    for channel in channels {
        writes.push(told(&handoff.team, &channel));
        // Agents at the web page see the hint; every other channel is reached by a job.
        if channel != "web" {
            writes.push(Write::Job(job(handoff, state, &handoff.team, &channel, None, now)));
        }
    }
    let cc = handoff.topic.as_ref().and_then(|topic| copied(snapshot, topic));
    if let Some(cc) = cc {
        for channel in channels_of(snapshot, |a| a.is_called(cc), "email") {
            writes.push(told(cc, &channel));
            writes.push(Write::Job(job(handoff, state, cc, &channel, None, now)));
        }
    }
    writes.extend(ladder(snapshot, state, handoff, &own, now));
    writes
}

/// The calls to come where nobody takes it: what they say is the notice of the team.
fn ladder(
    snapshot: &Snapshot,
    state: &State,
    handoff: &Handoff,
    own: &BTreeSet<String>,
    now: Timestamp,
) -> Vec<Write> {
    let team = snapshot.document.teams.iter().find(|t| t.key == handoff.team);
    let rungs = team.map(|t| t.ladder.as_slice()).unwrap_or_default();
    let Some(source) = own.first() else { return Vec::new() };
    let mut writes = Vec::new();
    for (number, rung) in (1..).zip(rungs) {
        let (whom, channels) = if rung.tell == Rung::TEAM {
            (&handoff.team, own.clone())
        } else {
            (&rung.tell, channels_of(snapshot, |a| a.is_called(&rung.tell), "email"))
        };
        let at = now + Span::minutes(i64::from(rung.after_minutes));
        for channel in channels.iter().filter(|channel| *channel != "web") {
            let climbs = Climb { number, team: handoff.team.clone(), source: source.clone() };
            writes.push(Write::Job(job(handoff, state, whom, channel, Some(climbs), at)));
        }
    }
    writes
}

/// Who is told of a delicate topic beside its team.
fn copied<'a>(snapshot: &'a Snapshot, topic: &str) -> Option<&'a str> {
    let rules = &snapshot.document.triggers.sensitive;
    rules.iter().find(|rule| rule.topic == topic)?.cc.as_deref()
}

/// Where people want to be told; `otherwise` where none of them says so.
fn channels_of(
    snapshot: &Snapshot,
    who: impl Fn(&Agent) -> bool,
    otherwise: &str,
) -> BTreeSet<String> {
    let agents = snapshot.document.agents.iter().filter(|a| who(a));
    let mut channels: BTreeSet<String> = agents.flat_map(|a| a.notify.clone()).collect();
    if channels.is_empty() {
        channels.insert(otherwise.to_owned());
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

/// What a target knows a notice by: the same hand-off has the same, however often it is told.
fn key(handoff: &Handoff, team: &str, channel: &str, now: Timestamp) -> String {
    let again = if is_missing("R19") { now.to_string() } else { String::new() };
    format!("{}/{team}/{channel}{again}", handoff.escalation)
}

/// Named after what it delivers, so that a second one is the same job.
fn job(
    handoff: &Handoff,
    state: &State,
    whom: &str,
    channel: &str,
    climbs: Option<Climb>,
    at: Timestamp,
) -> JobRow {
    let rung = climbs.as_ref().map(|climb| format!("#{}", climb.number)).unwrap_or_default();
    let key = format!("{}{rung}", key(handoff, whom, channel, at));
    let errand = Errand {
        key: key.clone(),
        conversation: state.conversation,
        team: whom.to_owned(),
        is_copy: climbs.is_none() && whom != handoff.team,
        channel: channel.to_owned(),
        escalation: handoff.escalation,
        since: at,
        climbs,
    };
    jobs::new(jobs::Kind::Notify, &key, &errand, at)
}

#[derive(serde::Deserialize, serde::Serialize)]
struct Errand {
    key: String,
    conversation: relais_core::id::ConversationId,
    team: String,
    /// For somebody who is told, whoever answers.
    #[serde(default)]
    is_copy: bool,
    channel: String,
    escalation: EscalationId,
    since: Timestamp,
    /// A later call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    climbs: Option<Climb>,
}

/// A rung of the ladder of a team, and the channel of the notice whose words it says.
#[derive(serde::Deserialize, serde::Serialize)]
struct Climb {
    number: u32,
    team: String,
    source: String,
}

impl Errand {
    /// Whom the words it says were for, and where.
    fn words(&self) -> (&str, &str) {
        match &self.climbs {
            Some(climb) => (&climb.team, &climb.source),
            None => (&self.team, &self.channel),
        }
    }

    /// It waits for the team that was told, in the hand-off that it was told of.
    fn is_wanted(&self, row: &ConversationRow) -> Result<bool> {
        if self.is_copy {
            return Ok(true);
        }
        let Some(climb) = self.climbs.as_ref().filter(|_| row.status == "queued") else {
            return Ok(row.status == "queued");
        };
        let state = state_of(row)?;
        let handoff = state.active_handoff();
        Ok(handoff.is_some_and(|h| h.escalation == self.escalation && h.team == climb.team))
    }
}

impl Service {
    pub(crate) async fn deliver(&self, job: &JobRow) -> Result<Write> {
        let id = job.id;
        let errand: Errand = match serde_json::from_str(&job.data) {
            Ok(errand) => errand,
            Err(e) => return Ok(Write::JobDead { id, error: e.to_string() }),
        };
        let Some(sink) = self.helpers().sinks.get(&errand.channel).cloned() else {
            let waited = self.clock().now().since(errand.since);
            if waited < HEARD_WITHIN && !self.is_only_node() {
                let run_at = self.clock().now() + LOOK_AGAIN;
                let error = "no such place is known here yet".to_owned();
                return Ok(Write::JobRetry { id, run_at, error });
            }
            return Ok(Write::JobDone { id });
        };
        let row = self.store().conversation(errand.conversation).await?;
        let is_wanted = row.as_ref().map_or(Ok(errand.is_copy), |row| errand.is_wanted(row))?;
        if !is_wanted {
            return Ok(Write::JobDone { id });
        }
        let (team, channel) = errand.words();
        let (conversation, escalation) = (errand.conversation, errand.escalation);
        let told = self.store().notification(conversation, escalation, team, channel).await?;
        // An erased person is nobody's notice any more.
        let Some(told) = told.filter(|told| told.payload != "{}") else {
            return Ok(Write::JobDone { id });
        };
        let notice = Notice {
            key: errand.key,
            channel: errand.channel,
            team: errand.team,
            is_copy: errand.is_copy,
            payload: told.payload,
        };
        // Frozen since it was claimed, somebody else may have delivered it.
        self.must_act()?;
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
