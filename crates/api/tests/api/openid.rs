//! An OpenID provider on this machine, which does what a test wants and remembers what it heard.

use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

pub const CLIENT: &str = "relais";
pub const SECRET: &str = "s3cret & more";

/// How the token is wrong, if it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Signed {
    Well,
    ByAnotherKey,
    UnderAnotherName,
    Not,
    /// With what everybody knows as the secret.
    WithTheClientSecret,
}

#[derive(Debug)]
struct Grant {
    nonce: String,
    challenge: String,
    redirect_uri: String,
}

#[derive(Debug)]
struct Fake {
    issuer: String,
    grants: BTreeMap<String, Grant>,
    /// Laid over the claims; null takes one away.
    claims: Value,
    userinfo: Value,
    signed: Signed,
    now: i64,
    heard: Vec<String>,
}

pub struct Provider {
    pub base: String,
    fake: Arc<Mutex<Fake>>,
}

/// Two keys of this run: the provider's, and somebody else's.
fn keys() -> &'static [(Vec<u8>, Value); 2] {
    static KEYS: OnceLock<[(Vec<u8>, Value); 2]> = OnceLock::new();
    KEYS.get_or_init(|| {
        ["right", "wrong"].map(|_| {
            let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
            let whole: aws_lc_rs::encoding::Pkcs8V1Der<'_> = pair.as_der().unwrap();
            // Without the head that says which kind of key it is.
            let der = whole.as_ref()[26..].to_vec();
            let key = EncodingKey::from_rsa_der(&der);
            let mut jwk = Jwk::from_encoding_key(&key, Algorithm::RS256).unwrap();
            jwk.common.key_id = Some("k1".to_owned());
            (der, serde_json::to_value(jwk).unwrap())
        })
    })
}

impl Provider {
    pub async fn start(now: i64) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let fake = Arc::new(Mutex::new(Fake {
            issuer: base.clone(),
            grants: BTreeMap::new(),
            claims: json!({}),
            userinfo: Value::Null,
            signed: Signed::Well,
            now,
            heard: Vec::new(),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discover))
            .route("/token", post(token))
            .route("/keys", get(async || Json(json!({"keys": [keys()[0].1]}))))
            .route("/userinfo", get(userinfo))
            .with_state(Arc::clone(&fake));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, fake }
    }

    /// What it vouches for from now on.
    pub fn says(&self, claims: Value) {
        self.fake.lock().unwrap().claims = claims;
    }

    pub fn tells_more(&self, userinfo: Value) {
        self.fake.lock().unwrap().userinfo = userinfo;
    }

    pub fn signs(&self, signed: Signed) {
        self.fake.lock().unwrap().signed = signed;
    }

    pub fn calls_itself(&self, issuer: &str) {
        self.fake.lock().unwrap().issuer = issuer.to_owned();
    }

    /// Secrets it was told, as they came.
    pub fn heard(&self) -> Vec<String> {
        self.fake.lock().unwrap().heard.clone()
    }

    /// Somebody signs in there: the code and the state they come back with.
    pub fn agrees(&self, url: &str) -> (String, String) {
        let (place, query) = url.split_once('?').unwrap();
        assert_eq!(place, format!("{}/authorize", self.base));
        let fields: BTreeMap<String, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), plain(value)))
            .collect();
        assert_eq!(fields["response_type"], "code");
        assert_eq!(fields["client_id"], CLIENT);
        assert_eq!(fields["scope"], "openid email profile");
        assert_eq!(fields["code_challenge_method"], "S256");
        let mut fake = self.fake.lock().unwrap();
        let code = format!("code-{}", fake.grants.len());
        let grant = Grant {
            nonce: fields["nonce"].clone(),
            challenge: fields["code_challenge"].clone(),
            redirect_uri: fields["redirect_uri"].clone(),
        };
        fake.grants.insert(code.clone(), grant);
        (code, fields["state"].clone())
    }
}

