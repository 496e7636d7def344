//! Lists of conversations and their counts.

use crate::app::App;
use crate::dto::conversation::{ConversationLine, Count, Status};
use crate::dto::{Items, Page};
use crate::extract::{Params, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::port::store::{InboxCursor, InboxFilter};
use relais_core::understanding::text::fold;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

const PAGE: i64 = 50;
const LARGEST_PAGE: i64 = 200;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Filter {
    /// `bot`, `queued`, `human` or `resolved`; several separated by commas.
    status: Option<String>,
    team: Option<String>,
    /// Key of an agent, or `none`.
    assignee: Option<String>,
    /// Words that must occur in the history.
    q: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Conversations, the last moved first.
#[utoipa::path(get, path = "/api/v1/conversations", operation_id = "list_conversations",
    tag = "inbox", params(Filter),
    responses((status = 200, body = Page<ConversationLine>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_conversations(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(input): Params<Filter>,
) -> Answer<axum::Json<Page<ConversationLine>>> {
    signed.must(Permission::ReadInbox)?;
    let before = input.cursor.as_deref().filter(|c| !c.is_empty()).map(cursor).transpose()?;
    let limit = input.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let filter = filter(input)?;
    let now = app.service.clock().now();
    let mut rows = app.service.store().inbox(&filter, before, limit + 1).await?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|n| n > limit);
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    let last = rows.last().filter(|_| has_more);
    let next_cursor =
        last.map(|r| InboxCursor { last_message_at: r.last_message_at, id: r.id }.to_string());
    let items = rows.iter().map(|row| ConversationLine::new(row, now)).collect();
    Ok(axum::Json(Page { items, next_cursor }))
}

fn filter(input: Filter) -> Answer<InboxFilter> {
    let mut status = Vec::new();
    for word in input.status.iter().flat_map(|s| s.split(',')).filter(|w| !w.is_empty()) {
        if Status::parse(word).is_none() {
            return Err(bad_query().field("status", "must be bot, queued, human or resolved"));
        }
        status.push(word.to_owned());
    }
    let search = input.q.map(|q| fold(&q.chars().take(200).collect::<String>()));
    let is_unassigned = input.assignee.as_deref() == Some("none");
    Ok(InboxFilter {
        status,
        team: input.team.filter(|t| !t.is_empty()),
        assignee: input.assignee.filter(|a| !a.is_empty() && !is_unassigned),
        is_unassigned,
        search: search.filter(|q| !q.trim().is_empty()),
        with_sample: true,
    })
}

fn cursor(text: &str) -> Answer<InboxCursor> {
    text.parse().map_err(|_| bad_query().field("cursor", "is not one of ours"))
}

fn bad_query() -> Problem {
    Problem::new(StatusCode::BAD_REQUEST, "invalid_query", "The query cannot be read")
}

/// How many open conversations there are, by status and team.
#[utoipa::path(get, path = "/api/v1/conversations/counts", operation_id = "count_conversations",
    tag = "inbox",
    responses((status = 200, body = Items<Count>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn count_conversations(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Count>>> {
    signed.must(Permission::ReadInbox)?;
    let counts = app.service.store().inbox_counts().await?;
    let items = counts.into_iter().filter_map(|(status, team, count)| {
        Some(Count { status: Status::parse(&status)?, team, count })
    });
    Ok(axum::Json(Items { items: items.collect() }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn junk_is_no_cursor() {
        for bad in ["x", "1", "1_", "_", "1_2", "9".repeat(100).as_str(), "1_zz' OR 1=1"] {
            assert!(cursor(bad).is_err(), "{bad}");
        }
        let id = "01890000-0000-7000-8000-000000000000";
        assert_eq!(cursor(&format!("5_{id}")).unwrap().id.to_string(), id);
    }
}
