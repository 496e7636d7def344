//! What is wrong with a flow, before anyone meets it: unknown nodes, dead ends, endless loops,
//! missing texts, titles that are too long, and no way to a person.

mod graph;
mod texts;

use super::Kind;
use crate::why::Why;
use crate::workspace::Document;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub at: String,
    pub why: Why,
    /// Cannot be published; otherwise a warning.
    pub is_error: bool,
}

/// Collects what is found.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn error(&mut self, at: impl Into<String>, why: Why) {
        self.0.push(Finding { at: at.into(), why, is_error: true });
    }

    fn warning(&mut self, at: impl Into<String>, why: Why) {
        self.0.push(Finding { at: at.into(), why, is_error: false });
    }
}

type Nodes<'a> = BTreeMap<&'a str, &'a Kind>;

/// Checks the flow of a workspace and what it leans on.
pub fn check(document: &Document) -> Vec<Finding> {
    let mut found = Findings::default();
    let flow = &document.flow;
    if flow.format != 1 {
        found.error("flow.format", Why::new("format", "only flow format 1 is known"));
    }
    let mut nodes = Nodes::new();
    for node in &flow.nodes {
        if nodes.insert(node.id.as_str(), &node.kind).is_some() {
            found.error(at(&node.id), Why::new("taken", "two nodes have this id"));
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
                found.error(at(id), Why::new("too_deep", "the condition is nested too deeply"));
            }
        }
        Kind::Form { .. } => form(kind, id, found),
        Kind::Knowledge { article } => {
            if !document.knowledge.articles.iter().any(|a| a.id == *article) {
                found.error(at(id), Why::unknown(format!("there is no article `{article}`")));
            }
        }
        Kind::Escalate { team: Some(team), .. } => {
            if !document.teams.iter().any(|t| t.key == *team) {
                found.error(at(id), Why::unknown(format!("there is no team `{team}`")));
            }
        }
        Kind::CheckPostcode { attempts: 0 } => {
            let why = Why::missing().told("nobody can answer in 0 attempts");
            found.error(at(id), why);
        }
        Kind::Wait { seconds } => {
            if *seconds > LONGEST_WAIT {
                let told = "a pause of more than a day outlives the session window";
                found.error(at(id), Why::range(0, LONGEST_WAIT.into()).told(told));
            }
        }
        Kind::Topics { .. } => {
            if document.knowledge.themes.is_empty() {
                found.warning(at(id), Why::missing().told("there are no themes to choose from"));
            }
            if document.knowledge.themes.len() > ROWS {
                found.warning(
                    at(id),
                    Why::too_many(ROWS).told(format!("a list shows {ROWS} themes at most")),
                );
            }
        }
        Kind::Finder { .. } => {
            if document.knowledge.finder.is_empty() {
                found.warning(at(id), Why::missing().told("the finder knows no room"));
            }
        }
        Kind::SayMedia { link, .. } => {
            if !link.starts_with("https://") {
                found.error(at(id), Why::new("url", "a file needs an https link"));
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
        found.error(at(id), Why::missing().told("a menu needs an option"));
    }
    if options.len() > ROWS {
        found.error(at(id), Why::too_many(ROWS).told(format!("a menu has {ROWS} options at most")));
    }
    let limit = if options.len() <= BUTTONS { BUTTON_TITLE } else { ROW_TITLE };
    let (mut keys, mut digits) = (BTreeSet::new(), BTreeSet::new());
    for option in options {
        if !keys.insert(&option.key) {
            found.error(
                at(id),
                Why::new("taken", format!("two options have the key `{}`", option.key)),
            );
        }
        if option.digit == 0 || !digits.insert(option.digit) {
            let told = format!("digit {} cannot be used: 0 is the menu, others once", option.digit);
            found.error(at(id), Why::new("taken", told));
        }
        for (language, title) in &option.title {
            if title.chars().count() > limit {
                let told =
                    format!("title `{title}` ({language}) is longer than {limit} characters");
                found.error(at(id), Why::too_long(limit).told(told));
            }
        }
        if option.title.is_empty() {
            found.error(
                at(id),
                Why::missing().told(format!("option `{}` has no title", option.key)),
            );
        }
    }
}

fn form(kind: &Kind, id: &str, found: &mut Findings) {
    let Kind::Form { button, form, screen, fields, .. } = kind else { return };
    if form.trim().is_empty() || screen.trim().is_empty() {
        found.error(
            at(id),
            Why::missing().told("a form needs the provider's id and its first screen"),
        );
    }
    if button.is_empty() {
        found.error(at(id), Why::missing().told("the button that opens the form has no title"));
    }
    for (language, title) in button {
        if title.trim().is_empty() || title.chars().count() > BUTTON_TITLE {
            let told =
                format!("title `{title}` ({language}) must have 1 to {BUTTON_TITLE} characters");
            found.error(at(id), Why::length(1, BUTTON_TITLE).told(told));
        }
    }
    if fields.is_empty() || fields.len() > super::form::MAX_FIELDS {
        let most = super::form::MAX_FIELDS;
        let why = if fields.is_empty() { Why::missing() } else { Why::too_many(most) };
        found.error(at(id), why.told(format!("a form has 1 to {most} fields")));
    }
    let mut names = BTreeSet::new();
    for field in fields {
        if field.name.is_empty() || !names.insert(&field.name) {
            found.error(
                at(id),
                Why::new("taken", format!("each field needs a name of its own: `{}`", field.name)),
            );
        }
        if matches!(field.answer, super::Answer::YesNo | super::Answer::Solved) {
            found.error(
                at(id),
                Why::new("choice", format!("field `{}` cannot be a yes or no", field.name)),
            );
        }
    }
}

#[cfg(test)]
mod tests;
