//! Lists of conversations and their counts.

use crate::app::App;
use crate::dto::conversation::{ConversationLine, Count, Status};
use crate::dto::{Items, Page};
use crate::extract::{Params, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::grammar;
use relais_app::port::store::{InboxCursor, InboxFilter};
use relais_core::id::ConversationId;
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
    /// Filters and words: `is:open team:billing tag:refund "double charge"`. Words must occur in the
    /// history.
    q: Option<String>,
    /// `newest` (else), `due`, `waiting` or `priority`; ended conversations and searches for words
    /// are always sorted by time.
    sort: Option<String>,
    /// Only those of these conversations, at most 32 separated by commas: what moved in a list that
    /// is known. Not beside words to look for.
    ids: Option<String>,
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    limit: Option<i64>,
}

/// Conversations that a filter lets through.
#[utoipa::path(get, path = "/api/v1/conversations", operation_id = "list_conversations",
    tag = "inbox", params(Filter),
    responses((status = 200, body = Page<ConversationLine>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_conversations(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(input): Params<Filter>,
) -> Answer<axum::Json<Page<ConversationLine>>> {
    let person = signed.must(Permission::ReadInbox)?;
    let after = input.cursor.as_deref().filter(|c| !c.is_empty()).map(cursor).transpose()?;
    let limit = input.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let me = &person.agent.key;
    let filter = InboxFilter { only: signed.sight(&app), ..filter(input, &app, me)? };
    let order = filter.order();
    let now = app.service.clock().now();
    let mut rows = app.service.store().inbox(&filter, after, limit + 1).await?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|n| n > limit);
    rows.truncate(usize::try_from(limit).unwrap_or_default());
    let last = rows.last().filter(|_| has_more);
    let next_cursor = last.map(|row| InboxCursor::after(row, order).to_string());
    let is_masked = signed.is_masked();
    let items = rows.iter().map(|row| {
        let line = ConversationLine::new(row, me, now);
        if is_masked { line.masked() } else { line }
    });
    let items = items.collect();
    Ok(axum::Json(Page { items, next_cursor }))
}

fn filter(input: Filter, app: &App, me: &str) -> Answer<InboxFilter> {
    let mut filter = read(app, me, input.q.as_deref().unwrap_or_default());
    let status = input.status.iter().flat_map(|s| s.split(',')).filter(|w| !w.is_empty());
    for word in status {
        if Status::parse(word).is_none() {
            return Err(bad_query().field("status", "must be bot, queued, human or resolved"));
        }
        filter.status.push(word.to_owned());
    }
    filter.team = input.team.filter(|t| !t.is_empty()).or(filter.team);
    filter.ids = ids(input.ids.as_deref().unwrap_or_default())?;
    if !filter.ids.is_empty() && filter.search.is_some() {
        return Err(bad_query().field("ids", "cannot stand beside words to look for"));
    }
    match input.assignee.as_deref() {
        None | Some("") => {}
        Some("none") => filter.is_unassigned = true,
        Some(key) => filter.assignee = Some(key.to_owned()),
    }
    if let Some(word) = &input.sort {
        filter.sort = grammar::sort(word)
            .ok_or_else(|| bad_query().field("sort", "must be newest, due, waiting or priority"))?;
    }
    Ok(filter)
}

fn ids(text: &str) -> Answer<Vec<ConversationId>> {
    let bad = |why: &str| bad_query().field("ids", why);
    let ids = text.split(',').filter(|id| !id.is_empty());
    let ids =
        ids.map(|id| id.parse().map_err(|_| bad("are not all ids"))).collect::<Answer<Vec<_>>>()?;
    if ids.len() > InboxFilter::MOST_IDS {
        return Err(bad("are more than 32"));
    }
    Ok(ids)
}

/// The filter of a text, as whoever asks means it.
pub(super) fn read(app: &App, me: &str, text: &str) -> InboxFilter {
    let snapshot = app.service.snapshot();
    let zone = &snapshot.document.workspace.time_zone;
    grammar::Reader { me, now: app.service.clock().now(), zone }.read(text)
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
    let mut counts = app.service.store().inbox_counts().await?;
    if let Some(sight) = signed.sight(&app) {
        counts.retain(|(_, team, _)| sight.sees(team.as_deref(), None));
    }
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
        for bad in ["x", "1", "1_", "_", "1_2", "0_1_2", &"9".repeat(100), "0_1_zz' OR 1=1"] {
            assert!(cursor(bad).is_err(), "{bad}");
        }
        let id = "01890000-0000-7000-8000-000000000000";
        assert_eq!(cursor(&format!("0_5_{id}")).unwrap().id.to_string(), id);
    }
}
