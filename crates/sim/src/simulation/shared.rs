//! What outlives a crash of the process: the clock on the wall, the provider with its post, the
//! faults of the moment, and the witness.

use super::provider::Post;
use super::script::Weather;
use super::witness::Witness;
use parking_lot::Mutex;
use relais_app::clock::Clock;
use relais_app::dice::Dice;
use relais_core::time::{Span, Timestamp};

/// The wall clock of the machine: true time, and by how much it is wrong.
#[derive(Debug)]
pub(super) struct SimClock(Mutex<(Timestamp, Span)>);

impl SimClock {
    pub(super) fn new(at: Timestamp) -> Self {
        Self(Mutex::new((at, Span::ZERO)))
    }

    pub(super) fn truth(&self) -> Timestamp {
        self.0.lock().0
    }

    pub(super) fn pass(&self, time: Span) {
        let mut clock = self.0.lock();
        clock.0 = clock.0 + time;
    }

    pub(super) fn set_wrong_by(&self, error: Span) {
        self.0.lock().1 = error;
    }
}

impl Clock for SimClock {
    fn now(&self) -> Timestamp {
        let (truth, error) = *self.0.lock();
        truth + error
    }
}

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) clock: SimClock,
    pub(super) dice: Mutex<Dice>,
    pub(super) weather: Mutex<Weather>,
    pub(super) post: Mutex<Post>,
    witness: Mutex<Witness>,
}

impl Shared {
    pub(super) fn new(at: Timestamp, witness: Witness) -> Self {
        Self {
            clock: SimClock::new(at),
            dice: Mutex::new(Dice::new(0)),
            weather: Mutex::new(Weather::default()),
            post: Mutex::new(Post::default()),
            witness: Mutex::new(witness),
        }
    }

    /// The witness looks at something that happened, by the machine's clock.
    pub(super) fn witness<T>(&self, look: impl FnOnce(&mut Witness, Timestamp) -> T) -> T {
        let now = self.clock.now();
        look(&mut self.witness.lock(), now)
    }

    pub(super) fn violated(&self, guard: &'static str, what: String) {
        self.witness.lock().violated(guard, what);
    }

    pub(super) fn percent(&self, share: u8) -> bool {
        share > 0 && self.dice.lock().percent(share)
    }

    pub(super) fn below(&self, end: usize) -> usize {
        self.dice.lock().below(end)
    }

    pub(super) fn store_fails(&self) -> bool {
        let share = self.weather.lock().store;
        self.percent(share)
    }

    pub(super) fn answer_is_lost(&self) -> bool {
        let share = self.weather.lock().lost;
        self.percent(share)
    }
}
