//! What an admin looks after.

use relais_app::port::store::{AccessRow, AuditRow};
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

/// A line of the access log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccessLine {
    pub seq: i64,
    pub at: String,
    /// Login.
    pub who: String,
    /// `open` a person's page, `read` a conversation, `export`, `erase`.
    pub act: String,
    /// Id of the person.
    pub contact: String,
    /// What the person is called now.
    #[schema(required)]
    pub name: Option<String>,
    /// Id and number of the conversation.
    #[schema(required)]
    pub conversation: Option<String>,
    #[schema(required)]
    pub number: Option<i64>,
}

impl AccessLine {
    pub fn new(row: AccessRow, name: Option<String>, number: Option<i64>) -> Self {
        let AccessRow { seq, at, who, act, contact, conversation, hash: _ } = row;
        Self {
            seq,
            at: at.to_string(),
            who,
            act,
            contact: contact.to_string(),
            name,
            conversation: conversation.map(|id| id.to_string()),
            number,
        }
    }
}

/// What the chains of both logs say of themselves.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AuditVerdict {
    /// Lines that are what they were.
    pub lines: i64,
    /// The first that is not.
    #[schema(required)]
    pub broken_at: Option<i64>,
    /// The same of the newest 100 000 lines of the access log.
    pub accesses: i64,
    #[schema(required)]
    pub accesses_broken_at: Option<i64>,
}
