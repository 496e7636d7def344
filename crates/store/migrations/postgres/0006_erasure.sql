-- Log: who asked for what that matters; each line is chained to the one before, none is changed.
CREATE TABLE audit (
    workspace_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    hash BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, seq)
);

-- Working state: hashes of erased addresses, so that what was sent before does not come back.
CREATE TABLE tombstones (
    workspace_id UUID NOT NULL,
    hash BYTEA NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, hash)
);

ALTER TABLE contacts ADD COLUMN erased_at BIGINT;
CREATE INDEX contacts_merged ON contacts (workspace_id, merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX gaps_conversation ON gaps (workspace_id, conversation_id);
