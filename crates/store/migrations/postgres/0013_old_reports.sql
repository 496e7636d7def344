-- online
-- Reports of providers go with the receipts, a little at a time. Built beside whoever writes.
DROP INDEX CONCURRENTLY IF EXISTS statuses_at;
CREATE INDEX CONCURRENTLY statuses_at ON statuses (workspace_id, at);
