//! Checks across tables, and the removal of sample data. Hot tables have no foreign keys, so
//! every relation is counted here instead.

use crate::statement::{StmtId, Text, Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::vals;
use relais_core::id::WorkspaceId;

/// Rows of a table whose conversation is missing.
macro_rules! without_conversation {
    ($table:literal) => {
        concat!(
            "SELECT COUNT(*) FROM ",
            $table,
            " child WHERE child.workspace_id = $1 AND child.conversation_id IS NOT NULL
              AND NOT EXISTS (
                  SELECT 1 FROM conversations c
                  WHERE c.workspace_id = $1 AND c.id = child.conversation_id)"
        )
    };
}

/// Rows of a table that belong to sample conversations.
macro_rules! delete_of_sample {
    ($table:literal) => {
        concat!(
            "DELETE FROM ",
            $table,
            " WHERE workspace_id = $1 AND conversation_id IN (
                  SELECT id FROM conversations WHERE workspace_id = $1 AND is_sample = 1)"
        )
    };
}

/// Contacts that have sample conversations and no other.
macro_rules! only_sample {
    ($contact:literal) => {
        concat!(
            $contact,
            " IN (SELECT contact_id FROM conversations WHERE workspace_id = $1 AND is_sample = 1)
             AND NOT EXISTS (
                 SELECT 1 FROM conversations other
                 WHERE other.workspace_id = $1 AND other.contact_id = ",
            $contact,
            " AND other.is_sample = 0)"
        )
    };
}

statements! {
    7;
    PING_STORE = Same("SELECT CAST(1 AS BIGINT)");
    EVENTS_WITHOUT_CONVERSATION = Same(without_conversation!("events"));
    RECEIPTS_WITHOUT_CONVERSATION = Same(without_conversation!("receipts"));
    OUTBOX_WITHOUT_CONVERSATION = Same(without_conversation!("outbox"));
    NOTIFICATIONS_WITHOUT_CONVERSATION = Same(without_conversation!("notifications"));
    GAPS_WITHOUT_CONVERSATION = Same(without_conversation!("gaps"));
    MEDIA_WITHOUT_CONVERSATION = Same(without_conversation!("media"));
    OUTBOX_WITHOUT_EVENT = Same(
        "SELECT COUNT(*) FROM outbox o
         WHERE o.workspace_id = $1 AND NOT EXISTS (
             SELECT 1 FROM events e
             WHERE e.workspace_id = $1 AND e.conversation_id = o.conversation_id
               AND e.position = o.position)");
    CONVERSATIONS_WITHOUT_CONTACT = Same(
        "SELECT COUNT(*) FROM conversations c
         WHERE c.workspace_id = $1 AND NOT EXISTS (
             SELECT 1 FROM contacts p WHERE p.workspace_id = $1 AND p.id = c.contact_id)");
    IDENTITIES_WITHOUT_CONTACT = Same(
        "SELECT COUNT(*) FROM identities i
         WHERE i.workspace_id = $1 AND NOT EXISTS (
             SELECT 1 FROM contacts p WHERE p.workspace_id = $1 AND p.id = i.contact_id)");
    /// Positions are 1, 2, 3 … without gaps (R3), and the row knows the next one.
    CONVERSATIONS_WITH_GAPS = Same(
        "SELECT COUNT(*) FROM conversations c
         WHERE c.workspace_id = $1 AND c.next_position - 1 <> (
             SELECT COUNT(*) FROM events e
             WHERE e.workspace_id = $1 AND e.conversation_id = c.id
               AND e.position < c.next_position)");
    SAMPLE_COUNT = Same(
        "SELECT COUNT(*) FROM conversations WHERE workspace_id = $1 AND is_sample = 1");
    /// Two texts: on SQLite the index row is the event's, on PostgreSQL it has its own key.
    SAMPLE_SEARCH = Text::Each {
        sqlite:
            "DELETE FROM search WHERE rowid IN (
                 SELECT e.id FROM events e
                 WHERE e.workspace_id = $1 AND e.conversation_id IN (
                     SELECT id FROM conversations WHERE workspace_id = $1 AND is_sample = 1))",
        postgres: delete_of_sample!("search"),
    };
    SAMPLE_STATUSES = Same(
        "DELETE FROM statuses WHERE workspace_id = $1 AND (channel_id, provider_id) IN (
             SELECT o.channel_id, o.provider_id FROM outbox o
             JOIN conversations c ON c.workspace_id = o.workspace_id AND c.id = o.conversation_id
             WHERE o.workspace_id = $1 AND c.is_sample = 1 AND o.provider_id IS NOT NULL)");
    SAMPLE_EVENTS = Same(delete_of_sample!("events"));
    SAMPLE_RECEIPTS = Same(delete_of_sample!("receipts"));
    SAMPLE_OUTBOX = Same(delete_of_sample!("outbox"));
    SAMPLE_NOTIFICATIONS = Same(delete_of_sample!("notifications"));
    SAMPLE_MEDIA = Same(delete_of_sample!("media"));
    SAMPLE_GAPS = Same(delete_of_sample!("gaps"));
    SAMPLE_IDENTITIES = Same(concat!(
        "DELETE FROM identities WHERE workspace_id = $1 AND ",
        only_sample!("identities.contact_id")));
    SAMPLE_CONTACTS = Same(concat!(
        "DELETE FROM contacts WHERE workspace_id = $1 AND ", only_sample!("contacts.id")));
    SAMPLE_CONVERSATIONS = Same(
        "DELETE FROM conversations WHERE workspace_id = $1 AND is_sample = 1");
}

pub(crate) fn ping() -> Query<(i64,)> {
    query(PING_STORE, Vec::new())
}

/// What is counted, by the name doctor shows.
pub(crate) const RELATIONS: &[(&str, StmtId)] = &[
    ("events without conversation", EVENTS_WITHOUT_CONVERSATION),
    ("receipts without conversation", RECEIPTS_WITHOUT_CONVERSATION),
    ("outbox rows without conversation", OUTBOX_WITHOUT_CONVERSATION),
    ("outbox rows without event", OUTBOX_WITHOUT_EVENT),
    ("notifications without conversation", NOTIFICATIONS_WITHOUT_CONVERSATION),
    ("gaps without conversation", GAPS_WITHOUT_CONVERSATION),
    ("media without conversation", MEDIA_WITHOUT_CONVERSATION),
    ("conversations without contact", CONVERSATIONS_WITHOUT_CONTACT),
    ("conversations with missing positions", CONVERSATIONS_WITH_GAPS),
    ("identities without contact", IDENTITIES_WITHOUT_CONTACT),
];

pub(crate) fn count(ws: WorkspaceId, stmt: StmtId) -> Query<(i64,)> {
    query(stmt, vals![ws])
}

pub(crate) fn delete_sample(set: &mut WriteSet, ws: WorkspaceId) {
    let in_order = [
        SAMPLE_SEARCH,
        SAMPLE_STATUSES,
        SAMPLE_EVENTS,
        SAMPLE_RECEIPTS,
        SAMPLE_OUTBOX,
        SAMPLE_NOTIFICATIONS,
        SAMPLE_GAPS,
        SAMPLE_MEDIA,
        SAMPLE_IDENTITIES,
        SAMPLE_CONTACTS,
        SAMPLE_CONVERSATIONS,
    ];
    for stmt in in_order {
        set.push(stmt, Hit::Any, vals![ws]);
    }
}
