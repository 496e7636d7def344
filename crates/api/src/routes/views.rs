//! Views: lists under a name, with live counts.

use super::inbox;
use crate::app::App;
use crate::dto::Items;
use crate::dto::views::{Scope, View, ViewInput};
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::policy::{self, may};
use relais_app::accounts::{Permission, Person};
use relais_app::grammar;
use relais_app::port::store::{InboxFilter, ViewRow};
use relais_core::id::uuid_v7;
use relais_core::why::Why;
use std::sync::Arc;

/// Counted no further.
const MOST: i64 = 1_000;
const NAME: usize = 60;
const QUERY: usize = 500;
/// Views somebody keeps, those of all included.
const KEPT: usize = 100;

/// Those of the house, in the order they are shown. Put aside is out of sight but in its own view.
const HOUSE: [(&str, &str, &str); 10] = [
    ("open", "is:open is:awake", "due"),
    ("mine", "is:mine is:awake", "due"),
    ("queue", "is:queue is:awake", "due"),
    ("mentions", "is:mentioned", "newest"),
    ("risk", "is:risk", "due"),
    ("customer", "is:answered is:awake", "newest"),
    ("human", "is:human is:awake", "due"),
    ("bot", "is:bot", "newest"),
    ("snoozed", "is:snoozed", "newest"),
    ("resolved", "is:resolved", "newest"),
];

/// The views of the house, of the team and one's own, with how many conversations each has.
#[utoipa::path(get, path = "/api/v1/views", operation_id = "list_views", tag = "inbox",
    responses((status = 200, body = Items<View>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_views(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<View>>> {
    let person = signed.must(Permission::ReadInbox)?;
    let mut items = Vec::new();
    for (key, query, sort) in HOUSE {
        items.push(house(key, query.to_owned(), sort));
        if key == "queue" {
            for team in &app.service.snapshot().document.teams {
                let (key, query) = (&team.key, format!("is:queue is:awake team:{}", team.key));
                items.push(house(&format!("team:{key}"), query, "due"));
            }
        }
    }
    let own = app.service.store().views(&person.agent.key).await?;
    items.extend(own.into_iter().map(|row| view(row, None)));
    // What has ended only grows: nobody needs to know how far.
    let counted: Vec<_> = items.iter_mut().filter(|view| view.key != "resolved").collect();
    let queries: Vec<_> = counted.iter().map(|view| view.query.as_str()).collect();
    let counts = counts(&app, person, &queries).await?;
    for (view, count) in counted.into_iter().zip(counts) {
        view.count = count;
    }
    Ok(axum::Json(Items { items }))
}

fn house(key: &str, query: String, sort: &str) -> View {
    let (key, sort) = (key.to_owned(), sort.to_owned());
    View { key, name: None, query, sort, scope: Scope::House, count: None }
}

async fn counts(app: &App, person: &Person, queries: &[&str]) -> Answer<Vec<Option<i64>>> {
    let only = policy::sight(person, &app.service.snapshot().document);
    let read = |query: &&str| InboxFilter {
        only: only.clone(),
        ..inbox::read(app, &person.agent.key, query)
    };
    let filters: Vec<_> = queries.iter().map(read).collect();
    Ok(app.service.inbox_counts_of(&filters, MOST).await?)
}

fn view(row: ViewRow, count: Option<i64>) -> View {
    let scope = if row.owner.is_some() { Scope::Mine } else { Scope::Team };
    let (key, name) = (row.id.to_string(), Some(row.name));
    View { key, name, query: row.query, sort: row.sort, scope, count }
}

/// Keeps a list under a name.
#[utoipa::path(post, path = "/api/v1/views", operation_id = "create_view", tag = "inbox",
    request_body = ViewInput,
    responses((status = 201, body = View),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create_view(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<ViewInput>,
) -> Answer<(StatusCode, axum::Json<View>)> {
    let person = signed.must(Permission::ActOnConversations)?;
    if input.is_shared {
        signed.must(Permission::Supervise)?;
    }
    let name = input.name.trim().to_owned();
    let query = input.query.trim().to_owned();
    let invalid = |field: &str, why: Why| Problem::invalid("see the fields").field(field, why);
    if name.is_empty() || name.chars().count() > NAME {
        return Err(invalid("/name", Why::length(1, 60)));
    }
    if query.is_empty() || query.chars().count() > QUERY {
        return Err(invalid("/query", Why::length(1, 500)));
    }
    if grammar::sort(&input.sort).is_none() {
        let why = Why::new("choice", "must be newest, due, waiting or priority");
        return Err(invalid("/sort", why));
    }
    let store = app.service.store();
    if store.views(&person.agent.key).await?.len() >= KEPT {
        let title = "There are too many views";
        return Err(Problem::new(StatusCode::CONFLICT, "too_many_views", title)
            .detail("delete one that nobody uses"));
    }
    let now = app.service.clock().now();
    let row = ViewRow {
        id: uuid_v7(now, rand::random()),
        owner: (!input.is_shared).then(|| person.agent.key.clone()),
        name,
        query,
        sort: input.sort,
        created_at: now,
    };
    store.put_view(row.clone()).await?;
    app.lists_changed();
    let counts = counts(&app, person, &[&row.query]).await?;
    Ok((StatusCode::CREATED, axum::Json(view(row, counts.into_iter().next().flatten()))))
}

/// Forgets a view; one of the team only a supervisor can.
#[utoipa::path(delete, path = "/api/v1/views/{id}", operation_id = "delete_view", tag = "inbox",
    params(("id" = String, Path)),
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn delete_view(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
) -> Answer<StatusCode> {
    let person = signed.must(Permission::ActOnConversations)?;
    let views = app.service.store().views(&person.agent.key).await?;
    let found = views.into_iter().find(|row| row.id == id);
    let row = found.ok_or_else(|| Problem::not_found("There is no such view"))?;
    if row.owner.is_none() && !may(person.role, Permission::Supervise) {
        return Err(Problem::forbidden());
    }
    app.service.store().delete_view(id).await?;
    app.lists_changed();
    Ok(StatusCode::NO_CONTENT)
}
