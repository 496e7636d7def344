//! Days off out of an iCalendar file (RFC 5545): whole days, also several in a row and repeated
//! ones. Appointments within a day close nothing and are told apart; so is what is not understood.

mod event;
mod lines;
mod repeat;

use super::hours::{Closure, Day, Holiday, HolidayRule};
use event::{Event, Span, Trouble};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Most bytes of a file: the public holidays of ten years are a tenth of it.
pub const MOST_BYTES: usize = 1024 * 1024;
/// Most days off that one file adds.
const MOST_FOUND: usize = 500;
/// Most events that are named as left out; the others are counted.
const MOST_NAMED: usize = 50;

/// What a calendar file says about opening hours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DaysOff {
    /// On the same date every year, without an end.
    pub holidays: Vec<Holiday>,
    /// The others, by date, from the day the file is read.
    pub closures: Vec<Closure>,
    /// Events that add nothing, in the order of the file.
    pub left_out: Vec<LeftOut>,
    /// Those of them that are not named for being too many.
    pub more_left_out: usize,
}

/// An event that adds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Where it begins in the file.
    pub line: usize,
    pub name: String,
    pub why: Why,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It does not take whole days.
    Appointment,
    /// It is over, and does not come back.
    Past,
    Cancelled,
    /// Its dates cannot be read.
    Dates,
    /// It comes back by a rule that is not read.
    Repetition,
}

/// Why a file is not read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IcalError {
    /// It does not begin as a calendar does.
    NotACalendar,
    /// Something ends that did not begin, or begins within too much else.
    Broken {
        line: usize,
    },
    /// It stops before its end: a download that was cut off.
    CutOff,
    /// More days off than a year has, or rules that take too long.
    TooMany,
    TooLong,
}

impl fmt::Display for IcalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotACalendar => {
                f.write_str("not a calendar: it does not begin with BEGIN:VCALENDAR")
            }
            Self::Broken { line } => write!(f, "line {line}: BEGIN and END do not match"),
            Self::CutOff => f.write_str("the file stops before END:VCALENDAR: was it cut off?"),
            Self::TooMany => write!(f, "more than {MOST_FOUND} days off, or rules that never end"),
            Self::TooLong => write!(f, "more than {MOST_BYTES} bytes"),
        }
    }
}

impl std::error::Error for IcalError {}

/// Reads a calendar file on a day: what was before it is left out.
pub fn read(text: &str, today: Date) -> Result<DaysOff, IcalError> {
    if text.len() > MOST_BYTES {
        return Err(IcalError::TooLong);
    }
    let events = event::events(text)?;
    // An event that was moved by itself stands in the file a second time, and names its old date.
    let mut moved: BTreeMap<&str, BTreeSet<Date>> = BTreeMap::new();
    for event in &events {
        if let Some(date) = event.replaces {
            moved.entry(event.uid.as_str()).or_default().insert(date);
        }
    }
    let mut found = Found::default();
    let mut steps = repeat::Steps::default();
    for event in &events {
        let elsewhere = moved.get(event.uid.as_str()).filter(|_| event.replaces.is_none());
        match days_of(event, elsewhere, today, &mut steps)? {
            Days::Off(spans) => found.add(&event.name, &spans, today)?,
            Days::EveryYear { month, day } => found.add_yearly(&event.name, month, day),
            Days::None(why) => found.leave_out(event, why),
        }
    }
    Ok(found.days())
}

enum Days {
    Off(Vec<Span>),
    EveryYear { month: i8, day: i8 },
    None(Why),
}

fn days_of(
    event: &Event,
    moved: Option<&BTreeSet<Date>>,
    today: Date,
    steps: &mut repeat::Steps,
) -> Result<Days, IcalError> {
    if event.is_cancelled {
        return Ok(Days::None(Why::Cancelled));
    }
    let span = match event.span {
        Ok(span) => span,
        Err(Trouble::Appointment) => return Ok(Days::None(Why::Appointment)),
        Err(Trouble::Unreadable) => return Ok(Days::None(Why::Dates)),
    };
    let mut except = event.except.clone();
    except.extend(moved.into_iter().flatten());
    let mut starts = match &event.rule {
        None => vec![span.first],
        Some(Err(_)) => return Ok(Days::None(Why::Repetition)),
        Some(Ok(rule)) => {
            let is_plain = except.is_empty() && event.also.is_empty() && span.is_one_day();
            if let Some((month, day)) = rule.date_of_every_year(span.first).filter(|_| is_plain) {
                return Ok(Days::EveryYear { month, day });
            }
            rule.starts(span, today, steps)?
        }
    };
    starts.extend(&event.also);
    starts.retain(|start| !except.contains(start));
    let spans: Vec<Span> = starts
        .into_iter()
        .filter_map(|start| span.moved_to(start))
        .filter(|span| span.last >= today)
        .collect();
    Ok(if spans.is_empty() { Days::None(Why::Past) } else { Days::Off(spans) })
}

#[derive(Default)]
struct Found {
    yearly: BTreeMap<(i8, i8), String>,
    closures: BTreeMap<(Date, Date), String>,
    left_out: Vec<LeftOut>,
    more_left_out: usize,
}

impl Found {
    fn add(&mut self, name: &str, spans: &[Span], today: Date) -> Result<(), IcalError> {
        for span in spans {
            // What has begun already closes what is left of it.
            let key = (span.first.max(today), span.last);
            self.closures.entry(key).or_insert_with(|| name.to_owned());
        }
        if self.closures.len() > MOST_FOUND { Err(IcalError::TooMany) } else { Ok(()) }
    }

    fn add_yearly(&mut self, name: &str, month: i8, day: i8) {
        self.yearly.entry((month, day)).or_insert_with(|| name.to_owned());
    }

    fn leave_out(&mut self, event: &Event, why: Why) {
        if self.left_out.len() == MOST_NAMED {
            self.more_left_out += 1;
            return;
        }
        self.left_out.push(LeftOut { line: event.line, name: event.name.clone(), why });
    }

    fn days(self) -> DaysOff {
        let yearly = self
            .yearly
            .into_iter()
            .map(|((month, day), name)| Holiday { rule: HolidayRule::Yearly { month, day }, name });
        let closures = self.closures.into_iter().map(|((from, to), name)| Closure {
            from: Day(from),
            to: Day(to),
            name,
        });
        DaysOff {
            holidays: yearly.collect(),
            closures: closures.collect(),
            left_out: self.left_out,
            more_left_out: self.more_left_out,
        }
    }
}

#[cfg(test)]
mod tests;
