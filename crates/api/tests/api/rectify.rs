//! What people put right about a person: who may, what is refused, and where it is seen.

use crate::support::{Client, TestApp};
use axum::http::StatusCode;
use serde_json::{Value, json};

const CLAIRE: &str = "33639980101";

async fn page(app: &TestApp, who: &Client) -> (String, Value) {
    let line = app.conversation(who).await;
    let path = format!("/api/v1/contacts/{}", line["contact"]["id"].as_str().unwrap());
    let answer = who.get(&path).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    (path, answer.body)
}

#[tokio::test]
async fn what_is_put_right_is_shown_exported_written_down_and_taken_back() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    app.customer_writes(CLAIRE, "wamid.1", "agent, ma lampe est cassée").await;
    app.settle().await;
    let (path, before) = page(&app, &nadia).await;
    assert_eq!((&before["revision"], &before["is_restricted"]), (&json!(0), &json!(false)));

    let change = json!({"revision": 0, "name": "Claire <b>Durand</b>", "language": "es"});
    let changed = nadia.patch(&path, &change).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
    let body = changed.body;
    assert_eq!((&body["name"], &body["language"]), (&change["name"], &change["language"]));
    assert_eq!(body["rectified"]["name"]["told"], before["name"]);
    assert_eq!(body["revision"], 1);
    let line = app.conversation(&nadia).await;
    assert_eq!((&line["contact"]["name"], &line["language"]), (&change["name"], &json!("es")));

    // Somebody who read it before, and what nobody is called.
    let late = owner.patch(&path, &json!({"revision": 0, "name": "Claude"})).await;
    assert_eq!(
        (late.status, &late.body["type"]),
        (StatusCode::CONFLICT, &json!("/problems/outdated"))
    );
    assert!(
        late.body["request_id"].is_string() && late.body["detail"].is_string(),
        "{}",
        late.body
    );
    for (bad, at) in [
        (json!({"revision": 1, "name": " "}), "/name"),
        (json!({"revision": 1, "language": "klingon"}), "/language"),
    ] {
        let refused = owner.patch(&path, &bad).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{bad}");
        assert_eq!(refused.body["errors"][0]["pointer"], at, "{bad}");
    }
    let unknown = owner.patch(&path, &json!({"revision": 1, "phone": "+33"})).await;
    assert!(unknown.status.is_client_error(), "{}", unknown.body);
    let nobody = format!("/api/v1/contacts/{}", uuid::Uuid::nil());
    let change = json!({"revision": 0, "name": "Claire"});
    assert_eq!(owner.patch(&nobody, &change).await.status, StatusCode::NOT_FOUND);

    let restricted = nadia.patch(&path, &json!({"revision": 1, "is_restricted": true})).await;
    assert_eq!(restricted.body["is_restricted"], true, "{}", restricted.body);
    let html = owner.get(&format!("{path}/export?format=html")).await;
    let html = String::from_utf8_lossy(&html.raw).into_owned();
    assert!(html.contains("name put right") && html.contains("restricted"), "{html}");
    assert!(!html.contains("<b>Durand"), "{html}");
    let json = owner.get(&format!("{path}/export?format=json")).await;
    assert_eq!(json.body["rectified"]["restricted"]["by"], body["rectified"]["name"]["by"]);

    let back = json!({"revision": 2, "name": null, "language": null, "is_restricted": false});
    let back = nadia.patch(&path, &back).await.body;
    assert_eq!((&back["name"], &back["rectified"]["name"]), (&before["name"], &Value::Null));
    let audit = owner.get("/api/v1/audit").await.body;
    let acts: Vec<&str> =
        audit["items"].as_array().unwrap().iter().filter_map(|line| line["act"].as_str()).collect();
    for act in ["contact.rectify", "contact.restrict", "contact.unrestrict"] {
        assert!(acts.contains(&act), "{act}: {acts:?}");
    }
}
