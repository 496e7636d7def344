-- Requests of agents are claimed in the commit that carries them out. Messages are decided in the
-- commit that stores them, so no conversation waits for a worker: the mark goes, the lease stays
-- for timers.

-- Working state: requests that may come twice. Short-lived.
CREATE TABLE requests (
    workspace_id UUID NOT NULL,
    key BYTEA NOT NULL,
    body BYTEA NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, key)
);
CREATE INDEX requests_at ON requests (workspace_id, at);

DROP INDEX conversations_work;
ALTER TABLE conversations DROP COLUMN has_work;
-- Keys used to be kept in a ring among the settings.
DELETE FROM settings WHERE key LIKE 'idempotency.%';
