//! How everybody wants to be told of what waits: their own choice.

use crate::app::App;
use crate::dto::settings::same;
use crate::dto::telling::{Stretch, Telling, TellingInput};
use crate::extract::{Json, Signed};
use crate::problem::{Answer, Problem};
use crate::routes::settings::shown;
use axum::extract::State;
use relais_app::telling;
use std::sync::Arc;

/// Stretches of a day somebody needs.
const MOST: usize = 6;

/// One's own choices; nothing chosen is told at any hour.
#[utoipa::path(get, path = "/api/v1/account/telling", operation_id = "read_telling",
    tag = "account",
    responses((status = 200, body = Telling),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_telling(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Telling>> {
    Ok(axum::Json(told(&app, &signed.own()?.agent.key)?))
}

/// Replaces them.
#[utoipa::path(put, path = "/api/v1/account/telling", operation_id = "set_telling",
    tag = "account", request_body = TellingInput,
    responses((status = 200, body = Telling),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn set_telling(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<TellingInput>,
) -> Answer<axum::Json<Telling>> {
    let key = &signed.own()?.agent.key;
    let invalid = |why: String| Problem::invalid("see the fields").field("/quiet", why);
    if input.quiet.values().any(|periods| periods.len() > MOST) {
        return Err(invalid(format!("a day has {MOST} stretches at most")));
    }
    let chosen: telling::Telling = same(&input).map_err(invalid)?;
    app.service.set_telling(key, chosen).await?;
    Ok(axum::Json(told(&app, key)?))
}

fn told(app: &App, agent: &str) -> Answer<Telling> {
    let stretch = |(from, until): telling::Stretch| Stretch {
        from: from.to_string(),
        until: until.to_string(),
    };
    Ok(Telling {
        quiet: shown(&app.service.telling(agent).quiet)?,
        time_zone: app.service.snapshot().document.workspace.time_zone.clone(),
        quiet_ahead: app.service.quiet_ahead(agent).into_iter().map(stretch).collect(),
    })
}
