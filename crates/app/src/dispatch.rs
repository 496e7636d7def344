//! One send: claimed just before it is handed to the provider, and what becomes of it (R5, R7, R8,
//! R9). Which ones go when is the affair of [`crate::sends`].

use crate::engine::{Applied, outbound};
use crate::port::channel::{Send, SendOutcome};
use crate::port::store::{
    Committed, Head, OutboxClass, OutboxRow, OutboxState, Result, StoreError, Write,
};
use crate::service::{Line, Patience, Service};
use relais_core::broken::is_missing;
use relais_core::conversation::Command;
use relais_core::message::{Outbound, Recipient};
use relais_core::time::{Span, Timestamp};
use relais_core::window;
use std::time::{Duration, Instant};

/// A send that takes longer may have been processed.
const SEND_LIMIT: Duration = Duration::from_secs(60);
/// How long a report may still tell what became of a send (R7).
const RECONCILE_AFTER: Span = Span::secs(120);
/// Before the report is given up, what is known must be written down.
const SETTLED_WITHIN: Duration = Duration::from_secs(100);
const SETTLE_AGAIN: Duration = Duration::from_millis(200);
/// First pause after "not now"; doubles with each try.
const RETRY_AFTER: Span = Span::secs(1);
const LONGEST_RETRY: Span = Span::minutes(5);
/// The breaker already spares a provider that is down; what waits must drain soon after (T16).
const LONGEST_OUTAGE_RETRY: Span = Span::secs(30);
/// Failures in a row after which a channel is left alone for a while.
const BREAKER_AT: u32 = 5;
/// Why a free-form message was held back at the last moment (R8).
const WINDOW_CLOSED: &str = "window_closed";
/// What a report without a reason says.
const NOT_DELIVERED: &str = "not delivered";

/// The recent luck with something outside.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Breaker {
    failures: u32,
    /// Nothing is sent before; then one message tries.
    open_until: Option<Timestamp>,
    /// The one that tries is under way.
    is_probing: bool,
}

impl Breaker {
    /// May a message go now? A breaker half open lets one through.
    pub(crate) fn admits(&mut self, now: Timestamp) -> bool {
        match self.open_until {
            None => true,
            Some(until) if now < until || self.is_probing => false,
            Some(_) => {
                self.is_probing = true;
                true
            }
        }
    }

