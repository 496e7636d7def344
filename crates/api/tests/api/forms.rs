//! Forms (WhatsApp Flows): sent by a node, judged while they are filled in, taken in as a message.

use crate::support::{APP_SECRET, Client, NUMBER, TestApp};
use axum::http::StatusCode;
use relais_core::flow::{Answer, Kind, Node, form};
use relais_core::message::Outbound;
use relais_core::time::Span;
use relais_sim::form::{open, seal};
use relais_sim::graph::webhook::{Batch, inbound_form, signature};
use serde_json::{Value, json};

const CLAIRE: &str = "33639980101";

/// The demo, where tracking asks by a form.
async fn with_form() -> TestApp {
    let app = TestApp::start().await;
    let mut document = app.service.snapshot().document.clone();
    let field = |name: &str, answer, variable: Option<&str>| form::Field {
        name: name.to_owned(),
        answer,
        ask: None,
        variable: variable.map(str::to_owned),
        is_optional: variable.is_some(),
    };
    document.flow.nodes.push(Node {
        id: "which".to_owned(),
        kind: Kind::Form {
            text: "ask_order".to_owned(),
            button: [("fr".to_owned(), "Ouvrir".to_owned())].into(),
            form: "1234567890".to_owned(),
            screen: "ORDER".to_owned(),
            fields: vec![
                field("order", Answer::OrderNumber, None),
                field("mail", Answer::Email, Some("mail")),
                field("words", Answer::Text, Some("words")),
            ],
        },
    });
    let edge = json!({"from": "which", "port": "ok", "to": "lookup"});
    document.flow.edges.push(serde_json::from_value(edge).unwrap());
    document.flow.entries.track = Some("which".to_owned());
    app.service.publish(document, "a form").await.unwrap();
    app
}

/// What the provider carries for the form that was sent last.
fn token(app: &TestApp) -> String {
    let sent = app.provider.sent.lock().unwrap();
    let last = sent.last().unwrap();
    let Outbound::Form { payload, button, .. } = &last.content else { panic!("{last:?}") };
    assert_eq!(button, "Ouvrir");
    form::token(payload, &last.callback_id)
}

async fn exchange(app: &TestApp, asked: &Value) -> (StatusCode, Value) {
    let body = seal(app.form_key.public(), asked);
    let signed = signature(APP_SECRET, &body);
    let answer = app.hook(&format!("{}/forms", app.hook_path()), body, Some(&signed)).await;
    let opened = std::str::from_utf8(&answer.raw).ok().and_then(open);
    (answer.status, opened.unwrap_or(answer.body))
}

fn filled(token: &str, data: Value) -> Value {
    json!({"version": "3.0", "action": "data_exchange", "screen": "ORDER", "flow_token": token,
        "data": data})
}

async fn comes_back(app: &TestApp, wamid: &str, answers: &Value) {
    let mut batch = Batch::for_number(NUMBER);
    batch.contact(CLAIRE, "Claire Dubois", None);
    let at = u64::try_from(app.now().as_secs()).unwrap();
    batch.message(&inbound_form(CLAIRE, wamid, at, &answers.to_string()));
    assert_eq!(app.deliver(batch.body()).await, StatusCode::OK);
    app.settle().await;
}

async fn variables(app: &TestApp, owner: &Client) -> Value {
    let id = app.conversation(owner).await["id"].as_str().unwrap().to_owned();
    let id = id.parse().unwrap();
    let row = app.service.store().conversation(id).await.unwrap().unwrap();
    serde_json::from_str::<Value>(&row.state).unwrap()["variables"].clone()
}

#[tokio::test]
async fn a_form_is_judged_while_it_is_filled_in_and_goes_on_where_it_leads() {
    let app = with_form().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "où est ma commande ?").await;
    app.settle().await;
    let token = token(&app);
    let first = json!({"version": "3.0", "action": "INIT", "flow_token": token});
    assert_eq!(exchange(&app, &first).await.1, json!({"screen": "ORDER", "data": {}}));
    let wrong = filled(&token, json!({"order": "???", "mail": "nobody"}));
    let (status, shown) = exchange(&app, &wrong).await;
    assert_eq!((status, &shown["screen"]), (StatusCode::OK, &json!("ORDER")));
    assert_eq!(shown["data"]["error_message"], "⚠ order, mail");
    let right = json!({"order": "ml 2041", "mail": "claire@example.test"});
    let (_, done) = exchange(&app, &filled(&token, right)).await;
    assert_eq!(done["screen"], "SUCCESS");
    let params = &done["data"]["extension_message_response"]["params"];
    comes_back(&app, "wamid.2", params).await;
    assert_eq!(variables(&app, &owner).await["mail"], "claire@example.test");
    let told = app.sent().last().unwrap().clone();
    assert!(told.contains("ML-2041"), "{told}");
}

