//! What the provider holds of templates decides what agents may send.

use crate::support::{Client, NUMBER, TestApp, WABA};
use axum::http::StatusCode;
use relais_adapters::channels::whatsapp_cloud::{GraphClient, GraphConfig};
use relais_adapters::http::{Egress, EgressConfig};
use relais_adapters::secret::Secret;
use relais_core::time::Span;
use relais_sim::graph::webhook::Batch;
use relais_sim::graph::{FakeConfig, FakeGraph};
use serde_json::{Value, json};
use std::sync::Arc;

const CLAIRE: &str = "33639980101";
const NAME: &str = "reprise_contact";

/// The instance with a provider that has templates, and a talk whose window is closed.
async fn closed_window() -> (TestApp, FakeGraph, Client, String) {
    closed_window_of(CLAIRE).await
}

async fn closed_window_of(phone: &str) -> (TestApp, FakeGraph, Client, String) {
    let app = TestApp::start().await;
    let config = FakeConfig { numbers: vec![NUMBER.to_owned()], ..FakeConfig::default() };
    let graph = FakeGraph::start(config).await.unwrap();
    let egress = EgressConfig { allow_loopback: true, ..EgressConfig::default() };
    let config = GraphConfig { base_url: graph.base_url().to_owned(), ..GraphConfig::default() };
    let client = GraphClient::new(Egress::new(egress).unwrap(), config, Secret::new("fake-token"));
    let rows = app.service.store().channels().await.unwrap();
    let row = rows.into_iter().find(|row| row.id == app.channel).unwrap();
    app.service.connect(row, Arc::new(client.of_account(WABA))).await.unwrap();
    let owner = app.owner().await;
    app.customer_writes(phone, "wamid.1", "bonjour").await;
    app.settle().await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    let took =
        owner.post(&format!("/api/v1/conversations/{id}/actions"), &json!({"do": "take"})).await;
    assert_eq!(took.status, StatusCode::OK);
    app.clock.move_to(app.now() + Span::hours(25));
    app.settle().await;
    (app, graph, owner, id)
}

fn template(status: &str) -> Value {
    json!({"id": "1", "name": NAME, "language": "fr", "status": status, "category": "UTILITY",
        "quality_score": {"score": "GREEN"}, "rejected_reason": "NONE",
        "components": [{"type": "BODY", "text": "Bonjour {{1}}"}]})
}

async fn sync(app: &TestApp, owner: &Client) -> Value {
    let body = json!({"channel": app.channel.to_string()});
    let answer = owner.post("/api/v1/templates/sync", &body).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

fn of<'a>(account: &'a Value, name: &str, language: &str) -> &'a Value {
    let all = account["templates"].as_array().unwrap();
    all.iter().find(|one| one["name"] == name && one["language"] == language).unwrap()
}

/// Whether the picker of the conversation offers it.
async fn is_offered(client: &Client, id: &str) -> bool {
    let listed = client.get(&format!("/api/v1/templates?conversation={id}")).await;
    let items = listed.body["items"].as_array().unwrap().clone();
    let found = items.iter().find(|one| one["name"] == NAME && one["language"] == "fr").unwrap();
    found["may_be_sent"] == true
}

