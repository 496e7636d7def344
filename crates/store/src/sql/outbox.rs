//! The outbox: every message we send, its way through the states, and what providers report.

use super::work::{JOBS_DROP_HELD, JOBS_HOLD, JOBS_SEND_HELD};
use crate::row::{Cols, Record, record, slot};
use crate::statement::{StmtId, Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::{content, vals};
use relais_app::at_rest::Ring;
use relais_app::port::store::{Head, OutboxRow, OutboxState, Released, Result, StatusRow};
use relais_core::id::{ChannelId, ContactId, ConversationId, MessageId, WorkspaceId};
use relais_core::time::Timestamp;

record!(
    "outbox",
    OUTBOX,
    OutboxRow {
        id: "id",
        seq: "seq",
        conversation: "conversation_id",
        position: "position",
        contact: "contact_id",
        channel: "channel_id",
        business_number: "business_number",
        class: "class",
        epoch: "epoch",
        content: "content" sealed,
        quotes: "quotes",
        state: "state",
        not_before: "not_before",
        attempts: "attempts",
        provider_id: "provider_id",
        delivery: "delivery",
        error: "error",
        error_code: "error_code",
        created_at: "created_at",
        dispatched_at: "dispatched_at",
        resent: "resent",
    }
);

/// A row of the outbox with three columns more.
impl Record for Head {
    const TABLE: &'static str = <OutboxRow as Record>::TABLE;
    fn read(cols: &dyn Cols) -> Result<Self> {
        let beside = OUTBOX.len();
        Ok(Self {
            row: OutboxRow::read(cols)?,
            last_inbound_at: slot(cols, beside, Self::TABLE, "last_inbound_at")?,
            phone: slot(cols, beside + 1, Self::TABLE, "phone")?,
            bsuid: slot(cols, beside + 2, Self::TABLE, "bsuid")?,
        })
    }
    fn open(&mut self, ring: &Ring) -> Result<()> {
        self.row.open(ring)
    }
}

/// The provider has it. Attaches reports that came before we knew the provider's id. A report may
/// also have made the row accepted already: the provider's answer then changes nothing.
macro_rules! accepted {
    ($error:literal, $code:literal, $also:literal) => {
        concat!(
            "UPDATE outbox
             SET state = 'accepted', provider_id = $3,
                 dispatched_at = COALESCE(dispatched_at, $4),
                 delivery = {greatest}(COALESCE(delivery, 0), COALESCE((
                     SELECT MAX(s.status) FROM statuses s
                     WHERE s.workspace_id = $1 AND s.channel_id = outbox.channel_id
                       AND s.provider_id = $3), 0)),
                 error = ",
            $error,
            ", error_code = ",
            $code,
            " WHERE workspace_id = $1 AND id = $2
               AND (state IN ('dispatching', 'unknown')
                 OR (state = 'accepted' AND provider_id = $3))",
            $also
        )
    };
}

statements! {
    4;
    OUTBOX_INSERT = Same(
        "INSERT INTO outbox (workspace_id, {OutboxRow_but_seq})
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
             $19, $20, $21)");
    OUTBOX_SUPPRESS_BOT = Same(
        "UPDATE outbox SET state = 'suppressed', error = 'owner changed'
         WHERE workspace_id = $1 AND conversation_id = $2
           AND class = 'bot' AND state IN ('queued', 'held')");
    OUTBOX_END_UNDO = Same(
        "UPDATE outbox SET not_before = $3
         WHERE workspace_id = $1 AND conversation_id = $2 AND state <> 'accepted'
           AND class = 'agent' AND state = 'queued' AND attempts = 0 AND not_before > $3");
    OUTBOX_HOLD = Same(
        "UPDATE outbox SET state = 'held'
         WHERE workspace_id = $1 AND state <> 'accepted'
           AND state IN ('queued', 'dispatching', 'unknown')");
    OUTBOX_SEND_HELD = Same(
        "UPDATE outbox SET state = 'queued'
         WHERE workspace_id = $1 AND state <> 'accepted' AND state = 'held'");
    /// Whoever wrote it decides, as for any send of which nobody knows what became (R7).
    OUTBOX_ASK_HELD = Same(
        "UPDATE outbox
         SET state = 'unknown', error = 'restored: it may have been sent',
             dispatched_at = COALESCE(dispatched_at, created_at)
         WHERE workspace_id = $1 AND state <> 'accepted' AND state = 'held' AND class = 'agent'");
    OUTBOX_DROP_HELD = Same(
        "UPDATE outbox SET state = 'suppressed', error = 'dropped after a restore'
         WHERE workspace_id = $1 AND state <> 'accepted' AND state = 'held'");
    /// The linearisation point of R5: reads the owner again, and holds it until the commit.
    OUTBOX_DISPATCH = Same(
        "UPDATE outbox SET state = 'dispatching', dispatched_at = $3, worker = $4
         WHERE workspace_id = $1 AND id = $2 AND state = 'queued'
           AND (class <> 'bot' OR EXISTS (
               SELECT 1 FROM conversations c
               WHERE c.workspace_id = $1 AND c.id = outbox.conversation_id
                 AND c.status <> 'human' {for_share}))");
    OUTBOX_ACCEPTED = Same(accepted!(
        "(SELECT MAX(s.error) FROM statuses s
          WHERE s.workspace_id = $1 AND s.channel_id = outbox.channel_id
            AND s.provider_id = $3 AND s.status = 2)",
        "(SELECT MAX(s.error_code) FROM statuses s
          WHERE s.workspace_id = $1 AND s.channel_id = outbox.channel_id
            AND s.provider_id = $3 AND s.status = 2)",
        ""));
    /// Almost every row: two looks at its reports instead of four, and nothing to read afterwards.
    OUTBOX_ACCEPTED_UNLESS_FAILED = Same(accepted!(
        "NULL",
        "NULL",
        " AND COALESCE(delivery, 0) <> 2
          AND NOT EXISTS (
              SELECT 1 FROM statuses s
              WHERE s.workspace_id = $1 AND s.channel_id = outbox.channel_id
                AND s.provider_id = $3 AND s.status = 2)"));
    OUTBOX_REQUEUE = Same(
        "UPDATE outbox
         SET state = 'queued', not_before = $3, error = $4, error_code = $5,
             attempts = attempts + 1, dispatched_at = NULL
         WHERE workspace_id = $1 AND id = $2 AND state IN ('dispatching', 'unknown')");
    OUTBOX_RESEND = Same(
        "UPDATE outbox
         SET state = 'queued', not_before = $4, error = $3, attempts = attempts + 1,
             dispatched_at = NULL, resent = resent + 1
         WHERE workspace_id = $1 AND id = $2 AND state = 'unknown'");
    OUTBOX_UNDISPATCH = Same(
        "UPDATE outbox SET state = 'queued', dispatched_at = NULL, worker = NULL
         WHERE workspace_id = $1 AND id = $2 AND state = 'dispatching'
           AND COALESCE(worker, '') = COALESCE($3, '')");
    OUTBOX_REFUSED = Same(
        "UPDATE outbox
         SET state = 'refused', error = $3, error_code = $4,
             dispatched_at = COALESCE(dispatched_at, $5)
         WHERE workspace_id = $1 AND id = $2 AND state IN ('queued', 'dispatching', 'unknown')");
    OUTBOX_UNKNOWN = Same(
        "UPDATE outbox
         SET state = 'unknown', error = $3, dispatched_at = COALESCE(dispatched_at, $4)
         WHERE workspace_id = $1 AND id = $2 AND state = 'dispatching'");
    OUTBOX_SUPPRESSED = Same(
        "UPDATE outbox SET state = 'suppressed', error = $3
         WHERE workspace_id = $1 AND id = $2 AND state IN ('queued', 'unknown')");
    STATUS_INSERT = Same(
        "INSERT INTO statuses (workspace_id, channel_id, provider_id, status, callback_id, at,
             error, error_code, raw)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, CASE WHEN (
             SELECT o.content FROM outbox o WHERE o.workspace_id = $1 AND o.id = $5) = 'null'
             THEN $10 ELSE $9 END)
         ON CONFLICT DO NOTHING");
    /// Moves the row a report names: by the provider's id, else by ours, which it may echo; reports
    /// that bore only the provider's id and came before are attached with it. A row that waits to
    /// be sent once more need not be any more: the first send came through. So did one that a
    /// restored copy holds, after the copy was made.
    OUTBOX_REPORT = Same(
        "UPDATE outbox
         SET delivery = {greatest}(COALESCE(delivery, 0), $4, COALESCE((
                 SELECT MAX(s.status) FROM statuses s
                 WHERE s.workspace_id = $1 AND s.channel_id = $2 AND s.provider_id = $3), 0)),
             state = CASE WHEN state IN ('dispatching', 'unknown', 'held') THEN 'accepted'
                          WHEN state = 'queued' AND resent > 0 AND CAST($4 AS BIGINT) <> 2
                          THEN 'accepted'
                          ELSE state END,
             provider_id = COALESCE(provider_id, $3),
             error = CASE WHEN CAST($4 AS BIGINT) = 2 THEN $6
                          WHEN state IN ('queued', 'dispatching', 'unknown', 'held') THEN (
                              SELECT MAX(s.error) FROM statuses s
                              WHERE s.workspace_id = $1 AND s.channel_id = $2
                                AND s.provider_id = $3 AND s.status = 2)
                          ELSE error END,
             error_code = CASE WHEN CAST($4 AS BIGINT) = 2 THEN $7
                               WHEN state IN ('queued', 'dispatching', 'unknown', 'held') THEN (
                                   SELECT MAX(s.error_code) FROM statuses s
                                   WHERE s.workspace_id = $1 AND s.channel_id = $2
                                     AND s.provider_id = $3 AND s.status = 2)
                               ELSE error_code END,
             price = COALESCE(price, $8)
         WHERE workspace_id = $1 AND channel_id = $2 AND id = COALESCE((
             SELECT o.id FROM outbox o
             WHERE o.workspace_id = $1 AND o.channel_id = $2 AND o.provider_id = $3
             ORDER BY o.seq LIMIT 1), $5)");
    /// `state <> 'accepted'` lets it use the index of what is not through yet. What a person
    /// said and stayed unknown for two minutes waits for that person and holds its lane up no longer.
    OUTBOX_READY = Same(
        "SELECT {OutboxRow},
             (SELECT c.last_inbound_at FROM conversations c
              WHERE c.workspace_id = $1 AND c.id = outbox.conversation_id),
             (SELECT p.phone FROM contacts p
              WHERE p.workspace_id = $1 AND p.id = outbox.contact_id),
             (SELECT p.bsuid FROM contacts p
              WHERE p.workspace_id = $1 AND p.id = outbox.contact_id)
         FROM outbox
         WHERE workspace_id = $1 AND state <> 'accepted' AND state = 'queued' AND not_before <= $2
           AND NOT EXISTS (
               SELECT 1 FROM outbox earlier
               WHERE earlier.workspace_id = outbox.workspace_id
                 AND earlier.business_number = outbox.business_number
                 AND earlier.contact_id = outbox.contact_id
                 AND earlier.seq < outbox.seq
                 AND earlier.state IN ('queued', 'dispatching', 'unknown')
                 AND (earlier.state <> 'unknown' OR earlier.class <> 'agent'
                      OR earlier.dispatched_at > $2 - 120000000))
         ORDER BY seq LIMIT $3");
    OUTBOX_BY_ID = Same(
        "SELECT {OutboxRow} FROM outbox WHERE workspace_id = $1 AND id = $2");
    OUTBOX_BY_PROVIDER = Same(
        "SELECT {OutboxRow} FROM outbox
         WHERE workspace_id = $1 AND channel_id = $2 AND provider_id = $3
         ORDER BY seq LIMIT 1");
    OUTBOX_IN_STATE = Same(
        "SELECT {OutboxRow} FROM outbox
         WHERE workspace_id = $1 AND state <> 'accepted' AND state = $2
           AND COALESCE(dispatched_at, created_at) < $3
         ORDER BY seq LIMIT $4");
    /// Half-way, and nobody works on it any more: its node is gone, or it takes too long.
    OUTBOX_ABANDONED = Same(
        "SELECT {OutboxRow} FROM outbox
         WHERE workspace_id = $1 AND state <> 'accepted' AND state = 'dispatching'
           AND (COALESCE(dispatched_at, created_at) < $2
             OR (worker IS NOT NULL AND NOT EXISTS (
                 SELECT 1 FROM nodes n
                 WHERE n.workspace_id = $1 AND n.id = outbox.worker AND n.lease_until > {now})))
         ORDER BY seq LIMIT $3");
    OUTBOX_UNDECIDED = Same(
        "SELECT {OutboxRow} FROM outbox
         WHERE workspace_id = $1 AND state <> 'accepted' AND state = 'unknown'
           AND class <> 'agent' AND dispatched_at < $2
         ORDER BY seq LIMIT $3");
    /// Walks the whole history; only for lists of what went well.
    OUTBOX_IN_STATE_ACCEPTED = Same(
        "SELECT {OutboxRow} FROM outbox
         WHERE workspace_id = $1 AND state = 'accepted'
           AND COALESCE(dispatched_at, created_at) < $2
         ORDER BY seq LIMIT $3");
    OUTBOX_OF = Same(
        "SELECT {OutboxRow} FROM outbox
         WHERE workspace_id = $1 AND seq > $3 AND conversation_id IN (
             SELECT id FROM conversations WHERE workspace_id = $1 AND contact_id = $2)
         ORDER BY seq");
    OUTBOX_OF_CONVERSATION = Same(
        "SELECT {OutboxRow} FROM outbox
         WHERE workspace_id = $1 AND conversation_id = $2
         ORDER BY seq");
    OUTBOX_COUNTS = Same(
        "SELECT state, COUNT(*) FROM outbox WHERE workspace_id = $1
         GROUP BY state
         ORDER BY state");
}

/// What is kept of a raw object about somebody who was erased.
pub(crate) const NOTHING: &str = "{}";

/// The columns of a new row without its cursor, which the database gives.
pub(crate) fn columns_but_seq() -> Vec<&'static str> {
    OUTBOX.iter().copied().filter(|column| *column != "seq").collect()
}

pub(crate) fn insert(set: &mut WriteSet, ws: WorkspaceId, row: &OutboxRow) {
    set.push(
        OUTBOX_INSERT,
        Hit::Sure,
        vals![
            ws,
            row.id,
            row.conversation,
            row.position,
            row.contact,
            row.channel,
            &row.business_number,
            row.class,
            row.epoch,
            content("outbox.content", row.content.as_str()),
            row.quotes.as_deref(),
            row.state,
            row.not_before,
            row.attempts,
            row.provider_id.as_deref(),
            row.delivery,
            row.error.as_deref(),
            row.error_code,
            row.created_at,
            row.dispatched_at,
            row.resent,
        ],
    );
}

pub(crate) fn suppress_bot_rows(set: &mut WriteSet, ws: WorkspaceId, conversation: ConversationId) {
    set.push(OUTBOX_SUPPRESS_BOT, Hit::Any, vals![ws, conversation]);
}

pub(crate) fn end_undo(
    set: &mut WriteSet,
    ws: WorkspaceId,
    conversation: ConversationId,
    at: Timestamp,
) {
    set.push(OUTBOX_END_UNDO, Hit::Any, vals![ws, conversation, at]);
}

pub(crate) fn hold(set: &mut WriteSet, ws: WorkspaceId) {
    set.push(OUTBOX_HOLD, Hit::Any, vals![ws]);
    set.push(JOBS_HOLD, Hit::Any, vals![ws]);
}

pub(crate) fn release(set: &mut WriteSet, ws: WorkspaceId, then: Released) {
    let (rows, jobs): (&[StmtId], StmtId) = match then {
        Released::Sent => (&[OUTBOX_SEND_HELD], JOBS_SEND_HELD),
        Released::Asked => (&[OUTBOX_ASK_HELD, OUTBOX_DROP_HELD], JOBS_DROP_HELD),
        Released::Dropped => (&[OUTBOX_DROP_HELD], JOBS_DROP_HELD),
    };
    for stmt in rows {
        set.push(*stmt, Hit::Any, vals![ws]);
    }
    set.push(jobs, Hit::Any, vals![ws]);
}

pub(crate) fn dispatch(
    set: &mut WriteSet,
    ws: WorkspaceId,
    id: MessageId,
    at: Timestamp,
    node: Option<&str>,
) {
    set.push(OUTBOX_DISPATCH, Hit::Guard, vals![ws, id, at, node]);
}

pub(crate) fn undispatch(set: &mut WriteSet, ws: WorkspaceId, id: MessageId, node: Option<&str>) {
    set.push(OUTBOX_UNDISPATCH, Hit::Guard, vals![ws, id, node]);
}

pub(crate) fn accepted(
    set: &mut WriteSet,
    ws: WorkspaceId,
    id: MessageId,
    provider_id: &str,
    at: Timestamp,
) {
    set.push(OUTBOX_ACCEPTED, Hit::Guard, vals![ws, id, provider_id, at]);
}

pub(crate) fn accepted_unless_failed(
    set: &mut WriteSet,
    ws: WorkspaceId,
    id: MessageId,
    provider_id: &str,
    at: Timestamp,
) {
    set.push(OUTBOX_ACCEPTED_UNLESS_FAILED, Hit::Guard, vals![ws, id, provider_id, at]);
}

pub(crate) fn requeue(
    set: &mut WriteSet,
    ws: WorkspaceId,
    id: MessageId,
    not_before: Timestamp,
    error: &str,
    code: Option<i64>,
) {
    set.push(OUTBOX_REQUEUE, Hit::Guard, vals![ws, id, not_before, error, code]);
}

pub(crate) fn resend(
    set: &mut WriteSet,
    ws: WorkspaceId,
    id: MessageId,
    error: &str,
    at: Timestamp,
) {
    set.push(OUTBOX_RESEND, Hit::Guard, vals![ws, id, error, at]);
}

pub(crate) fn refused(
    set: &mut WriteSet,
    ws: WorkspaceId,
    id: MessageId,
    error: &str,
    code: Option<i64>,
    at: Timestamp,
) {
    set.push(OUTBOX_REFUSED, Hit::Guard, vals![ws, id, error, code, at]);
}

pub(crate) fn unknown(
    set: &mut WriteSet,
    ws: WorkspaceId,
    id: MessageId,
    error: &str,
    at: Timestamp,
) {
    set.push(OUTBOX_UNKNOWN, Hit::Guard, vals![ws, id, error, at]);
}

pub(crate) fn suppressed(set: &mut WriteSet, ws: WorkspaceId, id: MessageId, error: &str) {
    set.push(OUTBOX_SUPPRESSED, Hit::Guard, vals![ws, id, error]);
}

pub(crate) fn status(set: &mut WriteSet, ws: WorkspaceId, row: &StatusRow) {
    set.push(
        STATUS_INSERT,
        Hit::Any,
        vals![
            ws,
            row.channel,
            &row.provider_id,
            row.status,
            row.callback,
            row.at,
            row.error.as_deref(),
            row.error_code,
            content("statuses.raw", row.raw.as_str()),
            NOTHING,
        ],
    );
    set.push(
        OUTBOX_REPORT,
        Hit::Any,
        vals![
            ws,
            row.channel,
            &row.provider_id,
            row.status,
            row.callback,
            row.error.as_deref(),
            row.error_code,
            row.price.as_deref(),
        ],
    );
}

pub(crate) fn ready(ws: WorkspaceId, now: Timestamp, limit: i64) -> Query<Head> {
    query(OUTBOX_READY, vals![ws, now, limit])
}

pub(crate) fn by_id(ws: WorkspaceId, id: MessageId) -> Query<OutboxRow> {
    query(OUTBOX_BY_ID, vals![ws, id])
}

pub(crate) fn by_provider(
    ws: WorkspaceId,
    channel: ChannelId,
    provider_id: &str,
) -> Query<OutboxRow> {
    query(OUTBOX_BY_PROVIDER, vals![ws, channel, provider_id])
}

pub(crate) fn in_state(
    ws: WorkspaceId,
    state: OutboxState,
    dispatched_before: Timestamp,
    limit: i64,
) -> Query<OutboxRow> {
    match state {
        OutboxState::Accepted => {
            query(OUTBOX_IN_STATE_ACCEPTED, vals![ws, dispatched_before, limit])
        }
        OutboxState::Queued
        | OutboxState::Dispatching
        | OutboxState::Refused
        | OutboxState::Unknown
        | OutboxState::Suppressed
        | OutboxState::Held => query(OUTBOX_IN_STATE, vals![ws, state, dispatched_before, limit]),
    }
}

pub(crate) fn abandoned(
    ws: WorkspaceId,
    dispatched_before: Timestamp,
    limit: i64,
) -> Query<OutboxRow> {
    query(OUTBOX_ABANDONED, vals![ws, dispatched_before, limit])
}

pub(crate) fn undecided(
    ws: WorkspaceId,
    dispatched_before: Timestamp,
    limit: i64,
) -> Query<OutboxRow> {
    query(OUTBOX_UNDECIDED, vals![ws, dispatched_before, limit])
}

pub(crate) fn of_contact(ws: WorkspaceId, contact: ContactId, after: i64) -> Query<OutboxRow> {
    query(OUTBOX_OF, vals![ws, contact, after])
}

pub(crate) fn of_conversation(ws: WorkspaceId, id: ConversationId) -> Query<OutboxRow> {
    query(OUTBOX_OF_CONVERSATION, vals![ws, id])
}

pub(crate) fn counts(ws: WorkspaceId) -> Query<(OutboxState, i64)> {
    query(OUTBOX_COUNTS, vals![ws])
}

#[cfg(test)]
mod tests {
    use crate::value::Value;
    use relais_core::message::Delivery;

    #[test]
    fn the_statements_know_the_rank_of_failed() {
        assert_eq!(Value::from(Delivery::Failed), Value::Int(2));
    }
}
