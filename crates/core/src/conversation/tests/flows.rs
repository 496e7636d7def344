//! The stepper on flows of its own: every kind of node, bounds, pauses, questions with retries.

use super::harness::{World, document};
use crate::workspace::Document;

/// The test workspace with these nodes and edges (`from.port to`), begun at `start`.
fn flow(nodes: &str, edges: &str) -> Document {
    let mut document = document();
    let nodes = format!(
        "[{nodes}, {{\"id\": \"person\", \"kind\": \"escalate\", \"reason\": \"manual\"}}]"
    );
    document.flow.nodes = serde_json::from_str(&nodes).expect("nodes are valid");
    document.flow.edges = edges
        .lines()
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .map(|line| {
            let (from, to) = line.split_once(' ').expect("from.port to");
            let (from, port) = from.split_once('.').expect("from.port");
            crate::flow::Edge { from: from.into(), port: port.into(), to: to.into() }
        })
        .collect();
    document.flow.entries = crate::flow::Entries {
        start: "start".into(),
        track: None,
        order: None,
        topics: None,
        out_of_scope: None,
    };
    for article in &mut document.knowledge.articles {
        article.then = None;
    }
    for key in ["a", "b", "c", "say", "email"] {
        let text = [("fr".to_owned(), format!("{key} {{colour:?}}"))].into();
        document.texts.insert(key.to_owned(), text);
    }
    document
}

fn talk(nodes: &str, edges: &str, talk: &str) {
    World::with(flow(nodes, edges)).check(talk);
}

#[test]
fn conditions_variables_tags_and_jumps() {
    talk(
        r#"{"id": "start", "kind": "ask", "text": "a", "answer": "text", "variable": "colour"},
           {"id": "tag", "kind": "tag", "tag": "couleur"},
           {"id": "which", "kind": "condition", "when": {"equals": {"variable": "colour", "value": "bleu"}}},
           {"id": "blue", "kind": "say", "text": "b"},
           {"id": "hop", "kind": "jump", "to": "person"},
           {"id": "other", "kind": "set", "variable": "colour", "value": "aucune"},
           {"id": "tell", "kind": "say", "text": "c"},
           {"id": "end", "kind": "end"}"#,
        "start.ok tag
         tag.next which
         which.true blue
         which.false other
         blue.next hop
         other.next tell
         tell.next end",
        "> bonjour
         bot: a ?
         > vert
         bot: c aucune / (3 = agent)
         > bonjour
         bot: a aucune
         > bleu
         bot: b bleu
         bot: handoff 15
         = queued general manual escalations=1",
    );
}

#[test]
fn a_sub_flow_comes_back_to_its_caller() {
    talk(
        r#"{"id": "start", "kind": "sub_flow", "start": "inner"},
           {"id": "inner", "kind": "ask", "text": "a", "answer": "yes_no"},
           {"id": "inner_end", "kind": "end"},
           {"id": "after", "kind": "say", "text": "b"},
           {"id": "end", "kind": "end"}"#,
        "start.next after
         inner.yes inner_end
         inner.no person
         after.next end",
        "> bonjour
         bot: a ?
         > oui
         bot: b ? / (3 = agent)
         = bot",
    );
}

#[test]
fn a_pause_goes_on_by_itself_and_not_while_people_are_in_charge() {
    let nodes = r#"{"id": "start", "kind": "say", "text": "a"},
        {"id": "pause", "kind": "wait", "seconds": 60},
        {"id": "later", "kind": "say", "text": "b"},
        {"id": "menu", "kind": "menu", "text": "c", "options": [
            {"key": "agent", "digit": 1, "title": {"fr": "Agent"}}]}"#;
    let edges = "start.next pause
        pause.next later
        later.next menu
        menu.agent person";
    talk(
        nodes,
        edges,
        "> bonjour
         bot: a ?
         wait 59s
         wait 1s
         bot: b ?
         bot: c ?",
    );
    talk(
        nodes,
        edges,
        "> bonjour
         bot: a ?
         nadia take
         wait 5m
         = human nadia general manual escalations=1",
    );
}