    pub(crate) fn succeeded(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn failed(&mut self, now: Timestamp, wait: Span) {
        self.failures = self.failures.saturating_add(1);
        self.is_probing = false;
        if self.failures >= BREAKER_AT {
            self.open_until = Some(now + wait);
        }
    }

    pub(crate) fn withdrew(&mut self) {
        self.is_probing = false;
    }
}

impl Service {
    /// Sends a message if it may go now; says whether anything was done.
    pub(crate) async fn serve(&self, head: Head) -> Result<bool> {
        let Head { row, last_inbound_at, phone, bsuid } = head;
        // Whoever asks, in rounds or beside them: a copy sends nothing (R20), and nobody does without
        // a lease (R21).
        if self.is_held() || !self.may_act() {
            return Ok(false);
        }
        let now = self.clock().now();
        let Some(line) = self.line(row.channel) else { return Ok(false) };
        if line.row.paused_reason.is_some() {
            return Ok(false);
        }
        let Some(content) = outbound(&row.content) else {
            return self.refuse(&row, "unreadable content", None).await;
        };
        let file = match self.file_of(&row, &content).await? {
            Ok(file) => file,
            Err(why) => return self.refuse(&row, why, None).await,
        };
        let is_late = |heard, now: Timestamp| {
            !content.is_template() && !window::is_open(heard, now) && !is_missing("R8")
        };
        let mut heard = last_inbound_at;
        if is_late(heard, now) {
            // The row may have been read before the customer wrote again.
            let Some(conversation) = self.store().conversation(row.conversation).await? else {
                return self.refuse(&row, "its conversation is gone", None).await;
            };
            heard = conversation.last_inbound_at;
            if is_late(heard, now) {
                return self.refuse(&row, WINDOW_CLOSED, None).await;
            }
        }
        if phone.is_none() && bsuid.is_none() {
            return self.refuse(&row, "its contact is gone", None).await;
        }
        let to = Recipient { phone, bsuid };
        let person = row.contact.to_string();
        if !line.breaker.lock().admits(now) {
            return Ok(false);
        }
        if let Err(until) = self.pacer().take(now, &row.business_number, &person) {
            line.breaker.lock().withdrew();
            self.wake_dispatcher_at(until);
            return Ok(false);
        }
        // Nothing is waited for between this commit and the write.
        let claim = Write::Dispatch { id: row.id, at: now };
        match self.store().commit(vec![claim]).await {
            Ok(Committed::Done) => {}
            Ok(Committed::Conflict | Committed::Duplicate) => {
                line.breaker.lock().withdrew();
                return self.not_ours(&row).await;
            }
            Err(error) => {
                line.breaker.lock().withdrew();
                if matches!(error, StoreError::Unavailable(_)) {
                    // It may have been committed all the same; sent it was not.
                    self.settle(Write::Undispatch { id: row.id }).await?;
                }
                return Err(error);
            }
        }
        // Frozen since then, another node has the row in hand by now (R21).
        self.must_act()?;
        // The process may have been frozen since it last looked at the clock.
        if is_late(heard, self.clock().now()) {
            line.breaker.lock().withdrew();
            return self.refuse(&row, WINDOW_CLOSED, None).await;
        }
        let send = Send {
            callback_id: row.id.to_string(),
            business_number: row.business_number.clone(),
            to,
            content,
            quotes: row.quotes.clone(),
            file,
        };
        let outcome = self.patience().wait(SEND_LIMIT, line.port.send(send)).await;
        let outcome = outcome
            .unwrap_or_else(|| SendOutcome::Unknown { reason: "no answer in time".to_owned() });
        self.sent(&row, &line, &person, outcome).await?;
        Ok(true)
    }

    /// Writes down what came of a send.
    async fn sent(
        &self,
        row: &OutboxRow,
        line: &Line,
        person: &str,
        outcome: SendOutcome,
    ) -> Result<()> {
        let now = self.clock().now();
        let id = row.id;
        match outcome {
            SendOutcome::Accepted { provider_id } => {
                line.breaker.lock().succeeded();
                self.pacer().accepted(&row.business_number, person);
                self.accepted(row, &provider_id, now).await?;
            }
            SendOutcome::Retry { after, code, reason } => {
                let cap = if code.is_some() { LONGEST_RETRY } else { LONGEST_OUTAGE_RETRY };
                let wait = self.jitter(RETRY_AFTER, row.attempts, cap);
                // A provider that names a limit is well; the limit is the pacer's affair, and one
                // person's limit holds nobody else up.
                match code {
                    Some(_) => line.breaker.lock().succeeded(),
                    None => line.breaker.lock().failed(now, wait),
                }
                let asked = Span::micros(i64::try_from(after.as_micros()).unwrap_or(i64::MAX));
                let paced = self.pacer().refused(now, &row.business_number, person, code, asked);
                let not_before = paced.max(now + wait);
                self.settle(Write::Requeue { id, not_before, error: reason, code }).await?;
                self.wake_dispatcher_at(not_before);
            }
            SendOutcome::Refused { code, reason } => {
                line.breaker.lock().succeeded();
                self.refuse(row, &reason, code).await?;
            }
            SendOutcome::Unknown { reason } => {
                let wait = self.jitter(RETRY_AFTER, row.attempts, LONGEST_OUTAGE_RETRY);
                line.breaker.lock().failed(now, wait);
                self.settle(Write::Unknown { id, error: reason, at: now }).await?;
                self.hint_row(row).await?;
            }
            SendOutcome::ChannelDown { code, reason } => {
                line.breaker.lock().withdrew();
                let error = reason.clone();
                self.settle(Write::Requeue { id, not_before: now, error, code }).await?;
                self.pause(line, &reason).await?;
            }
        }
        Ok(())
    }

