//! The flow stepper: walks from node to node until one waits for the customer, for time, for an
//! effect or for people. Bounded by [`MAX_STEPS`]; a walk that is stranded ends with a person.

use super::escalate::Order;
use super::event::{Author, Event};
use super::lists::Line;
use super::payload::Payload;
use super::rules::texts;
use super::state::PromptKind;
use super::turn::Turn;
use crate::flow::{Answer, Kind, MAX_STEPS};
use crate::message::{Button, MediaSource, Outbound};
use crate::time::Span;
use crate::trigger::{Fired, Reason};
use std::collections::BTreeMap;

/// Deepest nesting of sub-flows.
const MAX_STACK: usize = 8;

/// What a walk carries from node to node.
#[derive(Clone, Debug, Default)]
pub(super) struct Carry {
    /// The order in question.
    pub number: Option<String>,
    /// The postcode the customer gave.
    pub postcode: Option<String>,
}

/// How a node ends.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Port(String),
    Goto(String),
    /// The flow waits, or somebody else goes on.
    Stop,
    /// The step is over.
    End,
}

impl Step {
    pub fn port(name: &str) -> Self {
        Self::Port(name.to_owned())
    }
}

impl Turn<'_> {
    /// Back to the beginning: the main menu, with nothing pending.
    pub(super) fn go_home(&mut self) {
        self.bot.stack.clear();
        let start = self.snapshot().graph.entries.start.clone();
        self.walk(&start, Carry::default());
    }

    /// Walks from a node.
    pub(super) fn walk(&mut self, from: &str, carry: Carry) {
        self.go_on(from, Step::Goto(from.to_owned()), carry);
    }

    /// Leaves a node by a port and walks on.
    pub(super) fn leave(&mut self, node: &str, port: &str, carry: Carry) {
        self.go_on(node, Step::port(port), carry);
    }

    /// Goes on from a node that ended with this step.
    pub(super) fn go_on(&mut self, node: &str, mut step: Step, mut carry: Carry) {
        self.bot.prompt = None;
        self.bot.resume = None;
        self.bot.was_greeted = true;
        let mut at = node.to_owned();
        for _ in 0..MAX_STEPS {
            let next = match step {
                Step::Stop => return,
                Step::Goto(to) => to,
                Step::Port(port) => {
                    self.trace.leaves(&at, &port);
                    let Some(to) = self.snapshot().graph.next(&at, &port) else {
                        step = Step::End;
                        continue;
                    };
                    to.to_owned()
                }
                Step::End => {
                    let Some(caller) = self.bot.stack.pop() else {
                        self.bot.prompt = None;
                        self.ends_step = true;
                        return;
                    };
                    at = caller;
                    step = Step::port("next");
                    continue;
                }
            };
            at = next;
            let graph = &self.snapshot().graph;
            let Some(kind) = graph.node(&at) else { return self.stranded() };
            self.trace.enters(&at);
            step = self.step(&at, kind, &mut carry);
        }
        self.stranded();
    }

    /// The flow leads nowhere (a deleted node, a circle): people take over (R22).
    fn stranded(&mut self) {
        self.unsay();
        self.won("failures");
        self.escalate(Order::because(Reason::Failures));
    }

    fn step(&mut self, node: &str, kind: &Kind, carry: &mut Carry) -> Step {
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
            Kind::Ask { text, answer, .. } => {
                self.say_in_flow(text, carry);
                let order = carry.number.clone().filter(|_| *answer == Answer::Postcode);
                let kind = order.map_or(PromptKind::Node, |order| PromptKind::Postcode { order });
                self.ask(node, kind);
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
            Kind::Condition { when } => {
                let holds = when.holds(&self.variables());
                Step::port(if holds { "true" } else { "false" })
            }
            Kind::Hours {} => Step::port(if self.is_open() { "open" } else { "closed" }),
            Kind::Language {} => self.port_or_other(node, &self.state.language.clone()),
            Kind::Segment {} => {
                let segment = if self.snapshot().is_on("vip") {
                    self.state.segment.clone()
                } else {
                    String::new()
                };
                self.port_or_other(node, &segment)
            }
            Kind::Set { variable, value } => {
                self.set_variable(variable, value);
                Step::port("next")
            }
            Kind::Tag { tag } => {
                if !self.state.tags.contains(tag) {
                    self.emit(Event::Tagged { tag: tag.clone() });
                }
                Step::port("next")
            }
            Kind::Escalate { reason, team, topic } => {
                let fired = match reason {
                    Reason::Failures => self.gave_up(topic.as_deref()),
                    reason => vec![Fired { topic: topic.clone(), ..(*reason).into() }],
                };
                let notice = Some(texts::HANDOFF);
                let order = Order { fired, team: team.clone(), notice };
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

    fn port_or_other(&self, node: &str, value: &str) -> Step {
        let has = self.snapshot().graph.has_port(node, value);
        Step::port(if has { value } else { "other" })
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

    fn show_menu(&mut self, node: &str, text: &str, options: &[crate::flow::MenuOption]) {
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

    /// The menu `start` leads to for this customer, without saying anything.
    pub(super) fn main_menu(&self) -> Option<String> {
        let graph = &self.snapshot().graph;
        let mut at = graph.entries.start.clone();
        for _ in 0..MAX_STEPS {
            let port = match graph.node(&at)? {
                Kind::Menu { .. } => return Some(at),
                Kind::Jump { to } => {
                    at.clone_from(to);
                    continue;
                }
                Kind::SubFlow { start } => {
                    at.clone_from(start);
                    continue;
                }
                Kind::Segment {} => {
                    let segment = self.state.segment.clone();
                    let is_on = self.snapshot().is_on("vip");
                    if is_on && graph.has_port(&at, &segment) { segment } else { "other".into() }
                }
                Kind::Language {} => {
                    let language = self.state.language.clone();
                    if graph.has_port(&at, &language) { language } else { "other".into() }
                }
                Kind::Condition { when } => {
                    (if when.holds(&self.variables()) { "true" } else { "false" }).to_owned()
                }
                Kind::Hours {} => (if self.is_open() { "open" } else { "closed" }).to_owned(),
                Kind::Say { .. }
                | Kind::SayMedia { .. }
                | Kind::Set { .. }
                | Kind::Tag { .. }
                | Kind::OfferEmail { .. }
                | Kind::Knowledge { .. } => "next".to_owned(),
                Kind::Ask { .. }
                | Kind::LookupOrder {}
                | Kind::CheckPostcode { .. }
                | Kind::OrderByPhone {}
                | Kind::Topics { .. }
                | Kind::Finder { .. }
                | Kind::Escalate { .. }
                | Kind::Wait { .. }
                | Kind::Csat { .. }
                | Kind::End {} => return None,
            };
            graph.next(&at, &port)?.clone_into(&mut at);
        }
        None
    }

    /// Asks the interrupted question again; says whether there was one.
    pub(super) fn repeat_prompt(&mut self) -> bool {
        if !self.snapshot().is_on("prompt_repeat") {
            return self.has_question();
        }
        let Some(mut prompt) = self.fresh_prompt() else { return false };
        let Some(Kind::Ask { text, .. }) = self.snapshot().graph.node(&prompt.node) else {
            return false;
        };
        let number = match &prompt.kind {
            PromptKind::Postcode { order } => Some(order.clone()),
            PromptKind::Node | PromptKind::Articles { .. } | PromptKind::Rooms => None,
        };
        let text = text.clone();
        self.say_in_flow(&text, &Carry { number, postcode: None });
        prompt.asked_at = self.ctx.now;
        prompt.digits_are_menu = false;
        self.bot.prompt = Some(prompt);
        true
    }

    /// A question (not a menu or a list) waits for its answer.
    pub(super) fn has_question(&self) -> bool {
        self.fresh_prompt()
            .is_some_and(|p| matches!(self.snapshot().graph.node(&p.node), Some(Kind::Ask { .. })))
    }
}
