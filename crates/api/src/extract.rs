//! Reading requests: strict JSON bodies, strict queries, ids, and who is asking.

use crate::app::App;
use crate::problem::{Answer, Problem};
use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Query};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Request, StatusCode, header};
use bytes::Bytes;
use http_body_util::BodyExt as _;
use relais_app::accounts::api_tokens::{PREFIX as TOKEN_PREFIX, Program};
use relais_app::accounts::policy::{self, may};
use relais_app::accounts::{Origin, Permission, Person, Role};
use relais_app::port::store::Sight;
use relais_core::broken::is_missing;
use serde::de::DeserializeOwned;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

/// Most bytes of an ordinary JSON body.
const BODY: usize = 256 * 1024;
/// Read and thrown away before "too large" is said, so that the sender hears it.
const DRAIN: usize = 32 * 1024 * 1024;

/// A JSON body in which every field is known (S14).
#[derive(Debug)]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request<Body>, _app: &Arc<App>) -> Answer<Self> {
        let bytes = json_bytes(request, BODY).await?;
        parse(&bytes).map(Self)
    }
}

/// The bytes of a body that says it is JSON: a form or plain text never is (S16).
pub(crate) async fn json_bytes(request: Request<Body>, limit: usize) -> Answer<Bytes> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    let kind = kind.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        let title = "The body must be JSON";
        return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", title)
            .detail("send it with `content-type: application/json`"));
    }
    limited(request.into_body(), limit).await
}

/// A whole body, or 413.
pub(crate) async fn limited(mut body: Body, limit: usize) -> Answer<Bytes> {
    let mut read = Vec::new();
    let mut total = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            let title = "The body broke off";
            return Err(Problem::new(StatusCode::BAD_REQUEST, "incomplete_body", title));
        };
        let Ok(data) = frame.into_data() else { continue };
        total = total.saturating_add(data.len());
        if total <= limit {
            read.extend_from_slice(&data);
        } else {
            read = Vec::new();
        }
        if total > DRAIN {
            break;
        }
    }
    if total > limit && !is_missing("S17") {
        let title = "The body is too large";
        return Err(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", title)
            .detail(format!("at most {limit} bytes are read")));
    }
    Ok(read.into())
}

pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Answer<T> {
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    let result = serde_path_to_error::deserialize(&mut reader)
        .map_err(|e| (pointer(e.path()), e.into_inner().to_string()))
        .and_then(|value| match reader.end() {
            Ok(()) => Ok(value),
            Err(e) => Err((String::new(), e.to_string())),
        });
    result.map_err(|(pointer, reason)| {
        // Without the place inside the text: the pointer says where.
        let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
        Problem::new(StatusCode::BAD_REQUEST, "invalid_body", "The body cannot be read")
            .detail("see the fields")
            .field(pointer, reason)
    })
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    path.iter().fold(String::new(), |mut out, segment| {
        match segment {
            Segment::Seq { index } => out = format!("{out}/{index}"),
            Segment::Map { key } => out = format!("{out}/{key}"),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
        out
    })
}

/// Query parameters, every one known.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _app: &Arc<App>) -> Answer<Self> {
        Query::try_from_uri(&parts.uri).map(|Query(value)| Self(value)).map_err(|e| {
            Problem::new(StatusCode::BAD_REQUEST, "invalid_query", "The query cannot be read")
                .detail(e.body_text())
        })
    }
}

/// Part of the path; one that cannot be an id is simply not there.
#[derive(Debug)]
pub(crate) struct Id<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Arc<App>> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Answer<Self> {
        axum::extract::Path::from_request_parts(parts, app)
            .await
            .map(|axum::extract::Path(value)| Self(value))
            .map_err(|_| Problem::not_found("No such address"))
    }
}

/// Whoever is signed in, or speaks by an API token.
#[derive(Clone, Debug)]
pub(crate) struct Signed(Who);

#[derive(Clone, Debug)]
enum Who {
    Person(Person),
    Program(Program),
}

