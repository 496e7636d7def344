//! The workspace: its ready texts, and all of it as files.

use crate::app::App;
use crate::dto::Items;
use crate::dto::settings::Macro;
use crate::dto::texts::Snippet;
use crate::extract::{Signed, json_bytes, parse};
use crate::problem::{Answer, Problem};
use crate::routes::settings::outdated;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use relais_app::accounts::Permission;
use relais_app::files;
use relais_app::service::PublishError;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;

/// Most bytes of an imported workspace.
const FILES: usize = 8 * 1024 * 1024;

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

/// What agents may call up at once.
#[utoipa::path(get, path = "/api/v1/macros", operation_id = "list_macros", tag = "texts",
    responses((status = 200, body = Items<Macro>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_macros(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Macro>>> {
    signed.must(Permission::ReadInbox)?;
    let items = super::settings::shown(&app.service.snapshot().document.macros)?;
    Ok(axum::Json(Items { items }))
}

/// A published workspace as the texts of its YAML files, by name without ending.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WorkspaceFiles {
    pub version: i64,
    pub files: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WorkspaceImport {
    pub files: BTreeMap<String, String>,
    /// Kept with the version.
    #[serde(default)]
    pub comment: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Published {
    pub version: i64,
}

/// The newest published workspace.
#[utoipa::path(get, path = "/api/v1/workspace", operation_id = "export_workspace",
    tag = "workspace",
    responses((status = 200, body = WorkspaceFiles),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn export_workspace(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<WorkspaceFiles>> {
    signed.must(Permission::ExportWorkspace)?;
    let snapshot = app.service.snapshot();
    let files = files::write(&snapshot.document).map_err(|error| {
        tracing::error!(error, "the workspace cannot be written");
        Problem::internal()
    })?;
    Ok(axum::Json(WorkspaceFiles { version: snapshot.version, files }))
}

/// Checks files and publishes them. Running conversations keep the version they began with.
#[utoipa::path(put, path = "/api/v1/workspace", operation_id = "import_workspace",
    tag = "workspace", request_body = WorkspaceImport,
    responses((status = 200, body = Published),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn import_workspace(
    State(app): State<Arc<App>>,
    signed: Signed,
    request: Request<Body>,
) -> Answer<axum::Json<Published>> {
    let person = signed.must(Permission::ImportWorkspace)?;
    let import: WorkspaceImport = parse(&json_bytes(request, FILES).await?)?;
    let refused = || Problem::invalid("the files cannot be published; nothing was changed");
    let document = files::read(&import.files).map_err(|errors| {
        errors.into_iter().fold(refused(), |problem, error| {
            let name = error.file.file_stem().unwrap_or_default().to_string_lossy();
            problem.field(format!("/files/{name}"), error.reason)
        })
    })?;
    app.audit(person, "workspace.publish", "").await?;
    let comment: String = import.comment.chars().take(200).collect();
    match app.service.publish(document, &comment).await {
        Ok(version) => {
            app.lists_changed();
            Ok(axum::Json(Published { version }))
        }
        Err(PublishError::Invalid(errors)) => {
            Err(errors.into_iter().fold(refused(), |problem, error| {
                let file = error.at.split('.').next().unwrap_or_default().to_owned();
                let told = error.to_string();
                problem.field(format!("/files/{file}"), error.why.told(told))
            }))
        }
        Err(PublishError::Outdated) => Err(outdated()),
        Err(PublishError::Store(error)) => Err(error.into()),
    }
}
