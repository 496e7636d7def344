//! Files of a workspace, and the flow in them.

use super::{SENTENCES, Target, kind_of, look};
use crate::Dice;
use relais_app::files::{import, read, write};
use relais_core::flow::{self, lint};
use relais_core::workspace::Document;
use relais_core::workspace::snapshot::Snapshot;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

/// Files of a workspace in one input, each after a line that names it.
const MARK: &str = "=== ";

/// A few parts of everything in the demo.
fn small() -> &'static Document {
    static SMALL: OnceLock<Document> = OnceLock::new();
    SMALL.get_or_init(|| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/maison-lumiere");
        let mut document = import(&folder).expect("the demo can be read");
        let mut kept = 0;
        document.texts.retain(|_, _| {
            kept += 1;
            kept <= 3
        });
        document.knowledge.articles.truncate(2);
        document.knowledge.finder.truncate(1);
        document.orders.table.truncate(1);
        document.contacts.truncate(1);
        document.snippets.truncate(1);
        document.macros.truncate(1);
        document.templates.truncate(1);
        document.agents.truncate(2);
        document.flow.nodes.truncate(6);
        document.flow.edges.truncate(6);
        document
    })
}

pub(super) struct Files;

fn apart(text: &str) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for part in text.split(MARK).skip(1) {
        let (name, content) = part.split_once('\n').unwrap_or((part, ""));
        files.insert(name.trim().to_owned(), content.to_owned());
    }
    files
}

impl Target for Files {
    fn name(&self) -> &'static str {
        "files"
    }

    fn made(&self, dice: &mut Dice) -> Vec<u8> {
        let mut document = small().clone();
        document.workspace.name = dice.word(SENTENCES);
        for text in document.texts.values_mut().flat_map(|text| text.values_mut()) {
            if dice.percent(10) {
                *text = dice.word(SENTENCES);
            }
        }
        let mut files = write(&document).expect("the demo can be written");
        if dice.percent(20) {
            let names: Vec<String> = files.keys().cloned().collect();
            files.remove(&names[dice.below(names.len())]);
        }
        let parts = files.iter().map(|(name, text)| format!("{MARK}{name}\n{text}"));
        parts.collect::<String>().into_bytes()
    }

    fn words(&self) -> &[&'static str] {
        &[
            "=== texts\n",
            "=== hours\n",
            "=== contacts\n",
            "=== orders\n",
            "&a ",
            "*a",
            "<<: *a",
            "!!binary ",
            "|\n  ",
            ">-\n",
            "{",
            "}",
            "[",
            "]",
            ": ",
            "- ",
            "# ",
            "null",
            "~",
            "1e9",
            "0x10",
            "2027-13-45",
            "24:00-25:00",
            "\"\\u0000\"",
            "{name}",
            "tier: 9",
            "kind: menu",
        ]
    }

    fn look(&self, input: &[u8]) -> u64 {
        let text = String::from_utf8_lossy(input);
        match read(&apart(&text)) {
            Ok(document) => {
                let files = write(&document).expect("a document can be written");
                let again = read(&files).expect("what we wrote can be read");
                assert_eq!(again, document, "what was written is read as something else");
                let findings = lint::check(&document);
                // Building it takes longer than reading it: now and then.
                if input.len().is_multiple_of(16) && findings.iter().all(|f| !f.is_error) {
                    let built = Snapshot::new(document.clone(), 1);
                    return look(("built", built.map_err(|e| e.len()).map(|s| s.version)));
                }
                look((
                    document.texts.len(),
                    kind_of(&format!("{:?}", document.hours)),
                    findings.len(),
                ))
            }
            Err(errors) => {
                let mut kinds: Vec<String> = errors.iter().map(|e| kind_of(&e.reason)).collect();
                kinds.sort();
                kinds.dedup();
                look(kinds)
            }
        }
    }
}

pub(super) struct Flow;

const KINDS: [&str; 13] = [
    "say",
    "ask",
    "menu",
    "topics",
    "finder",
    "lookup_order",
    "check_postcode",
    "order_by_phone",
    "segment",
    "branch",
    "set",
    "escalate",
    "end",
];

impl Target for Flow {
    fn name(&self) -> &'static str {
        "flow"
    }

    fn made(&self, dice: &mut Dice) -> Vec<u8> {
        let many = 1 + dice.below(8);
        let id = |n: usize| format!("n{n}");
        let nodes: Vec<Value> = (0..many).map(|n| node(&id(n), dice)).collect();
        let edges: Vec<Value> = (0..dice.below(3 * many))
            .map(|_| {
                let port = dice.word(&["next", "yes", "no", "vip", "timeout", "track", "found", "else"]);
                json!({ "from": id(dice.below(many + 1)), "port": port, "to": id(dice.below(many + 1)) })
            })
            .collect();
        let flow = json!({
            "format": 1,
            "id": "default",
            "name": "A",
            "entries": { "start": id(dice.below(many)), "track": id(dice.below(many)) },
            "nodes": nodes,
            "edges": edges,
        });
        serde_json::to_vec(&flow).expect("a value is written")
    }

    fn words(&self) -> &[&'static str] {
        &[
            "say",
            "ask",
            "menu",
            "escalate",
            "end",
            "branch",
            "set",
            "wait",
            "next",
            "timeout",
            "n0",
            "n1",
            "text",
            "options",
            "digit",
            "answer",
            "yes_no",
            "order_number",
            "postcode",
            "all",
            "any",
            "not",
            "equals",
            "timeout_s",
            "when",
            "variable",
            "value",
        ]
    }

    fn look(&self, input: &[u8]) -> u64 {
        match serde_json::from_slice::<flow::Document>(input) {
            Ok(document) => {
                let text = serde_json::to_vec(&document).expect("a flow can be written");
                let again: flow::Document = serde_json::from_slice(&text).expect("and read again");
                assert_eq!(again, document, "what was written is read as something else");
                let whole = Document { flow: document.clone(), ..small().clone() };
                let findings = lint::check(&whole);
                assert_eq!(findings.len(), lint::check(&whole).len(), "judged twice, it differs");
                let graph = flow::Graph::new(&document);
                let nodes = graph.nodes().count();
                let mut kinds: Vec<String> =
                    findings.iter().map(|f| kind_of(&format!("{f:?}"))).collect();
                kinds.sort();
                kinds.dedup();
                look((nodes, kinds))
            }
            Err(error) => look(kind_of(&error.to_string())),
        }
    }
}

fn node(id: &str, dice: &mut Dice) -> Value {
    let kind = dice.word(&KINDS);
    let mut node = json!({ "id": id, "kind": kind });
    match kind.as_str() {
        "menu" => {
            node["options"] = json!([
                { "key": "track", "digit": 1, "title": { "fr": "Suivre" } },
                { "key": "faq", "digit": dice.below(12), "title": { "fr": "FAQ" } },
            ]);
            node["text"] = json!("welcome");
        }
        "ask" => {
            node["text"] = json!("ask_order");
            node["answer"] = json!(dice.word(&["order_number", "yes_no", "postcode", "text"]));
        }
        "say" | "topics" | "finder" => node["text"] = json!("welcome"),
        "check_postcode" => node["attempts"] = json!(dice.below(5)),
        "escalate" => node["reason"] = json!(dice.word(&["manual", "failures", "out_of_scope"])),
        _ => {}
    }
    node
}
