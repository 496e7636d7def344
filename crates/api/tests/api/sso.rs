//! Signing in with the company's own provider (S9, T46).

use crate::openid::{CLIENT, Provider, SECRET, Signed};
use crate::own::code;
use crate::support::{Answer, Client, PASSWORD, TestApp};
use axum::http::StatusCode;
use relais_core::time::Span;
use serde_json::{Value, json};

struct House {
    app: TestApp,
    provider: Provider,
    owner: Client,
}

fn settings(provider: &Provider, role: Option<&str>) -> Value {
    json!({"settings": {"name": "Maison ID", "issuer": provider.base, "client_id": CLIENT,
        "domains": ["example.test"], "role": role, "is_on": true}, "client_secret": SECRET})
}

async fn house(role: Option<&str>) -> House {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let provider = Provider::start(app.now().as_secs()).await;
    let set = owner.put("/api/v1/sso", &settings(&provider, role)).await;
    assert_eq!(set.status, StatusCode::NO_CONTENT, "{}", set.body);
    House { app, provider, owner }
}

/// A browser on its way back, with the cookie of its attempt.
struct Back {
    browser: Client,
    body: Value,
}

impl House {
    async fn comes_back(&self) -> Back {
        let begun = self.app.anonymous().post("/api/v1/sso/attempts", &json!({})).await;
        assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.body);
        let (code, state) = self.provider.agrees(begun.body["url"].as_str().unwrap());
        let browser = self.app.anonymous().with(begun.cookie().unwrap());
        Back { browser, body: json!({"code": code, "state": state}) }
    }

    async fn signs_in(&self) -> Answer {
        let back = self.comes_back().await;
        back.browser.post("/api/v1/sso/session", &back.body).await
    }

    async fn invites(&self, login: &str, role: &str) -> String {
        let new = json!({"login": login, "name": "Nadia Ferrand", "role": role});
        let made = self.owner.post("/api/v1/users", &new).await;
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.body);
        made.body["id"].as_str().unwrap().to_owned()
    }

    async fn acts(&self) -> Vec<String> {
        let lines = self.owner.get("/api/v1/audit").await.body;
        let lines = lines["items"].as_array().unwrap().clone();
        lines.iter().map(|line| line["act"].as_str().unwrap().to_owned()).collect()
    }
}

#[tokio::test]
async fn whoever_was_invited_signs_in_and_is_known_by_who_they_are() {
    let house = house(None).await;
    assert_eq!(house.app.anonymous().get("/api/v1/instance").await.body["sso"], "Maison ID");
    house.invites("nadia@example.test", "agent").await;
    let signed = house.signs_in().await;
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.body);
    assert_eq!(signed.body["user"]["login"], "nadia@example.test");
    assert!(signed.header("set-cookie").contains("HttpOnly"));
    let inside = house.app.anonymous().with(signed.cookie().unwrap());
    assert_eq!(inside.get("/api/v1/conversations").await.status, StatusCode::OK);
    let users = house.owner.get("/api/v1/users").await.body;
    let nadia = users["items"].as_array().unwrap().iter().find(|u| u["role"] == "agent").unwrap();
    assert_eq!(nadia["is_invited"], false, "she has a way in");

    // By the subject, whatever became of her address; an address alone is nobody.
    house.provider.says(json!({"email": "n.f@elsewhere.test", "email_verified": false}));
    let again = house.signs_in().await;
    assert_eq!(again.body["user"]["login"], "nadia@example.test", "{}", again.body);
    house.provider.says(json!({"sub": "subject-2", "email": "omar@example.test"}));
    assert_eq!(house.signs_in().await.slug(), "not_invited");
    // The secret went to the provider, encoded as it wants it, and is shown to nobody.
    assert!(house.provider.heard().iter().all(|secret| secret == SECRET));
    let shown = house.owner.get("/api/v1/sso").await.body;
    assert_eq!(shown["has_secret"], true);
    assert!(!shown.to_string().contains("s3cret"), "{shown}");
    let acts = house.acts().await;
    for act in ["sso.set", "sso.link", "session.open", "sso.refused"] {
        assert!(acts.iter().any(|one| one == act), "{act}: {acts:?}");
    }
    let line = house.owner.get("/api/v1/audit").await.body.to_string();
    assert!(!line.contains("omar@"), "a stranger's address is in the log");
}

