//! Contacts and their addresses.

use crate::row::record;
use crate::statement::{Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::vals;
use relais_app::port::store::{ContactRow, Identity};
use relais_core::id::{ContactId, WorkspaceId};

record!(
    "contacts",
    CONTACT,
    ContactRow {
        id: "id",
        name: "name",
        phone: "phone",
        bsuid: "bsuid",
        language: "language",
        attributes: "attributes",
        is_opted_out: "is_opted_out",
        created_at: "created_at",
    }
);

statements! {
    0;
    CONTACT_INSERT = Same(
        "INSERT INTO contacts (workspace_id, {ContactRow})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         ON CONFLICT DO NOTHING");
    IDENTITY_INSERT = Same(
        "INSERT INTO identities (workspace_id, kind, value, contact_id)
         VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING");
    CONTACT_UPDATE = Same(
        "UPDATE contacts
         SET name = $3, phone = $4, bsuid = $5, language = $6, attributes = $7, is_opted_out = $8
         WHERE workspace_id = $1 AND id = $2");
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
            contact.name.as_deref(),
            contact.phone.as_deref(),
            contact.bsuid.as_deref(),
            contact.language.as_deref(),
            &contact.attributes,
            contact.is_opted_out,
            contact.created_at,
        ],
    );
}

pub(crate) fn add_identity(
    set: &mut WriteSet,
    ws: WorkspaceId,
    contact: ContactId,
    identity: &Identity,
) {
    set.push(IDENTITY_INSERT, Hit::Any, vals![ws, identity.kind, &identity.value, contact]);
}

pub(crate) fn update_contact(set: &mut WriteSet, ws: WorkspaceId, contact: &ContactRow) {
    set.push(
        CONTACT_UPDATE,
        Hit::Guard,
        vals![
            ws,
            contact.id,
            contact.name.as_deref(),
            contact.phone.as_deref(),
            contact.bsuid.as_deref(),
            contact.language.as_deref(),
            &contact.attributes,
            contact.is_opted_out,
        ],
    );
}

pub(crate) fn contact(ws: WorkspaceId, id: ContactId) -> Query<ContactRow> {
    query(CONTACT_BY_ID, vals![ws, id])
}

pub(crate) fn contact_by_identity(ws: WorkspaceId, kind: &str, value: &str) -> Query<ContactRow> {
    query(CONTACT_BY_IDENTITY, vals![ws, kind, value])
}
