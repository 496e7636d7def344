//! The workspace's settings as people change them: a part of its files is replaced, and all of it
//! is published anew. Two who do so at once do not overwrite each other.

use crate::service::{PublishError, Service};
use jiff::civil::Date;
use relais_core::calendar::{Calendar, Closure, Day, Exception, Hours, Period, Rule};
use relais_core::time::{Span, Timestamp};
use relais_core::workspace::Document;

/// Why a change was not kept.
#[derive(Debug)]
pub enum EditError {
    /// Somebody published meanwhile.
    Outdated,
    Publish(PublishError),
}

impl From<PublishError> for EditError {
    fn from(error: PublishError) -> Self {
        match error {
            PublishError::Outdated => Self::Outdated,
            other => Self::Publish(other),
        }
    }
}

/// Other nodes may publish at the same moment.
const TRIES: u32 = 3;

impl Service {
    /// Changes the files and publishes them. `seen` is the version the change was written on.
    pub async fn edit(
        &self,
        seen: i64,
        comment: &str,
        change: impl FnOnce(&mut Document),
    ) -> Result<i64, EditError> {
        let _one = self.versions().edits().await;
        self.take_up_published().await.map_err(PublishError::Store)?;
        if self.snapshot().version != seen {
            return Err(EditError::Outdated);
        }
        self.edited(comment, change).await
    }

    /// The same on whatever is newest: for a change that rests on nothing anybody saw.
    async fn edit_newest(
        &self,
        comment: &str,
        change: impl Fn(&mut Document),
    ) -> Result<i64, EditError> {
        let _one = self.versions().edits().await;
        for _ in 0..TRIES {
            self.take_up_published().await.map_err(PublishError::Store)?;
            match self.edited(comment, &change).await {
                Err(EditError::Outdated) => {}
                published => return published,
            }
        }
        Err(EditError::Outdated)
    }

    async fn edited(
        &self,
        comment: &str,
        change: impl FnOnce(&mut Document),
    ) -> Result<i64, EditError> {
        let newest = self.snapshot();
        let mut document = newest.document.clone();
        change(&mut document);
        Ok(self.publish_on(newest.version, document, comment).await?)
    }

    /// Closes now, for the rest of the day or until the end of another: the workspace and every team
    /// with hours of its own.
    pub async fn close_now(
        &self,
        until: Option<Date>,
        name: &str,
        by: &str,
    ) -> Result<i64, EditError> {
        let now = self.clock().now();
        self.edit_newest(&format!("closed, by {by}"), |document| {
            let zone = document.workspace.time_zone.clone();
            let teams = document.teams.iter_mut().filter_map(|team| team.hours.as_mut());
            for hours in teams.chain([&mut document.hours]) {
                if let Ok(calendar) = Calendar::new(hours, &zone) {
                    close(hours, &calendar, now, until, name);
                }
            }
        })
        .await
    }

    /// Takes back what closes today beside the usual week.
    pub async fn open_again(&self, by: &str) -> Result<i64, EditError> {
        let today = self.today();
        self.edit_newest(&format!("open again, by {by}"), |document| {
            let teams = document.teams.iter_mut().filter_map(|team| team.hours.as_mut());
            for hours in teams.chain([&mut document.hours]) {
                hours.exceptions.retain(|exception| exception.date.0 != today);
                hours.closures.retain(|c| !(c.from.0 <= today && today <= c.to.0));
            }
        })
        .await
    }

    /// The date where the workspace is.
    pub fn today(&self) -> Date {
        let snapshot = self.snapshot();
        let team = &snapshot.document.triggers.default_team;
        snapshot.calendar(team).local_date(self.clock().now())
    }

    /// How the first-reply target of a team becomes a moment, step by step.
    pub fn explain_deadline(&self, team: &str, at: Timestamp) -> Option<Explained> {
        let snapshot = self.snapshot();
        let minutes = snapshot.team(team)?.first_reply_minutes;
        let target = Span::minutes(i64::from(minutes));
        Some(explain(snapshot.calendar(team), at, target))
    }
}

