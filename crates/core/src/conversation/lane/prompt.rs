//! The question that is pending, and whether a message answers it.

use super::{Looked, Missed, Plan, Planned};
use crate::conversation::state::{Prompt, PromptKind};
use crate::conversation::turn::Turn;
use crate::flow::form::Field;
use crate::flow::{Answer, Kind};
use crate::understanding::parse;
use crate::understanding::text::Text;

/// Words a yes or no at the beginning of a message may have.
const BEGINNING: usize = 3;

impl Turn<'_> {
    /// A rating where one was asked by a flow node.
    pub(super) fn rated(
        &self,
        prompt: Option<&Prompt>,
        text: &Text,
        looked: &mut Looked,
    ) -> Option<Planned> {
        let prompt = prompt?;
        let Some(Kind::Csat { .. }) = self.snapshot().graph.node(&prompt.node) else { return None };
        let rating = parse::rating(text);
        looked.whole("csat", text, rating.is_some());
        let rating = rating?;
        let node = prompt.node.clone();
        Some(("csat", Plan::Rated { node, score: rating.score, comment: rating.comment }))
    }

    /// Something is asked that is not the main menu.
    pub(super) fn is_question(&self, prompt: Option<&Prompt>) -> bool {
        prompt.is_some_and(|p| match &p.kind {
            PromptKind::Articles { .. }
            | PromptKind::Postcode { .. }
            | PromptKind::Field { .. }
            | PromptKind::Rooms => true,
            PromptKind::Node => {
                let node = self.snapshot().graph.node(&p.node);
                !matches!(node, Some(Kind::Menu { .. } | Kind::Form { .. }) | None)
            }
        })
    }

    pub(super) fn awaits_postcode(&self, prompt: Option<&Prompt>) -> bool {
        let node = prompt.and_then(|p| self.snapshot().graph.node(&p.node));
        matches!(node, Some(Kind::Ask { answer: Answer::Postcode, .. }))
    }

    /// The pending question's answer.
    pub(super) fn answered(
        &self,
        prompt: Option<&Prompt>,
        text: &Text,
        looked: &mut Looked,
    ) -> Option<Planned> {
        let prompt = prompt?;
        let plan = match &prompt.kind {
            PromptKind::Rooms => self.snapshot().finder.room(text).map(Plan::Room),
            PromptKind::Articles { .. } => None,
            PromptKind::Node | PromptKind::Postcode { .. } | PromptKind::Field { .. } => {
                self.answer_to(prompt, text)
            }
        };
        looked.whole("prompt", text, plan.is_some());
        plan.map(|plan| ("prompt", plan))
    }

    /// The message as the answer to a question of a node, or for a field asked for in writing.
    pub(super) fn answer_to(&self, prompt: &Prompt, text: &Text) -> Option<Plan> {
        let node = prompt.node.clone();
        if let Some(field) = self.field_of(prompt) {
            let is_left_empty = field.is_optional
                && (parse::yes_no(text) == Some(false) || parse::has_no_number(text));
            let value = if is_left_empty {
                None
            } else {
                let (port, value) = self.accepted(field.answer, text)?;
                Some(value.filter(|_| port == "ok")?)
            };
            return Some(Plan::Written { node, field: field.name.clone(), value });
        }
        let Some(Kind::Ask { answer, .. }) = self.snapshot().graph.node(&node) else {
            return None;
        };
        let (port, value) = self.accepted(*answer, text)?;
        if *answer == Answer::YesNo && !is_of_offer(prompt, text, port == "yes") {
            return None;
        }
        let has_port = self.snapshot().graph.has_port(&node, port);
        has_port.then_some(Plan::Answered { node, port, value })
    }

    /// The field of a form that is asked for in writing.
    fn field_of(&self, prompt: &Prompt) -> Option<&Field> {
        let PromptKind::Field { name } = &prompt.kind else { return None };
        match self.snapshot().graph.node(&prompt.node) {
            Some(Kind::Form { fields, .. }) => fields.iter().find(|f| f.name == *name),
            _ => None,
        }
    }

    /// Key of the text that asks a question; nothing for a menu, a list or a form.
    pub(in crate::conversation) fn question_of(&self, prompt: &Prompt) -> Option<&str> {
        match self.snapshot().graph.node(&prompt.node) {
            Some(Kind::Ask { text, .. }) => Some(text),
            _ => self.field_of(prompt)?.ask.as_deref(),
        }
    }

    /// Reads an answer of a kind: the port and the value.
    pub(super) fn accepted(
        &self,
        answer: Answer,
        text: &Text,
    ) -> Option<(&'static str, Option<String>)> {
        let yes_no = |yes: bool| (if yes { "yes" } else { "no" }, None);
        match answer {
            Answer::OrderNumber => {
                if let Some(number) = parse::order_number(text, &self.snapshot().orders, true) {
                    return Some(("ok", Some(number.number)));
                }
                parse::has_no_number(text).then_some(("none", None))
            }
            Answer::Postcode => {
                // A full order number is another order, not a postcode; so are its digits where
                // they put right what was said.
                let is_bare = parse::corrects(text);
                if parse::order_number(text, &self.snapshot().orders, is_bare).is_some() {
                    return None;
                }
                if let Some(postcode) = parse::postcode(text) {
                    return Some(("ok", Some(postcode)));
                }
                parse::has_no_number(text).then_some(("none", None))
            }
            // "Please" takes what was offered.
            Answer::YesNo => {
                let declines = parse::declines(text).then_some(false);
                let courteous = || parse::is_courtesy(text).then_some(true);
                declines.or_else(|| parse::yes_no(text)).or_else(courteous).map(yes_no)
            }
            Answer::Solved => parse::solved(text).or_else(|| parse::yes_no(text)).map(yes_no),
            Answer::Number => parse::number(text).map(|n| ("ok", Some(n.to_string()))),
            Answer::Email => parse::email(text).map(|e| ("ok", Some(e))),
            Answer::Text => {
                (!text.folded.is_empty()).then(|| ("ok", Some(text.original.trim().to_owned())))
            }
        }
    }

    /// "Oui merci, et vite": a yes in a clause of its own answers the question, whatever follows; a
    /// yes or no at the beginning does when the rest says nothing. A no in front of another
    /// question is about that question.
    pub(super) fn begun_answer(
        &self,
        prompt: Option<&Prompt>,
        text: &Text,
        missed: Option<Missed>,
    ) -> Option<Plan> {
        let prompt = prompt?;
        let Some(Kind::Ask { answer: Answer::YesNo, .. }) =
            self.snapshot().graph.node(&prompt.node)
        else {
            return None;
        };
        let ends = |n: &usize| {
            let last = &text.tokens[n - 1];
            missed.is_some() || last.ends_clause || last.ends_sentence
        };
        let longest = text.tokens.len().min(BEGINNING);
        let mut beginnings =
            (1..=longest).rev().filter(ends).map(|n| Text::new(&text.quoted(text.quote(0, n))));
        let (part, yes) =
            beginnings.find_map(|part| parse::yes_no(&part).map(|yes| (part, yes)))?;
        if !is_of_offer(prompt, &part, yes) || !yes && missed != Some(Missed::Noise) {
            return None;
        }
        let port = if yes { "yes" } else { "no" };
        Some(Plan::Answered { node: prompt.node.clone(), port, value: None })
    }

    pub(super) fn is_a_value(&self, prompt: &Prompt, text: &Text) -> bool {
        let answer = match self.snapshot().graph.node(&prompt.node) {
            Some(Kind::Ask { answer, .. }) => Some(*answer),
            _ => self.field_of(prompt).map(|field| field.answer),
        };
        answer.is_some_and(|answer| self.accepted(answer, text).is_some())
    }
}

/// Whether a yes or no is said of an offer. Where more was said since, "ok" and "ok, thanks" are said
/// of that.
fn is_of_offer(prompt: &Prompt, text: &Text, yes: bool) -> bool {
    let is_plain_no = !yes && !parse::is_thanks(text);
    !prompt.more_was_said || parse::is_firm_yes(text) || is_plain_no
}
