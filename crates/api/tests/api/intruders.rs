//! What those who do not belong here try at the door.

use crate::support::{PASSWORD, TestApp};
use axum::body::Body;
use axum::http::StatusCode;
use http_body_util::BodyExt as _;

use relais_api::{Connection, Settings};
use serde_json::json;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

#[tokio::test]
async fn t43_a_stream_is_for_a_session_and_tells_nothing_for_odd_questions() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nobody = app.anonymous().get("/api/v1/stream").await;
    assert_eq!((nobody.status, nobody.slug()), (StatusCode::UNAUTHORIZED, "unauthenticated"));
    // A page elsewhere cannot read what it gets, should its browser send the cookie.
    let foreign = owner.request("GET", "/api/v1/stream").header("origin", "http://evil.test");
    let shown = owner.open(foreign.body(Body::empty()).unwrap()).await;
    assert!(shown.headers().keys().all(|name| !name.as_str().starts_with("access-control")));
    // There are no topics to choose, and no past to ask for.
    for odd in ["topic=workspace%2Fother", "topic=", "Last-Event-ID=%00"] {
        let request = owner.request("GET", &format!("/api/v1/stream?{odd}"));
        let mut stream = owner.open(request.body(Body::empty()).unwrap()).await.into_body();
        assert_eq!(first(&mut stream).await, ": hello\n\n", "{odd}");
    }
    for id in ["junk", "-1", "' OR 1=1", &"9".repeat(1 << 20)] {
        let request = owner.request("GET", "/api/v1/stream").header("last-event-id", id);
        let mut stream = owner.open(request.body(Body::empty()).unwrap()).await.into_body();
        assert_eq!(first(&mut stream).await, ": hello\n\n");
    }
}

async fn first(stream: &mut Body) -> String {
    let frame = tokio::time::timeout(Duration::from_secs(5), stream.frame()).await.unwrap();
    String::from_utf8(frame.unwrap().unwrap().into_data().unwrap().to_vec()).unwrap()
}

/// Guesses that are looked at before one is told to wait, each under another invented address.
async fn guesses(settings: Settings, from: Ipv4Addr) -> usize {
    let app = TestApp::with(settings).await;
    app.owner().await;
    let client = app.anonymous();
    for n in 0..24 {
        let body = json!({"login": format!("nobody{n}@example.test"), "password": PASSWORD});
        let mut request = client
            .request("POST", "/api/v1/session")
            .header("content-type", "application/json")
            .header("origin", "http://relais.test")
            .header("x-forwarded-for", format!("203.0.113.{n}"))
            .header("x-real-ip", format!("203.0.113.{n}"))
            .header("x-remote-user", "camille@example.test")
            .body(Body::from(body.to_string()))
            .unwrap();
        request.extensions_mut().insert(Connection(SocketAddr::from((from, 4_000))));
        let answer = client.send(request).await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            return n;
        }
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "a name in a header signs nobody in");
    }
    24
}

#[tokio::test]
async fn t49_an_address_that_a_stranger_names_is_not_believed() {
    let stranger = Ipv4Addr::new(198, 51, 100, 7);
    assert!(guesses(Settings::default(), stranger).await < 24);
    let proxy = Ipv4Addr::new(198, 51, 100, 8);
    let settings = || Settings { trusted_proxies: vec![IpAddr::V4(proxy)], ..Settings::default() };
    assert_eq!(guesses(settings(), proxy).await, 24, "whom a trusted proxy names counts apart");
    assert!(guesses(settings(), stranger).await < 24);
}
