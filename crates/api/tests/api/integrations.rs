//! Webhooks to other programs, places that are told, the doctor and the checklist.

use crate::support::{Client, TestApp};
use async_trait::async_trait;
use axum::http::StatusCode;
use hmac_check::signature;
use relais_app::port::helpers::{HelperError, Notice, Sink};
use relais_core::time::Span;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The other side of a signature, written from the standard.
mod hmac_check {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use hmac::{Hmac, KeyInit as _, Mac as _};

    pub fn signature(secret: &str, id: &str, time: &str, body: &str) -> String {
        let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&key).unwrap();
        mac.update(format!("{id}.{time}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

async fn webhook(owner: &Client, events: &[&str]) -> (String, String) {
    let input = json!({"name": "CRM", "url": "https://crm.example/hook", "events": events,
        "is_on": true});
    let made = owner.post("/api/v1/webhooks", &input).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    let text = |field: &str| made.body[field].as_str().unwrap().to_owned();
    (text("id"), text("secret"))
}

#[tokio::test]
async fn what_happens_is_told_signed_and_once() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let (id, secret) =
        webhook(&owner, &["conversation.opened", "message.received", "conversation.escalated"])
            .await;
    app.customer_writes("33639980101", "wamid.1", "agent").await;
    app.customer_writes("33639980101", "wamid.1", "agent").await;
    app.settle().await;
    let told = app.receiver.told.lock().unwrap().clone();
    let mut types = Vec::new();
    for (headers, body) in &told {
        let header =
            |name: &str| headers.iter().find(|(n, _)| *n == name).map(|(_, v)| v.clone()).unwrap();
        let (id, time) = (header("webhook-id"), header("webhook-timestamp"));
        assert_eq!(header("webhook-signature"), signature(&secret, &id, &time, body));
        let body: Value = serde_json::from_str(body).unwrap();
        types.push(body["type"].as_str().unwrap().to_owned());
        if body["type"] == "message.received" {
            assert_eq!(body["data"]["event"]["text"], "agent");
            assert_eq!(body["data"]["contact"]["phone"], "+33639980101");
        }
    }
    types.sort();
    assert_eq!(types, ["conversation.escalated", "conversation.opened", "message.received"]);
    let log = owner.get(&format!("/api/v1/webhooks/{id}/deliveries")).await;
    let fates: Vec<_> = log.body["items"].as_array().unwrap().iter().map(|l| &l["fate"]).collect();
    assert_eq!(fates, [&json!("delivered"); 3]);
    let listed = owner.get("/api/v1/webhooks").await.body.to_string();
    assert!(!listed.contains(&secret), "the secret is shown once");
}

#[tokio::test]
async fn a_deaf_address_is_tried_again_given_up_and_replayed() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let (id, _) = webhook(&owner, &["conversation.opened"]).await;
    *app.receiver.status.lock().unwrap() = 503;
    app.customer_writes("33639980101", "wamid.1", "bonjour").await;
    for _ in 0..12 {
        app.settle().await;
        app.clock.move_to(app.now() + Span::hours(25));
    }
    let path = format!("/api/v1/webhooks/{id}/deliveries");
    let log = owner.get(&path).await.body["items"].as_array().unwrap().clone();
    assert_eq!(log.len(), 10, "nine pauses, ten tries");
    assert_eq!((&log[0]["fate"], &log[0]["status"]), (&json!("given_up"), &json!(503)));
    assert_eq!(log[9]["fate"], "failed");
    let ids: std::collections::BTreeSet<_> = log.iter().map(|l| l["message"].to_string()).collect();
    assert_eq!(ids.len(), 1, "one message, whatever the number of tries");

    *app.receiver.status.lock().unwrap() = 200;
    let replay = json!({"message": log[0]["message"]});
    let again = owner.post(&format!("/api/v1/webhooks/{id}/replay"), &replay).await;
    assert_eq!(again.status, StatusCode::ACCEPTED);
    app.settle().await;
    let log = owner.get(&path).await.body["items"].as_array().unwrap().clone();
    assert_eq!((&log[0]["fate"], &log[0]["message"]), (&json!("delivered"), &replay["message"]));
}

#[tokio::test]
async fn a_webhook_is_tried_changed_and_ended() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let (id, _) = webhook(&owner, &["conversation.opened"]).await;
    let tried = owner.post(&format!("/api/v1/webhooks/{id}/test"), &Value::Null).await;
    assert_eq!((&tried.body["fate"], &tried.body["said"]), (&json!("delivered"), &json!("noted")));
    let off = json!({"name": "CRM", "url": "https://crm.example/2",
        "events": ["message.sent"], "is_on": false});
    let changed = owner.put(&format!("/api/v1/webhooks/{id}"), &off).await;
    assert_eq!((&changed.body["url"], &changed.body["is_on"]), (&off["url"], &json!(false)));
    let before = app.receiver.told.lock().unwrap().len();
    app.customer_writes("33639980101", "wamid.1", "bonjour").await;
    app.settle().await;
    assert_eq!(app.receiver.told.lock().unwrap().len(), before, "it is switched off");
    for bad in ["ftp://x", "crm.example", "https://a b"] {
        let input = json!({"name": "x", "url": bad, "events": ["message.sent"], "is_on": true});
        let answer = owner.post("/api/v1/webhooks", &input).await;
        assert_eq!(answer.body["errors"][0]["pointer"], "/url", "{bad}");
    }
    let path = format!("/api/v1/webhooks/{id}");
    assert_eq!(owner.delete(&path).await.status, StatusCode::NO_CONTENT);
    assert_eq!(owner.delete(&path).await.status, StatusCode::NOT_FOUND);
}

