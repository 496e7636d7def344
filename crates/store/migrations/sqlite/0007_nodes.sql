-- Several programs on one database. A node holds a lease by the database's clock; who lets it end
-- can write no more, and what it had in hand is taken over. Only adds: programs that know the schema
-- before go on beside those that know this one.

-- Working state: one row for each start of a node, and for each lease it had to take anew.
CREATE TABLE nodes (
    workspace_id BLOB NOT NULL,
    id TEXT NOT NULL,
    -- Where it runs, for people.
    host TEXT NOT NULL,
    version TEXT NOT NULL,
    -- By the database's clock, as are the others.
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    -- 0 once it has left.
    lease_until INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- The node that has it in hand; NULL where there is one program, or one that does not know nodes.
ALTER TABLE outbox ADD COLUMN worker TEXT;
ALTER TABLE jobs ADD COLUMN worker TEXT;
