//! What agents keep beside the conversations: views under a name, what they began to write.

use crate::row::record;
use crate::statement::{Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::{content, vals};
use relais_app::port::store::{DraftRow, ViewRow};
use relais_core::id::WorkspaceId;
use uuid::Uuid;

record!(
    "views",
    VIEW,
    ViewRow {
        id: "id",
        owner: "owner",
        name: "name",
        query: "query",
        sort: "sort",
        created_at: "created_at",
    }
);

record!(
    "drafts",
    DRAFT,
    DraftRow {
        conversation: "conversation_id",
        author: "author",
        mode: "mode",
        text: "text" sealed,
        version: "version",
        at: "at",
    }
);

statements! {
    11;
    VIEWS_OF = Same(
        "SELECT {ViewRow} FROM views
         WHERE workspace_id = $1 AND (owner IS NULL OR owner = $2)
         ORDER BY created_at, id LIMIT 200");
    VIEW_PUT = Same(
        "INSERT INTO views (workspace_id, {ViewRow}) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (workspace_id, id) DO UPDATE
         SET owner = excluded.owner, name = excluded.name, query = excluded.query,
             sort = excluded.sort");
    VIEW_DELETE = Same("DELETE FROM views WHERE workspace_id = $1 AND id = $2");
    DRAFTS_OF = Same(
        "SELECT {DraftRow} FROM drafts
         WHERE workspace_id = $1 AND author = $2
         ORDER BY conversation_id, mode LIMIT 1000");
    DRAFT_FIRST = Same(
        "INSERT INTO drafts (workspace_id, {DraftRow}) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT DO NOTHING");
    DRAFT_NEXT = Same(
        "UPDATE drafts SET text = $5, version = $6, at = $7
         WHERE workspace_id = $1 AND conversation_id = $2 AND author = $3 AND mode = $4
           AND version + 1 = $6");
    DRAFT_DELETE = Same(
        "DELETE FROM drafts
         WHERE workspace_id = $1 AND conversation_id = $2 AND author = $3 AND mode = $4
           AND version = $5");
    DRAFTS_ERASE = Same("DELETE FROM drafts WHERE workspace_id = $1 AND conversation_id = $2");
}

pub(crate) fn views(ws: WorkspaceId, owner: &str) -> Query<ViewRow> {
    query(VIEWS_OF, vals![ws, owner])
}

pub(crate) fn put_view(set: &mut WriteSet, ws: WorkspaceId, row: &ViewRow) {
    set.push(
        VIEW_PUT,
        Hit::Sure,
        vals![ws, row.id, row.owner.as_deref(), &row.name, &row.query, &row.sort, row.created_at],
    );
}

pub(crate) fn delete_view(set: &mut WriteSet, ws: WorkspaceId, id: Uuid) {
    set.push(VIEW_DELETE, Hit::Any, vals![ws, id]);
}

pub(crate) fn drafts_of(ws: WorkspaceId, author: &str) -> Query<DraftRow> {
    query(DRAFTS_OF, vals![ws, author])
}

/// Misses its guard when another device wrote meanwhile.
pub(crate) fn put_draft(set: &mut WriteSet, ws: WorkspaceId, row: &DraftRow) {
    let key = vals![ws, row.conversation, &row.author, &row.mode];
    if row.text.is_empty() {
        let mut args = key;
        args.push((row.version - 1).into());
        // Nothing was there and nothing is: no conflict.
        let hit = if row.version == 1 { Hit::Any } else { Hit::Guard };
        set.push(DRAFT_DELETE, hit, args);
        return;
    }
    let mut args = key;
    args.extend(vals![content("drafts.text", row.text.as_str()), row.version, row.at]);
    let stmt = if row.version == 1 { DRAFT_FIRST } else { DRAFT_NEXT };
    set.push(stmt, Hit::Guard, args);
}
