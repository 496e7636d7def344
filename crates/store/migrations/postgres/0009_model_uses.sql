-- Working state: what a language model was used for on a day, and what it cost.
CREATE TABLE model_uses (
    workspace_id UUID NOT NULL,
    day TEXT NOT NULL,
    used_for TEXT NOT NULL,
    calls BIGINT NOT NULL,
    tokens_in BIGINT NOT NULL,
    tokens_out BIGINT NOT NULL,
    cost_micros BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, day, used_for)
);
