//! How long a workspace keeps what people said and are, and what a change would let go.

use crate::app::App;
use crate::dto::retention::{Retention, RetentionPreview};
use crate::extract::{Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use relais_app::accounts::Permission;
use relais_app::retention::Rules;
use std::sync::Arc;

/// The rules that hold.
#[utoipa::path(get, path = "/api/v1/settings/retention", operation_id = "read_retention",
    tag = "settings", responses((status = 200, body = Retention),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_retention(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Retention>> {
    signed.must(Permission::ReadSettings)?;
    Ok(axum::Json(app.service.retention_rules().await?.into()))
}

/// Puts rules in place of the ones before. What they let go goes within the hour, a little at a
/// time, and does not come back.
#[utoipa::path(put, path = "/api/v1/settings/retention", operation_id = "set_retention",
    tag = "settings", request_body = Retention, responses((status = 200, body = Retention),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn set_retention(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<Retention>,
) -> Answer<axum::Json<Retention>> {
    let person = signed.must(Permission::EraseContacts)?;
    let rules = checked(input)?;
    app.audit(person, "retention.change", &told(&rules)).await?;
    app.service.set_retention_rules(&rules).await?;
    Ok(axum::Json(rules.into()))
}

/// What rules would let go now; changes nothing.
#[utoipa::path(post, path = "/api/v1/settings/retention/preview",
    operation_id = "preview_retention", tag = "settings", request_body = Retention,
    responses((status = 200, body = RetentionPreview),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn preview_retention(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<Retention>,
) -> Answer<axum::Json<RetentionPreview>> {
    signed.must(Permission::EraseContacts)?;
    let rules = checked(input)?;
    Ok(axum::Json(app.service.retention_preview(&rules).await?.into()))
}

fn checked(input: Retention) -> Answer<Rules> {
    let rules = Rules::from(input);
    rules
        .check()
        .map_err(|(name, why)| Problem::invalid("see the fields").field(format!("/{name}"), why))?;
    Ok(rules)
}

/// For the audit log.
fn told(rules: &Rules) -> String {
    let days = |days: Option<u32>| days.map_or("kept".to_owned(), |days| days.to_string());
    format!(
        "messages {}, files {}, contacts {}, raw {}, quarantine {}, accesses {}",
        days(rules.messages),
        days(rules.files),
        days(rules.contacts),
        days(rules.raw),
        days(rules.quarantine),
        days(rules.accesses)
    )
}
