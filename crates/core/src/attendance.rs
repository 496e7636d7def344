//! Whether an agent is there now, beside what they said: away by themselves once nobody was seen at
//! any of their devices for a time, and busy with the last conversation for a moment after its end.

use crate::routing::Availability;
use crate::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

/// Clocks of two machines differ by less. A sign from further ahead was given before the clock was
/// put back, and says nothing of now.
const SKEW: Span = Span::minutes(1);

/// How a workspace takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attendance {
    /// Minutes without a sign of an agent after which they are away; 0: never. At most a day.
    #[serde(default = "quarter")]
    pub away_after_minutes: u32,
    /// Seconds after an agent resolved a conversation in which they are given nothing; 0: none. At
    /// most an hour.
    #[serde(default)]
    pub wrap_up_seconds: u32,
}

impl Default for Attendance {
    fn default() -> Self {
        Self { away_after_minutes: quarter(), wrap_up_seconds: 0 }
    }
}

fn quarter() -> u32 {
    15
}

/// What is known of an agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs {
    /// What they, or somebody for them, said last.
    pub said: Availability,
    /// Their last sign on any device; whoever never gave one is taken at their word.
    pub seen_at: Option<Timestamp>,
    /// A phone of theirs can be woken.
    pub has_phone: bool,
    /// When they last resolved a conversation.
    pub resolved_at: Option<Timestamp>,
}

impl Attendance {
    pub const MOST_MINUTES: u32 = 24 * 60;
    pub const MOST_SECONDS: u32 = 60 * 60;

    /// Left out of files.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// How available somebody is now. Only who said to be available can be less so by themselves:
    /// whatever else was said stays.
    pub fn availability(&self, signs: &Signs, now: Timestamp) -> Availability {
        if signs.said != Availability::Available {
            return signs.said;
        }
        if self.is_gone(signs, now) {
            Availability::Away
        } else if self.wraps_up_until(signs, now).is_some() {
            Availability::WrapUp
        } else {
            Availability::Available
        }
    }

    /// Until when somebody wraps up, if they do now.
    pub fn wraps_up_until(&self, signs: &Signs, now: Timestamp) -> Option<Timestamp> {
        let at = signs.resolved_at?;
        let until = at + Span::secs(i64::from(self.wrap_up_seconds));
        (at - SKEW <= now && now < until).then_some(until)
    }

    fn is_gone(&self, signs: &Signs, now: Timestamp) -> bool {
        let Some(seen_at) = signs.seen_at.filter(|_| !signs.has_phone) else { return false };
        let longest = Span::minutes(i64::from(self.away_after_minutes));
        self.away_after_minutes > 0 && (now >= seen_at + longest || now < seen_at - SKEW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(1_800_000_000 + secs)
    }

    fn signs(seen: Option<i64>) -> Signs {
        Signs { said: Availability::Available, seen_at: seen.map(at), ..Signs::default() }
    }

    const MINUTE: i64 = 60;

    #[test]
    fn whoever_gives_no_sign_for_so_long_is_away_and_back_with_the_next() {
        let rules = Attendance::default();
        let of = |seen, now| rules.availability(&signs(seen), at(now));
        assert_eq!(of(Some(0), 15 * MINUTE - 1), Availability::Available);
        assert_eq!(of(Some(0), 15 * MINUTE), Availability::Away);
        assert_eq!(of(Some(15 * MINUTE), 15 * MINUTE), Availability::Available);
        assert_eq!(of(None, 15 * MINUTE), Availability::Available, "never seen: as they said");
        let never = Attendance { away_after_minutes: 0, ..rules };
        assert_eq!(never.availability(&signs(Some(0)), at(1 << 30)), Availability::Available);
    }

    #[test]
    fn what_was_said_by_hand_stays() {
        let rules = Attendance { wrap_up_seconds: 60, ..Attendance::default() };
        for said in [Availability::Busy, Availability::Away, Availability::Offline] {
            let one = Signs { said, resolved_at: Some(at(0)), ..signs(Some(0)) };
            assert_eq!(rules.availability(&one, at(1)), said);
            assert_eq!(rules.availability(&one, at(1 << 20)), said);
        }
    }

    #[test]
    fn a_phone_that_can_be_woken_counts_as_being_there() {
        let phone = Signs { has_phone: true, ..signs(Some(0)) };
        let rules = Attendance::default();
        assert_eq!(rules.availability(&phone, at(1 << 20)), Availability::Available);
    }

    #[test]
    fn wrapping_up_ends_by_itself_and_is_off_by_default() {
        let resolved = Signs { resolved_at: Some(at(0)), ..signs(Some(0)) };
        assert_eq!(Attendance::default().wraps_up_until(&resolved, at(0)), None);
        let rules = Attendance { wrap_up_seconds: 90, ..Attendance::default() };
        assert_eq!(rules.availability(&resolved, at(0)), Availability::WrapUp);
        assert_eq!(rules.wraps_up_until(&resolved, at(89)), Some(at(90)));
        assert_eq!(rules.availability(&resolved, at(90)), Availability::Available);
        let gone = Signs { seen_at: Some(at(-20 * MINUTE)), ..resolved };
        assert_eq!(rules.availability(&gone, at(1)), Availability::Away, "gone counts more");
    }

    #[test]
    fn a_clock_that_was_put_back_holds_nobody() {
        let rules = Attendance { wrap_up_seconds: 90, ..Attendance::default() };
        let ahead = Signs { resolved_at: Some(at(3_600)), ..signs(Some(3_600)) };
        assert_eq!(rules.wraps_up_until(&ahead, at(0)), None);
        assert_eq!(rules.availability(&ahead, at(0)), Availability::Away, "until they are seen");
        // Another node is a little ahead.
        let skewed = Signs { resolved_at: Some(at(30)), ..signs(Some(30)) };
        assert_eq!(rules.wraps_up_until(&skewed, at(0)), Some(at(120)));
        assert_eq!(rules.availability(&skewed, at(0)), Availability::WrapUp);
    }
}