    /// The provider has it. A failure reported before our own record of the send was complete (T11)
    /// is told in the same commit: died between the two, nobody would learn of it.
    async fn accepted(&self, row: &OutboxRow, provider_id: &str, at: Timestamp) -> Result<()> {
        let (id, provider_id) = (row.id, provider_id.to_owned());
        let unless_failed =
            Write::AcceptedUnlessFailed { id, provider_id: provider_id.clone(), at };
        let accepted = Write::Accepted { id, provider_id: provider_id.clone(), at };
        self.persist(|| async {
            if self.store().commit(vec![unless_failed.clone()]).await? == Committed::Done {
                return Ok(());
            }
            let Some(found) = self.store().outbox_row(id).await? else { return Ok(()) };
            let failure = match found.state {
                OutboxState::Dispatching | OutboxState::Unknown => {
                    self.store().reported_failure(row.channel, &provider_id).await?
                }
                // A report that named our own id was told when it came.
                _ => None,
            };
            let Some((reason, code)) = failure else {
                self.store().commit(vec![accepted.clone()]).await?;
                return Ok(());
            };
            let command = failed(row, code, reason.as_deref());
            self.settle_and_tell(row, &accepted, &command).await?;
            Ok(())
        })
        .await
    }

    /// A final no: the agent is told through the conversation's log.
    async fn refuse(&self, row: &OutboxRow, reason: &str, code: Option<i64>) -> Result<bool> {
        let at = self.clock().now();
        let refused = Write::Refused { id: row.id, error: reason.to_owned(), code, at };
        let command = failed(row, code, Some(reason));
        self.persist(|| async {
            let found = self.store().outbox_row(row.id).await?;
            if !found.as_ref().is_some_and(may_be_refused) {
                return Ok(false);
            }
            self.settle_and_tell(row, &refused, &command).await
        })
        .await
    }

    /// What became of a send and what the conversation is told of it, in one commit: died between
    /// the two, nobody would learn that the customer waits for nothing.
    async fn settle_and_tell(
        &self,
        row: &OutboxRow,
        known: &Write,
        command: &Command,
    ) -> Result<bool> {
        let told = self.apply(row.conversation, command, vec![known.clone()]).await?;
        match told {
            Applied::Done(_) => Ok(true),
            // There is nobody to tell.
            _ => Ok(self.store().commit(vec![known.clone()]).await? == Committed::Done),
        }
    }

    /// Writes down what is known of a send.
    async fn settle(&self, known: Write) -> Result<Committed> {
        self.persist(|| self.store().commit(vec![known.clone()])).await
    }

    /// Does it however long the store takes: what is forgotten here would be sent once more.
    async fn persist<T, F>(&self, write: impl Fn() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
        let began = Instant::now();
        loop {
            match write().await {
                Err(error) if !self.gives_up(&error, began) => {
                    tokio::time::sleep(SETTLE_AGAIN).await;
                }
                ended => return ended,
            }
        }
    }

    fn gives_up(&self, error: &StoreError, began: Instant) -> bool {
        let may_pass =
            matches!(error, StoreError::Unavailable(_) | StoreError::Full | StoreError::Fenced);
        !may_pass || self.patience() != Patience::Real || began.elapsed() >= SETTLED_WITHIN
    }

    /// The claim missed: somebody else has the row, or an agent has the conversation.
    async fn not_ours(&self, row: &OutboxRow) -> Result<bool> {
        let Some(found) = self.store().outbox_row(row.id).await? else { return Ok(false) };
        if found.state != OutboxState::Queued || found.class != OutboxClass::Bot {
            return Ok(false);
        }
        let at = self.clock().now();
        let error = "an agent took over".to_owned();
        let suppressed = Write::Suppressed { id: row.id, error, at };
        Ok(self.store().commit(vec![suppressed]).await? == Committed::Done)
    }

