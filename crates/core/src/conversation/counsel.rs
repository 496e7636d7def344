//! What a model is asked before a message is decided on: its mood, and which of our own answers it
//! means. It only points at what is listed here, it is asked when the rules found no way to a
//! person, and without its answer everything goes on as if it had never been asked.

use super::burst::Judged;
use super::command::Outcome;
use super::event::{Event, Request};
use super::lane::{Looked, Missed, Plan};
use super::reading::Input;
use super::state::{Held, Resume, Waiting};
use super::turn::Turn;
use crate::time::{Span, Timestamp};
use crate::trigger::{Reason, RuleTrace};

/// A turn of the customer is answered within this time, whatever helpers do.
pub(super) const TURN: Span = Span::secs(4);
/// Of which so much may go by for the mood.
const MOOD: Span = Span::secs(2);
/// A mood is believed from here on.
const ANGRY: f32 = 0.75;
/// Fewer words have no mood of their own.
const WORDS_OF_A_MOOD: usize = 3;
/// Fewer words without a question are noise.
const WORDS_OF_A_QUESTION: usize = 4;
/// Articles that are offered to choose from.
const OFFERED: usize = 24;
/// Choices in a row that are believed while nothing is understood here.
const BELIEVED: u32 = 2;

/// Options beside articles.
const PERSON: &str = "@person";
const TRACK: &str = "@track";

