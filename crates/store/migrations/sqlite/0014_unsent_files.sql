-- Files that agents uploaded, to find those that were never sent.
CREATE INDEX media_uploads ON media (workspace_id, created_at) WHERE source = '';
