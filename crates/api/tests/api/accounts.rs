//! The claim of a fresh instance, sign-in, roles, and sessions that end.

use crate::support::{PASSWORD, TestApp};
use axum::http::StatusCode;
use http_body_util::BodyExt as _;
use relais_api::Settings;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn the_claim_link_works_once_and_makes_the_owner() {
    let app = TestApp::start().await;
    let token = app.accounts.new_claim_token().await.unwrap().unwrap();
    let claim = |token: &str, login: &str| json!({"token": token, "login": login, "name": "Camille Roy", "password": PASSWORD});
    let client = app.anonymous();
    let wrong = client.post("/api/v1/claim", &claim("wrong", "a@b.test")).await;
    assert_eq!((wrong.status, wrong.slug()), (StatusCode::GONE, "claim_gone"));
    let good = client.post("/api/v1/claim", &claim(&token, "Camille@Example.test ")).await;
    assert_eq!(good.status, StatusCode::OK, "{}", good.body);
    assert_eq!(good.body["user"]["role"], "owner");
    assert_eq!(good.body["user"]["login"], "camille@example.test");
    assert_eq!(good.body["user"]["agent_key"], "camille");
    let again = client.post("/api/v1/claim", &claim(&token, "b@b.test")).await;
    assert_eq!((again.status, again.slug()), (StatusCode::GONE, "claim_gone"));
    assert_eq!(app.accounts.new_claim_token().await.unwrap(), None);
    assert_eq!(client.get("/api/v1/instance").await.body["is_claimed"], true);
}

#[tokio::test]
async fn of_many_claims_at_once_one_wins() {
    let app = TestApp::start().await;
    let token = app.accounts.new_claim_token().await.unwrap().unwrap();
    let tries = (0..8).map(|n| {
        let (client, token) = (app.anonymous(), token.clone());
        tokio::spawn(async move {
            let login = format!("{n}@example.test");
            let claim = json!({"token": token, "login": login, "name": "x", "password": PASSWORD});
            client.post("/api/v1/claim", &claim).await.status
        })
    });
    let mut won = 0;
    for attempt in tries {
        won += usize::from(attempt.await.unwrap() == StatusCode::OK);
    }
    assert_eq!(won, 1);
    assert_eq!(app.accounts.users().await.unwrap().len(), 1);
}