async fn state(owner: &Client, key: &str) -> (String, String) {
    let list = owner.get("/api/v1/checklist").await;
    assert_eq!(list.status, StatusCode::OK, "{}", list.body);
    let items = list.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 7);
    let found = items.iter().find(|item| item["key"] == key).unwrap();
    let text = |field: &str| found[field].as_str().unwrap().to_owned();
    (text("state"), text("fact"))
}

fn is(state: (String, String), expected: (&str, &str)) {
    assert_eq!((state.0.as_str(), state.1.as_str()), expected);
}

#[tokio::test]
async fn the_checklist_follows_what_is_there() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    is(state(&owner, "provider").await, ("todo", "unverified"));
    is(state(&owner, "live").await, ("locked", "later"));
    // A wrong token, then the right one, then a message.
    let shake = |token: &str| {
        format!("{}?hub.mode=subscribe&hub.challenge=1&hub.verify_token={token}", app.hook_path())
    };
    app.anonymous().get(&shake("wrong")).await;
    settled(&owner, "provider", ("bad", "token")).await;
    app.clock.move_to(app.now() + Span::secs(1));
    let right = shake(&crate::support::VERIFY_TOKEN.replace(' ', "%20"));
    assert_eq!(app.anonymous().get(&right).await.status, StatusCode::OK);
    settled(&owner, "provider", ("todo", "verified")).await;
    app.customer_writes("33639980101", "wamid.1", "bonjour").await;
    settled(&owner, "provider", ("done", "receiving")).await;
    is(state(&owner, "live").await, ("todo", "no_report"));
    // Broken again: the item turns red (FR-08).
    app.clock.move_to(app.now() + Span::minutes(2));
    app.hook(&app.hook_path(), b"{}".to_vec(), Some("sha256=00")).await;
    settled(&owner, "provider", ("bad", "signature")).await;

    // The demo wants Slack, and mail for the privacy officer.
    is(state(&owner, "alerts").await, ("bad", "missed"));
    let set = json!({"url": "https://hooks.slack.example/x"});
    let kept = owner.put("/api/v1/notifiers/slack", &set).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT, "{}", kept.body);
    let tested = owner.post("/api/v1/notifiers/slack/test", &Value::Null).await;
    assert_eq!(tested.body["said"], "404 channel_not_found");
    is(state(&owner, "alerts").await, ("bad", "refused"));
    let list = owner.get("/api/v1/notifiers").await;
    let mail =
        list.body["items"].as_array().unwrap().iter().find(|n| n["kind"] == "email").unwrap();
    assert_eq!((&mail["is_set"], &mail["is_missed"]), (&json!(false), &json!(true)));

    is(state(&owner, "teams").await, ("todo", "people"));
    app.person(&owner, "Nadia Ferrand", "agent").await;
    is(state(&owner, "teams").await, ("done", "ready"));
    assert_eq!(owner.put("/api/v1/checklist", &json!({"is_hidden": true})).await.status, 204);
    assert_eq!(owner.get("/api/v1/checklist").await.body["is_hidden"], true);
}

/// What is written beside an answer comes a moment later.
async fn settled(owner: &Client, key: &str, expected: (&str, &str)) {
    for _ in 0..200 {
        let found = state(owner, key).await;
        if (found.0.as_str(), found.1.as_str()) == expected {
            return;
        }
        tokio::task::yield_now().await;
    }
    is(state(owner, key).await, expected);
}

