//! The workspace's settings: teams, hours, targets, snippets, macros, tags.

use crate::app::App;
use crate::dto::settings::{
    CloseNow, Deadline, DeadlineLine, Settings, SettingsChange, WorkspaceInfo, same,
};
use crate::extract::{Json, Params, Signed};
use crate::problem::{Answer, Problem};
use crate::routes::workspace::Published;
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::service::PublishError;
use relais_app::settings::EditError;
use relais_core::time::Timestamp;
use relais_core::why::Why;
use relais_core::workspace::Document;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::IntoParams;

/// All of them.
#[utoipa::path(get, path = "/api/v1/settings", operation_id = "read_settings", tag = "settings",
    responses((status = 200, body = Settings),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_settings(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Settings>> {
    signed.must(Permission::ReadSettings)?;
    let snapshot = app.service.snapshot();
    let document = &snapshot.document;
    let info = &document.workspace;
    Ok(axum::Json(Settings {
        version: snapshot.version,
        workspace: WorkspaceInfo {
            name: info.name.clone(),
            time_zone: info.time_zone.clone(),
            default_language: info.default_language.clone(),
            fallback_language: info.fallback_language.clone(),
            languages: info.languages.clone(),
            agents_see: shown(&info.agents_see)?,
            attendance: Some(shown(&info.attendance)?),
        },
        hours: shown(&document.hours)?,
        teams: shown(&document.teams)?,
        agents: shown(&document.agents)?,
        snippets: shown(&document.snippets)?,
        macros: shown(&document.macros)?,
        tags: document.tags.clone(),
    }))
}

pub(super) fn shown<T: DeserializeOwned>(of: &impl Serialize) -> Answer<T> {
    same(of).map_err(|error| {
        tracing::error!(error, "settings cannot be shown");
        Problem::internal()
    })
}

/// Changes some and publishes. Running conversations keep the version they began with.
#[utoipa::path(patch, path = "/api/v1/settings", operation_id = "change_settings",
    tag = "settings", request_body = SettingsChange,
    responses((status = 200, body = Published),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn change_settings(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<SettingsChange>,
) -> Answer<axum::Json<Published>> {
    let mut person = signed.must(Permission::EditKnowledge)?;
    let parts = [
        ("workspace", input.workspace.is_some()),
        ("hours", input.hours.is_some()),
        ("teams", input.teams.is_some()),
        ("agents", input.agents.is_some()),
    ];
    let is_more = parts.iter().any(|(_, is_there)| *is_there);
    if is_more {
        person = signed.must(Permission::ManageSettings)?;
    }
    let texts = [
        ("snippets", input.snippets.is_some()),
        ("macros", input.macros.is_some()),
        ("tags", input.tags.is_some()),
    ];
    let changed = parts.iter().chain(&texts).filter(|(_, is_there)| *is_there);
    let changed: Vec<&str> = changed.map(|(name, _)| *name).collect();
    let version = input.version;
    // Read before anything is changed: a part that cannot be read changes nothing.
    let apply = parsed(input)?;
    let what = changed.join(", ");
    app.audit(person, "settings.change", &what).await?;
    let comment = format!("{what}, by {}", person.agent.name);
    let published = app.service.edit(version, &comment, apply).await;
    answer(&app, published)
}

/// The longest time to a first reply, in minutes of open time: a week without a night.
const LONGEST_TARGET: u32 = 7 * 24 * 60;

/// What customers and colleagues would read as nothing, or never.
fn checked(input: &SettingsChange) -> Answer<()> {
    let is_blank = |name: &str| name.trim().is_empty();
    let nameless = || Why::missing().told("a name may not be empty");
    let mut wrong = Vec::new();
    if input.workspace.as_ref().is_some_and(|info| is_blank(&info.name)) {
        wrong.push(("/workspace/name".to_owned(), nameless()));
    }
    for (at, team) in input.teams.iter().flatten().enumerate() {
        if is_blank(&team.name) {
            wrong.push((format!("/teams/{at}/name"), nameless()));
        }
        if !(1..=LONGEST_TARGET).contains(&team.first_reply_minutes) {
            let told = format!("must be from 1 to {LONGEST_TARGET} minutes");
            let reason = Why::range(1, LONGEST_TARGET.into()).told(told);
            wrong.push((format!("/teams/{at}/first_reply_minutes"), reason));
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(wrong.into_iter().fold(unpublished(), |problem, (at, reason)| problem.field(at, reason)))
}

/// What a change does to the files.
fn parsed(input: SettingsChange) -> Answer<impl FnOnce(&mut Document)> {
    checked(&input)?;
    fn read<T: DeserializeOwned>(name: &str, part: Option<impl Serialize>) -> Answer<Option<T>> {
        part.map(|part| same(&part))
            .transpose()
            .map_err(|error| unpublished().field(format!("/{name}"), Why::new(shape(name), error)))
    }
    let agents_see = input.workspace.as_ref().map(|info| info.agents_see.clone());
    let agents_see = read("workspace/agents_see", agents_see)?;
    let attendance = input.workspace.as_ref().and_then(|info| info.attendance.as_ref());
    let attendance = read("workspace/attendance", attendance)?;
    let hours = read("hours", input.hours)?;
    let teams: Option<Vec<relais_core::workspace::Team>> = read("teams", input.teams)?;
    if teams.iter().flatten().any(|team| team.key.is_empty() || team.key.contains('|')) {
        let why = Why::new("characters", "a key may not be empty or have a bar in it");
        return Err(unpublished().field("/teams", why));
    }
    let agents = read("agents", input.agents)?;
    let snippets = read("snippets", input.snippets)?;
    let macros = read("macros", input.macros)?;
    Ok(move |document: &mut Document| {
        if let Some(info) = input.workspace {
            let place = &mut document.workspace;
            place.name = info.name;
            place.time_zone = info.time_zone;
            place.default_language = info.default_language;
            place.fallback_language = info.fallback_language;
            place.languages = info.languages;
        }
        put(&mut document.workspace.agents_see, agents_see);
        put(&mut document.workspace.attendance, attendance);
        put(&mut document.hours, hours);
        put(&mut document.teams, teams);
        put(&mut document.agents, agents);
        put(&mut document.snippets, snippets);
        put(&mut document.macros, macros);
        put(&mut document.tags, input.tags);
    })
}

/// What is written there in a way of its own.
fn shape(part: &str) -> &'static str {
    if part == "hours" || part == "teams" { "hours" } else { "other" }
}

fn put<T>(place: &mut T, new: Option<T>) {
    if let Some(new) = new {
        *place = new;
    }
}

fn answer(app: &App, published: Result<i64, EditError>) -> Answer<axum::Json<Published>> {
    let version = published.map_err(|error| refused(error, unpublished))?;
    app.lists_changed();
    Ok(axum::Json(Published { version }))
}

fn unpublished() -> Problem {
    Problem::invalid("the settings cannot be published; nothing was changed")
}

pub(super) fn outdated() -> Problem {
    let detail = "Somebody published meanwhile; read it again";
    Problem::new(StatusCode::CONFLICT, "outdated", detail)
}

/// Why an edit was not published.
pub(super) fn refused(error: EditError, unpublished: impl Fn() -> Problem) -> Problem {
    match error {
        EditError::Outdated | EditError::Publish(PublishError::Outdated) => outdated(),
        EditError::Publish(PublishError::Invalid(errors)) => unpublished().of_files(errors),
        EditError::Publish(PublishError::Store(error)) => error.into(),
    }
}

/// Closes at once, for the rest of the day or until the end of another.
#[utoipa::path(post, path = "/api/v1/settings/closure", operation_id = "close_now",
    tag = "settings", request_body = CloseNow,
    responses((status = 200, body = Published),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn close_now(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<CloseNow>,
) -> Answer<axum::Json<Published>> {
    let person = signed.must(Permission::SetAnyAvailability)?;
    let until = input.until.as_deref().map(str::parse).transpose();
    let until = until.map_err(|_| {
        Problem::invalid("see the fields")
            .field("/until", Why::new("time", "must be a date like 2027-05-14"))
    })?;
    let name: String = input.name.trim().chars().take(100).collect();
    app.audit(person, "hours.close", &input.until.unwrap_or_default()).await?;
    let published = app.service.close_now(until, &name, &person.agent.name).await;
    answer(&app, published)
}

/// Takes back what closes today beside the usual week.
#[utoipa::path(delete, path = "/api/v1/settings/closure", operation_id = "open_again",
    tag = "settings",
    responses((status = 200, body = Published),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn open_again(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Published>> {
    let person = signed.must(Permission::SetAnyAvailability)?;
    app.audit(person, "hours.open", "").await?;
    let published = app.service.open_again(&person.agent.name).await;
    answer(&app, published)
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Asked {
    team: String,
    /// When the customer asked; now if left out.
    at: Option<String>,
}

/// How a team's first-reply target becomes a moment, line by line.
#[utoipa::path(get, path = "/api/v1/settings/deadline", operation_id = "explain_deadline",
    tag = "settings", params(Asked),
    responses((status = 200, body = Deadline),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn explain_deadline(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(asked): Params<Asked>,
) -> Answer<axum::Json<Deadline>> {
    signed.must(Permission::ReadInbox)?;
    let at: Option<Timestamp> = asked.at.as_deref().map(str::parse).transpose().map_err(|_| {
        Problem::new(StatusCode::BAD_REQUEST, "invalid_query", "The query cannot be read")
            .field("at", Why::new("time", "must be a moment like 2027-05-14T17:50:00+02:00"))
    })?;
    let at = at.unwrap_or_else(|| app.service.clock().now());
    let told = app.service.explain_deadline(&asked.team, at);
    let told = told.ok_or_else(|| Problem::not_found("No such team"))?;
    let minutes = |micros: i64| micros / 60_000_000;
    let mut used = 0;
    let lines = told.stretches.into_iter().map(|stretch| {
        if stretch.counts {
            used += stretch.to.since(stretch.from).as_micros();
        }
        DeadlineLine {
            from: stretch.from.to_string(),
            to: stretch.to.to_string(),
            counts: stretch.counts,
            because: stretch.because,
            used_minutes: minutes(used),
        }
    });
    Ok(axum::Json(Deadline {
        asked_at: at.to_string(),
        target_minutes: u32::try_from(minutes(told.target.as_micros())).unwrap_or(u32::MAX),
        lines: lines.collect(),
        due_at: told.due_at.map(|at| at.to_string()),
    }))
}