    /// Sends whose end was never learnt: after a while decided by class (R7, reliability 4.6).
    pub(crate) async fn reconcile(&self) -> Result<bool> {
        if self.is_held() {
            return Ok(false);
        }
        let now = self.clock().now();
        let before = now - RECONCILE_AFTER;
        let undecided = self.store().outbox_undecided(before, 64).await?;
        let mut done = false;
        for row in &undecided {
            let end = self.end_of_unknown(row, now).await?;
            done |= self.store().commit(vec![end]).await? == Committed::Done;
            self.hint_row(row).await?;
        }
        Ok(done)
    }

    /// An automatic text goes once more while its owner has the conversation; a template never.
    /// What the customer wrote since is no reason to keep silent (docs/adr/003).
    async fn end_of_unknown(&self, row: &OutboxRow, now: Timestamp) -> Result<Write> {
        let id = row.id;
        let drop = |why: &str| Write::Suppressed { id, error: why.to_owned(), at: now };
        if outbound(&row.content).is_none_or(|c| c.is_template()) {
            return Ok(drop("unknown: a template is never sent again"));
        }
        let Some(conversation) = self.store().conversation(row.conversation).await? else {
            return Ok(drop("unknown: its conversation is gone"));
        };
        let is_current = match row.class {
            OutboxClass::Bot => conversation.owner_epoch == row.epoch,
            OutboxClass::System | OutboxClass::Agent => true,
        };
        if row.resent > 0 && !is_missing("R7") {
            return Ok(drop("unknown: sent twice already"));
        }
        if !is_current {
            return Ok(drop("unknown: the conversation has another owner"));
        }
        Ok(Write::Resend { id, error: "unknown: sent once more".to_owned(), at: now })
    }

    /// Rows that an earlier run, or a node that is gone, left half-way: what became of them is not
    /// known. Those of nodes that live are left alone unless they are old.
    pub(crate) async fn recover(&self, dispatched_before: Timestamp) -> Result<bool> {
        let left = self.store().outbox_abandoned(dispatched_before, 256).await?;
        let at = self.clock().now();
        let mut taken = 0;
        for row in &left {
            let unknown = Write::Unknown { id: row.id, error: "interrupted".to_owned(), at };
            if self.store().commit(vec![unknown]).await? == Committed::Done {
                taken += 1;
                self.hint_row(row).await?;
            }
        }
        self.took_over(taken);
        Ok(taken > 0)
    }

    async fn hint_row(&self, row: &OutboxRow) -> Result<()> {
        self.hint_of(row.conversation).await
    }
}

/// Nothing came of it yet.
fn may_be_refused(row: &OutboxRow) -> bool {
    matches!(row.state, OutboxState::Queued | OutboxState::Dispatching | OutboxState::Unknown)
}

/// What the conversation is told of a message that does not arrive.
pub(crate) fn failed(row: &OutboxRow, code: Option<i64>, reason: Option<&str>) -> Command {
    // Nobody can be answered whose window is closed, nor waits for what a person wrote.
    let is_answer = row.class == OutboxClass::Bot && reason != Some(WINDOW_CLOSED);
    Command::DeliveryFailed {
        message: row.id,
        code,
        reason: reason.unwrap_or(NOT_DELIVERED).to_owned(),
        answered_at: is_answer.then_some(row.created_at),
        form: match outbound(&row.content) {
            Some(Outbound::Form { payload, .. }) => Some(payload),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_breaker_opens_after_failures_in_a_row_and_lets_one_message_try() {
        let start = Timestamp::from_secs(1_000);
        let mut breaker = Breaker::default();
        for _ in 0..BREAKER_AT {
            assert!(breaker.admits(start));
            breaker.failed(start, Span::secs(10));
        }
        assert!(!breaker.admits(start + Span::secs(9)));
        assert!(breaker.admits(start + Span::secs(10)));
        assert!(!breaker.admits(start + Span::secs(10)), "one probe at a time");
        breaker.succeeded();
        assert!(breaker.admits(start + Span::secs(10)));
    }
}
