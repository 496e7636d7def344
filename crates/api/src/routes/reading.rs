//! Auditors see what happened and not what was said, until they say why they must read it. That is
//! written down in the audit log, which is also what lets them in for a while: every node sees it,
//! and it cannot be had without its line.

use super::conversations::find;
use crate::app::App;
use crate::dto::care::Reason;
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::{Permission, Person};
use relais_core::id::ConversationId;
use relais_core::time::Span;
use relais_core::why::Why;
use std::collections::BTreeSet;
use std::sync::Arc;

const ACT: &str = "conversation.read";
/// How long a reason lets somebody read.
const LASTS: Span = Span::minutes(30);
/// Lines looked through.
const MOST: i64 = 500;
/// A reason says something.
const SHORTEST: usize = 10;
const LONGEST: usize = 300;

/// Says why a conversation must be read; for half an hour it can be.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/reading", operation_id = "read_with_reason",
    tag = "inbox", params(("id" = String, Path)), request_body = Reason,
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_with_reason(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Json(input): Json<Reason>,
) -> Answer<StatusCode> {
    let person = signed.must(Permission::ReadInbox)?;
    let row = find(&app, &signed, ConversationId(id)).await?;
    let reason: String = input.reason.trim().chars().filter(|c| !c.is_control()).collect();
    if !(SHORTEST..=LONGEST).contains(&reason.chars().count()) {
        let why = Why::length(SHORTEST, LONGEST);
        return Err(Problem::invalid("see the fields").field("/reason", why));
    }
    app.audit(person, ACT, &format!("{} {reason}", row.id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What was said in this conversation is hidden from them now.
pub(super) async fn is_masked(app: &App, signed: &Signed, id: ConversationId) -> Answer<bool> {
    if !signed.is_masked() {
        return Ok(false);
    }
    let person = signed.must(Permission::ReadInbox)?;
    Ok(!untold(app, person, [id]).await?.is_empty())
}

/// Those of some conversations whose words somebody has given no reason for, or too long ago.
pub(super) async fn untold(
    app: &App,
    person: &Person,
    ids: impl IntoIterator<Item = ConversationId>,
) -> Answer<BTreeSet<ConversationId>> {
    let since = app.service.clock().now() - LASTS;
    let mut lines = app.service.store().audit_of_act(ACT, MOST).await?;
    lines.retain(|line| line.at > since && line.who == person.user.login);
    let is_told = |id: &ConversationId| {
        let about = format!("{id} ");
        lines.iter().any(|line| line.subject.starts_with(&about))
    };
    Ok(ids.into_iter().filter(|id| !is_told(id)).collect())
}
