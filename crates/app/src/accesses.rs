//! Who looked at whom: a line for each person's page and each conversation somebody opens. Each line
//! carries a hash over itself and the line before. What is too old goes from the beginning; the
//! oldest line that is left is named in the audit log, and so is the newest of each day.

use crate::audit::{self, Verdict};
use crate::hex;
use crate::port::store::{AccessRow, Committed, Result, StoreError, Write};
use crate::service::Service;
use parking_lot::Mutex;
use relais_core::id::{ContactId, ConversationId};
use relais_core::time::{Span, Timestamp};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

/// Who opens the same thing again within this time is written down once: a page is read again with
/// every piece of news.
pub const AGAIN_AFTER: Span = Span::minutes(15);
/// Looks remembered; the older half is forgotten beyond it, and written down once more.
const MOST: usize = 20_000;
/// Lines written in one unit.
const AT_ONCE: usize = 100;
/// Others may write a line at the same moment.
const TRIES: u32 = 64;
/// Lines read or deleted at a time.
const PAGE: i64 = 500;
/// In whose name, and under which acts, lines of the access log are named in the audit log.
const BY: &str = "retention";
const OLDEST: &str = "accesses.oldest";
const NEWEST: &str = "accesses.newest";
const NAMED_EVERY: Span = Span::hours(24);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// A person's page.
    Open,
    /// A conversation.
    Read(ConversationId),
    Export,
    Erase,
}

impl Access {
    fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Read(_) => "read",
            Self::Export => "export",
            Self::Erase => "erase",
        }
    }

    fn conversation(self) -> Option<ConversationId> {
        match self {
            Self::Read(id) => Some(id),
            Self::Open | Self::Export | Self::Erase => None,
        }
    }

    /// A mere look, that is repeated by itself.
    fn is_look(self) -> bool {
        matches!(self, Self::Open | Self::Read(_))
    }
}

/// Who saw whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Look {
    who: String,
    contact: ContactId,
    access: Access,
}

/// A line that is to be written, and whether it was.
#[derive(Clone, Debug)]
struct Due {
    look: Look,
    at: Timestamp,
    is_written: Arc<OnceLock<bool>>,
}

/// The looks of the last minutes, so that the same one again costs nothing. Of this process alone:
/// after a restart, and at each node, a look is written down once more.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    /// When each was written down last.
    recent: Mutex<HashMap<Look, Timestamp>>,
    /// Whoever has the pen writes the lines of all who wait for it.
    waiting: Mutex<Vec<Due>>,
    pen: tokio::sync::Mutex<()>,
}

impl Looks {
    fn is_recent(&self, look: &Look, now: Timestamp) -> bool {
        self.recent.lock().get(look).is_some_and(|at| is_recent(*at, now))
    }

    fn wait(&self, look: Look, at: Timestamp) -> Due {
        let due = Due { look, at, is_written: Arc::default() };
        self.waiting.lock().push(due.clone());
        due
    }

    /// The first of those that wait. They wait on until their end is told: whoever has the pen may be
    /// cut off, and then another writes them.
    fn first(&self) -> Vec<Due> {
        self.waiting.lock().iter().take(AT_ONCE).cloned().collect()
    }

    /// Those that are no look of another one: two requests of a page come together, or the second
    /// while the first is being written, and the one that asked first need not come first.
    fn new_among<'a>(&self, all: &'a [Due], now: Timestamp) -> Vec<&'a Due> {
        let mut looks = HashSet::new();
        let is_new = |due: &&'a Due| {
            let Due { look, .. } = *due;
            !look.access.is_look() || (!self.is_recent(look, now) && looks.insert(look))
        };
        all.iter().filter(is_new).collect()
    }

    fn tell(&self, all: &[Due], is_written: bool) {
        self.waiting.lock().drain(..all.len());
        for due in all {
            if is_written && due.look.access.is_look() {
                self.remember(due.look.clone(), due.at);
            }
            // Told before its end is asked for, and by nobody else.
            let _ = due.is_written.set(is_written);
        }
    }

    fn remember(&self, look: Look, now: Timestamp) {
        let mut recent = self.recent.lock();
        if recent.len() >= MOST {
            recent.retain(|_, at| is_recent(*at, now));
        }
        if recent.len() >= MOST {
            let mut times: Vec<Timestamp> = recent.values().copied().collect();
            times.sort_unstable();
            let middle = times[times.len() / 2];
            recent.retain(|_, at| *at > middle);
        }
        recent.insert(look, now);
    }
}

/// A clock that was put back says nothing of now.
fn is_recent(at: Timestamp, now: Timestamp) -> bool {
    now - AGAIN_AFTER < at && at <= now
}

