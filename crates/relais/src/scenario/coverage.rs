//! What a set of scenarios has touched: nodes and ports of the flow, triggers, rules.

use relais_core::trigger::Reason;
use relais_core::workspace::Document;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    nodes: BTreeSet<String>,
    /// Node and port a walk left by.
    ports: BTreeSet<(String, String)>,
    triggers: BTreeSet<String>,
    rules: BTreeSet<String>,
}

impl Coverage {
    /// Reads the log of a conversation.
    pub fn read(&mut self, events: &[Value]) {
        for event in events {
            let words = |list: &Value| -> Vec<String> {
                let items = list.as_array().map_or(&[][..], Vec::as_slice);
                items.iter().filter_map(|i| i.as_str().map(str::to_owned)).collect()
            };
            match event["kind"].as_str().unwrap_or_default() {
                "escalated" | "rerouted" => {
                    self.triggers.extend(words(&event["reasons"]));
                    if event["deferred"] == Value::Bool(true) {
                        self.triggers.insert(Reason::Hours.as_str().to_owned());
                    }
                }
                "deferred" => {
                    self.triggers.insert(Reason::Hours.as_str().to_owned());
                }
                "turn_decided" => self.read_trace(&event["trace"]),
                _ => {}
            }
        }
    }

    fn read_trace(&mut self, trace: &Value) {
        let list = |key: &str| trace[key].as_array().cloned().unwrap_or_default();
        for rule in list("rules") {
            if rule["fired"] == Value::Bool(true)
                && let Some(name) = rule["rule"].as_str()
            {
                self.rules.insert(name.to_owned());
            }
        }
        for step in list("walked") {
            let Some(node) = step["node"].as_str() else { continue };
            self.nodes.insert(node.to_owned());
            if let Some(port) = step["port"].as_str() {
                self.ports.insert((node.to_owned(), port.to_owned()));
            }
        }
    }

    pub fn add(&mut self, other: &Self) {
        self.nodes.extend(other.nodes.iter().cloned());
        self.ports.extend(other.ports.iter().cloned());
        self.triggers.extend(other.triggers.iter().cloned());
        self.rules.extend(other.rules.iter().cloned());
    }

    /// Triggers that no scenario set off.
    pub fn missing_triggers(&self) -> Vec<&'static str> {
        Reason::ALL
            .map(Reason::as_str)
            .into_iter()
            .filter(|t| !self.triggers.contains(*t))
            .collect()
    }

    /// The coverage of a workspace in words.
    pub fn report(&self, document: &Document) -> String {
        let flow = &document.flow;
        let nodes: Vec<&str> = flow.nodes.iter().map(|n| n.id.as_str()).collect();
        let not_met: Vec<&str> =
            nodes.iter().copied().filter(|n| !self.nodes.contains(*n)).collect();
        let edges: Vec<String> = flow
            .edges
            .iter()
            .filter(|e| !self.ports.contains(&(e.from.clone(), e.port.clone())))
            .map(|e| format!("{}.{} → {}", e.from, e.port, e.to))
            .collect();
        let triggers = self.missing_triggers();
        let mut out = String::new();
        let mut line = |what: &str, missing: &[&str], all: usize| {
            let met = all - missing.len();
            let _ = write!(out, "{what}: {met} of {all}");
            if !missing.is_empty() {
                let _ = write!(out, "; never {}", missing.join(", "));
            }
            out.push('\n');
        };
        line("nodes", &not_met, nodes.len());
        line("edges", &edges.iter().map(String::as_str).collect::<Vec<_>>(), flow.edges.len());
        line("triggers", &triggers, Reason::ALL.len());
        let rules: Vec<&str> = self.rules.iter().map(String::as_str).collect();
        let _ = writeln!(out, "rules that fired: {}", rules.join(", "));
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_log_tells_what_was_touched() {
        let mut coverage = Coverage::default();
        coverage.read(&[
            json!({"kind": "turn_decided", "trace": {
                "rules": [{"rule": "keyword", "fired": true}, {"rule": "vip", "fired": false}],
                "walked": [{"node": "menu", "port": "faq"}, {"node": "topics"}]}}),
            json!({"kind": "escalated", "reasons": ["keyword", "sentiment"]}),
        ]);
        assert!(coverage.nodes.contains("topics") && coverage.nodes.contains("menu"));
        assert!(coverage.ports.contains(&("menu".into(), "faq".into())));
        assert_eq!(coverage.rules.iter().collect::<Vec<_>>(), ["keyword"]);
        assert_eq!(coverage.missing_triggers().len(), 6);
    }
}
