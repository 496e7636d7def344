-- What is pruned is found without reading a whole table; so is what is stuck.
CREATE INDEX jobs_done ON jobs (workspace_id, run_at) WHERE state = 'done';
CREATE INDEX sessions_end ON sessions (workspace_id, expires_at);
CREATE INDEX conversations_stuck ON conversations (workspace_id) WHERE attempts >= 5;
