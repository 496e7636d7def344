//! The real program, started and stopped like in production.
#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

mod end_to_end;
mod kill;
mod load;
mod nlu;
mod program;
mod startup;
mod stop;
