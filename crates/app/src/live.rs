//! Hints for the live stream: which conversation moved, never what was said.

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

    pub(crate) fn listen(&self) -> broadcast::Receiver<Hint> {
        self.0.subscribe()
    }
}
