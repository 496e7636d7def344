//! Small objects that come in lists.

use crate::row::record;
use crate::statement::{Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::{Value, content, vals};
use relais_app::port::store::EntryRow;
use relais_core::id::WorkspaceId;

record!("entries", ENTRY, EntryRow { kind: "kind", id: "id", data: "data" sealed, at: "at" });

statements! {
    12;
    ENTRY_PUT = Same(
        "INSERT INTO entries (workspace_id, {EntryRow}) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (workspace_id, kind, id) DO UPDATE
         SET data = excluded.data, at = excluded.at");
    /// A guard: somebody else may have changed it.
    ENTRY_SWAP = Same(
        "UPDATE entries SET data = $5
         WHERE workspace_id = $1 AND kind = $2 AND id = $3 AND data = $4");
    /// A guard: it can be taken once.
    ENTRY_TAKE = Same(
        "DELETE FROM entries WHERE workspace_id = $1 AND kind = $2 AND id = $3");
    ENTRY_ONE = Same(
        "SELECT {EntryRow} FROM entries WHERE workspace_id = $1 AND kind = $2 AND id = $3");
    ENTRIES_NEWEST = Same(
        "SELECT {EntryRow} FROM entries WHERE workspace_id = $1 AND kind = $2
         ORDER BY at DESC, id DESC LIMIT $3");
    ENTRIES_PRUNE = Same(
        "DELETE FROM entries
         WHERE workspace_id = $1 AND kind = $2 AND id IN (
             SELECT e.id FROM entries e
             WHERE e.workspace_id = $1 AND e.kind = $2 AND e.at < $3 LIMIT $4)
         RETURNING CAST(1 AS BIGINT)");
}

pub(crate) fn put(set: &mut WriteSet, ws: WorkspaceId, row: &EntryRow) {
    // What other programs answered may repeat what was said. Other lists hold none of it, and are
    // compared when they change.
    let data = if row.kind.starts_with("delivery.") {
        content("entries.data", row.data.as_str())
    } else {
        Value::from(&row.data)
    };
    set.push(ENTRY_PUT, Hit::Sure, vals![ws, &row.kind, &row.id, data, row.at]);
}

pub(crate) fn swap(set: &mut WriteSet, ws: WorkspaceId, row: &EntryRow, data: &str) {
    set.push(ENTRY_SWAP, Hit::Guard, vals![ws, &row.kind, &row.id, &row.data, data]);
}

pub(crate) fn take(set: &mut WriteSet, ws: WorkspaceId, kind: &str, id: &str) {
    set.push(ENTRY_TAKE, Hit::Guard, vals![ws, kind, id]);
}

pub(crate) fn entry(ws: WorkspaceId, kind: &str, id: &str) -> Query<EntryRow> {
    query(ENTRY_ONE, vals![ws, kind, id])
}

pub(crate) fn newest(ws: WorkspaceId, kind: &str, limit: i64) -> Query<EntryRow> {
    query(ENTRIES_NEWEST, vals![ws, kind, limit])
}
