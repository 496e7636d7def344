//! Browsers that are woken when a customer waits: each person's own choice, once an admin has
//! switched web push on.

use crate::app::App;
use crate::dto::integration::{PushInput, PushKey};
use crate::extract::{Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_core::why::Why;
use std::sync::Arc;

/// Longest address a vendor gives.
const LONGEST: usize = 1_000;

/// What a browser subscribes with; nothing while web push is switched off.
#[utoipa::path(get, path = "/api/v1/account/push", operation_id = "read_push", tag = "account",
    responses((status = 200, body = PushKey),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_push(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<PushKey>> {
    signed.own()?;
    Ok(axum::Json(PushKey { key: app.notifiers.push_key().await? }))
}

/// Wakes a browser from now on, or leaves it alone.
#[utoipa::path(put, path = "/api/v1/account/push", operation_id = "set_push", tag = "account",
    request_body = PushInput,
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn set_push(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<PushInput>,
) -> Answer<StatusCode> {
    let person = signed.own()?;
    let is_address =
        input.endpoint.starts_with("https://") || input.endpoint.starts_with("http://127.0.0.1:");
    if !is_address || input.endpoint.len() > LONGEST {
        return Err(Problem::invalid("see the fields").field(
            "/endpoint",
            Why::new("url", format!("must begin with https:// and have {LONGEST} at most")),
        ));
    }
    let user = person.user.id;
    if !input.is_on {
        app.accounts.drop_device(user, &input.endpoint).await?;
        app.service.phones_changed().await?;
        return Ok(StatusCode::NO_CONTENT);
    }
    if app.notifiers.push_key().await?.is_none() {
        let title = "Web push is switched off here";
        return Err(Problem::new(StatusCode::CONFLICT, "push_off", title));
    }
    let phone_of = input.is_phone.then_some(person.agent.key.as_str());
    app.accounts.add_device(user, &input.endpoint, phone_of).await?;
    app.service.phones_changed().await?;
    Ok(StatusCode::NO_CONTENT)
}
