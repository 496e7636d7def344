-- The first schema. Same number, name and meaning as in ../sqlite.
-- Classes: log (only appended), projection (a function of the log), content (what a person said
-- or is; goes away with an erasure), working state (queues, leases, counters), settings.
-- Times are µs since the epoch (UTC); flags are 0 or 1; JSON is TEXT the store never reads.
-- No foreign keys on hot tables: the guard on the conversation's row in the same unit proves that
-- it exists (measured: keys would take half of the throughput). `orphans` checks the relations.

-- Working state: last given `#number`s and cursors, one row a name.
CREATE TABLE counters (
    workspace_id UUID NOT NULL,
    name TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

-- Log and content: every object a provider delivered, once. The claim on (channel, provider id)
-- is what makes a second delivery do nothing.
CREATE TABLE receipts (
    workspace_id UUID NOT NULL,
    channel_id UUID NOT NULL,
    provider_id TEXT NOT NULL,
    conversation_id UUID,
    received_at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (workspace_id, channel_id, provider_id)
);
CREATE INDEX receipts_newest ON receipts (workspace_id, received_at);
CREATE INDEX receipts_noted ON receipts (workspace_id, outcome, received_at)
    WHERE outcome <> 'processed';

-- Content: persons.
CREATE TABLE contacts (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    name TEXT,
    phone TEXT,
    bsuid TEXT,
    language TEXT,
    attributes TEXT NOT NULL,
    is_opted_out BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id)
);

-- Content: addresses of persons; one person per address.
CREATE TABLE identities (
    workspace_id UUID NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    contact_id UUID NOT NULL,
    PRIMARY KEY (workspace_id, kind, value)
);

-- Projection and working state: the folded state of a conversation, the columns lists need, and
-- (fence, worker, lease_until, attempts) who works on it.
CREATE TABLE conversations (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    contact_id UUID NOT NULL,
    channel_id UUID NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    next_position BIGINT NOT NULL,
    owner_epoch BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    status TEXT NOT NULL,
    assignee TEXT,
    team TEXT,
    tier BIGINT NOT NULL,
    priority BIGINT NOT NULL,
    is_vip BIGINT NOT NULL,
    is_deferred BIGINT NOT NULL,
    reason TEXT,
    language TEXT NOT NULL,
    preview TEXT NOT NULL,
    unread BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    last_message_at BIGINT NOT NULL,
    last_inbound_at BIGINT,
    waiting_since BIGINT,
    reply_due_at BIGINT,
    resolved_at BIGINT,
    due_at BIGINT,
    has_work BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    is_sample BIGINT NOT NULL,
    worker TEXT,
    -- By the database's clock, never by a virtual one.
    lease_until BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX conversations_number ON conversations (workspace_id, number);
-- The lock of "one open conversation per contact and channel".
CREATE UNIQUE INDEX conversations_open ON conversations (workspace_id, channel_id, contact_id)
    WHERE status <> 'resolved';
CREATE INDEX conversations_contact ON conversations (workspace_id, contact_id, number);
CREATE INDEX conversations_inbox ON conversations (workspace_id, status, last_message_at, id);
CREATE INDEX conversations_opened ON conversations (workspace_id, opened_at);
CREATE INDEX conversations_due ON conversations (workspace_id, due_at) WHERE due_at IS NOT NULL;
CREATE INDEX conversations_work ON conversations (workspace_id, has_work, last_message_at)
    WHERE has_work = 1;
CREATE INDEX conversations_sample ON conversations (workspace_id, is_sample) WHERE is_sample = 1;

-- Log (data) and content (content): what happened, in order, without gaps.
CREATE TABLE events (
    workspace_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    position BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    -- Set to NULL by an erasure.
    content TEXT,
    PRIMARY KEY (workspace_id, conversation_id, position)
);

-- Content: folded words of events. The text is not kept, only the index.
CREATE TABLE search (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    workspace_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    position BIGINT NOT NULL,
    words TSVECTOR NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, position, id)
);
CREATE INDEX search_words ON search USING gin (words);

