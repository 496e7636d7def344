//! Webhooks to other programs.

use crate::app::App;
use crate::dto::Items;
use crate::dto::integration::{DeliveryLine, DeliveryReplay, FreshWebhook, Webhook, WebhookInput};
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::webhooks::{NewWebhook, WebhookError};
use relais_core::why::Why;
use std::sync::Arc;

/// All of them.
#[utoipa::path(get, path = "/api/v1/webhooks", operation_id = "list_webhooks",
    tag = "integrations",
    responses((status = 200, body = Items<Webhook>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_webhooks(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Webhook>>> {
    signed.must(Permission::ManageIntegrations)?;
    let hooks = app.service.webhooks().await?;
    Ok(axum::Json(Items { items: hooks.into_iter().map(Webhook::from).collect() }))
}

/// Adds one. Its secret is shown once.
#[utoipa::path(post, path = "/api/v1/webhooks", operation_id = "create_webhook",
    tag = "integrations", request_body = WebhookInput,
    responses((status = 201, body = FreshWebhook),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create_webhook(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<WebhookInput>,
) -> Answer<(StatusCode, axum::Json<FreshWebhook>)> {
    let person = signed.must(Permission::ManageIntegrations)?;
    let new = checked(input)?;
    app.audit(person, "webhook.create", &new.url).await?;
    let (hook, secret) = app.service.add_webhook(new).await.map_err(refused)?;
    Ok((StatusCode::CREATED, axum::Json(FreshWebhook { webhook: hook.into(), secret })))
}

/// Changes one; its secret stays.
#[utoipa::path(put, path = "/api/v1/webhooks/{id}", operation_id = "change_webhook",
    tag = "integrations", params(("id" = String, Path)), request_body = WebhookInput,
    responses((status = 200, body = Webhook),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn change_webhook(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<String>,
    Json(input): Json<WebhookInput>,
) -> Answer<axum::Json<Webhook>> {
    let person = signed.must(Permission::ManageIntegrations)?;
    let new = checked(input)?;
    app.audit(person, "webhook.change", &id).await?;
    let hook = app.service.change_webhook(&id, new).await.map_err(refused)?;
    Ok(axum::Json(hook.into()))
}

/// Ends one.
#[utoipa::path(delete, path = "/api/v1/webhooks/{id}", operation_id = "drop_webhook",
    tag = "integrations", params(("id" = String, Path)),
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn drop_webhook(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<String>,
) -> Answer<StatusCode> {
    let person = signed.must(Permission::ManageIntegrations)?;
    app.audit(person, "webhook.end", &id).await?;
    app.service.drop_webhook(&id).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a greeting at once, and tells how that ended.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/test", operation_id = "test_webhook",
    tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = DeliveryLine),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn test_webhook(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<String>,
) -> Answer<axum::Json<DeliveryLine>> {
    signed.must(Permission::ManageIntegrations)?;
    let line = app.service.try_webhook(&id).await.map_err(refused)?;
    Ok(axum::Json(line.into()))
}

/// The newest tries, newest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{id}/deliveries", operation_id = "list_deliveries",
    tag = "integrations", params(("id" = String, Path)),
    responses((status = 200, body = Items<DeliveryLine>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_deliveries(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<String>,
) -> Answer<axum::Json<Items<DeliveryLine>>> {
    signed.must(Permission::ManageIntegrations)?;
    let lines = app.service.deliveries(&id).await?;
    Ok(axum::Json(Items { items: lines.into_iter().map(DeliveryLine::from).collect() }))
}

/// Delivers something once more, as the same message.
#[utoipa::path(post, path = "/api/v1/webhooks/{id}/replay", operation_id = "replay_delivery",
    tag = "integrations", params(("id" = String, Path)), request_body = DeliveryReplay,
    responses((status = 202),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn replay_delivery(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<String>,
    Json(input): Json<DeliveryReplay>,
) -> Answer<StatusCode> {
    let person = signed.must(Permission::ManageIntegrations)?;
    app.audit(person, "webhook.replay", &input.message).await?;
    app.service.replay_webhook(&id, &input.message).await.map_err(refused)?;
    Ok(StatusCode::ACCEPTED)
}

fn checked(input: WebhookInput) -> Answer<NewWebhook> {
    let invalid = || Problem::invalid("see the fields");
    let name: String = input.name.trim().chars().filter(|c| !c.is_control()).take(100).collect();
    let url = input.url.trim().to_owned();
    if name.is_empty() {
        return Err(invalid().field("/name", Why::missing()));
    }
    let is_url = url.starts_with("https://") || url.starts_with("http://");
    if !is_url || url.len() > 2_000 || url.contains(char::is_whitespace) {
        let why = Why::new("url", "must be an address like https://example.com/hook");
        return Err(invalid().field("/url", why));
    }
    if input.events.is_empty() {
        return Err(invalid().field("/events", Why::missing().told("must name one at least")));
    }
    Ok(NewWebhook { name, url, events: input.events, is_on: input.is_on })
}

fn refused(error: WebhookError) -> Problem {
    match error {
        WebhookError::NotFound => Problem::not_found("No such webhook"),
        WebhookError::TooMany => {
            Problem::new(StatusCode::CONFLICT, "too_many", "There are too many webhooks")
        }
        WebhookError::Off => {
            Problem::new(StatusCode::CONFLICT, "off", "Webhooks are not available here")
        }
        WebhookError::Store(error) => error.into(),
    }
}
