//! Days that come back: `RRULE` of RFC 5545, as far as holidays use it.

use super::IcalError;
use super::event::{Span, later, read_date};
use crate::calendar::Weekday;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// How far ahead days are worked out where a rule goes on for ever, in years.
const AHEAD_YEARS: i32 = 5;
/// Days looked at for all rules of a file.
const MOST_STEPS: usize = 1_000_000;

/// A rule that says what is not read here: by hour, by week number, by place in a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unread;

/// What all rules of a file have cost.
#[derive(Default)]
pub(super) struct Steps(usize);

impl Steps {
    fn take(&mut self) -> Result<(), IcalError> {
        self.0 += 1;
        if self.0 > MOST_STEPS { Err(IcalError::TooMany) } else { Ok(()) }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Every {
    Day,
    Week,
    Month,
    Year,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rule {
    every: Every,
    interval: i32,
    count: Option<usize>,
    until: Option<Date>,
    months: Vec<i8>,
    month_days: Vec<i8>,
    /// Which one in the month (0: all, -1: the last), and the day of the week.
    weekdays: Vec<(i8, Weekday)>,
}

impl Rule {
    pub(super) fn read(value: &str) -> Result<Self, Unread> {
        let mut rule = Self {
            every: Every::Year,
            interval: 1,
            count: None,
            until: None,
            months: Vec::new(),
            month_days: Vec::new(),
            weekdays: Vec::new(),
        };
        let mut every = None;
        for part in value.split(';').filter(|part| !part.trim().is_empty()) {
            let (name, value) = part.split_once('=').ok_or(Unread)?;
            let value = value.trim().to_ascii_uppercase();
            match name.trim().to_ascii_uppercase().as_str() {
                "FREQ" => every = Some(frequency(&value)?),
                "INTERVAL" => rule.interval = number(&value, 1, 1_000)?,
                "COUNT" => rule.count = Some(number(&value, 1, 10_000)?),
                "UNTIL" => {
                    let date = value.get(..8).and_then(read_date);
                    rule.until = Some(date.ok_or(Unread)?);
                }
                "BYMONTH" => rule.months = list(&value, |one| number(one, 1, 12))?,
                "BYMONTHDAY" => {
                    rule.month_days = list(&value, |one| number(one, -31, 31))?;
                    if rule.month_days.contains(&0) {
                        return Err(Unread);
                    }
                }
                "BYDAY" => rule.weekdays = list(&value, weekday)?,
                "WKST" => {}
                _ => return Err(Unread),
            }
        }
        rule.every = every.ok_or(Unread)?;
        if rule.is_read() { Ok(rule) } else { Err(Unread) }
    }

    /// Parts that mean something else together with this frequency are not read.
    fn is_read(&self) -> bool {
        let has_month_parts = !self.months.is_empty() || !self.month_days.is_empty();
        let has_places = self.weekdays.iter().any(|(place, _)| *place != 0);
        match self.every {
            Every::Day => !has_month_parts && self.weekdays.is_empty(),
            Every::Week => !has_month_parts && !has_places,
            Every::Month => self.months.is_empty(),
            // Without months a day of the week is counted in the year.
            Every::Year => self.weekdays.is_empty() || !self.months.is_empty(),
        }
    }

    /// The date, where this is one date of every year and nothing else.
    pub(super) fn date_of_every_year(&self, start: Date) -> Option<(i8, i8)> {
        let is_endless = self.count.is_none() && self.until.is_none();
        let is_yearly = self.every == Every::Year && self.interval == 1;
        if !is_endless || !is_yearly || !self.weekdays.is_empty() {
            return None;
        }
        let one = |list: &[i8], otherwise: i8| match *list {
            [] => Some(otherwise),
            [only] if only > 0 => Some(only),
            _ => None,
        };
        let (month, day) = (one(&self.months, start.month())?, one(&self.month_days, start.day())?);
        // A leap year, so that 29 February is a date.
        Date::new(2000, month, day).ok().map(|_| (month, day))
    }

    /// Every start until the end of the rule, or for some years ahead; the first one included.
    pub(super) fn starts(
        &self,
        span: Span,
        today: Date,
        steps: &mut Steps,
    ) -> Result<Vec<Date>, IcalError> {
        let start = span.first;
        let ahead = today.checked_add(AHEAD_YEARS.years()).unwrap_or(Date::MAX);
        let end = self.until.map_or(ahead, |until| until.min(ahead));
        let mut starts = Vec::new();
        let mut found = 0;
        let mut turn = 0;
        while let Some(first) = self.turn(start, turn).filter(|first| *first <= end) {
            turn += 1;
            for date in self.dates_of(first, start) {
                steps.take()?;
                let date = date.filter(|date| start <= *date && *date <= end);
                let Some(date) = date.filter(|date| self.takes(*date, start)) else { continue };
                found += 1;
                // What is over needs no place, but counts.
                if span.moved_to(date).is_some_and(|span| span.last >= today) {
                    starts.push(date);
                }
                if self.count == Some(found) {
                    return Ok(starts);
                }
            }
            steps.take()?;
        }
        Ok(starts)
    }

    /// The day on which a turn of the rule begins: the week, the month, the year.
    fn turn(&self, start: Date, turn: i32) -> Option<Date> {
        let n = turn.checked_mul(self.interval)?;
        match self.every {
            Every::Day => later(start, i64::from(n)),
            Every::Week => {
                let monday = later(start, -i64::from(start.weekday().to_monday_zero_offset()))?;
                later(monday, i64::from(n) * 7)
            }
            Every::Month => start.first_of_month().checked_add(n.months()).ok(),
            Every::Year => start.first_of_year().checked_add(n.years()).ok(),
        }
    }

    /// Days that may be meant in a turn.
    fn dates_of(&self, first: Date, start: Date) -> Vec<Option<Date>> {
        let month =
            |first: Date| (0..i64::from(first.days_in_month())).map(move |n| later(first, n));
        match self.every {
            Every::Day => vec![Some(first)],
            Every::Week => (0..7).map(|n| later(first, n)).collect(),
            Every::Month => month(first).collect(),
            Every::Year => {
                let own = [start.month()];
                let months = if self.months.is_empty() { &own[..] } else { &self.months };
                let first_of = |month: &i8| Date::new(first.year(), *month, 1).ok();
                months.iter().filter_map(first_of).flat_map(month).collect()
            }
        }
    }

    fn takes(&self, date: Date, start: Date) -> bool {
        match self.every {
            Every::Day => true,
            Every::Week if self.weekdays.is_empty() => Weekday::of(date) == Weekday::of(start),
            Every::Month | Every::Year
                if self.month_days.is_empty() && self.weekdays.is_empty() =>
            {
                date.day() == start.day()
            }
            Every::Week | Every::Month | Every::Year => {
                let from_end = date.day() - date.days_in_month() - 1;
                let is_day = |day: &i8| *day == date.day() || *day == from_end;
                let (place, last) = ((date.day() - 1) / 7 + 1, (from_end + 1) / 7 - 1);
                let is_weekday = |(which, weekday): &(i8, Weekday)| {
                    *weekday == Weekday::of(date) && [0, place, last].contains(which)
                };
                (self.month_days.is_empty() || self.month_days.iter().any(is_day))
                    && (self.weekdays.is_empty() || self.weekdays.iter().any(is_weekday))
            }
        }
    }
}

fn frequency(value: &str) -> Result<Every, Unread> {
    match value {
        "DAILY" => Ok(Every::Day),
        "WEEKLY" => Ok(Every::Week),
        "MONTHLY" => Ok(Every::Month),
        "YEARLY" => Ok(Every::Year),
        _ => Err(Unread),
    }
}

fn number<N>(value: &str, least: N, most: N) -> Result<N, Unread>
where
    N: std::str::FromStr + PartialOrd,
{
    let number: N = value.parse().map_err(|_| Unread)?;
    if least <= number && number <= most { Ok(number) } else { Err(Unread) }
}

/// In order and each once; as many as days have names for.
fn list<T: Ord>(value: &str, read: impl Fn(&str) -> Result<T, Unread>) -> Result<Vec<T>, Unread> {
    let mut all =
        value.split(',').map(|one| read(one.trim())).collect::<Result<Vec<T>, Unread>>()?;
    all.sort();
    all.dedup();
    Ok(all)
}

/// `MO`, `2TU`, `-1FR`.
fn weekday(value: &str) -> Result<(i8, Weekday), Unread> {
    let at = value.len().checked_sub(2).filter(|at| value.is_char_boundary(*at)).ok_or(Unread)?;
    let (place, name) = value.split_at(at);
    let place = if place.is_empty() { 0 } else { number(place, -5, 5)? };
    let weekday = match name {
        "MO" => Weekday::Monday,
        "TU" => Weekday::Tuesday,
        "WE" => Weekday::Wednesday,
        "TH" => Weekday::Thursday,
        "FR" => Weekday::Friday,
        "SA" => Weekday::Saturday,
        "SU" => Weekday::Sunday,
        _ => return Err(Unread),
    };
    Ok((place, weekday))
}
