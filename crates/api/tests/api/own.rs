//! What people look after of their own account, links without mail, and what auditors see.

use crate::support::{Client, PASSWORD, TestApp};
use axum::http::StatusCode;
use relais_core::time::Span;
use serde_json::{Value, json};

#[tokio::test]
async fn an_invitation_works_once_and_without_mail() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let new = json!({"login": "nadia@example.test", "name": "Nadia Ferrand", "role": "agent"});
    let made = owner.post("/api/v1/users", &new).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert_eq!((&made.body["is_invited"], &made.body["login"]), (&json!(true), &new["login"]));
    let path = made.body["link"]["path"].as_str().unwrap();
    let token = path.strip_prefix("/join#").unwrap();

    let client = app.anonymous();
    let look = client.post("/api/v1/links/look", &json!({"token": token})).await;
    assert_eq!(
        look.body,
        json!({"login": "nadia@example.test", "name": "Nadia Ferrand",
        "is_invitation": true})
    );
    let accept = |password: &str| json!({"token": token, "password": password, "name": "Nadia"});
    let weak = client.post("/api/v1/links/accept", &accept("qwerty123456")).await;
    assert_eq!(weak.body["errors"][0]["pointer"], "/password", "{}", weak.body);
    let good = client.post("/api/v1/links/accept", &accept(PASSWORD)).await;
    assert_eq!(good.status, StatusCode::OK, "{}", good.body);
    assert_eq!(good.body["user"]["name"], "Nadia");
    let inside = app.anonymous().with(good.cookie().unwrap());
    assert_eq!(inside.get("/api/v1/conversations").await.status, StatusCode::OK);
    for (path, body) in [
        ("/api/v1/links/accept", accept(PASSWORD)),
        ("/api/v1/links/look", json!({"token": token})),
    ] {
        let again = client.post(path, &body).await;
        assert_eq!((again.status, again.slug()), (StatusCode::GONE, "link_gone"));
    }
}

#[tokio::test]
async fn a_reset_link_replaces_the_one_before_and_ends_all_sessions() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let id = nadia.get("/api/v1/session").await.body["user"]["id"].as_str().unwrap().to_owned();
    let link = async || {
        let made = owner.post(&format!("/api/v1/users/{id}/link"), &Value::Null).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        assert_eq!(made.body["is_invitation"], false);
        made.body["path"].as_str().unwrap().strip_prefix("/join#").unwrap().to_owned()
    };
    let (first, second) = (link().await, link().await);
    let accept = |token: &str| json!({"token": token, "password": "tulipe wagon citron"});
    let gone = app.anonymous().post("/api/v1/links/accept", &accept(&first)).await;
    assert_eq!(gone.slug(), "link_gone");
    let good = app.anonymous().post("/api/v1/links/accept", &accept(&second)).await;
    assert_eq!(good.status, StatusCode::OK);
    assert_eq!(nadia.get("/api/v1/session").await.status, StatusCode::UNAUTHORIZED);
    app.sign_in("nadia.ferrand@example.test", "tulipe wagon citron").await;

    let third = link().await;
    app.clock.move_to(app.now() + relais_core::time::Span::hours(25));
    let late = app.anonymous().post("/api/v1/links/accept", &accept(&third)).await;
    assert_eq!(late.slug(), "link_gone");
}

