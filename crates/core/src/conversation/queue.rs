//! The live queue: the bot is silent. `menu` leaves it, danger raises it, everything else waits.

use super::escalate::Order;
use super::event::Event;
use super::lane::{Looked, Missed, Plan};
use super::reading::{Input, Reading};
use super::state::Handoff;
use super::turn::Turn;
use crate::message::{Content, Inbound};
use crate::time::{Span, Timestamp};
use crate::trigger::Fired;
use crate::understanding::parse;
use crate::window;

/// `queue_reassure` is sent at most once in this time.
const REASSURE_EVERY: Span = Span::minutes(10);

impl Turn<'_> {
    pub(super) fn hear_in_queue(&mut self, inbound: &Inbound) {
        let Some(words) = inbound.content.words() else { return };
        if matches!(inbound.content, Content::Button { .. } | Content::List { .. }) {
            return;
        }
        let messages = self.state.last_inbound.into_iter().collect();
        let input = Input::said(messages, words, self.ctx.now);
        let reading = self.read(&input);
        let text = &reading.text;
        if self.snapshot().is_on("opt_out") && parse::is_stop_word(text) {
            self.opt_out();
            return;
        }
        // A bare 0 is the bot's word; who waits for a person leaves by the word alone.
        let is_word = parse::is_menu_word(text) && parse::choice(text).is_none();
        if self.snapshot().is_on("menu_words") && is_word && !self.is_in_circles() {
            self.won("menu_words");
            self.emit(Event::Returned { by: None });
            self.bot = self.fresh_bot();
            self.go_home();
            return;
        }
        self.note_context(&reading);
        let fired = self.fired(&input, &reading);
        if !fired.is_empty() {
            self.escalate(Order::of(fired));
        }
    }

    /// The triggers of a message that only a person will answer.
    fn fired(&mut self, input: &Input, reading: &Reading) -> Vec<Fired> {
        let mut looked = Looked::default();
        let plan = self.plan(input, reading, &mut looked);
        self.trace.rules.append(&mut looked.0);
        match plan {
            Ok((rule, Plan::HandOver { fired })) => {
                self.won(rule);
                fired
            }
            Ok(_) | Err(Missed::OutOfScope | Missed::Noise) => Vec::new(),
        }
    }

    /// The end of a burst in the queue: the customer is told that they still wait.
    pub(super) fn reassure(&mut self) {
        if self.snapshot().is_on("reassure")
            && window::is_open(self.state.last_inbound_at, self.ctx.now)
        {
            self.say("queue_reassure");
        }
        self.emit(Event::Reassured);
    }
}

/// When the customer of a live queue is to be reassured.
pub(super) fn reassure_at(handoff: &Handoff) -> Option<Timestamp> {
    let due = handoff.reassure_due?;
    let too_soon = handoff.reassured_at.is_some_and(|last| due.since(last) < REASSURE_EVERY);
    (!too_soon).then_some(due)
}
