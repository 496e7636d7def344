//! What holds on every route: identity, origin, strictness, headers.

use crate::support::{PASSWORD, TestApp};
use axum::body::Body;
use axum::http::StatusCode;
use serde_json::{Value, json};

#[tokio::test]
async fn agents_read_no_accounts_channels_or_ledger() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let agent = app.person(&owner, "Nadia Ferrand", "agent").await;
    for path in ["/api/v1/users", "/api/v1/channels", "/api/v1/ingest", "/api/v1/model"] {
        assert_eq!(agent.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn foreign_and_impossible_ids_are_equally_missing() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    for id in ["01890000-0000-7000-8000-00000000abcd", "1", "%00", "..%2F..%2Fetc", "' OR 1=1"] {
        let id = id.replace(' ', "%20");
        for tail in ["", "/events"] {
            let answer = owner.get(&format!("/api/v1/conversations/{id}{tail}")).await;
            assert_eq!(
                (answer.status, answer.slug()),
                (StatusCode::NOT_FOUND, "not_found"),
                "{id}"
            );
        }
        let act = owner
            .post(&format!("/api/v1/conversations/{id}/actions"), &json!({"do": "take"}))
            .await;
        assert_eq!(act.status, StatusCode::NOT_FOUND, "{id}");
    }
}

#[tokio::test]
async fn a_change_needs_our_own_origin_and_json() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let body = || Body::from(json!({"availability": "busy"}).to_string());
    let put = |headers: &[(&str, &str)]| {
        let mut request = owner.request("PUT", "/api/v1/agents/camille/availability");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.body(body()).unwrap()
    };
    let json_type = ("content-type", "application/json");
    for headers in [
        &[json_type][..],
        &[json_type, ("origin", "http://evil.test")],
        &[json_type, ("origin", "null")],
        &[json_type, ("origin", "http://relais.test"), ("sec-fetch-site", "cross-site")],
        &[json_type, ("sec-fetch-site", "none")],
    ] {
        let answer = owner.send(put(headers)).await;
        assert_eq!((answer.status, answer.slug()), (StatusCode::FORBIDDEN, "cross_site"));
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; x"] {
        let headers = [("content-type", kind), ("origin", "http://relais.test")];
        let answer = owner.send(put(&headers)).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind}");
    }
    let good = [json_type, ("sec-fetch-site", "same-origin")];
    assert_eq!(owner.send(put(&good)).await.status, StatusCode::OK);
}

#[tokio::test]
async fn unknown_fields_are_refused_by_name() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let id = "01890000-0000-7000-8000-00000000abcd";
    let actions = format!("/api/v1/conversations/{id}/actions");
    for (path, body, field) in [
        ("/api/v1/session", json!({"login": "a", "password": "b", "role": "owner"}), "role"),
        (
            "/api/v1/users",
            json!({"login": "a", "name": "a", "role": "agent", "password": PASSWORD, "workspace_id": "x"}),
            "workspace_id",
        ),
        (actions.as_str(), json!({"do": "take", "owner_epoch": 3}), "owner_epoch"),
        (
            "/api/v1/simulator/messages",
            json!({"from": "+33639980101", "name": "x", "type": "text", "text": "x", "verified": true}),
            "verified",
        ),
    ] {
        let answer = owner.post(path, &body).await;
        assert_eq!((answer.status, answer.slug()), (StatusCode::BAD_REQUEST, "invalid_body"));
        let detail = answer.body["errors"][0]["detail"].as_str().unwrap();
        assert!(detail.contains(field), "{path}: {detail}");
    }
    let query = owner.get("/api/v1/conversations?sort=name").await;
    assert_eq!((query.status, query.slug()), (StatusCode::BAD_REQUEST, "invalid_query"));
}

#[tokio::test]
async fn wrong_types_are_pointed_at() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    for (body, pointer) in [
        (json!({"do": "dance"}), "/do"),
        (json!({"do": "reply", "text": 3}), "/text"),
        (json!({"do": "take", "expected_epoch": "x"}), "/expected_epoch"),
    ] {
        let path = "/api/v1/conversations/01890000-0000-7000-8000-00000000abcd/actions";
        let answer = owner.post(path, &body).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        assert_eq!(answer.body["errors"][0]["pointer"], pointer, "{}", answer.body);
    }
    let request = owner
        .request("POST", "/api/v1/session")
        .header("content-type", "application/json")
        .header("origin", "http://relais.test")
        .body(Body::from("{\"login\":"))
        .unwrap();
    assert_eq!(owner.send(request).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let body = json!({"login": "a", "password": "x".repeat(400_000)});
    let answer = owner.post("/api/v1/session", &body).await;
    assert_eq!((answer.status, answer.slug()), (StatusCode::PAYLOAD_TOO_LARGE, "too_large"));
}

