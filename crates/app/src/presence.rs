//! Who looks at a conversation, and who writes in it: seen by everybody at once, kept nowhere. Of
//! several processes each knows its own people.

use parking_lot::Mutex;
use relais_core::conversation::event::AgentRef;
use relais_core::id::ConversationId;
use relais_core::time::{Span, Timestamp};
use std::collections::BTreeMap;
use tokio::sync::broadcast;

/// A browser that says nothing for so long is gone.
const READING: Span = Span::secs(30);
/// Whoever wrote last holds the pen for so long.
const WRITING: Span = Span::secs(30);
/// More at one conversation are not told apart.
const MOST: usize = 20;
/// Changes kept for a slow listener.
const KEPT: usize = 256;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doing {
    Reading,
    Writing,
}

impl Doing {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Reading => "reading",
            Self::Writing => "writing",
        }
    }
}

/// Somebody at a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    pub agent: AgentRef,
    pub doing: Doing,
    /// Since when they do it: the first to write has the pen.
    pub since: Timestamp,
    pub until: Timestamp,
}

/// A conversation at which something changed, and whose it is: not everybody sees all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct At {
    pub conversation: ConversationId,
    pub team: Option<String>,
    pub assignee: Option<String>,
}

/// Who is where.
#[derive(Debug)]
pub struct Presence {
    at: Mutex<BTreeMap<ConversationId, (At, Vec<Here>)>>,
    changed: broadcast::Sender<At>,
}

impl Default for Presence {
    fn default() -> Self {
        Self { at: Mutex::default(), changed: broadcast::channel(KEPT).0 }
    }
}

impl Presence {
    /// Somebody came, goes on, or (nothing) left.
    pub fn tell(&self, place: At, agent: &AgentRef, doing: Option<Doing>, now: Timestamp) {
        let mut at = self.at.lock();
        let (kept, here) =
            at.entry(place.conversation).or_insert_with(|| (place.clone(), Vec::new()));
        // It may have gone to another team since.
        kept.clone_from(&place);
        here.retain(|one| one.until > now);
        let before = here.iter().position(|one| one.agent.key == agent.key);
        let before = before.map(|index| here.remove(index));
        if let Some(doing) = doing
            && here.len() < MOST
        {
            let same = before.as_ref().filter(|one| one.doing == doing);
            let since = same.map_or(now, |one| one.since);
            let span = if doing == Doing::Writing { WRITING } else { READING };
            here.push(Here { agent: agent.clone(), doing, since, until: now + span });
        }
        let is_news = before.map(|one| one.doing) != doing;
        if here.is_empty() {
            at.remove(&place.conversation);
        }
        drop(at);
        if is_news {
            // Nobody listens: no stream is open.
            let _ = self.changed.send(place);
        }
    }

    pub fn of(&self, conversation: ConversationId, now: Timestamp) -> Vec<Here> {
        let at = self.at.lock();
        let here = at.get(&conversation).into_iter().flat_map(|(_, here)| here);
        here.filter(|one| one.until > now).cloned().collect()
    }

    /// Everybody, for a stream that opens.
    pub fn all(&self, now: Timestamp) -> Vec<At> {
        let mut at = self.at.lock();
        at.retain(|_, (_, here)| {
            here.retain(|one| one.until > now);
            !here.is_empty()
        });
        at.values().map(|(place, _)| place.clone()).collect()
    }

    /// Who has the pen before somebody else.
    pub fn writes_before(
        &self,
        conversation: ConversationId,
        agent: &AgentRef,
        now: Timestamp,
    ) -> Option<AgentRef> {
        let here = self.of(conversation, now);
        let mine = here.iter().find(|one| one.agent.key == agent.key);
        let mine = mine.filter(|one| one.doing == Doing::Writing).map(|one| one.since);
        here.into_iter()
            .filter(|one| one.agent.key != agent.key && one.doing == Doing::Writing)
            .filter(|one| mine.is_none_or(|mine| one.since < mine))
            .min_by_key(|one| one.since)
            .map(|one| one.agent)
    }

    pub fn listen(&self) -> broadcast::Receiver<At> {
        self.changed.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn agent(key: &str) -> AgentRef {
        AgentRef { key: key.to_owned(), name: key.to_owned() }
    }

    fn place(conversation: ConversationId) -> At {
        At { conversation, team: None, assignee: None }
    }

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(1_800_000_000 + secs)
    }

    #[test]
    fn whoever_is_silent_is_gone_and_a_change_is_told_once() {
        let presence = Presence::default();
        let id = ConversationId::new(at(0), [1; 10]);
        let mut told = presence.listen();
        presence.tell(place(id), &agent("nadia"), Some(Doing::Reading), at(0));
        presence.tell(place(id), &agent("nadia"), Some(Doing::Reading), at(10));
        assert!(told.try_recv().is_ok());
        assert!(told.try_recv().is_err(), "going on is no news");
        assert_eq!(presence.of(id, at(39)).len(), 1);
        assert_eq!(presence.of(id, at(41)), []);
        assert_eq!(presence.all(at(41)), []);
        presence.tell(place(id), &agent("nadia"), Some(Doing::Writing), at(42));
        presence.tell(place(id), &agent("nadia"), None, at(43));
        assert_eq!(presence.of(id, at(43)), []);
    }

    #[test]
    fn the_first_to_write_has_the_pen_until_they_stop() {
        let presence = Presence::default();
        let id = ConversationId::new(at(0), [1; 10]);
        let (nadia, hugo) = (agent("nadia"), agent("hugo"));
        presence.tell(place(id), &nadia, Some(Doing::Writing), at(0));
        presence.tell(place(id), &hugo, Some(Doing::Writing), at(5));
        assert_eq!(presence.writes_before(id, &hugo, at(6)), Some(nadia.clone()));
        assert_eq!(presence.writes_before(id, &nadia, at(6)), None);
        presence.tell(place(id), &nadia, Some(Doing::Reading), at(7));
        assert_eq!(presence.writes_before(id, &hugo, at(8)), None);
    }
}
