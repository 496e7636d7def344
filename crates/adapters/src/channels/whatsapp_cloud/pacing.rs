//! How fast a number may speak, to everybody and to each person (R9). Pure: time is given.
//!
//! Both limits are kept as the instant at which the bucket would be full again, so that a bucket is
//! one number. A clock set back does not silence anybody: inside, time never goes back (R15).

use relais_core::broken::is_missing;
use relais_core::time::{Span, Timestamp};
use std::collections::BTreeMap;

/// Rates of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// Messages per second of the number: 80, or 1 000 after an upgrade, or 20 beside the phone app.
    pub per_second: u32,
    /// One message per this span and person.
    pub pair_interval: Span,
    /// Messages a person may get at once; repaid later. The provider tolerates 45.
    pub pair_burst: u32,
}

impl Default for Rates {
    fn default() -> Self {
        Self { per_second: 80, pair_interval: Span::secs(6), pair_burst: 20 }
    }
}

/// Most the provider lends in one burst.
const PAIR_BURST_LIMIT: u32 = 45;
/// Longest wait after repeated refusals.
const LONGEST_BACKOFF: Span = Span::minutes(5);

/// The state of all buckets of a process.
#[derive(Debug, Default)]
pub struct Pacer {
    rates: BTreeMap<String, Rates>,
    numbers: BTreeMap<String, Timestamp>,
    pairs: BTreeMap<(String, String), Pair>,
    sweep_at: usize,
    last: Timestamp,
    /// What the outer clock lost by being set back.
    lost: Span,
}

#[derive(Clone, Copy, Debug)]
struct Pair {
    full_at: Timestamp,
    /// Refusals in a row, and until when they forbid another try.
    refusals: u32,
    blocked_until: Timestamp,
}

impl Pacer {
    pub fn set_rates(&mut self, number: &str, rates: Rates) {
        self.rates.insert(number.to_owned(), rates);
    }

    fn rates(&self, number: &str) -> Rates {
        self.rates.get(number).copied().unwrap_or_default()
    }

    fn inner(&mut self, now: Timestamp) -> Timestamp {
        let inner = now + self.lost;
        if inner < self.last {
            self.lost = self.last.since(now);
        }
        self.last = now + self.lost;
        self.last
    }

    /// Takes a turn for one message now, or says when to ask again; then nothing is taken.
    pub fn take(&mut self, now: Timestamp, number: &str, person: &str) -> Result<(), Timestamp> {
        let now = self.inner(now);
        self.sweep(now);
        let rates = self.rates(number);
        let second = Bucket::per_second(rates.per_second);
        let pairwise = Bucket {
            interval: rates.pair_interval,
            burst: rates.pair_burst.clamp(1, PAIR_BURST_LIMIT),
        };
        let key = (number.to_owned(), person.to_owned());
        let pair = self.pairs.get(&key).copied().unwrap_or(Pair::idle(now));
        let is_paced = !is_missing("R9");
        let pair_full = if is_paced { pairwise.after(now, pair.full_at) } else { now };
        let number_full = second.after(now, self.numbers.get(number).copied().unwrap_or(now));
        let wait = [pairwise.ready_at(pair_full), second.ready_at(number_full), pair.blocked_until];
        if let Some(until) = wait.into_iter().filter(|at| *at > now).max() {
            return Err(until - self.lost);
        }
        self.numbers.insert(number.to_owned(), number_full);
        self.pairs.insert(key, Pair { full_at: pair_full, ..pair });
        Ok(())
    }

    /// The provider said "too many to this person" (131056): wait 4ⁿ seconds. Says until when.
    pub fn pair_refused(&mut self, now: Timestamp, number: &str, person: &str) -> Timestamp {
        let now = self.inner(now);
        let key = (number.to_owned(), person.to_owned());
        let pair = self.pairs.entry(key).or_insert(Pair::idle(now));
        let secs = 4_i64.saturating_pow(pair.refusals.min(16));
        pair.refusals = pair.refusals.saturating_add(1);
        pair.blocked_until = now + Span::secs(secs).min(LONGEST_BACKOFF);
        pair.blocked_until - self.lost
    }

    /// The provider said "too fast" for the whole number: the other persons of it wait too.
    pub fn number_refused(&mut self, now: Timestamp, number: &str, wait: Span) {
        let now = self.inner(now);
        let burst = Bucket::per_second(self.rates(number).per_second);
        let full = now + wait.min(LONGEST_BACKOFF) + burst.capacity();
        let at = self.numbers.entry(number.to_owned()).or_insert(now);
        *at = (*at).max(full);
    }

    /// A message was accepted: refusals are forgotten.
    pub fn accepted(&mut self, number: &str, person: &str) {
        let key = (number.to_owned(), person.to_owned());
        if let Some(pair) = self.pairs.get_mut(&key) {
            pair.refusals = 0;
        }
    }

    /// Forgets full buckets once the map doubled, so that memory follows the active persons.
    fn sweep(&mut self, now: Timestamp) {
        if self.pairs.len() < self.sweep_at.max(1_024) {
            return;
        }
        // A refusal is remembered for a while after its wait, or the backoff would never grow.
        self.pairs.retain(|_, pair| {
            let refusing = pair.refusals > 0 && pair.blocked_until + LONGEST_BACKOFF > now;
            pair.full_at > now || refusing
        });
        self.sweep_at = self.pairs.len() * 2;
    }
}

impl Pair {
    fn idle(now: Timestamp) -> Self {
        Self { full_at: now, refusals: 0, blocked_until: now }
    }
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    interval: Span,
    burst: u32,
}