impl Service {
    /// Writes down that somebody sees a person or a conversation, before they do: a look once in
    /// [`AGAIN_AFTER`], all else each time.
    ///
    /// # Errors
    /// When the store fails: what cannot be written down is not shown.
    pub async fn accessed(&self, who: &str, contact: ContactId, access: Access) -> Result<()> {
        let now = self.clock().now();
        let look = Look { who: who.to_owned(), contact, access };
        if access.is_look() && self.looks().is_recent(&look, now) {
            return Ok(());
        }
        let own = self.looks().wait(look, now);
        let _pen = self.looks().pen.lock().await;
        let failed = || StoreError::Unavailable("the access log could not be written".to_owned());
        loop {
            if let Some(is_written) = own.is_written.get() {
                return if *is_written { Ok(()) } else { Err(failed()) };
            }
            let all = self.looks().first();
            let written = self.write_accesses(&all).await;
            self.looks().tell(&all, written.is_ok());
            if own.is_written.get().is_some() {
                return written;
            }
        }
    }

    async fn write_accesses(&self, all: &[Due]) -> Result<()> {
        let new = self.looks().new_among(all, self.clock().now());
        if new.is_empty() {
            return Ok(());
        }
        for _ in 0..TRIES {
            let mut head = self.store().access_head().await?;
            let mut unit = Vec::with_capacity(new.len());
            for due in &new {
                let row = next(head.as_ref(), &due.look, due.at);
                unit.push(Write::Access(row.clone()));
                head = Some(row);
            }
            if self.store().commit(unit).await? == Committed::Done {
                return Ok(());
            }
        }
        Err(StoreError::Unavailable("the access log is written too fast".to_owned()))
    }

    /// A line that stands with what it is about, in one unit.
    pub(crate) async fn next_access(
        &self,
        who: &str,
        contact: ContactId,
        access: Access,
        at: Timestamp,
    ) -> Result<Write> {
        let head = self.store().access_head().await?;
        let look = Look { who: who.to_owned(), contact, access };
        Ok(Write::Access(next(head.as_ref(), &look, at)))
    }

    /// Once a day lets lines from before an instant go, all but the last of them, which is named in
    /// the audit log first: the chain goes on from there.
    pub(crate) async fn prune_accesses(&self, before: Timestamp, most: i64) -> Result<()> {
        let now = self.clock().now();
        let named = self.store().audit_of_act(OLDEST, 1).await?;
        let is_due = named.first().is_none_or(|line| line.at + NAMED_EVERY <= now);
        let oldest = self.store().accesses(0, 1).await?.first().map_or(0, |row| row.seq);
        let mut keeps = self.oldest_kept().await?;
        // What was named before goes first: there may be more than goes at a time.
        if keeps <= oldest && is_due {
            let last = self.store().last_old_access(before).await?;
            let Some(last) = last.filter(|last| last.seq > oldest) else { return Ok(()) };
            audit::record(&**self.store(), now, BY, OLDEST, &name(&last)).await?;
            keeps = last.seq;
        }
        let mut left = most;
        while left > 0 && self.store().prune_accesses(keeps, PAGE).await? == PAGE {
            left -= PAGE;
        }
        Ok(())
    }

    /// The last line that the audit log names as the oldest; those before it may be gone.
    async fn oldest_kept(&self) -> Result<i64> {
        let named = self.store().audit_of_act(OLDEST, 1).await?;
        Ok(named.first().and_then(|line| named_of(&line.subject)).map_or(0, |n| n.0))
    }

    /// Once a day the newest line is named in the audit log: what is cut off before it is missed.
    pub(crate) async fn name_newest_access(&self, now: Timestamp) -> Result<()> {
        let Some(head) = self.store().access_head().await? else { return Ok(()) };
        let named = self.store().audit_of_act(NEWEST, 1).await?;
        let is_due = named.first().is_none_or(|line| {
            line.at + NAMED_EVERY <= now && named_of(&line.subject).is_none_or(|n| n.0 < head.seq)
        });
        if is_due {
            audit::record(&**self.store(), now, BY, NEWEST, &name(&head)).await?;
        }
        Ok(())
    }

