//! Hints for the live stream: which conversation moved, never what was said.

use crate::port::store::ConversationRow;
use relais_core::id::ConversationId;
use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;

/// A change worth looking at. Carries no content.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Hint {
    pub conversation: ConversationId,
    pub position: i64,
    pub status: Status,
    pub team: Option<String>,
    /// Key of the agent who has it.
    pub assignee: Option<String>,
}

/// Who answers now.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Bot,
    Queued,
    Human,
    Resolved,
}

/// What a live stream gets.
#[derive(Clone, Debug, PartialEq)]
pub enum Live {
    Hint(Hint),
    /// Something may have been missed: everything shown is read again.
    Gap,
    /// Somebody came, went, or is busy now.
    People,
}

impl Hint {
    pub(crate) fn of(row: &ConversationRow) -> Self {
        Self {
            conversation: row.id,
            position: row.next_position - 1,
            status: Status::of(&row.status),
            team: row.team.clone(),
            assignee: row.assignee.clone(),
        }
    }
}

impl Status {
    fn of(word: &str) -> Self {
        match word {
            "bot" => Self::Bot,
            "queued" => Self::Queued,
            "human" => Self::Human,
            _ => Self::Resolved,
        }
    }
}

/// Hints kept for a slow listener; one that falls behind reads the lists again.
const KEPT: usize = 1_024;

#[derive(Debug)]
pub(crate) struct Hints(broadcast::Sender<Live>);

impl Hints {
    pub(crate) fn new() -> Self {
        Self(broadcast::channel(KEPT).0)
    }

    /// Nobody listening is not an error.
    pub(crate) fn send(&self, hint: Hint) {
        let _ = self.0.send(Live::Hint(hint));
    }

    pub(crate) fn gap(&self) {
        let _ = self.0.send(Live::Gap);
    }

    pub(crate) fn people(&self) {
        let _ = self.0.send(Live::People);
    }

    pub(crate) fn has_listeners(&self) -> bool {
        self.0.receiver_count() > 0
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Live> {
        self.0.subscribe()
    }
}
