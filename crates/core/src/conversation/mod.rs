//! The conversation machine: `decide` says what a command leads to, `evolve` what an event changes.

mod after_end;
mod agent;
mod burst;
mod circles;
pub mod command;
mod compose;
mod counsel;
mod decide;
mod desk;
mod effect;
mod ending;
mod escalate;
pub mod event;
mod failure;
mod form;
mod knowledge;
mod lane;
mod language;
mod lists;
mod node;
mod orders;
pub mod past;
mod payload;
mod perform;
mod queue;
mod reading;
mod receive;
mod rectify;
pub mod rules;
pub mod state;
pub mod survey;
#[cfg(test)]
mod tests;
mod tick;
mod turn;
mod walk;

pub use command::{Act, Command, Outcome, Refusal};
pub use compose::for_agents;
pub use decide::{Opening, decide, next_due, open};
pub use event::Event;
pub use state::{State, evolve, fold};
pub use turn::{Ai, Context, Decision};
