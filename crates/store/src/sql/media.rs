//! Files of inbound messages.

use crate::row::record;
use crate::statement::{Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::{content, vals};
use relais_app::port::store::{MediaRow, MediaState};
use relais_core::id::{ChannelId, ConversationId, MessageId, WorkspaceId};
use relais_core::time::Timestamp;

record!(
    "media",
    MEDIA,
    MediaRow {
        message: "message_id",
        conversation: "conversation_id",
        contact: "contact_id",
        channel: "channel_id",
        source: "source",
        filename: "filename" sealed,
        state: "state",
        hash: "hash",
        mime: "mime",
        size: "size",
        is_inline: "is_inline",
        failures: "failures",
        failed_at: "failed_at",
        error: "error",
        created_at: "created_at",
    }
);

statements! {
    8;
    MEDIA_INSERT = Same(
        "INSERT INTO media (workspace_id, {MediaRow})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
         ON CONFLICT DO NOTHING");
    MEDIA_STORED = Same(
        "UPDATE media
         SET state = 'stored', hash = $3, mime = $4, size = $5, is_inline = $6, error = NULL
         WHERE workspace_id = $1 AND message_id = $2 AND state = 'waiting'");
    MEDIA_FAILED = Same(
        "UPDATE media
         SET state = $5, failures = failures + 1, failed_at = $3, error = $4
         WHERE workspace_id = $1 AND message_id = $2 AND state = 'waiting'");
    MEDIA_AGAIN = Same(
        "UPDATE media SET state = 'waiting'
         WHERE workspace_id = $1 AND message_id = $2 AND state = 'failed'");
    MEDIA_MOVED = Same(
        "UPDATE media SET hash = $3 WHERE workspace_id = $1 AND hash = $2");
    MEDIA_BY_MESSAGE = Same(
        "SELECT {MediaRow} FROM media WHERE workspace_id = $1 AND message_id = $2");
    MEDIA_OF = Same(
        "SELECT {MediaRow} FROM media
         WHERE workspace_id = $1 AND conversation_id = $2
         ORDER BY message_id");
    MEDIA_FAILURES = Same(
        "SELECT CAST(COALESCE(SUM(failures), 0) AS BIGINT) FROM media
         WHERE workspace_id = $1 AND channel_id = $2 AND failed_at > $3");
    /// Ours have no source at a provider. One that is sent has its message's id.
    UNSENT_TAKE = Same(
        "DELETE FROM media
         WHERE workspace_id = $1 AND message_id IN (
             SELECT m.message_id FROM media m
             WHERE m.workspace_id = $1 AND m.source = ''
               AND m.created_at >= $2 AND m.created_at < $3
               AND NOT EXISTS (
                   SELECT 1 FROM outbox o WHERE o.workspace_id = $1 AND o.id = m.message_id)
             ORDER BY m.created_at LIMIT $4)
         RETURNING COALESCE(hash, '')");
    MEDIA_HOLDERS = Same("SELECT COUNT(*) FROM media WHERE workspace_id = $1 AND hash = $2");
}

pub(crate) fn insert(set: &mut WriteSet, ws: WorkspaceId, row: &MediaRow) {
    set.push(
        MEDIA_INSERT,
        Hit::Any,
        vals![
            ws,
            row.message,
            row.conversation,
            row.contact,
            row.channel,
            &row.source,
            content("media.filename", row.filename.as_deref()),
            row.state,
            row.hash.as_deref(),
            row.mime.as_deref(),
            row.size,
            row.is_inline,
            row.failures,
            row.failed_at,
            row.error.as_deref(),
            row.created_at,
        ],
    );
}

pub(crate) fn stored(
    set: &mut WriteSet,
    ws: WorkspaceId,
    message: MessageId,
    hash: &str,
    mime: &str,
    size: i64,
    is_inline: bool,
) {
    set.push(MEDIA_STORED, Hit::Guard, vals![ws, message, hash, mime, size, is_inline]);
}

pub(crate) fn failed(
    set: &mut WriteSet,
    ws: WorkspaceId,
    message: MessageId,
    at: Timestamp,
    error: &str,
    is_last: bool,
) {
    let state = if is_last { MediaState::Failed } else { MediaState::Waiting };
    set.push(MEDIA_FAILED, Hit::Guard, vals![ws, message, at, error, state]);
}

pub(crate) fn again(set: &mut WriteSet, ws: WorkspaceId, message: MessageId) {
    set.push(MEDIA_AGAIN, Hit::Guard, vals![ws, message]);
}

pub(crate) fn moved(set: &mut WriteSet, ws: WorkspaceId, from: &str, to: &str) {
    set.push(MEDIA_MOVED, Hit::Guard, vals![ws, from, to]);
}

pub(crate) fn by_message(ws: WorkspaceId, message: MessageId) -> Query<MediaRow> {
    query(MEDIA_BY_MESSAGE, vals![ws, message])
}

pub(crate) fn of_conversation(ws: WorkspaceId, id: ConversationId) -> Query<MediaRow> {
    query(MEDIA_OF, vals![ws, id])
}

pub(crate) fn failures(ws: WorkspaceId, channel: ChannelId, since: Timestamp) -> Query<(i64,)> {
    query(MEDIA_FAILURES, vals![ws, channel, since])
}

pub(crate) fn holders(ws: WorkspaceId, hash: &str) -> Query<(i64,)> {
    query(MEDIA_HOLDERS, vals![ws, hash])
}
