-- Files of inbound messages. The content lies in a folder beside the database, under its hash.

-- Content and working state: what the provider holds, and how far fetching it got.
CREATE TABLE media (
    workspace_id UUID NOT NULL,
    message_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    contact_id UUID NOT NULL,
    channel_id UUID NOT NULL,
    source TEXT NOT NULL,
    filename TEXT,
    -- `waiting`, `stored`, `failed`.
    state TEXT NOT NULL,
    hash TEXT,
    mime TEXT,
    size BIGINT,
    is_inline BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    failed_at BIGINT,
    error TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, message_id)
);
CREATE INDEX media_conversation ON media (workspace_id, conversation_id, message_id);
CREATE INDEX media_hash ON media (workspace_id, hash) WHERE hash IS NOT NULL;
CREATE INDEX media_failed ON media (workspace_id, channel_id, failed_at)
    WHERE failed_at IS NOT NULL;

-- Each kind of job has workers of its own.
DROP INDEX jobs_open;
CREATE INDEX jobs_open ON jobs (workspace_id, kind, run_at) WHERE state IN ('queued', 'running');
