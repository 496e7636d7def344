//! One conversation and its log.

use super::reading;
use crate::app::App;
use crate::dto::Page;
use crate::dto::conversation::Conversation;
use crate::dto::event::{Beside, Event, Reader};
use crate::extract::{Id, Params, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use relais_app::accesses::Access;
use relais_app::accounts::{Permission, Person};
use relais_app::port::store::{ConversationRow, EventRow};
use relais_core::conversation::state::State as Folded;
use relais_core::id::ConversationId;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

const PAGE: i64 = 200;
/// Events read before a page to know what its first traces quote.
const CONTEXT: i64 = 64;

/// A conversation.
#[utoipa::path(get, path = "/api/v1/conversations/{id}", operation_id = "get_conversation",
    tag = "inbox", params(("id" = String, Path)),
    responses((status = 200, body = Conversation),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_conversation(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
) -> Answer<axum::Json<Conversation>> {
    let person = signed.must(Permission::ReadInbox)?;
    let row = find(&app, &signed, ConversationId(id)).await?;
    let shown = async {
        let state = state(&row)?;
        let evidence = match &state.handoff {
            Some(_) => evidence(&app, row.id).await?,
            None => Vec::new(),
        };
        let now = app.service.clock().now();
        let shown = Conversation::new(&row, &state, evidence, &person.agent.key, now);
        let is_masked = reading::is_masked(&app, &signed, row.id).await?;
        Ok(axum::Json(if is_masked { shown.masked() } else { shown }))
    };
    read(&app, person, &row, shown).await
}

/// What is shown of a conversation, once it is written down who reads it: both at the same time.
async fn read<T>(
    app: &App,
    person: &Person,
    row: &ConversationRow,
    shown: impl Future<Output = Answer<T>>,
) -> Answer<T> {
    let written = app.service.accessed(&person.user.login, row.contact, Access::Read(row.id));
    let (written, shown) = tokio::join!(written, shown);
    written?;
    shown
}

/// One that is there and may be seen: whoever may not sees no difference (S1).
pub(super) async fn find(
    app: &App,
    signed: &Signed,
    id: ConversationId,
) -> Answer<ConversationRow> {
    let found = app.service.store().conversation(id).await?;
    let sight = signed.sight(app);
    let found = found.filter(|row| {
        sight.is_none_or(|sight| sight.sees(row.team.as_deref(), row.assignee.as_deref()))
    });
    found.ok_or_else(|| Problem::not_found("Conversation not found"))
}

pub(super) fn state(row: &ConversationRow) -> Answer<Folded> {
    serde_json::from_str(&row.state).map_err(|error| {
        tracing::error!(%error, conversation.id = %row.id, "unreadable state");
        Problem::internal()
    })
}

/// What the fired rules quoted in the turn of the last hand-off.
async fn evidence(
    app: &App,
    id: ConversationId,
) -> Answer<Vec<crate::dto::conversation::Evidence>> {
    let mut reader = Reader::default();
    let (mut after, mut found, mut awaits) = (0, Vec::new(), false);
    loop {
        let rows = app.service.store().events(id, after, 500).await?;
        let Some(last) = rows.last() else { return Ok(found) };
        after = last.position;
        for row in &rows {
            let event = reader.read(row, &Beside::default());
            awaits |= matches!(row.kind.as_str(), "escalated" | "rerouted");
            if let (true, Some(trace)) = (awaits, event.trace) {
                found = crate::dto::conversation::evidence(&trace);
                awaits = false;
            }
        }
    }
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Range {
    /// Position after which to begin.
    after: Option<i64>,
    limit: Option<i64>,
}

/// The log, in order.
#[utoipa::path(get, path = "/api/v1/conversations/{id}/events", operation_id = "list_events",
    tag = "inbox", params(("id" = String, Path), Range),
    responses((status = 200, body = Page<Event>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_events(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Params(range): Params<Range>,
) -> Answer<axum::Json<Page<Event>>> {
    let person = signed.must(Permission::ReadInbox)?;
    let row = find(&app, &signed, ConversationId(id)).await?;
    read(&app, person, &row, page(&app, &signed, &row, range)).await.map(axum::Json)
}

async fn page(
    app: &App,
    signed: &Signed,
    row: &ConversationRow,
    range: Range,
) -> Answer<Page<Event>> {
    let is_masked = reading::is_masked(app, signed, row.id).await?;
    let after = range.after.unwrap_or(0).max(0);
    let limit = range.limit.unwrap_or(PAGE).clamp(1, PAGE);
    let store = app.service.store();
    let context = CONTEXT.min(after);
    let mut rows = store.events(row.id, after - context, limit + context + 1).await?;
    let fresh = rows.iter().filter(|r| r.position > after).count();
    let has_more = i64::try_from(fresh).is_ok_and(|n| n > limit);
    if has_more {
        rows.pop();
    }
    let beside = beside(app, row, &rows).await?;
    let mut reader = Reader::default();
    let events: Vec<Event> = rows.iter().map(|r| reader.read(r, &beside)).collect();
    let shown = events.into_iter().filter(|e| e.position > after);
    let items: Vec<Event> =
        shown.map(|event| if is_masked { event.masked() } else { event }).collect();
    let last = items.last().filter(|_| has_more);
    let next_cursor = last.map(|e| e.position.to_string());
    Ok(Page { items, next_cursor })
}

pub(crate) async fn beside(
    app: &App,
    row: &ConversationRow,
    events: &[EventRow],
) -> Answer<Beside> {
    let mut beside = Beside::default();
    let store = app.service.store();
    if events.iter().any(|e| e.kind == "message_sent") {
        let rows = store.outbox_of_conversation(row.id).await?;
        beside.sends = rows.into_iter().map(|row| (row.id, row)).collect();
    }
    if events.iter().any(|e| matches!(e.kind.as_str(), "message_received" | "message_sent")) {
        let rows = store.media_of(row.id).await?;
        beside.files = rows.into_iter().map(|row| (row.message, row)).collect();
    }
    Ok(beside)
}