#[tokio::test]
async fn weak_fields_are_named() {
    let app = TestApp::start().await;
    let token = app.accounts.new_claim_token().await.unwrap().unwrap();
    let claim = json!({"token": token, "login": "", "name": " ", "password": "short"});
    let answer = app.anonymous().post("/api/v1/claim", &claim).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    let faults = answer.body["errors"].as_array().unwrap();
    let named: Vec<_> =
        faults.iter().filter_map(|e| e["pointer"].as_str().zip(e["code"].as_str())).collect();
    assert_eq!(named, [("/login", "characters"), ("/name", "length"), ("/password", "length")]);
    assert_eq!((&faults[1]["least"], &faults[1]["most"]), (&json!(1), &json!(100)));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_look_the_same() {
    let app = TestApp::start().await;
    app.owner().await;
    let mut answers = Vec::new();
    for login in ["camille@example.test", "nobody@example.test"] {
        let input = json!({"login": login, "password": "not the right one"});
        let mut answer = app.anonymous().post("/api/v1/session", &input).await;
        assert_eq!((answer.status, answer.slug()), (StatusCode::UNAUTHORIZED, "wrong_credentials"));
        assert!(answer.cookie().is_none());
        answer.body["request_id"].take();
        answers.push(answer.body);
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn guesses_are_bounded_also_when_they_come_at_once() {
    let app = TestApp::start().await;
    app.owner().await;
    let tries = (0..200).map(|n| {
        let client = app.anonymous();
        tokio::spawn(async move {
            let password = format!("guess number {n:06}");
            let input = json!({"login": "camille@example.test", "password": password});
            client.post("/api/v1/session", &input).await.status
        })
    });
    let mut checked = 0;
    for attempt in tries {
        checked += usize::from(attempt.await.unwrap() == StatusCode::UNAUTHORIZED);
    }
    assert!((1..=8).contains(&checked), "{checked} guesses were checked");
    let right = json!({"login": "camille@example.test", "password": PASSWORD});
    let late = app.anonymous().post("/api/v1/session", &right).await;
    assert_eq!((late.status, late.slug()), (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"));
    assert!(late.header("retry-after").parse::<u64>().is_ok_and(|s| s > 0));
}

#[tokio::test]
async fn cookies_are_bound_to_https_where_there_is_https() {
    let public_url = Some("https://relais.test".to_owned());
    let app = TestApp::with(Settings { public_url, ..Settings::default() }).await;
    let token = app.accounts.new_claim_token().await.unwrap().unwrap();
    let claim = json!({"token": token, "login": "a@b.test", "name": "A", "password": PASSWORD});
    let answer = app.anonymous().post("/api/v1/claim", &claim).await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-relais_session="), "{cookie}");
    for part in ["Path=/", "HttpOnly", "Secure", "SameSite=Lax"] {
        assert!(cookie.split("; ").any(|p| p == part), "{part} in {cookie}");
    }
    assert!(!answer.header("strict-transport-security").is_empty());
    let client = app.anonymous().with(answer.cookie().unwrap());
    assert_eq!(client.get("/api/v1/session").await.status, StatusCode::OK);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_the_cookie() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    assert_eq!(owner.get("/api/v1/session").await.status, StatusCode::OK);
    let out = owner.delete("/api/v1/session").await;
    assert_eq!(out.status, StatusCode::NO_CONTENT);
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(owner.get("/api/v1/session").await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(owner.get("/api/v1/conversations").await.status, StatusCode::UNAUTHORIZED);
}

/// Reads the stream until it ends; fails if it does not.
async fn ends(mut body: axum::body::Body) {
    let end = async { while body.frame().await.is_some_and(|frame| frame.is_ok()) {} };
    tokio::time::timeout(Duration::from_secs(5), end).await.expect("the stream goes on");
}

#[tokio::test]
async fn open_streams_end_with_their_session() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    for change in [
        json!({"password": "another long passphrase"}),
        json!({"role": "supervisor"}),
        json!({"is_disabled": true}),
    ] {
        let name = format!("Agent {}", change.as_object().unwrap().keys().next().unwrap());
        let agent = app.person(&owner, &name, "agent").await;
        let id = agent.get("/api/v1/session").await.body["user"]["id"].as_str().unwrap().to_owned();
        let stream = agent.stream().await;
        let changed = owner.patch(&format!("/api/v1/users/{id}"), &change).await;
        assert_eq!(changed.status, StatusCode::OK, "{}", changed.body);
        ends(stream).await;
        assert_eq!(agent.get("/api/v1/session").await.status, StatusCode::UNAUTHORIZED, "{change}");
    }
    let stream = owner.stream().await;
    owner.delete("/api/v1/session").await;
    ends(stream).await;
}

#[tokio::test]
async fn streams_end_when_the_process_is_asked_to_stop() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let stream = owner.stream().await;
    app.stop.send_replace(true);
    ends(stream).await;
    assert_eq!(owner.get("/readyz").await.status, StatusCode::SERVICE_UNAVAILABLE);
}

#[tokio::test]
async fn roles_cannot_be_given_from_below_and_the_last_owner_stays() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let admin = app.person(&owner, "Ada Admin", "admin").await;
    let supervisor = app.person(&owner, "Omar Haddad", "supervisor").await;
    let new = |role: &str| json!({"login": format!("{role}@x.test"), "name": "X", "role": role, "password": PASSWORD});
    assert_eq!(admin.post("/api/v1/users", &new("owner")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(admin.post("/api/v1/users", &new("agent")).await.status, StatusCode::CREATED);
    assert_eq!(
        supervisor.post("/api/v1/users", &new("auditor")).await.status,
        StatusCode::FORBIDDEN
    );
    assert_eq!(
        owner.post("/api/v1/users", &new("root")).await.status,
        StatusCode::UNPROCESSABLE_ENTITY
    );
    let twice = owner.post("/api/v1/users", &new("agent")).await;
    assert_eq!((twice.status, twice.slug()), (StatusCode::CONFLICT, "login_taken"));
    let me = owner.get("/api/v1/session").await.body["user"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/users/{me}");
    let below = admin.patch(&path, &json!({"is_disabled": true})).await;
    assert_eq!(below.status, StatusCode::FORBIDDEN);
    let last = owner.patch(&path, &json!({"role": "agent"})).await;
    assert_eq!((last.status, last.slug()), (StatusCode::CONFLICT, "last_owner"));
}

#[tokio::test]
async fn everybody_sets_their_own_availability_and_few_that_of_others() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let away = json!({"availability": "away"});
    let own = nadia.put("/api/v1/agents/nadia/availability", &away).await;
    assert_eq!((own.status, &own.body["availability"]), (StatusCode::OK, &json!("away")));
    let other = nadia.put("/api/v1/agents/hugo/availability", &away).await;
    assert_eq!(other.status, StatusCode::FORBIDDEN);
    let unknown = owner.put("/api/v1/agents/nobody/availability", &away).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    let by_owner = owner.put("/api/v1/agents/hugo/availability", &away).await;
    assert_eq!(by_owner.status, StatusCode::OK);
}
