//! The sandbox's operations, as the black-box contract describes them.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use relais_app::sandbox::{Sandbox, SandboxError};
use relais_testkit::sandbox::demo_sandbox;
use serde_json::{Value, json};

const CLAIRE: &str = "+33639980101";

struct Run(Sandbox);

impl Run {
    async fn at(at: &str) -> Self {
        let run = Self(demo_sandbox());
        run.ok("reset", json!({ "demo": "maison-lumiere", "at": at })).await;
        run
    }

    async fn monday() -> Self {
        Self::at("2027-05-03T10:00:00+02:00").await
    }

    async fn ok(&self, op: &str, input: Value) -> Value {
        self.0.call(op, input).await.unwrap_or_else(|e| panic!("{op}: {e:?}"))
    }

    async fn fails(&self, op: &str, input: Value) -> SandboxError {
        self.0.call(op, input).await.unwrap_err()
    }

    async fn says(&self, from: &str, text: &str) {
        self.ok("inbound", json!({ "from": from, "text": text })).await;
        self.ok("settle", json!({})).await;
    }

    async fn conversation(&self, contact: &str) -> Value {
        self.ok("conversation", json!({ "contact": contact })).await
    }

    async fn texts(&self, to: &str) -> Vec<String> {
        let out = self.ok("outbox", json!({ "to": to })).await;
        let messages = out["messages"].as_array().unwrap();
        messages.iter().map(|m| m["text"].as_str().unwrap().to_owned()).collect()
    }

    async fn acts(&self, agent: &str, act: &str, contact: &str) -> Value {
        let text = "Bonjour, je regarde.";
        self.ok("agent", json!({ "as": agent, "do": act, "contact": contact, "text": text })).await
    }
}

#[tokio::test]
async fn a_greeting_is_answered_with_the_menu() {
    let run = Run::monday().await;
    run.says(CLAIRE, "bonjour").await;
    let out = run.ok("outbox", json!({ "to": CLAIRE })).await;
    let message = &out["messages"][0];
    assert_eq!(message["by"], "bot");
    assert_eq!(message["type"], "button");
    assert_eq!(message["buttons"].as_array().unwrap().len(), 3);
    assert!(message["text"].as_str().unwrap().contains("Maison Lumière"));
    let conversation = run.conversation(CLAIRE).await;
    assert_eq!(conversation["state"], "bot");
    assert_eq!(conversation["bot_active"], true);
    assert_eq!(conversation["language"], "fr");
}

#[tokio::test]
async fn a_pressed_button_means_what_it_said() {
    let run = Run::monday().await;
    run.says(CLAIRE, "bonjour").await;
    let out = run.ok("outbox", json!({ "to": CLAIRE })).await;
    let third = out["messages"][0]["buttons"][2]["id"].as_str().unwrap().to_owned();
    run.ok("inbound", json!({ "from": CLAIRE, "type": "button", "payload": third })).await;
    run.ok("settle", json!({})).await;
    let conversation = run.conversation(CLAIRE).await;
    assert_eq!(conversation["state"], "queued");
    assert_eq!(conversation["reason"], "manual");
    assert_eq!(conversation["team"], "general");
    assert_eq!(conversation["bot_active"], false);
}

