//! Timers: when a conversation must be looked at again is part of its row, so nothing is lost by a
//! restart and nothing fires twice (R16).

use crate::engine::{Applied, state_of};
use crate::port::store::{ConversationRow, Expect, Result, Write};
use crate::service::Service;
use relais_core::conversation::Command;
use relais_core::routing::{self, Priority};
use relais_core::time::{Span, Timestamp};

/// Timers fired before other work gets its turn: an outage is caught up in steps.
const AT_ONCE: i64 = 64;
/// How long a node keeps a conversation whose timer it fires.
const LEASE: Span = Span::secs(10);
/// Failures of a timer after which the conversation is quarantined (R11).
pub(crate) const FAILURES: i64 = 5;
/// A timer that fires and changes nothing is a mistake; it is not asked again at once.
const SNOOZE: Span = Span::minutes(1);

impl Service {
    /// Fires what is due; says whether anything was.
    pub(crate) async fn fire_timers(&self) -> Result<bool> {
        let now = self.clock().now();
        let due = if self.is_only_node() {
            self.store().due(now, AT_ONCE).await?
        } else {
            self.store().claim_due(now, LEASE, AT_ONCE).await?
        };
        let mut fired = false;
        for row in in_order(due) {
            fired |= self.tick(&row).await?;
        }
        Ok(fired)
    }

    /// Lets one conversation see the time; says whether anything changed.
    pub(crate) async fn tick(&self, row: &ConversationRow) -> Result<bool> {
        match self.apply(row.id, &Command::Tick, Vec::new()).await? {
            Applied::Done(after) => {
                let now = self.clock().now();
                if after.next_position == row.next_position && after.due_at == row.due_at {
                    self.snooze(&after, now).await?;
                }
                Ok(true)
            }
            Applied::Refused { .. } => {
                let now = self.clock().now();
                if let Some(current) = self.store().conversation(row.id).await?
                    && current.due_at.is_some_and(|at| at <= now)
                {
                    self.snooze(&current, now).await?;
                }
                Ok(false)
            }
            Applied::Panicked(reason) => {
                tracing::error!(conversation = %row.id, reason, "the engine failed on a timer");
                self.timer_failed(row, &reason).await?;
                Ok(true)
            }
            Applied::Missing | Applied::Duplicate => Ok(false),
        }
    }

    /// Counts a failure; after five of them people take over (R11).
    async fn timer_failed(&self, row: &ConversationRow, reason: &str) -> Result<()> {
        let Some(mut current) = self.store().conversation(row.id).await? else { return Ok(()) };
        if current.attempts + 1 >= FAILURES {
            let command = Command::Quarantine { reason: reason.to_owned() };
            if let Applied::Done(after) = self.apply(row.id, &command, Vec::new()).await? {
                // No timer of it fires until it is released after a fix.
                current = ConversationRow { attempts: FAILURES - 1, ..*after };
            }
        }
        current.attempts += 1;
        self.snooze(&current, self.clock().now()).await
    }

    async fn snooze(&self, row: &ConversationRow, now: Timestamp) -> Result<()> {
        let expect = Expect::from(row);
        let due_at = row.due_at.map(|_| now + SNOOZE);
        let row = ConversationRow { due_at, ..row.clone() };
        self.store().commit(vec![Write::UpdateConversation { row, expect }]).await?;
        Ok(())
    }
}

/// By the instant they were due; at the same instant (an opening) as agents serve them.
fn in_order(mut due: Vec<ConversationRow>) -> Vec<ConversationRow> {
    due.sort_by_key(|row| row.due_at);
    let mut sorted = Vec::with_capacity(due.len());
    while let Some(first) = due.first() {
        let at = first.due_at;
        let same = due.iter().take_while(|r| r.due_at == at).count();
        let rest = due.split_off(same);
        sorted.extend(by_service(std::mem::replace(&mut due, rest)));
    }
    sorted
}

/// Rows in the order agents serve them.
pub(crate) fn by_service(rows: Vec<ConversationRow>) -> Vec<ConversationRow> {
    let mut queue: Vec<routing::Waiting<usize>> = rows
        .iter()
        .enumerate()
        .map(|(key, row)| routing::Waiting {
            key,
            priority: priority(row.priority),
            is_vip: row.is_vip,
            since: row.waiting_since.unwrap_or(row.opened_at),
            position: u64::try_from(row.number).unwrap_or(0),
        })
        .collect();
    routing::serving_order(&mut queue);
    let mut rows: Vec<Option<ConversationRow>> = rows.into_iter().map(Some).collect();
    queue.into_iter().filter_map(|w| rows[w.key].take()).collect()
}

fn priority(stored: i64) -> Priority {
    match stored {
        2 => Priority::Urgent,
        1 => Priority::High,
        _ => Priority::Normal,
    }
}

/// When the bursts and the effect of a conversation end that may hold its turn open.
pub(crate) fn turn_ends(row: &ConversationRow) -> Result<[Option<Timestamp>; 3]> {
    let state = state_of(row)?;
    if state.is_resolved() {
        return Ok([None; 3]);
    }
    let held = state.bot.held_due;
    let waiting = state.bot.waiting.as_ref().map(|w| w.deadline);
    let reassure = state.handoff.as_ref().filter(|h| h.is_active).and_then(|h| h.reassure_due);
    Ok([held, waiting, reassure])
}
