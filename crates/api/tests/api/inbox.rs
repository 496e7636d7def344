//! From a customer's message to an agent's answer, as the web app drives it.

use crate::support::{CLAIRE, NUMBER, TestApp, act};
use axum::http::StatusCode;
use http_body_util::BodyExt as _;
use relais_core::time::Span;
use relais_sim::graph::webhook::{Batch, Report};
use serde_json::{Value, json};
use std::time::Duration;

async fn events(client: &crate::support::Client, id: &str) -> Vec<Value> {
    let answer = client.get(&format!("/api/v1/conversations/{id}/events")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_agent_takes_answers_and_resolves() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let hugo = app.person(&owner, "Hugo Lambert", "agent").await;
    assert_eq!(app.customer_writes(CLAIRE, "wamid.1", "bonjour").await, StatusCode::OK);
    app.settle().await;
    let line = app.conversation(&nadia).await;
    let id = line["id"].as_str().unwrap().to_owned();
    assert_eq!(line["contact"]["phone"], "+33639980101");
    assert_eq!(line["contact"]["name"], "Claire Dubois");

    let taken = act(&nadia, &id, json!({"do": "take"})).await;
    assert_eq!((taken.status, &taken.body["result"]), (StatusCode::OK, &json!("ok")));
    let late = act(&hugo, &id, json!({"do": "take"})).await;
    assert_eq!((late.status, late.slug()), (StatusCode::CONFLICT, "already_taken"));
    assert_eq!(late.body["detail"], "Nadia Ferrand has it");
    let other = act(&hugo, &id, json!({"do": "resolve"})).await;
    assert_eq!((other.status, other.slug()), (StatusCode::CONFLICT, "already_taken"));

    let detail = nadia.get(&format!("/api/v1/conversations/{id}")).await.body;
    assert_eq!(detail["status"], "human");
    assert_eq!(detail["assignee"], json!({"key": "nadia", "name": "Nadia Ferrand"}));
    assert_eq!(detail["bot_active"], false);

    assert_eq!(
        app.conversation(&nadia).await["preview_by"],
        Value::Null,
        "the notice is the bot's"
    );
    let said =
        act(&nadia, &id, json!({"do": "reply", "text": "Bonjour Claire, c'est Nadia."})).await;
    assert_eq!(said.status, StatusCode::OK, "{}", said.body);
    app.settle().await;
    assert_eq!(app.conversation(&nadia).await["preview_by"], "Nadia Ferrand");
    assert_eq!(app.sent().last().unwrap(), "Bonjour Claire, c'est Nadia.");
    act(&nadia, &id, json!({"do": "note", "text": "cliente fidèle"})).await;
    let note = events(&nadia, &id).await.into_iter().find(|e| e["kind"] == "note_added").unwrap();
    assert_eq!(
        (&note["note"], &note["author"]),
        (&json!("cliente fidèle"), &json!("Nadia Ferrand"))
    );
    assert!(!app.sent().iter().any(|text| text.contains("fidèle")), "notes stay inside");

    let moved =
        act(&nadia, &id, json!({"do": "transfer", "team": "billing", "text": "double débit"}))
            .await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.body);
    let detail = nadia.get(&format!("/api/v1/conversations/{id}")).await.body;
    assert_eq!((&detail["status"], &detail["team"]), (&json!("queued"), &json!("billing")));
    let nowhere = act(&nadia, &id, json!({"do": "transfer", "team": "moon"})).await;
    assert_eq!(
        (nowhere.status, nowhere.slug()),
        (StatusCode::UNPROCESSABLE_ENTITY, "unknown_team")
    );

    let done = act(&nadia, &id, json!({"do": "resolve"})).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let detail = nadia.get(&format!("/api/v1/conversations/{id}")).await.body;
    assert_eq!(detail["status"], "resolved");
    assert!(detail["resolved_at"].is_string());
}

#[tokio::test]
async fn reports_become_ticks_and_never_go_back() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "bonjour").await;
    app.settle().await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    act(&owner, &id, json!({"do": "reply", "text": "Bonjour"})).await;
    app.settle().await;
    let provider_id = format!("wamid.OUT{}", app.sent().len());
    let at = u64::try_from(app.now().as_secs()).unwrap();
    for report in [Report::Read, Report::Delivered, Report::Sent, Report::Sent] {
        let mut batch = Batch::for_number(NUMBER);
        batch.status(&provider_id, report, at, CLAIRE, None);
        assert_eq!(app.deliver(batch.body()).await, StatusCode::OK);
    }
    let last = events(&owner, &id)
        .await
        .into_iter()
        .rfind(|e| e["by"] == "agent" && e["message"].is_object());
    assert_eq!(last.unwrap()["message"]["delivery"], "read");
}

