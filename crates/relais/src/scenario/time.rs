//! Moments and spans as scenarios write them.

use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

/// `90s`, `10m`, `1h30m`, `2d`, `3.9s`: milliseconds.
pub fn span_ms(text: &str) -> Result<i64, String> {
    let refused = || format!("`{text}` is not a span such as 90s, 10m, 1h30m or 2d");
    let mut rest = text.trim();
    let mut total = 0.0_f64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').ok_or_else(refused)?;
        let number: f64 = rest[..digits].parse().map_err(|_| refused())?;
        let unit = &rest[digits..];
        let (ms, length) = match unit.as_bytes() {
            [b'm', b's', ..] => (1.0, 2),
            [b's', ..] => (1_000.0, 1),
            [b'm', ..] => (60_000.0, 1),
            [b'h', ..] => (3_600_000.0, 1),
            [b'd', ..] => (86_400_000.0, 1),
            _ => return Err(refused()),
        };
        total += number * ms;
        rest = &unit[length..];
    }
    if total <= 0.0 {
        return Err(refused());
    }
    Ok(total.round() as i64)
}

/// A moment: RFC 3339, a local date and time, or the next time of day after `now`.
pub fn moment(text: &str, zone: &TimeZone, now: Option<Timestamp>) -> Result<Timestamp, String> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let refused = |_| format!("`{text}` is not a moment such as 19:00 or 2027-03-01 19:00");
    if let Some(now) = now
        && let Ok(time) = text.parse::<Time>()
        && !text.contains('-')
    {
        let today = zone.to_datetime(now).date();
        let on = |date: jiff::civil::Date| zone.to_timestamp(date.to_datetime(time));
        let first = on(today).map_err(refused)?;
        if first >= now {
            return Ok(first);
        }
        return on(today.tomorrow().map_err(refused)?).map_err(refused);
    }
    let local: DateTime = text.parse().map_err(refused)?;
    zone.to_timestamp(local).map_err(refused)
}

/// Later by so many milliseconds.
pub fn later(at: Timestamp, ms: i64) -> Timestamp {
    at.checked_add(Span::new().milliseconds(ms)).unwrap_or(at)
}

/// Time of day on the wall, for reports.
pub fn clock(at: &str, zone: &TimeZone) -> String {
    at.parse::<Timestamp>().map_or_else(
        |_| at.to_owned(),
        |at| zone.to_datetime(at).strftime("%d %b %H:%M:%S").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_add_up() {
        assert_eq!(span_ms("1h30m"), Ok(5_400_000));
        assert_eq!(span_ms("3.9s"), Ok(3_900));
        assert_eq!(span_ms("250ms"), Ok(250));
        assert!(span_ms("10").is_err() && span_ms("").is_err() && span_ms("1w").is_err());
    }

    #[test]
    fn moments_are_local_or_absolute() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let at = moment("2027-07-01 10:00", &zone, None).unwrap();
        assert_eq!(at.to_string(), "2027-07-01T08:00:00Z");
        assert_eq!(moment("2027-07-01T10:00:00+02:00", &zone, None), Ok(at));
        let next = |text| moment(text, &zone, Some(at)).unwrap().to_string();
        assert_eq!(next("19:00"), "2027-07-01T17:00:00Z");
        assert_eq!(next("09:00"), "2027-07-02T07:00:00Z");
        assert!(moment("soon", &zone, Some(at)).is_err());
    }
}
