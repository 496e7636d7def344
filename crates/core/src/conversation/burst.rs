//! Bursts: what is understood is answered at once; what would be a failure is held until four
//! seconds have passed without a further message, and judged together with what came meanwhile. So
//! is a sentence that was only begun ("combien", "do you ship"), with the words that go on with it.

use super::lane::{Looked, Missed, Plan, Planned};
use super::payload::Payload;
use super::reading::{Input, Reading};
use super::state::{BURST, Held};
use super::turn::Turn;
use crate::understanding::parse;

/// Fewer words without a question mark are the beginning of something.
const WORDS_OF_A_QUESTION: usize = 4;

/// More words begin something else than what is held.
const WORDS_OF_A_REST: usize = 3;

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Judged {
    Understood,
    /// It cannot be carried out (a node that is gone): treat it as words.
    Missed,
}

impl Turn<'_> {
    /// Takes a message of the customer in, in its turn.
    pub(super) fn take_in(&mut self, held: Held) {
        if self.bot.waiting.is_some() {
            return self.queue_behind(held);
        }
        self.bot.turns += 1;
        if self.listen(&held) {
            return;
        }
        if let Some(payload) = held.payload.as_deref().and_then(Payload::parse) {
            let failures = std::mem::take(&mut self.bot.failures);
            if self.press_in(&payload, &held) == Judged::Understood {
                self.won("digits");
                self.drop_noise();
                return;
            }
            self.bot.failures = failures;
        }
        self.consider(held);
    }

    /// Words: decided on now, once a model told their mood, or with the rest of their burst.
    pub(super) fn consider(&mut self, held: Held) {
        if self.asks_mood(&held) {
            return;
        }
        if self.is_unfinished(&held) {
            return self.hold(held);
        }
        let alone = Input::one(&held);
        if let Some((planned, input, reading)) = self.understand(&held, alone) {
            self.carry_out(planned, &input, &reading);
            return;
        }
        if !self.asks_choice(&held) {
            self.hold(held);
        }
    }

    /// The customer is in the middle of a sentence, and what stands there so far calls for nothing
    /// that cannot wait.
    fn is_unfinished(&self, held: &Held) -> bool {
        let is_begun = |h: &Held| {
            let text = self.texts.read(&h.text);
            !h.is_media
                && (parse::is_begun(&text) || parse::is_wait(&text) || parse::is_opening(&text))
        };
        let goes_on = || {
            let text = self.texts.read(&held.text);
            !held.is_media
                && !text.has_question_mark
                && text.words().count() <= WORDS_OF_A_REST
                && self.bot.held.iter().any(is_begun)
        };
        if !is_begun(held) && !goes_on() {
            return false;
        }
        // Alone it is what is looked at below, and an exact answer cannot wait.
        let is_exact = !self.bot.held.is_empty()
            && self.plan_of(&Input::one(held)).is_ok_and(|plan| is_exact(&plan));
        !is_exact && can_wait(&self.plan_of(&self.with_held(held)))
    }

    /// What is held and a further message, as one.
    pub(super) fn with_held(&self, held: &Held) -> Input {
        let parts: Vec<Held> = self.bot.held.iter().chain([held]).cloned().collect();
        Input::joined(&parts)
    }

    /// Waits for what else the customer writes.
    pub(super) fn hold(&mut self, held: Held) {
        self.bot.held.push(held);
        if self.snapshot().is_on("burst") {
            self.bot.held_due =
                Some(self.bot.held.iter().map(|h| h.at).max().unwrap_or(self.ctx.now) + BURST);
        } else {
            self.judge_held();
        }
    }

    /// The plan for a message: of the whole burst where that says something, else of the message
    /// alone. An exact answer ("3", "oui") stands on its own.
    fn understand(&mut self, held: &Held, alone: Input) -> Option<(Planned, Input, Reading)> {
        let mut looked = Looked::default();
        let reading = self.read(&alone);
        let of_alone = self.plan(&alone, &reading, &mut looked);
        let is_exact = of_alone.as_ref().is_ok_and(|(_, plan)| is_exact(plan));
        if !is_exact && !self.bot.held.is_empty() {
            let joined = self.with_held(held);
            let mut looked_joined = Looked::default();
            let reading = self.read(&joined);
            if let Ok(planned) = self.plan(&joined, &reading, &mut looked_joined) {
                self.trace.rules.append(&mut looked_joined.of_last(&joined));
                self.bot.held.clear();
                self.bot.held_due = None;
                return Some((planned, joined, reading));
            }
        }
        self.trace.rules.append(&mut looked.0);
        let planned = of_alone.ok()?;
        self.drop_noise();
        Some((planned, alone, reading))
    }

    fn carry_out(&mut self, (rule, plan): Planned, input: &Input, reading: &Reading) {
        self.won(rule);
        self.bot.chosen = 0;
        if self.perform(plan, input, reading) == Judged::Missed {
            self.fail(Missed::Noise, input);
        }
    }

    /// Something of the burst was understood: what was only noise or a beginning ("je voudrais
    /// savoir") is no failure any more. A real question among it still waits for its answer.
    fn drop_noise(&mut self) {
        if self.bot.held.is_empty() {
            return;
        }
        let held = std::mem::take(&mut self.bot.held);
        let kept: Vec<Held> = held
            .into_iter()
            .filter(|h| {
                let input = Input::one(h);
                let reading = self.read(&input);
                let stands_alone = reading.text.has_question_mark
                    || reading.text.words().count() >= WORDS_OF_A_QUESTION;
                stands_alone
                    && self.plan(&input, &reading, &mut Looked::default())
                        == Err(Missed::OutOfScope)
            })
            .collect();
        self.bot.held_due = (!kept.is_empty()).then(|| self.ctx.now + BURST);
        self.bot.held = kept;
    }

    /// The burst is over: what was held is judged as one message.
    pub(super) fn judge_held(&mut self) {
        let mut held = std::mem::take(&mut self.bot.held);
        self.bot.held_due = None;
        if let Some(waiting) = &mut self.bot.waiting {
            waiting.queued.append(&mut held);
            return;
        }
        if held.is_empty() {
            return;
        }
        let joined = Input::joined(&held);
        let reading = self.read(&joined);
        let mut looked = Looked::default();
        let planned = self.plan(&joined, &reading, &mut looked);
        self.trace.rules.append(&mut looked.of_last(&joined));
        let missed = match planned {
            Ok(planned) => return self.carry_out(planned, &joined, &reading),
            Err(missed) => missed,
        };
        let has_question = missed == Missed::OutOfScope
            || held.iter().any(|h| {
                let input = Input::one(h);
                let reading = self.read(&input);
                self.plan(&input, &reading, &mut Looked::default()) == Err(Missed::OutOfScope)
            });
        let missed = if has_question { Missed::OutOfScope } else { Missed::Noise };
        self.fail(missed, &joined);
    }
}

/// More words may make another plan of it, and nobody is kept from a person meanwhile.
fn can_wait(planned: &Result<Plan, Missed>) -> bool {
    match planned {
        Ok(plan) => matches!(
            plan,
            Plan::Question { .. }
                | Plan::Clarify(_)
                | Plan::Track { .. }
                | Plan::WithoutPerson
                | Plan::Greeting
                | Plan::Wait
        ),
        Err(_) => true,
    }
}

/// The message is one exact answer, whatever stands around it.
pub(super) fn is_exact(plan: &Plan) -> bool {
    matches!(
        plan,
        Plan::OptOut
            | Plan::Menu
            | Plan::Option { .. }
            | Plan::Theme(_)
            | Plan::Article(_)
            | Plan::Finder
            | Plan::Room(_)
            | Plan::Rated { .. }
            | Plan::Answered { .. }
            | Plan::Written { .. }
    )
}
