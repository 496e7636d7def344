//! The pacing of all numbers of a process behind the port the dispatcher asks.

use super::whatsapp_cloud::pacing::{Pacer, Rates};
use parking_lot::Mutex;
use relais_app::pace;
use relais_core::time::{Span, Timestamp};

/// "Too many to this person."
const PAIR: i64 = 131_056;

/// One pacer for every number; numbers of the simulator have rates that never bind.
#[derive(Debug, Default)]
pub struct Pacing(Mutex<Pacer>);

impl Pacing {
    pub fn set_rates(&self, number: &str, rates: Rates) {
        self.0.lock().set_rates(number, rates);
    }

    /// For a number that is in nobody's network.
    pub fn unbound(&self, number: &str) {
        let rates = Rates { per_second: 10_000, pair_interval: Span::millis(1), pair_burst: 45 };
        self.set_rates(number, rates);
    }
}

impl pace::Pacer for Pacing {
    fn take(&self, now: Timestamp, number: &str, person: &str) -> Result<(), Timestamp> {
        self.0.lock().take(now, number, person)
    }

    fn accepted(&self, number: &str, person: &str) {
        self.0.lock().accepted(number, person);
    }

    fn refused(
        &self,
        now: Timestamp,
        number: &str,
        person: &str,
        code: Option<i64>,
        wait: Span,
    ) -> Timestamp {
        let mut pacer = self.0.lock();
        if code == Some(PAIR) {
            return pacer.pair_refused(now, number, person).max(now + wait);
        }
        pacer.number_refused(now, number, wait);
        now + wait
    }
}
