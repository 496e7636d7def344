//! What agents began to write, on whatever device.

use super::conversations::find;
use crate::app::App;
use crate::dto::Items;
use crate::dto::views::{Draft, DraftInput};
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::port::store::DraftRow;
use relais_core::id::ConversationId;
use relais_core::why::Why;
use std::sync::Arc;

const TEXT: usize = 10_000;

/// All drafts of whoever asks.
#[utoipa::path(get, path = "/api/v1/drafts", operation_id = "list_drafts", tag = "inbox",
    responses((status = 200, body = Items<Draft>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_drafts(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Draft>>> {
    let person = signed.must(Permission::ReadInbox)?;
    let rows = app.service.store().drafts_of(&person.agent.key).await?;
    let mut items = Vec::new();
    for row in rows {
        // It may have gone to a team that they do not see.
        if find(&app, &signed, row.conversation).await.is_ok() {
            items.push(draft(row));
        }
    }
    Ok(axum::Json(Items { items }))
}

fn draft(row: DraftRow) -> Draft {
    Draft {
        conversation: row.conversation.to_string(),
        mode: row.mode,
        text: row.text,
        version: row.version,
        at: row.at.to_string(),
    }
}

/// Keeps a draft. Another device that wrote meanwhile is not written over.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/draft", operation_id = "put_draft",
    tag = "inbox", params(("id" = String, Path)), request_body = DraftInput,
    responses((status = 200, body = Draft),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put_draft(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Json(input): Json<DraftInput>,
) -> Answer<axum::Json<Draft>> {
    let person = signed.must(Permission::ActOnConversations)?;
    let row = find(&app, &signed, ConversationId(id)).await?;
    if input.text.chars().count() > TEXT {
        return Err(Problem::invalid("see the fields").field("/text", Why::too_long(TEXT)));
    }
    if !(0..i64::MAX).contains(&input.after) {
        return Err(Problem::invalid("see the fields").field("/after", "is no version"));
    }
    let row = DraftRow {
        conversation: row.id,
        author: person.agent.key.clone(),
        mode: input.mode.as_str().to_owned(),
        text: input.text.replace('\0', ""),
        // What was emptied begins anew.
        version: input.after + 1,
        at: app.service.clock().now(),
    };
    if app.service.store().put_draft(row.clone()).await? {
        return Ok(axum::Json(draft(row)));
    }
    let title = "Another device wrote meanwhile";
    Err(Problem::new(StatusCode::CONFLICT, "draft_conflict", title))
}
