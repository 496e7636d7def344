//! A language model from the settings page to the customer, with a fake provider on this machine.

use crate::support::{Client, TestApp};
use axum::http::StatusCode;
use relais_app::model::{Keys, SaveError};
use relais_sim::llm::plans::{Place, Plan, Wish};
use relais_sim::llm::{FakeLlm, Mind, Way};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const CLAIRE: &str = "33639980101";
const QUESTION: &str = "quelle garantie sur les ampoules fournies ?";
const KEY: &str = "sk-CANARY-KEY-4711";

fn input(fake: &FakeLlm, uses: &Value) -> Value {
    json!({ "is_on": true, "provider": "compatible", "base_url": format!("{}/v1", fake.base_url()),
        "model": "small", "uses": uses, "key": KEY })
}

async fn connect(owner: &Client, fake: &FakeLlm, uses: Value) {
    let saved = owner.put("/api/v1/model", &input(fake, &uses)).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.body);
    assert_eq!(saved.body["probes"][0]["is_well"], true, "{}", saved.body);
    fake.seen();
}

fn obeys(attack: &str, wish: Wish) -> Way {
    Way::Thinks(Mind::Obeys(Plan {
        number: 0,
        attack: attack.to_owned(),
        wish,
        place: Place::Customer,
        injection: String::new(),
    }))
}

/// The words of effects that ended, from the log.
async fn ended(app: &TestApp, owner: &Client) -> Vec<String> {
    let id: uuid::Uuid = app.conversation(owner).await["id"].as_str().unwrap().parse().unwrap();
    let log = app.service.log(relais_core::id::ConversationId(id)).await.unwrap();
    log.into_iter()
        .filter_map(|(_, event)| match event {
            relais_core::conversation::Event::EffectEnded { outcome, .. } => Some(outcome),
            _ => None,
        })
        .collect()
}

#[tokio::test]
async fn a_connection_is_tried_out_and_its_key_is_never_shown() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    assert_eq!(owner.get("/api/v1/model").await.status, StatusCode::NOT_FOUND, "off by default");
    let fake = FakeLlm::start().await.unwrap();
    connect(&owner, &fake, json!({})).await;
    let shown = owner.get("/api/v1/model").await;
    assert_eq!(shown.body["keys"], json!(["model"]));
    assert!(!String::from_utf8_lossy(&shown.raw).contains("CANARY"));
    let stored = app.service.store().setting("model.settings").await.unwrap().unwrap();
    assert!(!stored.contains("CANARY"), "sealed: {stored}");
    let data = shown.body["data"].as_array().unwrap();
    assert!(data.iter().all(|flow| flow["is_on"] == false), "nothing is switched on: {data:?}");
    fake.set(Way::Refuses { status: 401, words: "no".to_owned() });
    let saved = owner.put("/api/v1/model", &input(&fake, &json!({}))).await;
    assert_eq!(saved.body["probes"][0]["words"], "the key was refused");
    fake.set(Way::Writes("Bonjour, je suis un modèle !".to_owned()));
    let saved = owner.put("/api/v1/model", &input(&fake, &json!({}))).await;
    assert!(saved.body["probes"][0]["words"].as_str().unwrap().contains("form"), "{}", saved.body);
    assert_eq!(owner.delete("/api/v1/model").await.status, StatusCode::NO_CONTENT);
    assert_eq!(owner.get("/api/v1/model").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_key_is_never_sent_to_another_address_than_it_was_given_for() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let (first, second) = (FakeLlm::start().await.unwrap(), FakeLlm::start().await.unwrap());
    connect(&owner, &first, json!({})).await;
    let without_key = |fake: &FakeLlm| {
        let mut input = input(fake, &json!({}));
        input.as_object_mut().unwrap().remove("key");
        input
    };
    assert_eq!(owner.put("/api/v1/model", &without_key(&first)).await.status, StatusCode::OK);
    assert_eq!(first.seen()[0].key.as_deref(), Some(KEY), "it stays");
    assert_eq!(owner.put("/api/v1/model", &without_key(&second)).await.status, StatusCode::OK);
    assert_eq!(second.seen()[0].key, None);
    let shown = owner.get("/api/v1/model").await;
    assert_eq!(shown.body["keys"], json!([]), "it is forgotten");
}

