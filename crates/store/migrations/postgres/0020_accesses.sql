-- Who looked at whom. Append-only, chained like the audit log and apart from it, so that old lines can
-- go; the oldest line that is left stands in the audit log.
CREATE TABLE accesses (
    workspace_id UUID NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    who TEXT NOT NULL,
    act TEXT NOT NULL,
    contact_id UUID NOT NULL,
    conversation_id UUID,
    hash BYTEA NOT NULL,
    PRIMARY KEY (workspace_id, seq)
);
CREATE INDEX accesses_who ON accesses (workspace_id, who, seq);
CREATE INDEX accesses_contact ON accesses (workspace_id, contact_id, seq);
CREATE INDEX accesses_conversation ON accesses (workspace_id, conversation_id, seq)
    WHERE conversation_id IS NOT NULL;
CREATE INDEX accesses_at ON accesses (workspace_id, at);