impl Bucket {
    /// A tenth of a second's worth at once, so that a second never carries much more than the rate.
    fn per_second(rate: u32) -> Self {
        let rate = rate.max(1);
        Self { interval: Span::micros(1_000_000 / i64::from(rate)), burst: (rate / 10).max(1) }
    }

    fn capacity(self) -> Span {
        Span::micros(self.interval.as_micros().saturating_mul(i64::from(self.burst)))
    }

    /// When the bucket will be full again after one more message now.
    fn after(self, now: Timestamp, full_at: Timestamp) -> Timestamp {
        full_at.max(now) + self.interval
    }

    /// When a message that leaves the bucket in that state may go.
    fn ready_at(self, full_at_after: Timestamp) -> Timestamp {
        full_at_after - self.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const T0: i64 = 1_795_338_000;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_secs(T0) + Span::millis(millis)
    }

    /// Sends as fast as allowed until `end`; the instants of the sends.
    fn run(pacer: &mut Pacer, number: &str, person: &str, end: i64) -> Vec<Timestamp> {
        let (mut now, mut sent) = (at(0), Vec::new());
        while now < at(end) {
            match pacer.take(now, number, person) {
                Ok(()) => sent.push(now),
                Err(later) => {
                    assert!(later > now, "no progress");
                    now = later;
                }
            }
        }
        sent
    }

    #[test]
    fn a_pair_gets_its_burst_then_one_message_in_six_seconds() {
        let mut pacer = Pacer::default();
        pacer.set_rates("n", Rates { per_second: 1_000, ..Rates::default() });
        let sent = run(&mut pacer, "n", "p", 600_000);
        let first_second = sent.iter().filter(|t| **t < at(1_000)).count();
        assert_eq!(first_second, 20);
        assert_eq!(sent.len(), 20 + 99);
    }

    #[test]
    fn a_burst_is_never_above_what_the_provider_lends() {
        let mut pacer = Pacer::default();
        pacer.set_rates("n", Rates { pair_burst: 500, per_second: 1_000, ..Rates::default() });
        assert_eq!(run(&mut pacer, "n", "p", 5_999).len(), 45);
    }

    #[test]
    fn a_number_keeps_its_rate_over_all_persons() {
        let mut pacer = Pacer::default();
        let (mut now, mut count) = (at(0), 0);
        while now < at(10_000) {
            match pacer.take(now, "n", &format!("p{count}")) {
                Ok(()) => count += 1,
                Err(later) => now = later,
            }
        }
        assert!((800..=808).contains(&count), "{count}");
    }

    #[test]
    fn a_throttled_person_delays_nobody_else() {
        let mut pacer = Pacer::default();
        while pacer.take(at(0), "n", "busy").is_ok() || pacer.take(at(500), "n", "busy").is_ok() {}
        assert!(pacer.take(at(600), "n", "busy").is_err());
        assert_eq!(pacer.take(at(600), "n", "other"), Ok(()));
    }

    #[test]
    fn a_refused_turn_takes_nothing() {
        let mut pacer = Pacer::default();
        run(&mut pacer, "n", "p", 1_000);
        let first = pacer.take(at(2_000), "n", "p").unwrap_err();
        for _ in 0..100 {
            assert_eq!(pacer.take(at(2_000), "n", "p"), Err(first));
        }
        assert_eq!(pacer.take(first, "n", "p"), Ok(()));
    }

    #[test]
    fn refusals_back_off_by_powers_of_four_and_success_forgets_them() {
        let mut pacer = Pacer::default();
        let waits: Vec<i64> = (0..6)
            .map(|_| pacer.pair_refused(at(0), "n", "p").since(at(0)).as_micros() / 1_000_000)
            .collect();
        assert_eq!(waits, [1, 4, 16, 64, 256, 300]);
        assert!(pacer.take(at(299_000), "n", "p").is_err());
        assert_eq!(pacer.take(at(300_000), "n", "p"), Ok(()));
        pacer.accepted("n", "p");
        assert_eq!(pacer.pair_refused(at(300_000), "n", "p"), at(301_000));
    }

    #[test]
    fn a_refused_number_waits_as_a_whole() {
        let mut pacer = Pacer::default();
        pacer.number_refused(at(0), "n", Span::secs(3));
        let later = pacer.take(at(0), "n", "p").unwrap_err();
        assert!(later >= at(3_000) && later <= at(3_200), "{later}");
        assert_eq!(pacer.take(at(0), "m", "p"), Ok(()));
    }

    #[test]
    fn a_clock_set_back_two_hours_does_not_silence_a_number() {
        let mut pacer = Pacer::default();
        run(&mut pacer, "n", "p", 60_000);
        pacer.pair_refused(at(60_000), "n", "q");
        let back = at(-7_200_000);
        assert_eq!(pacer.take(back, "n", "someone new"), Ok(()));
        let until = pacer.take(back, "n", "q").unwrap_err();
        assert_eq!(until.since(back), Span::secs(1));
        assert_eq!(pacer.take(until, "n", "q"), Ok(()));
    }

    #[test]
    fn memory_follows_the_active_persons() {
        let mut pacer = Pacer::default();
        pacer.set_rates("n", Rates { per_second: 1_000, ..Rates::default() });
        for n in 0..20_000 {
            let _ = pacer.take(at(n * 10), "n", &format!("p{n}"));
        }
        assert!(pacer.pairs.len() < 3_000, "{}", pacer.pairs.len());
    }
}
