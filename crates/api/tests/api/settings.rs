//! The workspace's settings: changed in parts, published as a whole, or not at all.

use crate::support::{Client, TestApp};
use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};

async fn read(client: &Client) -> Value {
    let answer = client.get("/api/v1/settings").await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    answer.body
}

#[tokio::test]
async fn parts_are_changed_and_the_rest_stays() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let before = read(&owner).await;
    let mut hours = before["hours"].clone();
    hours["weekly"]["monday"] = json!(["09:00-12:30", "14:00-18:00"]);
    hours["closures"] = json!([{"from": "2027-08-01", "to": "2027-08-15", "name": "Congés"}]);
    let mut agents = before["agents"].as_array().unwrap().clone();
    agents.push(json!({"key": "zoe@example.test", "name": "Zoé", "teams": ["billing"],
        "role": "agent", "languages": ["fr"], "capacity": 2, "skills": ["factures"],
        "notify": ["web"]}));
    let change = json!({"version": before["version"], "hours": hours, "agents": agents});
    let kept = owner.patch("/api/v1/settings", &change).await;
    assert_eq!((kept.status, &kept.body["version"]), (StatusCode::OK, &json!(2)), "{}", kept.body);
    let after = read(&owner).await;
    assert_eq!(after["hours"]["weekly"]["monday"], json!(["09:00-12:30", "14:00-18:00"]));
    assert_eq!(after["hours"]["closures"], hours["closures"]);
    assert_eq!(after["agents"].as_array().unwrap().last(), agents.last());
    for same in ["workspace", "teams", "snippets", "tags"] {
        assert_eq!(after[same], before[same], "{same}");
    }
    let outdated = owner.patch("/api/v1/settings", &change).await;
    assert_eq!((outdated.status, outdated.slug()), (StatusCode::CONFLICT, "outdated"));
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_with_its_place_and_changes_nothing() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let before = read(&owner).await;
    let mut info = before["workspace"].clone();
    info["time_zone"] = json!("Europe/Paname");
    let bad_hours = json!({"weekly": {"monday": ["09:00-25:00"]}});
    let mut teams = before["teams"].as_array().unwrap().clone();
    teams.retain(|team| team["key"] != "vip");
    for (part, value, pointer, code) in [
        ("workspace", info, "/hours", "hours"),
        ("hours", bad_hours, "/hours", "hours"),
        ("teams", json!(teams), "/triggers", "unknown"),
    ] {
        let mut change = json!({"version": before["version"]});
        change[part] = value;
        let answer = owner.patch("/api/v1/settings", &change).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{part}: {}", answer.body);
        let at = answer.body["errors"][0]["pointer"].as_str().unwrap();
        assert!(at.starts_with(pointer), "{part}: {}", answer.body);
        assert_eq!(answer.body["errors"][0]["code"], code, "{part}: {}", answer.body);
    }
    assert_eq!(read(&owner).await, before);
}

#[tokio::test]
async fn supervisors_write_texts_and_admins_the_rest() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let omar = app.person(&owner, "Omar Haddad", "supervisor").await;
    let version = read(&omar).await["version"].clone();
    let hours = json!({"version": version, "hours": {"weekly": {}}});
    assert_eq!(omar.patch("/api/v1/settings", &hours).await.status, StatusCode::FORBIDDEN);
    let snippets = json!({"version": version,
        "snippets": [{"shortcut": "/merci", "text": "Merci {name} !", "language": "fr"}]});
    assert_eq!(omar.patch("/api/v1/settings", &snippets).await.status, StatusCode::OK);
    let listed = omar.get("/api/v1/snippets").await;
    assert_eq!(listed.body["items"][0]["shortcut"], "merci");
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn how_long_things_are_kept_is_previewed_then_set_and_on_record() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let path = "/api/v1/settings/retention";
    let before = owner.get(path).await.body;
    let kept = json!({"messages": null, "files": null, "contacts": null, "raw": 30,
        "quarantine": null, "accesses": 365});
    assert_eq!(before, kept);
    let mut wanted = kept.clone();
    wanted["messages"] = json!(90);
    let told = owner.post(&format!("{path}/preview"), &wanted).await;
    let nothing = json!({"count": 0, "is_more": false, "bytes": 0, "oldest": null});
    assert_eq!((told.status, &told.body["messages"]), (StatusCode::OK, &nothing), "{}", told.body);
    assert_eq!((&told.body["files"], &told.body["contacts"]), (&nothing, &Value::Null));
    assert_eq!(owner.get(path).await.body, kept, "a preview changes nothing");
    assert_eq!(owner.put(path, &wanted).await.status, StatusCode::OK);
    assert_eq!(owner.get(path).await.body, wanted);
    let line = owner.get("/api/v1/audit").await.body["items"][0].clone();
    assert_eq!(line["act"], "retention.change", "{line}");
    let bad = json!({"raw": 7, "files": 3});
    for refused in [owner.put(path, &bad).await, owner.post(&format!("{path}/preview"), &bad).await]
    {
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.body["errors"][0]["pointer"], "/raw", "{}", refused.body);
    }
}

