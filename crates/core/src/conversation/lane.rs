//! The always-on lane: what one message means in a bot step, before anything is done about it.
//! Strongest first: danger, a choice or request, delicate topics, anger; then what the last prompt
//! awaits, order numbers and small talk; then the knowledge base.

mod choice;
mod follow_up;
mod looked;
mod prompt;
mod subject;

pub(super) use looked::Looked;

use super::reading::{Input, Reading};
use super::state::{About, Prompt};
use super::turn::Turn;
use crate::flow::{Answer, Kind};
use crate::trigger::{Fired, Reason};
use crate::understanding::answers::Verdict;
use crate::understanding::parse;
use crate::understanding::signals::Signal;
use crate::understanding::text::{Quote, Text};

/// What a message asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plan {
    HandOver {
        fired: Vec<Fired>,
    },
    OptOut,
    Menu,
    Option {
        node: String,
        key: String,
    },
    Theme(String),
    Article(String),
    Finder,
    Room(usize),
    /// A field of a form that is asked for in writing; no value where it was left empty.
    Written {
        node: String,
        field: String,
        value: Option<String>,
    },
    /// The pending question is answered: the port to leave by and the value given.
    Answered {
        node: String,
        port: &'static str,
        value: Option<String>,
    },
    Rated {
        node: String,
        score: u8,
        comment: Option<String>,
    },
    Order {
        number: String,
        /// Articles that answer what else the message asks.
        also: Vec<String>,
    },
    Track {
        has_no_number: bool,
    },
    Topics,
    Identity,
    WithoutPerson,
    Question {
        article: String,
        /// Articles that answer what the message asks before.
        before: Vec<String>,
    },
    Clarify(Vec<String>),
    Thanks,
    /// Asks for a moment: what was asked stays asked.
    Wait,
    Greeting,
}

/// Why a message was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missed {
    /// A real question the knowledge base does not answer.
    OutOfScope,
    Noise,
}

/// More words are no bare order number ("c'est 2041 merci").
const WORDS_OF_A_NUMBER: usize = 4;

/// From here on an article is sure, and a guess at a signal none any more.
const SURE: f32 = 0.85;
const GUESSED: f32 = 0.8;
/// A guess at anger up to here is a faint one.
const DOUBTED: f32 = 0.65;

