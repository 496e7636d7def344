//! Does what a message was understood to ask for.

use super::burst::Judged;
use super::escalate::Order;
use super::event::Event;
use super::lane::Plan;
use super::payload::Payload;
use super::reading::{Input, Reading};
use super::state::{Held, PromptKind};
use super::turn::Turn;
use super::walk::Carry;
use crate::flow::{Answer, Kind};
use crate::understanding::parse;
use crate::understanding::text::Text;

impl Turn<'_> {
    /// Carries a plan out. Everything understood ends a row of failures, except what the order
    /// look-up and the postcode decide on themselves.
    pub(super) fn perform(&mut self, plan: Plan, input: &Input, reading: &Reading) -> Judged {
        match &plan {
            Plan::Order { .. } | Plan::Answered { .. } => {}
            _ => self.bot.failures = 0,
        }
        if !matches!(plan, Plan::HandOver { .. }) {
            self.tell_languages();
        }
        match plan {
            Plan::HandOver { fired } => {
                self.note_context(reading);
                self.escalate(Order::of(fired));
            }
            Plan::OptOut => {
                self.opt_out();
                self.say("opt_out_ack");
                self.bot.was_greeted = true;
                if !self.repeat_prompt() {
                    self.bot.prompt = None;
                    self.ends_step = true;
                }
            }
            Plan::Menu | Plan::Greeting => self.go_home(),
            Plan::Option { node, key } => return self.press(&Payload::Option { node, key }),
            Plan::Theme(key) => self.show_theme(&key),
            Plan::Article(id) => self.answer_picked(&id),
            Plan::Finder => return self.press(&Payload::Finder),
            Plan::Room(index) => self.recommend(index),
            Plan::Answered { node, port, value } => {
                self.answer_prompt(&node, port, value, &reading.text);
            }
            Plan::Written { node, field, value } => self.written(&node, &field, value),
            Plan::Rated { node, score, comment } => {
                self.emit(Event::Rated { score, content: comment });
                self.leave(&node, "next", Carry::default());
            }
            Plan::Order { number, also } => {
                self.say_articles(&also);
                let entries = &self.snapshot().graph.entries;
                let node = entries.order.clone();
                match node {
                    Some(node) => {
                        let postcode = self.postcode_beside(&reading.text);
                        self.walk(&node, Carry { number: Some(number), postcode });
                    }
                    None => return Judged::Missed,
                }
            }
            Plan::Track { has_no_number } => {
                let Some(node) = self.snapshot().graph.entries.track.clone() else {
                    return Judged::Missed;
                };
                if has_no_number && self.snapshot().graph.has_port(&node, "none") {
                    self.leave(&node, "none", Carry::default());
                } else {
                    self.walk(&node, Carry::default());
                }
            }
            Plan::Topics => match self.snapshot().graph.entries.topics.clone() {
                Some(node) => self.walk(&node, Carry::default()),
                None => self.go_home(),
            },
            Plan::Identity => {
                self.bot.was_greeted = true;
                self.say("bot_identity");
                self.repeat_prompt();
            }
            Plan::WithoutPerson => {
                self.say("without_person");
                if !self.repeat_prompt() {
                    self.go_home();
                }
            }
            Plan::Question { article, before } => {
                self.say_articles(&before);
                self.answer_question(&article, input);
            }
            Plan::Clarify(ids) => {
                if !self.asks_which(&ids, input) {
                    self.show_which(ids);
                }
            }
            Plan::Wait => {
                self.ends_step = self.say("take_your_time") && !self.has_question();
            }
            Plan::Thanks => {
                self.bot.was_greeted = true;
                if !self.has_question() {
                    self.bot.prompt = None;
                }
                self.say_goodbye();
            }
        }
        Judged::Understood
    }

    /// Something of ours was pressed or filled in.
    pub(super) fn press_in(&mut self, payload: &Payload, held: &Held) -> Judged {
        match payload {
            Payload::Form { node } => self.filled_in(node, held),
            pressed => self.press(pressed),
        }
    }

    /// A button or list row means what it meant when it was shown.
    pub(super) fn press(&mut self, payload: &Payload) -> Judged {
        let snapshot = self.snapshot();
        match payload {
            Payload::Menu => self.go_home(),
            Payload::Option { node, key } => {
                let is_option = matches!(snapshot.graph.node(node),
                    Some(Kind::Menu { options, .. }) if options.iter().any(|o| o.key == *key));
                if !is_option {
                    return Judged::Missed;
                }
                self.leave(node, key, Carry::default());
            }
            Payload::Theme(key) => {
                if !snapshot.document.knowledge.themes.iter().any(|t| t.key == *key) {
                    return Judged::Missed;
                }
                self.show_theme(key);
            }
            Payload::Article(id) => {
                if snapshot.article(id).is_none() {
                    return Judged::Missed;
                }
                self.answer_picked(id);
            }
            Payload::Finder => match self.finder_node() {
                Some(node) => self.walk(&node, Carry::default()),
                None => return Judged::Missed,
            },
            Payload::Room(index) => {
                if *index >= snapshot.document.knowledge.finder.len() {
                    return Judged::Missed;
                }
                self.recommend(*index);
            }
            // Comes with what was filled in only.
            Payload::Form { .. } => return Judged::Missed,
        }
        Judged::Understood
    }

    /// The pending question was answered: on by its port.
    fn answer_prompt(
        &mut self,
        node: &str,
        port: &'static str,
        value: Option<String>,
        text: &Text,
    ) {
        let Some(Kind::Ask { answer, variable, .. }) = self.snapshot().graph.node(node) else {
            return self.go_home();
        };
        let (answer, variable) = (*answer, variable.clone());
        if let (Some(variable), Some(value)) = (&variable, &value) {
            self.set_variable(variable, value);
        }
        let mut carry = Carry::default();
        match answer {
            Answer::OrderNumber => {
                if value.is_none() {
                    self.bot.failures = 0;
                }
                carry.postcode = value.as_ref().and_then(|_| self.postcode_beside(text));
            }
            Answer::Postcode => carry.number = self.order_in_question(node),
            Answer::Solved => {
                self.bot.failures = 0;
                if port == "yes" && self.state.topic.is_some() {
                    self.emit(Event::TopicFound { topic: None });
                }
            }
            Answer::YesNo | Answer::Number | Answer::Email | Answer::Text => {
                self.bot.failures = 0;
            }
        }
        // Who has no number, or asks why, may give it all the same.
        let set_aside = self.fresh_prompt().filter(|_| port == "none");
        carry.take(answer, value);
        self.leave(node, port, carry);
        if set_aside.is_some() {
            self.bot.set_aside = set_aside;
        }
    }

    fn postcode_beside(&self, text: &Text) -> Option<String> {
        let number = parse::order_number(text, &self.snapshot().orders, true)?;
        parse::postcode_beside(text, number.quote)
    }

    /// The order whose postcode the node awaits.
    fn order_in_question(&self, node: &str) -> Option<String> {
        let asked = [&self.bot.prompt, &self.bot.set_aside];
        let prompt = asked.into_iter().flatten().find(|p| p.node == node)?;
        match &prompt.kind {
            PromptKind::Postcode { order } => Some(order.clone()),
            PromptKind::Node
            | PromptKind::Articles { .. }
            | PromptKind::Field { .. }
            | PromptKind::Rooms => None,
        }
    }

    pub(super) fn opt_out(&mut self) {
        if !self.state.opted_out {
            self.emit(Event::OptedOut);
        }
    }

    /// What an agent should know of a message to people: the fault, the order it names.
    pub(super) fn note_context(&mut self, reading: &Reading) {
        if reading.signals.fault.is_alarm() && self.state.topic.is_none() {
            self.emit(Event::TopicFound { topic: Some("fault".to_owned()) });
        }
        let number = parse::order_number(&reading.text, &self.snapshot().orders, false);
        let Some(number) = number.map(|n| n.number) else { return };
        let is_of_profile =
            self.state.profile.as_ref().is_some_and(|p| p.orders.iter().any(|o| o.order == number));
        if is_of_profile || self.snapshot().order(&number).is_some() {
            self.found_order(&number);
        }
    }
}