#[tokio::test]
async fn the_same_key_acts_once_and_another_body_is_refused() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "bonjour").await;
    app.settle().await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/conversations/{id}/actions");
    let before = app.sent().len();
    let send = |text: &'static str| {
        let (owner, path) = (owner.clone(), path.clone());
        async move {
            let body = json!({"do": "reply", "text": text});
            owner.json("POST", &path, &body, &[("idempotency-key", "k1")]).await
        }
    };
    let together = tokio::join!(send("une fois"), send("une fois"), send("une fois"));
    for answer in [together.0, together.1, together.2, send("une fois").await] {
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    }
    let other = send("autre chose").await;
    assert_eq!(
        (other.status, other.slug()),
        (StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused")
    );
    app.settle().await;
    assert_eq!(app.sent()[before..], ["une fois"]);
}

#[tokio::test]
async fn after_a_day_only_a_template_goes_out() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "bonjour").await;
    app.settle().await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    act(&owner, &id, json!({"do": "take"})).await;
    app.clock.move_to(app.now() + Span::hours(25));
    app.settle().await;
    let free = act(&owner, &id, json!({"do": "reply", "text": "encore là ?"})).await;
    assert_eq!((free.status, free.slug()), (StatusCode::UNPROCESSABLE_ENTITY, "window_closed"));
    let approved = act(&owner, &id, json!({"do": "reply", "template": "reprise_contact"})).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.body);
    app.settle().await;
    assert!(app.sent().last().unwrap().contains("Claire"), "{:?}", app.sent());
    let unknown = act(&owner, &id, json!({"do": "reply", "template": "nothing"})).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn empty_and_endless_replies_are_refused() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "bonjour").await;
    app.settle().await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    for text in ["", "  \n", &"x".repeat(5_000)] {
        let answer = act(&owner, &id, json!({"do": "reply", "text": text})).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(answer.body["errors"][0]["pointer"], "/text");
    }
    let answer = act(&owner, &id, json!({"do": "transfer"})).await;
    assert_eq!(answer.body["errors"][0]["pointer"], "/team");
}

#[tokio::test]
async fn a_stale_view_undoes_nothing() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "bonjour").await;
    app.settle().await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    let detail = owner.get(&format!("/api/v1/conversations/{id}")).await.body;
    let old = detail["owner_epoch"].as_i64().unwrap() - 1;
    let answer = act(&owner, &id, json!({"do": "resolve", "expected_epoch": old})).await;
    assert_eq!((answer.status, answer.slug()), (StatusCode::CONFLICT, "stale"));
}

#[tokio::test]
async fn lists_are_filtered_and_paged() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    for n in 0..5 {
        app.customer_writes(&format!("3363998010{n}"), &format!("wamid.{n}"), "bonjour").await;
        app.settle().await;
    }
    let mut seen = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = owner.get(&format!("/api/v1/conversations?limit=2&cursor={cursor}")).await.body;
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 2);
        seen.extend(items.iter().map(|c| c["contact"]["phone"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 5);
    let mut unique = seen.clone();
    unique.sort();
    unique.dedup();
    assert_eq!(unique.len(), 5, "{seen:?}");
    let none = owner.get("/api/v1/conversations?status=resolved").await.body;
    assert_eq!(none["items"], json!([]));
    let counts = owner.get("/api/v1/conversations/counts").await.body;
    let total: i64 =
        counts["items"].as_array().unwrap().iter().map(|c| c["count"].as_i64().unwrap()).sum();
    assert_eq!(total, 5);
}

#[tokio::test]
async fn what_moved_in_a_list_is_read_by_its_ids() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "bonjour").await;
    app.settle().await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    let some = async |query: &str| owner.get(&format!("/api/v1/conversations?{query}")).await;
    let bot = some(&format!("q=is:bot&ids={id}")).await.body;
    assert_eq!(bot["items"][0]["id"], id);
    assert_eq!(bot["next_cursor"], Value::Null);
    let queue = some(&format!("q=is:queue&ids={id}")).await.body;
    assert_eq!(queue["items"], json!([]), "it is not in that list");
    let unknown = some(&format!("ids={}", uuid::Uuid::nil())).await.body;
    assert_eq!(unknown["items"], json!([]));
    let many = vec![id.as_str(); 33].join(",");
    for bad in ["ids=x".to_owned(), format!("ids={many}"), format!("ids={id}&q=bonjour")] {
        let answer = some(&bad).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad}");
        assert_eq!(answer.body["errors"][0]["pointer"], "ids", "{}", answer.body);
    }
}

