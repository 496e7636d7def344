//! From the folded state to the row that lists are made of: one function, used when a decision is
//! written and when projections are rebuilt.

use relais_core::broken::is_missing;
use relais_core::conversation::next_due;
use relais_core::conversation::state::{Owner, State};
use relais_core::workspace::snapshot::Snapshot;

use crate::port::store::{ConversationRow, UNTIL_HEARD};

/// What a row holds beside its log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    pub number: i64,
    pub fence: i64,
    pub attempts: i64,
    pub is_sample: bool,
    pub is_imported: bool,
}

impl From<&ConversationRow> for Kept {
    fn from(row: &ConversationRow) -> Self {
        Self {
            number: row.number,
            fence: row.fence,
            attempts: row.attempts,
            is_sample: row.is_sample,
            is_imported: row.is_imported,
        }
    }
}

/// Words as one column, each between bars: `|refund|vip|`; nothing for none.
fn words(list: &[String]) -> String {
    list.iter().fold(String::new(), |all, word| {
        let start = if all.is_empty() { "|" } else { "" };
        format!("{all}{start}{}|", word.replace('|', " "))
    })
}

/// The row of a conversation.
pub fn row(state: &State, snapshot: &Snapshot, kept: Kept) -> ConversationRow {
    let handoff = state.handoff.as_ref().filter(|_| state.is_handed_off());
    // Whoever takes a conversation has not answered yet: the customer waits on.
    let waits = (matches!(state.owner, Owner::Queue { .. }) || state.reply_due_at.is_some())
        && !state.is_resolved();
    ConversationRow {
        id: state.conversation,
        contact: state.contact,
        channel: state.channel,
        number: kept.number,
        state: serde_json::to_string(state).expect("a state is plain data"),
        next_position: state.position + 1,
        owner_epoch: state.owner_epoch,
        fence: kept.fence,
        status: state.status().to_owned(),
        assignee: state.agent().map(|a| a.key.clone()),
        team: handoff.map(|h| h.team.clone()),
        tier: i64::from(state.tier()),
        priority: state.priority() as i64,
        is_vip: state.segment == snapshot.document.triggers.vip_segment,
        is_deferred: state.is_deferred(),
        reason: state.handoff.as_ref().map(|h| h.reason.as_str().to_owned()),
        language: state.language.clone(),
        preview: state.preview.clone(),
        unread: i64::from(state.unread),
        opened_at: state.opened_at,
        last_message_at: state.last_message_at,
        last_inbound_at: state.last_inbound_at,
        waiting_since: handoff.filter(|_| waits).map(|h| h.at),
        reply_due_at: state.reply_due_at,
        resolved_at: state.resolved_at,
        tags: words(&state.tags),
        snoozed_until: state.snooze.as_ref().map(|s| s.until.unwrap_or(UNTIL_HEARD)),
        mentions: words(&state.mentions),
        due_at: next_due(state, snapshot).filter(|_| !is_missing("R16")),
        attempts: kept.attempts,
        is_sample: kept.is_sample,
        is_imported: kept.is_imported,
    }
}
