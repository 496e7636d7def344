//! The instance as strangers see it, its claim, and sign-in.

use crate::app::App;
use crate::dto::account::{Claim, Instance, Session, SignIn, User};
use crate::extract::{Caller, Json, Signed, cookie_name};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use relais_app::accounts::{NewUser, Role, SESSION, SignedIn};
use serde::Serialize;
use std::sync::Arc;

/// What anybody may know of the instance.
#[utoipa::path(get, path = "/api/v1/instance", operation_id = "get_instance", tag = "account",
    responses((status = 200, body = Instance),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_instance(State(app): State<Arc<App>>) -> Answer<axum::Json<Instance>> {
    let snapshot = app.service.snapshot();
    let info = &snapshot.document.workspace;
    Ok(axum::Json(Instance {
        name: info.name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        is_claimed: app.accounts.is_claimed().await?,
        is_demo: app.settings.is_demo,
        is_encrypted: app.service.store().is_sealing(),
        sso: app.accounts.sso_name().await?,
        languages: info.languages.clone(),
    }))
}

/// Makes the first owner and signs them in. The link works once.
#[utoipa::path(post, path = "/api/v1/claim", operation_id = "claim_instance", tag = "account",
    request_body = Claim,
    responses((status = 200, body = Session),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn claim_instance(
    State(app): State<Arc<App>>,
    Caller(from): Caller,
    Json(claim): Json<Claim>,
) -> Answer<Response> {
    let owner = NewUser {
        login: claim.login,
        name: claim.name,
        password: Some(claim.password),
        role: Role::Owner,
    };
    let agents = &app.service.snapshot().document.agents;
    let signed = app.accounts.claim(&from, &claim.token, owner, agents).await?;
    Ok(opened(&app, &signed, session_of(&app, &signed)))
}

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/session", operation_id = "get_session", tag = "account",
    responses((status = 200, body = Session),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_session(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Session>> {
    Ok(axum::Json(Session { user: User::of(&app.accounts, signed.own()?) }))
}

/// Signs in; with a code where the account has a second factor.
#[utoipa::path(post, path = "/api/v1/session", operation_id = "create_session", tag = "account",
    request_body = SignIn,
    responses((status = 200, body = Session),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create_session(
    State(app): State<Arc<App>>,
    Caller(from): Caller,
    Json(input): Json<SignIn>,
) -> Answer<Response> {
    let code = input.code.as_deref();
    let signed = app.accounts.sign_in(&from, &input.login, &input.password, code).await?;
    Ok(opened(&app, &signed, session_of(&app, &signed)))
}

/// Signs out: the session and its open streams end at once.
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "delete_session", tag = "account",
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn delete_session(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<Response> {
    app.accounts.sign_out(&signed.own()?.session).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&app, &mut response, "", 0);
    Ok(response)
}

/// The answer to a sign-in.
pub(super) fn opened(app: &App, signed: &SignedIn, body: impl Serialize) -> Response {
    let mut response = axum::Json(body).into_response();
    set_cookie(app, &mut response, &signed.token, SESSION.as_micros() / 1_000_000);
    response
}

pub(super) fn session_of(app: &App, signed: &SignedIn) -> Session {
    Session { user: User::of(&app.accounts, &signed.person) }
}

fn set_cookie(app: &App, response: &mut Response, value: &str, seconds: i64) {
    set_cookie_named(app, response, cookie_name(app), value, seconds);
}

pub(super) fn set_cookie_named(
    app: &App,
    response: &mut Response,
    name: &str,
    value: &str,
    seconds: i64,
) {
    let secure = if app.settings.is_https() { "; Secure" } else { "" };
    let cookie =
        format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    let cookie = HeaderValue::from_str(&cookie).expect("tokens are letters, digits, - and _");
    response.headers_mut().insert(header::SET_COOKIE, cookie);
}
