//! Events of an iCalendar file.

use super::IcalError;
use super::lines::{Line, lines, plain};
use super::repeat::{Rule, Unread};
use jiff::ToSpan as _;
use jiff::civil::{Date, Time};
use std::collections::BTreeSet;

/// Blocks within blocks: an alarm in an event in a calendar is three.
const DEEPEST: usize = 8;

/// Whole days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub first: Date,
    pub last: Date,
}

impl Span {
    pub(super) fn is_one_day(self) -> bool {
        self.first == self.last
    }

    /// As long, from another day.
    pub(super) fn moved_to(self, first: Date) -> Option<Self> {
        let days = i64::from(self.first.until(self.last).ok()?.get_days());
        Some(Self { first, last: later(first, days)? })
    }
}

/// Why an event has no whole days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    Appointment,
    Unreadable,
}

pub(super) struct Event {
    pub line: usize,
    pub uid: String,
    pub name: String,
    pub is_cancelled: bool,
    pub span: Result<Span, Trouble>,
    pub rule: Option<Result<Rule, Unread>>,
    pub also: BTreeSet<Date>,
    pub except: BTreeSet<Date>,
    /// The date of a repeated event that this one stands for.
    pub replaces: Option<Date>,
}

/// All events, in the order of the file.
pub(super) fn events(text: &str) -> Result<Vec<Event>, IcalError> {
    let mut events = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut draft: Option<Draft> = None;
    let mut was_calendar = false;
    for line in lines(text) {
        let broken = IcalError::Broken { line: line.number };
        if line.is("BEGIN") {
            let name = line.value().to_ascii_uppercase();
            if open.is_empty() && name != "VCALENDAR" {
                return Err(IcalError::NotACalendar);
            }
            if open.len() == DEEPEST {
                return Err(broken);
            }
            was_calendar = true;
            if name == "VEVENT" && draft.is_none() {
                draft = Some(Draft { line: line.number, depth: open.len(), ..Draft::default() });
            }
            open.push(name);
        } else if line.is("END") {
            let name = open.pop().ok_or(broken)?;
            if !name.eq_ignore_ascii_case(line.value()) {
                return Err(broken);
            }
            if let Some(done) = draft.take_if(|draft| draft.depth == open.len()) {
                events.push(done.finish());
            }
        } else if open.is_empty() {
            return Err(IcalError::NotACalendar);
        } else if let Some(draft) = draft.as_mut().filter(|draft| draft.depth + 1 == open.len()) {
            // What stands in an alarm of the event is none of its own.
            draft.hear(&line);
        }
    }
    match (was_calendar, open.is_empty()) {
        (false, _) => Err(IcalError::NotACalendar),
        (true, false) => Err(IcalError::CutOff),
        (true, true) => Ok(events),
    }
}

#[derive(Default)]
struct Draft {
    line: usize,
    depth: usize,
    uid: String,
    name: String,
    is_cancelled: bool,
    start: Option<Moment>,
    end: Option<Moment>,
    /// Whole days of a duration.
    lasts: Option<i64>,
    rule: Option<Result<Rule, Unread>>,
    also: BTreeSet<Date>,
    except: BTreeSet<Date>,
    replaces: Option<Date>,
    is_unreadable: bool,
}

impl Draft {
    fn hear(&mut self, line: &Line<'_>) {
        let value = line.value();
        if line.is("SUMMARY") {
            self.name = plain(value);
        } else if line.is("UID") {
            value.clone_into(&mut self.uid);
        } else if line.is("STATUS") {
            self.is_cancelled = value.eq_ignore_ascii_case("CANCELLED");
        } else if line.is("DTSTART") {
            self.start = self.moment(value);
        } else if line.is("DTEND") {
            self.end = self.moment(value);
        } else if line.is("DURATION") {
            self.lasts = whole_days(value);
        } else if line.is("RRULE") {
            self.rule = Some(Rule::read(value));
        } else if line.is("RECURRENCE-ID") {
            self.replaces = self.moment(value).map(|moment| moment.date);
        } else if line.is("EXDATE") {
            let dates = self.dates(value);
            self.except.extend(dates);
        } else if line.is("RDATE") {
            let dates = self.dates(value);
            self.also.extend(dates);
        }
    }

    fn moment(&mut self, value: &str) -> Option<Moment> {
        let moment = Moment::read(value);
        self.is_unreadable |= moment.is_none();
        moment
    }

    fn dates(&mut self, value: &str) -> Vec<Date> {
        value.split(',').filter_map(|one| self.moment(one.trim())).map(|m| m.date).collect()
    }

    fn finish(self) -> Event {
        let span = self.span();
        Event {
            line: self.line,
            uid: self.uid,
            name: self.name,
            is_cancelled: self.is_cancelled,
            span,
            rule: self.rule,
            also: self.also,
            except: self.except,
            replaces: self.replaces,
        }
    }

    fn span(&self) -> Result<Span, Trouble> {
        let start = self.start.filter(|_| !self.is_unreadable).ok_or(Trouble::Unreadable)?;
        // Some programs write a whole day from midnight to midnight.
        if !start.is_day_edge() || self.end.is_some_and(|end| !end.is_day_edge()) {
            return Err(Trouble::Appointment);
        }
        let last = match (self.end, self.lasts) {
            (Some(end), _) => end.date.yesterday().map_err(|_| Trouble::Unreadable)?,
            (None, Some(days)) => later(start.date, days - 1).ok_or(Trouble::Unreadable)?,
            (None, None) if start.time.is_some() => return Err(Trouble::Appointment),
            (None, None) => start.date,
        };
        Ok(Span { first: start.date, last: last.max(start.date) })
    }
}

/// `20270801`, `20270801T000000`, `20270801T000000Z`.
#[derive(Clone, Copy)]
struct Moment {
    date: Date,
    time: Option<Time>,
    is_utc: bool,
}

impl Moment {
    fn read(value: &str) -> Option<Self> {
        let (date, time) = match value.split_once(['T', 't']) {
            Some((date, time)) => (date, Some(time)),
            None => (value, None),
        };
        let date = read_date(date)?;
        let Some(time) = time else { return Some(Self { date, time: None, is_utc: false }) };
        let (time, is_utc) = match time.strip_suffix(['Z', 'z']) {
            Some(time) => (time, true),
            None => (time, false),
        };
        if time.len() != 6 || !time.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let part = |at: usize| time[at..at + 2].parse::<i8>().ok();
        // A leap second is the end of a minute like any other.
        let time = Time::new(part(0)?, part(2)?, part(4)?.min(59), 0).ok()?;
        Some(Self { date, time: Some(time), is_utc })
    }

    /// The day begins here, where the calendar is at home.
    fn is_day_edge(self) -> bool {
        self.time.is_none_or(|time| time == Time::midnight() && !self.is_utc)
    }
}

pub(super) fn read_date(text: &str) -> Option<Date> {
    if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let year = text[..4].parse().ok().filter(|year| (1..=9998).contains(year))?;
    Date::new(year, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
}

/// `P3D`, `P2W`; a duration with hours takes no whole days.
fn whole_days(value: &str) -> Option<i64> {
    let rest = value.trim_start_matches('+').strip_prefix(['P', 'p'])?;
    let (number, factor) = match rest.strip_suffix(['D', 'd']) {
        Some(number) => (number, 1),
        None => (rest.strip_suffix(['W', 'w'])?, 7),
    };
    let number: i64 = number.parse().ok().filter(|n| (1..=10_000).contains(n))?;
    Some(number * factor)
}

pub(super) fn later(date: Date, days: i64) -> Option<Date> {
    date.checked_add(days.days()).ok()
}
