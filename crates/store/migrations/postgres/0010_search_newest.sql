-- online
-- The newest messages that have a word: for words that everybody says, so that a search reads as much
-- of a long history as of a short one. Built beside whoever writes.
DROP INDEX CONCURRENTLY IF EXISTS search_newest;
CREATE INDEX CONCURRENTLY search_newest ON search (workspace_id, id);
