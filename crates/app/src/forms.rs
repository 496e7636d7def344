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
use relais_core::workspace::snapshot::Snapshot;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How long a form that was sent can be filled in with our help. Later its answers still come in as
/// a message.
const USABLE: Span = Span::hours(24);
/// A text of the workspace, with the place `{fields}`.
const WRONG: &str = "form_invalid";

/// A form as it was sent.
struct Sent {
    row: OutboxRow,
    payload: String,
    screen: String,
}

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
                let Some(sent) = self.sent_form(channel, &token).await? else { return Ok(gone()) };
                Ok(Reply::Show { screen: screen.unwrap_or(sent.screen), error: None })
            }
            Asked::Filled { screen, token, fields } => {
                let Some(sent) = self.sent_form(channel, &token).await? else { return Ok(gone()) };
                Ok(match self.judge_form(&sent, &fields).await? {
                    Judged::Gone => gone(),
                    Judged::Right => Reply::Done { token, fields },
                    Judged::Wrong(error) => Reply::Show { screen, error: Some(error) },
                })
            }
        }
    }

    /// The form that a token names: sent on this channel, and lately.
    async fn sent_form(&self, channel: ChannelId, token: &str) -> Result<Option<Sent>> {
        let Some((own, message)) = form::of_token(token) else { return Ok(None) };
        let Ok(message) = message.parse::<MessageId>() else { return Ok(None) };
        let Some(row) = self.store().outbox_row(message).await? else { return Ok(None) };
        let is_usable =
            row.channel == channel && self.clock().now().since(row.created_at) <= USABLE;
        Ok(match serde_json::from_str(&row.content) {
            Ok(Outbound::Form { payload, screen, .. }) if payload == own && is_usable => {
                Some(Sent { row, payload, screen })
            }
            _ => None,
        })
    }

    /// What a form asks for, by the id it carries; nothing when it is not one of ours.
    pub async fn fields_of_form(&self, payload: &str) -> Result<Vec<form::Field>> {
        let asked = self.form_of(payload).await?;
        Ok(asked
            .and_then(|(snapshot, node)| fields(&snapshot, node).map(<[_]>::to_vec))
            .unwrap_or_default())
    }

    /// The version a form belongs to, and its node.
    async fn form_of<'p>(&self, payload: &'p str) -> Result<Option<(Arc<Snapshot>, &'p str)>> {
        let Some((version, node)) = form::of_payload(payload) else { return Ok(None) };
        Ok(Some((self.versions().of(version, &**self.store()).await?, node)))
    }

    async fn judge_form(&self, sent: &Sent, filled: &BTreeMap<String, String>) -> Result<Judged> {
        let Some((snapshot, node)) = self.form_of(&sent.payload).await? else {
            return Ok(Judged::Gone);
        };
        let Some(asked) = fields(&snapshot, node) else { return Ok(Judged::Gone) };
        let Err(wrong) = form::read(asked, filled, &snapshot.orders) else {
            return Ok(Judged::Right);
        };
        let named = wrong.join(", ");
        let conversation = self.store().conversation(sent.row.conversation).await?;
        let language = conversation.map(|row| row.language).unwrap_or_default();
        let text = snapshot.document.texts.get(WRONG).and_then(|t| snapshot.pick(t, &language));
        Ok(Judged::Wrong(match text {
            Some(text) => text.replace("{fields}", &named),
            None => format!("⚠ {named}"),
        }))
    }
}

fn fields<'s>(snapshot: &'s Snapshot, node: &str) -> Option<&'s [form::Field]> {
    match snapshot.graph.node(node) {
        Some(Kind::Form { fields, .. }) => Some(fields),
        _ => None,
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
