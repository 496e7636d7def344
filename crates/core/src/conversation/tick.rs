//! Timers: the end of a burst, deadlines of effects, opening and closing, pauses, forgotten talks.

use super::command::Outcome;
use super::event::Event;
use super::queue::reassure_at;
use super::state::{Bot, Owner, State};
use super::turn::Turn;
use super::walk::Carry;
use crate::broken::is_missing;
use crate::flow::Kind;
use crate::time::{Span, Timestamp};
use crate::window;
use crate::workspace::snapshot::Snapshot;

/// A talk with the bot that nobody goes on with is closed after this time.
const FORGOTTEN: Span = Span::hours(24);

/// Timers one tick may work off.
const MOST: usize = 16;

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Due {
    Opening,
    Closing,
    Deadline,
    Held,
    Pause,
    NoAnswer,
    Burst,
    Reassure,
    Wake,
    End,
    Forgotten,
}

/// Everything that is waited for, with its moment.
pub(super) fn dues(s: &State, bot: &Bot, snapshot: &Snapshot) -> Vec<(Timestamp, Due)> {
    if s.is_resolved() {
        return Vec::new();
    }
    let mut dues = Vec::new();
    let mut add = |at: Option<Timestamp>, due: Due| dues.extend(at.map(|at| (at, due)));
    if s.bot_active() {
        let deadline = bot.waiting.as_ref().map(|w| w.deadline);
        add(deadline.filter(|_| !is_missing("R23")), Due::Deadline);
        add(bot.held_due, Due::Held);
        add(bot.resume.as_ref().map(|(_, at)| *at), Due::Pause);
        add(no_answer_at(bot, snapshot), Due::NoAnswer);
    }
    add(s.snooze.as_ref().and_then(|snooze| snooze.until), Due::Wake);
    add(s.ending.as_ref().map(|ending| ending.until), Due::End);
    match (&s.owner, s.active_handoff()) {
        (Owner::Queue { deferred: true }, Some(h)) => add(h.until, Due::Opening),
        (Owner::Queue { deferred: false }, Some(h)) => {
            add(s.open_burst(), Due::Burst);
            add(reassure_at(h), Due::Reassure);
            if snapshot.is_on("hours") {
                let closing =
                    h.live_since.and_then(|at| snapshot.calendar(&h.team).next_closing(at));
                add(closing, Due::Closing);
            }
        }
        (Owner::Bot, _) if snapshot.is_on("idle_close") => {
            add(Some(s.last_message_at + FORGOTTEN), Due::Forgotten);
        }
        _ => {}
    }
    dues
}

/// When an unanswered question leaves by `timeout`.
fn no_answer_at(bot: &Bot, snapshot: &Snapshot) -> Option<Timestamp> {
    let prompt = bot.prompt.as_ref()?;
    let Some(Kind::Ask { timeout_s: Some(seconds), .. }) = snapshot.graph.node(&prompt.node) else {
        return None;
    };
    snapshot
        .graph
        .has_port(&prompt.node, "timeout")
        .then(|| prompt.asked_at + Span::secs(i64::from(*seconds)))
}

impl Turn<'_> {
    /// Works off what is due; `false` when nothing is.
    pub(super) fn tick(&mut self) -> bool {
        self.work_off(|_| true)
    }

    /// Before a message is heard: what should have happened by now. A talk is not closed under the
    /// hands of whoever writes.
    pub(super) fn catch_up(&mut self) {
        self.work_off(|due| !matches!(due, Due::Forgotten | Due::End | Due::Reassure));
    }

    fn work_off(&mut self, which: impl Fn(Due) -> bool) -> bool {
        let mut worked = false;
        for _ in 0..MOST {
            let next = dues(&self.state, &self.bot, self.snapshot())
                .into_iter()
                .filter(|(at, due)| *at <= self.ctx.now && which(*due))
                .min();
            let Some((_, due)) = next else { break };
            self.fall_due(due);
            worked = true;
        }
        worked
    }

    fn fall_due(&mut self, due: Due) {
        let is_of_bot = matches!(due, Due::Deadline | Due::Held | Due::Pause | Due::NoAnswer);
        if is_of_bot && self.is_silenced() {
            self.give_to_people();
            return;
        }
        match due {
            Due::Deadline => {
                if let Some(waiting) = self.bot.waiting.clone() {
                    self.end_effect(&waiting, &Outcome::Failed);
                }
            }
            Due::Held => {
                let heard: Vec<String> = self.bot.held.iter().map(|h| h.text.clone()).collect();
                self.judge_held();
                self.mind_circles(&heard.join(" "));
            }
            Due::Pause => {
                if let Some((node, _)) = self.bot.resume.take()
                    && window::is_open(self.state.last_inbound_at, self.ctx.now)
                {
                    self.leave(&node, "next", Carry::default());
                }
            }
            Due::NoAnswer => {
                if let Some(prompt) = self.bot.prompt.take()
                    && window::is_open(self.state.last_inbound_at, self.ctx.now)
                {
                    self.leave(&prompt.node, "timeout", Carry::default());
                }
            }
            Due::Burst => self.emit(Event::BurstEnded),
            Due::Reassure => self.reassure(),
            Due::Wake => self.emit(Event::Woken { by: None }),
            Due::Opening => self.open_queue(),
            Due::Closing => self.close_queue(),
            Due::End => self.end(),
            Due::Forgotten => self.close_forgotten(),
        }
    }

    /// Opening time: people are in charge, and their clock starts.
    fn open_queue(&mut self) {
        let Some(handoff) = self.state.active_handoff().cloned() else { return };
        let reply_due_at = self.reply_due(&handoff.team, handoff.until);
        self.emit(Event::Opening { reply_due_at });
        self.bot = self.fresh_bot();
    }

    /// Closing time: who still waits is told once, and waits for the next opening.
    fn close_queue(&mut self) {
        let Some(handoff) = self.state.active_handoff().cloned() else { return };
        let until = self.snapshot().calendar(&handoff.team).next_opening(self.ctx.now);
        self.emit(Event::Deferred { until });
        self.bot = self.fresh_bot();
        if window::is_open(self.state.last_inbound_at, self.ctx.now) {
            self.tell_after_hours();
        }
    }

    /// Nobody wrote for a day: closed without a survey. Abandoned when the bot's last question, or
    /// the customer's last message, found no answer.
    fn close_forgotten(&mut self) {
        let bot = &self.bot;
        let abandoned =
            bot.prompt.is_some() || bot.failures > 0 || !bot.held.is_empty() || bot.turns == 0;
        self.emit(Event::Resolved { by: None, abandoned, asks_rating: false, reason: None });
        self.bot = Bot::default();
    }

    /// The bot's state at the beginning of an episode: nothing pending, no failures.
    pub(super) fn fresh_bot(&self) -> Bot {
        Bot {
            said: self.bot.said.clone(),
            was_greeted: true,
            told_languages: self.bot.told_languages,
            turns: self.bot.turns,
            ..Bot::default()
        }
    }
}
