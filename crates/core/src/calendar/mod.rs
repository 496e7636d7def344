//! Opening hours and time counted only while open. Pure arithmetic: the instant is always given.
//!
//! Local times become instants by the *compatible* rule: a time that the clock skips is read with
//! the offset before the jump (02:30 becomes 03:30), a time that comes twice means the first one.

pub mod holidays;
pub mod hours;
pub mod ical;

pub use holidays::easter;
pub use hours::{
    Closure, Day, Exception, Holiday, HolidayRule, Hours, HoursError, Period, Weekday,
};

use crate::time::{Span, Timestamp};
use holidays::Holidays;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// How far ahead the next opening or closing is looked for, in days.
pub const HORIZON_DAYS: i64 = 400;

/// How far a deadline may be, in days.
const DEADLINE_DAYS: i64 = 4_000;

/// Opening hours in a zone, ready for asking.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: TimeZone,
    weekly: BTreeMap<Weekday, Vec<Period>>,
    holidays: Holidays,
    closures: Vec<Closure>,
    exceptions: BTreeMap<Date, Exception>,
}

/// What decides the hours of a date, with the name given to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule<'a> {
    Weekly,
    Holiday(&'a str),
    Closure(&'a str),
    Exception(&'a str),
}

/// Why hours cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CalendarError {
    /// Not a name of the IANA zone database.
    UnknownZone(String),
    /// A closure whose last day is before its first.
    ClosureBackwards { from: Day, to: Day },
    /// Two exceptions for one date.
    ExceptionTwice(Day),
}

impl fmt::Display for CalendarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownZone(name) => write!(f, "`{name}` is not a time zone"),
            Self::ClosureBackwards { from, to } => {
                write!(f, "the closure that starts on {from} ends before, on {to}")
            }
            Self::ExceptionTwice(date) => write!(f, "there are two exceptions for {date}"),
        }
    }
}

impl std::error::Error for CalendarError {}

impl Calendar {
    /// Checks hours and joins them with a zone of the IANA database (`Europe/Paris`).
    pub fn new(hours: &Hours, zone: &str) -> Result<Self, CalendarError> {
        let zone = TimeZone::get(zone).map_err(|_| CalendarError::UnknownZone(zone.to_owned()))?;
        if let Some(c) = hours.closures.iter().find(|c| c.to < c.from) {
            return Err(CalendarError::ClosureBackwards { from: c.from, to: c.to });
        }
        let mut exceptions = BTreeMap::new();
        for exception in &hours.exceptions {
            if exceptions.insert(exception.date.0, exception.clone()).is_some() {
                return Err(CalendarError::ExceptionTwice(exception.date));
            }
        }
        Ok(Self {
            zone,
            weekly: hours.weekly.clone(),
            holidays: Holidays::new(&hours.holidays),
            closures: hours.closures.clone(),
            exceptions,
        })
    }

