-- online
-- Files that agents uploaded, to find those that were never sent. Built beside whoever writes.
DROP INDEX CONCURRENTLY IF EXISTS media_uploads;
CREATE INDEX CONCURRENTLY media_uploads ON media (workspace_id, created_at) WHERE source = '';
