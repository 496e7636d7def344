-- What agents arrange around conversations. The new columns are projections: a conversation gets
-- them with its next event.
ALTER TABLE conversations ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN snoozed_until INTEGER;
ALTER TABLE conversations ADD COLUMN mentions TEXT NOT NULL DEFAULT '';

-- Settings: lists under a name.
CREATE TABLE views (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    owner TEXT,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    sort TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- Content and working state: what agents began to write.
CREATE TABLE drafts (
    workspace_id BLOB NOT NULL,
    author TEXT NOT NULL,
    conversation_id BLOB NOT NULL,
    mode TEXT NOT NULL,
    text TEXT NOT NULL,
    version INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, author, conversation_id, mode)
) STRICT;
CREATE INDEX drafts_conversation ON drafts (workspace_id, conversation_id);
