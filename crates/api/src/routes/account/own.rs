//! What everybody looks after of their own account: password and sessions.

use crate::app::App;
use crate::dto::Items;
use crate::dto::account::{OpenSession, PasswordChange};
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use std::sync::Arc;

/// Takes a new password. All sessions end, this one too.
#[utoipa::path(put, path = "/api/v1/account/password", operation_id = "change_password",
    tag = "account", request_body = PasswordChange,
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<PasswordChange>,
) -> Answer<StatusCode> {
    let person = signed.own()?;
    app.accounts.confirm(person, &input.current).await?;
    app.audit(person, "password.change", "").await?;
    app.accounts.set_password(person.user.id, input.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where one is signed in.
#[utoipa::path(get, path = "/api/v1/account/sessions", operation_id = "list_sessions",
    tag = "account",
    responses((status = 200, body = Items<OpenSession>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_sessions(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<OpenSession>>> {
    let sessions = app.accounts.sessions_of(signed.own()?).await?;
    Ok(axum::Json(Items { items: sessions.into_iter().map(OpenSession::from).collect() }))
}

/// Ends one of one's own sessions, with its open streams.
#[utoipa::path(delete, path = "/api/v1/account/sessions/{id}", operation_id = "end_session",
    tag = "account", params(("id" = String, Path)),
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn end_session(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<String>,
) -> Answer<StatusCode> {
    let is_there = app.accounts.end_session(signed.own()?, &id).await?;
    is_there.then_some(StatusCode::NO_CONTENT).ok_or_else(|| Problem::not_found("No such session"))
}

/// Ends all of one's own sessions but this one.
#[utoipa::path(delete, path = "/api/v1/account/sessions", operation_id = "end_other_sessions",
    tag = "account",
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn end_other_sessions(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<StatusCode> {
    app.accounts.end_other_sessions(signed.own()?).await?;
    Ok(StatusCode::NO_CONTENT)
}
