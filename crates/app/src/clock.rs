//! Time and chance from outside. The sandbox turns the clock by hand.

use parking_lot::Mutex;
use rand::Rng as _;
use relais_core::time::Timestamp;
use uuid::Uuid;

/// Wall clock of a running application.
pub trait Clock: std::fmt::Debug + Send + Sync {
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let micros = since.map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(i64::MAX));
        Timestamp::from_micros(micros)
    }
}

/// A clock that moves only when told; it never goes back.
#[derive(Debug)]
pub struct VirtualClock(Mutex<Timestamp>);

impl VirtualClock {
    pub fn new(at: Timestamp) -> Self {
        Self(Mutex::new(at))
    }

    /// Moves on to an instant; an earlier one changes nothing.
    pub fn move_to(&self, at: Timestamp) {
        let mut now = self.0.lock();
        *now = (*now).max(at);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }
}

/// Source of random bytes.
pub trait Random: std::fmt::Debug + Send + Sync {
    fn fill(&self, bytes: &mut [u8]);

    /// A name nobody else has and nobody can guess.
    fn name(&self) -> Uuid {
        let mut bytes = [0; 16];
        self.fill(&mut bytes);
        uuid::Builder::from_random_bytes(bytes).into_uuid()
    }
}

/// The operating system's generator, through the thread's own.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}
