-- Working state: what a language model was used for on a day, and what it cost.
CREATE TABLE model_uses (
    workspace_id BLOB NOT NULL,
    day TEXT NOT NULL,
    used_for TEXT NOT NULL,
    calls INTEGER NOT NULL,
    tokens_in INTEGER NOT NULL,
    tokens_out INTEGER NOT NULL,
    cost_micros INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, day, used_for)
) STRICT, WITHOUT ROWID;
