//! What can be read from outside, in the contract's words.

use super::SandboxError;
use super::input::Input;
use super::world::World;
use crate::engine::{outbound, state_of};
use crate::mask;
use crate::port::store::{OutboxClass, OutboxState};
use crate::transcript::{self, By};
use relais_core::message::Outbound;
use relais_core::routing::Priority;
use relais_core::window;
use serde_json::{Value, json};

/// Notifications in one answer.
const NOTIFICATIONS: i64 = 10_000;

/// Ids and titles a customer may press.
pub(super) fn buttons(content: &Outbound) -> Vec<(String, String)> {
    match content {
        Outbound::Buttons { buttons, .. } => {
            buttons.iter().map(|b| (b.id.clone(), b.title.clone())).collect()
        }
        Outbound::List { rows, .. } => {
            rows.iter().map(|r| (r.id.clone(), r.title.clone())).collect()
        }
        _ => Vec::new(),
    }
}

impl World {
    pub async fn outbox(&self, input: &Input) -> Result<Value, SandboxError> {
        let phone = input.phone("to")?;
        let after = input.after()?;
        let Some(contact) = self.contact(&phone).await? else {
            return Ok(json!({ "messages": [] }));
        };
        let rows = self.service.store().outbox_of(contact.id, after).await?;
        let sent = rows.iter().filter(|row| row.state == OutboxState::Accepted);
        let messages: Vec<Value> = sent
            .filter_map(|row| {
                let content = outbound(&row.content)?;
                let buttons: Vec<Value> = buttons(&content)
                    .into_iter()
                    .map(|(id, title)| json!({ "id": id, "title": title }))
                    .collect();
                let template = match &content {
                    Outbound::Template { name, .. } => Some(name.as_str()),
                    _ => None,
                };
                Some(json!({
                    "seq": row.seq,
                    "at": row.dispatched_at.unwrap_or(row.created_at),
                    "by": by(row.class),
                    "type": transcript::kind(&content),
                    "text": content.text(),
                    "buttons": buttons,
                    "template": template,
                }))
            })
            .collect();
        Ok(json!({ "messages": messages }))
    }

    pub async fn conversation(&self, input: &Input) -> Result<Value, SandboxError> {
        let row = self.latest_or_404(&input.phone("contact")?).await?;
        let state = state_of(&row)?;
        let handoff = state.handoff.as_ref();
        let current = handoff.filter(|_| state.is_handed_off());
        let priority = current.map_or(Priority::Normal, |h| h.priority);
        let reasons: Vec<&str> =
            handoff.map(|h| h.reasons.iter().map(|r| r.as_str()).collect()).unwrap_or_default();
        let contact = self.service.store().contact(row.contact).await?;
        let opted_out = state.opted_out || contact.is_some_and(|c| c.is_opted_out);
        Ok(json!({
            "id": state.conversation,
            "state": state.status(),
            "bot_active": state.bot_active(),
            "escalated": state.active_handoff().is_some(),
            "escalations": state.escalations,
            "reason": handoff.map(|h| h.reason.as_str()),
            "reasons": reasons,
            "team": current.map(|h| h.team.as_str()),
            "tier": state.tier(),
            "priority": priority.as_str(),
            "deferred": state.is_deferred(),
            "assignee": state.agent().map(|a| a.key.as_str()),
            "language": state.language,
            "segment": state.segment,
            "orders": state.orders,
            "topic": state.topic,
            "summary": state.summary.as_deref().map(mask::cards),
            "failures": state.bot.failures,
            "csat": state.csat,
            "csat_comment": state.csat_comment.as_deref().map(mask::cards),
            "opt_out": opted_out,
            "window_open": window::is_open(state.last_inbound_at, self.now()),
            "unread": state.unread,
            "tags": state.tags,
            "linked_previous": state.previous.as_ref().map(|p| p.conversation),
        }))
    }

    pub async fn transcript(&self, input: &Input) -> Result<Value, SandboxError> {
        let phone = input.phone("contact")?;
        let scope = input.one_of("scope", &["conversation", "all"], Some("conversation"))?;
        let rows = match (scope.as_str(), self.contact(&phone).await?) {
            (_, None) => Vec::new(),
            ("all", Some(contact)) => self.service.store().conversations_of(contact.id).await?,
            (_, Some(_)) => self.latest(&phone).await?.into_iter().collect(),
        };
        let mut entries = Vec::new();
        for row in &rows {
            entries.extend(self.service.transcript(row).await?.into_iter().map(|entry| {
                json!({
                    "at": entry.at,
                    "by": match entry.by {
                        By::Customer => "customer",
                        By::Bot => "bot",
                        By::System => "system",
                        By::Agent(_) => "agent",
                        By::Note(_) => "note",
                    },
                    "type": entry.said.kind(),
                    "text": entry.said.text(),
                })
            }));
        }
        Ok(json!({ "entries": entries }))
    }

    pub async fn queue(&self, input: &Input) -> Result<Value, SandboxError> {
        let team = input.words("team")?;
        if self.service.snapshot().team(team).is_none() {
            return Err(SandboxError::invalid(format!("there is no team `{team}`")));
        }
        let mut contacts = Vec::new();
        for row in self.service.queue(Some(team)).await? {
            contacts.push(self.phone(row.contact).await?);
        }
        Ok(json!({ "contacts": contacts }))
    }

    pub async fn notifications(&self, input: &Input) -> Result<Value, SandboxError> {
        let rows = self.service.store().notifications(input.after()?, NOTIFICATIONS).await?;
        let mut items = Vec::with_capacity(rows.len());
        for row in rows {
            items.push(json!({
                "seq": row.seq,
                "at": row.at,
                "team": row.team,
                "channel": row.channel,
                "contact": self.phone(row.contact).await?,
            }));
        }
        Ok(json!({ "items": items }))
    }

    pub async fn kpi(&self, input: &Input) -> Result<Value, SandboxError> {
        let (from, to) = period(input)?;
        let figures = self.service.kpi(from, to).await?;
        Ok(serde_json::to_value(figures).expect("figures are plain data"))
    }

    pub async fn gaps(&self, input: &Input) -> Result<Value, SandboxError> {
        let (from, to) = period(input)?;
        let items = self.service.gaps(from, to).await?;
        Ok(json!({ "items": items }))
    }

    async fn phone(&self, id: relais_core::id::ContactId) -> Result<String, SandboxError> {
        let contact = self.service.store().contact(id).await?;
        Ok(contact.and_then(|c| c.phone).unwrap_or_default())
    }
}

fn period(
    input: &Input,
) -> Result<(relais_core::time::Timestamp, relais_core::time::Timestamp), SandboxError> {
    let (from, to) = (input.time("from")?, input.time("to")?);
    if to < from {
        return Err(SandboxError::invalid("`to` is before `from`"));
    }
    // Virtual time stands still between operations: what happens "now" is in a period up to now.
    Ok((from, to + relais_core::time::Span::micros(1)))
}

fn by(class: OutboxClass) -> &'static str {
    match class {
        OutboxClass::Bot => "bot",
        OutboxClass::Agent => "agent",
        OutboxClass::System => "system",
    }
}
