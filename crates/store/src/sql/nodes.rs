//! Programs that share the database, and their leases. The clock is the database's.

use crate::row::record;
use crate::statement::{Text, Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::vals;
use relais_app::port::store::NodeRow;
use relais_core::id::WorkspaceId;
use relais_core::time::Span;

record!(
    "nodes",
    NODE,
    NodeRow {
        id: "id",
        host: "host",
        version: "version",
        started_at: "started_at",
        seen_at: "seen_at",
        lease_until: "lease_until",
        is_alive: "is_alive",
    }
);

statements! {
    10;
    NODE_JOIN = Same(
        "INSERT INTO nodes (workspace_id, id, host, version, started_at, seen_at, lease_until)
         VALUES ($1, $2, $3, $4, {now}, {now}, {now} + $5)");
    /// A lease that has ended stays so: others may have taken over already.
    NODE_RENEW = Same(
        "UPDATE nodes SET seen_at = {now}, lease_until = {now} + $3
         WHERE workspace_id = $1 AND id = $2 AND lease_until > {now}");
    NODE_LEAVE = Same(
        "UPDATE nodes SET seen_at = {now}, lease_until = 0
         WHERE workspace_id = $1 AND id = $2 AND lease_until > {now}");
    /// The guard of everything a node writes (R21). It locks nothing: what is taken over is guarded
    /// by rows of its own. Two texts: SQLite counts only rows that change, and has one writer.
    NODE_GUARD = Text::Each {
        sqlite:
            "UPDATE nodes SET seen_at = seen_at
             WHERE workspace_id = $1 AND id = $2 AND lease_until > {now}",
        postgres:
            "SELECT 1 FROM nodes WHERE workspace_id = $1 AND id = $2 AND lease_until > {now}",
    };
    NODES_ALL = Same(
        "SELECT {NodeRow} FROM (
             SELECT id, host, version, started_at, seen_at, lease_until,
                 CAST(CASE WHEN lease_until > {now} THEN 1 ELSE 0 END AS BIGINT) AS is_alive
             FROM nodes WHERE workspace_id = $1) listed
         ORDER BY started_at, id");
    NODES_PRUNE = Same(
        "DELETE FROM nodes WHERE workspace_id = $1 AND seen_at < {now} - $2 AND lease_until < {now}");
}

pub(crate) fn join(
    set: &mut WriteSet,
    ws: WorkspaceId,
    id: &str,
    host: &str,
    version: &str,
    lease: Span,
) {
    set.push(NODE_JOIN, Hit::Sure, vals![ws, id, host, version, lease]);
}

pub(crate) fn renew(set: &mut WriteSet, ws: WorkspaceId, id: &str, lease: Span) {
    set.push(NODE_RENEW, Hit::Guard, vals![ws, id, lease]);
}

pub(crate) fn leave(set: &mut WriteSet, ws: WorkspaceId, id: &str) {
    set.push(NODE_LEAVE, Hit::Any, vals![ws, id]);
}

pub(crate) fn guard(set: &mut WriteSet, ws: WorkspaceId, id: &str) {
    set.push(NODE_GUARD, Hit::Lease, vals![ws, id]);
}

pub(crate) fn all(ws: WorkspaceId) -> Query<NodeRow> {
    query(NODES_ALL, vals![ws])
}

pub(crate) fn prune(set: &mut WriteSet, ws: WorkspaceId, older: Span) {
    set.push(NODES_PRUNE, Hit::Any, vals![ws, older]);
}
