//! Reports of providers about our messages, beside the rows they moved.

use crate::statement::{Text::Same, statements};
use crate::unit::{Query, query};
use crate::value::vals;
use relais_core::id::{ChannelId, WorkspaceId};

statements! {
    16;
    STATUSES_PRUNE = Same(
        "DELETE FROM statuses
         WHERE workspace_id = $1 AND (channel_id, provider_id, status) IN (
             SELECT s.channel_id, s.provider_id, s.status FROM statuses s
             WHERE s.workspace_id = $1 AND s.at < $2
             ORDER BY s.at LIMIT $3)
         RETURNING CAST(1 AS BIGINT)");
    REPORTED_FAILURE = Same(
        "SELECT s.error, s.error_code FROM statuses s
         WHERE s.workspace_id = $1 AND s.channel_id = $2 AND s.provider_id = $3 AND s.status = 2
           AND NOT EXISTS (
               SELECT 1 FROM statuses later
               WHERE later.workspace_id = $1 AND later.channel_id = $2
                 AND later.provider_id = $3 AND later.status > 2)");
}

pub(crate) fn reported_failure(
    ws: WorkspaceId,
    channel: ChannelId,
    provider_id: &str,
) -> Query<(Option<String>, Option<i64>)> {
    query(REPORTED_FAILURE, vals![ws, channel, provider_id])
}
