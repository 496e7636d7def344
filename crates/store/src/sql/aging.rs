//! What is older than a workspace keeps it: found, weighed, and the files let go.

use super::{log, reports, settings, work};
use crate::row::{Cols, Record};
use crate::statement::{StmtId, Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::vals;
use relais_app::port::store::{
    Aging, Behind, ConversationRow, MediaRow, OldContact, Older, Prune, Result, Weight,
};
use relais_core::id::{MessageId, WorkspaceId};
use relais_core::time::Timestamp;

statements! {
    13;
    WORDY_TALKS = Same(
        "SELECT {ConversationRow} FROM conversations
         WHERE workspace_id = $1 AND status = 'resolved' AND bare_to < next_position
           AND resolved_at < $2 AND (resolved_at, id) > ($3, $4)
         ORDER BY resolved_at, id LIMIT $5");
    OLD_FILES = Same(
        "SELECT {MediaRow} FROM media
         WHERE workspace_id = $1 AND hash IS NOT NULL
           AND created_at < $2 AND (created_at, message_id) > ($3, $4)
           AND EXISTS (
               SELECT 1 FROM conversations c
               WHERE c.workspace_id = $1 AND c.id = media.conversation_id
                 AND c.status = 'resolved' AND c.resolved_at < $2)
         ORDER BY created_at, message_id LIMIT $5");
    OLD_CONTACTS = Same(
        "SELECT p.id, p.created_at, CASE WHEN EXISTS (
             SELECT 1 FROM conversations c
             WHERE c.workspace_id = $1 AND c.contact_id = p.id
               AND (c.status <> 'resolved' OR c.resolved_at >= $2))
             THEN CAST(0 AS BIGINT) ELSE CAST(1 AS BIGINT) END
         FROM contacts p
         WHERE p.workspace_id = $1 AND p.erased_at IS NULL AND p.merged_into IS NULL
           AND p.created_at < $2 AND (p.created_at, p.id) > ($3, $4)
         ORDER BY p.created_at, p.id LIMIT $5");
    WEIGH_WORDS = Same(
        "SELECT COUNT(*), CAST(0 AS BIGINT), MIN(o.at) FROM (
             SELECT resolved_at AS at FROM conversations
             WHERE workspace_id = $1 AND status = 'resolved' AND bare_to < next_position
               AND resolved_at < $2
             ORDER BY resolved_at LIMIT $3) o");
    WEIGH_FILES = Same(
        "SELECT COUNT(*), CAST(COALESCE(SUM(o.size), 0) AS BIGINT), MIN(o.at) FROM (
             SELECT m.created_at AS at, m.size FROM media m
             WHERE m.workspace_id = $1 AND m.hash IS NOT NULL AND m.created_at < $2
               AND EXISTS (
                   SELECT 1 FROM conversations c
                   WHERE c.workspace_id = $1 AND c.id = m.conversation_id
                     AND c.status = 'resolved' AND c.resolved_at < $2)
             ORDER BY m.created_at LIMIT $3) o");
    WEIGH_CONTACTS = Same(
        "SELECT COUNT(*), CAST(0 AS BIGINT), MIN(o.at) FROM (
             SELECT p.created_at AS at FROM contacts p
             WHERE p.workspace_id = $1 AND p.erased_at IS NULL AND p.merged_into IS NULL
               AND p.created_at < $2 AND NOT EXISTS (
                   SELECT 1 FROM conversations c
                   WHERE c.workspace_id = $1 AND c.contact_id = p.id
                     AND (c.status <> 'resolved' OR c.resolved_at >= $2))
             ORDER BY p.created_at LIMIT $3) o");
    WEIGH_RAW = Same(
        "SELECT COUNT(*), CAST(0 AS BIGINT), MIN(o.at) FROM (
             SELECT received_at AS at FROM receipts
             WHERE workspace_id = $1 AND received_at < $2 AND outcome <> 'quarantined'
             ORDER BY received_at LIMIT $3) o");
    WEIGH_QUARANTINED = Same(
        "SELECT COUNT(*), CAST(0 AS BIGINT), MIN(o.at) FROM (
             SELECT received_at AS at FROM receipts
             WHERE workspace_id = $1 AND received_at < $2
               AND outcome = 'quarantined' AND outcome <> 'processed'
             ORDER BY received_at LIMIT $3) o");
    WEIGH_ACCESSES = Same(
        "SELECT COUNT(*), CAST(0 AS BIGINT), MIN(o.at) FROM (
             SELECT at FROM accesses
             WHERE workspace_id = $1 AND at < $2
             ORDER BY at LIMIT $3) o");
    QUARANTINED_PRUNE = Same(
        "DELETE FROM receipts
         WHERE workspace_id = $1 AND (channel_id, provider_id) IN (
             SELECT r.channel_id, r.provider_id FROM receipts r
             WHERE r.workspace_id = $1 AND r.received_at < $2
               AND r.outcome = 'quarantined' AND r.outcome <> 'processed'
             ORDER BY r.received_at LIMIT $3)
         RETURNING CAST(1 AS BIGINT)");
    /// A guard: the talk may be another one by now.
    MEDIA_REMOVE = Same(
        "UPDATE media SET state = 'removed', hash = NULL, is_inline = 0
         WHERE workspace_id = $1 AND message_id = $2 AND hash = $3 AND EXISTS (
             SELECT 1 FROM conversations c
             WHERE c.workspace_id = $1 AND c.id = media.conversation_id
               AND c.status = 'resolved')");
}

impl Record for Weight {
    const TABLE: &'static str = "a weight";
    fn read(cols: &dyn Cols) -> Result<Self> {
        let (count, bytes, oldest) = Record::read(cols)?;
        Ok(Self { count, bytes, oldest })
    }
}

impl Record for OldContact {
    const TABLE: &'static str = "an old contact";
    fn read(cols: &dyn Cols) -> Result<Self> {
        let (id, known_since, is_quiet) = Record::read(cols)?;
        Ok(Self { id, known_since, is_quiet })
    }
}

pub(crate) fn weight(ws: WorkspaceId, of: Aging, before: Timestamp, at_most: i64) -> Query<Weight> {
    let stmt = match of {
        Aging::Words => WEIGH_WORDS,
        Aging::Files => WEIGH_FILES,
        Aging::Contacts => WEIGH_CONTACTS,
        Aging::Raw => WEIGH_RAW,
        Aging::Quarantined => WEIGH_QUARANTINED,
        Aging::Accesses => WEIGH_ACCESSES,
    };
    query(stmt, vals![ws, before, at_most])
}

/// Gives a row for each that is deleted.
pub(crate) fn prune(ws: WorkspaceId, what: Prune, before: Timestamp, limit: i64) -> Query<(i64,)> {
    let stmt = match what {
        Prune::Receipts => log::RECEIPTS_PRUNE,
        Prune::Jobs => work::JOBS_PRUNE,
        Prune::Requests => log::REQUESTS_PRUNE,
        Prune::Sessions => settings::SESSIONS_PRUNE,
        Prune::Statuses => reports::STATUSES_PRUNE,
        Prune::Quarantined => QUARANTINED_PRUNE,
    };
    query(stmt, vals![ws, before, limit])
}

pub(crate) fn wordy(ws: WorkspaceId, old: Older) -> Query<ConversationRow> {
    list(WORDY_TALKS, ws, old)
}

pub(crate) fn old_files(ws: WorkspaceId, old: Older) -> Query<MediaRow> {
    list(OLD_FILES, ws, old)
}

pub(crate) fn old_contacts(ws: WorkspaceId, old: Older) -> Query<OldContact> {
    list(OLD_CONTACTS, ws, old)
}

fn list<T: Record>(stmt: StmtId, ws: WorkspaceId, old: Older) -> Query<T> {
    let Older { before, behind: Behind(at, id), limit } = old;
    query(stmt, vals![ws, before, at, id, limit])
}

pub(crate) fn remove_file(set: &mut WriteSet, ws: WorkspaceId, message: MessageId, hash: &str) {
    set.push(MEDIA_REMOVE, Hit::Guard, vals![ws, message, hash]);
}