    /// Open at the first instant of a period, closed at its end.
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.windows(at, 1).take_while(|w| w.start <= at).any(|w| at < w.end)
    }

    /// The instant itself when open, else the next opening; `None` when there is none within
    /// [`HORIZON_DAYS`].
    pub fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        let next = self.windows(at, HORIZON_DAYS).find(|w| at < w.end)?.start.max(at);
        within_horizon(at, next)
    }

    /// When the present open stretch ends, adjoining periods taken together. `None` when closed,
    /// or when it does not end within [`HORIZON_DAYS`].
    pub fn next_closing(&self, at: Timestamp) -> Option<Timestamp> {
        let mut until = at;
        for window in self.windows(at, HORIZON_DAYS + 1) {
            if until < window.start {
                break;
            }
            until = until.max(window.end);
        }
        if until == at { None } else { within_horizon(at, until) }
    }

    /// The instant at which `span` of open time has passed since `at`; with no span, the next
    /// opening. A deadline may be the very closing time. `None` when nothing opens for
    /// [`HORIZON_DAYS`], or when it would be more than ten years away.
    pub fn add_open_time(&self, at: Timestamp, span: Span) -> Option<Timestamp> {
        let mut left = span.max(Span::ZERO);
        let mut counted_to = at;
        for window in self.windows(at, DEADLINE_DAYS) {
            let from = window.start.max(counted_to);
            if window.end <= from {
                continue;
            }
            within_horizon(counted_to, from)?;
            let open = window.end.since(from);
            if left <= open {
                return Some(from + left);
            }
            left = Span::micros(left.as_micros() - open.as_micros());
            counted_to = window.end;
        }
        None
    }

    /// Open time between two instants; zero when `until` is not after `from`.
    pub fn open_between(&self, from: Timestamp, until: Timestamp) -> Span {
        let mut open = 0;
        let mut counted_to = from;
        let days = self.days_until(from, until);
        for window in self.windows(from, days).take_while(|w| w.start < until) {
            let (start, end) = (window.start.max(counted_to), window.end.min(until));
            if start < end {
                open += end.since(start).as_micros();
                counted_to = end;
            }
        }
        Span::micros(open)
    }

    /// The date on the wall at an instant.
    pub fn local_date(&self, at: Timestamp) -> Date {
        self.local_time(at).date()
    }

    /// Date and time on the wall at an instant.
    pub fn local_time(&self, at: Timestamp) -> DateTime {
        self.zone.to_datetime(at.to_jiff())
    }

    /// What decides the hours of a date.
    pub fn rule(&self, date: Date) -> Rule<'_> {
        if let Some(exception) = self.exceptions.get(&date) {
            return Rule::Exception(&exception.name);
        }
        let day = Day(date);
        if let Some(closure) = self.closures.iter().find(|c| c.from <= day && day <= c.to) {
            return Rule::Closure(&closure.name);
        }
        self.holidays.on(date).map_or(Rule::Weekly, Rule::Holiday)
    }

    /// The periods that start on a date.
    pub fn periods(&self, date: Date) -> &[Period] {
        match self.rule(date) {
            Rule::Exception(_) => self.exceptions.get(&date).map_or(&[], |e| &e.periods),
            Rule::Closure(_) | Rule::Holiday(_) => &[],
            Rule::Weekly => self.weekly.get(&Weekday::of(date)).map_or(&[], Vec::as_slice),
        }
    }

    /// Windows that may touch `at` or start within `days` after it, in order of their start.
    fn windows(&self, at: Timestamp, days: i64) -> Windows<'_> {
        let today = self.local_date(at);
        Windows {
            calendar: self,
            // A period that started the day before may still run; one day more for zones that
            // once moved over the date line.
            day: Some(shifted(today, -2)),
            last: shifted(today, days.saturating_add(1)),
            ahead: BTreeSet::new(),
        }
    }

    fn days_until(&self, from: Timestamp, until: Timestamp) -> i64 {
        let days = self.local_date(until).duration_since(self.local_date(from));
        days.as_hours().div_euclid(24).max(0)
    }

    fn windows_of(&self, date: Date) -> impl Iterator<Item = Window> + '_ {
        // A date the zone skipped (Samoa, 30 December 2011) has no hours.
        let exists =
            self.instant(date, 0).is_some_and(|midnight| self.local_date(midnight) == date);
        let periods = if exists { self.periods(date) } else { &[] };
        periods.iter().filter_map(move |period| {
            let start = self.instant(date, period.start_minute())?;
            let end = self.instant(date, period.end_minute())?;
            (start < end).then_some(Window { start, end, date })
        })
    }

    /// The instant at so many minutes on the clock after the midnight a date begins with.
    fn instant(&self, date: Date, minute: u16) -> Option<Timestamp> {
        let (days, minute) = (minute / 1_440, minute % 1_440);
        let date = if days == 0 { date } else { date.tomorrow().ok()? };
        let local = date.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
        self.zone.to_timestamp(local).ok().map(Timestamp::from_jiff)
    }
}

fn within_horizon(from: Timestamp, to: Timestamp) -> Option<Timestamp> {
    (to.since(from) <= Span::hours(24 * HORIZON_DAYS)).then_some(to)
}

fn shifted(date: Date, days: i64) -> Date {
    date.saturating_add(jiff::SignedDuration::from_hours(24 * days))
}

/// A period on one date, as instants: start included, end not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Window {
    start: Timestamp,
    end: Timestamp,
    date: Date,
}

/// Windows of consecutive dates in order of their start; they may overlap.
struct Windows<'a> {
    calendar: &'a Calendar,
    day: Option<Date>,
    last: Date,
    ahead: BTreeSet<Window>,
}

impl Iterator for Windows<'_> {
    type Item = Window;
    fn next(&mut self) -> Option<Window> {
        // A clock change can move a start past one of the next date, so two dates more are read
        // before a window is given out.
        while let Some(day) = self.day.filter(|d| *d <= self.last)
            && self.ahead.first().is_none_or(|w| day <= shifted(w.date, 2))
        {
            self.ahead.extend(self.calendar.windows_of(day));
            self.day = day.tomorrow().ok();
        }
        self.ahead.pop_first()
    }
}

#[cfg(test)]
mod tests;
