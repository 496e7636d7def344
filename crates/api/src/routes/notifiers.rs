//! Where agents are told of hand-offs beside the browser: chat rooms and mail.

use crate::app::{App, NotifierConfig, NotifierError, NotifierKind};
use crate::dto::Items;
use crate::dto::integration::{Notifier, NotifierInput, NotifierTest};
use crate::extract::{Id, Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_core::why::Why;
use std::sync::Arc;

/// All there can be: whoever reads the settings sees who is told, and where to by host alone.
#[utoipa::path(get, path = "/api/v1/notifiers", operation_id = "list_notifiers", tag = "settings",
    responses((status = 200, body = Items<Notifier>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_notifiers(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Notifier>>> {
    signed.must(Permission::ReadSettings)?;
    let missed = missed(&app);
    let mut items = Vec::new();
    for kind in NotifierKind::ALL {
        let state = app.notifiers.state(kind).await?;
        let is_set = state.shown.is_some();
        items.push(Notifier {
            kind: kind.as_str().to_owned(),
            is_set,
            is_missed: !is_set && missed.contains(&kind),
            shown: state.shown.unwrap_or_default(),
            tested: state.tested.and_then(|json| serde_json::from_str(&json).ok()),
        });
    }
    Ok(axum::Json(Items { items }))
}

/// Places somebody wants to be told at, or must be.
pub(super) fn missed(app: &App) -> Vec<NotifierKind> {
    let snapshot = app.service.snapshot();
    let document = &snapshot.document;
    let mut wanted: Vec<&str> =
        document.agents.iter().flat_map(|agent| &agent.notify).map(String::as_str).collect();
    let copies = document.triggers.sensitive.iter().filter_map(|rule| rule.cc.as_deref());
    for cc in copies {
        let is_agent = document.agents.iter().any(|a| a.key == cc || a.role == cc);
        if !is_agent {
            wanted.push("email");
        }
    }
    NotifierKind::ALL.into_iter().filter(|kind| wanted.contains(&kind.as_str())).collect()
}

/// Sets one up, or switches it off. Secrets are kept sealed and never shown again.
#[utoipa::path(put, path = "/api/v1/notifiers/{kind}", operation_id = "set_notifier",
    tag = "settings", params(("kind" = String, Path)), request_body = NotifierInput,
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn set_notifier(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(kind): Id<String>,
    Json(input): Json<NotifierInput>,
) -> Answer<StatusCode> {
    let person = signed.must(Permission::ManageSettings)?;
    let kind = parse(&kind)?;
    let config = checked(kind, input)?;
    app.audit(person, "notifier.set", kind.as_str()).await?;
    app.notifiers.set(kind, config).await.map_err(refused)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Says something there now; for mail and push, to whoever asks.
#[utoipa::path(post, path = "/api/v1/notifiers/{kind}/test", operation_id = "test_notifier",
    tag = "settings", params(("kind" = String, Path)),
    responses((status = 200, body = NotifierTest),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn test_notifier(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(kind): Id<String>,
) -> Answer<axum::Json<NotifierTest>> {
    let person = signed.must(Permission::ManageSettings)?;
    let kind = parse(&kind)?;
    let outcome = app.notifiers.test(kind, &person.user.login).await.map_err(refused)?;
    let test = NotifierTest {
        is_fine: outcome.is_ok(),
        said: outcome.unwrap_or_else(|error| error),
        at: app.service.clock().now().to_string(),
    };
    let kept = serde_json::to_string(&test).unwrap_or_default();
    app.notifiers.keep_test(kind, &kept).await?;
    Ok(axum::Json(test))
}

fn parse(word: &str) -> Answer<NotifierKind> {
    let found = NotifierKind::ALL.into_iter().find(|kind| kind.as_str() == word);
    found.ok_or_else(|| Problem::not_found("There is no such place"))
}

fn checked(kind: NotifierKind, input: NotifierInput) -> Answer<Option<NotifierConfig>> {
    let invalid = || Problem::invalid("see the fields");
    let text = |value: Option<String>| value.unwrap_or_default().trim().to_owned();
    match kind {
        NotifierKind::Slack | NotifierKind::Teams => {
            let url = text(input.url);
            if url.is_empty() {
                return Ok(None);
            }
            if !url.starts_with("https://") && !url.starts_with("http://127.0.0.1") {
                return Err(invalid().field("/url", Why::new("url", "must begin with https://")));
            }
            Ok(Some(NotifierConfig::Room { url }))
        }
        NotifierKind::Push => {
            let is_on = input.is_on.unwrap_or_default();
            Ok(is_on.then(|| NotifierConfig::Push { key: String::new() }))
        }
        NotifierKind::Email => {
            let host = text(input.host);
            if host.is_empty() {
                return Ok(None);
            }
            let from = text(input.from);
            if !from.contains('@') {
                let why = Why::new("email", "must be an address like support@example.com");
                return Err(invalid().field("/from", why));
            }
            let security = text(input.security);
            let security = if security.is_empty() { "starttls".to_owned() } else { security };
            if !["tls", "starttls", "none"].contains(&security.as_str()) {
                let why = Why::new("choice", "must be tls, starttls or none");
                return Err(invalid().field("/security", why));
            }
            let default = match security.as_str() {
                "tls" => 465,
                "starttls" => 587,
                _ => 25,
            };
            Ok(Some(NotifierConfig::Mail {
                host,
                port: input.port.unwrap_or(default),
                security,
                user: text(input.user),
                password: input.password.unwrap_or_default(),
                from,
            }))
        }
    }
}

fn refused(error: NotifierError) -> Problem {
    match error {
        NotifierError::NotSet => Problem::not_found("This place is not set up"),
        NotifierError::NoVault => {
            Problem::new(StatusCode::CONFLICT, "no_master_key", "Secrets cannot be kept here")
        }
        NotifierError::Store(error) => error.into(),
    }
}
