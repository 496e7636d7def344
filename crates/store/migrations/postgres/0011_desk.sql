-- What agents arrange around conversations. The new columns are projections: a conversation gets
-- them with its next event.
ALTER TABLE conversations ADD COLUMN tags TEXT NOT NULL DEFAULT '';
ALTER TABLE conversations ADD COLUMN snoozed_until BIGINT;
ALTER TABLE conversations ADD COLUMN mentions TEXT NOT NULL DEFAULT '';

-- Settings: lists under a name.
CREATE TABLE views (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    owner TEXT,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    sort TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Content and working state: what agents began to write.
CREATE TABLE drafts (
    workspace_id UUID NOT NULL,
    author TEXT NOT NULL,
    conversation_id UUID NOT NULL,
    mode TEXT NOT NULL,
    text TEXT NOT NULL,
    version BIGINT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, author, conversation_id, mode)
);
CREATE INDEX drafts_conversation ON drafts (workspace_id, conversation_id);
