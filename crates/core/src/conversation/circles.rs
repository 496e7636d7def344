//! Talks that turn in circles: the same words in, or the same reply out. Ten such turns of the bot
//! in two minutes are the most; then people take over (R10). And no reply is sent three times
//! running.

use super::escalate::Order;
use super::event::Author;
use super::state::Said;
use super::turn::{Turn, fnv};
use crate::broken::is_missing;
use crate::message::Outbound;
use crate::time::Span;
use crate::trigger::Reason;

const WITHIN: Span = Span::minutes(2);
const MOST: usize = 10;
/// Turns remembered.
const KEPT: usize = 24;

impl Turn<'_> {
    /// Looks at what this turn is about to say; `heard` is what the customer said.
    pub(super) fn mind_circles(&mut self, heard: &str) {
        if !self.state.bot_active() {
            return;
        }
        let Some(text) = self.said() else { return };
        let heard = fnv(crate::understanding::text::fold(heard).bytes());
        let now = self.ctx.now;
        let mut recent: Vec<&Said> =
            self.bot.said.iter().filter(|s| now.since(s.at) <= WITHIN).collect();
        let this = Said { at: now, text, heard };
        recent.push(&this);
        if self.minds_circles() && stale(&recent) >= MOST {
            self.unsay();
            self.won("loop_guard");
            if !self.state.is_deferred() {
                self.escalate(Order::because(Reason::Failures));
            }
            return;
        }
        let mut this = this;
        if self.said_twice(text)
            && let Some(text) = self.break_repetition()
        {
            this.text = text;
        }
        self.bot.said.push(this);
        let surplus = self.bot.said.len().saturating_sub(KEPT);
        self.bot.said.drain(..surplus);
    }

    /// The last two turns said nothing but this.
    fn said_twice(&self, text: u64) -> bool {
        self.bot.said.iter().rev().take(2).filter(|s| s.text == text).count() == 2
    }

    /// Says goodbye to thanks and praise; where that was all for two turns, with how to go on.
    pub(super) fn say_goodbye(&mut self) {
        let Some(mut body) = self.text("goodbye", &[]) else { return };
        if self.said_twice(fnv(body.bytes()))
            && let Some(footer) = self.text("step_end", &[])
        {
            body = format!("{body}\n\n{footer}");
        }
        self.bubble(Some("goodbye"), Author::Bot, Outbound::Text { body });
    }

    /// One more turn would be one too many: whom people have taken over for this does not go back
    /// to the bot by a word.
    pub(super) fn is_in_circles(&self) -> bool {
        let is_recent = |s: &&Said| self.ctx.now.since(s.at) <= WITHIN;
        let recent: Vec<&Said> = self.bot.said.iter().filter(is_recent).collect();
        self.minds_circles() && stale(&recent) + 1 >= MOST
    }

    fn minds_circles(&self) -> bool {
        self.snapshot().is_on("loop_guard") && !is_missing("R10")
    }

    /// Says the same with a word in front; returns what is said now.
    fn break_repetition(&mut self) -> Option<u64> {
        let key =
            if self.snapshot().document.texts.contains_key("again") { "again" } else { "step_end" };
        let sentence = self.text(key, &[])?;
        self.prefix(&sentence);
        self.said()
    }
}

/// Turns that say or hear again what an earlier one said or heard.
fn stale(turns: &[&Said]) -> usize {
    let is_again = |(i, s): &(usize, &&Said)| {
        turns[..*i].iter().any(|e| e.text == s.text || e.heard == s.heard)
    };
    turns.iter().enumerate().filter(is_again).count()
}
