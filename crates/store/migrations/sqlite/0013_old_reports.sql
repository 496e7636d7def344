-- Reports of providers go with the receipts, a little at a time.
CREATE INDEX statuses_at ON statuses (workspace_id, at);