impl Turn<'_> {
    /// Asks for something until a moment; the talk goes on then at the latest.
    pub(super) fn wait_until(&mut self, request: Request, deadline: Timestamp, then: Resume) {
        let effect = self.effect_id();
        self.emit(Event::EffectRequested { effect, deadline, content: Some(request) });
        self.bot.waiting =
            Some(Waiting { effect, deadline, then, queued: Vec::new(), heard: None });
    }

    /// A message that comes while something is waited for. Who asks for a person meanwhile does not
    /// wait for a model (R23).
    pub(super) fn queue_behind(&mut self, held: Held) {
        let is_way_out = held.payload.is_none()
            && !held.is_media
            && matches!(self.plan_of(&Input::one(&held)), Ok(Plan::HandOver { .. }));
        let message = held.message;
        if let Some(waiting) = &mut self.bot.waiting {
            waiting.queued.push(held);
        }
        // What came first may itself lead to a model again.
        while is_way_out && let Some(waiting) = self.bot.waiting.clone() {
            let is_there = waiting.queued.iter().any(|h| h.message == message);
            if !is_there || !waits_for_model(&waiting) {
                return;
            }
            self.end_effect(&waiting, &Outcome::Failed);
        }
    }

    pub(super) fn plan_of(&self, input: &Input) -> Result<Plan, Missed> {
        let reading = self.read(input);
        self.plan(input, &reading, &mut Looked::default()).map(|(_, plan)| plan)
    }

    /// Asks for the mood of words that set no trigger off here.
    pub(super) fn asks_mood(&mut self, held: &Held) -> bool {
        let deadline = held.at + MOOD;
        if !self.ctx.ai.sentiment
            || held.is_mood_known
            || held.is_media
            || deadline <= self.ctx.now
            || !self.snapshot().is_on("sentiment")
            || self.texts.read(&held.text).words().count() < WORDS_OF_A_MOOD
        {
            return false;
        }
        match self.plan_of(&Input::one(held)) {
            Ok(Plan::HandOver { .. }) => return false,
            Ok(plan) if super::burst::is_exact(&plan) => return false,
            Ok(_) | Err(_) => {}
        }
        let language = self.state.language.clone();
        let request = Request::Sentiment { text: held.text.clone(), language };
        let then = Resume::Mood { held: Held { is_mood_known: true, ..held.clone() } };
        self.wait_until(request, deadline, then);
        true
    }

    /// The mood is known, or nobody could tell.
    pub(super) fn mood_known(&mut self, held: &Held, anger: Option<f32>) {
        let Some(score) = anger else { return self.consider(held.clone()) };
        let fired = score >= ANGRY;
        self.trace.rules.push(RuleTrace {
            rule: "sentiment:model".to_owned(),
            score,
            threshold: ANGRY,
            fired,
            quotes: Vec::new(),
        });
        if !fired {
            return self.consider(held.clone());
        }
        let input = Input::one(held);
        let reading = self.read(&input);
        self.bot.held.clear();
        self.bot.held_due = None;
        self.won(Reason::Sentiment.as_str());
        self.perform(Plan::HandOver { fired: vec![Reason::Sentiment.into()] }, &input, &reading);
    }

    /// Asks which of our articles, if any, words mean that nothing here understood.
    pub(super) fn asks_choice(&mut self, held: &Held) -> bool {
        let deadline = held.at + TURN;
        if !self.may_choose(deadline) || held.is_media {
            return false;
        }
        let joined = self.with_held(held);
        let reading = self.read(&joined);
        let is_question = reading.text.has_question_mark
            || reading.text.words().count() >= WORDS_OF_A_QUESTION
            || self.plan_of(&joined) == Err(Missed::OutOfScope);
        if !is_question {
            return false;
        }
        let judged = self.snapshot().matcher.judge(&reading.text, reading.lang);
        let near: Vec<String> = judged.candidates.into_iter().map(|c| c.id).collect();
        let all = self.snapshot().document.knowledge.articles.iter().map(|a| a.id.clone());
        let others: Vec<String> = all.filter(|id| !near.contains(id)).collect();
        let mut options: Vec<String> = near.into_iter().chain(others).take(OFFERED).collect();
        if self.snapshot().graph.entries.track.is_some() && self.snapshot().is_on("tracking") {
            options.push(TRACK.to_owned());
        }
        if self.snapshot().is_on("keyword") {
            options.push(PERSON.to_owned());
        }
        self.ask_choice(&joined, options, deadline, Some(held.clone()));
        true
    }

    /// Asks which of a few close articles a question means.
    pub(super) fn asks_which(&mut self, articles: &[String], input: &Input) -> bool {
        let deadline = input.at + TURN;
        if !self.may_choose(deadline) {
            return false;
        }
        self.ask_choice(input, articles.to_vec(), deadline, None);
        true
    }

    fn may_choose(&self, deadline: Timestamp) -> bool {
        self.ctx.ai.choose
            && deadline > self.ctx.now
            && self.bot.chosen < BELIEVED
            && self.snapshot().is_on("faq")
    }

    fn ask_choice(
        &mut self,
        input: &Input,
        options: Vec<String>,
        deadline: Timestamp,
        held: Option<Held>,
    ) {
        let titled = options.iter().map(|key| (key.clone(), self.title(key))).collect();
        let request = Request::Choose { question: input.text.clone(), options: titled };
        let then = Resume::Choice { question: input.text.clone(), at: input.at, options, held };
        self.wait_until(request, deadline, then);
    }

    fn title(&self, option: &str) -> String {
        match option {
            PERSON => "the customer asks for a person".to_owned(),
            TRACK => "the customer wants to know where an order is".to_owned(),
            id => self
                .snapshot()
                .article(id)
                .and_then(|a| self.snapshot().pick(&a.q, &self.state.language))
                .unwrap_or(id)
                .to_owned(),
        }
    }

    /// One of the options was pointed at, or none. What was not offered is none.
    pub(super) fn chosen_option(
        &mut self,
        (question, at): (&str, Timestamp),
        options: &[String],
        held: Option<&Held>,
        option: Option<&str>,
    ) {
        let input = Input::said(held.iter().map(|h| h.message).collect(), question, at);
        let offered = option.filter(|o| options.iter().any(|known| known == o));
        let Some(option) = offered else {
            match held {
                Some(held) => self.hold(held.clone()),
                None => self.show_which(options.to_vec()),
            }
            return;
        };
        self.trace.rules.push(RuleTrace {
            rule: format!("choice:{option}"),
            score: 1.0,
            threshold: 1.0,
            fired: true,
            quotes: Vec::new(),
        });
        self.won("choice");
        self.bot.held.clear();
        self.bot.held_due = None;
        self.bot.chosen += 1;
        let failures = self.bot.failures;
        match option {
            PERSON => {
                let reading = self.read(&input);
                let plan = Plan::HandOver { fired: vec![Reason::Keyword.into()] };
                self.perform(plan, &input, &reading);
                return;
            }
            TRACK => {
                let reading = self.read(&input);
                let plan = Plan::Track { has_no_number: false };
                if self.perform(plan, &input, &reading) == Judged::Missed {
                    self.fail(Missed::Noise, &input);
                }
            }
            article => {
                self.word_answer(article, &input);
            }
        }
        // A choice is no proof that the talk goes well.
        self.bot.failures = failures;
    }

    pub(super) fn show_which(&mut self, articles: Vec<String>) {
        self.bot.was_greeted = true;
        self.show_clarify(articles);
    }
}

fn waits_for_model(waiting: &Waiting) -> bool {
    match waiting.then {
        Resume::Answer { .. } | Resume::Choice { .. } | Resume::Mood { .. } => true,
        Resume::Order { .. } | Resume::Voice { .. } | Resume::Postcode { .. } => false,
    }
}
