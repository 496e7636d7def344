//! What a form's screen is told while a customer fills it in: the same reading of its fields as the
//! engine's when the form comes back as a message. Nothing is stored here, and nothing of the
//! customer is told: the screen learns only which of its own fields cannot be read.

use crate::port::form::{Asked, Reply};
use crate::port::store::{OutboxRow, Result};
use crate::service::Service;
use relais_core::flow::{Kind, form};
use relais_core::id::{ChannelId, MessageId};
use relais_core::message::Outbound;
use relais_core::time::Span;
use std::collections::BTreeMap;

/// How long a form that was sent can be filled in with our help. Later its answers still come in as
/// a message.
const USABLE: Span = Span::hours(24);
/// A text of the workspace, with the place `{fields}`.
const WRONG: &str = "form_invalid";

impl Service {
    /// Answers a form's screen.
    pub async fn answer_form(&self, channel: ChannelId, asked: Asked) -> Result<Reply> {
        match asked {
            Asked::Ping => Ok(Reply::Present),
            Asked::Fault { reason } => {
                tracing::warn!(%channel, reason, "the provider could not use our answer to a form");
                Ok(Reply::Noted)
            }
            Asked::Screen { screen, token } => {
                let Some((_, form)) = self.form_of(channel, &token).await? else {
                    return Ok(gone());
                };
                let Outbound::Form { screen: first, .. } = form else { return Ok(gone()) };
                Ok(Reply::Show { screen: screen.unwrap_or(first), error: None })
            }
            Asked::Filled { screen, token, fields } => {
                let Some((row, form)) = self.form_of(channel, &token).await? else {
                    return Ok(gone());
                };
                let error = match self.judge_form(&row, &form, &fields).await? {
                    Judged::Gone => return Ok(gone()),
                    Judged::Right => return Ok(Reply::Done { token, fields }),
                    Judged::Wrong(error) => error,
                };
                Ok(Reply::Show { screen, error: Some(error) })
            }
        }
    }

    /// The form that a token names: sent on this channel, and lately.
    async fn form_of(
        &self,
        channel: ChannelId,
        token: &str,
    ) -> Result<Option<(OutboxRow, Outbound)>> {
        let Some((payload, message)) = form::of_token(token) else { return Ok(None) };
        let Ok(message) = message.parse::<MessageId>() else { return Ok(None) };
        let Some(row) = self.store().outbox_row(message).await? else { return Ok(None) };
        let is_usable = self.clock().now().since(row.created_at) <= USABLE;
        let content = serde_json::from_str(&row.content).ok();
        let sent = content.filter(
            |content| matches!(content, Outbound::Form { payload: own, .. } if own == payload),
        );
        Ok(sent.filter(|_| row.channel == channel && is_usable).map(|sent| (row, sent)))
    }

    async fn judge_form(
        &self,
        row: &OutboxRow,
        sent: &Outbound,
        fields: &BTreeMap<String, String>,
    ) -> Result<Judged> {
        let Outbound::Form { payload, .. } = sent else { return Ok(Judged::Gone) };
        let Some((version, node)) = form::of_payload(payload) else { return Ok(Judged::Gone) };
        let snapshot = self.versions().of(version, &**self.store()).await?;
        let Some(Kind::Form { fields: asked, .. }) = snapshot.graph.node(node) else {
            return Ok(Judged::Gone);
        };
        let Err(wrong) = form::read(asked, fields, &snapshot.orders) else {
            return Ok(Judged::Right);
        };
        let named = wrong.join(", ");
        let conversation = self.store().conversation(row.conversation).await?;
        let language = conversation.map(|row| row.language).unwrap_or_default();
        let text = snapshot.document.texts.get(WRONG).and_then(|t| snapshot.pick(t, &language));
        Ok(Judged::Wrong(match text {
            Some(text) => text.replace("{fields}", &named),
            None => format!("⚠ {named}"),
        }))
    }
}

enum Judged {
    Right,
    Wrong(String),
    Gone,
}

/// Whose form it was is not known any more, nor their language.
fn gone() -> Reply {
    Reply::Gone { error: "Ce formulaire a expiré. / This form has expired.".to_owned() }
}
