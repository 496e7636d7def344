//! The router, and the OpenAPI document made from the same handlers.

mod accesses;
mod account;
mod actions;
mod assistant;
mod audit;
mod calendar;
mod care;
mod channels;
mod checklist;
mod contacts;
mod conversations;
mod costs;
mod devices;
mod drafts;
mod figures;
mod files;
mod health;
mod idempotency;
mod inbox;
mod knowledge;
mod media;
mod model;
mod notifiers;
mod people;
mod presence;
mod reading;
mod retention;
mod settings;
mod setup;
mod simulator;
mod stream;
mod templates;
mod understanding;
mod views;
mod webhooks;
mod workspace;

use crate::app::App;
use crate::problem::Problem;
use crate::{forms, guard, hooks, sandbox, ui};
pub(crate) use conversations::beside;

use account::{factor, links, own, passkeys, session, sso, telling, tokens, users};
use axum::http::StatusCode;
use axum::routing::{MethodRouter, get, post};
use axum::{Router, middleware};
use std::sync::Arc;
use utoipa::OpenApi as _;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Everything served on the public address.
pub fn router(app: Arc<App>) -> Router {
    let (api, _) = api().split_for_parts();
    plain_routes()
        .into_iter()
        .fold(api, |router, (path, _, route)| router.route(path, route))
        .fallback(ui::serve)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), guard::guard))
        .with_state(app)
}