    /// Reads the newest lines of the access log, `most` at most, and compares them with themselves
    /// and with what the audit log says of them.
    pub async fn verify_accesses(&self, most: i64) -> Result<Verdict> {
        let mut named = Vec::new();
        for act in [OLDEST, NEWEST] {
            let lines = self.store().audit_of_act(act, PAGE).await?;
            named.extend(lines.iter().filter_map(|line| named_of(&line.subject)));
        }
        let newest = self.store().access_head().await?.map_or(0, |row| row.seq);
        let first = newest.saturating_sub(most).max(0);
        let (mut lines, mut before): (i64, Option<AccessRow>) = (0, None);
        loop {
            let after = before.as_ref().map_or(first, |row| row.seq);
            let rows = self.store().accesses(after, PAGE).await?;
            if rows.is_empty() {
                let cut = named.iter().any(|(seq, _)| *seq > after);
                return Ok(if cut {
                    Verdict::Broken { seq: after + 1 }
                } else {
                    Verdict::Whole { lines }
                });
            }
            for row in rows {
                let is_next = match &before {
                    Some(before) => {
                        row.seq == before.seq + 1 && row.hash == hash(&before.hash, &row)
                    }
                    None if row.seq == 1 => row.hash == hash(&[], &row),
                    // What was before it was not asked for.
                    None => row.seq == first + 1,
                };
                // Asked now: lines go by themselves while these are read.
                let is_next = is_next || row.seq <= self.oldest_kept().await?;
                let is_known = named
                    .iter()
                    .all(|(seq, hash)| *seq != row.seq || *hash == hex::encode(&row.hash));
                if !is_next || !is_known {
                    return Ok(Verdict::Broken { seq: row.seq });
                }
                lines += 1;
                before = Some(row);
            }
        }
    }
}

fn next(head: Option<&AccessRow>, look: &Look, at: Timestamp) -> AccessRow {
    let (seq, before) = head.map_or((0, &[][..]), |row| (row.seq, &row.hash));
    let Look { who, contact, access } = look;
    let mut row = AccessRow {
        seq: seq + 1,
        at,
        who: who.clone(),
        act: access.word().to_owned(),
        contact: *contact,
        conversation: access.conversation(),
        hash: Vec::new(),
    };
    row.hash = hash(before, &row);
    row
}

/// How a line is named in the audit log.
fn name(row: &AccessRow) -> String {
    format!("{} {}", row.seq, hex::encode(&row.hash))
}

fn named_of(subject: &str) -> Option<(i64, String)> {
    let (seq, hash) = subject.split_once(' ')?;
    Some((seq.parse().ok()?, hash.to_owned()))
}

fn hash(before: &[u8], row: &AccessRow) -> Vec<u8> {
    let conversation = row.conversation.map(|id| id.to_string()).unwrap_or_default();
    let texts = [&row.who, &row.act, &row.contact.to_string(), &conversation];
    audit::link(before, row.seq, row.at, &texts.map(String::as_str))
}

#[cfg(test)]
mod tests {
    use super::{Access, Look, Looks};
    use relais_core::id::ContactId;
    use relais_core::time::Timestamp;

    fn look(who: &str) -> Look {
        let contact = ContactId::new(Timestamp::from_micros(0), [1; 10]);
        Look { who: who.to_owned(), contact, access: Access::Open }
    }

    #[test]
    fn a_look_that_could_not_be_written_down_is_not_remembered() {
        let (looks, now) = (Looks::default(), Timestamp::from_micros(0));
        let due = looks.wait(look("nadia"), now);
        looks.tell(&looks.first(), false);
        assert_eq!(due.is_written.get(), Some(&false));
        assert!(!looks.is_recent(&look("nadia"), now) && looks.first().is_empty());
        let due = looks.wait(look("nadia"), now);
        looks.tell(&looks.first(), true);
        assert_eq!(due.is_written.get(), Some(&true));
        assert!(looks.is_recent(&look("nadia"), now));
    }

    #[test]
    fn a_look_that_asked_first_and_comes_second_is_the_same_look() {
        let (looks, now) = (Looks::default(), Timestamp::from_micros(9));
        looks.wait(look("nadia"), now);
        looks.tell(&looks.first(), true);
        let before = Timestamp::from_micros(8);
        for who in ["nadia", "hugo", "hugo"] {
            looks.wait(look(who), before);
        }
        let all = looks.first();
        let new = looks.new_among(&all, now);
        assert_eq!(new.iter().map(|due| &*due.look.who).collect::<Vec<_>>(), ["hugo"]);
    }

    #[test]
    fn what_the_one_with_the_pen_left_behind_is_the_next_ones() {
        let (looks, now) = (Looks::default(), Timestamp::from_micros(0));
        let left = looks.wait(look("nadia"), now);
        // Cut off while it writes.
        assert_eq!(looks.first().len(), 1);
        looks.wait(look("hugo"), now);
        looks.tell(&looks.first(), true);
        assert_eq!(left.is_written.get(), Some(&true));
        assert!(looks.first().is_empty());
    }
}
