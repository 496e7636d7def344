//! An agent ends a conversation: at once, or some seconds later, so that it can be taken back. A
//! conversation is never opened again; what waits is the end itself, and the rating question with it.

use super::command::Closing;
use super::event::{AgentRef, Author, Event};
use super::state::{Ending, Owner};
use super::survey::wants_rating;
use super::turn::Turn;
use crate::time::Span;

/// Longest time what an agent did waits to be taken back.
pub(super) const LONGEST_UNDO: Span = Span::secs(10);

impl Turn<'_> {
    pub(super) fn resolve(&mut self, agent: &AgentRef, reason: Option<Closing>, undo: Span) {
        if undo <= Span::ZERO {
            self.resolve_now(agent, reason);
            return;
        }
        // Said twice: the first one counts.
        let is_same = |ending: &&Ending| ending.by.key == agent.key && ending.reason == reason;
        if let Some(ending) = self.state.ending.as_ref().filter(is_same) {
            if ending.until <= self.ctx.now {
                self.end();
            }
            return;
        }
        // A queue that moves on meanwhile would take the end away.
        if matches!(self.state.owner, Owner::Queue { .. }) {
            self.take(agent);
        }
        let until = self.ctx.now + undo.min(LONGEST_UNDO);
        self.emit(Event::EndPlanned { by: agent.clone(), until, reason });
    }

    /// Its time came, and nobody took it back.
    pub(super) fn end(&mut self) {
        if let Some(Ending { by, reason, .. }) = self.state.ending.clone() {
            self.resolve_now(&by, reason);
        }
    }

    /// Whoever writes on has not ended it.
    pub(super) fn keep_open(&mut self, by: Option<&AgentRef>) {
        if self.state.ending.is_some() {
            self.emit(Event::EndTakenBack { by: by.cloned() });
        }
    }

    fn resolve_now(&mut self, agent: &AgentRef, reason: Option<Closing>) {
        let may_ask = !self.state.is_restricted;
        let question = self.survey().filter(|_| may_ask && wants_rating(reason));
        let asks_rating = question.is_some();
        let by = Some(agent.clone());
        self.emit(Event::Resolved { by, abandoned: false, asks_rating, reason });
        if let Some((key, content)) = question {
            self.bubble(key, Author::System, content);
        }
    }
}