/// A plan with the name of the rule that made it.
pub(super) type Planned = (&'static str, Plan);

impl Turn<'_> {
    /// What a message means here and now.
    pub(super) fn plan(
        &self,
        input: &Input,
        reading: &Reading,
        looked: &mut Looked,
    ) -> Result<Planned, Missed> {
        let text = &reading.text;
        let prompt = self.fresh_prompt();
        let prompt = prompt.as_ref();
        if let Some(word) = self.last_word(prompt, text, looked) {
            return Ok(word);
        }
        let fired = self.triggers(reading, looked);
        if let Some(first) = fired.first() {
            return Ok((first.reason.as_str(), Plan::HandOver { fired }));
        }
        if let Some(planned) = self.beside_refusal(input, reading, looked) {
            return Ok(planned);
        }
        if let Some(choice) = self.chosen(prompt, text, looked) {
            return choice;
        }
        let exact = self
            .to_the_point(prompt, text, looked)
            .or_else(|| self.small_talk(text, looked))
            .or_else(|| self.tracking(reading, looked));
        if let Some(planned) = exact {
            return Ok(planned);
        }
        self.knowledge(input, reading, looked).or_else(|missed| {
            let begun = self.begun_answer(prompt, text, Some(missed));
            looked.whole("prompt", text, begun.is_some());
            begun.map(|plan| ("prompt", plan)).ok_or(missed)
        })
    }

    /// What is stronger than every trigger: a stop word, a rating that was asked for, and a word
    /// that leaves the question.
    fn last_word(
        &self,
        prompt: Option<&Prompt>,
        text: &Text,
        looked: &mut Looked,
    ) -> Option<Planned> {
        let is_on = |rule: &str| self.snapshot().is_on(rule);
        if looked.whole("opt_out", text, is_on("opt_out") && parse::is_stop_word(text)) {
            return Some(("opt_out", Plan::OptOut));
        }
        if let Some(rated) = self.rated(prompt, text, looked) {
            return Some(rated);
        }
        let leaves = is_on("menu_words") && self.is_question(prompt) && parse::is_leave_word(text);
        (leaves && looked.whole("menu_words", text, true)).then_some(("menu_words", Plan::Menu))
    }

    /// The menu word, the answer to the pending question, an order number.
    fn to_the_point(
        &self,
        prompt: Option<&Prompt>,
        text: &Text,
        looked: &mut Looked,
    ) -> Option<Planned> {
        let snapshot = self.snapshot();
        let is_menu = snapshot.is_on("menu_words") && parse::is_menu_word(text);
        if looked.whole("menu_words", text, is_menu) {
            return Some(("menu_words", Plan::Menu));
        }
        let set_aside = prompt.and_then(|_| self.set_aside());
        for asked in [prompt, set_aside.as_ref()] {
            if let Some(answered) = self.answered(asked, text, looked) {
                return Some(answered);
            }
        }
        if snapshot.is_on("tracking") {
            let is_bare = self.awaits_postcode(prompt) && parse::corrects(text)
                || text.tokens.len() <= WORDS_OF_A_NUMBER && self.asked_for_number();
            let number = parse::order_number(text, &snapshot.orders, is_bare);
            let quotes = number.iter().map(|n| n.quote).collect();
            looked.exact("tracking:number", number.is_some(), quotes);
            if let Some(number) = number {
                let also = self.asked_beside(text, number.quote);
                return Some(("tracking", Plan::Order { number: number.number, also }));
            }
        }
        let begun = self.begun_answer(prompt, text, None)?;
        looked.whole("prompt", text, true);
        Some(("prompt", begun))
    }

    fn tracking(&self, reading: &Reading, looked: &mut Looked) -> Option<Planned> {
        if !self.snapshot().is_on("tracking") {
            return None;
        }
        if let Some(plan) = self.same_order(reading, looked) {
            return Some(("tracking", plan));
        }
        let text = &reading.text;
        let has_no_number = parse::has_no_number(text);
        if has_no_number && self.asked_for_number() {
            looked.whole("tracking", text, true);
            return Some(("tracking", Plan::Track { has_no_number }));
        }
        let wish = parse::wants_tracking(text);
        looked.exact("tracking", wish.is_some(), wish.into_iter().collect());
        wish?;
        Some(("tracking", Plan::Track { has_no_number }))
    }

    /// The triggers a message sets off, strongest first.
    fn triggers(&self, reading: &Reading, looked: &mut Looked) -> Vec<Fired> {
        let snapshot = self.snapshot();
        let signals = &reading.signals;
        let mut fired: Vec<Fired> = Vec::new();
        let refuses = looked.note("refusal", &signals.refuses_human, snapshot.is_on("refusal"));
        if looked.note("keyword", &signals.human_request, snapshot.is_on("keyword") && !refuses) {
            fired.push(Reason::Keyword.into());
        }
        let mut sensitive = Vec::new();
        for rule in &snapshot.document.triggers.sensitive {
            let Some(signal) = signals.sensitive.get(&rule.topic) else { continue };
            let name = format!("sensitive:{}", rule.topic);
            let is_outweighed = rule.first.is_none() && self.is_outweighed(signal, reading);
            let is_on = snapshot.is_on("sensitive") && !is_outweighed;
            if looked.note(&name, signal, is_on) {
                sensitive.push(rule);
            }
        }
        sensitive.sort_by_key(|r| std::cmp::Reverse(r.priority));
        fired.extend(sensitive.into_iter().map(|r| Fired {
            reason: Reason::Sensitive,
            topic: Some(r.topic.clone()),
            is_emergency: r.first.is_some(),
        }));
        let is_angry = snapshot.is_on("sentiment") && !self.is_no_anger(reading);
        if looked.note("sentiment", &signals.frustration, is_angry) {
            fired.push(Reason::Sentiment.into());
        }
        super::escalate::sorted(fired)
    }

    /// A guess at what the whole message is about counts less than an article that surely answers
    /// it: "can the bill be split?" is no dispute where the shop takes instalments. Never asked of
    /// danger.
    fn is_outweighed(&self, signal: &Signal, reading: &Reading) -> bool {
        let snapshot = self.snapshot();
        if !signal.is_guess
            || !signal.is_alarm()
            || signal.score >= GUESSED
            || !snapshot.is_on("faq")
        {
            return false;
        }
        let judged = snapshot.matcher.judge(&reading.text, reading.lang);
        matches!(judged.verdict, Verdict::Answer(answer) if answer.score >= SURE)
    }

    /// A choice in capitals is a choice, and a guess at anger counts less than the answer that it is
    /// solved now ("ah, screwed in tightly it works!") and, where it is faint, than an article that
    /// answers the question.
    fn is_no_anger(&self, reading: &Reading) -> bool {
        let signal = &reading.signals.frustration;
        if !signal.is_alarm() {
            return true;
        }
        let prompt = self.fresh_prompt();
        let asked = prompt.as_ref().and_then(|p| self.snapshot().graph.node(&p.node));
        let is_relieved = || {
            matches!(asked, Some(Kind::Ask { answer: Answer::Solved, .. }))
                && signal.is_guess
                && parse::solved(&reading.text) == Some(true)
        };
        let is_faint = signal.score < DOUBTED && reading.text.has_question_mark;
        is_relieved()
            || is_faint && self.is_outweighed(signal, reading)
            || self.titled(prompt.as_ref(), &reading.text).is_some()
    }

    /// The article that was just said asks for an order number.
    fn asked_for_number(&self) -> bool {
        let said = self.subject();
        matches!(said, Some(About::Article { id }) if self.snapshot().asks_number.contains(id))
    }

    /// Who refuses a person and asks something in the same breath gets the answer: what stands
    /// beside the refusal is judged on its own.
    fn beside_refusal(
        &self,
        input: &Input,
        reading: &Reading,
        looked: &mut Looked,
    ) -> Option<Planned> {
        let refusal = &reading.signals.refuses_human;
        if !self.snapshot().is_on("refusal") || !refusal.is_alarm() {
            return None;
        }
        let from = refusal.quotes.iter().map(|q| q.start).min()?;
        let to = refusal.quotes.iter().map(|q| q.end).max()?;
        let length = reading.text.original.chars().count();
        for (start, end) in [(to, length), (0, from)] {
            let rest = reading.text.quoted(Quote { start, end });
            let part = Input { text: rest, ..input.clone() };
            let of_part = self.read(&part);
            if of_part.text.tokens.is_empty() {
                continue;
            }
            let mut seen = Looked::default();
            if let Ok(planned) = self.plan(&part, &of_part, &mut seen) {
                looked.0.extend(seen.0.into_iter().map(|rule| rule.moved_by(start)));
                return Some(planned);
            }
        }
        None
    }
}
