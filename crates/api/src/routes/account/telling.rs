//! How everybody wants to be told of what waits: their own choice.

use crate::app::{App, NotifierKind};
use crate::dto::settings::same;
use crate::dto::telling::{Stretch, Telling, TellingInput};
use crate::extract::{Json, Signed};
use crate::problem::{Answer, Problem};
use crate::routes::settings::shown;
use axum::extract::State;
use relais_app::accounts::Person;
use relais_app::telling;
use relais_core::why::Why;
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
    Ok(axum::Json(told(&app, signed.own()?).await?))
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
    let person = signed.own()?;
    let invalid =
        |why: String| Problem::invalid("see the fields").field("/quiet", Why::new("hours", why));
    if input.quiet.values().any(|periods| periods.len() > MOST) {
        return Err(invalid(format!("a day has {MOST} stretches at most")));
    }
    let chosen: telling::Telling = same(&input).map_err(invalid)?;
    app.service.set_telling(&person.agent.key, chosen).await?;
    Ok(axum::Json(told(&app, person).await?))
}

async fn told(app: &App, person: &Person) -> Answer<Telling> {
    let agent = &person.agent.key;
    let login = Some(&person.user.login).filter(|login| login.contains('@'));
    let is_mail_set = app.notifiers.state(NotifierKind::Email).await?.shown.is_some();
    let chosen = app.service.telling(agent);
    let stretch = |(from, until): telling::Stretch| Stretch {
        from: from.to_string(),
        until: until.to_string(),
    };
    Ok(Telling {
        quiet: shown(&chosen.quiet)?,
        time_zone: app.service.snapshot().document.workspace.time_zone.clone(),
        quiet_ahead: app.service.quiet_ahead(agent).into_iter().map(stretch).collect(),
        digest: shown(&chosen.digest)?,
        mentions: chosen.mentions,
        mail_to: login.filter(|_| is_mail_set).cloned(),
    })
}
