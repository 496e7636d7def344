//! The company's own sign-in: set up by an owner, begun by a button, finished by our own page. No
//! address that comes from outside is ever gone to.

use super::session::{opened, set_cookie_named};
use crate::app::App;
use crate::dto::account::User;
use crate::dto::sso::{Sso, SsoBack, SsoBegin, SsoBegun, SsoCode, SsoEnd, SsoInput, SsoSettings};
use crate::extract::{Caller, Json, Params, Signed, cookie_of};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use relais_app::accounts::sso::{self, Back, Change, Ended, SsoError};
use relais_app::accounts::{Permission, Role};
use relais_core::why::Why;
use serde::Deserialize;
use std::sync::Arc;

/// Where the provider sends browsers back to.
pub(crate) const RETURN: &str = "/sso/return";
/// As long as an attempt may take.
const ATTEMPT_SECONDS: i64 = 600;

/// How it is set up.
#[utoipa::path(get, path = "/api/v1/sso", operation_id = "get_sso", tag = "account",
    responses((status = 200, body = Sso),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_sso(
    State(app): State<Arc<App>>,
    signed: Signed,
    headers: HeaderMap,
) -> Answer<axum::Json<Sso>> {
    signed.must(Permission::ManageSignIn)?;
    let known = app.accounts.sso().await?;
    let (settings, has_secret) = known.map_or((None, false), |(s, has)| (Some(s), has));
    let redirect_uri = redirect_uri(&app, &headers);
    let settings = settings.map(SsoSettings::from);
    Ok(axum::Json(Sso { settings, has_secret, redirect_uri }))
}

/// Sets it up, or changes it. The provider is asked how it works before anything is kept.
#[utoipa::path(put, path = "/api/v1/sso", operation_id = "set_sso", tag = "account",
    request_body = SsoInput,
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn set_sso(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<SsoInput>,
) -> Answer<StatusCode> {
    let person = signed.must(Permission::ManageSignIn)?;
    let SsoSettings { name, issuer, client_id, domains, role, is_on } = input.settings;
    let unknown = || {
        Problem::invalid("see the fields").field("/settings/role", Why::new("choice", "is no role"))
    };
    let role = role.map(|word| Role::parse(&word).ok_or_else(unknown)).transpose()?;
    let settings = sso::Settings { name, issuer, client_id, domains, role, is_on };
    app.accounts.set_sso(person, Change { settings, secret: input.client_secret }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Nobody signs in that way any more; sessions that are open stay.
#[utoipa::path(delete, path = "/api/v1/sso", operation_id = "drop_sso", tag = "account",
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn drop_sso(State(app): State<Arc<App>>, signed: Signed) -> Answer<StatusCode> {
    let person = signed.must(Permission::ManageSignIn)?;
    app.accounts.drop_sso(person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Begins an attempt: a cookie binds it to this browser.
#[utoipa::path(post, path = "/api/v1/sso/attempts", operation_id = "begin_sso", tag = "account",
    request_body = SsoBegin,
    responses((status = 201, body = SsoBegun),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn begin_sso(
    State(app): State<Arc<App>>,
    Caller(from): Caller,
    headers: HeaderMap,
    Json(SsoBegin {}): Json<SsoBegin>,
) -> Answer<Response> {
    let begun = app.accounts.begin_sso(&from, &redirect_uri(&app, &headers)).await?;
    let body = axum::Json(SsoBegun { url: begun.url });
    let mut response = (StatusCode::CREATED, body).into_response();
    set_cookie_named(&app, &mut response, cookie(&app), &begun.browser, ATTEMPT_SECONDS);
    Ok(response)
}

/// Finishes it with what the provider sent the browser back with. It works once.
#[utoipa::path(post, path = "/api/v1/sso/session", operation_id = "finish_sso", tag = "account",
    request_body = SsoBack,
    responses((status = 200, body = SsoEnd),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn finish_sso(
    State(app): State<Arc<App>>,
    Caller(from): Caller,
    headers: HeaderMap,
    Json(input): Json<SsoBack>,
) -> Answer<Response> {
    let browser = cookie_of(&headers, cookie(&app)).ok_or(SsoError::AttemptGone)?;
    let SsoBack { code, state, iss: issuer } = input;
    let agents = &app.service.snapshot().document.agents;
    let back = Back { code, state, issuer };
    match app.accounts.finish_sso(&from, &browser, &back, agents).await? {
        Ended::SignedIn(signed) => Ok(opened(
            &app,
            &signed,
            SsoEnd { user: Some(User::of(&app.accounts, &signed.person)), pending: None },
        )),
        Ended::SecondFactor { pending } => {
            Ok(axum::Json(SsoEnd { user: None, pending: Some(pending) }).into_response())
        }
    }
}

/// The code of somebody whom the provider vouched for.
#[utoipa::path(post, path = "/api/v1/sso/session/code", operation_id = "finish_sso_with_code",
    tag = "account", request_body = SsoCode,
    responses((status = 200, body = crate::dto::account::Session),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn finish_sso_with_code(
    State(app): State<Arc<App>>,
    Caller(from): Caller,
    headers: HeaderMap,
    Json(input): Json<SsoCode>,
) -> Answer<Response> {
    let browser = cookie_of(&headers, cookie(&app)).ok_or(SsoError::AttemptGone)?;
    let (pending, code) = (&input.pending, &input.code);
    let signed = app.accounts.finish_sso_with_code(&from, &browser, pending, code).await?;
    Ok(opened(&app, &signed, super::session::session_of(&app, &signed)))
}

/// What a provider may send a browser back with; anything else is none of ours.
#[derive(Debug, Deserialize)]
pub(crate) struct Query {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// Hands it to our own sign-in page, behind the mark that no server sees, and does nothing else.
pub(crate) async fn come_back(Params(query): Params<Query>) -> Response {
    let Query { code, state, iss, error } = query;
    let parts = [("code", code), ("state", state), ("iss", iss), ("error", error)];
    let parts = parts.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let parts: Vec<String> =
        parts.map(|(name, value)| format!("{name}={}", encoded(&value))).collect();
    let place = format!("/sign-in#sso&{}", parts.join("&"));
    let mut response = StatusCode::SEE_OTHER.into_response();
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    response
}

fn encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().take(4_096).fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

fn cookie(app: &App) -> &'static str {
    if app.settings.is_https() { "__Host-relais_sso" } else { "relais_sso" }
}

/// As it is configured; else as the browser calls us, which a change has proved to be us.
fn redirect_uri(app: &App, headers: &HeaderMap) -> String {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let base = match (&app.settings.public_url, text(header::ORIGIN), text(header::HOST)) {
        (Some(url), _, _) => url.trim_end_matches('/').to_owned(),
        (None, Some(origin), _) => origin.to_owned(),
        (None, None, host) => format!("http://{}", host.unwrap_or("127.0.0.1")),
    };
    format!("{base}{RETURN}")
}

impl From<SsoError> for Problem {
    fn from(error: SsoError) -> Self {
        let refused = |slug, title: &'static str| Self::new(StatusCode::FORBIDDEN, slug, title);
        match error {
            SsoError::Off => Self::not_found("No such sign-in is set up"),
            SsoError::Provider(error) => {
                tracing::warn!(%error, "a sign-in with the provider failed");
                let title = "The provider did not sign anybody in";
                Self::new(StatusCode::BAD_GATEWAY, "provider_failed", title)
                    .detail(error.to_string())
            }
            SsoError::AttemptGone => {
                Self::new(StatusCode::GONE, "attempt_gone", "This attempt to sign in is over")
                    .detail("begin again")
            }
            SsoError::NotVerified => {
                refused("not_verified", "The provider has not verified your e-mail address")
            }
            SsoError::NotInvited => refused("not_invited", "You have no account here")
                .detail("ask an admin for an invitation"),
            SsoError::ByPassword => {
                refused("by_password", "This account signs in with its password")
            }
            SsoError::Account(error) => error.into(),
        }
    }
}