#[tokio::test]
async fn events_are_read_from_a_position_on() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "bonjour").await;
    app.settle().await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    let all = events(&owner, &id).await;
    let positions: Vec<i64> = all.iter().map(|e| e["position"].as_i64().unwrap()).collect();
    assert_eq!(positions, (1..=positions.len() as i64).collect::<Vec<_>>(), "gapless");
    let path = format!("/api/v1/conversations/{id}/events");
    let page = owner.get(&format!("{path}?after=1&limit=2")).await.body;
    assert_eq!(page["items"].as_array().unwrap().len(), 2);
    assert_eq!(page["items"][0], all[1]);
    assert_eq!(page["next_cursor"], "3");
    let end = owner.get(&format!("{path}?after=100000")).await.body;
    assert_eq!((&end["items"], &end["next_cursor"]), (&json!([]), &Value::Null));
}

#[tokio::test]
async fn card_numbers_are_hidden_from_agents() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.customer_writes(CLAIRE, "wamid.1", "ma carte est 4111 1111 1111 1111").await;
    app.settle().await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    for path in [
        "/api/v1/conversations".to_owned(),
        format!("/api/v1/conversations/{id}"),
        format!("/api/v1/conversations/{id}/events"),
    ] {
        let answer = owner.get(&path).await;
        let text = String::from_utf8(answer.raw.to_vec()).unwrap();
        assert!(!text.contains("4111 1111 1111"), "{path}: {text}");
    }
}

#[tokio::test]
async fn hints_say_what_moved_and_nothing_else() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let mut stream = owner.stream().await;
    app.customer_writes(CLAIRE, "wamid.1", "un secret de client").await;
    let mut heard = String::new();
    let read = async {
        while !heard.contains("event: hint") {
            let frame = stream.frame().await.unwrap().unwrap();
            heard.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(5), read).await.expect("no hint came");
    let line = heard.lines().skip_while(|l| *l != "event: hint").nth(1).unwrap();
    let data: Value = serde_json::from_str(line.strip_prefix("data: ").unwrap()).unwrap();
    let mut keys: Vec<&String> = data.as_object().unwrap().keys().collect();
    keys.sort();
    assert_eq!(keys, ["conversation", "position", "status", "team"]);
    assert!(!heard.contains("secret"));
}

