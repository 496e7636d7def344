-- Settings: small objects that come in lists (links, tokens, second factors, webhooks). JSON is
-- TEXT the store never reads.
CREATE TABLE entries (
    workspace_id UUID NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    data TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, kind, id)
);
CREATE INDEX entries_newest ON entries (workspace_id, kind, at, id);

-- What its owner recognises a session by.
ALTER TABLE sessions ADD COLUMN browser TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN address TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
CREATE INDEX audit_act ON audit (workspace_id, act, seq);
