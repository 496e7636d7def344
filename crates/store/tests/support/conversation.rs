//! The one conversation that tests and benches start from.

use relais_app::port::store::ConversationRow;
use relais_core::id::{ChannelId, ContactId, ConversationId};
use relais_core::time::Timestamp;

/// A fresh one, owned by the bot.
pub fn fresh(
    id: ConversationId,
    contact: ContactId,
    channel: ChannelId,
    at: Timestamp,
) -> ConversationRow {
    ConversationRow {
        id,
        contact,
        channel,
        number: 0,
        state: r#"{"a":1}"#.into(),
        next_position: 1,
        owner_epoch: 0,
        fence: 0,
        status: "bot".into(),
        assignee: None,
        team: None,
        tier: 1,
        priority: 0,
        is_vip: false,
        is_deferred: false,
        reason: None,
        language: "fr".into(),
        preview: "Bonjour".into(),
        unread: 1,
        opened_at: at,
        last_message_at: at,
        last_inbound_at: Some(at),
        waiting_since: None,
        reply_due_at: None,
        resolved_at: None,
        tags: String::new(),
        snoozed_until: None,
        mentions: String::new(),
        due_at: None,
        attempts: 0,
        is_sample: false,
        is_imported: false,
    }
}
