//! Contacts and their addresses.

use crate::row::record;
use crate::statement::{Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::{content, vals};
use relais_app::port::store::{ContactRow, Identity};
use relais_core::id::{ContactId, WorkspaceId};
use relais_core::time::Timestamp;

record!(
    "contacts",
    CONTACT,
    ContactRow {
        id: "id",
        name: "name" sealed,
        phone: "phone",
        bsuid: "bsuid",
        language: "language",
        attributes: "attributes" sealed,
        is_opted_out: "is_opted_out",
        created_at: "created_at",
        rectified: "rectified" sealed,
        is_restricted: "is_restricted",
        revision: "revision",
    }
);

statements! {
    0;
    CONTACT_INSERT = Same(
        "INSERT INTO contacts (workspace_id, {ContactRow})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
         ON CONFLICT DO NOTHING");
    IDENTITY_INSERT = Same(
        "INSERT INTO identities (workspace_id, kind, value, contact_id)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING");
    /// Misses only if the address is another contact's.
    IDENTITY_ADD = Same(
        "INSERT INTO identities (workspace_id, kind, value, contact_id)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT (workspace_id, kind, value) DO UPDATE SET contact_id = excluded.contact_id
         WHERE identities.contact_id = excluded.contact_id");
    CONTACT_UPDATE = Same(
        "UPDATE contacts
         SET name = $3, phone = $4, bsuid = $5, language = $6, attributes = $7, is_opted_out = $8,
             rectified = $9
         WHERE workspace_id = $1 AND id = $2 AND merged_into IS NULL AND erased_at IS NULL
             AND revision = $10");
    /// What people say; all else may be news of the provider's.
    CONTACT_RECTIFY = Same(
        "UPDATE contacts
         SET name = $3, language = $4, rectified = $5, is_restricted = $6, revision = revision + 1
         WHERE workspace_id = $1 AND id = $2 AND merged_into IS NULL AND erased_at IS NULL
             AND revision = $7");
    IDENTITY_DELETE = Same(
        "DELETE FROM identities
         WHERE workspace_id = $1 AND kind = $2 AND value = $3 AND contact_id = $4");
    /// Comes first in its unit: whoever opens a conversation for the contact waits for it.
    CONTACT_MERGE = Same(
        "UPDATE contacts SET merged_into = $3
         WHERE workspace_id = $1 AND id = $2 AND merged_into IS NULL AND revision = $4");
    /// The same lock on the one that stays.
    CONTACT_STAYS = Same(
        "UPDATE contacts SET merged_into = NULL
         WHERE workspace_id = $1 AND id = $2 AND merged_into IS NULL");
    IDENTITIES_MOVE = Same(
        "UPDATE identities SET contact_id = $3 WHERE workspace_id = $1 AND contact_id = $2");
    CONTACTS_MERGED_INTO = Same(
        "SELECT id FROM contacts WHERE workspace_id = $1 AND merged_into = $2");
    CONTACT_ERASED_AT = Same(
        "SELECT erased_at FROM contacts
         WHERE workspace_id = $1 AND id = $2 AND erased_at IS NOT NULL");
    /// Comes last: nothing may be left behind.
    CONTACT_EMPTY = Same(
        "UPDATE contacts SET merged_into = merged_into
         WHERE workspace_id = $1 AND id = $2 AND NOT EXISTS (
             SELECT 1 FROM conversations c WHERE c.workspace_id = $1 AND c.contact_id = $2)");
    CONTACT_BY_ID = Same(
        "SELECT {ContactRow} FROM contacts WHERE workspace_id = $1 AND id = $2");
    CONTACT_BY_IDENTITY = Same(
        "SELECT {ContactRow} FROM contacts
         WHERE workspace_id = $1 AND id = (
             SELECT contact_id FROM identities
             WHERE workspace_id = $1 AND kind = $2 AND value = $3)");
}

pub(crate) fn new_contact(
    set: &mut WriteSet,
    ws: WorkspaceId,
    contact: &ContactRow,
    identities: &[Identity],
) {
    // Addresses first: they are what two first messages collide on.
    for identity in identities {
        set.push(
            IDENTITY_INSERT,
            Hit::Guard,
            vals![ws, identity.kind, &identity.value, contact.id],
        );
    }
    set.push(
        CONTACT_INSERT,
        Hit::Guard,
        vals![
            ws,
            contact.id,
            content("contacts.name", contact.name.as_deref()),
            contact.phone.as_deref(),
            contact.bsuid.as_deref(),
            contact.language.as_deref(),
            content("contacts.attributes", contact.attributes.as_str()),
            contact.is_opted_out,
            contact.created_at,
            content("contacts.rectified", contact.rectified.as_str()),
            contact.is_restricted,
            contact.revision,
        ],
    );
}

pub(crate) fn add_identity(
    set: &mut WriteSet,
    ws: WorkspaceId,
    contact: ContactId,
    identity: &Identity,
) {
    set.push(IDENTITY_ADD, Hit::Guard, vals![ws, identity.kind, &identity.value, contact]);
}

pub(crate) fn free_identity(
    set: &mut WriteSet,
    ws: WorkspaceId,
    contact: ContactId,
    identity: &Identity,
) {
    set.push(IDENTITY_DELETE, Hit::Any, vals![ws, identity.kind, &identity.value, contact]);
}

pub(crate) fn merge(
    set: &mut WriteSet,
    ws: WorkspaceId,
    (from, revision): (ContactId, i64),
    into: ContactId,
) {
    set.push(CONTACT_MERGE, Hit::Guard, vals![ws, from, into, revision]);
    set.push(CONTACT_STAYS, Hit::Guard, vals![ws, into]);
    set.push(IDENTITIES_MOVE, Hit::Any, vals![ws, from, into]);
}

/// The last word of a merge.
pub(crate) fn is_empty(set: &mut WriteSet, ws: WorkspaceId, from: ContactId) {
    set.push(CONTACT_EMPTY, Hit::Guard, vals![ws, from]);
}

pub(crate) fn update_contact(set: &mut WriteSet, ws: WorkspaceId, contact: &ContactRow) {
    set.push(
        CONTACT_UPDATE,
        Hit::Guard,
        vals![
            ws,
            contact.id,
            content("contacts.name", contact.name.as_deref()),
            contact.phone.as_deref(),
            contact.bsuid.as_deref(),
            contact.language.as_deref(),
            content("contacts.attributes", contact.attributes.as_str()),
            contact.is_opted_out,
            content("contacts.rectified", contact.rectified.as_str()),
            contact.revision,
        ],
    );
}

pub(crate) fn rectify(set: &mut WriteSet, ws: WorkspaceId, contact: &ContactRow) {
    set.push(
        CONTACT_RECTIFY,
        Hit::Guard,
        vals![
            ws,
            contact.id,
            content("contacts.name", contact.name.as_deref()),
            contact.language.as_deref(),
            content("contacts.rectified", contact.rectified.as_str()),
            contact.is_restricted,
            contact.revision,
        ],
    );
}

pub(crate) fn contact(ws: WorkspaceId, id: ContactId) -> Query<ContactRow> {
    query(CONTACT_BY_ID, vals![ws, id])
}

pub(crate) fn contact_by_identity(ws: WorkspaceId, kind: &str, value: &str) -> Query<ContactRow> {
    query(CONTACT_BY_IDENTITY, vals![ws, kind, value])
}

pub(crate) fn merged_into(ws: WorkspaceId, contact: ContactId) -> Query<(ContactId,)> {
    query(CONTACTS_MERGED_INTO, vals![ws, contact])
}

pub(crate) fn erased(ws: WorkspaceId, contact: ContactId) -> Query<(Timestamp,)> {
    query(CONTACT_ERASED_AT, vals![ws, contact])
}
