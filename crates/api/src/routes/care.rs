//! What an admin looks after: messages on hold after a restore, objects in quarantine.

use crate::app::App;
use crate::dto::care::{Outbox, OutboxRelease, Replay, Replayed, Then};
use crate::extract::{Json, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use relais_app::accounts::Permission;
use relais_app::hold;
use relais_app::port::store::{OutboxState, Released};
use relais_app::service::Received;
use relais_core::id::ChannelId;
use std::sync::Arc;

/// What waits to go out, and whether it may.
#[utoipa::path(get, path = "/api/v1/outbox", operation_id = "get_outbox", tag = "channels",
    responses((status = 200, body = Outbox),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_outbox(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Outbox>> {
    signed.must(Permission::ReadChannels)?;
    let store = app.service.store();
    let counts = store.outbox_counts().await?;
    let count = |state| counts.iter().filter(|(s, _)| *s == state).map(|(_, n)| n).sum();
    Ok(axum::Json(Outbox {
        hold_reason: hold::reason(store.as_ref()).await?,
        held: count(OutboxState::Held),
        queued: count(OutboxState::Queued),
        unknown: count(OutboxState::Unknown),
    }))
}

/// Ends the hold: what is held is sent, asked for, or dropped.
#[utoipa::path(post, path = "/api/v1/outbox/release", operation_id = "release_outbox",
    tag = "channels", request_body = OutboxRelease,
    responses((status = 204),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn release_outbox(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<OutboxRelease>,
) -> Answer<StatusCode> {
    let person = signed.must(Permission::ManageChannels)?;
    let then = match input.held {
        Then::Send => Released::Sent,
        Then::Ask => Released::Asked,
        Then::Drop => Released::Dropped,
    };
    app.audit(person, "outbox.release", &format!("{then:?}")).await?;
    app.service.release_outbox(then).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes in a quarantined object after whatever stood in its way was mended.
#[utoipa::path(post, path = "/api/v1/ingest/replay", operation_id = "replay_ingest",
    tag = "channels", request_body = Replay,
    responses((status = 200, body = Replayed),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn replay_ingest(
    State(app): State<Arc<App>>,
    signed: Signed,
    Json(input): Json<Replay>,
) -> Answer<axum::Json<Replayed>> {
    let person = signed.must(Permission::ManageChannels)?;
    let missing = || Problem::not_found("There is no such object in quarantine");
    let channel = input.channel.parse::<ChannelId>().map_err(|_| missing())?;
    let store = app.service.store();
    let receipt = store.receipt(channel, &input.receipt).await?;
    let receipt = receipt.filter(|r| r.outcome == "quarantined").ok_or_else(missing)?;
    let rows = store.channels().await?;
    let row = rows.into_iter().find(|r| r.id == channel).ok_or_else(missing)?;
    let hook = app.channels.hook(channel).ok_or_else(missing)?;
    let now = app.service.clock().now();
    let arrival = hook.reread(&receipt.raw, &row.business_number, now);
    let arrival = arrival.filter(|a| a.receipt == receipt.provider_id).ok_or_else(|| {
        let title = "The object cannot be read as a message";
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "not_a_message", title)
    })?;
    app.audit(person, "ingest.replay", &input.receipt).await?;
    let outcome = match app.service.replay(channel, &arrival).await? {
        Received::Decided => "processed",
        Received::Duplicate => "duplicate",
        Received::Quarantined => "quarantined",
        Received::Ignored => "ignored",
    };
    Ok(axum::Json(Replayed { outcome: outcome.to_owned() }))
}
