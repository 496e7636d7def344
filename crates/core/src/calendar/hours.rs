//! Opening hours as their file says them. Everything is read strictly: a typing error is refused
//! when the file is loaded, not found out on a Sunday.

use jiff::civil::{self, Date};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// When a team, or the whole workspace, answers. Times are local times of the workspace's zone.
///
/// What holds on a date, first match wins: exception, closure, holiday, weekly hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// A day that is not listed is closed.
    pub weekly: BTreeMap<Weekday, Vec<Period>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holidays: Vec<Holiday>,
    /// Whole days off, once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closures: Vec<Closure>,
    /// Other hours on one date; without periods the date is closed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<Exception>,
}

impl Hours {
    /// Open at any time.
    pub fn always() -> Self {
        let weekly = Weekday::ALL.map(|d| (d, vec![Period::WHOLE_DAY]));
        Self { weekly: BTreeMap::from(weekly), ..Self::default() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    pub fn of(date: Date) -> Self {
        match date.weekday() {
            civil::Weekday::Monday => Self::Monday,
            civil::Weekday::Tuesday => Self::Tuesday,
            civil::Weekday::Wednesday => Self::Wednesday,
            civil::Weekday::Thursday => Self::Thursday,
            civil::Weekday::Friday => Self::Friday,
            civil::Weekday::Saturday => Self::Saturday,
            civil::Weekday::Sunday => Self::Sunday,
        }
    }
}

/// One stretch of a day, written `"09:00-19:00"`: open at the start, closed at the end.
///
/// The end may be `24:00`. An end before the start is on the next day (`"22:00-02:00"`); the whole
/// stretch belongs to the day it starts on, also when the next day is a holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period {
    start: u16,
    end: u16,
}

const DAY_MINUTES: u16 = 24 * 60;

impl Period {
    pub const WHOLE_DAY: Self = Self { start: 0, end: DAY_MINUTES };

    /// Minutes after midnight, 0 to 1439.
    pub fn start_minute(self) -> u16 {
        self.start
    }

    /// Minutes after the midnight the period's day begins with; above 1440 it is the next day.
    pub fn end_minute(self) -> u16 {
        self.end
    }
}

impl FromStr for Period {
    type Err = HoursError;
    fn from_str(text: &str) -> Result<Self, HoursError> {
        let refused = || HoursError::Period(text.to_owned());
        let (start, end) = text.split_once(['-', '–']).ok_or_else(refused)?;
        let start = minute_of_day(start).filter(|m| *m < DAY_MINUTES).ok_or_else(refused)?;
        let end = minute_of_day(end).ok_or_else(refused)?;
        if start == end {
            return Err(refused());
        }
        Ok(Self { start, end: if end < start { end + DAY_MINUTES } else { end } })
    }
}

/// `H:MM` or `HH:MM`, up to 24:00.
fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let is_number = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if !(1..=2).contains(&hour.len()) || minute.len() != 2 || !is_number(hour) || !is_number(minute)
    {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    let at = hour * 60 + minute;
    (minute < 60 && at <= DAY_MINUTES).then_some(at)
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = if self.end > DAY_MINUTES { self.end - DAY_MINUTES } else { self.end };
        let (from, to) = ((self.start / 60, self.start % 60), (end / 60, end % 60));
        write!(f, "{:02}:{:02}-{:02}:{:02}", from.0, from.1, to.0, to.1)
    }
}

/// A calendar date, written `"2027-05-03"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Date);

impl FromStr for Day {
    type Err = HoursError;
    fn from_str(text: &str) -> Result<Self, HoursError> {
        let refused = || HoursError::Date(text.to_owned());
        let (year, rest) = text.split_once('-').ok_or_else(refused)?;
        let year = digits(year, 4).ok_or_else(refused)?;
        let (month, day) = month_and_day(rest).ok_or_else(refused)?;
        Date::new(year, month, day).map(Self).map_err(|_| refused())
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

fn digits<N: FromStr>(text: &str, length: usize) -> Option<N> {
    (text.len() == length && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

fn month_and_day(text: &str) -> Option<(i8, i8)> {
    let (month, day) = text.split_once('-')?;
    Some((digits(month, 2)?, digits(day, 2)?))
}

macro_rules! as_text {
    ($($name:ty),+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                String::deserialize(d)?.parse().map_err(D::Error::custom)
            }
        }
    )+};
}

as_text!(Period, Day);

/// A day off that has a name: `{date: "01-01", name: …}` every year, `{easter: 1, name: …}` in days
/// after Western Easter Sunday (negative: before), `{date: "2027-05-03", name: …}` once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "HolidayFile", into = "HolidayFile")]
pub struct Holiday {
    pub rule: HolidayRule,
    pub name: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HolidayRule {
    /// Every year; 29 February only in leap years.
    Yearly {
        month: i8,
        day: i8,
    },
    /// Days after Western Easter Sunday, -180 to 180.
    Easter {
        offset_days: i16,
    },
    Once(Day),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct HolidayFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    easter: Option<i16>,
    #[serde(default)]
    name: String,
}

impl TryFrom<HolidayFile> for Holiday {
    type Error = HoursError;
    fn try_from(file: HolidayFile) -> Result<Self, HoursError> {
        let rule = match (file.date, file.easter) {
            (Some(date), None) => date_rule(&date)?,
            (None, Some(offset_days)) if (-180..=180).contains(&offset_days) => {
                HolidayRule::Easter { offset_days }
            }
            (None, Some(offset)) => return Err(HoursError::EasterOffset(offset)),
            (None, None) | (Some(_), Some(_)) => return Err(HoursError::Holiday(file.name)),
        };
        Ok(Self { rule, name: file.name })
    }
}

fn date_rule(text: &str) -> Result<HolidayRule, HoursError> {
    // A leap year, so that 29 February is accepted.
    if let Some((month, day)) = month_and_day(text)
        && Date::new(2000, month, day).is_ok()
    {
        return Ok(HolidayRule::Yearly { month, day });
    }
    text.parse().map(HolidayRule::Once)
}

impl From<Holiday> for HolidayFile {
    fn from(holiday: Holiday) -> Self {
        let name = holiday.name;
        match holiday.rule {
            HolidayRule::Yearly { month, day } => {
                Self { date: Some(format!("{month:02}-{day:02}")), easter: None, name }
            }
            HolidayRule::Easter { offset_days } => {
                Self { date: None, easter: Some(offset_days), name }
            }
            HolidayRule::Once(day) => Self { date: Some(day.to_string()), easter: None, name },
        }
    }
}

/// Closed from one date to another, both included.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closure {
    pub from: Day,
    pub to: Day,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// Hours of one date, instead of what would hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    pub date: Day,
    pub periods: Vec<Period>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// What is wrong in an hours file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HoursError {
    Period(String),
    Date(String),
    Holiday(String),
    EasterOffset(i16),
}

impl fmt::Display for HoursError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Period(text) => {
                write!(f, "`{text}` is not a period such as 09:00-19:00")
            }
            Self::Date(text) => {
                write!(f, "`{text}` is not a date such as 2027-05-03, or 12-25 for every year")
            }
            Self::Holiday(name) => {
                write!(f, "holiday `{name}` needs either `date` or `easter`")
            }
            Self::EasterOffset(offset) => {
                write!(f, "{offset} days from Easter is too far: -180 to 180")
            }
        }
    }
}

