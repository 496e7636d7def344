//! What an admin looks after.

use relais_app::port::store::AuditRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What waits to go out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Outbox {
    /// Why nothing goes out; nothing while messages go out.
    #[schema(required)]
    pub hold_reason: Option<String>,
    pub held: i64,
    pub queued: i64,
    pub unknown: i64,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Then {
    Send,
    /// Agents are asked for theirs in their conversations; automatic ones are dropped. Right after
    /// a restore: they may have been sent.
    Ask,
    Drop,
}

/// How a hold ends.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OutboxRelease {
    /// What becomes of the messages on hold.
    pub held: Then,
}

/// A quarantined object of the ledger.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Replay {
    pub channel: String,
    pub receipt: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Replayed {
    /// `processed`, `duplicate`, `quarantined` or `ignored`.
    pub outcome: String,
}

/// Why a conversation must be read.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    pub reason: String,
}

/// A line of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditLine {
    pub seq: i64,
    pub at: String,
    pub who: String,
    pub act: String,
    pub subject: String,
}

impl From<AuditRow> for AuditLine {
    fn from(row: AuditRow) -> Self {
        let AuditRow { seq, at, who, act, subject, hash: _ } = row;
        Self { seq, at: at.to_string(), who, act, subject }
    }
}

/// What the chain of the audit log says of itself.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditVerdict {
    /// Lines that are what they were.
    pub lines: i64,
    /// The first that is not.
    #[schema(required)]
    pub broken_at: Option<i64>,
}
