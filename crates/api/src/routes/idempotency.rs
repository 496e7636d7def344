//! Requests that may come twice. Records live in a ring of fixed size in the store, so that they
//! survive a restart and never pile up; replies are safe even without their record, because the
//! message's id follows from the key.

use crate::dto::conversation::Action;
use crate::problem::{Answer, Problem};
use axum::http::HeaderMap;
use relais_app::accounts::Person;
use relais_app::port::store::Store;
use relais_core::id::{ConversationId, MessageId};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use tokio::sync::{Mutex, MutexGuard};

const HEADER: &str = "idempotency-key";
/// Places in the ring.
const SLOTS: u16 = u16::MAX;
/// Locks: requests with the same key wait for each other, others hardly ever do.
const LOCKS: usize = 64;

/// What a client's key stands for: it is bound to the person and the conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Key([u8; 32]);

impl Key {
    /// The message this key may bring about.
    pub(crate) fn message(&self) -> MessageId {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&self.0[..16]);
        MessageId(uuid::Builder::from_custom_bytes(bytes).into_uuid())
    }

    fn slot(&self) -> String {
        let slot = u16::from_le_bytes([self.0[16], self.0[17]]) % SLOTS;
        format!("idempotency.{slot:05}")
    }
}

/// Serialises requests that share a key.
#[derive(Debug)]
pub struct Keys(Vec<Mutex<()>>);

impl Default for Keys {
    fn default() -> Self {
        Self((0..LOCKS).map(|_| Mutex::new(())).collect())
    }
}

impl Keys {
    pub(crate) async fn turn(&self, key: &Key) -> MutexGuard<'_, ()> {
        self.0[usize::from(key.0[18]) % LOCKS].lock().await
    }
}

/// What is known of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Never,
    Done,
    OtherBody,
}

pub(crate) fn key(
    headers: &HeaderMap,
    person: &Person,
    conversation: ConversationId,
) -> Answer<Option<Key>> {
    let Some(given) = headers.get(HEADER) else { return Ok(None) };
    if given.is_empty() || given.len() > 200 {
        return Err(Problem::invalid("`Idempotency-Key` must have 1 to 200 characters"));
    }
    let mut hash = Sha256::new();
    hash.update(person.user.id.0.as_bytes());
    hash.update(conversation.0.as_bytes());
    hash.update(given.as_bytes());
    Ok(Some(Key(hash.finalize().into())))
}

/// What a request asks for, whatever the order of its fields.
pub(crate) fn digest(action: &Action) -> String {
    let json = serde_json::to_vec(action).expect("an action is plain data");
    hex(&Sha256::digest(json))
}

pub(crate) async fn seen(store: &dyn Store, key: &Key, body: &str) -> Answer<Seen> {
    let Some(record) = store.setting(&key.slot()).await? else { return Ok(Seen::Never) };
    Ok(match record.split_once(' ') {
        Some((known, _)) if known != hex(&key.0) => Seen::Never,
        Some((_, known)) if known == body => Seen::Done,
        Some(_) => Seen::OtherBody,
        None => Seen::Never,
    })
}

pub(crate) async fn record(store: &dyn Store, key: &Key, body: &str) -> Answer<()> {
    let record = format!("{} {body}", hex(&key.0));
    Ok(store.put_setting(&key.slot(), Some(&record)).await?)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
