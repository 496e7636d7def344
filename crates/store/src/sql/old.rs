//! What was written before encryption at rest was switched on, and stands there as it is.

use crate::row::{Cols, Record};
use crate::statement::{Dialect, StmtId, Text, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::{Value, vals};
use relais_app::port::store::Result;
use relais_core::id::WorkspaceId;

/// A text where it stands.
pub(crate) struct Old {
    /// Where its row lies.
    pub(crate) at: String,
    pub(crate) text: String,
}

impl Record for Old {
    const TABLE: &'static str = "what was written before";
    fn read(cols: &dyn Cols) -> Result<Self> {
        let (at, text) = Record::read(cols)?;
        Ok(Self { at, text })
    }
}

/// Two texts: rows have no common name.
macro_rules! find {
    ($table:literal, $column:literal) => {
        Text::Each {
            sqlite: concat!(
                "SELECT CAST(rowid AS TEXT), ",
                $column,
                " FROM ",
                $table,
                " WHERE workspace_id = $1 AND rowid > CAST($2 AS INTEGER)
                    AND SUBSTR(",
                $column,
                ", 1, 1) <> CHAR(1)
                  ORDER BY rowid LIMIT $3"
            ),
            postgres: concat!(
                "SELECT CAST(ctid AS TEXT), ",
                $column,
                " FROM ",
                $table,
                " WHERE workspace_id = $1 AND ctid > CAST(CAST($2 AS TEXT) AS TID)
                    AND LEFT(",
                $column,
                ", 1) <> CHR(1)
                  ORDER BY ctid LIMIT $3"
            ),
        }
    };
}

/// The same for a table that has no number of a row on SQLite: by an expression that names it.
macro_rules! find_named {
    ($table:literal, $column:literal, $name:literal, $only:literal) => {
        Text::Each {
            sqlite: concat!(
                "SELECT ",
                $name,
                ", ",
                $column,
                " FROM ",
                $table,
                " WHERE workspace_id = $1 AND ",
                $only,
                $name,
                " > $2
                    AND SUBSTR(",
                $column,
                ", 1, 1) <> CHAR(1)
                  ORDER BY 1 LIMIT $3"
            ),
            postgres: concat!(
                "SELECT CAST(ctid AS TEXT), ",
                $column,
                " FROM ",
                $table,
                " WHERE workspace_id = $1 AND ",
                $only,
                "ctid > CAST(CAST($2 AS TEXT) AS TID)
                    AND LEFT(",
                $column,
                ", 1) <> CHR(1)
                  ORDER BY ctid LIMIT $3"
            ),
        }
    };
}

/// Unless it changed meanwhile; on SQLite by the number of its row, or by an expression that names it.
macro_rules! seal {
    ($table:literal, $column:literal) => {
        seal!($table, $column, "rowid = CAST($2 AS INTEGER)")
    };
    ($table:literal, $column:literal, $is_it:literal) => {
        Text::Each {
            sqlite: concat!(
                "UPDATE ",
                $table,
                " SET ",
                $column,
                " = $3
                 WHERE workspace_id = $1 AND ",
                $is_it,
                " AND ",
                $column,
                " = $4"
            ),
            postgres: concat!(
                "UPDATE ",
                $table,
                " SET ",
                $column,
                " = $3
                 WHERE workspace_id = $1 AND ctid = CAST(CAST($2 AS TEXT) AS TID)
                   AND ",
                $column,
                " = $4"
            ),
        }
    };
}

statements! {
    15;
    OLD_RECEIPTS_RAW = find!("receipts", "raw");
    SEAL_RECEIPTS_RAW = seal!("receipts", "raw");
    OLD_RECEIPTS_REASON = find!("receipts", "reason");
    SEAL_RECEIPTS_REASON = seal!("receipts", "reason");
    OLD_STATUSES_RAW = find!("statuses", "raw");
    SEAL_STATUSES_RAW = seal!("statuses", "raw");
    OLD_EVENTS_DATA = find!("events", "data");
    SEAL_EVENTS_DATA = seal!("events", "data");
    OLD_EVENTS_CONTENT = find!("events", "content");
    SEAL_EVENTS_CONTENT = seal!("events", "content");
    OLD_OUTBOX_CONTENT = find!("outbox", "content");
    SEAL_OUTBOX_CONTENT = seal!("outbox", "content");
    OLD_CONVERSATIONS_STATE = find!("conversations", "state");
    SEAL_CONVERSATIONS_STATE = seal!("conversations", "state");
    OLD_CONVERSATIONS_PREVIEW = find!("conversations", "preview");
    SEAL_CONVERSATIONS_PREVIEW = seal!("conversations", "preview");
    OLD_GAPS_QUESTION = find!("gaps", "question");
    SEAL_GAPS_QUESTION = seal!("gaps", "question");
    OLD_NOTIFICATIONS_PAYLOAD = find!("notifications", "payload");
    SEAL_NOTIFICATIONS_PAYLOAD = seal!("notifications", "payload");
    OLD_DRAFTS_TEXT = find!("drafts", "text");
    SEAL_DRAFTS_TEXT = seal!("drafts", "text");
    OLD_MEDIA_FILENAME = find!("media", "filename");
    SEAL_MEDIA_FILENAME = seal!("media", "filename");
    OLD_JOBS_ERROR = find!("jobs", "error");
    SEAL_JOBS_ERROR = seal!("jobs", "error");
    OLD_CONTACTS_NAME = find_named!("contacts", "name", "HEX(id)", "");
    SEAL_CONTACTS_NAME = seal!("contacts", "name", "id = UNHEX($2)");
    OLD_CONTACTS_ATTRIBUTES = find_named!("contacts", "attributes", "HEX(id)", "");
    SEAL_CONTACTS_ATTRIBUTES = seal!("contacts", "attributes", "id = UNHEX($2)");
    OLD_CONTACTS_RECTIFIED = find_named!("contacts", "rectified", "HEX(id)", "");
    SEAL_CONTACTS_RECTIFIED = seal!("contacts", "rectified", "id = UNHEX($2)");
    OLD_ENTRIES_DATA = find_named!(
        "entries", "data", "kind || ' ' || id", "kind >= 'delivery.' AND kind < 'delivery/' AND ");
    SEAL_ENTRIES_DATA = seal!(
        "entries", "data", "kind >= 'delivery.' AND kind < 'delivery/' AND kind || ' ' || id = $2");
}

/// Every place that holds what a person said or is, with what finds and what seals it.
pub(crate) const PLACES: &[(&str, StmtId, StmtId)] = &[
    ("receipts.raw", OLD_RECEIPTS_RAW, SEAL_RECEIPTS_RAW),
    ("receipts.reason", OLD_RECEIPTS_REASON, SEAL_RECEIPTS_REASON),
    ("statuses.raw", OLD_STATUSES_RAW, SEAL_STATUSES_RAW),
    ("events.data", OLD_EVENTS_DATA, SEAL_EVENTS_DATA),
    ("events.content", OLD_EVENTS_CONTENT, SEAL_EVENTS_CONTENT),
    ("outbox.content", OLD_OUTBOX_CONTENT, SEAL_OUTBOX_CONTENT),
    ("conversations.state", OLD_CONVERSATIONS_STATE, SEAL_CONVERSATIONS_STATE),
    ("conversations.preview", OLD_CONVERSATIONS_PREVIEW, SEAL_CONVERSATIONS_PREVIEW),
    ("gaps.question", OLD_GAPS_QUESTION, SEAL_GAPS_QUESTION),
    ("notifications.payload", OLD_NOTIFICATIONS_PAYLOAD, SEAL_NOTIFICATIONS_PAYLOAD),
    ("drafts.text", OLD_DRAFTS_TEXT, SEAL_DRAFTS_TEXT),
    ("media.filename", OLD_MEDIA_FILENAME, SEAL_MEDIA_FILENAME),
    ("jobs.error", OLD_JOBS_ERROR, SEAL_JOBS_ERROR),
    ("contacts.name", OLD_CONTACTS_NAME, SEAL_CONTACTS_NAME),
    ("contacts.attributes", OLD_CONTACTS_ATTRIBUTES, SEAL_CONTACTS_ATTRIBUTES),
    ("contacts.rectified", OLD_CONTACTS_RECTIFIED, SEAL_CONTACTS_RECTIFIED),
    ("entries.data", OLD_ENTRIES_DATA, SEAL_ENTRIES_DATA),
];

/// Before the first row.
pub(crate) fn beginning(dialect: Dialect) -> String {
    match dialect {
        Dialect::Sqlite => String::new(),
        Dialect::Postgres => "(0,0)".to_owned(),
    }
}

pub(crate) fn after(stmt: StmtId, ws: WorkspaceId, at: &str, limit: i64) -> Query<Old> {
    query(stmt, vals![ws, at, limit])
}

/// Both texts as they are in the database.
pub(crate) fn seal(set: &mut WriteSet, stmt: StmtId, ws: WorkspaceId, old: Old, sealed: String) {
    let mut args = vals![ws, old.at];
    args.extend([Value::Text(sealed), Value::Text(old.text)]);
    set.push(stmt, Hit::Any, args);
}
