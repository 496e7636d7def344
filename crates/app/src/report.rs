//! A period in figures: beside the one before it, and day by day.

use crate::engine::state_of;
use crate::port::store::{Result, StoreError};
use crate::service::Service;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use relais_core::kpi::{Figures, Needed, Tally};
use relais_core::time::Timestamp;
use std::collections::BTreeMap;

/// Longest period of a report, in days.
pub const LONGEST: u32 = 92;

/// The figures of a period and of the one before it.
#[derive(Debug)]
pub struct Report {
    pub from: Timestamp,
    pub to: Timestamp,
    pub current: Period,
    pub previous: Period,
    /// Every day of the period, oldest first.
    pub days: Vec<(Date, Period)>,
}

#[derive(Debug)]
pub struct Period {
    pub figures: Figures,
    /// Closed by silence, with no hand-off.
    pub abandoned: u64,
    /// Ratings of 4 and 5.
    pub positive: u64,
    /// What agents said of the hand-offs, by their reason.
    pub handoffs: BTreeMap<String, Needed>,
}

impl Service {
    /// The last days of the workspace's own calendar, today included. Reads a day at a time, so
    /// that a busy quarter takes no more memory than its busiest day.
    pub async fn report(&self, days: u32) -> Result<Report> {
        let days = i64::from(days.clamp(1, LONGEST));
        let snapshot = self.snapshot();
        let zone = TimeZone::get(&snapshot.document.workspace.time_zone)
            .map_err(|e| StoreError::Bug(format!("a published zone is known: {e}")))?;
        let to = self.clock().now();
        let today = zone.to_datetime(to.to_jiff()).date();
        let (mut current, mut previous) = (Tally::default(), Tally::default());
        let mut by_day = Vec::new();
        for ago in (0..days * 2).rev() {
            let day = before(today, ago);
            let (start, end) = (midnight(day, &zone), midnight(before(today, ago - 1), &zone));
            let mut of_day = Tally::default();
            for row in self.store().opened_between(start, end).await? {
                let state = state_of(&row)?;
                if ago < days {
                    of_day.add(&state);
                    current.add(&state);
                } else {
                    previous.add(&state);
                }
            }
            if ago < days {
                by_day.push((day, period(of_day)));
            }
        }
        let from = midnight(before(today, days - 1), &zone);
        Ok(Report { from, to, current: period(current), previous: period(previous), days: by_day })
    }
}

fn period(tally: Tally) -> Period {
    Period {
        abandoned: tally.abandoned(),
        positive: tally.positive(),
        handoffs: tally.handoffs().clone(),
        figures: tally.figures(),
    }
}

/// A day some days ago; tomorrow is −1 days ago.
fn before(today: Date, days: i64) -> Date {
    today.saturating_sub(jiff::SignedDuration::from_hours(24 * days))
}

/// The first instant of a day: not always midnight, where clocks change at night.
fn midnight(day: Date, zone: &TimeZone) -> Timestamp {
    let first = zone.to_timestamp(day.at(0, 0, 0, 0));
    Timestamp::from_jiff(first.unwrap_or(jiff::Timestamp::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_begin_by_the_clock_on_the_wall() {
        let paris = TimeZone::get("Europe/Paris").unwrap();
        let start = |day: &str| midnight(day.parse().unwrap(), &paris).to_string();
        assert_eq!(start("2027-03-28"), "2027-03-27T23:00:00Z");
        assert_eq!(start("2027-03-29"), "2027-03-28T22:00:00Z");
        let first = "2027-03-01".parse().unwrap();
        assert_eq!(before(first, -1).to_string(), "2027-03-02");
        assert_eq!(before(first, 1).to_string(), "2027-02-28");
    }
}
