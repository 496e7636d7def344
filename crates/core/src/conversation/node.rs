//! What each kind of node does when a walk comes to it, and how it is left.

use super::escalate::Order;
use super::event::{Author, Event};
use super::lists::Line;
use super::payload::Payload;
use super::rules::texts;
use super::state::PromptKind;
use super::turn::Turn;
use super::walk::{Carry, Step};
use crate::flow::{Answer, Kind, MenuOption};
use crate::message::{Button, MediaSource, Outbound};
use crate::time::Span;
use crate::trigger::{Fired, Reason};
use std::collections::BTreeMap;

/// Deepest nesting of sub-flows.
const MAX_STACK: usize = 8;

impl Turn<'_> {
    /// What a node does when the walk comes to it.
    pub(super) fn step(&mut self, node: &str, kind: &Kind, carry: &mut Carry) -> Step {
        match kind {
            Kind::Say { text } => {
                self.say_in_flow(text, carry);
                Step::port("next")
            }
            Kind::SayMedia { media, link, caption } => {
                let caption = caption.as_deref().and_then(|key| self.text(key, &[]));
                let content = Outbound::Media {
                    kind: *media,
                    source: MediaSource::Link(link.clone()),
                    caption,
                    filename: None,
                };
                self.bubble(None, Author::Bot, content);
                Step::port("next")
            }
            Kind::Menu { text, options } => {
                self.show_menu(node, text, options);
                Step::Stop
            }
            // What came with the order number is not asked for.
            Kind::Ask { answer: Answer::Postcode, .. } if carry.postcode.is_some() => {
                Step::port("ok")
            }
            Kind::Ask { text, answer, .. } => {
                self.say_in_flow(text, carry);
                let order = carry.number.clone().filter(|_| *answer == Answer::Postcode);
                let kind = order.map_or(PromptKind::Node, |order| PromptKind::Postcode { order });
                self.ask(node, kind);
                Step::Stop
            }
            Kind::Form { .. } => {
                self.show_form(node, kind);
                Step::Stop
            }
            Kind::LookupOrder {} => self.look_up(node, carry),
            Kind::CheckPostcode { attempts } => self.check_postcode(node, *attempts, carry),
            Kind::OrderByPhone {} => self.order_by_phone(),
            Kind::Topics { text } => {
                self.show_topics(node, text);
                Step::Stop
            }
            Kind::Finder { text } => {
                self.ask_room(node, text);
                Step::Stop
            }
            Kind::Knowledge { article } => {
                self.say_article(article, None);
                Step::port("next")
            }
            Kind::Condition { .. } | Kind::Hours {} | Kind::Language {} | Kind::Segment {} => {
                Step::port(self.branch(node, kind).unwrap_or("other"))
            }
            Kind::Set { variable, value } => {
                self.set_variable(variable, value);
                Step::port("next")
            }
            Kind::Tag { tag } => {
                if !self.state.tags.contains(tag) {
                    self.emit(Event::Tagged { tag: tag.clone(), by: None });
                }
                Step::port("next")
            }
            Kind::Escalate { reason, team, topic } => {
                let fired = match reason {
                    Reason::Failures => self.gave_up(topic.as_deref()),
                    reason => vec![Fired { topic: topic.clone(), ..(*reason).into() }],
                };
                let order = Order { fired, team: team.clone(), notice: Some(texts::HANDOFF) };
                if self.escalate(order) { Step::Stop } else { Step::End }
            }
            Kind::Wait { seconds } => {
                let until = self.ctx.now + Span::secs(i64::from(*seconds));
                self.bot.resume = Some((node.to_owned(), until));
                Step::Stop
            }
            Kind::OfferEmail { text } => {
                if !self.is_open() {
                    self.say_in_flow(text, carry);
                }
                Step::port("next")
            }
            Kind::Csat { text } => {
                if !self.snapshot().is_on("csat") || self.state.csat.is_some() {
                    return Step::port("next");
                }
                self.say_in_flow(text, carry);
                self.ask(node, PromptKind::Node);
                Step::Stop
            }
            Kind::Jump { to } => Step::Goto(to.clone()),
            Kind::SubFlow { start } => {
                if self.bot.stack.len() >= MAX_STACK {
                    self.stranded();
                    return Step::Stop;
                }
                self.bot.stack.push(node.to_owned());
                Step::Goto(start.clone())
            }
            Kind::End {} => Step::End,
        }
    }

    /// The port by which a node that only decides is left; nothing for any other node.
    pub(super) fn branch(&self, node: &str, kind: &Kind) -> Option<&str> {
        let snapshot = self.snapshot();
        let port_or_other = |port| if snapshot.graph.has_port(node, port) { port } else { "other" };
        match kind {
            Kind::Condition { when } => {
                Some(if when.holds(&self.variables()) { "true" } else { "false" })
            }
            Kind::Hours {} => Some(if self.is_open() { "open" } else { "closed" }),
            Kind::Language {} => Some(port_or_other(&self.state.language)),
            Kind::Segment {} if snapshot.is_on("vip") => Some(port_or_other(&self.state.segment)),
            Kind::Segment {} => Some("other"),
            _ => None,
        }
    }

    fn say_in_flow(&mut self, text: &str, carry: &Carry) {
        match &carry.number {
            Some(number) => self.say_with(text, &[("order", number)]),
            None => self.say(text),
        };
    }

    fn is_open(&self) -> bool {
        let team = &self.snapshot().document.triggers.default_team;
        !self.snapshot().is_on("hours") || self.snapshot().calendar(team).is_open(self.ctx.now)
    }

    pub(super) fn set_variable(&mut self, variable: &str, value: &str) {
        let is_new = self.state.variables.get(variable).is_none_or(|v| v != value);
        if is_new {
            self.emit(Event::VariableSet {
                variable: variable.to_owned(),
                content: Some(value.to_owned()),
            });
        }
    }

    /// What conditions see: the flow's own variables and what is known of the conversation.
    fn variables(&self) -> BTreeMap<String, String> {
        let mut all = self.state.variables.clone();
        all.insert("language".to_owned(), self.state.language.clone());
        all.insert("segment".to_owned(), self.state.segment.clone());
        all.insert("failures".to_owned(), self.bot.failures.to_string());
        if let Some(topic) = &self.state.topic {
            all.insert("topic".to_owned(), topic.clone());
        }
        if let Some(order) = self.state.orders.last() {
            all.insert("order".to_owned(), order.clone());
        }
        all
    }

    fn show_menu(&mut self, node: &str, text: &str, options: &[MenuOption]) {
        let body = self.text(text, &[]).unwrap_or_default();
        let version = self.snapshot().version;
        let language = self.state.language.clone();
        let lines: Vec<Line> = options
            .iter()
            .map(|o| Line {
                id: Payload::Option { node: node.to_owned(), key: o.key.clone() }.encode(version),
                title: self.snapshot().pick(&o.title, &language).unwrap_or(&o.key).to_owned(),
                description: None,
            })
            .collect();
        if lines.len() <= 3 {
            let buttons = lines.into_iter().map(|l| Button { id: l.id, title: l.title }).collect();
            self.buttons(text, body, buttons);
        } else {
            self.show_list(text, body, lines);
        }
        self.ask(node, PromptKind::Node);
    }

    fn show_form(&mut self, node: &str, kind: &Kind) {
        let Kind::Form { text, button, form, screen, .. } = kind else { return };
        let snapshot = self.snapshot();
        let content = Outbound::Form {
            body: self.text(text, &[]).unwrap_or_default(),
            button: snapshot.pick(button, &self.state.language).unwrap_or_default().to_owned(),
            form: form.clone(),
            screen: screen.clone(),
            payload: Payload::Form { node: node.to_owned() }.encode(snapshot.version),
        };
        self.bubble(Some(text), Author::Bot, content);
        self.ask(node, PromptKind::Node);
    }

    /// Asks the interrupted question again; says whether there was one.
    pub(super) fn repeat_prompt(&mut self) -> bool {
        if !self.snapshot().is_on("prompt_repeat") {
            return self.has_question();
        }
        let Some(mut prompt) = self.fresh_prompt() else { return false };
        // "I do not have that information" would now be said of what was just answered. The offer
        // stands all the same.
        if self.snapshot().graph.entries.out_of_scope.as_ref() == Some(&prompt.node) {
            prompt.digits_are_menu = true;
            prompt.more_was_said = true;
            self.bot.prompt = Some(prompt);
            self.ends_step = true;
            return true;
        }
        let Some(text) = self.question_of(&prompt).map(str::to_owned) else { return false };
        let number = match &prompt.kind {
            PromptKind::Postcode { order } => Some(order.clone()),
            PromptKind::Node
            | PromptKind::Articles { .. }
            | PromptKind::Field { .. }
            | PromptKind::Rooms => None,
        };
        self.say_in_flow(&text, &Carry { number, postcode: None });
        prompt.asked_at = self.ctx.now;
        prompt.digits_are_menu = false;
        prompt.more_was_said = false;
        self.bot.prompt = Some(prompt);
        true
    }

    /// A question (not a menu or a list) waits for its answer.
    pub(super) fn has_question(&self) -> bool {
        self.fresh_prompt().is_some_and(|prompt| self.question_of(&prompt).is_some())
    }
}