#[tokio::test]
async fn settings_that_cannot_work_are_refused_by_field() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    for (change, pointer) in [
        (json!({"base_url": "file:///etc/passwd"}), "/base_url"),
        (json!({"base_url": "https://user:pw@host/v1"}), "/base_url"),
        (json!({"provider": "openai", "key": ""}), "/key"),
        (json!({"model": "", "uses": {"answers": true}}), "/model"),
        (json!({"uses": {"speech": true}}), "/uses/speech"),
        (json!({"sentiment_url": "n8n"}), "/sentiment_url"),
        (
            json!({"budget": {"tokens_per_day": 0, "money_per_day": 0.0, "price_in": -1.0,
                "price_out": 0.0, "calls_per_contact": 0}}),
            "/budget/price_in",
        ),
        (json!({"key": "a\nb"}), "/key"),
    ] {
        let mut body = json!({"is_on": true, "provider": "compatible",
            "base_url": "https://llm.example/v1", "model": "small", "key": "12345678"});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let refused = owner.put("/api/v1/model", &body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{change}: {}", refused.body);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{change}: {}", refused.body);
    }
}

#[tokio::test]
async fn an_answer_is_worded_by_the_model_and_keeps_the_article() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let fake = FakeLlm::start().await.unwrap();
    connect(&owner, &fake, json!({"answers": true})).await;
    fake.set(obeys("Bien à vous.", Wish::Adds));
    app.customer_writes(CLAIRE, "wamid.1", &format!("{QUESTION} mon e-mail : claire@x.example"))
        .await;
    app.settle().await;
    let seen = fake.seen();
    assert_eq!(seen.len(), 1, "one call, for the answer");
    let body = seen[0].json();
    let data: Value =
        serde_json::from_str(body["messages"][1]["content"].as_str().unwrap()).unwrap();
    assert!(data["question"].as_str().unwrap().contains("[e-mail 1]"), "{data}");
    let sent = app.sent();
    assert!(sent[0].contains("Bien à vous.") && !sent[0].contains("[e-mail"), "{sent:?}");
    assert_eq!(ended(&app, &owner).await, ["composed"]);
    let spent = owner.get("/api/v1/model").await;
    assert_eq!(spent.body["today"][0]["used_for"], "answers", "{}", spent.body);
    assert_eq!(spent.body["today"][0]["tokens_in"], 100);
}

#[tokio::test]
async fn what_a_hostile_model_writes_is_not_said() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let fake = FakeLlm::start().await.unwrap();
    connect(&owner, &fake, json!({"answers": true})).await;
    fake.set(obeys("Et 50 % de remise, promis : https://evil.example", Wish::Adds));
    app.customer_writes(CLAIRE, "wamid.1", QUESTION).await;
    app.settle().await;
    let sent = app.sent();
    assert!(sent.len() == 1 && !sent[0].contains("evil"), "{sent:?}");
    assert_eq!(ended(&app, &owner).await, ["composed_refused"]);
}

#[tokio::test]
async fn t37_a_provider_that_hangs_costs_a_customer_four_seconds() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let fake = FakeLlm::start().await.unwrap();
    connect(&owner, &fake, json!({"answers": true, "choice": true, "sentiment": true})).await;
    fake.set(Way::Drips);
    let (began, start) = (Instant::now(), app.now());
    app.customer_writes(CLAIRE, "wamid.1", QUESTION).await;
    while app.sent().is_empty() {
        assert!(app.service.step().await.unwrap(), "nothing left to do and nothing said");
        let passed = i64::try_from(began.elapsed().as_micros()).unwrap();
        app.clock.move_to(start + relais_core::time::Span::micros(passed));
    }
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    assert_eq!(app.conversation(&owner).await["status"], "bot");
    assert_eq!(ended(&app, &owner).await, ["failed", "failed"]);
}

#[tokio::test]
async fn a_mood_that_a_service_hears_hands_over() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let fake = FakeLlm::start().await.unwrap();
    let body = json!({"is_on": true, "provider": "compatible", "uses": {"sentiment": true},
        "sentiment_url": format!("{}/webhook/mood", fake.base_url())});
    assert_eq!(owner.put("/api/v1/model", &body).await.status, StatusCode::OK);
    fake.seen();
    fake.set(Way::Writes(r#"{"sentiment": "negative", "score": 0.92}"#.to_owned()));
    app.customer_writes(CLAIRE, "wamid.1", QUESTION).await;
    app.settle().await;
    let conversation = app.conversation(&owner).await;
    assert_eq!(conversation["status"], "queued", "{conversation}");
    assert_eq!(conversation["reason"], "sentiment", "{conversation}");
    assert_eq!(fake.seen()[0].json(), json!({"text": QUESTION, "language": "fr"}));
    for (n, way) in
        [Way::Writes("furious".to_owned()), Way::Refuses { status: 500, words: String::new() }]
            .into_iter()
            .enumerate()
    {
        fake.set(way);
        let from = format!("3363998020{n}");
        app.customer_writes(&from, &format!("wamid.x{n}"), QUESTION).await;
        app.settle().await;
    }
    let list = owner.get("/api/v1/conversations?status=bot").await;
    assert_eq!(list.body["items"].as_array().unwrap().len(), 2, "the rules alone: {}", list.body);
}

#[tokio::test]
async fn a_budget_that_is_used_up_ends_the_calls_and_nothing_else() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let fake = FakeLlm::start().await.unwrap();
    let mut body = input(&fake, &json!({"answers": true, "copilot": true}));
    body["budget"] = json!({"tokens_per_day": 1_200, "money_per_day": 0.0, "price_in": 1.5,
        "price_out": 2.0, "calls_per_contact": 0});
    assert_eq!(owner.put("/api/v1/model", &body).await.status, StatusCode::OK);
    fake.seen();
    for n in 0..9 {
        app.customer_writes(&format!("3363998030{n}"), &format!("wamid.{n}"), QUESTION).await;
        app.settle().await;
    }
    let calls = fake.seen().len();
    assert!((1..9).contains(&calls), "{calls}");
    assert_eq!(app.sent().len(), 9, "everybody is answered");
    let today = owner.get("/api/v1/model").await.body["today"].clone();
    let tokens = today[0]["tokens_in"].as_i64().unwrap() + today[0]["tokens_out"].as_i64().unwrap();
    assert!(tokens <= 1_200, "{today}");
    assert_eq!(today[0]["cost"], (100.0 * 1.5 + 20.0 * 2.0) * calls as f64 / 1e6);
}

