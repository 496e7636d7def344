//! Lists of conversations: which, and in what order.

use super::rows::{ConversationRow, Sight};
use relais_core::id::ConversationId;
use relais_core::time::Timestamp;

/// Put aside until the customer writes, however long that takes.
pub const UNTIL_HEARD: Timestamp = Timestamp::MAX;

/// Which conversations a list shows, and the first of them first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct InboxFilter {
    /// Only some of these, the first [`InboxFilter::MOST_IDS`]; empty = any.
    pub ids: Vec<ConversationId>,
    /// Any of `bot`, `queued`, `human`, `resolved`; empty = all.
    pub status: Vec<String>,
    pub team: Option<String>,
    pub assignee: Option<String>,
    pub is_unassigned: bool,
    pub tag: Option<String>,
    pub tier: Option<i64>,
    /// 0 normal, 1 high, 2 urgent.
    pub priority: Option<i64>,
    /// The language itself, without a region.
    pub language: Option<String>,
    pub reason: Option<String>,
    pub only_vip: bool,
    pub only_unread: bool,
    pub snoozed: Snoozed,
    /// Key of an agent whom a note calls.
    pub mentions: Option<String>,
    /// Late at this moment or soon: see `docs/inbox.md`.
    pub at_risk: Option<Timestamp>,
    /// With a person, and the customer has the word.
    pub is_answered: bool,
    /// By the last message; start inclusive, end exclusive.
    pub moved_from: Option<Timestamp>,
    pub moved_before: Option<Timestamp>,
    /// Folded words that must all occur in the conversation's history; the last may be the
    /// beginning of a word. The first five count, each in the newest 20 000 messages that have it.
    pub search: Option<String>,
    /// Leaves out what somebody may not see.
    pub only: Option<Sight>,
    /// Sample data is left out unless asked for.
    pub with_sample: bool,
    pub sort: InboxSort,
}

/// What becomes of conversations that are put aside.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Snoozed {
    #[default]
    With,
    Without,
    Only,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InboxSort {
    /// By the last message.
    #[default]
    Newest,
    /// The next reply that is due.
    Due,
    /// The longest wait in the queue.
    Waiting,
    Priority,
}

/// Behind everything that has a rank.
const FAR: i64 = 9_000_000_000_000_000_000;

impl InboxFilter {
    /// More at once are a list of their own.
    pub const MOST_IDS: usize = 32;

    /// What has ended, and what words are found in, is sorted by time alone: no list of those is
    /// short.
    pub fn order(&self) -> InboxSort {
        let has_ended = self.status.is_empty() || self.status.iter().any(|s| s == "resolved");
        if has_ended || self.search.is_some() { InboxSort::Newest } else { self.sort }
    }
}

impl InboxSort {
    /// Where a row stands: smaller first, then the newest.
    pub fn rank(self, row: &ConversationRow) -> i64 {
        match self {
            Self::Newest => 0,
            Self::Due => match (row.status.as_str(), row.reply_due_at) {
                ("queued" | "human", Some(at)) if !row.is_deferred => at.as_micros(),
                ("queued" | "human", _) => FAR,
                _ => FAR + 1,
            },
            Self::Waiting => row.waiting_since.map_or(FAR, Timestamp::as_micros),
            Self::Priority => 2 - row.priority,
        }
    }
}

/// Where the next page starts (exclusive).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InboxCursor {
    /// By the order of the list.
    pub rank: i64,
    pub last_message_at: Timestamp,
    pub id: ConversationId,
}

impl InboxCursor {
    /// The page after a row.
    pub fn after(row: &ConversationRow, order: InboxSort) -> Self {
        Self { rank: order.rank(row), last_message_at: row.last_message_at, id: row.id }
    }
}

impl std::fmt::Display for InboxCursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}_{}_{}", self.rank, self.last_message_at.as_micros(), self.id)
    }
}

/// Not one of our cursors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoCursor;

impl std::str::FromStr for InboxCursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Self, NoCursor> {
        let (rank, rest) = text.split_once('_').ok_or(NoCursor)?;
        let (at, id) = rest.split_once('_').ok_or(NoCursor)?;
        let at = at.parse().map_err(|_| NoCursor)?;
        Ok(Self {
            rank: rank.parse().map_err(|_| NoCursor)?,
            last_message_at: Timestamp::from_micros(at),
            id: id.parse().map_err(|_| NoCursor)?,
        })
    }
}

/// A list that somebody keeps under a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ViewRow {
    pub id: uuid::Uuid,
    /// Key of whose it is; nothing for one of the whole team.
    pub owner: Option<String>,
    pub name: String,
    /// In the words of the filter grammar.
    pub query: String,
    /// `due`, `newest`, `waiting`, `priority`.
    pub sort: String,
    pub created_at: Timestamp,
}

/// What an agent began to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DraftRow {
    pub conversation: ConversationId,
    /// Key of the agent.
    pub author: String,
    /// `reply` or `note`.
    pub mode: String,
    pub text: String,
    /// 1, 2, 3 …: two devices that write at once find out.
    pub version: i64,
    pub at: Timestamp,
}
