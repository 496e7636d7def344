//! Connections to providers, and what came in through them.

use crate::app::{App, ChannelChange, ChannelSecrets, ConnectError, NewWhatsAppChannel};
use crate::dto::Items;
use crate::dto::channel::{Channel, ChannelUpdate, IngestEntry, NewChannel};
use crate::dto::integration::ChannelCheck;
use crate::extract::{Id, Json, Params, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::hooks_seen::{Seen, seen};
use relais_app::port::channel::Finding;
use relais_app::port::store::ChannelRow;
use relais_core::id::ChannelId;
use relais_core::time::Timestamp;
use relais_core::why::Why;
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
    Ok(axum::Json(Items { items: rows.into_iter().map(|row| shown(&app, row)).collect() }))
}

fn shown(app: &App, row: ChannelRow) -> Channel {
    let has_forms = app.channels.form_door(row.id).is_some();
    Channel::new(row, has_forms)
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
    let person = signed.must(Permission::ManageChannels)?;
    let new = checked(input)?;
    app.audit(person, "channel.connect", &new.phone_number_id).await?;
    let row = app.channels.connect(new).await.map_err(refusal)?;
    Ok((StatusCode::CREATED, axum::Json(shown(&app, row))))
}

/// Gives a channel a new name or new secrets.
#[utoipa::path(patch, path = "/api/v1/channels/{id}", operation_id = "update_channel",
    tag = "channels", params(("id" = String, Path)), request_body = ChannelUpdate,
    responses((status = 200, body = Channel),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn update_channel(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Json(input): Json<ChannelUpdate>,
) -> Answer<axum::Json<Channel>> {
    signed.must(Permission::ManageChannels)?;
    let mut fields = Fields::default();
    if let Some(name) = &input.name {
        fields.name(name);
    }
    let secrets = [
        ("/token", &input.token),
        ("/app_secret", &input.app_secret),
        ("/verify_token", &input.verify_token),
    ];
    for (pointer, value) in secrets {
        if let Some(value) = value {
            fields.secret(pointer, value);
        }
    }
    fields.done()?;
    let change = ChannelChange {
        name: input.name,
        token: input.token,
        app_secret: input.app_secret,
        verify_token: input.verify_token,
    };
    let row = app.channels.renew(ChannelId(id), change).await.map_err(refusal)?;
    Ok(axum::Json(shown(&app, row)))
}

/// Makes a key for the forms (WhatsApp Flows) of a channel and gives the provider its public half;
/// the key before opens forms that are being filled in.
#[utoipa::path(post, path = "/api/v1/channels/{id}/form-key", operation_id = "make_form_key",
    tag = "channels", params(("id" = String, Path)),
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn make_form_key(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
) -> Answer<StatusCode> {
    let person = signed.must(Permission::ManageChannels)?;
    let id = ChannelId(id);
    app.audit(person, "channel.form_key", &id.to_string()).await?;
    app.channels.new_form_key(id).await.map_err(refusal)?;
    Ok(StatusCode::NO_CONTENT)
}

fn refusal(error: ConnectError) -> Problem {
    match error {
        ConnectError::Exists => {
            let title = "This number is connected already";
            Problem::new(StatusCode::CONFLICT, "number_taken", title)
        }
        ConnectError::Sandbox => {
            let title = "No live number beside the sandbox endpoint";
            Problem::new(StatusCode::CONFLICT, "sandbox_is_on", title)
                .detail("start without --sandbox-api")
        }
        ConnectError::NotFound => Problem::not_found("No such channel"),
        ConnectError::Refused(reason) => {
            let title = "The provider did not take it";
            Problem::new(StatusCode::BAD_GATEWAY, "provider_refused", title).detail(reason)
        }
        ConnectError::Store(error) => error.into(),
    }
}

fn checked(input: NewChannel) -> Answer<NewWhatsAppChannel> {
    let mut fields = Fields::default();
    fields.name(&input.name);
    fields.digits("/phone_number_id", &input.phone_number_id);
    fields.digits("/waba_id", &input.waba_id);
    fields.secret("/token", &input.token);
    fields.secret("/app_secret", &input.app_secret);
    fields.secret("/verify_token", &input.verify_token);
    fields.done()?;
    Ok(NewWhatsAppChannel {
        name: input.name.trim().to_owned(),
        phone_number_id: input.phone_number_id,
        waba_id: input.waba_id,
        secrets: ChannelSecrets {
            token: input.token,
            app_secret: input.app_secret,
            verify_token: input.verify_token,
            form_keys: Vec::new(),
        },
    })
}

/// Collects what is wrong with fields.
#[derive(Default)]
struct Fields(Vec<(&'static str, Why)>);

impl Fields {
    fn check(&mut self, pointer: &'static str, is_good: bool, why: Why) {
        if !is_good {
            self.0.push((pointer, why));
        }
    }

    fn name(&mut self, name: &str) {
        let length = name.trim().chars().count();
        self.check("/name", (1..=100).contains(&length), Why::length(1, 100));
    }

    fn digits(&mut self, pointer: &'static str, text: &str) {
        let is_id = (5..=30).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        let why = Why::new("digits", "must be the provider's id: digits only");
        self.check(pointer, is_id, why);
    }

    fn secret(&mut self, pointer: &'static str, text: &str) {
        let is_visible = text.bytes().all(|b| b.is_ascii_graphic());
        let is_good = (8..=1_024).contains(&text.len()) && is_visible;
        let why = Why::length(8, 1_024).told("must be 8 to 1024 visible characters");
        self.check(pointer, is_good, why);
    }

    fn done(self) -> Answer<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let problem = Problem::invalid("see the fields");
        Err(self.0.into_iter().fold(problem, |p, (pointer, why)| p.field(pointer, why)))
    }
}

/// Looks a connection through: what the provider says of it, and what was seen of its webhooks.
#[utoipa::path(get, path = "/api/v1/channels/{id}/checks", operation_id = "examine_channel",
    tag = "channels", params(("id" = String, Path)),
    responses((status = 200, body = Items<ChannelCheck>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn examine_channel(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
) -> Answer<axum::Json<Items<ChannelCheck>>> {
    signed.must(Permission::ReadChannels)?;
    let id = ChannelId(id);
    let mut found = app.channels.examine(id).await.map_err(refusal)?;
    found.push(match &app.settings.public_url {
        Some(url) if url.starts_with("https://") => Finding::good("address", url.clone()),
        Some(url) => Finding::bad("address", url.clone()),
        None => Finding::bad("address", ""),
    });
    let seen = seen(app.service.store().as_ref(), id).await?;
    found.extend(of_webhooks(seen));
    Ok(axum::Json(Items { items: found.into_iter().map(ChannelCheck::from).collect() }))
}

fn of_webhooks(seen: Seen) -> [Finding; 4] {
    let moment = |micros: i64| Timestamp::from_micros(micros).to_string();
    let good = seen.verified.max(seen.message);
    let verified = match (good, seen.wrong_token) {
        (Some(last), wrong) if wrong.is_none_or(|wrong| wrong < last) => {
            Finding::good("verified", moment(last))
        }
        (_, Some(wrong)) => Finding::bad("verified", moment(wrong)),
        (_, None) => Finding::waiting("verified", ""),
    };
    let signed = seen.message.max(seen.report);
    let signature = match (signed, seen.wrong_signature) {
        (Some(last), wrong) if wrong.is_none_or(|wrong| wrong < last) => {
            Finding::good("signature", moment(last))
        }
        (_, Some(wrong)) => Finding::bad("signature", moment(wrong)),
        (_, None) => Finding::waiting("signature", ""),
    };
    let once = |check, at: Option<i64>| match at {
        Some(last) => Finding::good(check, moment(last)),
        None => Finding::waiting(check, ""),
    };
    [verified, signature, once("message", seen.message), once("report", seen.report)]
}
