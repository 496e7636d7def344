//! Who may do what: every route of the router times everybody there is. A route without a rule
//! fails here, and so does a rule without a route (S1, T42).

use crate::support::{Client, PASSWORD, TestApp};
use axum::http::StatusCode;
use http_body_util::BodyExt as _;
use relais_api::served;
use relais_core::workspace::AgentsSee;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    /// Whoever reaches the address; what they need instead is checked elsewhere.
    Anybody,
    /// Whoever is signed in, for themselves.
    Oneself,
    Roles(&'static [&'static str]),
}
use Who::{Anybody, Oneself, Roles};

const ALL: Who = Roles(&["owner", "admin", "supervisor", "agent", "auditor"]);
const TEAM: Who = Roles(&["owner", "admin", "supervisor", "agent"]);
const LEAD: Who = Roles(&["owner", "admin", "supervisor"]);
const OFFICE: Who = Roles(&["owner", "admin", "supervisor", "auditor"]);
const RECORD: Who = Roles(&["owner", "admin", "auditor"]);
const ADMIN: Who = Roles(&["owner", "admin"]);
const OWNER: Who = Roles(&["owner"]);

/// Route, who, and the scope a token needs (none: no token may).
struct Rule(&'static str, &'static str, Who, Option<&'static str>);

#[rustfmt::skip]
const RULES: &[Rule] = &[
    Rule("GET", "/healthz", Anybody, None),
    Rule("GET", "/readyz", Anybody, None),
    Rule("GET", "/metrics", Anybody, None),
    Rule("GET", "/hooks/whatsapp/{channel_id}", Anybody, None),
    Rule("POST", "/hooks/whatsapp/{channel_id}", Anybody, None),
    Rule("POST", "/hooks/whatsapp/{channel_id}/forms", Anybody, None),
    Rule("POST", "/sandbox/v1/{op}", Anybody, None),
    Rule("GET", "/api/v1/instance", Anybody, None),
    Rule("POST", "/api/v1/claim", Anybody, None),
    Rule("POST", "/api/v1/session", Anybody, None),
    Rule("POST", "/api/v1/links/look", Anybody, None),
    Rule("POST", "/api/v1/links/accept", Anybody, None),
    Rule("GET", "/sso/return", Anybody, None),
    Rule("POST", "/api/v1/sso/attempts", Anybody, None),
    Rule("POST", "/api/v1/sso/session", Anybody, None),
    Rule("POST", "/api/v1/sso/session/code", Anybody, None),
    Rule("GET", "/api/v1/sso", OWNER, None),
    Rule("PUT", "/api/v1/sso", OWNER, None),
    Rule("DELETE", "/api/v1/sso", OWNER, None),
    Rule("GET", "/api/v1/session", Oneself, None),
    Rule("DELETE", "/api/v1/session", Oneself, None),
    Rule("PUT", "/api/v1/account/password", Oneself, None),
    Rule("GET", "/api/v1/account/sessions", Oneself, None),
    Rule("DELETE", "/api/v1/account/sessions", Oneself, None),
    Rule("DELETE", "/api/v1/account/sessions/{id}", Oneself, None),
    Rule("PUT", "/api/v1/account/seen", Oneself, None),
    Rule("GET", "/api/v1/account/telling", Oneself, None),
    Rule("PUT", "/api/v1/account/telling", Oneself, None),
    Rule("GET", "/api/v1/account/push", Oneself, None),
    Rule("PUT", "/api/v1/account/push", Oneself, None),
    Rule("GET", "/api/v1/account/second-factor", Oneself, None),
    Rule("POST", "/api/v1/account/second-factor", Oneself, None),
    Rule("DELETE", "/api/v1/account/second-factor", Oneself, None),
    Rule("POST", "/api/v1/account/second-factor/confirm", Oneself, None),
    Rule("GET", "/api/v1/account/passkeys", Oneself, None),
    Rule("POST", "/api/v1/account/passkeys", Oneself, None),
    Rule("POST", "/api/v1/account/passkeys/attempts", Oneself, None),
    Rule("DELETE", "/api/v1/account/passkeys/{id}", Oneself, None),
    Rule("POST", "/api/v1/passkeys/attempts", Anybody, None),
    Rule("POST", "/api/v1/passkeys/session", Anybody, None),
    Rule("GET", "/api/v1/stream", Oneself, None),
    Rule("GET", "/api/v1/users", ADMIN, None),
    Rule("POST", "/api/v1/users", ADMIN, None),
    Rule("PATCH", "/api/v1/users/{id}", ADMIN, None),
    Rule("POST", "/api/v1/users/{id}/link", ADMIN, None),
    Rule("DELETE", "/api/v1/users/{id}/sessions", ADMIN, None),
    Rule("GET", "/api/v1/tokens", ADMIN, None),
    Rule("POST", "/api/v1/tokens", ADMIN, None),
    Rule("DELETE", "/api/v1/tokens/{id}", ADMIN, None),
    Rule("GET", "/api/v1/audit", RECORD, None),
    Rule("GET", "/api/v1/audit/verdict", RECORD, None),
    Rule("GET", "/api/v1/accesses", RECORD, None),
    Rule("GET", "/api/v1/accesses/export", RECORD, None),
    Rule("GET", "/api/v1/teams", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/agents", ALL, Some("inbox:read")),
    Rule("PUT", "/api/v1/agents/{key}/availability", LEAD, Some("inbox:act")),
    Rule("GET", "/api/v1/conversations", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/conversations/counts", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/conversations/{id}", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/conversations/{id}/events", ALL, Some("inbox:read")),
    Rule("POST", "/api/v1/conversations/{id}/reading", ALL, Some("inbox:read")),
    Rule("POST", "/api/v1/conversations/{id}/actions", TEAM, Some("inbox:act")),
    Rule("GET", "/api/v1/media/{id}", ALL, Some("inbox:read")),
    Rule("POST", "/api/v1/media/{id}/fetch", TEAM, Some("inbox:act")),
    Rule("GET", "/api/v1/assistant", ALL, Some("inbox:read")),
    Rule("PUT", "/api/v1/assistant", LEAD, Some("inbox:act")),
    Rule("GET", "/api/v1/contacts/{id}", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/contacts/{id}/export", RECORD, None),
    Rule("PATCH", "/api/v1/contacts/{id}", TEAM, Some("inbox:act")),
    Rule("PUT", "/api/v1/conversations/{id}/draft", TEAM, Some("inbox:act")),
    Rule("POST", "/api/v1/conversations/{id}/files", TEAM, Some("inbox:act")),
    Rule("PUT", "/api/v1/conversations/{id}/presence", TEAM, Some("inbox:act")),
    Rule("GET", "/api/v1/drafts", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/views", ALL, Some("inbox:read")),
    Rule("POST", "/api/v1/views", TEAM, Some("inbox:act")),
    Rule("DELETE", "/api/v1/views/{id}", TEAM, Some("inbox:act")),
    Rule("GET", "/api/v1/copilot", ALL, Some("inbox:read")),
    Rule("POST", "/api/v1/conversations/{id}/copilot/summary", TEAM, Some("inbox:act")),
    Rule("POST", "/api/v1/conversations/{id}/copilot/draft", TEAM, Some("inbox:act")),
    Rule("POST", "/api/v1/conversations/{id}/copilot/rewrite", TEAM, Some("inbox:act")),
    Rule("POST", "/api/v1/conversations/{id}/copilot/translate", TEAM, Some("inbox:act")),
    Rule("GET", "/api/v1/model", OFFICE, Some("workspace:read")),
    Rule("PUT", "/api/v1/model", ADMIN, None),
    Rule("DELETE", "/api/v1/model", ADMIN, None),
    Rule("GET", "/api/v1/figures", OFFICE, Some("figures:read")),
    Rule("GET", "/api/v1/figures/costs", OFFICE, Some("figures:read")),
    Rule("PUT", "/api/v1/figures/costs/rates", ADMIN, Some("workspace:write")),
    Rule("GET", "/api/v1/gaps", OFFICE, Some("figures:read")),
    Rule("GET", "/api/v1/knowledge", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/knowledge/matches", ALL, Some("inbox:read")),
    Rule("PUT", "/api/v1/knowledge/{id}", LEAD, Some("knowledge:write")),
    Rule("GET", "/api/v1/flow", ALL, Some("inbox:read")),
    Rule("POST", "/api/v1/knowledge/corrections", TEAM, Some("inbox:act")),
    Rule("POST", "/api/v1/triggers/corrections", TEAM, Some("inbox:act")),
    Rule("POST", "/api/v1/understanding/withdrawals", TEAM, Some("inbox:act")),
    Rule("GET", "/api/v1/understanding", ALL, Some("inbox:read")),
    Rule("PUT", "/api/v1/understanding", LEAD, Some("knowledge:write")),
    Rule("GET", "/api/v1/triggers", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/triggers/matches", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/templates", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/templates/provider", OFFICE, Some("channels:read")),
    Rule("POST", "/api/v1/templates/sync", ADMIN, Some("channels:write")),
    Rule("GET", "/api/v1/snippets", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/macros", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/webhooks", ADMIN, None),
    Rule("POST", "/api/v1/webhooks", ADMIN, None),
    Rule("PUT", "/api/v1/webhooks/{id}", ADMIN, None),
    Rule("DELETE", "/api/v1/webhooks/{id}", ADMIN, None),
    Rule("POST", "/api/v1/webhooks/{id}/test", ADMIN, None),
    Rule("GET", "/api/v1/webhooks/{id}/deliveries", ADMIN, None),
    Rule("POST", "/api/v1/webhooks/{id}/replay", ADMIN, None),
    Rule("GET", "/api/v1/notifiers", OFFICE, Some("workspace:read")),
    Rule("PUT", "/api/v1/notifiers/{kind}", ADMIN, Some("workspace:write")),
    Rule("POST", "/api/v1/notifiers/{kind}/test", ADMIN, Some("workspace:write")),
    Rule("GET", "/api/v1/checklist", OFFICE, Some("workspace:read")),
    Rule("PUT", "/api/v1/checklist", ADMIN, Some("workspace:write")),
    Rule("DELETE", "/api/v1/sample", ADMIN, Some("workspace:write")),
    Rule("GET", "/api/v1/settings", OFFICE, Some("workspace:read")),
    Rule("PATCH", "/api/v1/settings", LEAD, Some("knowledge:write")),
    Rule("POST", "/api/v1/settings/closure", LEAD, Some("inbox:act")),
    Rule("DELETE", "/api/v1/settings/closure", LEAD, Some("inbox:act")),
    Rule("POST", "/api/v1/settings/calendar", ADMIN, Some("workspace:write")),
    Rule("GET", "/api/v1/settings/retention", OFFICE, Some("workspace:read")),
    Rule("PUT", "/api/v1/settings/retention", ADMIN, None),
    Rule("POST", "/api/v1/settings/retention/preview", ADMIN, None),
    Rule("GET", "/api/v1/settings/deadline", ALL, Some("inbox:read")),
    Rule("GET", "/api/v1/workspace", OFFICE, Some("workspace:read")),
    Rule("PUT", "/api/v1/workspace", ADMIN, Some("workspace:write")),
    Rule("GET", "/api/v1/simulator/personas", TEAM, Some("simulator:use")),
    Rule("GET", "/api/v1/simulator/messages", TEAM, Some("simulator:use")),
    Rule("POST", "/api/v1/simulator/messages", TEAM, Some("simulator:use")),
    Rule("GET", "/api/v1/ingest", OFFICE, Some("channels:read")),
    Rule("POST", "/api/v1/ingest/replay", ADMIN, Some("channels:write")),
    Rule("GET", "/api/v1/outbox", OFFICE, Some("channels:read")),
    Rule("POST", "/api/v1/outbox/release", ADMIN, Some("channels:write")),
    Rule("DELETE", "/api/v1/contacts/{id}", ADMIN, None),
    Rule("GET", "/api/v1/channels", OFFICE, Some("channels:read")),
    Rule("POST", "/api/v1/channels", ADMIN, Some("channels:write")),
    Rule("PATCH", "/api/v1/channels/{id}", ADMIN, Some("channels:write")),
    Rule("POST", "/api/v1/channels/{id}/form-key", ADMIN, Some("channels:write")),
    Rule("GET", "/api/v1/channels/{id}/checks", OFFICE, Some("channels:read")),
];

const SCOPES: [&str; 9] = [
    "inbox:read",
    "inbox:act",
    "simulator:use",
    "figures:read",
    "knowledge:write",
    "workspace:read",
    "workspace:write",
    "channels:read",
    "channels:write",
];

/// Something nobody has.
const NOBODY: &str = "01890000-0000-7000-8000-00000000dead";

/// Where a rule is tried, with a body that can be read: what is refused is refused for the role.
fn request(rule: &Rule) -> (String, Value) {
    let path = rule.1.replace("{id}", NOBODY).replace("{key}", "hugo").replace("{kind}", "slack");
    let path = path.replace("{channel_id}", NOBODY).replace("{op}", "reset");
    let path = match rule.1 {
        "/api/v1/knowledge/matches" | "/api/v1/triggers/matches" => format!("{path}?q=x"),
        "/api/v1/conversations/{id}/files" => format!("{path}?name=x.pdf"),
        "/api/v1/contacts/{id}/export" => format!("{path}?format=json"),
        "/api/v1/settings/deadline" => format!("{path}?team=general"),
        "/api/v1/simulator/messages" if rule.0 == "GET" => {
            format!("{path}?contact=%2B33639980101")
        }
        _ => path,
    };
    let body = match (rule.0, rule.1) {
        ("POST", "/api/v1/claim") => json!({"token": "x", "login": "x@x.test", "name": "X",
            "password": PASSWORD}),
        ("POST", "/api/v1/session") => json!({"login": "nobody", "password": "x"}),
        ("POST", "/api/v1/sso/attempts") => json!({}),
        ("POST", "/api/v1/sso/session") => json!({"code": "x", "state": "x"}),
        ("POST", "/api/v1/sso/session/code") => json!({"pending": "x", "code": "x"}),
        ("PUT", "/api/v1/sso") => json!({"settings": {"name": "", "issuer": "", "client_id": "",
            "domains": [], "role": null, "is_on": false}}),
        ("POST", "/api/v1/links/look") => json!({"token": "x"}),
        ("POST", "/api/v1/links/accept") => json!({"token": "x", "password": PASSWORD}),
        ("PUT", "/api/v1/account/password") => json!({"current": "x", "new": PASSWORD}),
        (_, "/api/v1/account/second-factor") => json!({"password": "x"}),
        (_, "/api/v1/account/second-factor/confirm") => json!({"code": "000000"}),
        ("POST", "/api/v1/users") => json!({"login": "", "name": "", "role": "agent"}),
        ("PATCH", "/api/v1/users/{id}") => json!({}),
        ("PATCH", "/api/v1/contacts/{id}") => json!({"revision": 0}),
        ("POST", "/api/v1/tokens") => json!({"name": "", "scopes": ["inbox:read"]}),
        ("PUT", "/api/v1/agents/{key}/availability") => json!({"availability": "away"}),
        (_, "/api/v1/conversations/{id}/reading") => json!({"reason": "an access request"}),
        (_, "/api/v1/conversations/{id}/actions") => json!({"do": "take"}),
        ("PUT", "/api/v1/knowledge/{id}") => {
            json!({"version": 0, "theme": "", "question": {"fr": "x"}, "answer": {"fr": "x"}})
        }
        (_, "/api/v1/knowledge/corrections") => json!({"asked": "x", "wrong": "none"}),
        (_, "/api/v1/triggers/corrections") => json!({"said": "x", "rule": "none"}),
        (_, "/api/v1/understanding/withdrawals") => {
            json!({"said": "x", "article": null, "rule": "none"})
        }
        (_, "/api/v1/understanding") => json!({"most_wrong": 0}),
        (_, "/api/v1/webhooks") | ("PUT", "/api/v1/webhooks/{id}") => {
            json!({"name": "", "url": "", "events": [], "is_on": false})
        }
        ("POST", "/api/v1/webhooks/{id}/replay") => json!({"message": "x"}),
        ("PUT", "/api/v1/account/telling") => json!({"quiet": {}}),
        ("PUT", "/api/v1/account/push") => json!({"endpoint": "ftp://x", "is_on": true}),
        ("PUT", "/api/v1/notifiers/{kind}") => json!({"url": "ftp://x"}),
        ("PUT", "/api/v1/checklist") => json!({"is_hidden": true}),
        ("PUT", "/api/v1/assistant") => json!({"is_stopped": false}),
        ("PUT", "/api/v1/conversations/{id}/draft") => {
            json!({"mode": "note", "text": "x", "after": 0})
        }
        ("PUT", "/api/v1/conversations/{id}/presence") => json!({"doing": "reading"}),
        ("POST", "/api/v1/views") => {
            json!({"name": "x", "query": "is:open", "sort": "due", "is_shared": false})
        }
        ("PUT", "/api/v1/model") => json!({"is_on": false, "provider": "ollama"}),
        (_, path) if path.contains("/copilot/") => json!({}),
        (_, "/api/v1/settings/retention" | "/api/v1/settings/retention/preview") => {
            json!({"raw": 0})
        }
        ("POST", "/api/v1/templates/sync") => json!({"channel": NOBODY}),
        ("PUT", "/api/v1/figures/costs/rates") => {
            json!({"rates": {"currency": "x", "micros": {}}})
        }
        ("POST", "/api/v1/account/passkeys/attempts")
        | ("DELETE", "/api/v1/account/passkeys/{id}") => json!({"password": "x"}),
        ("POST", "/api/v1/account/passkeys") => json!({"attempt": "x", "name": "x",
            "answer": {"id": "x", "attestation_object": "x", "client_data": "x"}}),
        ("POST", "/api/v1/passkeys/session") => json!({"attempt": "x", "answer": {"id": "x",
            "authenticator_data": "x", "signature": "x", "client_data": "x"}}),
        ("PATCH", "/api/v1/settings") => json!({"version": 0}),
        ("POST", "/api/v1/settings/closure") => json!({"until": "never"}),
        ("PUT", "/api/v1/workspace") => json!({"files": {}}),
        ("POST", "/api/v1/simulator/messages") => {
            json!({"from": "+33639980101", "name": "X", "type": "text", "text": ""})
        }
        ("POST", "/api/v1/ingest/replay") => json!({"channel": NOBODY, "receipt": "x"}),
        ("POST", "/api/v1/outbox/release") => json!({"held": "drop"}),
        ("POST", "/api/v1/channels") => json!({"name": "", "phone_number_id": "", "waba_id": "",
            "token": "", "app_secret": "", "verify_token": ""}),
        ("PATCH", "/api/v1/channels/{id}") => json!({}),
        _ => Value::Null,
    };
    (path, body)
}

/// Ends the session that asks: left to the end.
fn ends_itself(rule: &Rule) -> bool {
    (rule.0, rule.1) == ("DELETE", "/api/v1/session")
}

async fn everybody(app: &TestApp) -> BTreeMap<&'static str, Client> {
    let owner = app.owner().await;
    let mut all = BTreeMap::new();
    let people = [
        ("admin", "Ada Admin"),
        ("supervisor", "Omar Haddad"),
        ("agent", "Nadia Ferrand"),
        ("auditor", "Denis Aubry"),
    ];
    for (role, name) in people {
        all.insert(role, app.person(&owner, name, role).await);
    }
    all.insert("owner", owner);
    all
}

#[test]
fn every_route_has_a_rule_and_every_rule_a_route() {
    let routes: BTreeSet<(String, String)> = served().into_iter().collect();
    let rules: BTreeSet<(String, String)> =
        RULES.iter().map(|r| (r.0.to_owned(), r.1.to_owned())).collect();
    assert_eq!(rules.len(), RULES.len(), "a rule stands twice");
    let missing: Vec<_> = routes.difference(&rules).collect();
    assert!(missing.is_empty(), "no rule says who may: {missing:?}");
    let left: Vec<_> = rules.difference(&routes).collect();
    assert!(left.is_empty(), "no such route: {left:?}");
}

#[tokio::test]
async fn every_role_may_what_its_rule_says_and_nothing_else() {
    let app = TestApp::start().await;
    let people = everybody(&app).await;
    for rule in
        RULES.iter().filter(|r| !ends_itself(r)).chain(RULES.iter().filter(|r| ends_itself(r)))
    {
        let (path, body) = request(rule);
        let (status, slug) = app.anonymous().try_it(rule.0, &path, &body).await;
        let place = format!("{} {}", rule.0, rule.1);
        if rule.2 == Anybody {
            assert!(slug != "unauthenticated" && slug != "forbidden", "{place}: {slug}");
        } else {
            assert_eq!(
                (status, slug.as_str()),
                (StatusCode::UNAUTHORIZED, "unauthenticated"),
                "{place}"
            );
        }
        for (role, client) in &people {
            let may = match rule.2 {
                Anybody | Oneself => true,
                Roles(roles) => roles.contains(role),
            };
            let (status, slug) = client.try_it(rule.0, &path, &body).await;
            assert_ne!(slug, "unauthenticated", "{place} as {role}");
            assert_ne!(status, StatusCode::INTERNAL_SERVER_ERROR, "{place} as {role}");
            assert_eq!(slug != "forbidden", may, "{place} as {role}: {status} {slug}");
        }
    }
}

#[tokio::test]
async fn a_token_reaches_its_scopes_and_never_more_than_its_maker() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let token = async |scopes: &[&str]| {
        let made = owner.post("/api/v1/tokens", &json!({"name": "t", "scopes": scopes})).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        let id = made.body["id"].as_str().unwrap().to_owned();
        (id, app.anonymous().with_token(made.body["text"].as_str().unwrap()))
    };
    let (_, all) = token(&SCOPES).await;
    let mut with = BTreeMap::new();
    let mut without = BTreeMap::new();
    for scope in SCOPES {
        with.insert(scope, token(&[scope]).await.1);
        let others: Vec<&str> = SCOPES.into_iter().filter(|s| *s != scope).collect();
        without.insert(scope, token(&others).await.1);
    }
    for rule in RULES.iter().filter(|rule| rule.2 != Anybody) {
        let (path, body) = request(rule);
        let slug = async |client: &Client| client.try_it(rule.0, &path, &body).await.1;
        let place = format!("{} {}", rule.0, rule.1);
        match rule.3 {
            None => assert_eq!(slug(&all).await, "forbidden", "{place} by a token"),
            Some(scope) => {
                let refused = ["forbidden", "unauthenticated", "cross_site"];
                let found = slug(&with[scope]).await;
                assert!(!refused.contains(&found.as_str()), "{place} with {scope}: {found}");
                assert_eq!(slug(&without[scope]).await, "forbidden", "{place} without {scope}");
            }
        }
    }
    let (id, ended) = token(&["inbox:read"]).await;
    assert_eq!(ended.get("/api/v1/conversations").await.status, StatusCode::OK);
    let end = owner.delete(&format!("/api/v1/tokens/{id}")).await;
    assert_eq!(end.status, StatusCode::NO_CONTENT);
    assert_eq!(ended.get("/api/v1/conversations").await.status, StatusCode::UNAUTHORIZED);
    // A wrong token does not fall back to the cookie beside it.
    let both = owner.clone().with_token("rls_wrong");
    assert_eq!(both.get("/api/v1/session").await.status, StatusCode::UNAUTHORIZED);
}

/// Everything a stranger to a conversation could try with its ids.
async fn attempts(client: &Client, conversation: &str, message: &str) -> Vec<(String, Value)> {
    let mut seen = Vec::new();
    for rule in RULES {
        let id = match rule.1 {
            path if path.starts_with("/api/v1/conversations/{id}") => conversation,
            path if path.starts_with("/api/v1/media/{id}") => message,
            _ => continue,
        };
        let (_, body) = request(rule);
        let mut answer = client.json(rule.0, &rule.1.replace("{id}", id), &body, &[]).await;
        answer.body["request_id"].take();
        seen.push((format!("{} {}", rule.0, rule.1), json!([answer.status.as_u16(), answer.body])));
    }
    assert!(seen.len() >= 6, "{seen:?}");
    seen
}

/// The next event of a live stream.
async fn next_event(stream: &mut axum::body::Body) -> String {
    let read = async {
        loop {
            let frame = stream.frame().await.unwrap().unwrap();
            let text = String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap();
            if text.contains("event:") {
                return text;
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(5), read).await.unwrap()
}

/// A customer of the delivery team, with a picture.
async fn talk(app: &TestApp, owner: &Client) -> (String, String) {
    app.customer_writes("33639980101", "wamid.1", "agent").await;
    app.settle().await;
    let conversation = app.conversation(owner).await;
    let id = conversation["id"].as_str().unwrap().to_owned();
    let events = owner.get(&format!("/api/v1/conversations/{id}/events")).await;
    let messages = events.body["items"].as_array().unwrap().clone();
    let message = messages.iter().find_map(|e| e["message"]["id"].as_str()).unwrap().to_owned();
    (id, message)
}

#[tokio::test]
async fn another_workspace_is_not_there() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let (id, message) = talk(&app, &owner).await;
    let neighbour = app.neighbour().await;
    let other = neighbour.owner().await;
    assert_eq!(
        attempts(&other, &id, &message).await,
        attempts(&other, NOBODY, NOBODY).await,
        "an id of the neighbour and one of nobody look the same"
    );
    let list = other.get("/api/v1/conversations").await;
    assert_eq!(list.body["items"], json!([]));
    // The session of one is nobody's in the other.
    let cookie = owner.cookie.clone().unwrap();
    let stray = neighbour.anonymous().with(cookie);
    for rule in RULES.iter().filter(|rule| rule.2 != Anybody) {
        let (path, body) = request(rule);
        let (_, slug) = stray.try_it(rule.0, &path, &body).await;
        assert_eq!(slug, "unauthenticated", "{} {}", rule.0, rule.1);
    }
}

#[tokio::test]
async fn an_agent_kept_to_their_teams_finds_nothing_of_others() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let (id, message) = talk(&app, &owner).await;
    let conversation = app.conversation(&owner).await;
    let team = conversation["team"].as_str().unwrap().to_owned();
    let mut document = app.service.snapshot().document.clone();
    document.workspace.agents_see = AgentsSee::OwnTeams;
    let (mut inside, mut outside) = (None, None);
    for agent in &document.agents {
        let is_in = agent.teams.contains(&team);
        let slot = if is_in { &mut inside } else { &mut outside };
        slot.get_or_insert_with(|| agent.name.clone());
    }
    app.service.publish(document, "kept apart").await.unwrap();
    let inside = app.person(&owner, &inside.unwrap(), "agent").await;
    let outside = app.person(&owner, &outside.unwrap(), "agent").await;

    let listed = async |client: &Client, path: &str| {
        client.get(path).await.body["items"].as_array().unwrap().len()
    };
    for path in [
        "/api/v1/conversations",
        "/api/v1/conversations?q=agent",
        &format!("/api/v1/conversations?team={team}"),
        &format!("/api/v1/conversations?ids={id}"),
    ] {
        assert_eq!(listed(&inside, path).await, 1, "{path}");
        assert_eq!(listed(&outside, path).await, 0, "{path}");
    }
    assert_eq!(listed(&inside, "/api/v1/conversations/counts").await, 1);
    assert_eq!(listed(&outside, "/api/v1/conversations/counts").await, 0);
    assert_eq!(
        attempts(&outside, &id, &message).await,
        attempts(&outside, NOBODY, NOBODY).await,
        "what is hidden and what is missing look the same"
    );
    let phones = outside.get("/api/v1/simulator/messages?contact=%2B33639980101").await;
    assert_eq!(phones.status, StatusCode::NOT_FOUND);
    assert_eq!(inside.get(&format!("/api/v1/conversations/{id}")).await.status, StatusCode::OK);
    // The live stream says nothing of it either, but that lists may have changed.
    let (mut far, mut near) = (outside.stream().await, inside.stream().await);
    app.customer_writes("33639980101", "wamid.2", "vous êtes là ?").await;
    assert!(next_event(&mut near).await.contains("event: hint"));
    let told = next_event(&mut far).await;
    assert!(told.contains("event: counts") && !told.contains(&id), "{told}");
    // A supervisor sees all teams.
    let omar = app.person(&owner, "Omar Haddad", "supervisor").await;
    assert_eq!(listed(&omar, "/api/v1/conversations").await, 1);
}
