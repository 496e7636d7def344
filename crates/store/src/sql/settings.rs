//! Settings and sign-in: users, sessions, channels, published versions, small named values.

use crate::row::record;
use crate::statement::{Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::vals;
use relais_app::port::store::{ChannelRow, ModelUse, SessionRow, UserRow, VersionRow};
use relais_core::id::{ChannelId, UserId, WorkspaceId};
use relais_core::time::Timestamp;

record!(
    "users",
    USER,
    UserRow {
        id: "id",
        login: "login",
        name: "name",
        role: "role",
        password: "password",
        is_disabled: "is_disabled",
        created_at: "created_at",
    }
);

record!(
    "sessions",
    SESSION,
    SessionRow {
        token_hash: "token_hash",
        user: "user_id",
        created_at: "created_at",
        expires_at: "expires_at",
        browser: "browser",
        address: "address",
        seen_at: "seen_at",
    }
);

record!(
    "channels",
    CHANNEL,
    ChannelRow {
        id: "id",
        kind: "kind",
        name: "name",
        business_number: "business_number",
        config: "config",
        paused_reason: "paused_reason",
        created_at: "created_at",
    }
);

record!(
    "versions",
    VERSION,
    VersionRow {
        version: "version",
        published_at: "published_at",
        document: "document",
        comment: "comment",
    }
);

record!(
    "model_uses",
    MODEL_USE,
    ModelUse {
        day: "day",
        used_for: "used_for",
        calls: "calls",
        tokens_in: "tokens_in",
        tokens_out: "tokens_out",
        cost_micros: "cost_micros",
    }
);

statements! {
    6;
    USER_PUT = Same(
        "INSERT INTO users (workspace_id, {UserRow}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (workspace_id, id) DO UPDATE
         SET login = excluded.login, name = excluded.name, role = excluded.role,
             password = excluded.password, is_disabled = excluded.is_disabled");
    USER_BY_ID = Same("SELECT {UserRow} FROM users WHERE workspace_id = $1 AND id = $2");
    USER_BY_LOGIN = Same("SELECT {UserRow} FROM users WHERE workspace_id = $1 AND login = $2");
    USERS_ALL = Same("SELECT {UserRow} FROM users WHERE workspace_id = $1 ORDER BY login");
    SESSION_PUT = Same(
        "INSERT INTO sessions (workspace_id, {SessionRow}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (workspace_id, token_hash) DO UPDATE SET expires_at = excluded.expires_at");
    /// One that ended meanwhile does not come back.
    SESSION_SEEN = Same(
        "UPDATE sessions SET seen_at = $3 WHERE workspace_id = $1 AND token_hash = $2");
    SESSIONS_OF = Same(
        "SELECT {SessionRow} FROM sessions WHERE workspace_id = $1 AND user_id = $2
         ORDER BY created_at DESC");
    SESSION_BY_HASH = Same(
        "SELECT {SessionRow} FROM sessions WHERE workspace_id = $1 AND token_hash = $2");
    SESSION_DELETE = Same("DELETE FROM sessions WHERE workspace_id = $1 AND token_hash = $2");
    SESSIONS_DELETE_OF = Same("DELETE FROM sessions WHERE workspace_id = $1 AND user_id = $2");
    SESSIONS_PRUNE = Same(
        "DELETE FROM sessions
         WHERE workspace_id = $1 AND token_hash IN (
             SELECT s.token_hash FROM sessions s
             WHERE s.workspace_id = $1 AND s.expires_at < $2 LIMIT $3)
         RETURNING CAST(1 AS BIGINT)");
    VERSION_LATEST_NUMBER = Same(
        "SELECT COALESCE(MAX(version), 0) FROM versions WHERE workspace_id = $1");
    CHANNEL_PUT = Same(
        "INSERT INTO channels (workspace_id, {ChannelRow}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (workspace_id, id) DO UPDATE
         SET kind = excluded.kind, name = excluded.name,
             business_number = excluded.business_number, config = excluded.config,
             paused_reason = excluded.paused_reason");
    /// A guard, like that of a setting: somebody else may have changed it.
    CHANNEL_SWAP = Same(
        "UPDATE channels SET config = $4 WHERE workspace_id = $1 AND id = $2 AND config = $3");
    /// A guard: it may have been connected anew.
    CHANNEL_PAUSE = Same(
        "UPDATE channels SET paused_reason = $4
         WHERE workspace_id = $1 AND id = $2 AND config = $3 AND paused_reason IS NULL");
    SETTING_SWAP = Same(
        "UPDATE settings SET value = $4 WHERE workspace_id = $1 AND key = $2 AND value = $3");
    CHANNELS_ALL = Same(
        "SELECT {ChannelRow} FROM channels WHERE workspace_id = $1 ORDER BY created_at, id");
    VERSION_INSERT = Same(
        "INSERT INTO versions (workspace_id, {VersionRow}) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT DO NOTHING");
    VERSION_LATEST = Same(
        "SELECT {VersionRow} FROM versions WHERE workspace_id = $1
         ORDER BY version DESC LIMIT 1");
    VERSION_BY_NUMBER = Same(
        "SELECT {VersionRow} FROM versions WHERE workspace_id = $1 AND version = $2");
    SETTING_GET = Same("SELECT value FROM settings WHERE workspace_id = $1 AND key = $2");
    SETTING_PUT = Same(
        "INSERT INTO settings (workspace_id, key, value) VALUES ($1, $2, $3)
         ON CONFLICT (workspace_id, key) DO UPDATE SET value = excluded.value");
    SETTING_FIRST = Same(
        "INSERT INTO settings (workspace_id, key, value) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING");
    MODEL_USE_ADD = Same(
        "INSERT INTO model_uses (workspace_id, {ModelUse}) VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (workspace_id, day, used_for) DO UPDATE
         SET calls = model_uses.calls + excluded.calls,
             tokens_in = model_uses.tokens_in + excluded.tokens_in,
             tokens_out = model_uses.tokens_out + excluded.tokens_out,
             cost_micros = model_uses.cost_micros + excluded.cost_micros");
    MODEL_USES_OF = Same(
        "SELECT {ModelUse} FROM model_uses WHERE workspace_id = $1 AND day = $2
         ORDER BY used_for");
    SETTING_DELETE = Same("DELETE FROM settings WHERE workspace_id = $1 AND key = $2");
}

pub(crate) fn put_user(set: &mut WriteSet, ws: WorkspaceId, row: &UserRow) {
    set.push(
        USER_PUT,
        Hit::Sure,
        vals![
            ws,
            row.id,
            &row.login,
            &row.name,
            &row.role,
            row.password.as_deref(),
            row.is_disabled,
            row.created_at,
        ],
    );
}

pub(crate) fn user(ws: WorkspaceId, id: UserId) -> Query<UserRow> {
    query(USER_BY_ID, vals![ws, id])
}

pub(crate) fn user_by_login(ws: WorkspaceId, login: &str) -> Query<UserRow> {
    query(USER_BY_LOGIN, vals![ws, login])
}

pub(crate) fn users(ws: WorkspaceId) -> Query<UserRow> {
    query(USERS_ALL, vals![ws])
}

pub(crate) fn put_session(set: &mut WriteSet, ws: WorkspaceId, row: &SessionRow) {
    set.push(
        SESSION_PUT,
        Hit::Sure,
        vals![
            ws,
            row.token_hash.as_slice(),
            row.user,
            row.created_at,
            row.expires_at,
            &row.browser,
            &row.address,
            row.seen_at,
        ],
    );
}

pub(crate) fn session(ws: WorkspaceId, token_hash: &[u8]) -> Query<SessionRow> {
    query(SESSION_BY_HASH, vals![ws, token_hash])
}

pub(crate) fn seen_session(set: &mut WriteSet, ws: WorkspaceId, token_hash: &[u8], at: Timestamp) {
    set.push(SESSION_SEEN, Hit::Any, vals![ws, token_hash, at]);
}

pub(crate) fn sessions_of(ws: WorkspaceId, user: UserId) -> Query<SessionRow> {
    query(SESSIONS_OF, vals![ws, user])
}

pub(crate) fn delete_session(set: &mut WriteSet, ws: WorkspaceId, token_hash: &[u8]) {
    set.push(SESSION_DELETE, Hit::Any, vals![ws, token_hash]);
}

pub(crate) fn delete_sessions_of(set: &mut WriteSet, ws: WorkspaceId, user: UserId) {
    set.push(SESSIONS_DELETE_OF, Hit::Any, vals![ws, user]);
}

pub(crate) fn put_channel(set: &mut WriteSet, ws: WorkspaceId, row: &ChannelRow) {
    set.push(
        CHANNEL_PUT,
        Hit::Sure,
        vals![
            ws,
            row.id,
            &row.kind,
            &row.name,
            &row.business_number,
            &row.config,
            row.paused_reason.as_deref(),
            row.created_at,
        ],
    );
}

pub(crate) fn channels(ws: WorkspaceId) -> Query<ChannelRow> {
    query(CHANNELS_ALL, vals![ws])
}

pub(crate) fn put_version(set: &mut WriteSet, ws: WorkspaceId, row: &VersionRow) {
    set.push(
        VERSION_INSERT,
        Hit::Guard,
        vals![ws, row.version, row.published_at, &row.document, &row.comment],
    );
}

pub(crate) fn latest_version_number(ws: WorkspaceId) -> Query<(i64,)> {
    query(VERSION_LATEST_NUMBER, vals![ws])
}

pub(crate) fn latest_version(ws: WorkspaceId) -> Query<VersionRow> {
    query(VERSION_LATEST, vals![ws])
}

pub(crate) fn version(ws: WorkspaceId, version: i64) -> Query<VersionRow> {
    query(VERSION_BY_NUMBER, vals![ws, version])
}

pub(crate) fn setting(ws: WorkspaceId, key: &str) -> Query<(String,)> {
    query(SETTING_GET, vals![ws, key])
}

/// Does nothing where there is one.
pub(crate) fn first_setting(set: &mut WriteSet, ws: WorkspaceId, key: &str, value: &str) {
    set.push(SETTING_FIRST, Hit::Any, vals![ws, key, value]);
}

pub(crate) fn put_setting(set: &mut WriteSet, ws: WorkspaceId, key: &str, value: Option<&str>) {
    match value {
        Some(value) => set.push(SETTING_PUT, Hit::Sure, vals![ws, key, value]),
        None => set.push(SETTING_DELETE, Hit::Any, vals![ws, key]),
    }
}

pub(crate) fn swap_setting(
    set: &mut WriteSet,
    ws: WorkspaceId,
    key: &str,
    before: &str,
    after: &str,
) {
    set.push(SETTING_SWAP, Hit::Guard, vals![ws, key, before, after]);
}

pub(crate) fn swap_channel(
    set: &mut WriteSet,
    ws: WorkspaceId,
    id: ChannelId,
    before: &str,
    after: &str,
) {
    set.push(CHANNEL_SWAP, Hit::Guard, vals![ws, id, before, after]);
}

pub(crate) fn pause_channel(
    set: &mut WriteSet,
    ws: WorkspaceId,
    id: ChannelId,
    config: &str,
    reason: &str,
) {
    set.push(CHANNEL_PAUSE, Hit::Guard, vals![ws, id, config, reason]);
}

pub(crate) fn add_model_use(set: &mut WriteSet, ws: WorkspaceId, more: &ModelUse) {
    set.push(
        MODEL_USE_ADD,
        Hit::Sure,
        vals![
            ws,
            &more.day,
            &more.used_for,
            more.calls,
            more.tokens_in,
            more.tokens_out,
            more.cost_micros,
        ],
    );
}

pub(crate) fn model_uses(ws: WorkspaceId, day: &str) -> Query<ModelUse> {
    query(MODEL_USES_OF, vals![ws, day])
}
