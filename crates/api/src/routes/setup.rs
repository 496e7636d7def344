//! How the assistant is set up, to be read: its flow and its hand-off rules.

use crate::app::App;
use crate::dto::setup::{Flow, TriggerMatches, TriggerRules};
use crate::extract::{Params, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use relais_app::accounts::Permission;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// Longest sentence that is tried.
const SENTENCE: usize = 1_000;

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

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Sentence {
    q: String,
}

/// What a sentence would set off as a customer's first message. Nothing is kept.
#[utoipa::path(get, path = "/api/v1/triggers/matches", operation_id = "match_triggers",
    tag = "workspace", params(Sentence),
    responses((status = 200, body = TriggerMatches),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn match_triggers(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(sentence): Params<Sentence>,
) -> Answer<axum::Json<TriggerMatches>> {
    signed.must(Permission::ReadInbox)?;
    let text: String = sentence.q.chars().take(SENTENCE).collect();
    let trial = app.service.try_sentence(&text).await?;
    Ok(axum::Json(TriggerMatches::new(&text, trial)))
}