#[tokio::test]
async fn every_answer_carries_the_policy_and_its_request_id() {
    let app = TestApp::start().await;
    let csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
               connect-src 'self'; font-src 'self'; media-src 'self' blob:; manifest-src 'self'; \
               worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; \
               require-trusted-types-for 'script'; trusted-types relais";
    for path in ["/", "/inbox", "/api/v1/instance", "/api/v1/session", "/api/v1/nothing", "/x.js"] {
        let answer = app.anonymous().get(path).await;
        assert_eq!(answer.header("content-security-policy"), csp, "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert!(!answer.header("x-request-id").is_empty());
        if path.starts_with("/api/") {
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
        if !answer.status.is_success() {
            assert_eq!(answer.header("content-type"), "application/problem+json");
            assert_eq!(answer.body["request_id"], answer.header("x-request-id"));
        }
    }
}

#[tokio::test]
async fn the_web_app_is_served_and_a_missing_chunk_is_missing() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    for page in ["/", "/inbox", "/claim", "/conversations/1/2"] {
        let answer = client.get(page).await;
        assert_eq!(answer.status, StatusCode::OK, "{page}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
        assert_eq!(answer.header("cache-control"), "no-cache");
    }
    let chunk = client.get("/assets/app-12345678.js").await;
    assert_eq!(chunk.header("cache-control"), "public, max-age=31536000, immutable");
    assert_eq!(&chunk.raw[..], b"1");
    let request = client
        .request("GET", "/assets/app-12345678.js")
        .header("accept-encoding", "gzip, br")
        .body(Body::empty())
        .unwrap();
    let packed = client.send(request).await;
    assert_eq!((packed.header("content-encoding"), &packed.raw[..]), ("br", &b"packed"[..]));
    for missing in ["/assets/app-00000000.js", "/favicon.ico", "/api/v2/x", "/hooks/x"] {
        assert_eq!(client.get(missing).await.status, StatusCode::NOT_FOUND, "{missing}");
    }
}

#[tokio::test]
async fn unknown_methods_and_addresses_are_problems() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let answer = owner.delete("/api/v1/teams").await;
    assert_eq!(
        (answer.status, answer.slug()),
        (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed")
    );
    let answer = owner.get("/api/v1/secrets").await;
    assert_eq!((answer.status, answer.slug()), (StatusCode::NOT_FOUND, "not_found"));
}

#[tokio::test]
async fn figures_are_closed_on_the_public_address() {
    let app = TestApp::start().await;
    assert_eq!(app.anonymous().get("/metrics").await.status, StatusCode::NOT_FOUND);
    let metrics_token = Some("a token for figures".to_owned());
    let settings = relais_api::Settings { metrics_token, ..Default::default() };
    let app = TestApp::with(settings).await;
    let client = app.anonymous();
    let ask = |token: &'static str| {
        let value = format!("Bearer {token}");
        let request = client.request("GET", "/metrics").header("authorization", value);
        client.send(request.body(Body::empty()).unwrap())
    };
    assert_eq!(ask("wrong").await.status, StatusCode::NOT_FOUND);
    let answer = ask("a token for figures").await;
    let text = String::from_utf8(answer.raw.to_vec()).unwrap();
    assert!(text.contains("relais_http_requests_total{"), "{text}");
    assert!(text.contains("relais_store_up 1"), "{text}");
    assert!(text.contains("relais_node_may_act 1"), "{text}");
}

#[tokio::test]
async fn the_sandbox_is_off_unless_it_was_asked_for() {
    let app = TestApp::start().await;
    let answer = app.anonymous().post("/sandbox/v1/reset", &json!({})).await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.body["error"]["code"], Value::from("off"));
}

#[tokio::test]
async fn search_words_are_data() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    for words in
        ["'", "%22", "%27%20OR%201%3D1--", "NEAR(a%20b)", "*", "a%20AND%20", "%00", "(", "-x"]
    {
        let answer = owner.get(&format!("/api/v1/conversations?q={words}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{words}: {}", answer.body);
    }
    for cursor in ["x", "1_2", "-1_01890000-0000-7000-8000-00000000abc%27"] {
        let answer = owner.get(&format!("/api/v1/conversations?cursor={cursor}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{cursor}");
    }
}
