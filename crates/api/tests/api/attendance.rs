//! Who is there, as colleagues and they themselves see it.

use crate::support::TestApp;
use axum::http::StatusCode;
use relais_core::time::Span;
use serde_json::{Value, json};

fn of<'a>(agents: &'a Value, key: &str) -> &'a Value {
    let agents = agents["items"].as_array().unwrap();
    agents.iter().find(|agent| agent["key"] == key).unwrap()
}

#[tokio::test]
async fn whoever_is_only_named_in_the_files_is_not_shown_as_there() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let free = async || {
        let teams = owner.get("/api/v1/teams").await.body;
        of(&teams, "general")["available_agents"].as_u64().unwrap()
    };
    let agents = owner.get("/api/v1/agents").await.body;
    let named: Vec<&Value> = agents["items"].as_array().unwrap().iter().collect();
    assert!(named.iter().all(|agent| agent["availability"] == "unseen"), "{agents}");
    assert_eq!(free().await, 0);

    let own = nadia.get("/api/v1/session").await.body["user"]["agent_key"].clone();
    let other = named.iter().find(|one| one["teams"] == json!(["general"]) && one["key"] != own);
    let other = other.unwrap()["key"].as_str().unwrap();
    let path = format!("/api/v1/agents/{other}/availability");
    owner.put(&path, &json!({"availability": "available"})).await;
    assert_eq!(free().await, 1);
    nadia.put("/api/v1/account/seen", &json!({})).await;
    let agents = owner.get("/api/v1/agents").await.body;
    assert_eq!(of(&agents, other)["availability"], "available", "it was said");
    assert_eq!(of(&agents, own.as_str().unwrap())["availability"], "available", "was seen");
}

#[tokio::test]
async fn colleagues_see_who_is_gone_and_they_themselves_what_they_said() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let key = nadia.get("/api/v1/session").await.body["user"]["agent_key"].clone();
    let key = key.as_str().unwrap();
    assert_eq!(nadia.put("/api/v1/account/seen", &json!({})).await.status, StatusCode::NO_CONTENT);
    app.clock.move_to(app.now() + Span::minutes(15));
    let agents = owner.get("/api/v1/agents").await.body;
    assert_eq!(
        (&of(&agents, key)["availability"], &of(&agents, key)["said"]),
        (&json!("away"), &json!("available"))
    );

    let settings = owner.get("/api/v1/settings").await.body;
    let mut workspace = settings["workspace"].clone();
    assert_eq!(workspace["attendance"], json!({"away_after_minutes": 15, "wrap_up_seconds": 0}));
    let change =
        |workspace: &Value, version: &Value| json!({"version": version, "workspace": workspace});
    workspace["attendance"] = json!({"away_after_minutes": 2_000, "wrap_up_seconds": 0});
    let wrong = owner.patch("/api/v1/settings", &change(&workspace, &settings["version"])).await;
    assert_eq!(wrong.body["errors"][0]["pointer"], "/workspace/attendance/away_after_minutes");
    workspace["attendance"] = json!({"away_after_minutes": 0, "wrap_up_seconds": 60});
    let kept = owner.patch("/api/v1/settings", &change(&workspace, &settings["version"])).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    let agents = owner.get("/api/v1/agents").await.body;
    assert_eq!(of(&agents, key)["availability"], "available", "switched off");

    app.customer_writes("33639980101", "wamid.1", "je veux un agent").await;
    app.settle().await;
    let id = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    for act in [json!({"do": "take"}), json!({"do": "resolve", "reason": "other"})] {
        let done = nadia.post(&format!("/api/v1/conversations/{id}/actions"), &act).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    }
    let agents = owner.get("/api/v1/agents").await.body;
    assert_eq!(of(&agents, key)["availability"], "wrap_up");
    assert!(of(&agents, key)["wraps_up_until"].is_string());
    let path = format!("/api/v1/agents/{key}/availability");
    let said = nadia.put(&path, &json!({"availability": "wrap_up"})).await;
    assert_eq!(said.status, StatusCode::BAD_REQUEST, "{}", said.body);
    let ready = nadia.put(&path, &json!({"availability": "available"})).await;
    assert_eq!(
        (&ready.body["availability"], &ready.body["wraps_up_until"]),
        (&json!("available"), &Value::Null)
    );
}

#[tokio::test]
async fn everybody_chooses_their_own_quiet_hours_and_their_browser_learns_the_moments() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let path = "/api/v1/account/telling";
    assert_eq!(nadia.get(path).await.body["quiet"], json!({}));
    let nights = json!({"quiet": {"monday": ["19:00-08:00"]}});
    let chosen = nadia.put(path, &nights).await;
    assert_eq!(chosen.status, StatusCode::OK, "{}", chosen.body);
    let read = nadia.get(path).await.body;
    assert_eq!((&read["quiet"], &read["time_zone"]), (&nights["quiet"], &json!("Europe/Paris")));
    assert_eq!(owner.get(path).await.body["quiet"], json!({}), "only one's own");
    for wrong in [json!({"monday": ["19:00"]}), json!({"someday": ["19:00-08:00"]})] {
        let refused = nadia.put(path, &json!({"quiet": wrong})).await;
        assert_eq!(refused.body["errors"][0]["pointer"], "/quiet", "{}", refused.body);
    }
    assert_eq!(nadia.get(path).await.body["quiet"], nights["quiet"], "nothing was changed");
    let daily = nadia.put(path, &json!({"quiet": {}, "digest": "daily"})).await;
    assert_eq!((&daily.body["digest"], &daily.body["mail_to"]), (&json!("daily"), &Value::Null));
    let mail = json!({"host": "127.0.0.1", "security": "none", "from": "relais@example.test"});
    let set = owner.put("/api/v1/notifiers/email", &mail).await;
    assert_eq!(set.status, StatusCode::NO_CONTENT, "{}", set.body);
    assert_eq!(nadia.get(path).await.body["mail_to"], "nadia.ferrand@example.test");
}
