//! Erasing a person, and the audit log that says who asked for it.

use super::conversations::{preview, state};
use super::desk::DRAFTS_ERASE;
use crate::row::record;
use crate::statement::{Text, Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::{content, vals};
use relais_app::port::store::{AuditRow, ErasedConversation};
use relais_core::id::{ContactId, WorkspaceId};
use relais_core::time::Timestamp;

record!(
    "audit",
    AUDIT,
    AuditRow { seq: "seq", at: "at", who: "who", act: "act", subject: "subject", hash: "hash" }
);

/// What is left of a JSON object.
const NOTHING: &str = "{}";

statements! {
    9;
    AUDIT_INSERT = Same(
        "INSERT INTO audit (workspace_id, {AuditRow}) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING");
    AUDIT_HEAD = Same(
        "SELECT {AuditRow} FROM audit WHERE workspace_id = $1 ORDER BY seq DESC LIMIT 1");
    AUDIT_AFTER = Same(
        "SELECT {AuditRow} FROM audit
         WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    AUDIT_BEFORE = Same(
        "SELECT {AuditRow} FROM audit
         WHERE workspace_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3");
    AUDIT_OF_ACT = Same(
        "SELECT {AuditRow} FROM audit
         WHERE workspace_id = $1 AND act = $2 ORDER BY seq DESC LIMIT $3");
    AUDIT_OF_SUBJECT = Same(
        "SELECT {AuditRow} FROM audit
         WHERE workspace_id = $1 AND subject = $2 ORDER BY seq DESC LIMIT $3");
    /// Comes first in its unit: whoever opens a conversation for the contact waits for it.
    CONTACT_ERASE = Same(
        "UPDATE contacts
         SET name = NULL, phone = NULL, bsuid = NULL, language = NULL, attributes = $4,
             rectified = $4, is_restricted = 0, revision = revision + 1, erased_at = $3
         WHERE workspace_id = $1 AND id = $2");
    /// Contacts that became this one.
    POINTERS_ERASE = Same(
        "UPDATE contacts
         SET name = NULL, phone = NULL, bsuid = NULL, language = NULL, attributes = $4,
             rectified = $4, is_restricted = 0, revision = revision + 1, erased_at = $3
         WHERE workspace_id = $1 AND merged_into = $2");
    IDENTITIES_OF = Same(
        "SELECT kind, value FROM identities WHERE workspace_id = $1 AND contact_id = $2");
    IDENTITIES_ERASE = Same(
        "DELETE FROM identities WHERE workspace_id = $1 AND contact_id = $2");
    TOMBSTONE_PUT = Same(
        "INSERT INTO tombstones (workspace_id, hash, at) VALUES ($1, $2, $3)
         ON CONFLICT (workspace_id, hash) DO UPDATE SET at = excluded.at");
    TOMBSTONE_AT = Same("SELECT at FROM tombstones WHERE workspace_id = $1 AND hash = $2");
    /// Comes last: nothing of theirs may be going on.
    ALL_CLOSED = Same(
        "UPDATE contacts SET erased_at = erased_at
         WHERE workspace_id = $1 AND id = $2 AND NOT EXISTS (
             SELECT 1 FROM conversations c
             WHERE c.workspace_id = $1 AND c.contact_id = $2 AND c.status <> 'resolved')");
    /// Nothing is added to the log, so its position does not move.
    /// The fence: what was decided on the state with its words must not write that state back.
    CONVERSATION_ERASE = Same(
        "UPDATE conversations
         SET state = $4, preview = $5, language = $6, due_at = NULL, bare_to = next_position,
             fence = fence + 1
         WHERE workspace_id = $1 AND id = $2 AND next_position = $3 AND status = 'resolved'");
    EVENTS_ERASE = Same(
        "UPDATE events SET content = NULL WHERE workspace_id = $1 AND conversation_id = $2");
    EVENT_DATA = Same(
        "UPDATE events SET data = $4
         WHERE workspace_id = $1 AND conversation_id = $2 AND position = $3");
    /// Two texts: on SQLite the index row is the event's, on PostgreSQL it has its own key.
    SEARCH_ERASE = Text::Each {
        sqlite:
            "DELETE FROM search WHERE rowid IN (
                 SELECT e.id FROM events e
                 WHERE e.workspace_id = $1 AND e.conversation_id = $2)",
        postgres: "DELETE FROM search WHERE workspace_id = $1 AND conversation_id = $2",
    };
    GAPS_ERASE = Same("DELETE FROM gaps WHERE workspace_id = $1 AND conversation_id = $2");
    NOTIFICATIONS_ERASE = Same(
        "UPDATE notifications SET payload = $3
         WHERE workspace_id = $1 AND conversation_id = $2");
    /// What other programs answered to it may repeat their words.
    DELIVERIES_ERASE = Same(
        "DELETE FROM entries
         WHERE workspace_id = $1 AND kind >= 'delivery.' AND kind < 'delivery/' AND id LIKE $2");
    JOBS_ERASE = Same(
        "UPDATE jobs SET error = NULL
         WHERE workspace_id = $1 AND kind = 'webhook' AND error IS NOT NULL AND data LIKE $2");
    /// What was not sent yet is not sent any more.
    OUTBOX_ERASE = Same(
        "UPDATE outbox
         SET content = 'null', quotes = NULL, error = NULL,
             state = CASE WHEN state IN ('queued', 'held', 'unknown') THEN 'suppressed'
                          ELSE state END
         WHERE workspace_id = $1 AND conversation_id = $2");
    MEDIA_ERASE = Same("DELETE FROM media WHERE workspace_id = $1 AND conversation_id = $2");
    RECEIPT_ERASE = Same(
        "UPDATE receipts SET raw = $4, reason = ''
         WHERE workspace_id = $1 AND channel_id = $2 AND provider_id = $3");
    /// Receipts of reports bear the message's id and a word.
    RECEIPTS_ERASE = Same(
        "UPDATE receipts SET raw = $5, reason = ''
         WHERE workspace_id = $1 AND channel_id = $2 AND provider_id >= $3 AND provider_id < $4");
    STATUSES_ERASE = Same(
        "UPDATE statuses SET raw = $4, error = NULL
         WHERE workspace_id = $1 AND channel_id = $2 AND provider_id = $3");
}

pub(crate) fn audit(set: &mut WriteSet, ws: WorkspaceId, row: &AuditRow) {
    set.push(
        AUDIT_INSERT,
        Hit::Guard,
        vals![ws, row.seq, row.at, &row.who, &row.act, &row.subject, row.hash.as_slice()],
    );
}

pub(crate) fn audit_head(ws: WorkspaceId) -> Query<AuditRow> {
    query(AUDIT_HEAD, vals![ws])
}

pub(crate) fn audit_after(ws: WorkspaceId, after: i64, limit: i64) -> Query<AuditRow> {
    query(AUDIT_AFTER, vals![ws, after, limit])
}

pub(crate) fn audit_before(ws: WorkspaceId, before: i64, limit: i64) -> Query<AuditRow> {
    query(AUDIT_BEFORE, vals![ws, before, limit])
}

pub(crate) fn audit_of_act(ws: WorkspaceId, act: &str, limit: i64) -> Query<AuditRow> {
    query(AUDIT_OF_ACT, vals![ws, act, limit])
}

pub(crate) fn audit_of_subject(ws: WorkspaceId, subject: &str, limit: i64) -> Query<AuditRow> {
    query(AUDIT_OF_SUBJECT, vals![ws, subject, limit])
}

pub(crate) fn identities_of(ws: WorkspaceId, contact: ContactId) -> Query<(String, String)> {
    query(IDENTITIES_OF, vals![ws, contact])
}

pub(crate) fn erased_at(ws: WorkspaceId, tombstone: &[u8]) -> Query<(Timestamp,)> {
    query(TOMBSTONE_AT, vals![ws, tombstone])
}

pub(crate) fn tombstone(set: &mut WriteSet, ws: WorkspaceId, hash: &[u8], at: Timestamp) {
    set.push(TOMBSTONE_PUT, Hit::Sure, vals![ws, hash, at]);
}

pub(crate) fn contact(
    set: &mut WriteSet,
    ws: WorkspaceId,
    contact: ContactId,
    at: Timestamp,
    tombstones: &[Vec<u8>],
) {
    set.push(CONTACT_ERASE, Hit::Guard, vals![ws, contact, at, NOTHING]);
    set.push(POINTERS_ERASE, Hit::Any, vals![ws, contact, at, NOTHING]);
    set.push(IDENTITIES_ERASE, Hit::Any, vals![ws, contact]);
    for hash in tombstones {
        tombstone(set, ws, hash, at);
    }
}

/// The last word of an erasure.
pub(crate) fn all_closed(set: &mut WriteSet, ws: WorkspaceId, contact: ContactId) {
    set.push(ALL_CLOSED, Hit::Guard, vals![ws, contact]);
}

pub(crate) fn conversation(set: &mut WriteSet, ws: WorkspaceId, erased: &ErasedConversation) {
    let row = &erased.row;
    set.push(
        CONVERSATION_ERASE,
        Hit::Guard,
        vals![ws, row.id, erased.next_position, state(row), preview(row), &row.language],
    );
    // The index names its rows by the events.
    for stmt in [SEARCH_ERASE, EVENTS_ERASE, GAPS_ERASE, OUTBOX_ERASE, MEDIA_ERASE, DRAFTS_ERASE] {
        set.push(stmt, Hit::Any, vals![ws, row.id]);
    }
    set.push(NOTIFICATIONS_ERASE, Hit::Any, vals![ws, row.id, NOTHING]);
    // The id of a delivery bears its message's, and that the conversation's: its data may be sealed.
    set.push(DELIVERIES_ERASE, Hit::Any, vals![ws, format!("%{}%", row.id)]);
    set.push(JOBS_ERASE, Hit::Any, vals![ws, format!("%\"conversation\":\"{}\"%", row.id)]);
    for (position, data) in &erased.data {
        set.push(
            EVENT_DATA,
            Hit::Sure,
            vals![ws, row.id, *position, content("events.data", data.as_str())],
        );
    }
    for message in &erased.messages {
        set.push(RECEIPT_ERASE, Hit::Any, vals![ws, row.channel, message, NOTHING]);
        let (from, to) = (format!("{message}:"), format!("{message};"));
        set.push(RECEIPTS_ERASE, Hit::Any, vals![ws, row.channel, from, to, NOTHING]);
        set.push(STATUSES_ERASE, Hit::Any, vals![ws, row.channel, message, NOTHING]);
    }
}
