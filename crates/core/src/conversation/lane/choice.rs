//! Digits, ordinals and titles: what the last prompt said they mean, else the main menu.

use super::{Looked, Missed, Plan, Planned};
use crate::conversation::state::{Prompt, PromptKind};
use crate::conversation::turn::Turn;
use crate::flow::Kind;
use crate::understanding::parse;
use crate::understanding::text::Text;

enum Meaning {
    Plan(Plan),
    /// The prompt defines digits, and this is none of them.
    Nothing,
    /// The prompt says nothing of digits: those of the main menu stand.
    Menu,
}

impl Turn<'_> {
    /// A digit, an ordinal or an option's own title. Digits mean what the last prompt said.
    pub(super) fn chosen(
        &self,
        prompt: Option<&Prompt>,
        text: &Text,
        looked: &mut Looked,
    ) -> Option<Result<Planned, Missed>> {
        if let Some(plan) = self.titled(prompt, text) {
            looked.whole("digits", text, true);
            return Some(Ok(("digits", plan)));
        }
        let digit = parse::choice(text).filter(|_| self.snapshot().is_on("digits"));
        looked.whole("digits", text, digit.is_some());
        let digit = digit?;
        let plan = match prompt.filter(|p| !p.digits_are_menu) {
            Some(prompt) => match self.digit_of_prompt(prompt, text, digit) {
                Meaning::Plan(plan) => Some(plan),
                Meaning::Nothing => None,
                Meaning::Menu => self.digit_of_menu(digit),
            },
            None => self.digit_of_menu(digit).or_else(|| self.digit_of_list(text, digit)),
        };
        Some(plan.map(|plan| ("digits", plan)).ok_or(Missed::Noise))
    }

    fn digit_of_prompt(&self, prompt: &Prompt, text: &Text, digit: u32) -> Meaning {
        if digit == 0 && !self.is_a_value(prompt, text) {
            return Meaning::Plan(Plan::Menu);
        }
        let index = (digit as usize).wrapping_sub(1);
        let found = match &prompt.kind {
            PromptKind::Articles { ids } => ids.get(index).map(|id| match id.as_str() {
                "@finder" => Plan::Finder,
                _ => Plan::Article(id.clone()),
            }),
            PromptKind::Rooms => (index < self.snapshot().document.knowledge.finder.len())
                .then_some(Plan::Room(index)),
            PromptKind::Postcode { .. } => return Meaning::Menu,
            PromptKind::Node => match self.snapshot().graph.node(&prompt.node) {
                Some(Kind::Menu { options, .. }) => options
                    .iter()
                    .find(|o| o.digit == digit)
                    .map(|o| Plan::Option { node: prompt.node.clone(), key: o.key.clone() }),
                Some(Kind::Topics { .. }) => self
                    .snapshot()
                    .document
                    .knowledge
                    .themes
                    .get(index)
                    .map(|t| Plan::Theme(t.key.clone())),
                _ => return self.answer_to(prompt, text).map_or(Meaning::Menu, Meaning::Plan),
            },
            PromptKind::Field { .. } => {
                return self.answer_to(prompt, text).map_or(Meaning::Menu, Meaning::Plan);
            }
        };
        found.map_or(Meaning::Nothing, Meaning::Plan)
    }

    /// The next question of the list from which the last answer was picked, where the main menu has
    /// no such digit.
    fn digit_of_list(&self, text: &Text, digit: u32) -> Option<Plan> {
        let list = self.set_aside().filter(|p| matches!(p.kind, PromptKind::Articles { .. }))?;
        match self.digit_of_prompt(&list, text, digit) {
            Meaning::Plan(plan) => Some(plan),
            Meaning::Nothing | Meaning::Menu => None,
        }
    }

    fn digit_of_menu(&self, digit: u32) -> Option<Plan> {
        if digit == 0 {
            return Some(Plan::Menu);
        }
        let node = self.main_menu()?;
        let Some(Kind::Menu { options, .. }) = self.snapshot().graph.node(&node) else {
            return None;
        };
        let option = options.iter().find(|o| o.digit == digit)?;
        Some(Plan::Option { node, key: option.key.clone() })
    }

    /// The message is the title of an option, a theme or a question, word for word.
    pub(super) fn titled(&self, prompt: Option<&Prompt>, text: &Text) -> Option<Plan> {
        if text.folded.is_empty() {
            return None;
        }
        let snapshot = self.snapshot();
        let menus = prompt.map(|p| p.node.clone()).into_iter().chain(self.main_menu());
        for node in menus {
            if let Some(key) = snapshot.titles.option(&node, &text.folded) {
                return Some(Plan::Option { key: key.to_owned(), node });
            }
        }
        let asked = prompt.and_then(|p| snapshot.graph.node(&p.node));
        let theme = snapshot.titles.theme(&text.folded)?;
        matches!(asked, Some(Kind::Topics { .. })).then(|| Plan::Theme(theme.to_owned()))
    }
}
