//! A wall clock that does what wall clocks do: it can be set, also back.

use parking_lot::Mutex;
use relais_app::clock::Clock;
use relais_core::time::Timestamp;

#[derive(Debug)]
pub struct HandClock(Mutex<Timestamp>);

impl HandClock {
    pub fn new(at: Timestamp) -> Self {
        Self(Mutex::new(at))
    }

    pub fn set(&self, at: Timestamp) {
        *self.0.lock() = at;
    }
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }
}
