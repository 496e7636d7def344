-- online
-- What was done with one person, newest first. Built beside whoever writes.
DROP INDEX CONCURRENTLY IF EXISTS audit_subject;
CREATE INDEX CONCURRENTLY audit_subject ON audit (workspace_id, subject, seq);
