//! How the assistant is set up, to be read: its flow and its hand-off rules.

use crate::app::App;
use crate::dto::setup::{Flow, TriggerRules};
use crate::extract::Signed;
use crate::problem::{Answer, Problem};
use axum::extract::State;
use relais_app::accounts::Permission;
use std::sync::Arc;

/// The conversation as a graph, with its texts.
#[utoipa::path(get, path = "/api/v1/flow", operation_id = "read_flow", tag = "workspace",
    responses((status = 200, body = Flow),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_flow(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Flow>> {
    signed.must(Permission::ReadInbox)?;
    let snapshot = app.service.snapshot();
    Ok(axum::Json(Flow::new(&snapshot.document, snapshot.version)))
}

/// When the assistant hands over, and to whom.
#[utoipa::path(get, path = "/api/v1/triggers", operation_id = "read_triggers", tag = "workspace",
    responses((status = 200, body = TriggerRules),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_triggers(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<TriggerRules>> {
    signed.must(Permission::ReadInbox)?;
    let snapshot = app.service.snapshot();
    Ok(axum::Json(TriggerRules::new(&snapshot.document, snapshot.version)))
}
