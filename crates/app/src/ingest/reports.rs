//! What comes back about our own messages: the provider's reports, and messages a colleague wrote
//! from the phone app.

use super::Letter;
use crate::arrival::{Arrival, Report};
use crate::costs::Price;
use crate::dispatch::failed;
use crate::engine::Applied;
use crate::live::Hint;
use crate::port::store::{Committed, OutboxRow, OutboxState, Result, StatusRow, Write};
use crate::service::{Received, Service};
use relais_core::broken::is_missing;
use relais_core::conversation::Command;
use relais_core::id::{ConversationId, MessageId};
use relais_core::message::{Delivery, Outbound, Sender};

impl Service {
    /// A report about one of our messages: kept beside the log; only a failure enters it.
    pub(super) async fn status(&self, letter: &Letter<'_>, report: &Report) -> Result<Received> {
        let status = Write::Status(StatusRow {
            channel: letter.channel,
            provider_id: report.provider_id.clone(),
            callback: report.callback,
            status: report.status,
            at: report.at,
            error: report.error.clone(),
            error_code: report.error_code,
            raw: letter.arrival.raw.clone(),
            price: report.price.as_ref().map(Price::word),
        });
        let is_failure = report.status == Delivery::Failed;
        // Most reports name our message and change nothing but its row: nothing is read for them.
        if let Some(message) = report.callback
            && !is_failure
            && !letter.is_replay
            && !self.has_listeners()
        {
            let row = letter.receipt_row(None, "processed", "");
            let receipt = Write::ReportReceipt { row, message };
            return Ok(match self.store().commit(vec![receipt, status]).await? {
                Committed::Duplicate => Received::Duplicate,
                Committed::Done | Committed::Conflict => Received::Decided,
            });
        }
        let by_callback = match report.callback {
            Some(id) => self.store().outbox_row(id).await?,
            None => None,
        };
        let row = match by_callback {
            Some(row) => Some(row),
            None => self.store().outbox_by_provider(letter.channel, &report.provider_id).await?,
        };
        // A late report about an erased message says to whom it went.
        let bare = Arrival { raw: "{}".to_owned(), ..letter.arrival.clone() };
        let is_erased = row.as_ref().is_some_and(|r| r.content == "null");
        let letter = if is_erased { &Letter { arrival: &bare, ..*letter } } else { letter };
        let status = match status {
            Write::Status(row) if is_erased => {
                Write::Status(StatusRow { raw: "{}".to_owned(), ..row })
            }
            status => status,
        };
        let conversation = row.as_ref().map(|r| r.conversation);
        let receipt = letter.receipt(conversation, "processed", "");
        if let (Some(row), true) = (&row, is_failure && row_can_fail(row.as_ref())) {
            let command = failed(row, report.error_code, report.error.as_deref());
            let first = vec![receipt.clone(), status.clone()];
            match self.apply(row.conversation, &command, first).await? {
                Applied::Done(_) => return Ok(Received::Decided),
                Applied::Duplicate => return Ok(Received::Duplicate),
                Applied::Refused { .. } | Applied::Missing | Applied::Panicked(_) => {}
            }
        }
        let committed = self.store().commit(vec![receipt, status]).await?;
        if committed == Committed::Duplicate {
            return Ok(Received::Duplicate);
        }
        if let Some(row) = row {
            self.hint_of(row.conversation).await?;
            if row.state == OutboxState::Unknown {
                self.wake_dispatcher();
            }
        }
        Ok(Received::Decided)
    }

    /// A colleague wrote from the phone app; our own message coming back is not news (R10).
    pub(super) async fn echo(
        &self,
        letter: &Letter<'_>,
        to: &Sender,
        provider_id: &str,
        content: &Outbound,
    ) -> Result<Received> {
        let ours = self.store().outbox_by_provider(letter.channel, provider_id).await?;
        if ours.is_some() && !is_missing("R10-echo") {
            return self.keep(letter, "ignored", "our own message").await;
        }
        let contact = self.store().contact_of(to).await?;
        let latest = match contact {
            Some(c) => self.store().latest_conversation(letter.channel, c.id).await?,
            None => None,
        };
        let Some(row) = latest.filter(|r| r.resolved_at.is_none()) else {
            return self
                .keep(letter, "ignored", "written from the phone, no open conversation")
                .await;
        };
        // The echo may overtake the answer to our own send call.
        let under_way = self.store().outbox_of_conversation(row.id).await?.into_iter().any(|o| {
            matches!(o.state, OutboxState::Dispatching | OutboxState::Unknown)
                && crate::engine::outbound(&o.content).as_ref() == Some(content)
        });
        if under_way {
            return self.keep(letter, "ignored", "our own message").await;
        }
        let message = MessageId::new(letter.received_at, self.random_bytes());
        let command = Command::Echo { message, content: content.clone() };
        let first = vec![letter.receipt(Some(row.id), "processed", "")];
        match self.apply_sent(row.id, &command, first, Some(provider_id)).await? {
            Applied::Done(_) => Ok(Received::Decided),
            Applied::Duplicate => Ok(Received::Duplicate),
            Applied::Refused { refusal, .. } => {
                self.keep(letter, "ignored", refusal.as_str()).await
            }
            Applied::Missing => self.keep(letter, "ignored", "no conversation").await,
            Applied::Panicked(reason) => self.keep(letter, "quarantined", &reason).await,
        }
    }

    pub(crate) async fn hint_of(&self, id: ConversationId) -> Result<()> {
        if !self.has_listeners() && !self.has_other_nodes() {
            return Ok(());
        }
        if let Some(row) = self.store().conversation(id).await? {
            self.hint(Hint::of(&row));
        }
        Ok(())
    }
}

fn row_can_fail(row: Option<&OutboxRow>) -> bool {
    row.is_some_and(|r| r.delivery.is_none_or(|d| d.after(Delivery::Failed) == Delivery::Failed))
}