#[tokio::test]
async fn who_asks_for_a_person_in_a_form_gets_one_and_what_is_wrong_is_read_as_typed() {
    let app = with_form().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "où est ma commande ?").await;
    app.settle().await;
    let token = token(&app);
    comes_back(&app, "wamid.2", &json!({"flow_token": token, "order": "rien du tout"})).await;
    assert_eq!(app.conversation(&owner).await["status"], "bot");
    let person = json!({"flow_token": token, "order": "ML-2041",
        "words": "je veux parler à un conseiller"});
    comes_back(&app, "wamid.3", &person).await;
    assert_eq!(app.conversation(&owner).await["status"], "queued");
}

/// A support lead tries a flow with a form before it is published.
#[tokio::test]
async fn the_phone_of_the_simulator_fills_in_a_form() {
    let app = with_form().await;
    let owner = app.owner().await;
    let phone = "/api/v1/simulator/messages";
    let says = json!({"from": "+33639980101", "name": "Claire", "type": "text",
        "text": "où est ma commande ?"});
    assert_eq!(owner.post(phone, &says).await.status, StatusCode::ACCEPTED);
    app.settle().await;
    let shown = format!("{phone}?contact=%2B33639980101");
    let last = owner.get(&shown).await.body["items"].as_array().unwrap().last().unwrap().clone();
    let form = &last["form"];
    assert_eq!(last["buttons"], json!([{"title": "Ouvrir", "payload": null}]));
    assert_eq!(
        form["fields"],
        json!([
            {"name": "order", "answer": "order_number", "is_optional": false},
            {"name": "mail", "answer": "email", "is_optional": true},
            {"name": "words", "answer": "text", "is_optional": true},
        ])
    );
    let mut filled = json!({"from": "+33639980101", "name": "Claire", "type": "form",
        "answers": {"order": "ml 2041", "mail": "claire@example.test"}});
    let nothing = owner.post(phone, &filled).await;
    assert_eq!(nothing.body["errors"][0]["pointer"], "/payload", "{}", nothing.body);
    filled["payload"] = form["payload"].clone();
    assert_eq!(owner.post(phone, &filled).await.status, StatusCode::ACCEPTED);
    app.settle().await;
    let items = owner.get(&shown).await.body["items"].clone();
    let said: Vec<_> =
        items.as_array().unwrap().iter().filter_map(|m| m["text"].as_str()).collect();
    assert!(said.iter().any(|text| text.contains("order: ml 2041")), "{said:?}");
    assert!(said.last().unwrap().contains("ML-2041"), "{said:?}");
}

#[tokio::test]
async fn whoever_writes_instead_of_filling_in_is_understood() {
    let app = with_form().await;
    app.customer_writes(CLAIRE, "wamid.1", "où est ma commande ?").await;
    app.settle().await;
    app.customer_writes(CLAIRE, "wamid.2", "ML-2041").await;
    app.settle().await;
    let told = app.sent().last().unwrap().clone();
    assert!(told.contains("ML-2041"), "{told}");
}

#[tokio::test]
async fn a_form_that_is_old_or_not_ours_is_gone_and_what_is_not_signed_or_sealed_for_us_refused() {
    let app = with_form().await;
    app.customer_writes(CLAIRE, "wamid.1", "où est ma commande ?").await;
    app.settle().await;
    let token = token(&app);
    let other = format!("{}|{}", token.rsplit_once('|').unwrap().0, uuid::Uuid::nil());
    for foreign in ["unused", other.as_str()] {
        let (status, told) = exchange(&app, &filled(foreign, json!({}))).await;
        assert_eq!(status.as_u16(), 427, "{foreign}");
        assert!(told["error_msg"].is_string());
    }
    app.clock.move_to(app.now() + Span::hours(25));
    assert_eq!(exchange(&app, &filled(&token, json!({}))).await.0.as_u16(), 427);

    let path = format!("{}/forms", app.hook_path());
    let ping = json!({"version": "3.0", "action": "ping"});
    assert_eq!(exchange(&app, &ping).await.1, json!({"data": {"status": "active"}}));
    let body = seal(app.form_key.public(), &ping);
    assert_eq!(app.hook(&path, body.clone(), None).await.status.as_u16(), 432);
    let foreign = signature("another secret", &body);
    assert_eq!(app.hook(&path, body.clone(), Some(&foreign)).await.status.as_u16(), 432);
    let own = signature(APP_SECRET, &body);
    let bare = format!("/hooks/whatsapp/{}/forms", app.bare_channel);
    assert_eq!(app.hook(&bare, body, Some(&own)).await.status.as_u16(), 432);
    let stranger = relais_adapters::channels::whatsapp_cloud::FormKey::generate().unwrap();
    let body = seal(stranger.public(), &ping);
    let signed = signature(APP_SECRET, &body);
    assert_eq!(app.hook(&path, body, Some(&signed)).await.status.as_u16(), 421);
}
