//! What is wrong with a flow, before anyone meets it: unknown nodes, dead ends, endless loops,
//! missing texts, titles that are too long, and no way to a person.

use super::{Kind, MAX_STEPS};
use crate::workspace::Document;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub at: String,
    pub message: String,
    /// Cannot be published; otherwise a warning.
    pub is_error: bool,
}

/// Checks the flow of a workspace.
pub fn check(document: &Document) -> Vec<Finding> {
    let flow = &document.flow;
    let mut findings = Vec::new();
    let mut error = |at: &str, message: String| {
        findings.push(Finding { at: format!("flow.{at}"), message, is_error: true });
    };
    let mut nodes = BTreeMap::new();
    for node in &flow.nodes {
        if nodes.insert(node.id.as_str(), &node.kind).is_some() {
            error(&node.id, "two nodes have this id".into());
        }
    }
    if flow.format != 1 {
        error("format", "only flow format 1 is known".into());
    }
    let entries = &flow.entries;
    let named = [
        Some(&entries.start),
        entries.track.as_ref(),
        entries.order.as_ref(),
        entries.topics.as_ref(),
        entries.out_of_scope.as_ref(),
    ];
    for id in named.into_iter().flatten() {
        if !nodes.contains_key(id.as_str()) {
            error("entries", format!("there is no node `{id}`"));
        }
    }
    let mut ports = BTreeSet::new();
    for edge in &flow.edges {
        for end in [&edge.from, &edge.to] {
            if !nodes.contains_key(end.as_str()) {
                error(end, "an edge names this node, and it does not exist".into());
            }
        }
        if !ports.insert((edge.from.as_str(), edge.port.as_str())) {
            error(&edge.from, format!("two edges leave port `{}`", edge.port));
        }
    }
    for (id, kind) in &nodes {
        for key in texts(kind) {
            if !document.texts.contains_key(key) {
                error(id, format!("there is no text `{key}`"));
            }
        }
        for port in required_ports(kind) {
            if !ports.contains(&(*id, port)) {
                error(id, format!("port `{port}` leads nowhere"));
            }
        }
        if let Kind::Menu { options, .. } = kind {
            for option in options {
                for (language, title) in &option.title {
                    let limit = if options.len() <= 3 { 20 } else { 24 };
                    if title.chars().count() > limit {
                        error(
                            id,
                            format!(
                                "title `{title}` ({language}) is longer than {limit} characters"
                            ),
                        );
                    }
                }
            }
        }
        if let Kind::Condition { when } = kind
            && when.depth() > super::condition::MAX_DEPTH
        {
            error(id, "the condition is nested too deeply".into());
        }
    }
    if !nodes.values().any(|k| matches!(k, Kind::Escalate { .. })) {
        error("nodes", "no node leads to a person; WhatsApp demands a human path".into());
    }
    for id in silent_loops(&nodes, flow) {
        error(&id, "this node can come back to itself without waiting for the customer".into());
    }
    findings
}

fn texts(kind: &Kind) -> Vec<&str> {
    match kind {
        Kind::Say { text }
        | Kind::Menu { text, .. }
        | Kind::Ask { text, .. }
        | Kind::Topics { text }
        | Kind::Finder { text }
        | Kind::OfferEmail { text }
        | Kind::Csat { text } => vec![text],
        Kind::SayMedia { caption, .. } => caption.iter().map(String::as_str).collect(),
        Kind::LookupOrder {}
        | Kind::CheckPostcode { .. }
        | Kind::OrderByPhone {}
        | Kind::Knowledge { .. }
        | Kind::Condition { .. }
        | Kind::Hours {}
        | Kind::Language {}
        | Kind::Segment {}
        | Kind::Set { .. }
        | Kind::Tag { .. }
        | Kind::Escalate { .. }
        | Kind::Wait { .. }
        | Kind::Jump { .. }
        | Kind::SubFlow { .. }
        | Kind::End {} => Vec::new(),
    }
}

fn required_ports(kind: &Kind) -> Vec<&str> {
    match kind {
        Kind::Menu { options, .. } => options.iter().map(|o| o.key.as_str()).collect(),
        Kind::Ask { answer: super::Answer::YesNo | super::Answer::Solved, .. } => vec!["yes", "no"],
        Kind::Ask { .. } => vec!["ok"],
        Kind::LookupOrder {} => vec!["shown", "postcode", "not_found", "failed"],
        Kind::CheckPostcode { .. } => vec!["ok", "wrong", "locked"],
        Kind::OrderByPhone {} => vec!["shown", "none"],
        Kind::Condition { .. } => vec!["true", "false"],
        Kind::Hours {} => vec!["open", "closed"],
        Kind::Language {} | Kind::Segment {} => vec!["other"],
        Kind::Say { .. }
        | Kind::SayMedia { .. }
        | Kind::Finder { .. }
        | Kind::Knowledge { .. }
        | Kind::Set { .. }
        | Kind::Tag { .. }
        | Kind::Wait { .. }
        | Kind::OfferEmail { .. }
        | Kind::Csat { .. }
        | Kind::SubFlow { .. } => vec!["next"],
        Kind::Topics { .. } | Kind::Escalate { .. } | Kind::Jump { .. } | Kind::End {} => {
            Vec::new()
        }
    }
}

/// The node ends a walk: it waits for the customer, for time, or for people.
fn stops(kind: &Kind) -> bool {
    matches!(
        kind,
        Kind::Menu { .. }
            | Kind::Ask { .. }
            | Kind::Topics { .. }
            | Kind::Finder { .. }
            | Kind::Csat { .. }
            | Kind::Escalate { .. }
            | Kind::Wait { .. }
            | Kind::End {}
    )
}

fn silent_loops(nodes: &BTreeMap<&str, &Kind>, flow: &super::Document) -> Vec<String> {
    let next = |id: &str| -> Vec<&str> {
        if nodes.get(id).is_none_or(|k| stops(k)) {
            return Vec::new();
        }
        let jump = match nodes.get(id) {
            Some(Kind::Jump { to }) => Some(to.as_str()),
            Some(Kind::SubFlow { start }) => Some(start.as_str()),
            _ => None,
        };
        flow.edges.iter().filter(|e| e.from == id).map(|e| e.to.as_str()).chain(jump).collect()
    };
    nodes
        .keys()
        .filter(|&&start| {
            let (mut seen, mut open) = (BTreeSet::new(), next(start));
            while let Some(id) = open.pop() {
                if id == start {
                    return true;
                }
                if seen.insert(id) && seen.len() <= nodes.len().max(MAX_STEPS) {
                    open.extend(next(id));
                }
            }
            false
        })
        .map(|id| (*id).to_owned())
        .collect()
}
