//! Links with which somebody chooses a password: invitations and resets.

use super::session::{opened, session_of};
use crate::app::App;
use crate::dto::account::{LinkAccept, LinkToken, LinkedAccount};
use crate::extract::{Caller, Json};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use relais_app::accounts::Purpose;
use std::sync::Arc;

/// Whom a link is for. The token comes in the body: addresses end up in logs.
#[utoipa::path(post, path = "/api/v1/links/look", operation_id = "look_at_link", tag = "account",
    request_body = LinkToken,
    responses((status = 200, body = LinkedAccount),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn look_at_link(
    State(app): State<Arc<App>>,
    Caller(from): Caller,
    Json(input): Json<LinkToken>,
) -> Answer<axum::Json<LinkedAccount>> {
    let linked = app.accounts.linked(&from, &input.token).await?;
    Ok(axum::Json(LinkedAccount {
        login: linked.user.login,
        name: linked.user.name,
        is_invitation: linked.purpose == Purpose::Invitation,
    }))
}

/// Uses a link up. Signs in at once, unless the account has a second factor.
#[utoipa::path(post, path = "/api/v1/links/accept", operation_id = "accept_link", tag = "account",
    request_body = LinkAccept,
    responses((status = 200, body = crate::dto::account::Session), (status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn accept_link(
    State(app): State<Arc<App>>,
    Caller(from): Caller,
    Json(input): Json<LinkAccept>,
) -> Answer<Response> {
    let signed = app.accounts.accept(&from, &input.token, input.name, input.password).await?;
    Ok(match signed {
        Some(signed) => opened(&app, &signed, session_of(&app, &signed)),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}
