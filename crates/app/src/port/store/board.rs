//! What filters look at, without the words and states of conversations: enough to count with.

use super::{InboxFilter, Snoozed};
use relais_core::time::{Span, Timestamp};
use relais_core::window::{MARGIN, PROVIDER_WINDOW};

/// A conversation that goes on, as far as [`InboxFilter`] looks at it; fields as in
/// [`ConversationRow`](super::ConversationRow).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLine {
    pub status: String,
    pub assignee: Option<String>,
    pub team: Option<String>,
    pub tier: i64,
    pub priority: i64,
    pub is_vip: bool,
    pub is_deferred: bool,
    pub reason: Option<String>,
    pub language: String,
    pub unread: i64,
    pub last_message_at: Timestamp,
    pub last_inbound_at: Option<Timestamp>,
    pub waiting_since: Option<Timestamp>,
    pub reply_due_at: Option<Timestamp>,
    pub tags: String,
    pub snoozed_until: Option<Timestamp>,
    pub mentions: String,
    pub is_sample: bool,
}

/// A reply that is due within this time may be at risk.
const SOON: Span = Span::minutes(15);
/// A session window that closes within this time is at risk.
const CLOSING: Span = Span::hours(1);

impl InboxFilter {
    /// Whether all it lets through goes on, and no words are looked for.
    pub fn is_of_open(&self) -> bool {
        let is_open = |status: &String| ["bot", "queued", "human"].contains(&status.as_str());
        let has_words = self.search.is_some() || !self.ids.is_empty();
        !has_words && !self.status.is_empty() && self.status.iter().all(is_open)
    }

    /// The same as the store's list says of a conversation, apart from ids and words: a test of
    /// the store's contract compares the two.
    pub fn lets(&self, line: &OpenLine) -> bool {
        (self.status.is_empty() || self.status.contains(&line.status))
            && is_asked(self.team.as_ref(), line.team.as_ref())
            && is_asked(self.assignee.as_ref(), line.assignee.as_ref())
            && !(self.is_unassigned && line.assignee.is_some())
            && (self.with_sample || !line.is_sample)
            && self.tag.as_ref().is_none_or(|tag| has(&line.tags, tag))
            && is_asked(self.tier.as_ref(), Some(&line.tier))
            && is_asked(self.priority.as_ref(), Some(&line.priority))
            && self.language.as_ref().is_none_or(|language| is_in(&line.language, language))
            && is_asked(self.reason.as_ref(), line.reason.as_ref())
            && (!self.only_vip || line.is_vip)
            && (!self.only_unread || line.unread > 0)
            && match self.snoozed {
                Snoozed::With => true,
                Snoozed::Without => line.snoozed_until.is_none(),
                Snoozed::Only => line.snoozed_until.is_some(),
            }
            && self.mentions.as_ref().is_none_or(|key| has(&line.mentions, key))
            && self.at_risk.is_none_or(|now| line.is_at_risk(now))
            && !(self.is_answered
                && (line.status != "human" || line.unread > 0 || line.waiting_since.is_some()))
            && self.moved_from.is_none_or(|from| line.last_message_at >= from)
            && self.moved_before.is_none_or(|end| line.last_message_at < end)
            && self
                .only
                .as_ref()
                .is_none_or(|sight| sight.sees(line.team.as_deref(), line.assignee.as_deref()))
    }
}

impl OpenLine {
    /// Late, or soon with most of its time gone, or its session window is about to close.
    fn is_at_risk(&self, now: Timestamp) -> bool {
        let waits = ["queued", "human"].contains(&self.status.as_str()) && !self.is_deferred;
        let is_late = || self.reply_due_at.is_some_and(|due| due < now);
        let is_soon = || {
            let (Some(due), Some(since)) = (self.reply_due_at, self.waiting_since) else {
                return false;
            };
            due < now + SOON
                && (now.as_micros() - since.as_micros()) * 2 >= due.as_micros() - since.as_micros()
        };
        let is_closing = || {
            let closes = self.last_inbound_at.map(|at| at + PROVIDER_WINDOW - MARGIN);
            closes.is_some_and(|at| at > now && at < now + CLOSING)
        };
        waits && (is_late() || is_soon() || is_closing())
    }
}

fn is_asked<T: PartialEq>(asked: Option<&T>, found: Option<&T>) -> bool {
    asked.is_none() || asked == found
}

/// Words between bars: `|refund|vip|`.
fn has(words: &str, word: &str) -> bool {
    words.contains(&format!("|{word}|"))
}

/// A language itself, or with a region where it has two letters.
fn is_in(language: &str, asked: &str) -> bool {
    language == asked
        || (asked.len() == 2 && language.strip_prefix(asked).is_some_and(|r| r.starts_with('-')))
}
