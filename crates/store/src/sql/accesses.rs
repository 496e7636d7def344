//! The access log: who looked at whom.

use crate::row::record;
use crate::statement::{Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::vals;
use relais_app::port::store::{AccessOf, AccessRow};
use relais_core::id::WorkspaceId;
use relais_core::time::Timestamp;

record!(
    "accesses",
    ACCESS,
    AccessRow {
        seq: "seq",
        at: "at",
        who: "who",
        act: "act",
        contact: "contact_id",
        conversation: "conversation_id",
        hash: "hash",
    }
);

statements! {
    17;
    ACCESS_INSERT = Same(
        "INSERT INTO accesses (workspace_id, {AccessRow}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT DO NOTHING");
    ACCESS_HEAD = Same(
        "SELECT {AccessRow} FROM accesses WHERE workspace_id = $1 ORDER BY seq DESC LIMIT 1");
    ACCESSES_AFTER = Same(
        "SELECT {AccessRow} FROM accesses
         WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT $3");
    ACCESSES_BEFORE = Same(
        "SELECT {AccessRow} FROM accesses
         WHERE workspace_id = $1 AND seq < $2 ORDER BY seq DESC LIMIT $3");
    ACCESSES_OF_LOGIN = Same(
        "SELECT {AccessRow} FROM accesses
         WHERE workspace_id = $1 AND who = $4 AND seq < $2
         ORDER BY seq DESC LIMIT $3");
    ACCESSES_OF_CONVERSATION = Same(
        "SELECT {AccessRow} FROM accesses
         WHERE workspace_id = $1 AND conversation_id = $4 AND seq < $2
         ORDER BY seq DESC LIMIT $3");
    ACCESSES_OF_CONTACT = Same(
        "SELECT {AccessRow} FROM accesses
         WHERE workspace_id = $1 AND seq < $2 AND contact_id IN (
             SELECT $4 UNION ALL
             SELECT id FROM contacts WHERE workspace_id = $1 AND merged_into = $4)
         ORDER BY seq DESC LIMIT $3");
    LAST_OLD_ACCESS = Same(
        "SELECT {AccessRow} FROM accesses
         WHERE workspace_id = $1 AND at < $2 AND seq < COALESCE((
             SELECT MIN(y.seq) FROM accesses y WHERE y.workspace_id = $1 AND y.at >= $2), $3)
         ORDER BY seq DESC LIMIT 1");
    ACCESSES_PRUNE = Same(
        "DELETE FROM accesses
         WHERE workspace_id = $1 AND seq IN (
             SELECT a.seq FROM accesses a
             WHERE a.workspace_id = $1 AND a.seq < $2 ORDER BY a.seq LIMIT $3)
         RETURNING CAST(1 AS BIGINT)");
}

pub(crate) fn insert(set: &mut WriteSet, ws: WorkspaceId, row: &AccessRow) {
    let AccessRow { seq, at, who, act, contact, conversation, hash } = row;
    set.push(
        ACCESS_INSERT,
        Hit::Guard,
        vals![ws, *seq, *at, who, act, *contact, *conversation, hash.as_slice()],
    );
}

pub(crate) fn head(ws: WorkspaceId) -> Query<AccessRow> {
    query(ACCESS_HEAD, vals![ws])
}

pub(crate) fn after(ws: WorkspaceId, after: i64, limit: i64) -> Query<AccessRow> {
    query(ACCESSES_AFTER, vals![ws, after, limit])
}

pub(crate) fn before(ws: WorkspaceId, of: &AccessOf, before: i64, limit: i64) -> Query<AccessRow> {
    match of {
        AccessOf::All => query(ACCESSES_BEFORE, vals![ws, before, limit]),
        AccessOf::Login(who) => query(ACCESSES_OF_LOGIN, vals![ws, before, limit, who]),
        AccessOf::Contact(id) => query(ACCESSES_OF_CONTACT, vals![ws, before, limit, *id]),
        AccessOf::Conversation(id) => {
            query(ACCESSES_OF_CONVERSATION, vals![ws, before, limit, *id])
        }
    }
}

pub(crate) fn last_old(ws: WorkspaceId, before: Timestamp) -> Query<AccessRow> {
    query(LAST_OLD_ACCESS, vals![ws, before, i64::MAX])
}

pub(crate) fn prune(ws: WorkspaceId, before: i64, limit: i64) -> Query<(i64,)> {
    query(ACCESSES_PRUNE, vals![ws, before, limit])
}
