//! Inbound webhooks: limit → signature over the raw bytes → translation → commit → 200.

use crate::app::App;
use crate::extract::{Id, limited};
use crate::problem::{Answer, Problem};
use axum::body::{Body, HttpBody as _};
use axum::extract::{RawQuery, State};
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use relais_app::arrival::Item;
use relais_app::hooks_seen::{self, Sight};
use relais_app::port::hook::{Hook, HookError};
use relais_app::service::Received;
use relais_core::broken::is_missing;
use relais_core::id::ChannelId;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// The provider promises 3 MB at most.
const BODY: usize = 4 * 1024 * 1024;
pub(crate) const SIGNATURE: &str = "x-hub-signature-256";
/// Bodies up to this size need no leave: nearly all are far smaller.
const SMALL: usize = 64 * 1024;
/// KiB of larger bodies in hand at the same time, so that memory has a bound (R17).
static LARGE: Semaphore = Semaphore::const_new(16 * 1024);
/// How long a larger body waits, unread, for others to be done with.
const TURN: Duration = Duration::from_secs(5);

/// The provider's handshake.
pub(crate) async fn challenge(
    State(app): State<Arc<App>>,
    Id(channel): Id<uuid::Uuid>,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let hook = hook(&app, channel)?;
    let pairs = pairs(query.as_deref().unwrap_or_default());
    // Opened in a browser: no shaking of hands (FR-10).
    if pairs.is_empty() {
        let text = "This address is for WhatsApp: give it to Meta with your verify token. \
            Relais is reachable here.\n";
        return Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response());
    }
    let Some(text) = hook.challenge(&pairs) else {
        noted(&app, ChannelId(channel), Sight::WrongToken);
        let title = "The verify token is not ours";
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden", title));
    };
    noted(&app, ChannelId(channel), Sight::Verified);
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], text).into_response())
}

/// Written down beside the answer, which does not wait for it.
fn noted(app: &Arc<App>, channel: ChannelId, sight: Sight) {
    let now = app.service.clock().now();
    if !app.watch.is_news(channel, sight, now) {
        return;
    }
    let service = Arc::clone(&app.service);
    tokio::spawn(async move {
        let noted = hooks_seen::note(service.store().as_ref(), channel, sight, now).await;
        if let Err(error) = noted {
            tracing::warn!(%error, "what was seen of a webhook could not be written down");
        }
    });
}

/// One delivery. Answers 200 only once everything in it is durable (R1).
pub(crate) async fn receive(
    State(app): State<Arc<App>>,
    Id(channel): Id<uuid::Uuid>,
    request: Request<Body>,
) -> Answer<StatusCode> {
    let hook = hook(&app, channel)?;
    let signature = request.headers().get(SIGNATURE).map(|v| v.as_bytes().to_vec());
    if signature.is_none() {
        app.metrics.refused("signature");
        return Err(unsigned());
    }
    let body = request.into_body();
    let size = body.size_hint().upper().map_or(BODY, |bytes| bytes as usize);
    let _room = room(size).await?;
    let body = limited(body, BODY).await?;
    let now = app.service.clock().now();
    let arrivals = hook.read(&body, signature.as_deref(), now).map_err(|error| match error {
        HookError::Unsigned => {
            noted(&app, ChannelId(channel), Sight::WrongSignature);
            app.metrics.refused("signature");
            unsigned()
        }
        HookError::NoSecret => {
            app.metrics.refused("no_secret");
            tracing::error!(%channel, "this channel has no app secret: its webhooks are refused");
            unsigned()
        }
        HookError::Malformed(reason) => {
            Problem::new(StatusCode::BAD_REQUEST, "malformed", "The body cannot be read")
                .detail(reason)
        }
    })?;
    drop(body);
    for (sight, is_there) in [
        (Sight::Message, arrivals.iter().any(|a| matches!(a.item, Item::Message(_)))),
        (Sight::Report, arrivals.iter().any(|a| matches!(a.item, Item::Status(_)))),
    ] {
        if is_there {
            noted(&app, ChannelId(channel), sight);
        }
    }
    let service = Arc::clone(&app.service);
    let receive = async move { service.receive(ChannelId(channel), arrivals).await };
    if is_missing("R1") {
        tokio::spawn(receive);
        return Ok(StatusCode::OK);
    }
    let received = receive.await?;
    for outcome in received {
        app.metrics.arrival(match outcome {
            Received::Decided => "decided",
            Received::Duplicate => "duplicate",
            Received::Quarantined => "quarantined",
            Received::Ignored => "ignored",
        });
    }
    Ok(StatusCode::OK)
}

/// Leave to read a body of that size.
async fn room(size: usize) -> Answer<Option<SemaphorePermit<'static>>> {
    if size <= SMALL {
        return Ok(None);
    }
    let needed = u32::try_from(size.min(BODY).div_ceil(1024)).unwrap_or(u32::MAX);
    match tokio::time::timeout(TURN, LARGE.acquire_many(needed)).await {
        Ok(Ok(permit)) => Ok(Some(permit)),
        Ok(Err(_)) | Err(_) => Err(Problem::overloaded()),
    }
}

/// An unknown channel looks like a wrong signature: addresses cannot be probed (S1).
fn hook(app: &App, channel: uuid::Uuid) -> Answer<Arc<dyn Hook>> {
    app.channels.hook(ChannelId(channel)).ok_or_else(unsigned)
}

fn unsigned() -> Problem {
    tracing::warn!("a webhook without a valid signature was refused");
    let title = "The signature is missing or wrong";
    Problem::new(StatusCode::UNAUTHORIZED, "unsigned", title)
}

/// A query, decoded.
fn pairs(query: &str) -> Vec<(String, String)> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        let rest = bytes.clone();
        let hex = |b: Option<u8>| b.and_then(|b| char::from(b).to_digit(16));
        match byte {
            b'+' => out.push(b' '),
            b'%' => {
                let mut ahead = rest;
                if let (Some(high), Some(low)) = (hex(ahead.next()), hex(ahead.next())) {
                    // Two hex digits fit into a byte.
                    out.push((high * 16 + low) as u8);
                    bytes = ahead;
                } else {
                    out.push(byte);
                }
            }
            other => out.push(other),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_decoded_once() {
        let pair = |k: &str, v: &str| (k.to_owned(), v.to_owned());
        let query = "hub.mode=subscribe&hub.verify_token=a%2Bb+c%25&x&=&y=%zz%4";
        assert_eq!(
            pairs(query),
            [
                pair("hub.mode", "subscribe"),
                pair("hub.verify_token", "a+b c%"),
                pair("x", ""),
                pair("", ""),
                pair("y", "%zz%4")
            ]
        );
    }
}