#[tokio::test]
async fn the_callback_opened_in_a_browser_explains_itself() {
    let app = TestApp::start().await;
    let page = app.anonymous().get(&app.hook_path()).await;
    assert_eq!(page.status, StatusCode::OK);
    let text = String::from_utf8(page.raw.to_vec()).unwrap();
    assert!(text.contains("WhatsApp") && !text.contains(crate::support::VERIFY_TOKEN), "{text}");
}

#[tokio::test]
async fn what_was_only_played_counts_nowhere_and_goes_without_a_trace() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let simulator = app.simulator;
    app.service.play_on(simulator);
    let say = json!({"from": "+33639980101", "name": "Claire", "type": "text", "text": "agent"});
    let sent = owner.post("/api/v1/simulator/messages", &say).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED);
    app.settle().await;
    assert_eq!(app.conversation(&owner).await["is_sample"], true);
    let figures = owner.get("/api/v1/figures?days=7").await;
    assert_eq!(figures.body["current"]["conversations"], 0);
    is(state(&owner, "test").await, ("done", "played"));
    assert_eq!(owner.get("/api/v1/checklist").await.body["played"], 1);
    let removed = owner.delete("/api/v1/sample").await;
    assert_eq!(removed.body, json!({"conversations": 1}));
    assert_eq!(owner.get("/api/v1/conversations").await.body["items"], json!([]));
    let orphans = app.service.store().orphans().await.unwrap();
    assert!(orphans.iter().all(|(_, count)| *count == 0), "{orphans:?}");
}

#[tokio::test]
async fn a_browser_is_woken_only_where_an_admin_and_its_person_want_it() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let path = "/api/v1/account/push";
    let device = |n: u8| json!({"endpoint": format!("https://push.example/{n}"), "is_on": true});
    assert_eq!(nadia.get(path).await.body, json!({"key": null}));
    let off = nadia.put(path, &device(0)).await;
    assert_eq!((off.status, off.slug()), (StatusCode::CONFLICT, "push_off"));
    let on = json!({"is_on": true});
    assert_eq!(owner.put("/api/v1/notifiers/push", &on).await.status, StatusCode::NO_CONTENT);
    assert!(nadia.get(path).await.body["key"].is_string());
    for n in 0..12 {
        app.clock.move_to(app.now() + Span::secs(1));
        assert_eq!(nadia.put(path, &device(n)).await.status, StatusCode::NO_CONTENT);
    }
    let devices = app.accounts.devices().await.unwrap();
    assert_eq!(devices.len(), 10, "of one person's the oldest gives way");
    assert!(devices.iter().all(|device| !device.endpoint.ends_with("/0")));
    let gone = json!({"endpoint": "https://push.example/5", "is_on": false});
    // Nobody switches off somebody else's.
    assert_eq!(owner.put(path, &gone).await.status, StatusCode::NO_CONTENT);
    assert_eq!(app.accounts.devices().await.unwrap().len(), 10);
    assert_eq!(nadia.put(path, &gone).await.status, StatusCode::NO_CONTENT);
    assert_eq!(app.accounts.devices().await.unwrap().len(), 9);
    for bad in ["http://inside.example/x", "ftp://x", &format!("https://x/{}", "x".repeat(1000))] {
        let refused = nadia.put(path, &json!({"endpoint": bad, "is_on": true})).await;
        assert_eq!(refused.body["errors"][0]["pointer"], "/endpoint", "{bad}");
    }
}

/// Remembers what it was to tell.
#[derive(Debug, Default)]
struct Ear(parking_lot::Mutex<Vec<Notice>>);

#[async_trait]
impl Sink for Ear {
    async fn deliver(&self, notice: &Notice) -> Result<(), HelperError> {
        self.0.lock().push(notice.clone());
        Ok(())
    }
}

#[tokio::test]
async fn a_handoff_wakes_devices_once_and_only_where_web_push_is_on() {
    for is_on in [true, false] {
        let app = TestApp::start().await;
        let ear = Arc::new(Ear::default());
        let channel = if is_on { "push" } else { "slack" };
        let sink = Arc::clone(&ear) as Arc<dyn Sink>;
        app.service.set_sinks(BTreeMap::from([(channel.to_owned(), sink)]));
        app.customer_writes("33639980101", "wamid.1", "je veux un agent").await;
        app.settle().await;
        app.clock.move_to(app.now() + Span::minutes(10));
        app.settle().await;
        let told: Vec<String> = ear.0.lock().iter().map(|notice| notice.channel.clone()).collect();
        let woken = told.iter().filter(|channel| *channel == "push").count();
        assert_eq!(woken, usize::from(is_on), "{told:?}");
    }
}
