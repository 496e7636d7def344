//! One's own passkeys, and the sign-in with one.

use super::confirm;
use super::session::{opened, session_of};
use crate::app::App;
use crate::dto::Items;
use crate::dto::account::{Confirmation, Session};
use crate::dto::passkey::{NewPasskey, Passkey, PasskeyAttempt, PasskeySignIn};
use crate::extract::{Caller, Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use relais_app::accounts::passkeys::Site;
use std::sync::Arc;

/// One's own.
#[utoipa::path(get, path = "/api/v1/account/passkeys", operation_id = "list_passkeys",
    tag = "account",
    responses((status = 200, body = Items<Passkey>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_passkeys(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Passkey>>> {
    let passkeys = app.accounts.passkeys(signed.own()?.user.id).await?;
    Ok(axum::Json(Items { items: passkeys.into_iter().map(Passkey::from).collect() }))
}

/// Begins a new one: with the password, and a code where there is a second factor.
#[utoipa::path(post, path = "/api/v1/account/passkeys/attempts", operation_id = "begin_passkey",
    tag = "account", request_body = Confirmation,
    responses((status = 201, body = PasskeyAttempt),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn begin_passkey(
    State(app): State<Arc<App>>,
    signed: Signed,
    headers: HeaderMap,
    Json(input): Json<Confirmation>,
) -> Answer<(StatusCode, axum::Json<PasskeyAttempt>)> {
    let person = signed.own()?;
    confirm(&app, person, &input).await?;
    let name = app.service.snapshot().document.workspace.name.clone();
    let asked = app.accounts.ask_for_passkey(person, site(&app, &headers)?, &name).await?;
    Ok((StatusCode::CREATED, axum::Json(asked.into())))
}

/// Keeps what the browser made.
#[utoipa::path(post, path = "/api/v1/account/passkeys", operation_id = "keep_passkey",
    tag = "account", request_body = NewPasskey,
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn keep_passkey(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<NewPasskey>,
) -> Answer<StatusCode> {
    let person = signed.own()?;
    let answer = input.answer.into();
    app.accounts.keep_passkey(person, &input.attempt, &input.name, &answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes one, with the password, and a code where there is a second factor: it opens nothing here
/// any more.
#[utoipa::path(delete, path = "/api/v1/account/passkeys/{id}", operation_id = "drop_passkey",
    tag = "account", params(("id" = String, Path)), request_body = Confirmation,
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn drop_passkey(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<String>,
    Json(input): Json<Confirmation>,
) -> Answer<StatusCode> {
    let person = signed.own()?;
    confirm(&app, person, &input).await?;
    if !app.accounts.drop_passkey(person, &id).await? {
        return Err(Problem::not_found("There is no such passkey"));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Begins a sign-in with a passkey.
#[utoipa::path(post, path = "/api/v1/passkeys/attempts", operation_id = "begin_passkey_sign_in",
    tag = "account",
    responses((status = 201, body = PasskeyAttempt),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn begin_passkey_sign_in(
    State(app): State<Arc<App>>,
    Caller(from): Caller,
    headers: HeaderMap,
) -> Answer<(StatusCode, axum::Json<PasskeyAttempt>)> {
    let asked = app.accounts.ask_for_sign_in(&from, site(&app, &headers)?).await?;
    Ok((StatusCode::CREATED, axum::Json(asked.into())))
}

/// Signs in with what a passkey signed: it stands for password and second factor.
#[utoipa::path(post, path = "/api/v1/passkeys/session", operation_id = "sign_in_with_passkey",
    tag = "account", request_body = PasskeySignIn,
    responses((status = 200, body = Session),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn sign_in_with_passkey(
    State(app): State<Arc<App>>,
    Caller(from): Caller,
    Json(input): Json<PasskeySignIn>,
) -> Answer<Response> {
    let answer = input.answer.into();
    let signed = app.accounts.sign_in_with_passkey(&from, &input.attempt, &answer).await?;
    Ok(opened(&app, &signed, session_of(&app, &signed)))
}

/// Where the browser is: our own address, as the guard of changes has made sure.
fn site(app: &App, headers: &HeaderMap) -> Answer<Site> {
    let origin = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    let is_ours = |origin: &&str| match &app.settings.public_url {
        Some(url) if url.starts_with("https://") => url.trim_end_matches('/') == *origin,
        Some(_) | None => true,
    };
    origin.filter(is_ours).and_then(Site::of).ok_or_else(|| {
        let title = "Passkeys need https and a name";
        Problem::new(StatusCode::CONFLICT, "passkeys_unavailable", title)
            .detail("open this instance by its name over https, or as localhost")
    })
}
