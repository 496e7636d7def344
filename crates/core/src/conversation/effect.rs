//! What came of slow work, and what happens when it did not come in time. The route is the same
//! either way; only the wording may differ.

use super::command::{Outcome, Refusal};
use super::compose;
use super::event::Event;
use super::receive::LISTEN_SECONDS;
use super::state::{Held, Resume, Voice, Waiting};
use super::turn::Turn;
use super::walk::{Carry, Step};
use crate::id::{EffectId, MessageId};
use crate::time::{Span, Timestamp};
use std::collections::BTreeMap;

const LISTENING: Span = Span::secs(LISTEN_SECONDS);

impl Turn<'_> {
    /// An effect ended.
    pub(super) fn effect_done(
        &mut self,
        effect: EffectId,
        outcome: &Outcome,
    ) -> Result<(), Refusal> {
        let is_awaited = self.state.bot_active()
            && self.bot.waiting.as_ref().is_some_and(|w| w.effect == effect);
        if is_awaited && let Some(waiting) = self.bot.waiting.clone() {
            self.end_effect(&waiting, outcome);
            return Ok(());
        }
        if let (Outcome::Summary { text }, Some(_)) = (outcome, self.state.active_handoff()) {
            return self.take_summary(effect, text);
        }
        Err(Refusal::Stale)
    }

    /// Ends the awaited effect and hears what came meanwhile, in order.
    pub(super) fn end_effect(&mut self, waiting: &Waiting, outcome: &Outcome) {
        self.bot.waiting = None;
        self.heard = waiting.heard;
        self.emit(Event::EffectEnded {
            effect: waiting.effect,
            outcome: self.word_of(waiting, outcome).to_owned(),
        });
        let heard = self.go_on_after(waiting, outcome);
        self.mind_circles(&heard);
        let mut queued = waiting.queued.clone().into_iter();
        while let Some(held) = queued.next() {
            if !self.state.bot_active() {
                return;
            }
            if let Some(waiting) = &mut self.bot.waiting {
                waiting.queued.push(held);
                waiting.queued.extend(queued.by_ref());
                return;
            }
            self.take_in(held);
            let said = self.said_last();
            if let Some(waiting) = &mut self.bot.waiting {
                waiting.heard = said;
            }
        }
    }

    /// The word for what came; of an answer, also whether it may be said.
    fn word_of(&self, waiting: &Waiting, outcome: &Outcome) -> &'static str {
        match (&waiting.then, outcome) {
            (Resume::Answer { article, .. }, Outcome::Composed { text })
                if !self.may_say(article, text) =>
            {
                "composed_refused"
            }
            _ => outcome_word(outcome),
        }
    }

    /// Goes on where the flow waited; returns what the customer had said.
    fn go_on_after(&mut self, waiting: &Waiting, outcome: &Outcome) -> String {
        match &waiting.then {
            Resume::Order { node, number, given } => {
                let mut carry = Carry { number: Some(number.clone()), postcode: given.clone() };
                let step = match outcome {
                    Outcome::Order { order } => {
                        self.looked_up(number, order.as_deref(), &mut carry)
                    }
                    _ => Step::port("failed"),
                };
                self.go_on(node, step, carry);
                number.clone()
            }
            Resume::Postcode { node, number, given } => {
                let mut carry = Carry { number: Some(number.clone()), postcode: None };
                let attempts = self.attempts(node);
                let step = if let Outcome::Order { order } = outcome {
                    self.checked(attempts, number, order.as_deref(), given, &mut carry)
                } else {
                    self.say("lookup_failed");
                    Step::End
                };
                self.go_on(node, step, carry);
                format!("{number} {given}")
            }
            Resume::Answer { article, question, .. } => {
                let composed = match outcome {
                    Outcome::Composed { text } => Some(text.as_str()),
                    _ => None,
                };
                if waiting.queued.is_empty() {
                    self.answered_question(article, composed);
                } else {
                    self.answered_before_more(article, composed);
                }
                question.clone()
            }
            Resume::Choice { question, at, options, held } => {
                let option = match outcome {
                    Outcome::Chosen { option } => option.as_deref(),
                    _ => None,
                };
                self.chosen_option((question, *at), options, held.as_ref(), option);
                question.clone()
            }
            Resume::Mood { held } => {
                let anger = match outcome {
                    Outcome::Sentiment { anger } if anger.is_finite() => Some(*anger),
                    _ => None,
                };
                self.mood_known(held, anger);
                held.text.clone()
            }
            Resume::Voice { message } => {
                // Listening was part of this turn's four seconds.
                let at = waiting.deadline - LISTENING;
                let words = match outcome {
                    Outcome::Transcript { text } if !text.trim().is_empty() => text.clone(),
                    _ => {
                        let voice = Some(Voice { media_id: None, is_unheard: true });
                        self.take_in(Held { voice, is_media: true, ..heard(*message, "", at) });
                        return String::new();
                    }
                };
                self.emit(Event::Transcribed { message: *message, content: Some(words.clone()) });
                self.choose_language(&words);
                self.take_in(heard(*message, &words, at));
                words
            }
        }
    }

    /// A model's summary stands below the facts, if it adds none.
    fn take_summary(&mut self, effect: EffectId, text: &str) -> Result<(), Refusal> {
        let facts = self.state.summary.clone().unwrap_or_default();
        let said: Vec<&str> = self.state.recent.iter().map(|h| h.text.as_str()).collect();
        let source = format!("{facts}\n{}", said.join("\n"));
        let is_german = self.snapshot().document.workspace.default_language == "de";
        let Some(summary) = compose::summary(text, &source, is_german) else {
            return Err(Refusal::Stale);
        };
        if facts.contains(&summary) {
            return Err(Refusal::Stale);
        }
        self.emit(Event::EffectEnded { effect, outcome: "summary".to_owned() });
        self.emit(Event::Summarised { content: Some(format!("{facts}\n{summary}")) });
        Ok(())
    }
}

/// Words that were spoken.
fn heard(message: MessageId, words: &str, at: Timestamp) -> Held {
    let text = words.to_owned();
    Held {
        message,
        provider_id: String::new(),
        text,
        is_media: false,
        payload: None,
        form: BTreeMap::new(),
        voice: None,
        at,
        is_mood_known: false,
    }
}

fn outcome_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Order { .. } => "order",
        Outcome::Composed { .. } => "composed",
        Outcome::Transcript { .. } => "transcript",
        Outcome::Summary { .. } => "summary",
        Outcome::Chosen { option: Some(_) } => "chosen",
        Outcome::Chosen { option: None } => "none_chosen",
        Outcome::Sentiment { .. } => "sentiment",
        Outcome::Failed => "failed",
    }
}
