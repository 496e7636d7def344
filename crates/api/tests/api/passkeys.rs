//! Passkeys, with a device made of software: what a browser would do, and what a forger would.

use crate::own::enrolled;
use crate::support::{Answer, Client, PASSWORD, TestApp};
use axum::body::Body;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use relais_core::time::Span;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

const ORIGIN: &str = "https://relais.test";
/// Somebody is there, and it is them.
const VERIFIED: u8 = 0x05;
const PRESENT: u8 = 0x01;
const HAS_KEY: u8 = 0x40;

fn b64(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A device with one key.
struct Device {
    key: SigningKey,
    id: Vec<u8>,
    user: String,
    count: u32,
}

impl Device {
    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(b"relais.test").to_vec();
        data.push(flags);
        data.extend(self.count.to_be_bytes());
        data
    }

    /// What it answers to a wish for a new key.
    fn make(options: &Value) -> (Self, Value) {
        let key = SigningKey::from_slice(&[7; 32]).unwrap();
        let user = options["user"]["id"].as_str().unwrap().to_owned();
        let device = Self { key, id: vec![9; 32], user, count: 0 };
        let mut data = device.data(VERIFIED | HAS_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(device.id.len()).unwrap().to_be_bytes());
        data.extend(&device.id);
        let point = device.key.verifying_key().to_encoded_point(false);
        // A COSE key: kind 2, algorithm −7, curve 1, both coordinates.
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(point.x().unwrap());
        data.extend([0x22, 0x58, 0x20]);
        data.extend(point.y().unwrap());
        // {"fmt": "none", "attStmt": {}, "authData": bytes}
        let mut object = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(&data);
        let client = client_data("webauthn.create", options, ORIGIN);
        let answer = json!({"id": b64(&device.id), "transports": ["internal"],
            "attestation_object": b64(object), "client_data": b64(client)});
        (device, answer)
    }

    /// What it answers to a challenge.
    fn sign(&mut self, options: &Value, origin: &str, flags: u8) -> Value {
        self.count += 1;
        let (data, client) = (self.data(flags), client_data("webauthn.get", options, origin));
        let signed = [data.clone(), Sha256::digest(&client).to_vec()].concat();
        let signature: Signature = self.key.sign(&signed);
        json!({"id": b64(&self.id), "authenticator_data": b64(data),
            "signature": b64(signature.to_der()), "client_data": b64(client),
            "user_handle": self.user})
    }
}

fn client_data(kind: &str, options: &Value, origin: &str) -> Vec<u8> {
    let challenge = options["challenge"].clone();
    json!({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": false})
        .to_string()
        .into_bytes()
}

/// Over https.
async fn post(client: &Client, path: &str, body: &Value) -> Answer {
    let request = client
        .request("POST", path)
        .header("content-type", "application/json")
        .header("origin", ORIGIN)
        .body(Body::from(body.to_string()));
    client.send(request.unwrap()).await
}

async fn remove(client: &Client, path: &str, proof: &Value) -> Answer {
    client.json("DELETE", path, proof, &[]).await
}

async fn added(client: &Client) -> Device {
    let wish = json!({"password": PASSWORD});
    let asked = post(client, "/api/v1/account/passkeys/attempts", &wish).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.body);
    let (device, answer) = Device::make(&asked.body["options"]);
    let new = json!({"attempt": asked.body["attempt"], "name": "Téléphone", "answer": answer});
    let kept = post(client, "/api/v1/account/passkeys", &new).await;
    assert_eq!(kept.status, StatusCode::NO_CONTENT, "{}", kept.body);
    let again = post(client, "/api/v1/account/passkeys", &new).await;
    assert_eq!(again.slug(), "link_gone", "an attempt works once");
    device
}

async fn challenge(client: &Client) -> (Value, Value) {
    let asked = post(client, "/api/v1/passkeys/attempts", &json!({})).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.body);
    (asked.body["attempt"].clone(), asked.body["options"].clone())
}