#[test]
fn a_question_has_retries_and_a_time_limit_of_its_own() {
    let nodes = r#"{"id": "start", "kind": "ask", "text": "a", "answer": "email", "retries": 1, "timeout_s": 600},
        {"id": "wrong", "kind": "say", "text": "b"},
        {"id": "late", "kind": "say", "text": "c"},
        {"id": "good", "kind": "say", "text": "say"},
        {"id": "end", "kind": "end"}"#;
    let edges = "start.ok good
        start.no_match wrong
        start.timeout late
        good.next end
        wrong.next person
        late.next end";
    talk(
        nodes,
        edges,
        "> bonjour
         bot: a ?
         > blorf gnak
         bot: fallback_1
         > zxcv qsdf
         bot: b ?
         bot: handoff 15",
    );
    talk(
        nodes,
        edges,
        "> bonjour
         bot: a ?
         wait 10m
         bot: c ? / (3 = agent)
         > bonjour
         bot: a ?
         > claire@exemple.fr
         bot: say ? / (3 = agent)",
    );
}

#[test]
fn hours_language_segment_and_the_offer_of_an_e_mail() {
    let nodes = r#"{"id": "start", "kind": "hours"},
        {"id": "language", "kind": "language"},
        {"id": "french", "kind": "say", "text": "a"},
        {"id": "offer", "kind": "offer_email", "text": "email"},
        {"id": "segment", "kind": "segment"},
        {"id": "vip", "kind": "say", "text": "b"},
        {"id": "end", "kind": "end"}"#;
    let edges = "start.open language
        start.closed offer
        language.fr french
        language.other person
        french.next end
        offer.next segment
        segment.vip vip
        segment.other end
        vip.next end";
    let by_day = World::with(flow(nodes, edges));
    by_day.check("> bonjour\nbot: a ? / (3 = agent)");
    let mut at_night = World::with(flow(nodes, edges)).at("2027-03-01T22:00:00+01:00");
    at_night.phone = "+33639980108".into();
    at_night.with_record("vip").check("> bonjour\nbot: email ?\nbot: b ? / (3 = agent)");
    World::with(flow(nodes, edges)).check("> Hello, good morning\nbot: handoff(en) 15");
}

#[test]
fn a_rating_can_be_asked_in_the_flow_and_counts_once() {
    talk(
        r#"{"id": "start", "kind": "knowledge", "article": "A1"},
           {"id": "rate", "kind": "csat", "text": "csat_ask"},
           {"id": "menu", "kind": "menu", "text": "c", "options": [
              {"key": "agent", "digit": 1, "title": {"fr": "Agent"}}]}"#,
        "start.next rate
         rate.next menu
         menu.agent person",
        "> bonjour
         bot: A1 La livraison coûte 4,90 €.
         bot: csat_ask
         > 4
         ! rated 4
         bot: c ?
         > menu
         bot: A1 La livraison coûte 4,90 €.
         bot: c ?",
    );
}

#[test]
fn more_than_three_options_are_a_list() {
    talk(
        r#"{"id": "start", "kind": "menu", "text": "a", "options": [
              {"key": "a", "digit": 1, "title": {"fr": "Un"}},
              {"key": "b", "digit": 2, "title": {"fr": "Deux"}},
              {"key": "c", "digit": 3, "title": {"fr": "Trois"}},
              {"key": "d", "digit": 4, "title": {"fr": "Quatre"}}]},
           {"id": "x", "kind": "say", "text": "b"},
           {"id": "end", "kind": "end"}"#,
        "start.a x
         start.b x
         start.c x
         start.d person
         x.next end",
        "> bonjour
         bot: a ?
         press Deux
         bot: b ? / (3 = agent)
         > 9
         bot: fallback_1
         > quatre
         bot: handoff 15",
    );
}

#[test]
fn a_walk_that_would_never_end_ends_with_a_person() {
    let nodes: Vec<String> = (0..60)
        .map(|n| format!(r#"{{"id": "n{n}", "kind": "tag", "tag": "t{n}"}}"#))
        .chain([r#"{"id": "start", "kind": "tag", "tag": "s"}"#.to_owned()])
        .collect();
    let mut edges = "start.next n0\n".to_owned();
    for n in 0..59 {
        edges = format!("{edges}n{n}.next n{}\n", n + 1);
    }
    edges.push_str("n59.next person\n");
    let mut world = World::with(flow(&nodes.join(","), &edges));
    let talk = world.transcript("> bonjour\n=");
    assert_eq!(talk[1..], ["bot: fallback_final", "= queued general failures escalations=1"]);
}
