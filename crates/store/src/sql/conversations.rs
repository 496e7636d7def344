//! Conversations: the guarded row everything else of a conversation hangs on.

use crate::row::record;
use crate::statement::{Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::{Value, content, vals};
use relais_app::port::store::{ConversationRow, Expect};
use relais_core::id::{ChannelId, ContactId, ConversationId, WorkspaceId};
use relais_core::time::{Span, Timestamp};

record!(
    "conversations",
    CONVERSATION,
    ConversationRow {
        id: "id",
        contact: "contact_id",
        channel: "channel_id",
        number: "number",
        state: "state" sealed,
        next_position: "next_position",
        owner_epoch: "owner_epoch",
        fence: "fence",
        status: "status",
        assignee: "assignee",
        team: "team",
        tier: "tier",
        priority: "priority",
        is_vip: "is_vip",
        is_deferred: "is_deferred",
        reason: "reason",
        language: "language",
        preview: "preview" sealed,
        unread: "unread",
        opened_at: "opened_at",
        last_message_at: "last_message_at",
        last_inbound_at: "last_inbound_at",
        waiting_since: "waiting_since",
        reply_due_at: "reply_due_at",
        resolved_at: "resolved_at",
        tags: "tags",
        snoozed_until: "snoozed_until",
        mentions: "mentions",
        due_at: "due_at",
        attempts: "attempts",
        is_sample: "is_sample",
        is_imported: "is_imported",
    }
);

statements! {
    1;
    /// The counter is read under a lock and moved by the next statement, so that the guard (one
    /// open conversation) comes first.
    CONVERSATION_INSERT = Same(
        "INSERT INTO conversations (workspace_id, number, {ConversationRow_but_number})
         SELECT $1,
             (SELECT value + 1 FROM counters
              WHERE workspace_id = $1 AND name = 'conversation' {for_update}),
             $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
             $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32
         FROM contacts p
         WHERE p.workspace_id = $1 AND p.id = $3
           AND p.merged_into IS NULL AND p.erased_at IS NULL {for_share}
         ON CONFLICT DO NOTHING");
    /// A second open conversation of the contact on the channel is a conflict.
    CONVERSATION_MOVE = Same(
        "UPDATE conversations SET contact_id = $3
         WHERE workspace_id = $1 AND id = $2 AND (status = 'resolved' OR NOT EXISTS (
             SELECT 1 FROM conversations o
             WHERE o.workspace_id = $1 AND o.channel_id = conversations.channel_id
               AND o.contact_id = $3 AND o.status <> 'resolved'))");
    OUTBOX_MOVE = Same(
        "UPDATE outbox SET contact_id = $3 WHERE workspace_id = $1 AND conversation_id = $2");
    NOTIFICATIONS_MOVE = Same(
        "UPDATE notifications SET contact_id = $3
         WHERE workspace_id = $1 AND conversation_id = $2");
    MEDIA_MOVE = Same(
        "UPDATE media SET contact_id = $3 WHERE workspace_id = $1 AND conversation_id = $2");
    COUNTER_INSERT = Same(
        "INSERT INTO counters (workspace_id, name, value) VALUES ($1, $2, 0)
         ON CONFLICT DO NOTHING");
    COUNTER_NEXT = Same(
        "UPDATE counters SET value = value + 1 WHERE workspace_id = $1 AND name = $2");
    /// Whoever writes has done what was due: the lease ends.
    CONVERSATION_UPDATE = Same(
        "UPDATE conversations
         SET state = $6, next_position = $7, owner_epoch = $8, status = $9, assignee = $10,
             team = $11, tier = $12, priority = $13, is_vip = $14, is_deferred = $15,
             reason = $16, language = $17, preview = $18, unread = $19, last_message_at = $20,
             last_inbound_at = $21, waiting_since = $22, reply_due_at = $23, resolved_at = $24,
             tags = $25, snoozed_until = $26, mentions = $27, due_at = $28, attempts = $29,
             lease_until = 0
         WHERE workspace_id = $1 AND id = $2
           AND next_position = $3 AND owner_epoch = $4 AND fence = $5");
    CONVERSATION_REPLACE = Same(
        "UPDATE conversations
         SET state = $3, next_position = $4, owner_epoch = $5, status = $6, assignee = $7,
             team = $8, tier = $9, priority = $10, is_vip = $11, is_deferred = $12,
             reason = $13, language = $14, preview = $15, unread = $16, last_message_at = $17,
             last_inbound_at = $18, waiting_since = $19, reply_due_at = $20, resolved_at = $21,
             tags = $22, snoozed_until = $23, mentions = $24, due_at = $25, attempts = $26,
             contact_id = $27, channel_id = $28, opened_at = $29, is_sample = $30,
             fence = fence + 1
         WHERE workspace_id = $1 AND id = $2
           AND next_position = $31 AND owner_epoch = $32 AND fence = $33");
    /// Picked once, then updated: a plan must not run the locking part twice.
    CLAIM_DUE = Same(
        "WITH picked AS MATERIALIZED (
             SELECT id FROM conversations
             WHERE workspace_id = $1 AND due_at <= $3 AND attempts < 5
               AND (lease_until < {now} OR NOT EXISTS (
                   SELECT 1 FROM nodes n
                   WHERE n.workspace_id = $1 AND n.id = conversations.worker
                     AND n.lease_until > {now}))
               AND EXISTS (
                   SELECT 1 FROM nodes n
                   WHERE n.workspace_id = $1 AND n.id = $2 AND n.lease_until > {now})
             ORDER BY due_at LIMIT $5 {skip_locked})
         UPDATE conversations
         SET fence = fence + 1, worker = $2, lease_until = {now} + $4
         WHERE workspace_id = $1 AND id IN (SELECT id FROM picked)
         RETURNING {ConversationRow}");
    CONVERSATION_BY_ID = Same(
        "SELECT {ConversationRow} FROM conversations WHERE workspace_id = $1 AND id = $2");
    CONVERSATION_LATEST = Same(
        "SELECT {ConversationRow} FROM conversations
         WHERE workspace_id = $1 AND contact_id = $2 AND channel_id = $3 AND is_imported = 0
         ORDER BY status = 'resolved', number DESC LIMIT 1");
    CONVERSATION_LATEST_BY_IDENTITY = Same(
        "SELECT {ConversationRow} FROM conversations
         WHERE workspace_id = $1 AND channel_id = $4 AND contact_id = (
             SELECT i.contact_id FROM identities i
             WHERE i.workspace_id = $1 AND i.kind = $2 AND i.value = $3)
           AND is_imported = 0
         ORDER BY status = 'resolved', number DESC LIMIT 1");
    /// What was imported is the past, whenever it was told; by number the index gives the rest.
    CONVERSATIONS_OF = Same(
        "SELECT {ConversationRow} FROM conversations
         WHERE workspace_id = $1 AND contact_id = $2
         ORDER BY is_imported DESC, is_imported * opened_at, number");
    DUE_BEFORE = Same(
        "SELECT {ConversationRow} FROM conversations
         WHERE workspace_id = $1 AND due_at <= $2 AND attempts < 5
         ORDER BY due_at LIMIT $3");
    NEXT_DUE = Same(
        "SELECT MIN(due_at) FROM conversations
         WHERE workspace_id = $1 AND due_at IS NOT NULL AND attempts < 5");
    OPENED_BETWEEN = Same(
        "SELECT {ConversationRow} FROM conversations
         WHERE workspace_id = $1 AND opened_at >= $2 AND opened_at < $3
           AND is_sample = 0 AND is_imported = 0
         ORDER BY opened_at, number");
    RELEASE_STUCK = Same(
        "UPDATE conversations SET attempts = 0
         WHERE workspace_id = $1 AND attempts >= 5
         RETURNING number");
    CONVERSATION_IDS = Same(
        "SELECT id FROM conversations WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3");
}

/// The columns of a new row without its number, which the store gives.
pub(crate) fn columns_but_number() -> Vec<&'static str> {
    CONVERSATION.iter().copied().filter(|column| *column != "number").collect()
}

/// Counters every workspace has.
pub(crate) fn counters(set: &mut WriteSet, ws: WorkspaceId) {
    for name in ["conversation", "notification"] {
        set.push(COUNTER_INSERT, Hit::Any, vals![ws, name]);
    }
}

pub(crate) fn open(set: &mut WriteSet, ws: WorkspaceId, row: &ConversationRow) {
    let mut args = vals![ws, row.id, row.contact, row.channel, state(row)];
    args.extend(vals![row.next_position, row.owner_epoch, row.fence]);
    args.extend(listed(row));
    args.insert(LISTED_OPENED_AT, row.opened_at.into());
    args.extend(vals![row.is_sample, row.is_imported]);
    set.push(CONVERSATION_INSERT, Hit::Guard, args);
    set.push(COUNTER_NEXT, Hit::Sure, vals![ws, "conversation"]);
}

pub(crate) fn update(set: &mut WriteSet, ws: WorkspaceId, row: &ConversationRow, expect: Expect) {
    let mut args =
        vals![ws, row.id, expect.next_position, expect.owner_epoch, expect.fence, state(row)];
    args.extend(vals![row.next_position, row.owner_epoch]);
    args.extend(listed(row));
    set.push(CONVERSATION_UPDATE, Hit::Guard, args);
}

pub(crate) fn move_to(set: &mut WriteSet, ws: WorkspaceId, id: ConversationId, contact: ContactId) {
    set.push(CONVERSATION_MOVE, Hit::Guard, vals![ws, id, contact]);
    for stmt in [OUTBOX_MOVE, NOTIFICATIONS_MOVE, MEDIA_MOVE] {
        set.push(stmt, Hit::Any, vals![ws, id, contact]);
    }
}

pub(crate) fn replace(set: &mut WriteSet, ws: WorkspaceId, row: &ConversationRow, expect: Expect) {
    let mut args = vals![ws, row.id, state(row), row.next_position, row.owner_epoch];
    args.extend(listed(row));
    args.extend(vals![row.contact, row.channel, row.opened_at, row.is_sample]);
    args.extend(vals![expect.next_position, expect.owner_epoch, expect.fence]);
    set.push(CONVERSATION_REPLACE, Hit::Guard, args);
}

/// It holds what a customer said to the flow.
pub(crate) fn state(row: &ConversationRow) -> Value {
    content("conversations.state", row.state.as_str())
}

pub(crate) fn preview(row: &ConversationRow) -> Value {
    content("conversations.preview", row.preview.as_str())
}

/// Where `opened_at` goes among the arguments of an insert: before `last_message_at`.
const LISTED_OPENED_AT: usize = 19;

/// The columns that move with a conversation, from status to attempts.
fn listed(row: &ConversationRow) -> Vec<Value> {
    vals![
        &row.status,
        row.assignee.as_deref(),
        row.team.as_deref(),
        row.tier,
        row.priority,
        row.is_vip,
        row.is_deferred,
        row.reason.as_deref(),
        &row.language,
        preview(row),
        row.unread,
        row.last_message_at,
        row.last_inbound_at,
        row.waiting_since,
        row.reply_due_at,
        row.resolved_at,
        &row.tags,
        row.snoozed_until,
        &row.mentions,
        row.due_at,
        row.attempts,
    ]
}

pub(crate) fn claim_due(
    ws: WorkspaceId,
    worker: &str,
    now: Timestamp,
    lease: Span,
    limit: i64,
) -> Query<ConversationRow> {
    query(CLAIM_DUE, vals![ws, worker, now, lease, limit])
}

pub(crate) fn release_stuck(ws: WorkspaceId) -> Query<(i64,)> {
    query(RELEASE_STUCK, vals![ws])
}

pub(crate) fn conversation(ws: WorkspaceId, id: ConversationId) -> Query<ConversationRow> {
    query(CONVERSATION_BY_ID, vals![ws, id])
}

pub(crate) fn latest(
    ws: WorkspaceId,
    channel: ChannelId,
    contact: ContactId,
) -> Query<ConversationRow> {
    query(CONVERSATION_LATEST, vals![ws, contact, channel])
}

pub(crate) fn latest_by_identity(
    ws: WorkspaceId,
    channel: ChannelId,
    kind: &str,
    value: &str,
) -> Query<ConversationRow> {
    query(CONVERSATION_LATEST_BY_IDENTITY, vals![ws, kind, value, channel])
}

pub(crate) fn of_contact(ws: WorkspaceId, contact: ContactId) -> Query<ConversationRow> {
    query(CONVERSATIONS_OF, vals![ws, contact])
}

pub(crate) fn due(ws: WorkspaceId, now: Timestamp, limit: i64) -> Query<ConversationRow> {
    query(DUE_BEFORE, vals![ws, now, limit])
}

pub(crate) fn next_due(ws: WorkspaceId) -> Query<(Option<Timestamp>,)> {
    query(NEXT_DUE, vals![ws])
}

pub(crate) fn opened_between(
    ws: WorkspaceId,
    from: Timestamp,
    to: Timestamp,
) -> Query<ConversationRow> {
    query(OPENED_BETWEEN, vals![ws, from, to])
}

pub(crate) fn ids(
    ws: WorkspaceId,
    after: Option<ConversationId>,
    limit: i64,
) -> Query<(ConversationId,)> {
    let after = after.map_or(uuid::Uuid::nil(), |id| id.0);
    query(CONVERSATION_IDS, vals![ws, after, limit])
}
