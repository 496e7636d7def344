//! Ready texts of the workspace.

use crate::app::App;
use crate::dto::Items;
use crate::dto::texts::{Snippet, Template};
use crate::extract::Signed;
use crate::problem::{Answer, Problem};
use axum::extract::State;
use relais_app::accounts::Permission;
use std::sync::Arc;

/// Approved templates, one per language.
#[utoipa::path(get, path = "/api/v1/templates", operation_id = "list_templates", tag = "texts",
    responses((status = 200, body = Items<Template>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_templates(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Template>>> {
    signed.must(Permission::ReadInbox)?;
    let snapshot = app.service.snapshot();
    let items = snapshot.document.templates.iter().flat_map(|template| {
        template.body.iter().map(|(language, body)| Template {
            name: template.name.clone(),
            language: language.clone(),
            body: body.clone(),
        })
    });
    Ok(axum::Json(Items { items: items.collect() }))
}

/// Agents' ready replies.
#[utoipa::path(get, path = "/api/v1/snippets", operation_id = "list_snippets", tag = "texts",
    responses((status = 200, body = Items<Snippet>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_snippets(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Snippet>>> {
    signed.must(Permission::ReadInbox)?;
    let snapshot = app.service.snapshot();
    let default = &snapshot.document.workspace.default_language;
    let items = snapshot.document.snippets.iter().map(|snippet| Snippet {
        // The slash is how they are called up, not part of the name.
        shortcut: snippet.shortcut.trim_start_matches('/').to_owned(),
        text: snippet.text.clone(),
        language: snippet.language.clone().unwrap_or_else(|| default.clone()),
    });
    Ok(axum::Json(Items { items: items.collect() }))
}
