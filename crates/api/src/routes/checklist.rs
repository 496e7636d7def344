//! What is left to do before real customers: computed from what is there, never from what was
//! clicked.

use crate::app::{App, NotifierKind};
use crate::dto::integration::{Checklist, ChecklistChange, ChecklistItem, Removed};
use crate::extract::{Json, Signed};
use crate::problem::{Answer, Problem};
use crate::routes::notifiers::missed;
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::hooks_seen::{Seen, seen};
use relais_app::port::store::{ChannelRow, InboxFilter};
use relais_core::calendar::Hours;
use relais_core::time::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

const HIDDEN: &str = "checklist.hidden";
const SIMULATOR: &str = "simulator";

type Values = BTreeMap<&'static str, String>;

/// Seven steps, each with what it found.
#[utoipa::path(get, path = "/api/v1/checklist", operation_id = "read_checklist", tag = "settings",
    responses((status = 200, body = Checklist),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_checklist(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Checklist>> {
    signed.must(Permission::ReadSettings)?;
    let store = app.service.store();
    let channels = store.channels().await?;
    let live = channels.iter().find(|row| row.kind != SIMULATOR);
    let seen_there = match live {
        Some(row) => seen(store.as_ref(), row.id).await?,
        None => Seen::default(),
    };
    let provider = provider(live, seen_there);
    let is_connected = provider.state == "done";
    let played = store
        .inbox(&InboxFilter { with_sample: true, ..InboxFilter::default() }, None, 200)
        .await?;
    let simulators: Vec<_> =
        channels.iter().filter(|row| row.kind == SIMULATOR).map(|row| row.id).collect();
    let tries = played.iter().filter(|row| simulators.contains(&row.channel));
    let (mut tried, mut handed) = (0, 0);
    for row in tries {
        tried += 1;
        handed += i32::from(row.team.is_some());
    }
    let samples = played.iter().filter(|row| row.is_sample).count();
    let items = vec![
        provider,
        flow(&app),
        triggers(&app),
        alerts(&app).await?,
        teams(&app).await?,
        test(tried, handed),
        going_live(is_connected, seen_there),
    ];
    Ok(axum::Json(Checklist {
        items,
        is_hidden: store.setting(HIDDEN).await?.is_some(),
        played: i64::try_from(samples).unwrap_or(i64::MAX),
    }))
}

fn item(
    key: &'static str,
    state: &'static str,
    fact: &'static str,
    values: impl IntoIterator<Item = (&'static str, String)>,
) -> ChecklistItem {
    ChecklistItem { key, state, fact, values: Values::from_iter(values) }
}

fn at(micros: i64) -> String {
    Timestamp::from_micros(micros).to_string()
}

fn provider(live: Option<&ChannelRow>, seen: Seen) -> ChecklistItem {
    let Some(row) = live else { return item("provider", "todo", "none", []) };
    let name = ("name", row.name.clone());
    if let Some(reason) = &row.paused_reason {
        return item("provider", "bad", "paused", [name, ("reason", reason.clone())]);
    }
    let good = seen.verified.max(seen.message);
    if seen.wrong_signature.is_some_and(|wrong| seen.message.is_none_or(|m| m < wrong)) {
        return item("provider", "bad", "signature", [name]);
    }
    if seen.wrong_token.is_some_and(|wrong| good.is_none_or(|g| g < wrong)) {
        return item("provider", "bad", "token", [name]);
    }
    match (seen.message, seen.verified) {
        (Some(last), _) => item("provider", "done", "receiving", [name, ("at", at(last))]),
        (None, Some(_)) => item("provider", "todo", "verified", [name]),
        (None, None) => item("provider", "todo", "unverified", [name]),
    }
}

fn flow(app: &App) -> ChecklistItem {
    let snapshot = app.service.snapshot();
    let values = [
        ("version", snapshot.version.to_string()),
        ("nodes", snapshot.document.flow.nodes.len().to_string()),
    ];
    // What cannot be used is never published; whoever published looked at it.
    let state = if snapshot.version > 1 || app.settings.is_demo { "done" } else { "todo" };
    item("flow", state, if state == "done" { "published" } else { "untouched" }, values)
}

fn triggers(app: &App) -> ChecklistItem {
    let snapshot = app.service.snapshot();
    let triggers = &snapshot.document.triggers;
    let rules = triggers.sensitive.len() + triggers.routing.len() + 6;
    let languages = triggers.keywords.len();
    let values = [("rules", rules.to_string()), ("languages", languages.to_string())];
    item("triggers", "done", "rules", values)
}

async fn alerts(app: &App) -> Answer<ChecklistItem> {
    let mut set = Vec::new();
    for kind in NotifierKind::ALL {
        let state = app.notifiers.state(kind).await?;
        if state.shown.is_none() {
            continue;
        }
        let tested: Option<crate::dto::integration::NotifierTest> =
            state.tested.and_then(|json| serde_json::from_str(&json).ok());
        if let Some(test) = tested.filter(|test| !test.is_fine) {
            let values = [("place", kind.as_str().to_owned()), ("said", test.said)];
            return Ok(item("alerts", "bad", "refused", values));
        }
        set.push(kind);
    }
    if let Some(kind) = missed(app).into_iter().find(|kind| !set.contains(kind)) {
        return Ok(item("alerts", "bad", "missed", [("place", kind.as_str().to_owned())]));
    }
    if set.is_empty() {
        return Ok(item("alerts", "todo", "browser", []));
    }
    let places = set.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
    Ok(item("alerts", "done", "places", [("places", places)]))
}

async fn teams(app: &App) -> Answer<ChecklistItem> {
    let users = app.accounts.users().await?;
    let people = users.iter().filter(|user| !user.is_disabled).count();
    let snapshot = app.service.snapshot();
    let document = &snapshot.document;
    let is_staffed =
        document.agents.iter().any(|agent| !agent.teams.is_empty() && agent.capacity > 0);
    let never = |hours: &Hours| hours.weekly.values().all(Vec::is_empty);
    let values = [("people", people.to_string()), ("teams", document.teams.len().to_string())];
    let (state, fact) = if never(&document.hours) {
        ("todo", "hours")
    } else if people < 2 || !is_staffed {
        ("todo", "people")
    } else {
        ("done", "ready")
    };
    Ok(item("teams", state, fact, values))
}

fn test(tried: i32, handed: i32) -> ChecklistItem {
    let values = [("tried", tried.to_string()), ("handed", handed.to_string())];
    match (tried, handed) {
        (0, _) => item("test", "todo", "none", values),
        (_, 0) => item("test", "todo", "bot_only", values),
        _ => item("test", "done", "played", values),
    }
}

fn going_live(is_connected: bool, seen: Seen) -> ChecklistItem {
    match (is_connected, seen.report) {
        (false, _) => item("live", "locked", "later", []),
        (true, None) => item("live", "todo", "no_report", []),
        (true, Some(last)) => item("live", "done", "answering", [("at", at(last))]),
    }
}

/// Puts the list away, or takes it out again.
#[utoipa::path(put, path = "/api/v1/checklist", operation_id = "change_checklist",
    tag = "settings", request_body = ChecklistChange,
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn change_checklist(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<ChecklistChange>,
) -> Answer<StatusCode> {
    signed.must(Permission::ManageSettings)?;
    let value = input.is_hidden.then_some("1");
    app.service.store().put_setting(HIDDEN, value).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes every conversation that was only played, without a trace.
#[utoipa::path(delete, path = "/api/v1/sample", operation_id = "remove_sample", tag = "settings",
    responses((status = 200, body = Removed),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn remove_sample(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Removed>> {
    let person = signed.must(Permission::ManageSettings)?;
    app.audit(person, "sample.remove", "").await?;
    let conversations = app.service.store().delete_sample().await?;
    app.lists_changed();
    Ok(axum::Json(Removed { conversations }))
}