async fn enter(client: &Client, attempt: &Value, answer: &Value) -> Answer {
    let body = json!({"attempt": attempt, "answer": answer});
    post(client, "/api/v1/passkeys/session", &body).await
}

#[tokio::test]
async fn a_passkey_signs_in_alone_until_it_is_removed() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let wrong = json!({"password": "a wrong password"});
    let refused = post(&owner, "/api/v1/account/passkeys/attempts", &wrong).await;
    assert_eq!(refused.slug(), "wrong_credentials");
    let mut device = added(&owner).await;
    let listed = owner.get("/api/v1/account/passkeys").await.body;
    let one = &listed["items"][0];
    assert_eq!((&one["name"], &one["host"]), (&json!("Téléphone"), &json!("relais.test")));
    assert_eq!(one["used_at"], Value::Null);

    let stranger = app.anonymous();
    let (attempt, options) = challenge(&stranger).await;
    assert_eq!(options["rpId"], "relais.test");
    assert_eq!(options["userVerification"], "required");
    let answer = device.sign(&options, ORIGIN, VERIFIED);
    let signed = enter(&stranger, &attempt, &answer).await;
    assert_eq!(signed.status, StatusCode::OK, "{}", signed.body);
    assert_eq!(signed.body["user"]["login"], "camille@example.test");
    assert!(signed.header("set-cookie").contains("HttpOnly"));
    let again = enter(&stranger, &attempt, &answer).await;
    assert_eq!(again.slug(), "link_gone", "an attempt works once");
    let used = owner.get("/api/v1/account/passkeys").await.body["items"][0].clone();
    assert!(used["used_at"].is_string(), "{used}");

    let path = format!("/api/v1/account/passkeys/{}", one["id"].as_str().unwrap());
    assert_eq!(owner.delete(&path).await.status, StatusCode::BAD_REQUEST, "no password");
    assert_eq!(remove(&owner, &path, &wrong).await.slug(), "wrong_credentials");
    let proof = json!({"password": PASSWORD});
    assert_eq!(remove(&owner, &path, &proof).await.status, StatusCode::NO_CONTENT);
    assert_eq!(remove(&owner, &path, &proof).await.status, StatusCode::NOT_FOUND);
    let (attempt, options) = challenge(&stranger).await;
    let answer = device.sign(&options, ORIGIN, VERIFIED);
    assert_eq!(enter(&stranger, &attempt, &answer).await.slug(), "wrong_credentials");
    let acts = owner.get("/api/v1/audit").await.body;
    let acts: Vec<&str> =
        acts["items"].as_array().unwrap().iter().filter_map(|l| l["act"].as_str()).collect();
    for act in ["passkey.add", "passkey.remove", "session.open"] {
        assert!(acts.contains(&act), "{act}: {acts:?}");
    }
}