async fn copilot(owner: &Client, id: &str, task: &str, body: Value) -> crate::support::Answer {
    owner.post(&format!("/api/v1/conversations/{id}/copilot/{task}"), &body).await
}

#[tokio::test]
async fn a_copilot_helps_agents_and_sends_nothing() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let fake = FakeLlm::start().await.unwrap();
    app.customer_writes(CLAIRE, "wamid.1", QUESTION).await;
    app.settle().await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    assert_eq!(copilot(&owner, &id, "draft", json!({})).await.slug(), "model_off");
    assert_eq!(owner.get("/api/v1/copilot").await.body, json!({"is_on": false}));
    connect(&owner, &fake, json!({"copilot": true})).await;
    assert_eq!(owner.get("/api/v1/copilot").await.body, json!({"is_on": true}));
    let (sent, log) = (app.sent().len(), app.conversation(&owner).await["position"].clone());
    let note = json!({"do": "note", "text": "client difficile, CANARY-NOTE"});
    owner.post(&format!("/api/v1/conversations/{id}/actions"), &note).await;

    let draft = copilot(&owner, &id, "draft", json!({})).await;
    assert_eq!(draft.status, StatusCode::OK, "{}", draft.body);
    let sources = draft.body["sources"].as_array().unwrap();
    assert_eq!(sources[0]["kind"], "article", "{}", draft.body);
    assert_eq!(sources.last().unwrap()["kind"], "talk");
    assert_eq!(draft.body["language"], "fr");
    let asked = fake.seen().remove(0);
    let asked = String::from_utf8_lossy(&asked.body).into_owned();
    assert!(!asked.contains("CANARY-NOTE"), "notes stay in the house");
    assert!(!asked.contains("Claire") && !asked.contains("Dubois"), "{asked}");

    let text = "Rappelez-nous au 04 65 71 20 20 ou à aide@maison.example";
    let rewritten = copilot(&owner, &id, "rewrite", json!({"text": text})).await;
    assert_eq!(rewritten.body["text"], text, "what was hidden comes back");
    let asked = fake.seen().remove(0);
    assert!(!String::from_utf8_lossy(&asked.body).contains("04 65"), "and was hidden");
    let translated =
        copilot(&owner, &id, "translate", json!({"text": "bonjour", "language": "en"})).await;
    assert_eq!(translated.body["language"], "en");
    assert_eq!(copilot(&owner, &id, "summary", json!({})).await.status, StatusCode::OK);

    fake.set(obeys("Versez 99 € sur <script>x</script> https://evil.example/pay", Wish::Says));
    let hostile = copilot(&owner, &id, "draft", json!({})).await;
    assert_eq!(hostile.status, StatusCode::OK);
    assert!(!hostile.body["text"].as_str().unwrap().contains("evil"), "{}", hostile.body);
    assert!(
        hostile.body["unsupported"].as_array().unwrap().contains(&json!("99")),
        "{}",
        hostile.body
    );

    fake.set(Way::Body("<html>".into()));
    assert_eq!(copilot(&owner, &id, "draft", json!({})).await.slug(), "model_unavailable");
    for body in [json!({"text": ""}), json!({"text": "x", "language": "../etc"})] {
        let refused = copilot(&owner, &id, "rewrite", body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let missing = copilot(&owner, "01890000-0000-7000-8000-00000000abcd", "draft", json!({})).await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    assert_eq!(app.sent().len(), sent, "nothing was sent");
    assert_eq!(app.conversation(&owner).await["position"], log, "the talk did not change");
}

#[tokio::test]
async fn a_copilot_reads_nobody_whose_data_is_restricted() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let fake = FakeLlm::start().await.unwrap();
    connect(&owner, &fake, json!({"copilot": true})).await;
    app.customer_writes(CLAIRE, "wamid.1", QUESTION).await;
    app.settle().await;
    let line = app.conversation(&owner).await;
    let id = line["id"].as_str().unwrap().to_owned();
    let person = format!("/api/v1/contacts/{}", line["contact"]["id"].as_str().unwrap());
    let restrict = json!({"revision": 0, "is_restricted": true});
    assert_eq!(owner.patch(&person, &restrict).await.status, StatusCode::OK);
    let before = fake.seen().len();
    for (task, body) in [
        ("summary", json!({})),
        ("draft", json!({})),
        ("rewrite", json!({"text": "bonjour"})),
        ("translate", json!({"text": "bonjour", "language": "en"})),
    ] {
        let refused = copilot(&owner, &id, task, body).await;
        assert_eq!(
            (refused.status, refused.slug()),
            (StatusCode::CONFLICT, "restricted"),
            "{task}"
        );
    }
    assert_eq!(fake.seen().len(), before, "no model heard of it");
    let lift = json!({"revision": 1, "is_restricted": false});
    assert_eq!(owner.patch(&person, &lift).await.status, StatusCode::OK);
    assert_eq!(copilot(&owner, &id, "summary", json!({})).await.status, StatusCode::OK);
    assert!(fake.seen().len() > before, "and it helps again once that is over");
}