#[tokio::test]
async fn of_many_who_use_a_link_at_once_one_wins() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let new = json!({"login": "nadia@example.test", "name": "Nadia", "role": "agent"});
    let made = owner.post("/api/v1/users", &new).await;
    let token = made.body["link"]["path"].as_str().unwrap().strip_prefix("/join#").unwrap();
    let tries = (0..8).map(|n| {
        let (client, token) = (app.anonymous(), token.to_owned());
        tokio::spawn(async move {
            let body = json!({"token": token, "password": format!("tulipe wagon citron {n}")});
            client.post("/api/v1/links/accept", &body).await.status
        })
    });
    let mut won = 0;
    for attempt in tries {
        won += usize::from(attempt.await.unwrap() == StatusCode::OK);
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn sessions_are_seen_and_ended_one_by_one() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let second = app.sign_in("camille@example.test", PASSWORD).await;
    let list = owner.get("/api/v1/account/sessions").await;
    let items = list.body["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    let other = items.iter().find(|s| s["is_this"] == false).unwrap()["id"].as_str().unwrap();
    let end = owner.delete(&format!("/api/v1/account/sessions/{other}")).await;
    assert_eq!(end.status, StatusCode::NO_CONTENT);
    assert_eq!(second.get("/api/v1/session").await.status, StatusCode::UNAUTHORIZED);
    let nothing = owner.delete(&format!("/api/v1/account/sessions/{other}")).await;
    assert_eq!(nothing.status, StatusCode::NOT_FOUND);
    let third = app.sign_in("camille@example.test", PASSWORD).await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    assert_eq!(owner.delete("/api/v1/account/sessions").await.status, StatusCode::NO_CONTENT);
    assert_eq!(third.get("/api/v1/session").await.status, StatusCode::UNAUTHORIZED);
    for still_in in [&owner, &nadia] {
        assert_eq!(still_in.get("/api/v1/session").await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_password_is_changed_with_the_one_before_and_common_ones_are_refused() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let path = "/api/v1/account/password";
    let wrong = owner.put(path, &json!({"current": "no", "new": "tulipe wagon citron"})).await;
    assert_eq!(wrong.slug(), "wrong_credentials");
    let common = owner.put(path, &json!({"current": PASSWORD, "new": "Password2024!"})).await;
    assert_eq!(common.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", common.body);
    let good = owner.put(path, &json!({"current": PASSWORD, "new": "tulipe wagon citron"})).await;
    assert_eq!(good.status, StatusCode::NO_CONTENT, "{}", good.body);
    assert_eq!(owner.get("/api/v1/session").await.status, StatusCode::UNAUTHORIZED);
    app.sign_in("camille@example.test", "tulipe wagon citron").await;
}

/// Base32 back to the secret, and the code of the moment: what the app of a phone does.
pub fn code(app: &TestApp, secret: &str) -> String {
    let (mut bytes, mut held, mut bits) = (Vec::new(), 0_u32, 0_u32);
    for letter in secret.bytes() {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".iter().position(|l| *l == letter).unwrap();
        held = (held << 5) | value as u32;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    relais_app::accounts::totp_code(&bytes, app.now().as_secs())
}

pub async fn enrolled(app: &TestApp, client: &Client) -> (String, Vec<String>) {
    let path = "/api/v1/account/second-factor";
    let made = client.post(path, &json!({"password": PASSWORD})).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
    assert!(made.body["uri"].as_str().unwrap().starts_with("otpauth://totp/"));
    assert!(made.body["qr_path"].as_str().unwrap().len() > 1_000);
    let secret = made.body["secret"].as_str().unwrap().to_owned();
    assert_eq!(client.get(path).await.body["is_on"], false, "not before a first code");
    let confirm = json!({"code": code(app, &secret)});
    let on = client.post("/api/v1/account/second-factor/confirm", &confirm).await;
    assert_eq!(on.status, StatusCode::OK, "{}", on.body);
    let codes = on.body["codes"].as_array().unwrap();
    (secret, codes.iter().map(|c| c.as_str().unwrap().to_owned()).collect())
}

#[tokio::test]
async fn a_second_factor_is_asked_for_and_no_code_works_twice() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let (secret, codes) = enrolled(&app, &owner).await;
    assert_eq!(codes.len(), 10);
    let sign_in = async |code: Option<&str>| {
        let input = json!({"login": "camille@example.test", "password": PASSWORD, "code": code});
        app.anonymous().post("/api/v1/session", &input).await
    };
    let none = sign_in(None).await;
    assert_eq!((none.status, none.slug()), (StatusCode::UNAUTHORIZED, "second_factor_needed"));
    assert!(none.cookie().is_none());
    assert_eq!(sign_in(Some(&code(&app, &secret))).await.slug(), "wrong_code", "used to enrol");
    app.clock.move_to(app.now() + relais_core::time::Span::secs(60));
    let now = code(&app, &secret);
    assert_eq!(sign_in(Some(&now)).await.status, StatusCode::OK);
    assert_eq!(sign_in(Some(&now)).await.slug(), "wrong_code");
    assert_eq!(sign_in(Some(&codes[0].to_uppercase())).await.status, StatusCode::OK);
    assert_eq!(sign_in(Some(&codes[0])).await.slug(), "wrong_code");
    let left = owner.get("/api/v1/account/second-factor").await;
    assert_eq!(left.body, json!({"is_on": true, "recovery_left": 9}));
    // The password alone is no way round: neither wrong nor right ones say more.
    let input = json!({"login": "camille@example.test", "password": "x", "code": codes[1]});
    let wrong = app.anonymous().post("/api/v1/session", &input).await;
    assert_eq!(wrong.slug(), "wrong_credentials");
}

#[tokio::test]
async fn guesses_of_a_code_are_bounded_and_a_reset_link_does_not_go_round_it() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    enrolled(&app, &nadia).await;
    let id = nadia.get("/api/v1/session").await.body["user"]["id"].as_str().unwrap().to_owned();
    let link = owner.post(&format!("/api/v1/users/{id}/link"), &Value::Null).await;
    let token = link.body["path"].as_str().unwrap().strip_prefix("/join#").unwrap().to_owned();
    let accept = json!({"token": token, "password": "tulipe wagon citron"});
    let accepted = app.anonymous().post("/api/v1/links/accept", &accept).await;
    assert_eq!(accepted.status, StatusCode::NO_CONTENT);
    assert!(accepted.cookie().is_none(), "the second factor is still asked for");

    let mut tried = 0;
    for n in 0..40 {
        let input = json!({"login": "nadia.ferrand@example.test",
            "password": "tulipe wagon citron", "code": format!("{n:06}")});
        let answer = app.anonymous().post("/api/v1/session", &input).await;
        tried += usize::from(answer.slug() == "wrong_code");
    }
    assert!((1..=8).contains(&tried), "{tried} codes were tried");

    let drop = json!({"drop_second_factor": true});
    let dropped = owner.patch(&format!("/api/v1/users/{id}"), &drop).await;
    assert_eq!(dropped.body["has_second_factor"], false);
}

#[tokio::test]
async fn sign_ins_and_what_admins_do_stand_in_the_audit_log() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.person(&owner, "Nadia Ferrand", "agent").await;
    let lines = owner.get("/api/v1/audit").await;
    let acts: Vec<&str> = lines.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|l| l["act"].as_str().unwrap())
        .collect();
    assert_eq!(acts, ["session.open", "user.create", "session.open", "instance.claim"]);
    let page = owner.get("/api/v1/audit?limit=3").await;
    assert_eq!(page.body["next_cursor"], "2");
    let rest = owner.get("/api/v1/audit?limit=3&cursor=2").await;
    assert_eq!(rest.body["items"][0]["act"], "instance.claim");
    assert_eq!(rest.body["next_cursor"], Value::Null);
    let verdict = owner.get("/api/v1/audit/verdict").await;
    assert_eq!(
        verdict.body,
        json!({
            "lines": 4, "broken_at": null, "accesses": 0, "accesses_broken_at": null,
        })
    );
}

#[tokio::test]
async fn whoever_looks_at_a_person_or_a_conversation_is_written_down_once_in_a_while() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    app.customer_writes("33639980101", "wamid.1", "bonjour").await;
    app.settle().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let denis = app.person(&owner, "Denis Aubry", "auditor").await;
    let line = app.conversation(&owner).await;
    let (id, number) = (line["id"].as_str().unwrap().to_owned(), line["number"].clone());
    let contact = line["contact"]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/contacts/{contact}");
    let accesses = async |query: &str| {
        let lines = denis.get(&format!("/api/v1/accesses{query}")).await.body["items"].clone();
        let word = |line: &Value, of: &str| line[of].as_str().unwrap().to_owned();
        let login = |line: &Value| word(line, "who").replace("@example.test", "");
        let lines = lines.as_array().unwrap().iter();
        lines.map(|line| format!("{} {}", login(line), word(line, "act"))).collect::<Vec<_>>()
    };

    // Lists tell of everybody, and nobody in particular is looked at.
    nadia.get("/api/v1/conversations").await;
    assert!(accesses("").await.is_empty());
    for _ in 0..3 {
        assert_eq!(nadia.get(&path).await.status, StatusCode::OK);
        assert_eq!(nadia.get(&format!("/api/v1/conversations/{id}")).await.status, StatusCode::OK);
        let events = nadia.get(&format!("/api/v1/conversations/{id}/events")).await;
        assert_eq!(events.status, StatusCode::OK);
    }
    assert_eq!(accesses("").await, ["nadia.ferrand read", "nadia.ferrand open"]);
    owner.get(&format!("{path}/export?format=json")).await;
    owner.get(&path).await;
    let all = ["camille open", "camille export", "nadia.ferrand read", "nadia.ferrand open"];
    assert_eq!(accesses(&format!("?contact={contact}")).await, all);
    assert_eq!(accesses("?login=nadia.ferrand@example.test").await, all[2..]);
    assert_eq!(accesses(&format!("?conversation={id}")).await, all[2..3]);
    let page = denis.get("/api/v1/accesses?limit=3").await.body;
    assert_eq!(page["items"][2]["number"], number);
    assert_eq!(page["items"][2]["name"], "Claire Dubois");
    let cursor = page["next_cursor"].as_str().unwrap();
    assert_eq!(accesses(&format!("?cursor={cursor}")).await, all[3..]);
    let both = denis.get(&format!("/api/v1/accesses?contact={contact}&login=x")).await;
    assert_eq!(both.status, StatusCode::UNPROCESSABLE_ENTITY);

    let table = denis.get("/api/v1/accesses/export?login=nadia.ferrand@example.test").await;
    let text = String::from_utf8(table.raw.to_vec()).unwrap();
    let rows: Vec<&str> = text.lines().collect();
    assert_eq!((rows.len(), rows[0]), (3, "line,at,who,act,contact,conversation,hash"));
    assert!(rows[1].contains(&format!("\"read\",\"{contact}\",\"{id}\"")), "{text}");
    assert!(!text.contains("Claire"), "it names nobody");
    let exported = owner.get("/api/v1/audit").await.body["items"][0].clone();
    assert_eq!(
        (&exported["act"], &exported["who"]),
        (&json!("accesses.export"), &json!("denis.aubry@example.test"))
    );

    app.clock.move_to(app.now() + Span::minutes(15));
    nadia.get(&format!("/api/v1/conversations/{id}")).await;
    assert_eq!(accesses("").await.len(), 5);
    let refused = nadia.get("/api/v1/accesses").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_auditor_reads_words_only_with_a_reason_that_is_written_down() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let denis = app.person(&owner, "Denis Aubry", "auditor").await;
    app.customer_writes("33639980101", "wamid.1", "agent, ma lampe est cassée").await;
    app.settle().await;
    let line = app.conversation(&denis).await;
    assert!(!line.to_string().contains("lampe"), "{line}");
    let id = line["id"].as_str().unwrap().to_owned();
    let events = format!("/api/v1/conversations/{id}/events");
    let whole = format!("/api/v1/conversations/{id}");
    for path in [&events, &whole] {
        assert!(owner.get(path).await.body.to_string().contains("lampe"), "{path}");
        let masked = denis.get(path).await.body.to_string();
        assert!(!masked.contains("lampe") && !masked.contains("agent, "), "{masked}");
    }
    assert_eq!(denis.get(&whole).await.body["is_masked"], true);
    let reading = format!("{whole}/reading");
    let short = denis.post(&reading, &json!({"reason": "because"})).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let reason = json!({"reason": "access request 2027-14"});
    assert_eq!(denis.post(&reading, &reason).await.status, StatusCode::NO_CONTENT);
    assert!(denis.get(&events).await.body.to_string().contains("lampe"));
    assert_eq!(denis.get(&whole).await.body["is_masked"], false);
    let audit = denis.get("/api/v1/audit?limit=1").await;
    assert_eq!(audit.body["items"][0]["subject"], format!("{id} access request 2027-14"));
    app.clock.move_to(app.now() + relais_core::time::Span::minutes(31));
    assert!(!denis.get(&events).await.body.to_string().contains("lampe"), "for half an hour");
}