#[tokio::test]
async fn where_there_is_a_second_factor_a_passkey_is_removed_with_a_code_of_it() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    added(&owner).await;
    let (_, codes) = enrolled(&app, &owner).await;
    let listed = owner.get("/api/v1/account/passkeys").await.body;
    let id = listed["items"][0]["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/account/passkeys/{id}");
    let none = remove(&owner, &path, &json!({"password": PASSWORD})).await;
    assert_eq!(none.slug(), "second_factor_needed");
    let wrong = json!({"password": PASSWORD, "code": "000000"});
    assert_eq!(remove(&owner, &path, &wrong).await.slug(), "wrong_code");
    let proof = json!({"password": PASSWORD, "code": codes[0]});
    assert_eq!(remove(&owner, &path, &proof).await.status, StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn what_a_passkey_did_not_sign_for_here_and_now_opens_nothing() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let mut device = added(&owner).await;
    let stranger = app.anonymous();
    let mut refused = async |what: &str, change: &dyn Fn(&mut Device, &Value) -> Value| {
        let (attempt, options) = challenge(&stranger).await;
        let answer = change(&mut device, &options);
        let ended = enter(&stranger, &attempt, &answer).await;
        assert_eq!(
            (ended.status, ended.slug()),
            (StatusCode::UNAUTHORIZED, "wrong_credentials"),
            "{what}"
        );
    };
    refused("another page", &|device, options| {
        device.sign(options, "https://relais.test.evil.example", VERIFIED)
    })
    .await;
    refused("nobody proved to be there", &|device, options| device.sign(options, ORIGIN, PRESENT))
        .await;
    refused("another challenge", &|device, _| {
        device.sign(&json!({"challenge": b64([1; 32])}), ORIGIN, VERIFIED)
    })
    .await;
    refused("another signature", &|device, options| {
        let other = device.sign(options, ORIGIN, VERIFIED)["signature"].clone();
        let mut answer = device.sign(options, ORIGIN, VERIFIED);
        answer["signature"] = other;
        answer
    })
    .await;
    refused("somebody else", &|device, options| {
        let mut answer = device.sign(options, ORIGIN, VERIFIED);
        answer["user_handle"] = json!(b64([3; 16]));
        answer
    })
    .await;
    refused("nobody", &|device, options| {
        let mut answer = device.sign(options, ORIGIN, VERIFIED);
        answer["user_handle"] = Value::Null;
        answer
    })
    .await;

    // A copy of the key is behind the original.
    let (attempt, options) = challenge(&stranger).await;
    let answer = device.sign(&options, ORIGIN, VERIFIED);
    assert_eq!(enter(&stranger, &attempt, &answer).await.status, StatusCode::OK);
    device.count -= 1;
    let (attempt, options) = challenge(&stranger).await;
    let answer = device.sign(&options, ORIGIN, VERIFIED);
    assert_eq!(enter(&stranger, &attempt, &answer).await.slug(), "wrong_credentials");
    // Too late.
    let (attempt, options) = challenge(&stranger).await;
    app.clock.move_to(app.now() + Span::minutes(6));
    let answer = device.sign(&options, ORIGIN, VERIFIED);
    assert_eq!(enter(&stranger, &attempt, &answer).await.slug(), "link_gone");
}

#[tokio::test]
async fn whoever_lost_their_phone_loses_its_passkeys_and_a_disabled_account_has_none() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let nadia = app.person(&owner, "Nadia Ferrand", "agent").await;
    let users = owner.get("/api/v1/users").await.body;
    let found = users["items"].as_array().unwrap().iter().find(|u| u["name"] == "Nadia Ferrand");
    let path = format!("/api/v1/users/{}", found.unwrap()["id"].as_str().unwrap());
    let mut device = added(&nadia).await;
    let stranger = app.anonymous();
    for change in [json!({"is_disabled": true}), json!({"is_disabled": false})] {
        assert_eq!(owner.patch(&path, &change).await.status, StatusCode::OK);
        let (attempt, options) = challenge(&stranger).await;
        let answer = device.sign(&options, ORIGIN, VERIFIED);
        let ended = enter(&stranger, &attempt, &answer).await;
        assert_eq!(ended.status == StatusCode::OK, change["is_disabled"] == false, "{change}");
    }
    let lost = json!({"drop_second_factor": true});
    assert_eq!(owner.patch(&path, &lost).await.status, StatusCode::OK);
    let (attempt, options) = challenge(&stranger).await;
    let answer = device.sign(&options, ORIGIN, VERIFIED);
    assert_eq!(enter(&stranger, &attempt, &answer).await.slug(), "wrong_credentials");
}

#[tokio::test]
async fn passkeys_are_refused_where_browsers_do_not_give_them() {
    let app = TestApp::start().await;
    let owner = app.owner().await;
    let wish = json!({"password": PASSWORD});
    let plain = owner.post("/api/v1/account/passkeys/attempts", &wish).await;
    assert_eq!((plain.status, plain.slug()), (StatusCode::CONFLICT, "passkeys_unavailable"));
    let plain = app.anonymous().post("/api/v1/passkeys/attempts", &json!({})).await;
    assert_eq!(plain.slug(), "passkeys_unavailable");
}
