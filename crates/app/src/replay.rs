//! The log is the truth: folding it must give the stored state, byte for byte, and projections can
//! be made again from it.

use crate::engine::{TRIES, state_of};
use crate::port::store::{Committed, ConversationRow, EventRow, Expect, Result, StoreError};
use crate::projection::{self, Kept};
use crate::service::Service;
use relais_core::conversation::{Event, fold};
use relais_core::id::ConversationId;

/// Conversations looked at in one read.
const PAGE: i64 = 200;

/// A conversation whose row is not what its log gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    pub conversation: ConversationId,
    /// The columns that differ.
    pub columns: Vec<&'static str>,
}

/// What a pass over all conversations found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checked {
    pub conversations: u64,
    pub events: u64,
    pub differences: Vec<Difference>,
}

/// What to do about a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    Report,
    Rebuild,
}

impl Service {
    /// Compares every conversation with its log.
    pub async fn check_projections(&self) -> Result<Checked> {
        self.pass(Then::Report).await
    }

    /// Makes every differing row again from its log; says which ones differed.
    pub async fn rebuild_projections(&self) -> Result<Checked> {
        self.pass(Then::Rebuild).await
    }

    async fn pass(&self, then: Then) -> Result<Checked> {
        let mut checked = Checked::default();
        let mut after = None;
        loop {
            let ids = self.store().conversation_ids(after, PAGE).await?;
            let Some(last) = ids.last() else { return Ok(checked) };
            after = Some(*last);
            for id in ids {
                self.look_at(id, then, &mut checked).await?;
            }
        }
    }

    /// A conversation that goes on meanwhile is looked at again.
    async fn look_at(&self, id: ConversationId, then: Then, checked: &mut Checked) -> Result<()> {
        for _ in 0..TRIES {
            let Some(stored) = self.store().conversation(id).await? else { return Ok(()) };
            let log = self.log(id).await?;
            let (columns, made) = self.compared(&stored, &log).await?;
            if !columns.is_empty() && self.store().conversation(id).await? != Some(stored.clone()) {
                continue;
            }
            if let (Then::Rebuild, false, Some(made)) = (then, columns.is_empty(), made)
                && self.store().replace_projection(made, Expect::from(&stored)).await?
                    != Committed::Done
            {
                continue;
            }
            checked.conversations += 1;
            checked.events += log.len() as u64;
            if !columns.is_empty() {
                checked.differences.push(Difference { conversation: id, columns });
            }
            return Ok(());
        }
        Err(StoreError::Unavailable(format!("conversation {id} changes too fast")))
    }

    /// The columns that differ from what the log gives, and what it gives.
    async fn compared(
        &self,
        stored: &ConversationRow,
        log: &[(EventRow, Event)],
    ) -> Result<(Vec<&'static str>, Option<ConversationRow>)> {
        let Some(state) = fold(log.iter().map(|(row, event)| (row.at, event))) else {
            return Ok((vec!["log"], None));
        };
        let versions = self.versions().of(state.flow_version, &**self.store()).await?;
        let made = projection::row(&state, &versions, Kept::from(stored));
        let mut columns = differing(stored, &made);
        if !log.iter().zip(1..).all(|((row, _), position)| row.position == position) {
            columns.push("positions");
        }
        Ok((columns, Some(made)))
    }

    /// A conversation folded anew from its log.
    pub async fn folded(
        &self,
        id: ConversationId,
    ) -> Result<Option<relais_core::conversation::State>> {
        let log = self.log(id).await?;
        Ok(fold(log.iter().map(|(row, event)| (row.at, event))))
    }
}

fn differing(stored: &ConversationRow, made: &ConversationRow) -> Vec<&'static str> {
    macro_rules! compare {
        ($($column:ident),+ $(,)?) => {
            [$((stringify!($column), stored.$column == made.$column)),+]
        };
    }
    let columns = compare!(
        contact,
        channel,
        next_position,
        owner_epoch,
        status,
        assignee,
        team,
        tier,
        priority,
        is_vip,
        is_deferred,
        reason,
        language,
        preview,
        unread,
        opened_at,
        last_message_at,
        last_inbound_at,
        waiting_since,
        reply_due_at,
        resolved_at,
        tags,
        snoozed_until,
        mentions,
        due_at,
    );
    let mut differing: Vec<&'static str> =
        columns.into_iter().filter(|(_, same)| !same).map(|(name, _)| name).collect();
    // A database may store JSON in its own form; what it says must be the same.
    let same_state = stored.state == made.state
        || matches!((state_of(stored), state_of(made)), (Ok(a), Ok(b)) if a == b);
    if !same_state {
        differing.push("state");
    }
    differing
}