impl Signed {
    /// Nobody gets past without one: a route that asks neither `must` nor `own` learns nothing.
    pub(crate) fn must(&self, permission: Permission) -> Answer<&Person> {
        let (is_allowed, person) = match &self.0 {
            Who::Person(person) => (may(person.role, permission), person),
            Who::Program(program) => (program.may(permission), &program.maker),
        };
        if is_allowed { Ok(person) } else { Err(Problem::forbidden()) }
    }

    /// What concerns the account itself: never by a token.
    pub(crate) fn own(&self) -> Answer<&Person> {
        match &self.0 {
            Who::Person(person) => Ok(person),
            Who::Program(_) => Err(Problem::forbidden().detail("sign in: no token may do this")),
        }
    }

    /// What of the conversations they see; nothing = everything.
    pub(crate) fn sight(&self, app: &App) -> Option<Sight> {
        let (Who::Person(person) | Who::Program(Program { maker: person, .. })) = &self.0;
        policy::sight(person, &app.service.snapshot().document)
    }

    /// Sees what conversations are about, and not what people said.
    pub(crate) fn is_masked(&self) -> bool {
        let (Who::Person(person) | Who::Program(Program { maker: person, .. })) = &self.0;
        person.role == Role::Auditor && !is_missing("S1-masked")
    }
}

impl FromRequestParts<Arc<App>> for Signed {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Answer<Self> {
        // A token never falls back to a cookie: what it may not do is not done.
        if let Some(text) = bearer(&parts.headers) {
            let program = app.accounts.program(text).await?;
            let program = program.ok_or_else(Problem::unauthenticated)?;
            return Ok(Self(Who::Program(program)));
        }
        let token = session_token(&parts.headers, app).ok_or_else(Problem::unauthenticated)?;
        let person = app.accounts.person(&token).await?;
        person.map(|p| Self(Who::Person(p))).ok_or_else(Problem::unauthenticated)
    }
}

/// The text of an API token; other kinds of authorization are none of ours.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    value.strip_prefix("Bearer ").map(str::trim).filter(|text| text.starts_with(TOKEN_PREFIX))
}

/// Name of the session cookie; the prefix makes browsers refuse one set for other hosts.
pub(crate) fn cookie_name(app: &App) -> &'static str {
    if app.settings.is_https() { "__Host-relais_session" } else { "relais_session" }
}

pub(crate) fn session_token(headers: &HeaderMap, app: &App) -> Option<String> {
    cookie_of(headers, cookie_name(app))
}

pub(crate) fn cookie_of(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then(|| value.to_owned()))
}

impl FromRequestParts<Arc<App>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Answer<Self> {
        let address = peer(&parts.extensions, &parts.headers, app);
        let browser = parts.headers.get(header::USER_AGENT).and_then(|v| v.to_str().ok());
        Ok(Self(Origin { address, browser: browser.unwrap_or_default().to_owned() }))
    }
}

/// Where a sign-in comes from.
#[derive(Clone, Debug)]
pub(crate) struct Caller(pub(crate) Origin);

/// Put into each request by the server.
#[derive(Clone, Copy, Debug)]
pub struct Connection(pub SocketAddr);

/// The direct peer, or whom a trusted proxy names: the last address it did not add itself.
pub(crate) fn peer(extensions: &axum::http::Extensions, headers: &HeaderMap, app: &App) -> IpAddr {
    let direct = extensions
        .get::<Connection>()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |c| c.0.ip().to_canonical());
    let is_trusted = |ip: &IpAddr| app.settings.trusted_proxies.contains(ip);
    if !is_trusted(&direct) {
        return direct;
    }
    let named = headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
    let chain: Vec<IpAddr> =
        named.flat_map(|v| v.split(',')).filter_map(|part| part.trim().parse().ok()).collect();
    chain.into_iter().rev().find(|ip| !is_trusted(ip)).unwrap_or(direct)
}