async fn news(app: &TestApp, account: &str, field: &str, value: Value) -> StatusCode {
    let mut batch = Batch::new(account);
    let mut value = value;
    value["message_template_name"] = json!(NAME);
    value["message_template_language"] = json!("fr");
    batch.change(field, &value.to_string());
    app.deliver(batch.body()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_what_the_provider_lets_through_is_offered_and_sent() {
    let (app, graph, owner, id) = closed_window().await;
    assert!(is_offered(&owner, &id).await, "nobody asked the provider yet");
    graph.set_templates(vec![template("APPROVED")]);
    let account = sync(&app, &owner).await;
    let held = of(&account, NAME, "fr");
    assert_eq!((&held["standing"], &held["category"]), (&json!("approved"), &json!("utility")));
    assert_eq!((&held["quality"], &held["is_used"]), (&json!("green"), &json!(true)));
    let absent = of(&account, NAME, "en");
    assert_eq!((&absent["standing"], &absent["changed_at"]), (&json!("gone"), &Value::Null));
    assert!(is_offered(&owner, &id).await);

    let status = "message_template_status_update";
    let paused = json!({"event": "PAUSED", "reason": "NONE",
        "other_info": {"title": "FIRST_PAUSE"}});
    assert_eq!(news(&app, WABA, status, paused.clone()).await, StatusCode::OK);
    assert!(!is_offered(&owner, &id).await);
    let act = json!({"do": "reply", "template": NAME});
    let path = format!("/api/v1/conversations/{id}/actions");
    let refused = owner.post(&path, &act).await;
    assert_eq!(refused.slug(), "template_not_approved", "{}", refused.body);
    assert!(refused.body["detail"].as_str().unwrap().contains("first_pause"), "{}", refused.body);

    // The list is asked again: it knows better, and does not tell why.
    let account = sync(&app, &owner).await;
    assert_eq!(of(&account, NAME, "fr")["standing"], "approved");
    assert_eq!(of(&account, NAME, "fr")["reason"], Value::Null);
    let before = graph.accepted().len();
    let sent = owner.post(&path, &act).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
    app.settle().await;
    assert_eq!(graph.accepted().len(), before + 1);

    // Gone from the list, it was deleted.
    graph.set_templates(Vec::new());
    assert_eq!(of(&sync(&app, &owner).await, NAME, "fr")["standing"], "gone");
    assert!(!is_offered(&owner, &id).await);
}

/// Of a conversation without an order: the gap is the agent's to fill.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_known_is_given_by_the_agent_and_sent_once() {
    let (app, graph, owner, id) = closed_window_of("33639981690").await;
    let listed = owner.get(&format!("/api/v1/templates?conversation={id}")).await;
    let items = listed.body["items"].as_array().unwrap();
    let ours = items.iter().find(|one| one["name"] == NAME && one["language"] == "fr").unwrap();
    let places = json!([{"name": "name", "value": "Claire"}, {"name": "order", "value": null}]);
    assert_eq!(ours["places"], places);

    let path = format!("/api/v1/conversations/{id}/actions");
    let before = graph.accepted().len();
    for (values, pointer) in [
        (json!({"order": ""}), "/values/order"),
        (json!({"order": "ML\n1"}), "/values/order"),
        (json!({"order": "ML\t1"}), "/values/order"),
        (json!({"order": "ML    1"}), "/values/order"),
        (json!({"order": "x".repeat(201)}), "/values/order"),
        (json!({"amount": "3"}), "/values/amount"),
        (json!({"a/b~": "3"}), "/values/a~1b~0"),
    ] {
        let act = json!({"do": "reply", "template": NAME, "values": values});
        let refused = owner.post(&path, &act).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{act}");
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    let free = json!({"do": "reply", "text": "bonjour", "values": {"order": "ML-1"}});
    assert_eq!(owner.post(&path, &free).await.body["errors"][0]["pointer"], "/values");
    app.settle().await;
    assert_eq!(graph.accepted().len(), before);

    let act = json!({"do": "reply", "template": NAME, "values": {"order": "ML-2041"}});
    let key = [("idempotency-key", "0193-fill")];
    for _ in 0..2 {
        let sent = owner.json("POST", &path, &act, &key).await;
        assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
    }
    let mut other = act.clone();
    other["values"]["order"] = json!("ML-2042");
    let reused = owner.json("POST", &path, &other, &key).await;
    assert_eq!(reused.slug(), "idempotency_key_reused", "{}", reused.body);
    app.settle().await;
    let accepted = graph.accepted();
    assert_eq!(accepted.len(), before + 1);
    let sent = format!("{:?}", accepted.last().unwrap());
    assert!(sent.contains("Claire") && sent.contains("ML-2041"), "{sent}");
}

/// The rating question outside the session window is a template like any other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rating_is_asked_for_only_by_what_the_provider_lets_through() {
    for (status, asks) in [("APPROVED", true), ("PAUSED", false), ("REJECTED", false)] {
        let (app, graph, owner, id) = closed_window().await;
        let mut survey = template(status);
        survey["name"] = json!("enquete_csat");
        graph.set_templates(vec![survey]);
        sync(&app, &owner).await;
        let before = graph.accepted().len();
        let path = format!("/api/v1/conversations/{id}/actions");
        let done = owner.post(&path, &json!({"do": "resolve", "reason": "solved"})).await;
        assert_eq!(done.status, StatusCode::OK, "{status}: {}", done.body);
        app.settle().await;
        assert_eq!(app.conversation(&owner).await["status"], "resolved", "{status}");
        assert_eq!(graph.accepted().len() - before, usize::from(asks), "{status}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn news_of_quality_and_category_are_kept_and_those_of_other_accounts_are_not() {
    let (app, graph, owner, _) = closed_window().await;
    graph.set_templates(vec![template("APPROVED")]);
    sync(&app, &owner).await;
    let quality = json!({"previous_quality_score": "GREEN", "new_quality_score": "RED"});
    news(&app, WABA, "message_template_quality_update", quality).await;
    let ahead = json!({"new_category": "UTILITY", "correct_category": "MARKETING"});
    news(&app, WABA, "template_category_update", ahead).await;
    let rejected = json!({"event": "REJECTED", "reason": "PROMOTIONAL"});
    news(&app, "900000000000009", "message_template_status_update", rejected).await;
    let listed = owner.get("/api/v1/templates/provider").await.body;
    let held = of(&listed["items"][0], NAME, "fr").clone();
    assert_eq!((&held["quality"], &held["next_category"]), (&json!("red"), &json!("marketing")));
    assert_eq!(held["standing"], "approved", "somebody else's");
    let ledger = owner.get("/api/v1/ingest?outcome=quarantined").await.body;
    assert_eq!(ledger["items"].as_array().unwrap().len(), 1, "{ledger}");

    // What is ahead stays ahead until the list has it.
    let same = sync(&app, &owner).await;
    assert_eq!(of(&same, NAME, "fr")["next_category"], "marketing");
    let mut moved = template("APPROVED");
    moved["category"] = json!("MARKETING");
    graph.set_templates(vec![moved]);
    let account = sync(&app, &owner).await;
    assert_eq!(of(&account, NAME, "fr")["category"], "marketing");
    assert_eq!(of(&account, NAME, "fr")["next_category"], Value::Null);

    graph.set_token("another");
    let body = json!({"channel": app.channel.to_string()});
    let refused = owner.post("/api/v1/templates/sync", &body).await;
    assert_eq!((refused.status, refused.slug()), (StatusCode::CONFLICT, "provider_refused"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_restricted_gets_no_promotion_and_is_still_answered() {
    let (app, graph, owner, id) = closed_window().await;
    let mut promotion = template("APPROVED");
    promotion["category"] = json!("MARKETING");
    graph.set_templates(vec![promotion]);
    sync(&app, &owner).await;
    let contact = app.conversation(&owner).await["contact"]["id"].as_str().unwrap().to_owned();
    let restrict = json!({"revision": 0, "is_restricted": true});
    let restricted = owner.patch(&format!("/api/v1/contacts/{contact}"), &restrict).await;
    assert_eq!(restricted.status, StatusCode::OK, "{}", restricted.body);
    let (act, path) =
        (json!({"do": "reply", "template": NAME}), format!("/api/v1/conversations/{id}/actions"));
    let refused = owner.post(&path, &act).await;
    assert_eq!((refused.status, refused.slug()), (StatusCode::CONFLICT, "no_promotion"));
    graph.set_templates(vec![template("APPROVED")]);
    sync(&app, &owner).await;
    let sent = owner.post(&path, &act).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.body);
}
