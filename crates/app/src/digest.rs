//! A mail now and then of how much waits for an agent, for those who want it: numbers, and no word
//! of a customer. Once for each period and agent, whatever the number of nodes: its job is named
//! after both, and what may have left before a crash is not sent again. So it is with the mail that a
//! note brings to whoever it calls while they are away.

use crate::jobs::{self, Kind};
use crate::port::helpers::Summary;
use crate::port::store::{EntryRow, InboxFilter, JobRow, Result, Snoozed, Write};
use crate::service::Service;
use crate::telling::Telling;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use relais_core::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::time::Duration;

/// The place that takes digests.
pub const MAIL: &str = "email";
/// When the daily one is due, on the clock of the workspace.
const MORNING: i8 = 8;
/// What was begun last, by agent.
const BEGUN: &str = "digest";
const TAKEN: i64 = 8;
const COUNTED: i64 = 1_000;
const RETRY_AFTER: Span = Span::secs(30);
const LONGEST_RETRY: Span = Span::minutes(10);
/// Until the settings of mail are known here.
const LOOK_AGAIN: Span = Span::minutes(1);
/// Notes that call somebody within this time are one mail.
const MENTIONS_TOGETHER: Span = Span::minutes(5);
/// A call that could not be told by then is not told any more.
const MENTION_KEPT: Span = Span::hours(24);
/// The event of a note in the log.
const NOTE: &str = "note_added";
/// Longer than each step of the exchange may take.
const LIMIT: Duration = Duration::from_secs(60);

/// How often somebody wants it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Digest {
    #[default]
    Off,
    Hourly,
    Daily,
}

impl Digest {
    /// When the period began that a moment lies in.
    fn period(self, zone: &str, at: Timestamp) -> Option<Timestamp> {
        let zone = TimeZone::get(zone).ok()?;
        let local: DateTime = zone.to_datetime(at.to_jiff());
        match self {
            Self::Off => None,
            // Counted back: an hour that comes twice is two.
            Self::Hourly => {
                let minutes = Span::minutes(i64::from(local.minute()));
                Some(Timestamp::from_secs((at - minutes).as_secs() - i64::from(local.second())))
            }
            Self::Daily => {
                let of = |date: jiff::civil::Date| {
                    zone.to_timestamp(date.at(MORNING, 0, 0, 0)).ok().map(Timestamp::from_jiff)
                };
                let today = of(local.date())?;
                if today <= at { Some(today) } else { of(local.date().yesterday().ok()?) }
            }
        }
    }
}

/// Why a mail is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Cause {
    #[default]
    Digest,
    /// A note called somebody who was not there.
    Mention,
}

#[derive(Deserialize, Serialize)]
struct Errand {
    agent: String,
    /// When it began; that of a mention is told of as it ends.
    period: Timestamp,
    #[serde(default)]
    cause: Cause,
}

impl Errand {
    fn key(&self) -> String {
        let word = match self.cause {
            Cause::Digest => "digest",
            Cause::Mention => "mention",
        };
        format!("{word}/{}/{}", self.agent, self.period)
    }

    fn is_wanted(&self, telling: &Telling, zone: &str, now: Timestamp) -> bool {
        match self.cause {
            // The next one that is due says what waits then.
            Cause::Digest => telling.digest.period(zone, now) == Some(self.period),
            Cause::Mention => telling.mentions && now < self.period + MENTION_KEPT,
        }
    }

    /// Under what it is kept that a mail was begun. No key of an agent has a slash.
    fn slot(&self) -> String {
        match self.cause {
            Cause::Digest => self.agent.clone(),
            Cause::Mention => format!("{}/mention", self.agent),
        }
    }

    /// The mail that was begun last is this one, or says what this one would.
    fn is_told(&self, begun: &EntryRow) -> bool {
        match self.cause {
            Cause::Digest => begun.data == self.period.to_string(),
            Cause::Mention => begun.at >= self.period + MENTIONS_TOGETHER,
        }
    }
}

