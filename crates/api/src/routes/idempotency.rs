//! Requests that may come twice: what a client's key stands for. The store keeps it in the commit
//! that carries the request out.

use crate::dto::action::Action;
use crate::problem::{Answer, Problem};
use axum::http::HeaderMap;
use relais_app::accounts::Person;
use relais_app::port::store::RequestRow;
use relais_core::id::{ConversationId, MessageId};
use relais_core::time::Timestamp;
use sha2::{Digest as _, Sha256};

const HEADER: &str = "idempotency-key";

/// The request under its key, which is bound to the person and the conversation. The body's hash
/// does not depend on the order of its fields.
pub(crate) fn request(
    headers: &HeaderMap,
    person: &Person,
    conversation: ConversationId,
    action: &Action,
    at: Timestamp,
) -> Answer<Option<RequestRow>> {
    let Some(given) = headers.get(HEADER) else { return Ok(None) };
    if given.is_empty() || given.len() > 200 {
        return Err(Problem::invalid("`Idempotency-Key` must have 1 to 200 characters"));
    }
    let mut key = Sha256::new();
    key.update(person.user.id.0.as_bytes());
    key.update(conversation.0.as_bytes());
    key.update(given.as_bytes());
    let body = serde_json::to_vec(action).expect("an action is plain data");
    Ok(Some(RequestRow { key: key.finalize().to_vec(), body: Sha256::digest(body).to_vec(), at }))
}

/// The message a request may bring about: found again even when its key is long forgotten.
pub(crate) fn message(request: &RequestRow) -> MessageId {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&request.key[..16]);
    MessageId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}