#[tokio::test]
async fn what_moves_often_is_told_once_for_each_conversation() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let mut stream = owner.stream().await;
    for (from, wamid) in [(CLAIRE, "wamid.1"), ("33612000111", "wamid.2"), (CLAIRE, "wamid.3")] {
        app.customer_writes(from, wamid, "bonjour").await;
        app.settle().await;
    }
    let list = owner.get("/api/v1/conversations").await;
    let mut wanted = Vec::new();
    for line in list.body["items"].as_array().unwrap() {
        let id = line["id"].as_str().unwrap().to_owned();
        let events = owner.get(&format!("/api/v1/conversations/{id}/events")).await;
        wanted.push((
            id,
            events.body["items"].as_array().unwrap().last().unwrap()["position"].clone(),
        ));
    }
    wanted.sort_by(|a, b| a.0.cmp(&b.0));
    let mut told = Vec::new();
    let read = async {
        while told.len() < wanted.len() {
            let frame = stream.frame().await.unwrap().unwrap();
            let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
            if let Some(data) = text.strip_prefix("event: hint\ndata: ") {
                let data: Value = serde_json::from_str(data.trim()).unwrap();
                let id = data["conversation"].as_str().unwrap().to_owned();
                told.push((id, data["position"].clone()));
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(5), read).await.expect("no hint came");
    assert_eq!(told, wanted);
}

#[tokio::test]
async fn a_made_up_customer_writes_and_sees_the_answers() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let personas = owner.get("/api/v1/simulator/personas").await.body;
    let claire = personas["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|p| p["phone"] == "+33639980101")
        .unwrap()
        .clone();
    assert_eq!(claire["name"], "Claire Dubois");
    let say = |kind: &str, text: &str, payload: Option<&str>| {
        json!({"from": "+33639980101", "name": "Claire Dubois", "type": kind, "text": text,
            "payload": payload})
    };
    let path = "/api/v1/simulator/messages";
    let sent = owner.post(path, &say("text", "bonjour", None)).await;
    assert_eq!(sent.status, StatusCode::ACCEPTED, "{}", sent.body);
    app.settle().await;
    let phone = owner.get(&format!("{path}?contact=%2B33639980101")).await.body;
    let shown = phone["items"].as_array().unwrap();
    assert_eq!((&shown[0]["direction"], &shown[0]["text"]), (&json!("inbound"), &json!("bonjour")));
    assert!(shown.len() > 1, "the bot answered: {shown:?}");
    assert!(shown[1..].iter().all(|m| m["direction"] == "outbound" && m["by"] == "bot"));
    let after = owner.get(&format!("{path}?contact=%2B33639980101&after=1")).await.body;
    assert_eq!(after["items"].as_array().unwrap().len(), shown.len() - 1);
    for bad in [
        say("text", "", None),
        say("button", "x", None),
        json!({"from": "0639980101",
        "name": "x", "type": "text", "text": "x"}),
    ] {
        assert_eq!(owner.post(path, &bad).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
    }
    let nobody = owner.get(&format!("{path}?contact=%2B33600000000")).await.body;
    assert_eq!(nobody["items"], json!([]));
}

#[tokio::test]
async fn secrets_of_a_channel_cannot_be_read_back() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let new = json!({"name": "Boutique", "phone_number_id": "123456789", "waba_id": "987654321",
        "token": "EAAG-canary-token", "app_secret": "canary-secret", "verify_token": "canary-verify"});
    let made = owner.post("/api/v1/channels", &new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert!(made.body["webhook_path"].as_str().unwrap().starts_with("/hooks/whatsapp/"));
    let list = owner.get("/api/v1/channels").await;
    for raw in [made.raw, list.raw] {
        assert!(!String::from_utf8(raw.to_vec()).unwrap().contains("canary"));
    }
    let mut bad = new;
    bad["token"] = json!("short");
    bad["phone_number_id"] = json!("+33 6");
    let answer = owner.post("/api/v1/channels", &bad).await;
    let pointers: Vec<&Value> =
        answer.body["errors"].as_array().unwrap().iter().map(|e| &e["pointer"]).collect();
    assert_eq!(pointers, ["/phone_number_id", "/token"]);
}

#[tokio::test]
async fn a_workspace_is_exported_changed_and_imported() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let supervisor = app.person(&owner, "Omar Haddad", "supervisor").await;
    let exported = supervisor.get("/api/v1/workspace").await.body;
    assert_eq!(exported["version"], 1);
    let mut files = exported["files"].clone();
    let text = files["workspace"].as_str().unwrap().replace("Maison Lumière", "Maison Ombre");
    files["workspace"] = json!(text);
    let input = json!({"files": files, "comment": "renamed"});
    let forbidden = supervisor.put("/api/v1/workspace", &input).await;
    assert_eq!(forbidden.status, StatusCode::FORBIDDEN);
    let imported = owner.put("/api/v1/workspace", &input).await;
    assert_eq!((imported.status, &imported.body["version"]), (StatusCode::OK, &json!(2)));
    assert_eq!(owner.get("/api/v1/instance").await.body["name"], "Maison Ombre");
    files["teams"] = json!("teams: [{key: general}]");
    files["secrets"] = json!("x");
    let bad = owner.put("/api/v1/workspace", &json!({"files": files})).await;
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
    let pointers: Vec<&Value> =
        bad.body["errors"].as_array().unwrap().iter().map(|e| &e["pointer"]).collect();
    assert_eq!(pointers, ["/files/teams", "/files/secrets"]);
    assert_eq!(owner.get("/api/v1/workspace").await.body["version"], 2, "nothing was changed");
}

#[tokio::test]
async fn availability_of_others_is_told_to_open_lists() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let mut stream = owner.stream().await;
    let away = json!({"availability": "away"});
    owner.put("/api/v1/agents/hugo/availability", &away).await;
    let mut heard = String::new();
    let read = async {
        while !heard.contains("event: lists") {
            let frame = stream.frame().await.unwrap().unwrap();
            heard.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    };
    tokio::time::timeout(Duration::from_secs(5), read).await.expect("nobody was told");
}