/// Who is called in what a unit writes down.
fn called(writes: &[Write]) -> BTreeSet<String> {
    let mentions = |write: &Write| -> Option<Vec<String>> {
        let Write::AppendEvent(event) = write else { return None };
        if event.kind != NOTE {
            return None;
        }
        let facts: serde_json::Value = serde_json::from_str(&event.data).ok()?;
        serde_json::from_value(facts["mentions"].clone()).ok()
    };
    writes.iter().filter_map(mentions).flatten().collect()
}

impl Service {
    /// Orders the digests whose period has begun. Ordered twice, also by another node, it is the
    /// same job.
    pub async fn order_digests(&self) -> Result<()> {
        if !self.helpers().sinks.contains_key(MAIL) {
            return Ok(());
        }
        let snapshot = self.snapshot();
        let (zone, now) = (&snapshot.document.workspace.time_zone, self.clock().now());
        for (agent, chosen) in self.staff().tellings() {
            let Some(period) = chosen.telling.digest.period(zone, now) else { continue };
            // What was chosen within a period counts from the next; the quiet hours are waited for.
            if period < chosen.at || chosen.telling.is_quiet(zone, now) {
                continue;
            }
            if self.staff().is_ordered(&agent, period) {
                continue;
            }
            let errand = Errand { agent, period, cause: Cause::Digest };
            let job = jobs::new(Kind::Digest, &errand.key(), &errand, now);
            self.store().commit(vec![Write::Job(job)]).await?;
            self.staff().ordered(errand.agent, period);
            self.wakes().digests.notify_one();
        }
        Ok(())
    }

    /// Mails to those whom a note calls while they are away, in the same commit: one for all that
    /// call them within five minutes.
    pub(crate) fn mention_jobs(&self, writes: &[Write]) -> Vec<Write> {
        if !self.helpers().sinks.contains_key(MAIL) {
            return Vec::new();
        }
        let now = self.clock().now();
        let length = MENTIONS_TOGETHER.as_micros() / 1_000_000;
        let period = Timestamp::from_secs(now.as_secs() - now.as_secs().rem_euclid(length));
        let mut jobs = Vec::new();
        for agent in called(writes) {
            if !self.telling(&agent).mentions || !self.is_absent(&agent) {
                continue;
            }
            let errand = Errand { agent, period, cause: Cause::Mention };
            let due = period + MENTIONS_TOGETHER;
            jobs.push(Write::Job(jobs::new(Kind::Digest, &errand.key(), &errand, due)));
        }
        jobs
    }

    /// Sends those that are due; says whether there were any.
    pub(crate) async fn run_digests(&self) -> Result<bool> {
        if self.is_held() {
            return Ok(false);
        }
        let now = self.clock().now();
        let jobs = self.store().claim_jobs(Kind::Digest.as_str(), now, TAKEN).await?;
        for job in &jobs {
            let end = self.send_digest(job).await?;
            self.store().commit(end).await?;
        }
        Ok(!jobs.is_empty())
    }

    /// The writes that end this attempt.
    async fn send_digest(&self, job: &JobRow) -> Result<Vec<Write>> {
        let id = job.id;
        let done = || Ok(vec![Write::JobDone { id }]);
        let errand: Errand = match serde_json::from_str(&job.data) {
            Ok(errand) => errand,
            Err(e) => return Ok(vec![Write::JobDead { id, error: e.to_string() }]),
        };
        let snapshot = self.snapshot();
        let (zone, now) = (&snapshot.document.workspace.time_zone, self.clock().now());
        let telling = self.telling(&errand.agent);
        if !errand.is_wanted(&telling, zone, now) {
            return done();
        }
        let Some(mail) = self.helpers().sinks.get(MAIL).cloned() else {
            let error = "no mail is set up here".to_owned();
            return Ok(vec![Write::JobRetry { id, run_at: now + LOOK_AGAIN, error }]);
        };
        if telling.is_quiet(zone, now) {
            let error = "quiet hours".to_owned();
            return Ok(vec![Write::JobRetry { id, run_at: now + LOOK_AGAIN, error }]);
        }
        let begun = self.store().entry(BEGUN, &errand.slot()).await?;
        if begun.is_some_and(|row| errand.is_told(&row)) {
            tracing::info!("a mail of what waits was begun before: it is not sent again");
            return done();
        }
        // Whoever came back sees it for themselves.
        if errand.cause == Cause::Mention && !self.is_absent(&errand.agent) {
            return done();
        }
        let summary = self.summary(&errand).await?;
        if summary.is_empty() {
            return done();
        }
        // Frozen since it was claimed, somebody else may have sent it.
        self.must_act()?;
        let row = EntryRow {
            kind: BEGUN.to_owned(),
            id: errand.slot(),
            data: errand.period.to_string(),
            at: now,
        };
        self.store().commit(vec![Write::PutEntry(row)]).await?;
        let error = match self.patience().wait(LIMIT, mail.summarise(&summary)).await {
            Some(Ok(())) => return done(),
            Some(Err(e)) => e.to_string(),
            None => "no answer in time".to_owned(),
        };
        let run_at = self.clock().now() + self.jitter(RETRY_AFTER, job.attempts, LONGEST_RETRY);
        let take = Write::TakeEntry { kind: BEGUN.to_owned(), id: errand.slot() };
        Ok(vec![take, Write::JobRetry { id, run_at, error }])
    }