#[tokio::test]
async fn an_auditor_exports_words_only_of_what_they_gave_a_reason_for() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let denis = app.person(&owner, "Denis Aubry", "auditor").await;
    app.customer_writes("33639980101", "wamid.1", "agent, ma lampe est cassée").await;
    app.settle().await;
    let first = app.conversation(&owner).await["id"].as_str().unwrap().to_owned();
    let resolve = json!({"do": "resolve", "reason": "spam"});
    let acts = format!("/api/v1/conversations/{first}/actions");
    assert_eq!(owner.post(&acts, &resolve).await.status, StatusCode::OK);
    app.settle().await;
    app.customer_writes("33639980101", "wamid.2", "agent, mon vase aussi").await;
    app.settle().await;
    let person = owner.get(&format!("/api/v1/conversations/{first}")).await.body;
    let export = format!("/api/v1/contacts/{}/export", person["contact"]["id"].as_str().unwrap());
    let text = async |who: &Client, format: &str| {
        let answer = who.get(&format!("{export}?format={format}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{format}");
        // Files of the archive are stored as they are.
        String::from_utf8_lossy(&answer.raw).into_owned()
    };
    for format in ["json", "html", "zip"] {
        let plain = text(&owner, format).await;
        assert!(plain.contains("lampe") && plain.contains("vase"), "{format}");
        let masked = text(&denis, format).await;
        assert!(!masked.contains("lampe") && !masked.contains("vase"), "{format}: {masked}");
        assert!(masked.contains("•••••, •• ••••• ••• ••••••"), "{format}: {masked}");
    }
    assert!(text(&denis, "html").await.contains("no reason was given"), "the page says why");

    let reason = json!({"reason": "access request 2027-14"});
    let reading = format!("/api/v1/conversations/{first}/reading");
    assert_eq!(denis.post(&reading, &reason).await.status, StatusCode::NO_CONTENT);
    for format in ["json", "html", "zip"] {
        let partly = text(&denis, format).await;
        assert!(partly.contains("lampe") && !partly.contains("vase"), "{format}: {partly}");
    }
    app.clock.move_to(app.now() + relais_core::time::Span::minutes(31));
    assert!(!text(&denis, "json").await.contains("lampe"), "for half an hour");
}
