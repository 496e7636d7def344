//! The flow stepper: walks from node to node until one waits for the customer, for time, for an
//! effect or for people. Bounded by [`MAX_STEPS`]; a walk that is stranded ends with a person.

use super::escalate::Order;
use super::turn::Turn;
use crate::flow::{Answer, Kind, MAX_STEPS};
use crate::trigger::Reason;

/// What a walk carries from node to node.
#[derive(Clone, Debug, Default)]
pub(super) struct Carry {
    /// The order in question.
    pub number: Option<String>,
    /// The postcode the customer gave.
    pub postcode: Option<String>,
}

impl Carry {
    /// Takes over what was answered; of what kind decides where it goes.
    pub fn take(&mut self, answer: Answer, value: Option<String>) {
        match answer {
            Answer::OrderNumber => self.number = value,
            Answer::Postcode => self.postcode = value,
            Answer::YesNo | Answer::Solved | Answer::Number | Answer::Email | Answer::Text => {}
        }
    }
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
        self.bot.set_aside = None;
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
    pub(super) fn stranded(&mut self) {
        self.unsay();
        self.won("failures");
        self.escalate(Order::because(Reason::Failures));
    }

    /// The menu `start` leads to for this customer, without saying anything.
    pub(super) fn main_menu(&self) -> Option<String> {
        let graph = &self.snapshot().graph;
        let mut at = graph.entries.start.clone();
        for _ in 0..MAX_STEPS {
            let kind = graph.node(&at)?;
            let to = match kind {
                Kind::Menu { .. } => return Some(at),
                Kind::Jump { to } | Kind::SubFlow { start: to } => to,
                Kind::Say { .. }
                | Kind::SayMedia { .. }
                | Kind::Set { .. }
                | Kind::Tag { .. }
                | Kind::OfferEmail { .. }
                | Kind::Knowledge { .. } => graph.next(&at, "next")?,
                _ => graph.next(&at, self.branch(&at, kind)?)?,
            };
            at = to.to_owned();
        }
        None
    }
}
