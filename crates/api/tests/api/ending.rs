//! Closing a conversation so that it can be taken back, as the web app asks for it.

use crate::support::{CLAIRE, Client, TestApp, act, detail, waiting};
use axum::http::StatusCode;
use relais_core::time::Span;
use serde_json::{Value, json};

/// Claire, whom Nadia has answered.
async fn answered() -> (TestApp, Client, String) {
    let (app, _, nadia, id) = waiting().await;
    act(&nadia, &id, json!({"do": "reply", "text": "C'est fait."})).await;
    while app.service.step().await.unwrap() {}
    (app, nadia, id)
}

#[tokio::test]
async fn the_question_waits_on_the_server_for_the_seconds_of_the_closing() {
    let (app, nadia, id) = answered().await;
    let before = app.sent().len();
    let close = json!({"do": "resolve", "reason": "solved", "undo_s": 5});
    assert_eq!(act(&nadia, &id, close.clone()).await.status, StatusCode::OK);
    while app.service.step().await.unwrap() {}
    let waits = detail(&nadia, &id).await;
    assert_eq!((&waits["status"], app.sent().len()), (&json!("human"), before));
    assert!(waits["ends_at"].is_string(), "{waits}");

    for _ in 0..2 {
        assert_eq!(act(&nadia, &id, json!({"do": "keep_open"})).await.status, StatusCode::OK);
    }
    app.clock.move_to(app.now() + Span::secs(30));
    while app.service.step().await.unwrap() {}
    let open = detail(&nadia, &id).await;
    assert_eq!((&open["status"], &open["ends_at"]), (&json!("human"), &Value::Null));
    assert_eq!(open["assignee"]["name"], "Nadia Ferrand");
    assert_eq!(app.sent().len(), before, "nothing was asked");

    act(&nadia, &id, close).await;
    app.clock.move_to(app.now() + Span::secs(5));
    while app.service.step().await.unwrap() {}
    let ended = detail(&nadia, &id).await;
    assert_eq!((&ended["status"], &ended["closing"]), (&json!("resolved"), &json!("solved")));
    assert_eq!(app.sent().len(), before + 1, "without any browser");
    let late = act(&nadia, &id, json!({"do": "keep_open"})).await;
    assert_eq!((late.status, late.slug()), (StatusCode::CONFLICT, "not_in_queue"));
    let endless = act(&nadia, &id, json!({"do": "resolve", "undo_s": 60})).await;
    let field = &endless.body["errors"][0];
    assert_eq!((&field["pointer"], &field["code"]), (&json!("/undo_s"), &json!("range")));
    assert_eq!((&field["least"], &field["most"]), (&json!(0), &json!(10)), "{field}");
}

#[tokio::test]
async fn a_customer_who_writes_meanwhile_is_heard_in_the_same_conversation() {
    let (app, nadia, id) = answered().await;
    let before = app.sent().len();
    act(&nadia, &id, json!({"do": "resolve", "undo_s": 10})).await;
    app.customer_writes(CLAIRE, "wamid.2", "une chose encore").await;
    app.clock.move_to(app.now() + Span::minutes(1));
    while app.service.step().await.unwrap() {}
    let open = detail(&nadia, &id).await;
    assert_eq!((&open["status"], &open["unread"]), (&json!("human"), &json!(1)));
    assert_eq!(app.sent().len(), before);
}