    /// How much waits for an agent now.
    async fn summary(&self, errand: &Errand) -> Result<Summary> {
        let (snapshot, now) = (self.snapshot(), self.clock().now());
        let agent = &errand.agent;
        let awake = || InboxFilter { snoozed: Snoozed::Without, ..InboxFilter::default() };
        let mine = || InboxFilter {
            status: vec!["human".to_owned()],
            assignee: Some(agent.clone()),
            ..awake()
        };
        let count = async |filter: InboxFilter| self.store().inbox_count(&filter, COUNTED).await;
        let calls = InboxFilter { mentions: Some(agent.clone()), ..InboxFilter::default() };
        let calling = Summary {
            key: errand.key(),
            agent: agent.clone(),
            language: snapshot.document.workspace.default_language.clone(),
            mentions: count(calls).await?,
            ..Summary::default()
        };
        if errand.cause == Cause::Mention {
            return Ok(calling);
        }
        let known = snapshot.document.agents.iter().find(|one| one.key == *agent);
        let mut queued = 0;
        for team in known.into_iter().flat_map(|one| &one.teams) {
            let status = vec!["queued".to_owned()];
            queued += count(InboxFilter { status, team: Some(team.clone()), ..awake() }).await?;
        }
        Ok(Summary {
            unanswered: count(InboxFilter { only_unread: true, ..mine() }).await?,
            at_risk: count(InboxFilter { at_risk: Some(now), ..mine() }).await?,
            queued,
            ..calling
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn period(digest: Digest, zone: &str, now: &str) -> Timestamp {
        digest.period(zone, at(now)).unwrap()
    }

    #[test]
    fn a_day_begins_at_eight_on_the_clock_of_the_workspace() {
        let of = |now| period(Digest::Daily, "Europe/Paris", now);
        assert_eq!(of("2027-03-28T07:59:59+02:00"), at("2027-03-27T08:00:00+01:00"));
        assert_eq!(of("2027-03-28T08:00:00+02:00"), at("2027-03-28T08:00:00+02:00"));
        assert_eq!(of("2027-03-29T02:00:00+02:00"), at("2027-03-28T08:00:00+02:00"));
    }

    #[test]
    fn an_hour_that_comes_twice_is_two_and_zones_with_halves_have_hours_of_their_own() {
        let of = |now| period(Digest::Hourly, "Europe/Paris", now);
        assert_eq!(of("2027-10-31T02:30:10+02:00"), at("2027-10-31T02:00:00+02:00"));
        assert_eq!(of("2027-10-31T02:30:10+01:00"), at("2027-10-31T02:00:00+01:00"));
        let kolkata = period(Digest::Hourly, "Asia/Kolkata", "2027-05-03T10:59:59.9+05:30");
        assert_eq!(kolkata, at("2027-05-03T10:00:00+05:30"));
    }

    #[test]
    fn whoever_wants_none_has_no_period() {
        assert_eq!(Digest::Off.period("Europe/Paris", at("2027-03-28T08:00:00Z")), None);
    }
}
