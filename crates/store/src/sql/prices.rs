//! What messages cost, in the words of the provider.

use crate::statement::{Text::Same, statements};
use crate::unit::{Query, query};
use crate::value::vals;
use relais_core::id::{ConversationId, WorkspaceId};
use relais_core::time::Timestamp;

statements! {
    14;
    /// Talks that began long before are found by their last message, whose moment may lie a little
    /// before that of its own row.
    PRICES_BETWEEN = Same(
        "SELECT price, COUNT(*) FROM (
             SELECT price FROM outbox
             WHERE workspace_id = $1 AND conversation_id >= $2 AND conversation_id < $3
               AND created_at >= $4 AND created_at < $5 AND price IS NOT NULL
             UNION ALL
             SELECT o.price FROM conversations c
             JOIN outbox o ON o.workspace_id = c.workspace_id AND o.conversation_id = c.id
             WHERE c.workspace_id = $1 AND c.status IN ('bot', 'queued', 'human', 'resolved')
               AND c.last_message_at >= $4 - 86400000000 AND c.id < $2
               AND o.created_at >= $4 AND o.created_at < $5 AND o.price IS NOT NULL
         ) picked
         GROUP BY price");
}

/// Prices of messages written in a stretch of time, with their number: in conversations that began
/// in a longer one, and in older ones that went on.
pub(crate) fn prices(
    ws: WorkspaceId,
    began: (ConversationId, ConversationId),
    written: (Timestamp, Timestamp),
) -> Query<(String, i64)> {
    query(PRICES_BETWEEN, vals![ws, began.0, began.1, written.0, written.1])
}
