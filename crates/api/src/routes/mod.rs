//! The router, and the OpenAPI document made from the same handlers.

mod account;
mod actions;
mod assistant;
mod care;
mod channels;
pub(crate) mod contacts;
mod conversations;
mod drafts;
mod figures;
mod files;
mod health;
mod idempotency;
mod inbox;
mod knowledge;
mod media;
mod model;
mod people;
mod presence;
mod setup;
mod simulator;
mod stream;
mod views;
mod workspace;

use crate::app::App;
use crate::problem::Problem;
use crate::{guard, hooks, sandbox, ui};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Router, middleware};
use std::sync::Arc;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Everything served on the public address.
pub fn router(app: Arc<App>) -> Router {
    let (api, _) = api().split_for_parts();
    api.route("/hooks/whatsapp/{channel_id}", get(hooks::challenge).post(hooks::receive))
        .route("/sandbox/v1/{op}", post(sandbox::call))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .fallback(ui::serve)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard::guard))
        .with_state(app)
}

/// For a listener of its own, which needs no token.
pub fn metrics_router(app: Arc<App>) -> Router {
    Router::new()
        .route("/metrics", get(health::open_metrics))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(app)
}

/// The description of the API, as committed in `docs/openapi.json`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    let (_, paths) = api().split_for_parts();
    document.merge(paths);
    document
}

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Relais",
        description = "Customer support on WhatsApp, from bot to human. Refusals are \
                       `application/problem+json`; changes need a same-origin proof.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(Problem))
)]
struct Document;

fn api() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(account::get_instance))
        .routes(routes!(account::claim_instance))
        .routes(routes!(account::get_session, account::create_session, account::delete_session))
        .routes(routes!(account::list_users, account::create_user))
        .routes(routes!(account::update_user))
        .routes(routes!(people::list_teams))
        .routes(routes!(people::list_agents))
        .routes(routes!(people::set_availability))
        .routes(routes!(inbox::list_conversations))
        .routes(routes!(inbox::count_conversations))
        .routes(routes!(presence::put_presence))
        .routes(routes!(files::upload_file))
        .routes(routes!(assistant::get_assistant, assistant::set_assistant))
        .routes(routes!(views::list_views, views::create_view))
        .routes(routes!(views::delete_view))
        .routes(routes!(drafts::list_drafts))
        .routes(routes!(drafts::put_draft))
        .routes(routes!(conversations::get_conversation))
        .routes(routes!(conversations::list_events))
        .routes(routes!(actions::act_on_conversation))
        .routes(routes!(figures::read_figures))
        .routes(routes!(figures::list_gaps))
        .routes(routes!(knowledge::read_knowledge))
        .routes(routes!(knowledge::put_article))
        .routes(routes!(knowledge::match_question))
        .routes(routes!(setup::read_flow))
        .routes(routes!(setup::read_triggers))
        .routes(routes!(setup::match_triggers))
        .routes(routes!(media::get_media))
        .routes(routes!(media::fetch_media))
        .routes(routes!(workspace::list_templates))
        .routes(routes!(workspace::list_snippets))
        .routes(routes!(workspace::export_workspace, workspace::import_workspace))
        .routes(routes!(simulator::list_personas))
        .routes(routes!(simulator::list_messages, simulator::send_message))
        .routes(routes!(stream::open_stream))
        .routes(routes!(channels::list_ingest))
        .routes(routes!(care::replay_ingest))
        .routes(routes!(care::get_outbox))
        .routes(routes!(care::release_outbox))
        .routes(routes!(contacts::get_contact, contacts::erase_contact))
        .routes(routes!(contacts::export_contact))
        .routes(routes!(channels::list_channels, channels::create_channel))
        .routes(routes!(channels::update_channel))
        .routes(routes!(model::read_model, model::put_model, model::delete_model))
        .routes(routes!(model::read_copilot))
        .routes(routes!(model::copilot_summary))
        .routes(routes!(model::copilot_draft))
        .routes(routes!(model::copilot_rewrite))
        .routes(routes!(model::copilot_translate))
}

async fn method_not_allowed() -> Problem {
    let title = "This address has no such method";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", title)
}