#[tokio::test]
async fn a_whole_talk_from_bot_to_rating() {
    let run = Run::monday().await;
    run.says(CLAIRE, "Où est ma commande ML-2041 ?").await;
    let texts = run.texts(CLAIRE).await;
    assert!(texts[0].contains("ML-2041") && texts[0].contains("NX48120391"), "{texts:?}");
    run.says(CLAIRE, "3").await;
    let conversation = run.conversation(CLAIRE).await;
    assert_eq!(conversation["state"], "queued");
    assert_eq!(conversation["reason"], "manual");
    assert_eq!(conversation["escalated"], true);
    assert_eq!(conversation["orders"], json!(["ML-2041"]));
    let queue = run.ok("queue", json!({ "team": "general" })).await;
    assert_eq!(queue["contacts"], json!([CLAIRE]));
    let notices = run.ok("notifications", json!({})).await;
    assert_eq!(notices["items"].as_array().unwrap().len(), 1);
    assert_eq!(notices["items"][0]["team"], "general");
    assert_eq!(notices["items"][0]["contact"], CLAIRE);

    assert_eq!(run.acts("nadia", "take", CLAIRE).await["result"], "ok");
    let again = run.acts("hugo", "take", CLAIRE).await;
    assert_eq!(again, json!({ "result": "refused", "why": "already_taken" }));
    assert_eq!(run.acts("denis", "take", CLAIRE).await["why"], "forbidden");
    run.acts("nadia", "reply", CLAIRE).await;
    run.acts("nadia", "note", CLAIRE).await;
    let before = run.texts(CLAIRE).await.len();
    run.says(CLAIRE, "merci beaucoup, et ma commande ML-2041 ?").await;
    assert_eq!(run.texts(CLAIRE).await.len(), before, "the bot is silent with an agent");
    assert_eq!(run.acts("nadia", "resolve", CLAIRE).await["result"], "ok");
    assert_eq!(run.acts("nadia", "take", CLAIRE).await["why"], "not_in_queue");
    run.says(CLAIRE, "5/5 super").await;
    let conversation = run.conversation(CLAIRE).await;
    assert_eq!(conversation["state"], "resolved");
    assert_eq!(conversation["csat"], 5);

    let transcript = run.ok("transcript", json!({ "contact": CLAIRE })).await;
    let by: Vec<&str> = transcript["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["by"].as_str().unwrap())
        .collect();
    assert!(by.contains(&"customer") && by.contains(&"agent") && by.contains(&"note"), "{by:?}");
    let period = json!({ "from": "2027-05-03T00:00:00Z", "to": "2027-05-04T00:00:00Z" });
    let kpi = run.ok("kpi", period).await;
    assert_eq!(kpi["conversations"], 1);
    assert_eq!(kpi["escalation_rate"], 1.0);
    assert_eq!(kpi["csat_average"], 5.0);
    assert_eq!(kpi["by_reason"], json!({ "manual": 1 }));
    assert_eq!(kpi["by_team"], json!({ "general": 1 }));
    assert_eq!(kpi["bot_resolved"], 0);
}

#[tokio::test]
async fn the_same_message_twice_is_one_message() {
    let run = Run::monday().await;
    for _ in 0..3 {
        run.ok("inbound", json!({ "from": CLAIRE, "id": "wamid.A", "text": "bonjour" })).await;
    }
    run.ok("settle", json!({})).await;
    let transcript = run.ok("transcript", json!({ "contact": CLAIRE })).await;
    assert_eq!(transcript["entries"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn settle_moves_the_clock_only_as_far_as_a_burst_needs() {
    let run = Run::monday().await;
    run.ok("inbound", json!({ "from": CLAIRE, "text": "bonjour" })).await;
    let settled = run.ok("settle", json!({})).await;
    assert_eq!(settled["now"], "2027-05-03T08:00:00Z");
    run.ok("inbound", json!({ "from": CLAIRE, "text": "xqzt wvbk" })).await;
    let settled = run.ok("settle", json!({})).await;
    assert_eq!(settled["now"], "2027-05-03T08:00:04Z");
    assert_eq!(run.conversation(CLAIRE).await["failures"], 1);
    run.ok("inbound", json!({ "from": CLAIRE, "text": "kkkpl ghtz" })).await;
    run.ok("settle", json!({})).await;
    assert_eq!(run.conversation(CLAIRE).await["failures"], 2);
}

#[tokio::test]
async fn a_voice_message_is_heard_where_speech_to_text_is_on() {
    let voice = json!({ "from": CLAIRE, "type": "audio", "transcript": "menu" });
    let run = Run::monday().await;
    run.ok("inbound", voice.clone()).await;
    run.ok("settle", json!({})).await;
    let texts = run.texts(CLAIRE).await;
    assert!(texts[0].contains("messages vocaux"), "{texts:?}");
    run.ok("configure", json!({ "stt": "on" })).await;
    run.ok("inbound", voice).await;
    run.ok("settle", json!({})).await;
    let texts = run.texts(CLAIRE).await;
    assert!(texts[1].contains("Bienvenue"), "{texts:?}");
    let transcript = run.ok("transcript", json!({ "contact": CLAIRE })).await;
    assert_eq!(transcript["entries"][2]["type"], "audio");
    assert_eq!(transcript["entries"][2]["text"], "menu");
}

#[tokio::test]
async fn outside_hours_a_hand_off_waits_and_is_told_at_the_opening() {
    // Saturday 20:00; the shop opens on Monday at 09:00.
    let run = Run::at("2027-05-08T20:00:00+02:00").await;
    let vip = "+33639980108";
    run.says(CLAIRE, "3").await;
    run.ok("clock", json!({ "advance": "PT1M" })).await;
    run.says(vip, "3").await;
    for contact in [CLAIRE, vip] {
        let conversation = run.conversation(contact).await;
        assert_eq!(conversation["state"], "queued");
        assert_eq!(conversation["deferred"], true);
        assert_eq!(conversation["bot_active"], true);
    }
    assert_eq!(run.ok("notifications", json!({})).await["items"], json!([]));
    let now = run.ok("clock", json!({ "at": "2027-05-10T09:00:00+02:00" })).await;
    assert_eq!(now["now"], "2027-05-10T07:00:00Z");
    let items = run.ok("notifications", json!({})).await;
    let told: Vec<(&str, &str)> = items["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| (n["contact"].as_str().unwrap(), n["at"].as_str().unwrap()))
        .collect();
    assert_eq!(told[0].0, vip, "the VIP is told of first");
    assert!(told.iter().all(|(_, at)| *at == "2027-05-10T07:00:00Z"), "{told:?}");
    let conversation = run.conversation(CLAIRE).await;
    assert_eq!(conversation["deferred"], false);
    assert_eq!(conversation["bot_active"], false);
}

#[tokio::test]
async fn after_a_day_only_a_template_goes() {
    let run = Run::monday().await;
    run.says(CLAIRE, "3").await;
    run.acts("nadia", "take", CLAIRE).await;
    run.ok("clock", json!({ "advance": "P1D" })).await;
    assert_eq!(run.conversation(CLAIRE).await["window_open"], false);
    assert_eq!(run.acts("nadia", "reply", CLAIRE).await["why"], "window_closed");
    let template = json!({
        "as": "nadia", "do": "reply", "contact": CLAIRE, "template": "reprise_contact"
    });
    assert_eq!(run.ok("agent", template).await["result"], "ok");
    let out = run.ok("outbox", json!({ "to": CLAIRE })).await;
    let last = out["messages"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["template"], "reprise_contact");
    assert_eq!(last["type"], "template");
    assert!(last["text"].as_str().unwrap().starts_with("Bonjour Claire"), "{last}");
}

#[tokio::test]
async fn nobody_online_is_said() {
    let run = Run::monday().await;
    run.ok("configure", json!({ "agents_online": { "general": 0 } })).await;
    run.says(CLAIRE, "3").await;
    let texts = run.texts(CLAIRE).await;
    assert!(texts.last().unwrap().contains("bonjour@maison-lumiere.example"), "{texts:?}");
}

#[tokio::test]
async fn wrong_input_is_said_and_unknown_contacts_are_not_found() {
    let run = Run::monday().await;
    let cases = [
        ("inbound", json!({ "text": "bonjour" }), 400, "invalid"),
        ("inbound", json!({ "from": "0639", "text": "bonjour" }), 400, "invalid"),
        ("inbound", json!({ "from": CLAIRE, "type": "hologram" }), 400, "invalid"),
        ("inbound", json!({ "from": CLAIRE, "type": "button", "text": "x" }), 400, "invalid"),
        ("clock", json!({}), 400, "invalid"),
        ("clock", json!({ "at": "2020-01-01T00:00:00Z" }), 400, "invalid"),
        ("clock", json!({ "advance": "soon" }), 400, "invalid"),
        ("configure", json!({ "llm": "gpt" }), 400, "invalid"),
        ("configure", json!({ "agents_online": { "kitchen": 1 } }), 400, "invalid"),
        ("queue", json!({}), 400, "invalid"),
        ("kpi", json!({ "from": "2027-05-03T00:00:00Z" }), 400, "invalid"),
        ("conversation", json!({ "contact": "+33600000000" }), 404, "not_found"),
        (
            "agent",
            json!({ "as": "nadia", "do": "take", "contact": "+33600000000" }),
            404,
            "not_found",
        ),
        ("agent", json!({ "as": "nadia", "do": "dance", "contact": CLAIRE }), 400, "invalid"),
        ("teleport", json!({}), 404, "unknown_op"),
        ("reset", json!({ "demo": "nothing", "at": "2027-05-03T00:00:00Z" }), 400, "invalid"),
    ];
    for (op, input, status, code) in cases {
        let error = run.fails(op, input.clone()).await;
        assert_eq!((error.status, error.code), (status, code), "{op} {input}: {}", error.message);
        assert!(!error.message.is_empty());
    }
    let nobody = json!({ "to": "+33600000000" });
    assert_eq!(run.ok("outbox", nobody).await, json!({ "messages": [] }));
    let nobody = json!({ "contact": "+33600000000" });
    assert_eq!(run.ok("transcript", nobody).await, json!({ "entries": [] }));
    let fresh = demo_sandbox().call("settle", json!({})).await.unwrap_err();
    assert_eq!(fresh.code, "not_reset");
}

#[tokio::test]
async fn every_state_is_what_its_log_gives() {
    let run = Run::monday().await;
    run.says(CLAIRE, "bonjour").await;
    run.says(CLAIRE, "3").await;
    run.acts("nadia", "take", CLAIRE).await;
    let transfer = json!({ "as": "nadia", "do": "transfer", "contact": CLAIRE, "team": "billing" });
    assert_eq!(run.ok("agent", transfer).await["result"], "ok");
    assert_eq!(run.conversation(CLAIRE).await["team"], "billing");
    let service = run.0.service().await.unwrap();
    let checked = service.check_projections().await.unwrap();
    assert_eq!(checked.differences, []);
    assert!(checked.events > 5);
}

#[tokio::test]
async fn no_model_changes_a_fact_or_a_route_or_hangs_the_clock() {
    for llm in ["off", "mock", "mock-hostile", "mock-timeout"] {
        let run = Run::monday().await;
        run.ok("configure", json!({ "llm": llm, "stt": "on" })).await;
        run.says(CLAIRE, "Quel est le délai pour retourner un article ?").await;
        let texts = run.texts(CLAIRE).await.join("\n");
        assert!(texts.contains("30 jours"), "{llm}: {texts}");
        for secret in ["MERCI20", "Sophie", "sk-secret", "evil.example", "garanti"] {
            assert!(!texts.contains(secret), "{llm}: {texts}");
        }
        let conversation = run.conversation(CLAIRE).await;
        assert_eq!(conversation["state"], "bot", "{llm}");
        assert_eq!(conversation["failures"], 0, "{llm}");
    }
}

#[tokio::test]
async fn unanswered_questions_are_gaps() {
    let run = Run::monday().await;
    for from in [CLAIRE, "+33639980102"] {
        run.says(from, "Est-ce que vous organisez des visites de votre atelier de poterie ?").await;
    }
    let period = json!({ "from": "2027-05-03T00:00:00Z", "to": "2027-05-04T00:00:00Z" });
    let gaps = run.ok("gaps", period).await;
    assert_eq!(gaps["items"][0]["count"], 2, "{gaps}");
}
