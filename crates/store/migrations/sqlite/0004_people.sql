-- Two contacts that turn out to be one person become one; the other stays as a pointer.
ALTER TABLE contacts ADD COLUMN merged_into BLOB;
CREATE INDEX identities_contact ON identities (workspace_id, contact_id);
