use super::*;
use crate::flow::{Edge, Node};
use crate::trigger::Reason;

fn sound() -> Document {
    let text = include_str!("../../conversation/tests/workspace.json");
    serde_json::from_str(text).expect("the test workspace is valid")
}

fn errors(change: impl FnOnce(&mut Document)) -> Vec<String> {
    let mut document = sound();
    change(&mut document);
    let errors = check(&document).into_iter().filter(|f| f.is_error);
    errors.map(|f| format!("{}: {}", f.at, f.why)).collect()
}

fn edge(document: &mut Document, from: &str, port: &str, to: &str) {
    document.flow.edges.retain(|e| e.from != from || e.port != port);
    document.flow.edges.push(Edge { from: from.into(), port: port.into(), to: to.into() });
}

#[test]
fn a_sound_workspace_has_no_errors() {
    assert_eq!(errors(|_| {}), Vec::<String>::new());
}

#[test]
fn the_way_to_people_is_spoken_in_every_language() {
    let found = errors(|d| {
        d.texts.get_mut("handoff").unwrap().remove("pt");
        d.texts.get_mut("safety_notice").unwrap().remove("ar");
        d.texts.remove("after_hours");
    });
    assert_eq!(
        found,
        [
            "texts.after_hours: is missing; without it customers meet silence",
            "texts.handoff.pt: is missing in `pt`",
            "texts.safety_notice.ar: is missing in `ar`",
        ]
    );
}

#[test]
fn a_flow_without_a_person_is_refused() {
    let found = errors(|d| {
        for node in &mut d.flow.nodes {
            if matches!(node.kind, Kind::Escalate { .. }) {
                node.kind = Kind::End {};
            }
        }
    });
    assert_eq!(found, ["flow: no node leads to a person; WhatsApp demands a human path"]);
    let found = errors(|d| {
        edge(d, "menu", "agent", "done");
        edge(d, "menu_vip", "agent", "done");
        edge(d, "menu", "track", "done");
        edge(d, "start", "other", "menu");
    });
    assert!(
        found.contains(&"flow.start: a person cannot be reached from here".to_owned()),
        "{found:?}"
    );
}

#[test]
fn circles_without_the_customer_are_refused() {
    let found = errors(|d| edge(d, "broken", "next", "lookup"));
    assert!(found.iter().any(|f| f.contains("come back to itself")), "{found:?}");
}

#[test]
fn dead_ends_and_lost_nodes_are_refused() {
    let found = errors(|d| {
        d.flow.edges.retain(|e| e.from != "again" || e.port != "ok");
        d.flow.nodes.push(Node {
            id: "lost".into(),
            kind: Kind::Escalate {
                reason: Reason::Manual,
                team: Some("nobody".into()),
                topic: None,
            },
        });
        d.knowledge.articles[0].then = Some("nowhere".into());
    });
    assert_eq!(
        found,
        [
            "flow.lost: there is no team `nobody`",
            "knowledge.A1: there is no node `nowhere`",
            "flow.again: port `ok` leads nowhere",
            "flow.lost: nothing leads to this node",
        ]
    );
}

#[test]
fn menus_keep_the_limits_of_the_channel() {
    let found = errors(|d| {
        for node in &mut d.flow.nodes {
            if let (true, Kind::Menu { options, .. }) = (node.id == "menu", &mut node.kind) {
                options[0].digit = 2;
                options[1].title.insert("fr".into(), "x".repeat(21));
            }
        }
    });
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn an_unknown_placeholder_is_a_warning() {
    let mut document = sound();
    document.texts.get_mut("goodbye").unwrap().insert("fr".into(), "Au revoir {nme}".into());
    let found = check(&document);
    assert!(
        found.iter().any(|f| !f.is_error && f.why.detail == "nothing fills `{nme}`"),
        "{found:?}"
    );
}