fn plain(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                out.push(u8::from_str_radix(&text[at + 1..at + 3], 16).unwrap());
                at += 3;
            }
            b'+' => {
                out.push(b' ');
                at += 1;
            }
            other => {
                out.push(other);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap()
}

type Shared = State<Arc<Mutex<Fake>>>;

async fn discover(State(fake): Shared, request: Request) -> Json<Value> {
    let host = request.headers()[header::HOST].to_str().unwrap();
    let base = format!("http://{host}");
    Json(json!({
        "issuer": fake.lock().unwrap().issuer,
        "authorization_endpoint": format!("{base}/authorize"),
        "token_endpoint": format!("{base}/token"),
        "userinfo_endpoint": format!("{base}/userinfo"),
        "jwks_uri": format!("{base}/keys"),
    }))
}

async fn userinfo(State(fake): Shared, headers: HeaderMap) -> Json<Value> {
    assert_eq!(headers[header::AUTHORIZATION], "Bearer an-access-token");
    Json(fake.lock().unwrap().userinfo.clone())
}

fn refused(error: &str) -> Response {
    (StatusCode::BAD_REQUEST, Json(json!({"error": error}))).into_response()
}

async fn token(State(fake): Shared, headers: HeaderMap, body: Bytes) -> Response {
    use sha2::{Digest as _, Sha256};
    let body = String::from_utf8(body.to_vec()).unwrap();
    let fields: BTreeMap<&str, String> = body
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name, plain(value)))
        .collect();
    let mut fake = fake.lock().unwrap();
    let basic = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let basic = basic.and_then(|v| v.strip_prefix("Basic ")).unwrap_or_default();
    let basic = String::from_utf8(STANDARD.decode(basic).unwrap()).unwrap();
    let (id, secret) = basic.split_once(':').unwrap_or_default();
    fake.heard.push(plain(secret));
    if (plain(id).as_str(), plain(secret).as_str()) != (CLIENT, SECRET) {
        return refused("invalid_client");
    }
    // A code works once.
    let Some(grant) = fake.grants.remove(&fields["code"]) else { return refused("invalid_grant") };
    let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(fields["code_verifier"].as_bytes()));
    if challenge != grant.challenge || fields["redirect_uri"] != grant.redirect_uri {
        return refused("invalid_grant");
    }
    let mut claims = json!({"iss": fake.issuer, "sub": "subject-1", "aud": CLIENT,
        "iat": fake.now, "exp": fake.now + 300, "nonce": grant.nonce,
        "email": "nadia@example.test", "email_verified": true, "name": "Nadia Ferrand"});
    for (name, value) in fake.claims.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    let id_token = signed(&claims, fake.signed);
    Json(json!({"id_token": id_token, "access_token": "an-access-token", "token_type": "Bearer"}))
        .into_response()
}

fn signed(claims: &Value, how: Signed) -> String {
    let mut header = Header::new(Algorithm::RS256);
    header.kid = Some("k1".to_owned());
    let right = EncodingKey::from_rsa_der(&keys()[0].0);
    match how {
        Signed::Well => encode(&header, claims, &right).unwrap(),
        Signed::ByAnotherKey => {
            encode(&header, claims, &EncodingKey::from_rsa_der(&keys()[1].0)).unwrap()
        }
        Signed::UnderAnotherName => {
            header.kid = Some("k2".to_owned());
            encode(&header, claims, &right).unwrap()
        }
        Signed::WithTheClientSecret => {
            let header = Header::new(Algorithm::HS256);
            encode(&header, claims, &EncodingKey::from_secret(SECRET.as_bytes())).unwrap()
        }
        Signed::Not => {
            let head = URL_SAFE_NO_PAD.encode(json!({"alg": "none"}).to_string());
            format!("{head}.{}.", URL_SAFE_NO_PAD.encode(claims.to_string()))
        }
    }
}
