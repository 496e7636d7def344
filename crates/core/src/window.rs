//! The session window: how long free-form messages may be sent after the customer's last one.
//!
//! `now` is the time of the log, which never goes back: a wall clock set back must not open a
//! window again.

use crate::broken::is_missing;
use crate::time::{Span, Timestamp};

/// What the provider grants after the customer's last message.
pub const PROVIDER_WINDOW: Span = Span::hours(24);

/// Held back, so that no message dispatched at the last moment arrives too late.
pub const MARGIN: Span = Span::secs(60);

/// The time to keep for a provider's timestamp: one from the future counts as now. Apply it when
/// a message comes in, before the time is stored.
pub fn clamp(sent_at: Timestamp, now: Timestamp) -> Timestamp {
    if is_missing("R15") { sent_at } else { sent_at.min(now) }
}

/// First instant at which a free-form message is refused: last inbound + 24 h − 60 s. `None` when
/// the customer never wrote.
pub fn closes_at(last_inbound: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    last_inbound.map(|at| clamp(at, now) + PROVIDER_WINDOW - MARGIN)
}

/// A free-form message may be dispatched now.
pub fn is_open(last_inbound: Option<Timestamp>, now: Timestamp) -> bool {
    closes_at(last_inbound, now).is_some_and(|closing| now < closing)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_window_closes_sixty_seconds_early_to_the_microsecond() {
        let last = at("2027-05-03T10:00:00Z");
        let closing = at("2027-05-04T09:59:00Z");
        assert_eq!(closes_at(Some(last), last), Some(closing));
        assert!(is_open(Some(last), last));
        assert!(is_open(Some(last), closing - Span::micros(1)));
        assert!(!is_open(Some(last), closing));
        assert!(!is_open(Some(last), closing + Span::hours(48)));
    }

    #[test]
    fn a_customer_who_never_wrote_has_no_window() {
        let now = at("2027-05-03T10:00:00Z");
        assert!(!is_open(None, now));
        assert_eq!(closes_at(None, now), None);
    }

    #[test]
    fn a_timestamp_from_the_future_gains_nothing() {
        let now = at("2027-05-03T10:00:00Z");
        let stored = clamp(now + Span::hours(2), now);
        assert_eq!(stored, now);
        assert!(!is_open(Some(stored), at("2027-05-04T09:59:00Z")));
        assert_eq!(closes_at(Some(now + Span::hours(2)), now), closes_at(Some(now), now));
        assert_eq!(clamp(now - Span::hours(2), now), now - Span::hours(2));
    }

    #[test]
    fn a_clock_change_does_not_move_the_window() {
        // Paris goes from 25 hours to 24 hours of wall time between these two.
        let last = at("2027-10-30T12:00:00+02:00");
        assert!(is_open(Some(last), at("2027-10-31T10:58:59+01:00")));
        assert!(!is_open(Some(last), at("2027-10-31T10:59:00+01:00")));
    }

    #[test]
    fn the_ends_of_time_do_not_overflow() {
        let end = Timestamp::from_micros(i64::MAX);
        assert!(!is_open(Some(Timestamp::from_micros(i64::MIN)), end));
        assert_eq!(closes_at(Some(end), end), Some(end - MARGIN));
    }
}
