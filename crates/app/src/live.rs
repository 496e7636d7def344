//! Hints for the live stream: which conversation moved, never what was said.

use crate::port::store::ConversationRow;
use relais_core::id::ConversationId;
use tokio::sync::broadcast;

/// A change worth looking at. Carries no content.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    pub conversation: ConversationId,
    pub position: i64,
    pub status: &'static str,
    pub team: Option<String>,
}

impl Hint {
    pub(crate) fn of(row: &ConversationRow) -> Self {
        Self {
            conversation: row.id,
            position: row.next_position - 1,
            status: status_word(&row.status),
            team: row.team.clone(),
        }
    }
}

fn status_word(status: &str) -> &'static str {
    match status {
        "bot" => "bot",
        "queued" => "queued",
        "human" => "human",
        _ => "resolved",
    }
}

/// Hints kept for a slow listener; one that falls behind reads the lists again.
const KEPT: usize = 1_024;

#[derive(Debug)]
pub(crate) struct Hints(broadcast::Sender<Hint>);

impl Hints {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(KEPT).0)
    }

    /// Nobody listening is not an error.
    pub(crate) fn send(&self, hint: Hint) {
        let _ = self.0.send(hint);
    }

    pub(crate) fn has_listeners(&self) -> bool {
        self.0.receiver_count() > 0
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Hint> {
        self.0.subscribe()
    }
}
