//! The conversation machine: `decide` says what a command leads to, `evolve` what an event changes.

pub mod command;
mod decide;
mod escalate;
pub mod event;
pub mod state;
mod turn;

pub use command::{Act, Command, Outcome, Refusal};
pub use decide::{Opening, decide, next_due, open};
pub use event::Event;
pub use state::{State, evolve, fold};
pub use turn::{Ai, Context, Decision};
