//! What nodes tell one another: which conversations moved, for the live streams, and what a node
//! keeps in memory of settings that others may have changed. Told beside the work, at most once in
//! a few milliseconds; whoever cannot hear looks for itself.

use crate::live::Hint;
use crate::port::store::Heard;
use crate::service::Service;
use parking_lot::Mutex;
use relais_core::id::ConversationId;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::broadcast::error::RecvError;

/// What is told in between goes together.
const GATHERED: Duration = Duration::from_millis(5);
/// Streams of a node that hears nothing look again so often.
const LOOK: Duration = Duration::from_secs(1);
/// The database takes 8 000 bytes at once.
const LONGEST: usize = 7_000;
/// Conversations that may wait to be told of; of more, that lists are to be read again.
const MOST: usize = 2_000;

/// What is not a conversation.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// A node came, and wants to be told.
    Nodes,
    /// Who is available.
    Staff,
    /// Numbers were connected, paused or given new secrets.
    Channels,
    /// Agents are told at other places.
    Notifiers,
    /// Files were published.
    Files,
    /// The outbox was held or released.
    Hold,
    /// So much moved that lists are read again.
    Lists,
}

#[derive(Debug, Default)]
pub(crate) struct News {
    pending: Mutex<Pending>,
    wake: Notify,
}

#[derive(Debug, Default)]
struct Pending {
    hints: BTreeMap<ConversationId, Hint>,
    topics: BTreeSet<Topic>,
    /// Sent so far.
    sent: u64,
}

/// What goes out at once.
#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
struct Telegram {
    /// Of which node.
    from: String,
    /// 1, 2, 3 …: one that is missing was lost.
    number: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hints: Vec<Hint>,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    topics: BTreeSet<Topic>,
}

impl News {
    pub(crate) fn hint(&self, hint: &Hint) {
        let mut pending = self.pending.lock();
        if pending.hints.len() < MOST {
            pending.hints.insert(hint.conversation, hint.clone());
        } else {
            pending.topics.insert(Topic::Lists);
        }
        self.wake.notify_one();
    }

    pub(crate) fn topic(&self, topic: Topic) {
        self.pending.lock().topics.insert(topic);
        self.wake.notify_one();
    }

    /// Everything that waits, in as many telegrams as it takes.
    fn take(&self, from: &str) -> Vec<String> {
        let mut pending = self.pending.lock();
        let mut hints = std::mem::take(&mut pending.hints).into_values().peekable();
        let mut topics = std::mem::take(&mut pending.topics);
        let mut texts = Vec::new();
        while hints.peek().is_some() || !topics.is_empty() {
            pending.sent += 1;
            let mut telegram = Telegram {
                from: from.to_owned(),
                number: pending.sent,
                topics: std::mem::take(&mut topics),
                hints: Vec::new(),
            };
            let mut length = 200;
            while let Some(hint) = hints.next_if(|hint| length + cost(hint) <= LONGEST) {
                length += cost(&hint);
                telegram.hints.push(hint);
            }
            if telegram.hints.is_empty() && hints.peek().is_some() {
                // One that fits nowhere: its list is read again.
                hints.next();
                telegram.topics.insert(Topic::Lists);
            }
            texts.push(serde_json::to_string(&telegram).expect("a telegram is plain data"));
        }
        texts
    }
}

/// At most so many bytes of JSON: a team's name is escaped at worst to six bytes for one.
fn cost(hint: &Hint) -> usize {
    let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    170 + 6 * (length(&hint.team) + length(&hint.assignee))
}

impl Service {
    /// Tells the other nodes until the process ends. What cannot be told is not told again:
    /// whoever hears the next one sees that one is missing.
    pub(crate) async fn tell_news(&self) {
        loop {
            self.news().wake.notified().await;
            tokio::time::sleep(GATHERED).await;
            for text in self.news().take(self.name()) {
                if let Err(error) = self.store().tell(text).await {
                    tracing::warn!(%error, "the other nodes could not be told");
                }
            }
        }
    }

    /// Hears the other nodes until the process ends.
    pub(crate) async fn hear_news(&self) {
        let Some(mut heard) = self.store().hear() else { return };
        let mut numbers = BTreeMap::new();
        let mut is_deaf = false;
        loop {
            let next = tokio::time::timeout(LOOK, heard.recv());
            match next.await {
                Ok(Ok(Heard::Told(text))) => self.take_news(&text, &mut numbers).await,
                Ok(Ok(Heard::Deaf)) => is_deaf = true,
                Ok(Ok(Heard::Again)) => {
                    is_deaf = false;
                    self.look_again().await;
                }
                Ok(Err(RecvError::Lagged(_))) => self.look_again().await,
                Ok(Err(RecvError::Closed)) => return,
                Err(_) if is_deaf => self.look_again().await,
                Err(_) => {}
            }
        }
    }

    async fn take_news(&self, text: &str, numbers: &mut BTreeMap<String, u64>) {
        let Ok(telegram) = serde_json::from_str::<Telegram>(text) else {
            // Of a newer version.
            return self.look_again().await;
        };
        if telegram.from == self.name() {
            return;
        }
        self.heard_of_others();
        let last = numbers.insert(telegram.from, telegram.number);
        let is_one_missing = last.is_some_and(|last| telegram.number != last + 1);
        if is_one_missing || !telegram.topics.is_empty() {
            self.look_again().await;
        }
        if !telegram.hints.is_empty() {
            self.staff().moved();
        }
        for hint in telegram.hints {
            self.streams().send(hint);
        }
    }

    /// Something was changed elsewhere, or not heard: what is kept in memory is read again first,
    /// then those who look at pages are told to.
    async fn look_again(&self) {
        if let Err(error) = self.read_shared().await {
            tracing::warn!(%error, "what other nodes changed could not be read");
        }
        self.staff().moved();
        self.settings().send_modify(|times| *times += 1);
        self.streams().gap();
    }

    /// Other nodes keep this in memory too.
    pub fn tell(&self, topic: Topic) {
        if !self.is_only_node() {
            self.news().topic(topic);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use relais_core::time::Timestamp;

    fn hint(n: u8, team: &str) -> Hint {
        Hint {
            conversation: ConversationId::new(Timestamp::from_secs(1), [n; 10]),
            position: 3,
            status: crate::live::Status::Queued,
            team: Some(team.to_owned()),
            assignee: None,
        }
    }

    #[test]
    fn everything_is_told_in_telegrams_that_fit_and_are_numbered() {
        let news = News::default();
        for n in 0..100 {
            news.hint(&hint(n, "livraison \"\u{1}\""));
            news.hint(&Hint { position: 4, ..hint(n, "livraison \"\u{1}\"") });
        }
        news.hint(&hint(200, &"x".repeat(9_000)));
        news.topic(Topic::Staff);
        let texts = news.take("me");
        let read = |text: &String| serde_json::from_str::<Telegram>(text).unwrap();
        let told: Vec<Telegram> = texts.iter().map(read).collect();
        assert!(texts.iter().all(|text| text.len() < 8_000));
        let numbers: Vec<u64> = told.iter().map(|t| t.number).collect();
        assert_eq!(numbers, (1..=told.len() as u64).collect::<Vec<_>>());
        let hints: Vec<&Hint> = told.iter().flat_map(|t| &t.hints).collect();
        assert_eq!(hints.len(), 100, "each conversation once");
        assert!(hints.iter().all(|hint| hint.position == 4), "as it is now");
        assert!(told[0].topics.contains(&Topic::Staff));
        assert!(told.iter().any(|t| t.topics.contains(&Topic::Lists)), "for the one too long");
        assert!(news.take("me").is_empty());
    }
}
