//! Connections to providers, and what came in through them.

use crate::app::{App, ConnectError, NewWhatsAppChannel};
use crate::dto::Items;
use crate::dto::channel::{Channel, IngestEntry, NewChannel};
use crate::extract::{Json, Params, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

const LEDGER: i64 = 100;
const LARGEST_LEDGER: i64 = 500;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Ledger {
    /// Only entries with this outcome.
    outcome: Option<String>,
    limit: Option<i64>,
}

/// Every object of every webhook and what became of it, newest first.
#[utoipa::path(get, path = "/api/v1/ingest", operation_id = "list_ingest", tag = "channels",
    params(Ledger),
    responses((status = 200, body = Items<IngestEntry>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_ingest(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(query): Params<Ledger>,
) -> Answer<axum::Json<Items<IngestEntry>>> {
    signed.must(Permission::ReadLedger)?;
    let limit = query.limit.unwrap_or(LEDGER).clamp(1, LARGEST_LEDGER);
    let rows = app.service.store().ledger(query.outcome.as_deref(), limit).await?;
    Ok(axum::Json(Items { items: rows.into_iter().map(IngestEntry::from).collect() }))
}

/// All channels.
#[utoipa::path(get, path = "/api/v1/channels", operation_id = "list_channels", tag = "channels",
    responses((status = 200, body = Items<Channel>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_channels(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Items<Channel>>> {
    signed.must(Permission::ReadChannels)?;
    let rows = app.service.store().channels().await?;
    Ok(axum::Json(Items { items: rows.into_iter().map(Channel::from).collect() }))
}

/// Connects a WhatsApp Cloud API number.
#[utoipa::path(post, path = "/api/v1/channels", operation_id = "create_channel", tag = "channels",
    request_body = NewChannel,
    responses((status = 201, body = Channel),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn create_channel(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<NewChannel>,
) -> Answer<(StatusCode, axum::Json<Channel>)> {
    signed.must(Permission::ManageChannels)?;
    let new = checked(input)?;
    match app.channels.connect(new).await {
        Ok(row) => Ok((StatusCode::CREATED, axum::Json(row.into()))),
        Err(ConnectError::Exists) => {
            let title = "This number is connected already";
            Err(Problem::new(StatusCode::CONFLICT, "number_taken", title))
        }
        Err(ConnectError::Sandbox) => {
            let title = "No live number beside the sandbox endpoint";
            Err(Problem::new(StatusCode::CONFLICT, "sandbox_is_on", title)
                .detail("start without --sandbox-api"))
        }
        Err(ConnectError::Store(error)) => Err(error.into()),
    }
}

fn checked(input: NewChannel) -> Answer<NewWhatsAppChannel> {
    let mut problem = Problem::invalid("see the fields");
    let mut is_bad = false;
    let mut check = |pointer: &str, is_good: bool, detail: &str| {
        if !is_good {
            is_bad = true;
            problem = problem.clone().field(pointer, detail);
        }
    };
    let digits =
        |text: &str| (5..=30).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let secret = |text: &str| {
        (8..=1_024).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic())
    };
    let name = input.name.trim().to_owned();
    check("/name", (1..=100).contains(&name.chars().count()), "must be 1 to 100 characters");
    let id = "must be the number's id: digits only";
    check("/phone_number_id", digits(&input.phone_number_id), id);
    check("/waba_id", digits(&input.waba_id), "must be digits only");
    let word = "must be 8 to 1024 visible characters";
    check("/token", secret(&input.token), word);
    check("/app_secret", secret(&input.app_secret), word);
    check("/verify_token", secret(&input.verify_token), word);
    if is_bad {
        return Err(problem);
    }
    Ok(NewWhatsAppChannel {
        name,
        phone_number_id: input.phone_number_id,
        waba_id: input.waba_id,
        token: input.token,
        app_secret: input.app_secret,
        verify_token: input.verify_token,
    })
}
