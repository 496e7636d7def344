-- online
-- What is older than a workspace keeps it, found without reading what is younger. Built beside
-- whoever writes.
DROP INDEX CONCURRENTLY IF EXISTS conversations_wordy;
CREATE INDEX CONCURRENTLY conversations_wordy ON conversations (workspace_id, resolved_at, id)
    WHERE status = 'resolved' AND bare_to < next_position;
DROP INDEX CONCURRENTLY IF EXISTS media_kept;
CREATE INDEX CONCURRENTLY media_kept ON media (workspace_id, created_at, message_id)
    WHERE hash IS NOT NULL;
DROP INDEX CONCURRENTLY IF EXISTS contacts_known;
CREATE INDEX CONCURRENTLY contacts_known ON contacts (workspace_id, created_at, id)
    WHERE erased_at IS NULL AND merged_into IS NULL;
