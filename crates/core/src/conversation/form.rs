//! Forms: filled in on a screen of the provider's, or, where that cannot be shown, asked for in
//! writing, one field after the other.

use super::burst::Judged;
use super::lane::{Looked, Plan};
use super::payload::Payload;
use super::reading::Input;
use super::state::{Held, PromptKind};
use super::turn::Turn;
use super::walk::Carry;
use crate::flow::form::Field;
use crate::flow::{Kind, form};

impl Turn<'_> {
    /// A form was filled in: its fields are kept, and on by `ok`; whoever asks in it for a person,
    /// or touches what a person must hear, gets one. What cannot be read is taken as if typed.
    pub(super) fn filled_in(&mut self, node: &str, held: &Held) -> Judged {
        let snapshot = self.snapshot();
        let Some(Kind::Form { fields, .. }) = snapshot.graph.node(node) else {
            return Judged::Missed;
        };
        let Ok(filled) = form::read(fields, &held.form, &snapshot.orders) else {
            return Judged::Missed;
        };
        let mut carry = Carry::default();
        for (field, value) in filled {
            if let Some(variable) = &field.variable {
                self.set_variable(variable, &value);
            }
            carry.take(field.answer, Some(value));
        }
        let input = Input::one(held);
        let reading = self.read(&input);
        match self.plan(&input, &reading, &mut Looked::default()) {
            Ok((rule, plan @ Plan::HandOver { .. })) => {
                self.won(rule);
                self.perform(plan, &input, &reading);
            }
            _ => self.leave(node, "ok", carry),
        }
        Judged::Understood
    }

    /// Begins to ask in writing what the pending form, which never arrives, asks for; says whether
    /// that can be done.
    pub(super) fn asks_in_writing(&mut self, id: &str) -> bool {
        let Some(Payload::Form { node }) = Payload::parse(id) else { return false };
        let is_pending = self
            .fresh_prompt()
            .is_some_and(|p| p.node == node && matches!(p.kind, PromptKind::Node));
        let Some(Kind::Form { fields, .. }) = self.snapshot().graph.node(&node) else {
            return false;
        };
        let can_ask = fields.iter().all(|f| f.is_optional || f.ask.is_some());
        if !is_pending || !can_ask || self.is_silenced() {
            return false;
        }
        self.ask_next(&node, fields);
        true
    }

    /// A field was answered, or left empty: on to the next.
    pub(super) fn written(&mut self, node: &str, name: &str, value: Option<String>) {
        let Some(Kind::Form { fields, .. }) = self.snapshot().graph.node(node) else {
            return self.go_home();
        };
        let Some(at) = fields.iter().position(|f| f.name == name) else { return self.go_home() };
        // What it held when the form was asked before is not the answer now.
        if value.is_some() || fields[at].variable.is_none() {
            self.set_variable(&fields[at].kept_as(node), &value.unwrap_or_default());
        }
        self.ask_next(node, &fields[at + 1..]);
    }

    /// Asks the first of these fields that has a question; without one the form is done.
    fn ask_next(&mut self, node: &str, fields: &[Field]) {
        let next = fields.iter().find_map(|f| f.ask.as_deref().zip(Some(&f.name)));
        match next {
            Some((text, name)) => {
                self.say(text);
                self.ask(node, PromptKind::Field { name: name.clone() });
            }
            None => {
                let carry = self.carry_written(node);
                self.leave(node, "ok", carry);
            }
        }
    }

    /// What the nodes after a form go on with.
    fn carry_written(&self, node: &str) -> Carry {
        let mut carry = Carry::default();
        let Some(Kind::Form { fields, .. }) = self.snapshot().graph.node(node) else {
            return carry;
        };
        for field in fields.iter().filter(|f| f.ask.is_some()) {
            let kept = self.state.variables.get(&field.kept_as(node));
            carry.take(field.answer, kept.filter(|v| !v.is_empty()).cloned());
        }
        carry
    }
}
