//! What is wrong with a flow, before anyone meets it: unknown nodes, dead ends, endless loops,
//! missing texts, titles that are too long, and no way to a person.

mod graph;
mod texts;

use super::Kind;
use crate::workspace::Document;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub at: String,
    pub message: String,
    /// Cannot be published; otherwise a warning.
    pub is_error: bool,
}

/// Collects what is found.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn error(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.0.push(Finding { at: at.into(), message: message.into(), is_error: true });
    }

    fn warning(&mut self, at: impl Into<String>, message: impl Into<String>) {
        self.0.push(Finding { at: at.into(), message: message.into(), is_error: false });
    }
}

type Nodes<'a> = BTreeMap<&'a str, &'a Kind>;

/// Checks the flow of a workspace and what it leans on.
pub fn check(document: &Document) -> Vec<Finding> {
    let mut found = Findings::default();
    let flow = &document.flow;
    if flow.format != 1 {
        found.error("flow.format", "only flow format 1 is known");
    }
    let mut nodes = Nodes::new();
    for node in &flow.nodes {
        if nodes.insert(node.id.as_str(), &node.kind).is_some() {
            found.error(at(&node.id), "two nodes have this id");
        }
    }
    for (id, kind) in &nodes {
        node(document, id, kind, &mut found);
    }
    graph::check(document, &nodes, &mut found);
    texts::check(document, &nodes, &mut found);
    found.0
}

fn at(node: &str) -> String {
    format!("flow.{node}")
}

/// WhatsApp's limits: three buttons of 20 characters, ten rows of 24.
const BUTTONS: usize = 3;
const BUTTON_TITLE: usize = 20;
const ROWS: usize = 10;
const ROW_TITLE: usize = 24;
const LONGEST_WAIT: u32 = 24 * 3_600;

/// What one node says of itself.
fn node(document: &Document, id: &str, kind: &Kind, found: &mut Findings) {
    match kind {
        Kind::Menu { options, .. } => menu(options, id, found),
        Kind::Condition { when } => {
            if when.depth() > super::condition::MAX_DEPTH {
                found.error(at(id), "the condition is nested too deeply");
            }
        }
        Kind::Form { .. } => form(kind, id, found),
        Kind::Knowledge { article } => {
            if !document.knowledge.articles.iter().any(|a| a.id == *article) {
                found.error(at(id), format!("there is no article `{article}`"));
            }
        }
        Kind::Escalate { team: Some(team), .. } => {
            if !document.teams.iter().any(|t| t.key == *team) {
                found.error(at(id), format!("there is no team `{team}`"));
            }
        }
        Kind::CheckPostcode { attempts: 0 } => {
            found.error(at(id), "nobody can answer in 0 attempts");
        }
        Kind::Wait { seconds } => {
            if *seconds > LONGEST_WAIT {
                found.error(at(id), "a pause of more than a day outlives the session window");
            }
        }
        Kind::Topics { .. } => {
            if document.knowledge.themes.is_empty() {
                found.warning(at(id), "there are no themes to choose from");
            }
            if document.knowledge.themes.len() > ROWS {
                found.warning(at(id), format!("a list shows {ROWS} themes at most"));
            }
        }
        Kind::Finder { .. } => {
            if document.knowledge.finder.is_empty() {
                found.warning(at(id), "the finder knows no room");
            }
        }
        Kind::SayMedia { link, .. } => {
            if !link.starts_with("https://") {
                found.error(at(id), "a file needs an https link");
            }
        }
        Kind::Escalate { team: None, .. }
        | Kind::CheckPostcode { .. }
        | Kind::Say { .. }
        | Kind::Ask { .. }
        | Kind::LookupOrder {}
        | Kind::OrderByPhone {}
        | Kind::Hours {}
        | Kind::Language {}
        | Kind::Segment {}
        | Kind::Set { .. }
        | Kind::Tag { .. }
        | Kind::OfferEmail { .. }
        | Kind::Csat { .. }
        | Kind::Jump { .. }
        | Kind::SubFlow { .. }
        | Kind::End {} => {}
    }
}

fn menu(options: &[super::MenuOption], id: &str, found: &mut Findings) {
    if options.is_empty() {
        found.error(at(id), "a menu needs an option");
    }
    if options.len() > ROWS {
        found.error(at(id), format!("a menu has {ROWS} options at most"));
    }
    let limit = if options.len() <= BUTTONS { BUTTON_TITLE } else { ROW_TITLE };
    let (mut keys, mut digits) = (BTreeSet::new(), BTreeSet::new());
    for option in options {
        if !keys.insert(&option.key) {
            found.error(at(id), format!("two options have the key `{}`", option.key));
        }
        if option.digit == 0 || !digits.insert(option.digit) {
            found.error(
                at(id),
                format!("digit {} cannot be used: 0 is the menu, others once", option.digit),
            );
        }
        for (language, title) in &option.title {
            if title.chars().count() > limit {
                found.error(
                    at(id),
                    format!("title `{title}` ({language}) is longer than {limit} characters"),
                );
            }
        }
        if option.title.is_empty() {
            found.error(at(id), format!("option `{}` has no title", option.key));
        }
    }
}

fn form(kind: &Kind, id: &str, found: &mut Findings) {
    let Kind::Form { button, form, screen, fields, .. } = kind else { return };
    if form.trim().is_empty() || screen.trim().is_empty() {
        found.error(at(id), "a form needs the provider's id and its first screen");
    }
    if button.is_empty() {
        found.error(at(id), "the button that opens the form has no title");
    }
    for (language, title) in button {
        if title.trim().is_empty() || title.chars().count() > BUTTON_TITLE {
            found.error(
                at(id),
                format!("title `{title}` ({language}) must have 1 to {BUTTON_TITLE} characters"),
            );
        }
    }
    if fields.is_empty() || fields.len() > super::form::MAX_FIELDS {
        found.error(at(id), format!("a form has 1 to {} fields", super::form::MAX_FIELDS));
    }
    let mut names = BTreeSet::new();
    for field in fields {
        if field.name.is_empty() || !names.insert(&field.name) {
            found.error(at(id), format!("each field needs a name of its own: `{}`", field.name));
        }
        if matches!(field.answer, super::Answer::YesNo | super::Answer::Solved) {
            found.error(at(id), format!("field `{}` cannot be a yes or no", field.name));
        }
    }
}

#[cfg(test)]
mod tests;