-- Working state, log and content: every message we send or decided not to.
CREATE TABLE outbox (
    -- Given by the database, never twice: cursor of lists and order of a lane. Rows of one
    -- conversation are committed in this order, because its guard lets one unit in at a time.
    seq BIGINT GENERATED ALWAYS AS IDENTITY,
    workspace_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    id UUID NOT NULL,
    position BIGINT NOT NULL,
    contact_id UUID NOT NULL,
    channel_id UUID NOT NULL,
    business_number TEXT NOT NULL,
    class TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    content TEXT NOT NULL,
    quotes TEXT,
    state TEXT NOT NULL,
    not_before BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    provider_id TEXT,
    -- A rank, greater = later: 0 accepted, 1 sent, 2 failed, 3 delivered, 4 read, 5 played.
    delivery BIGINT,
    error TEXT,
    error_code BIGINT,
    created_at BIGINT NOT NULL,
    dispatched_at BIGINT,
    PRIMARY KEY (workspace_id, conversation_id, seq)
);
CREATE UNIQUE INDEX outbox_id ON outbox (workspace_id, id);
CREATE INDEX outbox_provider ON outbox (workspace_id, channel_id, provider_id)
    WHERE provider_id IS NOT NULL;
-- What is not through yet; small however long the history.
CREATE INDEX outbox_state ON outbox (workspace_id, state, seq) WHERE state <> 'accepted';
-- What a later row of its lane must wait for.
CREATE INDEX outbox_lane ON outbox (workspace_id, business_number, contact_id, seq)
    WHERE state IN ('queued', 'dispatching', 'unknown');

-- Log: what providers reported about our messages, also about ones not known yet.
CREATE TABLE statuses (
    workspace_id UUID NOT NULL,
    channel_id UUID NOT NULL,
    provider_id TEXT NOT NULL,
    -- The same rank as outbox.delivery.
    status BIGINT NOT NULL,
    callback_id UUID,
    at BIGINT NOT NULL,
    error TEXT,
    error_code BIGINT,
    raw TEXT NOT NULL,
    PRIMARY KEY (workspace_id, channel_id, provider_id, status)
);

-- Log: what was handed to agents and desks, once per escalation, team and sink.
CREATE TABLE notifications (
    workspace_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    escalation_id UUID NOT NULL,
    team TEXT NOT NULL,
    channel TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    contact_id UUID NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, escalation_id, team, channel)
);
CREATE UNIQUE INDEX notifications_seq ON notifications (workspace_id, seq);

-- Content: questions nobody had an answer for.
CREATE TABLE gaps (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    workspace_id UUID NOT NULL,
    conversation_id UUID NOT NULL,
    at BIGINT NOT NULL,
    question TEXT NOT NULL
);
CREATE INDEX gaps_at ON gaps (workspace_id, at);

-- Working state: background jobs. A job that runs is taken again when its lease ends.
CREATE TABLE jobs (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    -- `queued`, `running`, `done`, `dead`.
    state TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    error TEXT,
    lease_until BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX jobs_open ON jobs (workspace_id, run_at) WHERE state IN ('queued', 'running');

-- Settings: people who sign in.
CREATE TABLE users (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password TEXT,
    is_disabled BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, login)
);

-- Working state: signed-in browsers; the token itself is never stored.
CREATE TABLE sessions (
    workspace_id UUID NOT NULL,
    token_hash BYTEA NOT NULL,
    user_id UUID NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id) ON DELETE CASCADE
);
CREATE INDEX sessions_user ON sessions (workspace_id, user_id);

-- Settings: connections to provider numbers.
CREATE TABLE channels (
    workspace_id UUID NOT NULL,
    id UUID NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    business_number TEXT NOT NULL,
    config TEXT NOT NULL,
    paused_reason TEXT,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, business_number)
);

-- Settings: published states of the workspace's files; never changed, so that a running
-- conversation keeps its own.
CREATE TABLE versions (
    workspace_id UUID NOT NULL,
    version BIGINT NOT NULL,
    published_at BIGINT NOT NULL,
    document TEXT NOT NULL,
    comment TEXT NOT NULL,
    PRIMARY KEY (workspace_id, version)
);

-- Settings: small named values.
CREATE TABLE settings (
    workspace_id UUID NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (workspace_id, key)
);
