//! How each agent wants to be told of what waits: the hours in which they are left alone.

use crate::digest::Digest;
use crate::port::store::{EntryRow, Result, Store, Write};
use crate::service::Service;
use relais_core::calendar::{Calendar, Hours, Period, Weekday};
use relais_core::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

const KIND: &str = "telling";
/// More agents than a workspace has.
const MOST: i64 = 10_000;
/// So far ahead a browser is told when to be silent.
const AHEAD: Span = Span::hours(48);

/// The choices of one agent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telling {
    /// By the day they begin on, in the workspace's zone, when no sound, notice, wake-up or mail
    /// comes; a stretch may end on the next day.
    #[serde(default)]
    pub quiet: BTreeMap<Weekday, Vec<Period>>,
    /// How often a mail says how much waits.
    #[serde(default)]
    pub digest: Digest,
    /// A mail soon after a note called them while they were away.
    #[serde(default)]
    pub mentions: bool,
}

/// Choices with when they were made.
#[derive(Clone, Debug)]
pub(crate) struct Chosen {
    pub telling: Telling,
    pub at: Timestamp,
}

/// From a moment on until another, which is not in it.
pub type Stretch = (Timestamp, Timestamp);

impl Telling {
    fn calendar(&self, zone: &str) -> Option<Calendar> {
        let hours = Hours { weekly: self.quiet.clone(), ..Hours::default() };
        Calendar::new(&hours, zone).ok()
    }

    pub(crate) fn is_quiet(&self, zone: &str, at: Timestamp) -> bool {
        !self.quiet.is_empty() && self.calendar(zone).is_some_and(|hours| hours.is_open(at))
    }

    /// When they are left alone between two moments, one that goes on already included.
    fn quiet_between(&self, zone: &str, from: Timestamp, until: Timestamp) -> Vec<Stretch> {
        let (mut stretches, mut at) = (Vec::new(), from);
        let Some(hours) = self.calendar(zone) else { return stretches };
        while let Some(start) = hours.next_opening(at).filter(|start| *start < until) {
            // Always: as far as anybody asks.
            let end = hours.next_closing(start).unwrap_or(until).max(start + Span::micros(1));
            stretches.push((start, end));
            at = end;
        }
        stretches
    }
}

pub(crate) async fn all(store: &dyn Store) -> Result<BTreeMap<String, Chosen>> {
    let rows = store.entries(KIND, MOST).await?;
    let read = |row: EntryRow| {
        let telling = serde_json::from_str(&row.data).ok()?;
        Some((row.id, Chosen { telling, at: row.at }))
    };
    Ok(rows.into_iter().filter_map(read).collect())
}

impl Service {
    /// What an agent chose; whoever chose nothing is told at any hour.
    pub fn telling(&self, agent: &str) -> Telling {
        self.staff().telling(agent)
    }

    pub async fn set_telling(&self, agent: &str, telling: Telling) -> Result<()> {
        let row = EntryRow {
            kind: KIND.to_owned(),
            id: agent.to_owned(),
            data: serde_json::to_string(&telling).expect("choices are plain data"),
            at: self.clock().now(),
        };
        let chosen = Chosen { telling, at: row.at };
        self.store().commit(vec![Write::PutEntry(row)]).await?;
        self.staff().tell_so(agent, chosen);
        self.look_at_attendance();
        Ok(())
    }

    /// Whether an agent is to be left alone now.
    pub fn is_quiet(&self, agent: &str) -> bool {
        let snapshot = self.snapshot();
        let zone = &snapshot.document.workspace.time_zone;
        self.telling(agent).is_quiet(zone, self.clock().now())
    }

    /// When an agent is left alone in the next two days.
    pub fn quiet_ahead(&self, agent: &str) -> Vec<Stretch> {
        let snapshot = self.snapshot();
        let (zone, now) = (&snapshot.document.workspace.time_zone, self.clock().now());
        self.telling(agent).quiet_between(zone, now, now + AHEAD)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: &str = "Europe/Paris";

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    fn quiet(json: &str) -> Telling {
        serde_json::from_str(&format!(r#"{{"quiet": {json}}}"#)).unwrap()
    }

    #[test]
    fn a_night_lasts_until_the_next_morning_also_when_the_clock_is_changed() {
        // Saturday evening to Sunday morning: the hour that is skipped is in it.
        let nights = quiet(r#"{"saturday": ["19:00-08:00"]}"#);
        let stretch =
            nights.quiet_between(ZONE, at("2027-03-27T12:00:00Z"), at("2027-03-29T12:00:00Z"));
        assert_eq!(stretch, [(at("2027-03-27T19:00:00+01:00"), at("2027-03-28T08:00:00+02:00"))]);
        assert!(nights.is_quiet(ZONE, at("2027-03-28T07:59:00+02:00")));
        assert!(!nights.is_quiet(ZONE, at("2027-03-28T08:00:00+02:00")));
        assert!(!nights.is_quiet(ZONE, at("2027-03-27T18:59:00+01:00")));
        assert!(!nights.is_quiet(ZONE, at("2027-03-26T23:00:00+01:00")), "a Friday");
    }

    #[test]
    fn one_that_goes_on_is_told_from_now_on_and_whole_days_are_one_stretch() {
        let weekend = quiet(r#"{"saturday": ["00:00-24:00"], "sunday": ["00:00-24:00"]}"#);
        let now = at("2027-03-06T15:00:00+01:00");
        let told = weekend.quiet_between(ZONE, now, now + AHEAD);
        assert_eq!(told, [(now, at("2027-03-08T00:00:00+01:00"))]);
    }

    #[test]
    fn nobody_is_left_alone_who_did_not_ask_and_always_has_an_end_for_whoever_asks() {
        let now = at("2027-03-06T15:00:00+01:00");
        assert!(!Telling::default().is_quiet(ZONE, now));
        assert_eq!(Telling::default().quiet_between(ZONE, now, now + AHEAD), []);
        let days = Weekday::ALL.map(|day| (day, vec![Period::WHOLE_DAY]));
        let always = Telling { quiet: BTreeMap::from(days), ..Telling::default() };
        assert_eq!(always.quiet_between(ZONE, now, now + AHEAD), [(now, now + AHEAD)]);
    }
}
