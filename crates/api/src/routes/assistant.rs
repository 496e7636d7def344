//! The red switch: stops the assistant everywhere.

use crate::app::App;
use crate::dto::people::{Assistant, AssistantInput};
use crate::extract::{Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use relais_app::accounts::Permission;
use relais_app::switch::Stop;
use std::sync::Arc;

/// Whether the assistant works, and who stopped it.
#[utoipa::path(get, path = "/api/v1/assistant", operation_id = "get_assistant", tag = "inbox",
    responses((status = 200, body = Assistant),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_assistant(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Assistant>> {
    signed.must(Permission::ReadInbox)?;
    Ok(axum::Json(shown(app.service.stopped().await?)))
}

/// Stops the assistant, or lets it work again. What it had in hand goes to people with the
/// customer's next message or its next moment.
#[utoipa::path(put, path = "/api/v1/assistant", operation_id = "set_assistant", tag = "inbox",
    request_body = AssistantInput,
    responses((status = 200, body = Assistant),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn set_assistant(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<AssistantInput>,
) -> Answer<axum::Json<Assistant>> {
    let person = signed.must(Permission::Supervise)?;
    let act = if input.is_stopped { "assistant.stop" } else { "assistant.start" };
    app.audit(person, act, "").await?;
    let at = app.service.clock().now();
    let stop = input.is_stopped.then(|| Stop { by: person.user.name.clone(), at });
    app.service.stop_assistant(stop.clone()).await?;
    app.lists_changed();
    Ok(axum::Json(shown(stop)))
}

fn shown(stop: Option<Stop>) -> Assistant {
    Assistant {
        is_stopped: stop.is_some(),
        at: stop.as_ref().map(|s| s.at.to_string()),
        by: stop.map(|s| s.by),
    }
}