#[tokio::test]
async fn t46_what_proves_nothing_signs_nobody_in() {
    let house = house(Some("agent")).await;
    let now = house.app.now().as_secs();
    for claims in [
        json!({"nonce": "another"}),
        json!({"nonce": null}),
        json!({"aud": "another program"}),
        json!({"aud": [CLIENT, "another program"]}),
        json!({"aud": null}),
        json!({"azp": "another program"}),
        json!({"iss": "https://login.example.test"}),
        json!({"exp": now - 61}),
        json!({"exp": null}),
        json!({"iat": now + 3_600}),
        json!({"nbf": now + 3_600}),
        json!({"sub": ""}),
    ] {
        house.provider.says(claims.clone());
        let refused = house.signs_in().await;
        let found = (refused.status, refused.slug(), refused.cookie());
        assert_eq!(found, (StatusCode::BAD_GATEWAY, "provider_failed", None), "{claims}");
    }
    house.provider.says(json!({}));
    for how in
        [Signed::ByAnotherKey, Signed::UnderAnotherName, Signed::Not, Signed::WithTheClientSecret]
    {
        house.provider.signs(how);
        let refused = house.signs_in().await;
        assert_eq!((refused.slug(), refused.cookie()), ("provider_failed", None), "{how:?}");
    }
    house.provider.signs(Signed::Well);
    let users = house.owner.get("/api/v1/users").await.body;
    assert_eq!(users["items"].as_array().unwrap().len(), 1, "nobody was made: {users}");
    assert_eq!(house.signs_in().await.status, StatusCode::OK, "the rest was right");
}

#[tokio::test]
async fn an_attempt_works_once_in_its_own_browser_and_in_time() {
    let house = house(Some("agent")).await;
    let first = house.comes_back().await;
    let path = "/api/v1/sso/session";
    let gone = |answer: Answer| assert_eq!(answer.slug(), "attempt_gone", "{}", answer.body);
    // Another browser, and none.
    let other = house.comes_back().await;
    gone(other.browser.post(path, &first.body).await);
    gone(house.app.anonymous().post(path, &first.body).await);
    gone(first.browser.post(path, &json!({"code": "code-0", "state": "made up"})).await);
    let good = first.browser.post(path, &first.body).await;
    assert_eq!(good.status, StatusCode::OK, "{}", good.body);
    gone(first.browser.post(path, &first.body).await);
    // A code of somebody else's attempt, under one's own.
    let (mine, theirs) = (house.comes_back().await, house.comes_back().await);
    let mixed = json!({"code": theirs.body["code"], "state": mine.body["state"]});
    assert_eq!(mine.browser.post(path, &mixed).await.slug(), "provider_failed");
    // Another provider's answer.
    let back = house.comes_back().await;
    let mut body = back.body.clone();
    body["iss"] = json!("https://login.example.test");
    assert_eq!(back.browser.post(path, &body).await.slug(), "provider_failed");
    let late = house.comes_back().await;
    house.app.clock.move_to(house.app.now() + Span::minutes(10));
    gone(late.browser.post(path, &late.body).await);
    // Of many at once, one.
    let house = House { provider: Provider::start(house.app.now().as_secs()).await, ..house };
    let set = house.owner.put("/api/v1/sso", &settings(&house.provider, Some("agent"))).await;
    assert_eq!(set.status, StatusCode::NO_CONTENT);
    let back = house.comes_back().await;
    let tries = (0..6).map(|_| {
        let (browser, body) = (back.browser.clone(), back.body.clone());
        tokio::spawn(async move { browser.post(path, &body).await.status })
    });
    let mut won = 0;
    for one in tries.collect::<Vec<_>>() {
        won += usize::from(one.await.unwrap() == StatusCode::OK);
    }
    assert_eq!(won, 1);
}