#[tokio::test]
async fn one_click_closes_the_day_and_another_opens_it_again() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let is_open = async || owner.get("/api/v1/teams").await.body["items"][0]["open"] == true;
    assert!(is_open().await);
    let close = json!({"until": "2027-03-04", "name": "Inventaire"});
    assert_eq!(owner.post("/api/v1/settings/closure", &close).await.status, StatusCode::OK);
    assert!(!is_open().await);
    let hours = read(&owner).await["hours"].clone();
    let today = json!([{"date": "2027-03-02", "periods": ["09:00-10:00"], "name": "Inventaire"}]);
    assert_eq!(hours["exceptions"], today);
    let line = owner.get("/api/v1/settings/deadline?team=general").await;
    assert_eq!(line.body["due_at"], "2027-03-05T08:15:00Z", "{}", line.body);
    assert_eq!(line.body["lines"][0]["because"], "Inventaire");
    assert_eq!(owner.delete("/api/v1/settings/closure").await.status, StatusCode::OK);
    assert!(is_open().await);
}

#[tokio::test]
async fn supervisors_keep_macros_that_everybody_calls_up_and_a_bad_one_says_why() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let omar = app.person(&owner, "Omar Haddad", "supervisor").await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let version = read(&omar).await["version"].clone();
    let change = |one: Value| json!({"version": version, "macros": [one]});
    let good = json!({"name": "Retard", "shortcut": "retard", "tags": ["retard"],
        "reply": {"fr": "Bonjour {name}"}, "priority": "high", "snooze_hours": 24});
    let mut bad = Vec::new();
    for (field, value) in [
        ("shortcut", json!("/re tard")),
        ("name", json!(" ")),
        ("team", json!("nowhere")),
        ("resolve", json!("solved")),
        ("reply", json!({"fr": " "})),
    ] {
        let mut one = good.clone();
        one[field] = value;
        bad.push(one);
    }
    bad.push(json!({"name": "Rien", "shortcut": "rien"}));
    let many: Vec<String> = (0..11).map(|n| format!("t{n}")).collect();
    bad.push(json!({"name": "Trop", "shortcut": "trop", "tags": many}));
    for one in bad {
        let refused = omar.patch("/api/v1/settings", &change(one.clone())).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{one}");
        let at = refused.body["errors"][0]["pointer"].as_str().unwrap();
        assert!(at.starts_with("/macros/"), "{}", refused.body);
        assert_ne!(refused.body["errors"][0]["code"], "other", "{}", refused.body);
    }
    assert_eq!(
        nadia.patch("/api/v1/settings", &change(good.clone())).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(omar.patch("/api/v1/settings", &change(good)).await.status, StatusCode::OK);
    let listed = nadia.get("/api/v1/macros").await;
    assert_eq!(listed.body["items"][0]["shortcut"], "retard", "{}", listed.body);
    assert_eq!(listed.body["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_calendar_file_is_read_and_changes_nothing_until_its_days_are_kept() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let before = read(&owner).await;
    let file = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20991224\r\n\
        DTEND;VALUE=DATE:21000102\r\nSUMMARY:F\u{ea}tes\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n\
        DTSTART;VALUE=DATE:20200714\r\nRRULE:FREQ=YEARLY\r\nSUMMARY:F\u{ea}te nationale\r\n\
        END:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20991224T090000Z\r\nSUMMARY:Dentiste\r\n\
        END:VEVENT\r\nEND:VCALENDAR\r\n";
    let read_file = |text: &str| {
        let request = owner
            .request("POST", "/api/v1/settings/calendar")
            .header("content-type", "text/calendar")
            .header("origin", "http://relais.test")
            .body(Body::from(text.to_owned()))
            .unwrap();
        owner.send(request)
    };
    let found = read_file(file).await;
    assert_eq!(found.status, StatusCode::OK, "{}", found.body);
    assert_eq!(
        found.body,
        json!({
            "holidays": [{"date": "07-14", "name": "Fête nationale"}],
            "closures": [{"from": "2099-12-24", "to": "2100-01-01", "name": "Fêtes"}],
            "left_out": [{"line": 12, "name": "Dentiste", "why": "appointment"}],
            "more_left_out": 0,
        })
    );
    assert_eq!(read(&owner).await["hours"], before["hours"]);
    let mut hours = before["hours"].clone();
    hours["holidays"] = found.body["holidays"].clone();
    hours["closures"] = found.body["closures"].clone();
    let change = json!({"version": before["version"], "hours": hours});
    assert_eq!(owner.patch("/api/v1/settings", &change).await.status, StatusCode::OK);
    assert_eq!(read(&owner).await["hours"]["closures"], found.body["closures"]);

    for (text, slug) in [
        ("<html>", "not_a_calendar"),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101", "calendar_cut_off"),
        ("BEGIN:VCALENDAR\nEND:VEVENT", "calendar_broken"),
        (
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20270101\nRRULE:FREQ=DAILY\nEND:VEVENT\n\
             END:VCALENDAR",
            "calendar_too_many",
        ),
    ] {
        let refused = read_file(text).await;
        assert_eq!(
            (refused.status, refused.slug()),
            (StatusCode::UNPROCESSABLE_ENTITY, slug),
            "{text}"
        );
        assert!(refused.body["detail"].as_str().is_some_and(|detail| detail.len() > 10));
    }
    let long = read_file(&"x".repeat(1024 * 1024 + 1)).await;
    assert_eq!((long.status, long.slug()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn who_may_answer_and_the_ladder_of_a_team_are_shown_and_survive_a_change() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let before = read(&owner).await;
    let mut teams = before["teams"].as_array().unwrap().clone();
    assert_eq!((&teams[0]["replies"], &teams[0]["ladder"]), (&json!("owner"), &json!([])));
    teams[0]["replies"] = json!("team");
    teams[0]["ladder"] = json!([{"after_minutes": 10, "tell": "supervisor"}]);
    let change = |teams: &[Value], version: &Value| json!({"version": version, "teams": teams});
    let kept = owner.patch("/api/v1/settings", &change(&teams, &before["version"])).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    let after = read(&owner).await;
    assert_eq!(after["teams"], json!(teams));

    teams[0]["name"] = json!("Accueil");
    let renamed = owner.patch("/api/v1/settings", &change(&teams, &after["version"])).await;
    assert_eq!(renamed.status, StatusCode::OK, "{}", renamed.body);
    let after = read(&owner).await;
    assert_eq!(after["teams"], json!(teams));

    let whole = teams.clone();
    for (field, value) in [
        ("name", json!(" ")),
        ("first_reply_minutes", json!(0)),
        ("first_reply_minutes", json!(10_081)),
    ] {
        let mut teams = whole.clone();
        teams[0][field] = value;
        let refused = owner.patch("/api/v1/settings", &change(&teams, &after["version"])).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert!(
            refused.body.to_string().contains(&format!("/teams/0/{field}")),
            "{}",
            refused.body
        );
    }
    let mut info = after["workspace"].clone();
    info["name"] = json!("   ");
    let nameless = json!({"version": after["version"], "workspace": info});
    let refused = owner.patch("/api/v1/settings", &nameless).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
    assert!(refused.body.to_string().contains("/workspace/name"), "{}", refused.body);

    for (minutes, tell, code) in [(0, "supervisor", "range"), (10, "nobody", "unknown")] {
        teams[0]["ladder"] = json!([{"after_minutes": minutes, "tell": tell}]);
        let refused = owner.patch("/api/v1/settings", &change(&teams, &after["version"])).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.body);
        assert_eq!(refused.body["errors"][0]["code"], code, "{}", refused.body);
    }
    // Others lean on the teams that are gone.
    let refused = owner.patch("/api/v1/settings", &change(&whole[..1], &after["version"])).await;
    let errors = refused.body["errors"].as_array().unwrap();
    assert!(!errors.is_empty() && errors.iter().all(|e| e["code"] == "unknown"), "{errors:?}");
}
