//! An engine that something is done to before it decides: it panics at what it cannot bear.

use relais_app::service::Machine;
use relais_core::conversation::{self, Command, Context, Decision, Opening, Refusal, State};
use std::fmt;

/// The engine itself, after `before` has seen the state (none yet where a conversation opens) and
/// the command.
pub struct Before<F>(pub F);

impl<F> fmt::Debug for Before<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Before")
    }
}

impl<F: Fn(Option<&State>, &Command) + Send + Sync> Machine for Before<F> {
    fn open(
        &self,
        opening: &Opening,
        command: &Command,
        context: &Context<'_>,
    ) -> Result<Decision, Refusal> {
        (self.0)(None, command);
        conversation::open(opening, command, context)
    }

    fn decide(
        &self,
        state: &State,
        command: &Command,
        context: &Context<'_>,
    ) -> Result<Decision, Refusal> {
        (self.0)(Some(state), command);
        conversation::decide(state, command, context)
    }
}
