-- Content: what people put right about a contact, who did and when, and what the provider says instead.
ALTER TABLE contacts ADD COLUMN rectified TEXT NOT NULL DEFAULT '{}';
ALTER TABLE contacts ADD COLUMN is_restricted INTEGER NOT NULL DEFAULT 0;
-- Moves when people put something right: whoever read the contact before must read it again.
ALTER TABLE contacts ADD COLUMN revision INTEGER NOT NULL DEFAULT 0;
