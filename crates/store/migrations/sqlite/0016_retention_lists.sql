-- What is older than a workspace keeps it, found without reading what is younger.
CREATE INDEX conversations_wordy ON conversations (workspace_id, resolved_at, id)
    WHERE status = 'resolved' AND bare_to < next_position;
CREATE INDEX media_kept ON media (workspace_id, created_at, message_id) WHERE hash IS NOT NULL;
CREATE INDEX contacts_known ON contacts (workspace_id, created_at, id)
    WHERE erased_at IS NULL AND merged_into IS NULL;