type Plain = (&'static str, &'static [&'static str], MethodRouter<Arc<App>>);

/// What is no part of the API's description: path, methods, handlers.
fn plain_routes() -> Vec<Plain> {
    let hook = get(hooks::challenge).post(hooks::receive);
    vec![
        ("/hooks/whatsapp/{channel_id}", &["GET", "POST"], hook),
        ("/hooks/whatsapp/{channel_id}/forms", &["POST"], post(forms::exchange)),
        ("/sandbox/v1/{op}", &["POST"], post(sandbox::call)),
        (sso::RETURN, &["GET"], get(sso::come_back)),
        ("/healthz", &["GET"], get(health::alive)),
        ("/readyz", &["GET"], get(health::ready)),
        ("/metrics", &["GET"], get(health::metrics)),
    ]
}

/// Method and path of everything that is served, for the matrix of who may do what.
pub fn served() -> Vec<(String, String)> {
    let mut served = Vec::new();
    for (path, item) in openapi().paths.paths {
        let methods = [
            ("GET", item.get.is_some()),
            ("PUT", item.put.is_some()),
            ("POST", item.post.is_some()),
            ("PATCH", item.patch.is_some()),
            ("DELETE", item.delete.is_some()),
        ];
        let there = methods.into_iter().filter(|(_, is_there)| *is_there);
        served.extend(there.map(|(method, _)| (method.to_owned(), path.clone())));
    }
    for (path, methods, _) in plain_routes() {
        served.extend(methods.iter().map(|method| ((*method).to_owned(), path.to_owned())));
    }
    served
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
        .routes(routes!(session::get_instance))
        .routes(routes!(session::claim_instance))
        .routes(routes!(session::get_session, session::create_session, session::delete_session))
        .routes(routes!(sso::get_sso, sso::set_sso, sso::drop_sso))
        .routes(routes!(sso::begin_sso))
        .routes(routes!(sso::finish_sso))
        .routes(routes!(sso::finish_sso_with_code))
        .routes(routes!(links::look_at_link))
        .routes(routes!(links::accept_link))
        .routes(routes!(own::change_password))
        .routes(routes!(own::list_sessions, own::end_other_sessions))
        .routes(routes!(own::end_session))
        .routes(routes!(telling::read_telling, telling::set_telling))
        .routes(routes!(
            factor::get_second_factor,
            factor::enrol_second_factor,
            factor::drop_second_factor
        ))
        .routes(routes!(factor::confirm_second_factor))
        .routes(routes!(passkeys::list_passkeys, passkeys::keep_passkey))
        .routes(routes!(passkeys::begin_passkey))
        .routes(routes!(passkeys::drop_passkey))
        .routes(routes!(passkeys::begin_passkey_sign_in))
        .routes(routes!(passkeys::sign_in_with_passkey))
        .routes(routes!(users::list_users, users::create_user))
        .routes(routes!(users::update_user))
        .routes(routes!(users::create_user_link))
        .routes(routes!(users::end_user_sessions))
        .routes(routes!(tokens::list_tokens, tokens::create_token))
        .routes(routes!(tokens::end_token))
        .routes(routes!(audit::list_audit))
        .routes(routes!(audit::check_audit))
        .routes(routes!(accesses::list_accesses))
        .routes(routes!(accesses::export_accesses))
        .routes(routes!(reading::read_with_reason))
        .routes(routes!(people::list_teams))
        .routes(routes!(people::list_agents))
        .routes(routes!(people::set_availability))
        .routes(routes!(people::put_seen))
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
        .routes(routes!(costs::read_costs))
        .routes(routes!(costs::set_cost_rates))
        .routes(routes!(figures::list_gaps))
        .routes(routes!(knowledge::read_knowledge))
        .routes(routes!(knowledge::put_article))
        .routes(routes!(knowledge::match_question))
        .routes(routes!(webhooks::list_webhooks, webhooks::create_webhook))
        .routes(routes!(webhooks::change_webhook, webhooks::drop_webhook))
        .routes(routes!(webhooks::test_webhook))
        .routes(routes!(webhooks::list_deliveries))
        .routes(routes!(webhooks::replay_delivery))
        .routes(routes!(notifiers::list_notifiers))
        .routes(routes!(notifiers::set_notifier))
        .routes(routes!(notifiers::test_notifier))
        .routes(routes!(checklist::read_checklist, checklist::change_checklist))
        .routes(routes!(checklist::remove_sample))
        .routes(routes!(settings::read_settings, settings::change_settings))
        .routes(routes!(settings::close_now, settings::open_again))
        .routes(routes!(calendar::read_calendar))
        .routes(routes!(devices::read_push, devices::set_push))
        .routes(routes!(settings::explain_deadline))
        .routes(routes!(retention::read_retention, retention::set_retention))
        .routes(routes!(retention::preview_retention))
        .routes(routes!(understanding::read_understanding, understanding::set_understanding))
        .routes(routes!(understanding::correct_answer))
        .routes(routes!(understanding::correct_alarm))
        .routes(routes!(understanding::withdraw_correction))
        .routes(routes!(setup::read_flow))
        .routes(routes!(setup::read_triggers))
        .routes(routes!(setup::match_triggers))
        .routes(routes!(media::get_media))
        .routes(routes!(media::fetch_media))
        .routes(routes!(templates::list_templates))
        .routes(routes!(templates::list_provider_templates))
        .routes(routes!(templates::sync_templates))
        .routes(routes!(workspace::list_snippets))
        .routes(routes!(workspace::list_macros))
        .routes(routes!(workspace::export_workspace, workspace::import_workspace))
        .routes(routes!(simulator::list_personas))
        .routes(routes!(simulator::list_messages, simulator::send_message))
        .routes(routes!(stream::open_stream))
        .routes(routes!(channels::list_ingest))
        .routes(routes!(care::replay_ingest))
        .routes(routes!(care::get_outbox))
        .routes(routes!(care::release_outbox))
        .routes(routes!(contacts::get_contact, contacts::rectify_contact, contacts::erase_contact))
        .routes(routes!(contacts::export_contact))
        .routes(routes!(channels::list_channels, channels::create_channel))
        .routes(routes!(channels::update_channel))
        .routes(routes!(model::read_model, model::put_model, model::delete_model))
        .routes(routes!(model::read_copilot))
        .routes(routes!(model::copilot_summary))
        .routes(routes!(model::copilot_draft))
        .routes(routes!(model::copilot_rewrite))
        .routes(routes!(model::copilot_translate))
        .routes(routes!(channels::examine_channel))
        .routes(routes!(channels::make_form_key))
}

async fn method_not_allowed() -> Problem {
    let title = "This address has no such method";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", title)
}
