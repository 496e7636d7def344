//! Where the screens of a channel's forms ask what comes next, encrypted. The provider reads three
//! statuses of its own (421 ask for our key again, 427 the form is no longer good, 432 not signed)
//! and gives us ten seconds, of which we should need one.

use crate::app::App;
use crate::extract::{Id, limited};
use crate::hooks::SIGNATURE;
use crate::problem::{Answer, Problem};
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use relais_app::port::form::{FormError, Reply};
use relais_core::id::ChannelId;
use std::sync::Arc;

/// A screen has thirty fields of some thousand characters at most.
const BODY: usize = 256 * 1024;
const ASK_FOR_KEY: u16 = 421;
const GONE: u16 = 427;
const UNSIGNED: u16 = 432;

/// One exchange.
pub(crate) async fn exchange(
    State(app): State<Arc<App>>,
    Id(channel): Id<uuid::Uuid>,
    request: Request<Body>,
) -> Answer<Response> {
    let channel = ChannelId(channel);
    // A channel that is unknown or has no key looks like a wrong signature (S1).
    let Some(door) = app.channels.form_door(channel) else { return Err(refused(UNSIGNED)) };
    let signature = request.headers().get(SIGNATURE).map(|v| v.as_bytes().to_vec());
    if signature.is_none() {
        app.metrics.refused("signature");
        return Err(refused(UNSIGNED));
    }
    let body = limited(request.into_body(), BODY).await?;
    let (asked, seal) = door.open(&body, signature.as_deref()).map_err(|error| match error {
        FormError::Unsigned => {
            app.metrics.refused("signature");
            refused(UNSIGNED)
        }
        FormError::Sealed => {
            tracing::warn!(%channel, "a form was encrypted for another key; the provider asks again");
            refused(ASK_FOR_KEY)
        }
        FormError::Malformed => {
            let title = "The exchange cannot be read";
            Problem::new(StatusCode::BAD_REQUEST, "malformed", title)
        }
    })?;
    let reply = app.service.answer_form(channel, asked).await?;
    if let Reply::Gone { error } = reply {
        let body = serde_json::json!({ "error_msg": error });
        return Ok((code(GONE), axum::Json(body)).into_response());
    }
    let text = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((text, seal(&reply)).into_response())
}

fn refused(status: u16) -> Problem {
    Problem::new(code(status), "unsigned", "The exchange is not for us")
}

fn code(status: u16) -> StatusCode {
    StatusCode::from_u16(status).expect("a status between 100 and 999")
}
