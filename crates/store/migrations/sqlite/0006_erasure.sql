-- Log: who asked for what that matters; each line is chained to the one before, none is changed.
CREATE TABLE audit (
    workspace_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    who TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    hash BLOB NOT NULL,
    PRIMARY KEY (workspace_id, seq)
) STRICT;

-- Working state: hashes of erased addresses, so that what was sent before does not come back.
CREATE TABLE tombstones (
    workspace_id BLOB NOT NULL,
    hash BLOB NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, hash)
) STRICT, WITHOUT ROWID;

ALTER TABLE contacts ADD COLUMN erased_at INTEGER;
CREATE INDEX contacts_merged ON contacts (workspace_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX gaps_conversation ON gaps (workspace_id, conversation_id);
