//! How fast a number may speak: the dispatcher asks before it claims a row (R9).

use relais_core::time::{Span, Timestamp};

/// Rates of a provider's number, to everybody and to each person.
pub trait Pacer: std::fmt::Debug + Send + Sync {
    /// Takes a turn for one message now, or says when to ask again; then nothing is taken.
    fn take(&self, now: Timestamp, number: &str, person: &str) -> Result<(), Timestamp>;

    /// The provider has the message.
    fn accepted(&self, number: &str, person: &str);

    /// The provider said "not now": says when to try again. `code` is the provider's own.
    fn refused(
        &self,
        now: Timestamp,
        number: &str,
        person: &str,
        code: Option<i64>,
        wait: Span,
    ) -> Timestamp;
}

/// No limits: an in-memory channel.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unpaced;

impl Pacer for Unpaced {
    fn take(&self, _: Timestamp, _: &str, _: &str) -> Result<(), Timestamp> {
        Ok(())
    }

    fn accepted(&self, _: &str, _: &str) {}

    fn refused(&self, now: Timestamp, _: &str, _: &str, _: Option<i64>, wait: Span) -> Timestamp {
        now + wait
    }
}