#[tokio::test]
async fn an_address_counts_only_where_it_is_verified_and_declared() {
    let house = house(Some("supervisor")).await;
    let admin = house.app.person(&house.owner, "Ada Admin", "admin").await;
    let claims = |subject: &str, email: &str, is_verified: Value| json!({"sub": subject, "email": email, "email_verified": is_verified});
    let ada = "ada.admin@example.test";
    for unproven in [json!(false), json!("false"), Value::Null] {
        house.provider.says(claims("a", ada, unproven.clone()));
        assert_eq!(house.signs_in().await.slug(), "not_verified", "{unproven}");
    }
    house.provider.says(json!({"sub": "a", "email": null}));
    house.provider.tells_more(json!({"sub": "somebody else", "email": ada,
        "email_verified": true}));
    assert_eq!(house.signs_in().await.slug(), "provider_failed");
    house.provider.tells_more(json!({"sub": "a", "email": ada, "email_verified": "true"}));
    let signed = house.signs_in().await;
    assert_eq!(signed.body["user"]["role"], "admin", "a declared domain: {}", signed.body);
    assert_eq!(admin.get("/api/v1/session").await.status, StatusCode::OK, "the others go on");

    // The owner, and an account of a domain this provider does not speak for.
    house.provider.says(claims("o", "camille@example.test", json!(true)));
    assert_eq!(house.signs_in().await.slug(), "by_password");
    let new = json!({"login": "paul@partner.test", "name": "Paul", "role": "agent",
        "password": PASSWORD});
    assert_eq!(house.owner.post("/api/v1/users", &new).await.status, StatusCode::CREATED);
    house.provider.says(claims("p", "paul@partner.test", json!(true)));
    assert_eq!(house.signs_in().await.slug(), "by_password");
    for stranger in ["eve@example.test.evil.test", "eve@sub.example.test", "eve"] {
        house.provider.says(claims("e", stranger, json!(true)));
        assert_eq!(house.signs_in().await.slug(), "not_invited", "{stranger}");
    }
    // Somebody of the declared domain becomes what the owner said.
    house.provider.says(claims("z", "Zoe@Example.test", json!(true)));
    let zoe = house.signs_in().await;
    assert_eq!(
        (&zoe.body["user"]["role"], &zoe.body["user"]["login"]),
        (&json!("supervisor"), &json!("zoe@example.test"))
    );
    let id = zoe.body["user"]["id"].as_str().unwrap();
    let lock = json!({"is_disabled": true});
    let locked = house.owner.patch(&format!("/api/v1/users/{id}"), &lock).await;
    assert_eq!(locked.status, StatusCode::OK);
    assert_eq!(house.signs_in().await.slug(), "not_invited", "disabled");
    // An invited owner chooses a password: an owner proves it alone.
    house.invites("olga@example.test", "owner").await;
    house.provider.says(claims("olga", "olga@example.test", json!(true)));
    assert_eq!(house.signs_in().await.slug(), "by_password");
}

#[tokio::test]
async fn a_second_factor_is_asked_for_also_behind_a_provider() {
    let house = house(None).await;
    let nadia = house.app.person(&house.owner, "Nadia Ferrand", "agent").await;
    house.provider.says(json!({"email": "nadia.ferrand@example.test"}));
    let factor = "/api/v1/account/second-factor";
    let made = nadia.post(factor, &json!({"password": PASSWORD})).await;
    let secret = made.body["secret"].as_str().unwrap().to_owned();
    let confirm = json!({"code": code(&house.app, &secret)});
    let on = nadia.post(&format!("{factor}/confirm"), &confirm).await;
    assert_eq!(on.status, StatusCode::OK, "{}", on.body);

    let back = house.comes_back().await;
    let half = back.browser.post("/api/v1/sso/session", &back.body).await;
    assert_eq!((half.status, half.cookie()), (StatusCode::OK, None), "{}", half.body);
    let pending = half.body["pending"].as_str().unwrap();
    house.app.clock.move_to(house.app.now() + Span::secs(60));
    let with = |pending: &str, code: &str| json!({"pending": pending, "code": code});
    let path = "/api/v1/sso/session/code";
    let wrong = back.browser.post(path, &with(pending, "000000")).await;
    assert_eq!(wrong.slug(), "wrong_code");
    let right = code(&house.app, &secret);
    let elsewhere = house.app.anonymous().with("relais_sso=another".to_owned());
    assert_eq!(elsewhere.post(path, &with(pending, &right)).await.slug(), "attempt_gone");
    assert_eq!(back.browser.post(path, &with("x", &right)).await.slug(), "attempt_gone");
    let good = back.browser.post(path, &with(pending, &right)).await;
    assert_eq!(good.status, StatusCode::OK, "{}", good.body);
    assert!(good.cookie().is_some());
    let again = back.browser.post(path, &with(pending, &right)).await;
    assert_eq!(again.slug(), "attempt_gone");
}

