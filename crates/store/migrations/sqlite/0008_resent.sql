-- How often a row was sent again though nobody knew what became of the send before. A row put back
-- after a refusal is none of these, though it was attempted.
ALTER TABLE outbox ADD COLUMN resent INTEGER NOT NULL DEFAULT 0;