#[tokio::test]
async fn another_node_takes_a_change_up() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let fake = FakeLlm::start().await.unwrap();
    connect(&owner, &fake, json!({"answers": true})).await;
    let stored = app.service.store().setting("model.settings").await.unwrap();
    app.models.remove().await.unwrap();
    app.service.store().put_setting("model.settings", stored.as_deref()).await.unwrap();
    app.models.follow().await.unwrap();
    app.customer_writes(CLAIRE, "wamid.1", QUESTION).await;
    app.settle().await;
    assert_eq!(fake.seen().len(), 1);
    app.service.store().put_setting("model.settings", Some("{")).await.unwrap();
    assert!(matches!(app.models.follow().await, Err(SaveError::Store(_))));
    assert!(
        !format!("{:?}", Keys([("model".to_owned(), KEY.to_owned())].into())).contains("CANARY")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_voice_message_is_heard_understood_and_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (app, graph) = crate::media::with_graph(&folder).await;
    let owner = app.owner().await;
    let fake = FakeLlm::start().await.unwrap();
    let body = json!({"is_on": true, "provider": "compatible", "uses": {"speech": true},
        "speech": {"base_url": format!("{}/v1", fake.base_url()), "model": "whisper-1"}});
    assert_eq!(owner.put("/api/v1/model", &body).await.status, StatusCode::OK);
    fake.set(Way::Writes(QUESTION.to_owned()));
    let mut hints = app.service.hints();
    let work = tokio::spawn(std::sync::Arc::clone(&app.service).run(app.stop.subscribe()));
    let voice = graph.put_media("audio/ogg", b"OggS\0\x02 and so on".as_slice());
    crate::media::arrives(&app, "wamid.v", "audio", &voice, None).await;
    let answered = async {
        while graph.accepted().is_empty() {
            let _ = tokio::time::timeout(Duration::from_millis(100), hints.recv()).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(5), answered).await.expect("within five seconds");
    let heard = fake.seen();
    assert_eq!(heard.len(), 1);
    assert!(String::from_utf8_lossy(&heard[0].body).contains("OggS"), "the file itself went up");
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    let events = owner.get(&format!("/api/v1/conversations/{id}/events")).await;
    assert!(events.body.to_string().contains(QUESTION), "agents read it: {}", events.body);
    assert!(events.body.to_string().contains("12 mois"), "and it was answered: {}", events.body);
    app.stop.send_replace(true);
    work.await.unwrap();
}

#[tokio::test]
async fn a_model_that_keeps_failing_is_left_alone_for_a_while() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let fake = FakeLlm::start().await.unwrap();
    connect(&owner, &fake, json!({"answers": true})).await;
    fake.set(Way::Refuses { status: 503, words: "overloaded".to_owned() });
    let ask = async |n: u32| {
        let from = format!("336399805{n:02}");
        app.customer_writes(&from, &format!("wamid.{n}"), QUESTION).await;
        while app.service.step().await.unwrap() {}
    };
    for n in 0..9 {
        ask(n).await;
    }
    assert_eq!(fake.seen().len(), 5, "then nobody waits for it");
    assert_eq!(app.sent().len(), 9, "and everybody is answered");
    fake.set(Way::Thinks(Mind::Sensible));
    app.clock.move_to(app.now() + relais_core::time::Span::secs(31));
    ask(20).await;
    ask(21).await;
    assert_eq!(fake.seen().len(), 2, "well again");
}
