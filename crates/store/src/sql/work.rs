//! Background work: jobs, and the notices handed to agents and desks.

use crate::row::record;
use crate::statement::{Text::Same, statements};
use crate::unit::{Hit, Query, WriteSet, query};
use crate::value::{Value, content, vals};
use relais_app::port::store::{JobRow, NotificationRow};
use relais_core::id::{ConversationId, EscalationId, WorkspaceId};
use relais_core::time::{Span, Timestamp};
use uuid::Uuid;

record!(
    "notifications",
    NOTIFICATION,
    NotificationRow {
        seq: "seq",
        at: "at",
        escalation: "escalation_id",
        conversation: "conversation_id",
        contact: "contact_id",
        team: "team",
        channel: "channel",
        payload: "payload" sealed,
    }
);

record!(
    "jobs",
    JOB,
    JobRow {
        id: "id",
        kind: "kind",
        data: "data",
        run_at: "run_at",
        attempts: "attempts",
        error: "error" sealed,
    }
);

/// A job that was taken and not finished is taken again after this time.
const JOB_LEASE: Span = Span::minutes(5);

statements! {
    5;
    NOTIFICATION_INSERT = Same(
        "INSERT INTO notifications (workspace_id, {NotificationRow})
         VALUES ($1,
             (SELECT value + 1 FROM counters
              WHERE workspace_id = $1 AND name = 'notification' {for_update}),
             $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT DO NOTHING");
    /// Moves the counter only if the notice was new.
    NOTIFICATION_COUNT = Same(
        "UPDATE counters SET value = value + 1
         WHERE workspace_id = $1 AND name = 'notification' AND EXISTS (
             SELECT 1 FROM notifications n
             WHERE n.workspace_id = $1 AND n.seq = counters.value + 1)");
    NOTIFICATIONS_AFTER = Same(
        "SELECT {NotificationRow} FROM notifications
         WHERE workspace_id = $1 AND seq > $2
         ORDER BY seq LIMIT $3");
    NOTIFICATION_ONE = Same(
        "SELECT {NotificationRow} FROM notifications
         WHERE workspace_id = $1 AND conversation_id = $2 AND escalation_id = $3
           AND team = $4 AND channel = $5");
    JOB_INSERT = Same(
        "INSERT INTO jobs (workspace_id, {JobRow}, state)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued')
         ON CONFLICT DO NOTHING");
    /// Time to run is the application's, the lease is the database's; it ends with that of its node.
    JOBS_CLAIM = Same(
        "WITH picked AS MATERIALIZED (
             SELECT id FROM jobs
             WHERE workspace_id = $1 AND kind = $2 AND state IN ('queued', 'running')
               AND run_at <= $3
               AND (lease_until < {now} OR (worker IS NOT NULL AND NOT EXISTS (
                   SELECT 1 FROM nodes n
                   WHERE n.workspace_id = $1 AND n.id = jobs.worker AND n.lease_until > {now})))
               AND (CAST($6 AS TEXT) IS NULL OR EXISTS (
                   SELECT 1 FROM nodes n
                   WHERE n.workspace_id = $1 AND n.id = $6 AND n.lease_until > {now}))
             ORDER BY run_at LIMIT $4 {skip_locked})
         UPDATE jobs
         SET state = 'running', attempts = attempts + 1, lease_until = {now} + $5, worker = $6
         WHERE workspace_id = $1 AND id IN (SELECT id FROM picked)
         RETURNING {JobRow}");
    JOBS_RELEASE = Same(
        "UPDATE jobs SET lease_until = 0
         WHERE workspace_id = $1 AND kind = $2 AND state IN ('queued', 'running')
           AND lease_until > 0");
    /// What tells people and programs outside; files are only fetched.
    JOBS_HOLD = Same(
        "UPDATE jobs SET state = 'held', lease_until = 0, worker = NULL
         WHERE workspace_id = $1 AND kind IN ('notify', 'webhook')
           AND state IN ('queued', 'running')");
    JOBS_SEND_HELD = Same(
        "UPDATE jobs SET state = 'queued' WHERE workspace_id = $1 AND state = 'held'");
    JOBS_DROP_HELD = Same(
        "UPDATE jobs SET state = 'dead', error = 'dropped after a restore'
         WHERE workspace_id = $1 AND state = 'held'");
    JOBS_PRUNE = Same(
        "DELETE FROM jobs
         WHERE workspace_id = $1 AND id IN (
             SELECT j.id FROM jobs j
             WHERE j.workspace_id = $1 AND j.state = 'done' AND j.run_at < $2 LIMIT $3)
         RETURNING CAST(1 AS BIGINT)");
    JOB_DONE = Same(
        "UPDATE jobs SET state = 'done', error = NULL
         WHERE workspace_id = $1 AND id = $2 AND state IN ('queued', 'running')");
    JOB_RETRY = Same(
        "UPDATE jobs SET state = 'queued', run_at = $3, error = $4, lease_until = 0, worker = NULL
         WHERE workspace_id = $1 AND id = $2 AND state IN ('queued', 'running')");
    JOB_DEAD = Same(
        "UPDATE jobs SET state = 'dead', error = $3
         WHERE workspace_id = $1 AND id = $2 AND state IN ('queued', 'running')");
}

pub(crate) fn notify(set: &mut WriteSet, ws: WorkspaceId, row: &NotificationRow) {
    set.push(
        NOTIFICATION_INSERT,
        Hit::Any,
        vals![
            ws,
            row.at,
            row.escalation,
            row.conversation,
            row.contact,
            &row.team,
            &row.channel,
            content("notifications.payload", row.payload.as_str()),
        ],
    );
    set.push(NOTIFICATION_COUNT, Hit::Any, vals![ws]);
}

pub(crate) fn notifications(ws: WorkspaceId, after: i64, limit: i64) -> Query<NotificationRow> {
    query(NOTIFICATIONS_AFTER, vals![ws, after, limit])
}

pub(crate) fn notification(
    ws: WorkspaceId,
    conversation: ConversationId,
    escalation: EscalationId,
    team: &str,
    channel: &str,
) -> Query<NotificationRow> {
    query(NOTIFICATION_ONE, vals![ws, conversation, escalation, team, channel])
}

/// What another program answered may repeat what was said.
fn failed<'a>(error: impl Into<Option<&'a str>>) -> Value {
    content("jobs.error", error)
}

pub(crate) fn job(set: &mut WriteSet, ws: WorkspaceId, row: &JobRow) {
    set.push(
        JOB_INSERT,
        Hit::Any,
        vals![
            ws,
            row.id,
            &row.kind,
            &row.data,
            row.run_at,
            row.attempts,
            failed(row.error.as_deref())
        ],
    );
}

pub(crate) fn claim_jobs(
    ws: WorkspaceId,
    kind: &str,
    now: Timestamp,
    limit: i64,
    node: Option<&str>,
) -> Query<JobRow> {
    query(JOBS_CLAIM, vals![ws, kind, now, limit, JOB_LEASE, node])
}

pub(crate) fn release_jobs(set: &mut WriteSet, ws: WorkspaceId, kind: &str) {
    set.push(JOBS_RELEASE, Hit::Any, vals![ws, kind]);
}

pub(crate) fn job_done(set: &mut WriteSet, ws: WorkspaceId, id: Uuid) {
    set.push(JOB_DONE, Hit::Guard, vals![ws, id]);
}

pub(crate) fn job_retry(
    set: &mut WriteSet,
    ws: WorkspaceId,
    id: Uuid,
    run_at: Timestamp,
    error: &str,
) {
    set.push(JOB_RETRY, Hit::Guard, vals![ws, id, run_at, failed(error)]);
}

pub(crate) fn job_dead(set: &mut WriteSet, ws: WorkspaceId, id: Uuid, error: &str) {
    set.push(JOB_DEAD, Hit::Guard, vals![ws, id, failed(error)]);
}