#[tokio::test]
async fn only_what_works_is_kept_and_a_secret_stays_with_its_provider() {
    let house = house(None).await;
    let put = async |change: &dyn Fn(&mut Value)| {
        let mut body = settings(&house.provider, None);
        change(&mut body);
        house.owner.put("/api/v1/sso", &body).await
    };
    for (pointer, value) in [
        ("/issuer", json!("login.example.com")),
        ("/issuer", json!("https://login.example.com/?x=1")),
        ("/name", json!("")),
        ("/client_id", json!(" ")),
        ("/domains", json!(["gmail.com"])),
        ("/domains", json!(["no domain"])),
        ("/role", json!("owner")),
    ] {
        let set = |body: &mut Value| {
            *body["settings"].pointer_mut(pointer).unwrap() = value.clone();
        };
        let refused = put(&set).await;
        assert_eq!(refused.slug(), "invalid", "{pointer} {value}: {}", refused.body);
        assert_eq!(refused.body["errors"][0]["pointer"], pointer, "{}", refused.body);
    }
    house.provider.calls_itself("https://login.example.com");
    assert_eq!(put(&|_| {}).await.slug(), "provider_failed", "one speaks for another");
    house.provider.calls_itself(&house.provider.base);
    let nobody = put(&|body| body["settings"]["issuer"] = json!("http://127.0.0.1:9")).await;
    assert_eq!(nobody.slug(), "provider_failed");
    // Inside addresses are not asked, and nothing is told of them.
    let inside = put(&|body| body["settings"]["issuer"] = json!("http://10.0.0.1")).await;
    assert!(inside.body["detail"].as_str().unwrap().contains("not allowed"), "{}", inside.body);

    let kept = put(&|body| body["client_secret"] = Value::Null).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT);
    assert_eq!(house.owner.get("/api/v1/sso").await.body["has_secret"], true);
    let other = Provider::start(house.app.now().as_secs()).await;
    let mut moved = settings(&other, None);
    moved["client_secret"] = Value::Null;
    assert_eq!(house.owner.put("/api/v1/sso", &moved).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.owner.get("/api/v1/sso").await.body["has_secret"], false);

    // Switched off, taken away: the button goes, and so does the way.
    moved["settings"]["is_on"] = json!(false);
    assert_eq!(house.owner.put("/api/v1/sso", &moved).await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.app.anonymous().get("/api/v1/instance").await.body["sso"], Value::Null);
    let begun = house.app.anonymous().post("/api/v1/sso/attempts", &json!({})).await;
    assert_eq!(begun.slug(), "not_found");
    assert_eq!(house.owner.delete("/api/v1/sso").await.status, StatusCode::NO_CONTENT);
    assert_eq!(house.owner.get("/api/v1/sso").await.body["settings"], Value::Null);
}

#[tokio::test]
async fn the_way_back_leads_to_our_own_page_and_nowhere_else() {
    let app = TestApp::start().await;
    for (query, place) in [
        ("code=a%2Fb&state=s&session_state=x", "/sign-in#sso&code=a%2Fb&state=s"),
        ("error=access_denied", "/sign-in#sso&error=access_denied"),
        (
            "code=x&state=%2F%2Fevil.test%0d%0aset-cookie%3A+a&next=//evil.test",
            "/sign-in#sso&code=x&state=%2F%2Fevil.test%0D%0Aset-cookie%3A%20a",
        ),
        ("", "/sign-in#sso&"),
    ] {
        let answer = app.anonymous().get(&format!("/sso/return?{query}")).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        assert_eq!(answer.header("location"), place);
        assert_eq!(answer.header("cache-control"), "no-store");
        assert!(answer.cookie().is_none());
    }
}

#[tokio::test]
async fn whoever_has_no_password_confirms_by_a_fresh_sign_in() {
    let house = house(None).await;
    house.invites("nadia@example.test", "agent").await;
    let signed = house.signs_in().await;
    assert_eq!(signed.body["user"]["has_password"], false);
    let nadia = house.app.anonymous().with(signed.cookie().unwrap());
    let path = "/api/v1/account/passkeys/attempts";
    let wish = json!({"password": ""});
    // Browsers give passkeys to a name over https only: the confirmation has passed before that.
    assert_eq!(nadia.post(path, &wish).await.slug(), "passkeys_unavailable");
    house.app.clock.move_to(house.app.now() + Span::minutes(11));
    let late = nadia.post(path, &wish).await;
    assert_eq!((late.status, late.slug()), (StatusCode::FORBIDDEN, "sign_in_again"));
}