impl std::error::Error for HoursError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(text: &str) -> Period {
        text.parse().unwrap()
    }

    #[test]
    fn a_period_is_read_in_minutes_after_midnight() {
        let p = period("09:00-19:00");
        assert_eq!((p.start_minute(), p.end_minute()), (540, 1140));
        assert_eq!(period("9:05 – 12:30").to_string(), "09:05-12:30");
        assert_eq!(period("00:00-24:00"), Period::WHOLE_DAY);
    }

    #[test]
    fn an_end_before_the_start_is_on_the_next_day() {
        let p = period("22:00-02:00");
        assert_eq!((p.start_minute(), p.end_minute()), (1320, 1560));
        assert_eq!(p.to_string(), "22:00-02:00");
        assert_eq!(period("22:00-00:00").end_minute(), 1440);
        assert_eq!(period("22:00-00:00"), period("22:00-24:00"));
    }

    #[test]
    fn a_bad_period_is_refused() {
        for text in [
            "",
            "-",
            "09:00",
            "9-19",
            "09:00-09:00",
            "24:00-02:00",
            "09:00-24:01",
            "09:00-25:00",
            "09:60-10:00",
            "09:00-19:00-20:00",
            "+9:00-10:00",
            "009:00-10:00",
            "09:0-10:00",
            "9h00-10h00",
        ] {
            assert!(text.parse::<Period>().is_err(), "{text:?} was accepted");
        }
    }

    #[test]
    fn a_bad_date_is_refused() {
        for text in ["", "2027", "2027-13-01", "2027-02-29", "27-01-01", "2027-1-1", "2027-01-01T"]
        {
            assert!(text.parse::<Day>().is_err(), "{text:?} was accepted");
        }
        assert_eq!("2028-02-29".parse::<Day>().unwrap().to_string(), "2028-02-29");
    }

    #[test]
    fn the_file_form_survives_a_round_trip() {
        let text = r#"{"weekly":{"monday":["09:00-12:00","13:30-19:00"],"saturday":["22:00-02:00"]},
            "holidays":[{"date":"01-01","name":"New Year"},{"easter":-2,"name":"Good Friday"},
            {"date":"02-29","name":"Leap day"},{"date":"2027-05-03","name":"Moving"}],
            "closures":[{"from":"2027-08-01","to":"2027-08-15"}],
            "exceptions":[{"date":"2027-12-24","periods":["09:00-12:00"],"name":"Christmas Eve"}]}"#;
        let hours: Hours = serde_json::from_str(text).unwrap();
        assert_eq!(hours.holidays[1].rule, HolidayRule::Easter { offset_days: -2 });
        assert_eq!(hours.holidays[2].rule, HolidayRule::Yearly { month: 2, day: 29 });
        let again = serde_json::to_string(&hours).unwrap();
        assert_eq!(serde_json::from_str::<Hours>(&again).unwrap(), hours);
    }

    #[test]
    fn typing_errors_in_the_file_are_refused() {
        for text in [
            r"{}",
            r#"{"weekly":{"lundi":[]}}"#,
            r#"{"weekly":{},"holiday":[]}"#,
            r#"{"weekly":{"monday":["09:00"]}}"#,
            r#"{"weekly":{},"holidays":[{"name":"nothing"}]}"#,
            r#"{"weekly":{},"holidays":[{"date":"02-30"}]}"#,
            r#"{"weekly":{},"holidays":[{"date":"13-01"}]}"#,
            r#"{"weekly":{},"holidays":[{"date":"01-01","easter":1}]}"#,
            r#"{"weekly":{},"holidays":[{"easter":400}]}"#,
            r#"{"weekly":{},"holidays":[{"easter":1,"offset":1}]}"#,
            r#"{"weekly":{},"closures":[{"from":"2027-08-01"}]}"#,
        ] {
            assert!(serde_json::from_str::<Hours>(text).is_err(), "{text} was accepted");
        }
    }
}
