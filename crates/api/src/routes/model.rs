//! The connection to a language model: what for, how much, where data goes; and the words it
//! writes for agents, which are never sent from here.

use super::conversations::find;
use crate::app::App;
use crate::dto::model::{
    Copilot, CopilotReply, CopilotRequest, ModelConnection, ModelInput, ModelSaved,
};
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accesses::Access;
use relais_app::accounts::{Limit, Permission};
use relais_app::model::{Help, HelpError, SaveError};
use relais_app::port::model::{ModelError, Task};
use relais_core::id::ConversationId;
use relais_core::why::Why;
use std::sync::Arc;
use std::time::Instant;

/// Requests of one agent: somebody who writes fast stays far below.
const REQUESTS: Limit = Limit { kind: "copilot", burst: 20.0, per_second: 0.5 };

/// The connection, without its keys, with what it cost today and what leaves the house.
#[utoipa::path(get, path = "/api/v1/model", operation_id = "read_model", tag = "model",
    responses((status = 200, body = ModelConnection),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_model(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<ModelConnection>> {
    signed.must(Permission::ReadModel)?;
    let shown = app.models.show().await.map_err(refusal)?;
    let shown = shown.ok_or_else(|| Problem::not_found("No model is connected"))?;
    let today = app.service.model_today().await?;
    Ok(axum::Json(ModelConnection::new(shown, today)))
}

/// Connects a model, or changes the connection, and tries it out. It is saved whatever the trial
/// says: without an answer in time everything works as if there were no model.
#[utoipa::path(put, path = "/api/v1/model", operation_id = "put_model", tag = "model",
    request_body = ModelInput,
    responses((status = 200, body = ModelSaved),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put_model(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<ModelInput>,
) -> Answer<axum::Json<ModelSaved>> {
    let person = signed.must(Permission::ManageModel)?;
    let (settings, keys) = input.into_parts();
    let is_key = |key: &String| key.len() <= 1_024 && key.bytes().all(|b| b.is_ascii_graphic());
    if !keys.0.values().all(is_key) {
        let problem = Problem::invalid("see the fields");
        let why = Why::new("characters", "must be at most 1024 visible characters");
        return Err(problem.field("/key", why));
    }
    app.audit(person, "model.change", &settings.address("model")).await?;
    let probes = app.models.save(settings, keys).await.map_err(refusal)?;
    Ok(axum::Json(ModelSaved { probes: probes.into_iter().map(Into::into).collect() }))
}

/// Forgets the connection and its keys.
#[utoipa::path(delete, path = "/api/v1/model", operation_id = "delete_model", tag = "model",
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn delete_model(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<StatusCode> {
    let person = signed.must(Permission::ManageModel)?;
    app.audit(person, "model.remove", "").await?;
    app.models.remove().await.map_err(refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

fn refusal(error: SaveError) -> Problem {
    match error {
        SaveError::Invalid(faults) => {
            faults.into_iter().fold(Problem::invalid("see the fields"), |p, (pointer, words)| {
                p.field(pointer, words)
            })
        }
        SaveError::NoVault(reason) => {
            tracing::error!(reason, "the keys of the model cannot be sealed or opened");
            Problem::internal()
        }
        SaveError::Store(error) => error.into(),
    }
}

/// Whether a model helps agents write here.
#[utoipa::path(get, path = "/api/v1/copilot", operation_id = "read_copilot", tag = "copilot",
    responses((status = 200, body = Copilot),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_copilot(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Copilot>> {
    signed.must(Permission::ReadInbox)?;
    Ok(axum::Json(Copilot { is_on: app.service.has_copilot() }))
}

async fn help(
    app: &App,
    signed: &Signed,
    id: uuid::Uuid,
    task: Task,
    input: CopilotRequest,
) -> Answer<axum::Json<CopilotReply>> {
    let person = signed.must(Permission::ActOnConversations)?;
    let is_code = |l: &String| l.len() == 2 && l.bytes().all(|b| b.is_ascii_lowercase());
    if !input.language.as_ref().is_none_or(is_code) {
        let problem = Problem::invalid("see the fields");
        let why = Why::new("language", "must be a code of two letters, such as `fr`");
        return Err(problem.field("/language", why));
    }
    let row = find(app, signed, ConversationId(id)).await?;
    let who = person.user.id.to_string();
    if let Err(wait) = app.limits.take(&[(REQUESTS, who)], Instant::now()) {
        let title = "Too many requests";
        let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", title);
        return Err(problem.retry_after(u32::try_from(wait).unwrap_or(u32::MAX)));
    }
    app.service.accessed(&person.user.login, row.contact, Access::Read(row.id)).await?;
    let help = Help { task, text: input.text.replace('\0', ""), language: input.language };
    let helped = app.service.help(&row, help).await.map_err(no_help)?;
    Ok(axum::Json(helped.into()))
}

fn no_help(error: HelpError) -> Problem {
    match error {
        HelpError::Nothing(why) => {
            Problem::invalid("see the fields").field("/text", Why::missing().told(why))
        }
        HelpError::Restricted => {
            let title = "This person's data is used for nothing but answering them";
            Problem::new(StatusCode::CONFLICT, "restricted", title)
                .detail("no model reads them; write the answer yourself")
        }
        HelpError::Store(error) => error.into(),
        HelpError::Model(ModelError::Off) => {
            let title = "No model is switched on for this";
            Problem::new(StatusCode::CONFLICT, "model_off", title)
                .detail("an admin connects one in the settings")
        }
        HelpError::Model(ModelError::Budget) => {
            let title = "The model's budget of today is used up";
            Problem::new(StatusCode::CONFLICT, "model_budget", title)
        }
        HelpError::Model(error) => {
            let title = "The model did not answer";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, "model_unavailable", title)
                .detail(error.to_string())
                .retry_after(5)
        }
    }
}

/// Sums the talk up for an agent.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/copilot/summary", tag = "copilot",
    operation_id = "copilot_summary", params(("id" = String, Path)), request_body = CopilotRequest,
    responses((status = 200, body = CopilotReply),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn copilot_summary(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Json(input): Json<CopilotRequest>,
) -> Answer<axum::Json<CopilotReply>> {
    help(&app, &signed, id, Task::Summary, input).await
}

/// Drafts a reply from the talk and the articles close to it.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/copilot/draft", tag = "copilot",
    operation_id = "copilot_draft", params(("id" = String, Path)), request_body = CopilotRequest,
    responses((status = 200, body = CopilotReply),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn copilot_draft(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Json(input): Json<CopilotRequest>,
) -> Answer<axum::Json<CopilotReply>> {
    help(&app, &signed, id, Task::Draft, input).await
}

/// Words an agent's text better.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/copilot/rewrite", tag = "copilot",
    operation_id = "copilot_rewrite", params(("id" = String, Path)), request_body = CopilotRequest,
    responses((status = 200, body = CopilotReply),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn copilot_rewrite(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Json(input): Json<CopilotRequest>,
) -> Answer<axum::Json<CopilotReply>> {
    help(&app, &signed, id, Task::Rewrite, input).await
}

/// Translates a text; without a language, into the customer's.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/copilot/translate", tag = "copilot",
    operation_id = "copilot_translate", params(("id" = String, Path)),
    request_body = CopilotRequest,
    responses((status = 200, body = CopilotReply),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn copilot_translate(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Json(input): Json<CopilotRequest>,
) -> Answer<axum::Json<CopilotReply>> {
    help(&app, &signed, id, Task::Translate, input).await
}
