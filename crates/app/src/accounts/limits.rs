//! Token buckets that bound guessing. A guess is paid for before it is checked, so that a thousand
//! at once are bounded as well as a thousand in a row (S10).

use parking_lot::Mutex;
use relais_core::broken::is_missing;
use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How many at once, and how fast more come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limit {
    pub kind: &'static str,
    pub burst: f64,
    pub per_second: f64,
}

/// Per network address: an office behind one address may mistype now and then.
pub(super) const ADDRESS: Limit = Limit { kind: "address", burst: 20.0, per_second: 1.0 / 6.0 };
/// Per account.
pub(super) const ACCOUNT: Limit = Limit { kind: "account", burst: 6.0, per_second: 1.0 / 20.0 };

/// Keys remembered; beyond, the ones that are full again are forgotten.
const MOST: usize = 20_000;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    level: f64,
    at: Instant,
    limit: Limit,
}

impl Bucket {
    fn refill(&mut self, now: Instant) {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.level = (self.level + passed * self.limit.per_second).min(self.limit.burst);
        self.at = self.at.max(now);
    }
}

/// All buckets.
#[derive(Debug, Default)]
pub struct Limits(Mutex<HashMap<(&'static str, String), Bucket>>);

impl Limits {
    /// Takes one from each bucket, or none at all: then the seconds to wait.
    pub fn take(&self, keys: &[(Limit, String)], now: Instant) -> Result<(), u64> {
        let mut buckets = self.0.lock();
        if buckets.len() + keys.len() > MOST {
            buckets.retain(|_, bucket| {
                bucket.refill(now);
                bucket.level < bucket.limit.burst
            });
            // Still full of keys that wait: somebody uses very many addresses.
            if buckets.len() + keys.len() > MOST {
                return Err(60);
            }
        }
        let mut wait = Duration::ZERO;
        for (limit, key) in keys {
            let bucket = buckets.entry((limit.kind, key.clone())).or_insert(Bucket {
                level: limit.burst,
                at: now,
                limit: *limit,
            });
            bucket.refill(now);
            if bucket.level < 1.0 {
                let missing = (1.0 - bucket.level) / limit.per_second;
                wait = wait.max(Duration::from_secs_f64(missing));
            }
        }
        if !wait.is_zero() && !is_missing("S10") {
            return Err(wait.as_secs().saturating_add(1));
        }
        for (limit, key) in keys {
            if let Some(bucket) = buckets.get_mut(&(limit.kind, key.clone())) {
                bucket.level -= 1.0;
            }
        }
        Ok(())
    }

    /// The attempt was good: it does not count.
    pub fn give_back(&self, limit: Limit, key: &str) {
        if let Some(bucket) = self.0.lock().get_mut(&(limit.kind, key.to_owned())) {
            bucket.level = (bucket.level + 1.0).min(limit.burst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: Limit = Limit { kind: "t", burst: 3.0, per_second: 0.5 };

    #[test]
    fn after_the_burst_one_waits_and_the_refusal_costs_nothing() {
        let limits = Limits::default();
        let start = Instant::now();
        let key = [(THREE, "a".to_owned())];
        for _ in 0..3 {
            assert_eq!(limits.take(&key, start), Ok(()));
        }
        for _ in 0..100 {
            assert_eq!(limits.take(&key, start), Err(3));
        }
        assert_eq!(limits.take(&key, start + Duration::from_secs(2)), Ok(()));
        assert!(limits.take(&key, start + Duration::from_secs(2)).is_err());
        assert_eq!(limits.take(&[(THREE, "b".to_owned())], start), Ok(()));
    }

    #[test]
    fn a_refusal_by_one_bucket_takes_nothing_from_the_other() {
        let limits = Limits::default();
        let now = Instant::now();
        let wide = Limit { kind: "wide", burst: 4.0, per_second: 0.5 };
        for _ in 0..3 {
            limits.take(&[(THREE, "x".to_owned())], now).unwrap();
        }
        for _ in 0..10 {
            let both = [(THREE, "x".to_owned()), (wide, "ip".to_owned())];
            assert!(limits.take(&both, now).is_err());
        }
        for _ in 0..4 {
            assert_eq!(limits.take(&[(wide, "ip".to_owned())], now), Ok(()));
        }
    }
}
