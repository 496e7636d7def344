-- What was done with one person, newest first.
CREATE INDEX audit_subject ON audit (workspace_id, subject, seq);
