//! The real program, a fake Graph API, and nothing in between: a customer's signed webhook in, the
//! bot's reply out, an agent's answer through the API, reports back, an orderly stop.

use crate::program::{APP_SECRET, NUMBER, Program, eventually, graph};
use relais_sim::graph::WebhookClient;
use relais_sim::graph::webhook::{Batch, inbound_text};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

const CLAIRE: &str = "33639980101";

fn text(wamid: &str, words: &str) -> Vec<u8> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut batch = Batch::for_number(NUMBER);
    batch.contact(CLAIRE, "Claire Dubois", None);
    batch.message(&inbound_text(CLAIRE, wamid, now, words));
    batch.body()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_comes_in_and_the_right_answer_goes_out() {
    let graph = Arc::new(graph().await);
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), graph.base_url(), &["serve"]).await;

    // A fresh instance is claimed and a number connected.
    let owner = program.claim().await;
    let channel = owner.connect_number().await;
    let hook = format!("{}/hooks/whatsapp/{channel}", program.url);
    graph.set_webhook_url(hook.clone());

    // The provider checks the address, then delivers a customer's words.
    let handshake =
        format!("{hook}?hub.mode=subscribe&hub.verify_token=verify-me-please&hub.challenge=4711");
    assert_eq!(owner.text(&handshake).await, "4711");
    let mut customer = WebhookClient::new(&hook, APP_SECRET).unwrap();
    assert_eq!(customer.post_with(&text("wamid.0", "x"), None).await.unwrap(), 401);
    assert_eq!(customer.post(&text("wamid.1", "Bonjour")).await.unwrap(), 200);
    let greeting = eventually("the bot greets", || async {
        graph.accepted().first().map(|sent| sent.text.clone())
    })
    .await;
    assert!(greeting.contains("Bonjour"), "{greeting}");

    // The same delivery again changes nothing; a request for a person reaches the queue.
    assert_eq!(customer.post(&text("wamid.1", "Bonjour")).await.unwrap(), 200);
    assert_eq!(customer.post(&text("wamid.2", "je veux parler à un agent")).await.unwrap(), 200);
    let line = eventually("the conversation is queued", || async {
        let list = owner.get("/api/v1/conversations?status=queued").await;
        list["items"].get(0).cloned()
    })
    .await;
    let id = line["id"].as_str().unwrap().to_owned();
    assert_eq!(line["reason"], "keyword");
    assert_eq!(line["contact"]["phone"], "+33639980101");

    // An agent takes it and answers; Graph gets the words, its reports become ticks.
    owner.act(&id, json!({"do": "take"})).await;
    owner.act(&id, json!({"do": "reply", "text": "Bonjour Claire, je regarde."})).await;
    let sent = eventually("the answer reaches Graph", || async {
        graph.accepted().into_iter().find(|sent| sent.text == "Bonjour Claire, je regarde.")
    })
    .await;
    assert_eq!(sent.to, "+33639980101");
    let path = format!("/api/v1/conversations/{id}/events");
    eventually("the answer is read", || async {
        let events = owner.get(&path).await;
        let items = events["items"].as_array().unwrap().clone();
        let said = items.iter().rfind(|e| e["by"] == "agent" && e["message"].is_object())?.clone();
        (said["message"]["delivery"] == "read").then_some(())
    })
    .await;

    // The bot is silent while a person has it.
    let before = graph.stats().accepted;
    assert_eq!(customer.post(&text("wamid.3", "menu")).await.unwrap(), 200);
    eventually("the message is in the thread", || async {
        let events = owner.get(&path).await;
        let heard = |e: &&Value| e["kind"] == "message_received";
        (events["items"].as_array().unwrap().iter().filter(heard).count() == 3).then_some(())
    })
    .await;
    assert_eq!(graph.stats().accepted, before, "a bot spoke over an agent");
    assert_eq!(graph.stats().duplicates, 0);

    // Resolved: the rating question goes out, once.
    owner.act(&id, json!({"do": "resolve"})).await;
    eventually("the rating question is sent", || async {
        (graph.stats().accepted == before + 1).then_some(())
    })
    .await;

    // An orderly stop, and everything is there again after it.
    assert_eq!(program.stop().await, 0);
    let program = Program::start(folder.path(), graph.base_url(), &["serve"]).await;
    let owner = owner.at(&program.url);
    let detail = owner.get(&format!("/api/v1/conversations/{id}")).await;
    assert_eq!(detail["status"], "resolved");
    let hook = format!("{}/hooks/whatsapp/{channel}", program.url);
    let mut customer = WebhookClient::new(&hook, APP_SECRET).unwrap();
    assert_eq!(customer.post(&text("wamid.1", "Bonjour")).await.unwrap(), 200);
    let list = owner.get("/api/v1/conversations").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "a duplicate opened nothing");
    drop(program);

    // The log of the run folds to what is stored.
    let replayed = Program::run(folder.path(), &["replay", "1"]).await;
    assert_eq!(replayed.code, 0, "{}", replayed.out);
    let rebuilt = Program::run(folder.path(), &["projections", "rebuild"]).await;
    assert!(rebuilt.out.contains("0 rebuilt"), "{}", rebuilt.out);
    let checked = Program::run(folder.path(), &["doctor"]).await;
    assert_eq!(checked.code, 0, "{}", checked.out);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_logs_no_words_of_customers() {
    let graph = graph().await;
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), graph.base_url(), &["demo"]).await;
    let owner = program.claim().await;
    let canary = "canari-7391";
    let message = json!({"from": "+33639980101", "name": canary, "type": "text", "text": canary});
    assert_eq!(owner.post("/api/v1/simulator/messages", &message).await.0, 202);
    eventually("the phone shows an answer", || async {
        let phone = owner.get("/api/v1/simulator/messages?contact=%2B33639980101").await;
        (phone["items"].as_array().unwrap().len() > 1).then_some(())
    })
    .await;
    assert_eq!(program.stop().await, 0);
    let log = program.log();
    assert!(log.contains("ready"), "{log}");
    assert!(!log.contains(canary), "{log}");
    assert!(!log.contains("639980101"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t55_hostile_values_write_no_line_of_the_log_and_no_words_stand_in_it() {
    let graph = graph().await;
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(folder.path(), graph.base_url(), &["serve"]).await;
    let owner = program.claim().await;
    let channel = owner.connect_number().await;
    let hostile = "canari-7391\r\n2027-01-01T00:00:00Z ERROR forged\u{1b}[31m";
    let hook = format!("{}/hooks/whatsapp/{channel}", program.url);
    let mut customer = WebhookClient::new(&hook, APP_SECRET).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let mut batch = Batch::for_number(NUMBER);
    batch.contact(CLAIRE, hostile, None);
    let said = json!({"from": CLAIRE, "id": format!("wamid.{hostile}"),
        "timestamp": now.to_string(), "type": "text", "text": {"body": hostile}});
    batch.message(&said.to_string());
    let unknown = json!({"from": CLAIRE, "id": "wamid.u", "timestamp": now.to_string(),
        "type": hostile, hostile: {"body": hostile}});
    batch.message(&unknown.to_string());
    assert_eq!(customer.post(&batch.body()).await.unwrap(), 200);
    eventually("the bot answers", || async { graph.accepted().first().map(|_| ()) }).await;
    // None of these is taken in.
    assert_ne!(customer.post(hostile.as_bytes()).await.unwrap(), 200);
    let sign_in = json!({"login": hostile, "password": hostile});
    assert_ne!(owner.post("/api/v1/session", &sign_in).await.0, 200);
    let note = json!({"from": "+33639980101", "name": hostile, "type": hostile, "text": hostile});
    assert_ne!(owner.post("/api/v1/simulator/messages", &note).await.0, 202);
    assert_eq!(program.stop().await, 0);
    let log = program.log();
    assert!(!log.contains("canari-7391") && !log.contains('\u{1b}'), "{log}");
    assert!(!log.contains(CLAIRE), "{log}");
    for line in log.lines() {
        assert!(!line.starts_with("2027-01-01"), "{log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_sandbox_endpoint_needs_its_token_and_no_live_number() {
    let graph = graph().await;
    let folder = tempfile::tempdir().unwrap();
    let mut program =
        Program::start(folder.path(), graph.base_url(), &["serve", "--sandbox-api"]).await;
    let token = program.sandbox_token.clone().expect("a token was printed");
    let reset = json!({"demo": "maison-lumiere", "at": "2027-03-02T10:00:00+01:00"});
    let (status, body) = program.sandbox("wrong", "reset", &reset).await;
    assert_eq!((status, &body["error"]["code"]), (401, &json!("unauthorized")));
    let (status, body) = program.sandbox(&token, "reset", &reset).await;
    assert_eq!((status, body), (200, json!({"ok": true})));
    let (status, body) = program.sandbox(&token, "fly", &json!({})).await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("unknown_op")));
    let message = json!({"from": "+33639980101", "name": "Claire", "id": "wamid.1",
        "type": "text", "text": "bonjour"});
    assert_eq!(program.sandbox(&token, "inbound", &message).await.0, 200);
    assert_eq!(program.sandbox(&token, "settle", &json!({})).await.0, 200);
    let (_, outbox) =
        program.sandbox(&token, "outbox", &json!({"to": "+33639980101", "after": 0})).await;
    assert!(!outbox["messages"].as_array().unwrap().is_empty(), "{outbox}");
    let owner = program.claim().await;
    let refused = owner.post("/api/v1/channels", &crate::program::number()).await;
    assert_eq!((refused.0, refused.1["type"].clone()), (409, json!("/problems/sandbox_is_on")));
    assert_eq!(program.stop().await, 0);

    // With a live number it does not even start.
    let mut program = Program::start(folder.path(), graph.base_url(), &["serve"]).await;
    owner.at(&program.url).connect_number().await;
    assert_eq!(program.stop().await, 0);
    let refused = Program::run(folder.path(), &["serve", "--sandbox-api"]).await;
    refused.is_refusal("live WhatsApp number");
}
