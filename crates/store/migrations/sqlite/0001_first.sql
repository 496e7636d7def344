-- The first schema. Same number, name and meaning as in ../postgres.
-- Classes: log (only appended), projection (a function of the log), content (what a person said
-- or is; goes away with an erasure), working state (queues, leases, counters), settings.
-- Times are µs since the epoch (UTC); flags are 0 or 1; JSON is TEXT the store never reads.
-- No foreign keys on hot tables: the guard on the conversation's row in the same unit proves that
-- it exists (measured: keys would take half of the throughput). `orphans` checks the relations.

-- Working state: last given `#number`s and cursors, one row a name.
CREATE TABLE counters (
    workspace_id BLOB NOT NULL,
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, name)
) STRICT, WITHOUT ROWID;

-- Log and content: every object a provider delivered, once. The claim on (channel, provider id)
-- is what makes a second delivery do nothing.
CREATE TABLE receipts (
    workspace_id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    provider_id TEXT NOT NULL,
    conversation_id BLOB,
    received_at INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    raw TEXT NOT NULL,
    PRIMARY KEY (workspace_id, channel_id, provider_id)
) STRICT;
CREATE INDEX receipts_newest ON receipts (workspace_id, received_at);
CREATE INDEX receipts_noted ON receipts (workspace_id, outcome, received_at)
    WHERE outcome <> 'processed';

-- Content: persons.
CREATE TABLE contacts (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    name TEXT,
    phone TEXT,
    bsuid TEXT,
    language TEXT,
    attributes TEXT NOT NULL,
    is_opted_out INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;

-- Content: addresses of persons; one person per address.
CREATE TABLE identities (
    workspace_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    contact_id BLOB NOT NULL,
    PRIMARY KEY (workspace_id, kind, value)
) STRICT, WITHOUT ROWID;

-- Projection and working state: the folded state of a conversation, the columns lists need, and
-- (fence, worker, lease_until, attempts) who works on it.
CREATE TABLE conversations (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    contact_id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    state TEXT NOT NULL,
    next_position INTEGER NOT NULL,
    owner_epoch INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    status TEXT NOT NULL,
    assignee TEXT,
    team TEXT,
    tier INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    is_vip INTEGER NOT NULL,
    is_deferred INTEGER NOT NULL,
    reason TEXT,
    language TEXT NOT NULL,
    preview TEXT NOT NULL,
    unread INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    last_message_at INTEGER NOT NULL,
    last_inbound_at INTEGER,
    waiting_since INTEGER,
    reply_due_at INTEGER,
    resolved_at INTEGER,
    due_at INTEGER,
    has_work INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    is_sample INTEGER NOT NULL,
    worker TEXT,
    -- By the database's clock, never by a virtual one.
    lease_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, id)
) STRICT;
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
    -- Also the row number of the search index; VACUUM keeps a declared key.
    id INTEGER PRIMARY KEY,
    workspace_id BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    position INTEGER NOT NULL,
    at INTEGER NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    -- Set to NULL by an erasure.
    content TEXT
) STRICT;
CREATE UNIQUE INDEX events_position ON events (workspace_id, conversation_id, position);

-- Content: folded words of events. The text is not kept, only the index.
CREATE VIRTUAL TABLE search USING fts5 (
    words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii'
);

-- Working state, log and content: every message we send or decided not to.
CREATE TABLE outbox (
    -- Given by the database, never twice: cursor of lists and order of a lane. Rows of one
    -- conversation are committed in this order, because its guard lets one unit in at a time.
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    workspace_id BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    id BLOB NOT NULL,
    position INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    business_number TEXT NOT NULL,
    class TEXT NOT NULL,
    epoch INTEGER NOT NULL,
    content TEXT NOT NULL,
    quotes TEXT,
    state TEXT NOT NULL,
    not_before INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    provider_id TEXT,
    -- A rank, greater = later: 0 accepted, 1 sent, 2 failed, 3 delivered, 4 read, 5 played.
    delivery INTEGER,
    error TEXT,
    error_code INTEGER,
    created_at INTEGER NOT NULL,
    dispatched_at INTEGER
) STRICT;
CREATE UNIQUE INDEX outbox_conversation ON outbox (workspace_id, conversation_id, seq);
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
    workspace_id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    provider_id TEXT NOT NULL,
    -- The same rank as outbox.delivery.
    status INTEGER NOT NULL,
    callback_id BLOB,
    at INTEGER NOT NULL,
    error TEXT,
    error_code INTEGER,
    raw TEXT NOT NULL,
    PRIMARY KEY (workspace_id, channel_id, provider_id, status)
) STRICT;

-- Log: what was handed to agents and desks, once per escalation, team and sink.
CREATE TABLE notifications (
    workspace_id BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    escalation_id BLOB NOT NULL,
    team TEXT NOT NULL,
    channel TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    contact_id BLOB NOT NULL,
    payload TEXT NOT NULL,
    PRIMARY KEY (workspace_id, conversation_id, escalation_id, team, channel)
) STRICT;
CREATE UNIQUE INDEX notifications_seq ON notifications (workspace_id, seq);

-- Content: questions nobody had an answer for.
CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    workspace_id BLOB NOT NULL,
    conversation_id BLOB NOT NULL,
    at INTEGER NOT NULL,
    question TEXT NOT NULL
) STRICT;
CREATE INDEX gaps_at ON gaps (workspace_id, at);

-- Working state: background jobs. A job that runs is taken again when its lease ends.
CREATE TABLE jobs (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    data TEXT NOT NULL,
    -- `queued`, `running`, `done`, `dead`.
    state TEXT NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    error TEXT,
    lease_until INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, id)
) STRICT;
CREATE INDEX jobs_open ON jobs (workspace_id, run_at) WHERE state IN ('queued', 'running');

-- Settings: people who sign in.
CREATE TABLE users (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    password TEXT,
    is_disabled INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, login)
) STRICT;

-- Working state: signed-in browsers; the token itself is never stored.
CREATE TABLE sessions (
    workspace_id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    user_id BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, token_hash),
    FOREIGN KEY (workspace_id, user_id) REFERENCES users (workspace_id, id) ON DELETE CASCADE
) STRICT;
CREATE INDEX sessions_user ON sessions (workspace_id, user_id);

-- Settings: connections to provider numbers.
CREATE TABLE channels (
    workspace_id BLOB NOT NULL,
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    business_number TEXT NOT NULL,
    config TEXT NOT NULL,
    paused_reason TEXT,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, business_number)
) STRICT;

-- Settings: published states of the workspace's files; never changed, so that a running
-- conversation keeps its own.
CREATE TABLE versions (
    workspace_id BLOB NOT NULL,
    version INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    document TEXT NOT NULL,
    comment TEXT NOT NULL,
    PRIMARY KEY (workspace_id, version)
) STRICT;

-- Settings: small named values.
CREATE TABLE settings (
    workspace_id BLOB NOT NULL,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (workspace_id, key)
) STRICT;
