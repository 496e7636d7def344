//! Who is at a conversation, told by their browser while they are.

use super::conversations::find;
use crate::app::App;
use crate::dto::people::PresenceInput;
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::presence::At;
use relais_core::id::ConversationId;
use std::sync::Arc;

/// Says that one reads a conversation, writes in it, or has left; said again every ten seconds.
#[utoipa::path(put, path = "/api/v1/conversations/{id}/presence", operation_id = "put_presence",
    tag = "inbox", params(("id" = String, Path)), request_body = PresenceInput,
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put_presence(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Json(input): Json<PresenceInput>,
) -> Answer<StatusCode> {
    let person = signed.must(Permission::ActOnConversations)?;
    let row = find(&app, &signed, ConversationId(id)).await?;
    let place = At { conversation: row.id, team: row.team, assignee: row.assignee };
    app.presence.tell(place, &person.agent, input.doing.into(), app.service.clock().now());
    Ok(StatusCode::NO_CONTENT)
}
