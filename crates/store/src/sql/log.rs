//! What happened: receipts, events, the words in them, and questions without an answer.

use crate::row::record;
use crate::sql::outbox::NOTHING;
use crate::statement::{Text, Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::{Value, content, vals};
use crate::words::words;
use relais_app::port::store::{EventRow, ReceiptRow, RequestRow};
use relais_core::broken::is_missing;
use relais_core::id::{ChannelId, ConversationId, MessageId, WorkspaceId};
use relais_core::time::Timestamp;

record!(
    "events",
    EVENT,
    EventRow {
        conversation: "conversation_id",
        position: "position",
        at: "at",
        kind: "kind",
        data: "data" sealed,
        content: "content" sealed,
    }
);

record!(
    "receipts",
    RECEIPT,
    ReceiptRow {
        channel: "channel_id",
        provider_id: "provider_id",
        conversation: "conversation_id",
        received_at: "received_at",
        outcome: "outcome",
        reason: "reason" sealed,
        raw: "raw" sealed,
    }
);

record!("requests", REQUEST, RequestRow { key: "key", body: "body", at: "at" });

/// A question that had no answer.
pub(crate) struct Question {
    pub(crate) question: String,
    pub(crate) at: Timestamp,
}

record!("gaps", QUESTION, Question { question: "question" sealed, at: "at" });

/// Words kept of one message; a WhatsApp text of 4 096 characters has fewer.
const WORDS: usize = 4_096;

statements! {
    3;
    RECEIPT_INSERT = Same(
        "INSERT INTO receipts (workspace_id, {ReceiptRow})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT DO NOTHING");
    RECEIPT_OF_REPORT = Same(
        "INSERT INTO receipts (workspace_id, {ReceiptRow})
         VALUES ($1, $2, $3, (
             SELECT o.conversation_id FROM outbox o WHERE o.workspace_id = $1 AND o.id = $4),
             $5, $6, $7, CASE WHEN (
             SELECT o.content FROM outbox o WHERE o.workspace_id = $1 AND o.id = $4) = 'null'
             THEN $9 ELSE $8 END)
         ON CONFLICT DO NOTHING");
    RECEIPT_BY_ID = Same(
        "SELECT {ReceiptRow} FROM receipts
         WHERE workspace_id = $1 AND channel_id = $2 AND provider_id = $3");
    LEDGER_ALL = Same(
        "SELECT {ReceiptRow} FROM receipts
         WHERE workspace_id = $1
         ORDER BY received_at DESC LIMIT $2");
    LEDGER_PROCESSED = Same(
        "SELECT {ReceiptRow} FROM receipts
         WHERE workspace_id = $1 AND outcome = 'processed'
         ORDER BY received_at DESC LIMIT $2");
    /// Everything but `processed` has an index of its own, which the literal lets it use.
    LEDGER_NOTED = Same(
        "SELECT {ReceiptRow} FROM receipts
         WHERE workspace_id = $1 AND outcome = $3 AND outcome <> 'processed'
         ORDER BY received_at DESC LIMIT $2");
    RECEIPT_REPLAYED = Same(
        "UPDATE receipts SET conversation_id = $4, outcome = $5, reason = $6
         WHERE workspace_id = $1 AND channel_id = $2 AND provider_id = $3
           AND outcome = 'quarantined'");
    RECEIPTS_PRUNE = Same(
        "DELETE FROM receipts
         WHERE workspace_id = $1 AND (channel_id, provider_id) IN (
             SELECT r.channel_id, r.provider_id FROM receipts r
             WHERE r.workspace_id = $1 AND r.received_at < $2 AND r.outcome <> 'quarantined'
             ORDER BY r.received_at LIMIT $3)
         RETURNING CAST(1 AS BIGINT)");
    REQUESTS_PRUNE = Same(
        "DELETE FROM requests
         WHERE workspace_id = $1 AND key IN (
             SELECT r.key FROM requests r WHERE r.workspace_id = $1 AND r.at < $2 LIMIT $3)
         RETURNING CAST(1 AS BIGINT)");
    REQUEST_INSERT = Same(
        "INSERT INTO requests (workspace_id, {RequestRow}) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING");
    REQUEST_BY_KEY = Same(
        "SELECT {RequestRow} FROM requests WHERE workspace_id = $1 AND key = $2");
    EVENT_INSERT = Same(
        "INSERT INTO events (workspace_id, {EventRow})
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING");
    EVENTS_AFTER = Same(
        "SELECT {EventRow} FROM events
         WHERE workspace_id = $1 AND conversation_id = $2 AND position > $3
         ORDER BY position LIMIT $4");
    /// Two texts: full-text search has no common form. The index row is the event's. SQLite's is no
    /// `SELECT`: a statement that may insert several rows makes FTS5 write out what it gathered.
    SEARCH_INSERT = Text::Each {
        sqlite:
            "INSERT INTO search (rowid, words) VALUES (
                 (SELECT id FROM events
                  WHERE workspace_id = $1 AND conversation_id = $2 AND position = $3), $4)",
        postgres:
            "INSERT INTO search (workspace_id, conversation_id, position, words)
             SELECT workspace_id, conversation_id, position,
                 array_to_tsvector(string_to_array($4, ' '))
             FROM events
             WHERE workspace_id = $1 AND conversation_id = $2 AND position = $3",
    };
    /// Two texts: on SQLite the index row is the event's, on PostgreSQL it has its own key.
    SEARCH_DELETE = Text::Each {
        sqlite:
            "DELETE FROM search WHERE rowid = (
                 SELECT id FROM events
                 WHERE workspace_id = $1 AND conversation_id = $2 AND position = $3)",
        postgres:
            "DELETE FROM search
             WHERE workspace_id = $1 AND conversation_id = $2 AND position = $3",
    };
    GAP_INSERT = Same(
        "INSERT INTO gaps (workspace_id, conversation_id, at, question) VALUES ($1, $2, $3, $4)");
    GAPS_BETWEEN = Same(
        "SELECT {Question} FROM gaps
         WHERE workspace_id = $1 AND at >= $2 AND at < $3
         ORDER BY at, id");
}

pub(crate) fn receipt(set: &mut WriteSet, ws: WorkspaceId, row: &ReceiptRow) {
    let hit = if is_missing("R2") { Hit::Any } else { Hit::Receipt };
    set.push(
        RECEIPT_INSERT,
        hit,
        vals![
            ws,
            row.channel,
            &row.provider_id,
            row.conversation,
            row.received_at,
            &row.outcome,
            content("receipts.reason", row.reason.as_str()),
            content("receipts.raw", row.raw.as_str()),
        ],
    );
}

pub(crate) fn of_report(set: &mut WriteSet, ws: WorkspaceId, row: &ReceiptRow, of: MessageId) {
    set.push(
        RECEIPT_OF_REPORT,
        Hit::Receipt,
        vals![
            ws,
            row.channel,
            &row.provider_id,
            of,
            row.received_at,
            &row.outcome,
            content("receipts.reason", row.reason.as_str()),
            content("receipts.raw", row.raw.as_str()),
            NOTHING,
        ],
    );
}

pub(crate) fn replayed(set: &mut WriteSet, ws: WorkspaceId, row: &ReceiptRow) {
    let reason = content("receipts.reason", row.reason.as_str());
    let args = vals![ws, row.channel, &row.provider_id, row.conversation, &row.outcome, reason];
    set.push(RECEIPT_REPLAYED, Hit::Receipt, args);
}

pub(crate) fn request(set: &mut WriteSet, ws: WorkspaceId, row: &RequestRow) {
    let args = vals![ws, row.key.as_slice(), row.body.as_slice(), row.at];
    set.push(REQUEST_INSERT, Hit::Receipt, args);
}

pub(crate) fn request_by_key(ws: WorkspaceId, key: &[u8]) -> Query<RequestRow> {
    query(REQUEST_BY_KEY, vals![ws, key])
}

pub(crate) fn append(set: &mut WriteSet, ws: WorkspaceId, row: &EventRow) {
    set.push(
        EVENT_INSERT,
        Hit::Guard,
        vals![
            ws,
            row.conversation,
            row.position,
            row.at,
            &row.kind,
            content("events.data", row.data.as_str()),
            content("events.content", row.content.as_deref()),
        ],
    );
}

pub(crate) fn search(
    set: &mut WriteSet,
    ws: WorkspaceId,
    conversation: ConversationId,
    position: i64,
    folded: &str,
) {
    let words = words(folded, WORDS).join(" ");
    if words.is_empty() {
        return;
    }
    set.push_words(SEARCH_INSERT, vals![ws, conversation, position, Value::Words(words)]);
}

/// In the place of what the index has of the event.
pub(crate) fn search_again(
    set: &mut WriteSet,
    ws: WorkspaceId,
    conversation: ConversationId,
    position: i64,
    folded: &str,
) {
    set.push(SEARCH_DELETE, Hit::Any, vals![ws, conversation, position]);
    search(set, ws, conversation, position, folded);
}

pub(crate) fn gap(
    set: &mut WriteSet,
    ws: WorkspaceId,
    conversation: ConversationId,
    at: Timestamp,
    question: &str,
) {
    let question = content("gaps.question", question);
    set.push(GAP_INSERT, Hit::Any, vals![ws, conversation, at, question]);
}

pub(crate) fn events(
    ws: WorkspaceId,
    conversation: ConversationId,
    after: i64,
    limit: i64,
) -> Query<EventRow> {
    query(EVENTS_AFTER, vals![ws, conversation, after, limit])
}

pub(crate) fn gaps_between(ws: WorkspaceId, from: Timestamp, to: Timestamp) -> Query<Question> {
    query(GAPS_BETWEEN, vals![ws, from, to])
}

pub(crate) fn ledger(ws: WorkspaceId, outcome: Option<&str>, limit: i64) -> Query<ReceiptRow> {
    match outcome {
        None => query(LEDGER_ALL, vals![ws, limit]),
        Some("processed") => query(LEDGER_PROCESSED, vals![ws, limit]),
        Some(outcome) => query(LEDGER_NOTED, vals![ws, limit, outcome]),
    }
}

pub(crate) fn receipt_by_id(
    ws: WorkspaceId,
    channel: ChannelId,
    provider_id: &str,
) -> Query<ReceiptRow> {
    query(RECEIPT_BY_ID, vals![ws, channel, provider_id])
}