fn close(hours: &mut Hours, calendar: &Calendar, now: Timestamp, until: Option<Date>, name: &str) {
    let local = calendar.local_time(now);
    let (today, minute) = (local.date(), local.hour() as u16 * 60 + local.minute() as u16);
    let left = calendar.periods(today).iter().filter(|p| p.start_minute() < minute);
    // What was open until now stays so: figures of the day count it.
    let left = left.filter_map(|period| {
        let end = period.end_minute().min(minute);
        let text = |minute: u16| format!("{:02}:{:02}", minute / 60, minute % 60);
        format!("{}-{}", text(period.start_minute()), text(end)).parse::<Period>().ok()
    });
    let periods = left.collect();
    hours.exceptions.retain(|exception| exception.date.0 != today);
    hours.exceptions.push(Exception { date: Day(today), periods, name: name.to_owned() });
    if let (Some(until), Ok(tomorrow)) = (until.filter(|until| *until > today), today.tomorrow()) {
        hours.closures.push(Closure { from: Day(tomorrow), to: Day(until), name: name.to_owned() });
    }
}

/// A stretch of time on the way to a deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    pub from: Timestamp,
    pub to: Timestamp,
    /// Open time, which the target is counted in.
    pub counts: bool,
    /// Why it is closed beside the usual week.
    pub because: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explained {
    pub target: Span,
    pub stretches: Vec<Stretch>,
    /// None: nothing opens for more than a year.
    pub due_at: Option<Timestamp>,
}

/// Steps shown at most.
const MOST: usize = 60;

fn explain(calendar: &Calendar, at: Timestamp, target: Span) -> Explained {
    let (mut stretches, mut from, mut left) = (Vec::new(), at, target);
    let due_at = calendar.add_open_time(at, target);
    while let Some(due_at) = due_at
        && from < due_at
        && stretches.len() < MOST
    {
        let counts = calendar.is_open(from);
        let end = if counts { calendar.next_closing(from) } else { calendar.next_opening(from) };
        let to = end.unwrap_or(due_at).min(due_at);
        let because = match calendar.rule(calendar.local_date(from)) {
            Rule::Exception(name) | Rule::Closure(name) | Rule::Holiday(name) => {
                Some(name.to_owned()).filter(|_| !counts)
            }
            Rule::Weekly => None,
        };
        if counts {
            left = Span::micros(left.as_micros() - to.since(from).as_micros());
        }
        stretches.push(Stretch { from, to, counts, because });
        from = to;
    }
    debug_assert!(due_at.is_none() || left <= Span::ZERO || stretches.len() == MOST);
    Explained { target, stretches, due_at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn paris(holidays: &str) -> Calendar {
        let json = format!(
            r#"{{"weekly": {{"monday": ["09:00-12:00", "14:00-18:00"], "tuesday": ["09:00-18:00"]}},
                 "holidays": [{holidays}]}}"#
        );
        let hours: Hours = serde_json::from_str(&json).unwrap();
        Calendar::new(&hours, "Europe/Paris").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_deadline_is_the_sum_of_its_open_stretches() {
        let calendar = paris(r#"{"date": "2027-03-02", "name": "Fermeture"}"#);
        // Monday 11:30, four hours: thirty minutes, lunch, three hours and a half.
        let asked = at("2027-03-01T11:30:00+01:00");
        let told = explain(&calendar, asked, Span::hours(4));
        let lines: Vec<(String, bool)> =
            told.stretches.iter().map(|s| (s.to.to_string(), s.counts)).collect();
        let expected = [
            ("2027-03-01T11:00:00Z".to_owned(), true),
            ("2027-03-01T13:00:00Z".to_owned(), false),
            ("2027-03-01T16:30:00Z".to_owned(), true),
        ];
        assert_eq!(lines, expected);
        assert_eq!(told.due_at, Some(at("2027-03-01T17:30:00+01:00")));
    }

    #[test]
    fn a_closed_day_is_named() {
        let calendar = paris(r#"{"date": "2027-03-02", "name": "Inventaire"}"#);
        let told = explain(&calendar, at("2027-03-02T10:00:00+01:00"), Span::minutes(15));
        assert_eq!(told.stretches[0].because.as_deref(), Some("Inventaire"));
        assert_eq!(told.due_at, Some(at("2027-03-08T09:15:00+01:00")));
    }

    #[test]
    fn hours_that_never_open_have_no_deadline() {
        let never = Hours { weekly: BTreeMap::new(), ..Hours::default() };
        let calendar = Calendar::new(&never, "Europe/Paris").unwrap();
        let told = explain(&calendar, at("2027-03-02T10:00:00+01:00"), Span::minutes(15));
        assert_eq!((told.due_at, told.stretches.len()), (None, 0));
    }
}
