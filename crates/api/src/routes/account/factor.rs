//! One's own second factor.

use super::confirm;
use crate::app::App;
use crate::dto::account::{Code, Confirmation, FactorEnrolment, RecoveryCodes, SecondFactor};
use crate::extract::{Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;
use std::sync::Arc;

/// Whether it is on.
#[utoipa::path(get, path = "/api/v1/account/second-factor", operation_id = "get_second_factor",
    tag = "account",
    responses((status = 200, body = SecondFactor),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_second_factor(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<SecondFactor>> {
    let state = app.accounts.second_factor(signed.own()?.user.id).await?;
    Ok(axum::Json(SecondFactor { is_on: state.is_on, recovery_left: state.recovery_left }))
}

/// Makes a secret for the app of a phone. It counts once a code of it was shown.
#[utoipa::path(post, path = "/api/v1/account/second-factor", operation_id = "enrol_second_factor",
    tag = "account", request_body = Confirmation,
    responses((status = 201, body = FactorEnrolment),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn enrol_second_factor(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<Confirmation>,
) -> Answer<(StatusCode, axum::Json<FactorEnrolment>)> {
    let person = signed.own()?;
    app.accounts.confirm(person, &input.password).await?;
    let name = app.service.snapshot().document.workspace.name.clone();
    let enrolment = app.accounts.enrol(person, &name).await?;
    let (qr_size, qr_path) = picture(&enrolment.uri)?;
    let body = FactorEnrolment { secret: enrolment.secret, uri: enrolment.uri, qr_size, qr_path };
    Ok((StatusCode::CREATED, axum::Json(body)))
}

/// The squares of a QR code, as the path of an SVG.
fn picture(text: &str) -> Answer<(i32, String)> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(|_| Problem::internal())?;
    let mut path = String::new();
    for y in 0..code.size() {
        for x in 0..code.size() {
            if code.get_module(x, y) {
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h1v1h-1z");
            }
        }
    }
    Ok((code.size(), path))
}

/// Switches it on with a first code. The recovery codes are shown once.
#[utoipa::path(post, path = "/api/v1/account/second-factor/confirm",
    operation_id = "confirm_second_factor", tag = "account", request_body = Code,
    responses((status = 200, body = RecoveryCodes),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn confirm_second_factor(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<Code>,
) -> Answer<axum::Json<RecoveryCodes>> {
    let codes = app.accounts.confirm_enrolment(signed.own()?, &input.code).await?;
    Ok(axum::Json(RecoveryCodes { codes }))
}

/// Switches it off: with the password and a code.
#[utoipa::path(delete, path = "/api/v1/account/second-factor",
    operation_id = "drop_second_factor", tag = "account", request_body = Confirmation,
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn drop_second_factor(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<Confirmation>,
) -> Answer<StatusCode> {
    let person = signed.own()?;
    confirm(&app, person, &input).await?;
    app.accounts.drop_second_factor(person.user.id, &person.user.login).await?;
    Ok(StatusCode::NO_CONTENT)
}
