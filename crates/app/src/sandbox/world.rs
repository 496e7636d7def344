//! One run of the sandbox: a service on a fresh store, its clock, and how both are driven.

use super::input::Input;
use super::line::MemoryLine;
use super::{Recordings, SandboxError, SandboxPorts};
use crate::arrival::{Arrival, Item};
use crate::clock::VirtualClock;
use crate::dice::Seeded;
use crate::pace::Unpaced;
use crate::port::helpers::Orders;
use crate::port::model::Model;
use crate::port::store::{ChannelRow, ContactRow, ConversationRow, VersionRow};
use crate::service::{CoreMachine, Helpers, Nodes, Parts, Patience, Service};
use crate::versions;
use relais_core::id::ChannelId;
use relais_core::message::{Content, Inbound, MediaKind, Sender};
use relais_core::routing::Availability;
use relais_core::time::Timestamp;
use relais_core::workspace::snapshot::Snapshot;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The sandbox's own number where the workspace names none.
const NUMBER: &str = "sandbox";
/// Work that goes on for so many rounds at one instant is a mistake.
const ROUNDS_AT_MOST: usize = 100_000;

#[derive(Debug)]
pub(super) struct World {
    pub(super) service: Arc<Service>,
    pub(super) clock: Arc<VirtualClock>,
    pub(super) channel: ChannelId,
    models: BTreeMap<String, Arc<dyn Model>>,
    orders: BTreeMap<String, Arc<dyn Orders>>,
    ears: Arc<dyn Recordings>,
    helpers: Helpers,
    received: u64,
}

impl World {
    pub async fn new(
        ports: &SandboxPorts,
        snapshot: Arc<Snapshot>,
        at: Timestamp,
    ) -> Result<Self, SandboxError> {
        let store = (ports.store)().await?;
        let clock = Arc::new(VirtualClock::new(at));
        let random = Arc::new(Seeded::default());
        let document = versions::json(&snapshot.document);
        let comment = "demo".to_owned();
        let version = snapshot.version;
        store.put_version(VersionRow { version, published_at: at, document, comment }).await?;
        let number = snapshot.document.workspace.sandbox_phone.as_deref();
        let row = ChannelRow {
            id: ChannelId::new(at, [7; 10]),
            kind: "simulator".to_owned(),
            name: "Sandbox".to_owned(),
            business_number: number.unwrap_or(NUMBER).to_owned(),
            config: "{}".to_owned(),
            paused_reason: None,
            created_at: at,
        };
        let parts = Parts {
            store,
            clock: clock.clone(),
            random,
            pacer: Arc::new(Unpaced),
            machine: Arc::new(CoreMachine),
            patience: Patience::None,
            nodes: Nodes::One,
        };
        let service = Service::start(parts, snapshot).await?;
        let channel = row.id;
        service.connect(row, Arc::new(MemoryLine::default())).await?;
        Ok(Self {
            service,
            clock,
            channel,
            models: ports.models.clone(),
            orders: ports.orders.clone(),
            ears: ports.ears.clone(),
            helpers: Helpers::default(),
            received: 0,
        })
    }

    pub fn service(&self) -> Arc<Service> {
        self.service.clone()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.service.clock().now()
    }

    /// Does everything that can be done at this instant.
    pub(super) async fn idle(&self) -> Result<(), SandboxError> {
        for _ in 0..ROUNDS_AT_MOST {
            if !self.service.step().await? {
                return Ok(());
            }
        }
        Err(SandboxError::bug("work does not end at one instant"))
    }

    pub async fn configure(&mut self, input: &Input) -> Result<Value, SandboxError> {
        if input.get("llm").is_some() {
            let mut words = vec!["off"];
            words.extend(self.models.keys().map(String::as_str));
            let choice = input.one_of("llm", &words, None)?;
            self.helpers.model = self.models.get(&choice).cloned();
        }
        if let Some(uses) = input.get("llm_uses") {
            // Beyond the contract: what the model is asked for.
            self.helpers.rules.uses = serde_json::from_value(uses.clone())
                .map_err(|e| SandboxError::invalid(format!("`llm_uses`: {e}")))?;
        }
        if input.get("stt").is_some() {
            let is_on = input.one_of("stt", &["off", "on"], None)? == "on";
            let ears: Arc<dyn crate::port::helpers::SpeechToText> = self.ears.clone();
            self.helpers.ears = is_on.then_some(ears);
        }
        if input.get("orders").is_some() {
            let mut words = vec!["on"];
            words.extend(self.orders.keys().map(String::as_str));
            let choice = input.one_of("orders", &words, None)?;
            self.helpers.orders = self.orders.get(&choice).cloned();
        }
        let availability = self.availability(input)?;
        self.service.set_helpers(self.helpers.clone());
        if !availability.is_empty() {
            self.service.set_availabilities(&availability).await?;
        }
        self.idle().await?;
        Ok(json!({ "ok": true }))
    }

    /// The first so many members of each named team are available.
    fn availability(&self, input: &Input) -> Result<BTreeMap<String, Availability>, SandboxError> {
        let Some(online) = input.get("agents_online") else { return Ok(BTreeMap::new()) };
        let teams = online
            .as_object()
            .ok_or_else(|| SandboxError::invalid("`agents_online` must be an object"))?;
        let snapshot = self.service.snapshot();
        let mut availability = BTreeMap::new();
        for (team, count) in teams {
            if snapshot.team(team).is_none() {
                return Err(SandboxError::invalid(format!("there is no team `{team}`")));
            }
            let count = count.as_u64().ok_or_else(|| {
                SandboxError::invalid(format!("`agents_online.{team}` must be a number from 0"))
            })?;
            let members = snapshot.document.agents.iter().filter(|a| a.teams.contains(team));
            for (agent, place) in members.zip(0_u64..) {
                let state =
                    if place < count { Availability::Available } else { Availability::Offline };
                // Whoever is in two teams is available if one of them needs them.
                let known = availability.entry(agent.key.clone()).or_insert(state);
                if state == Availability::Available {
                    *known = state;
                }
            }
        }
        Ok(availability)
    }

    pub async fn inbound(&mut self, input: &Input) -> Result<Value, SandboxError> {
        let phone = input.phone("from")?;
        let name = input.optional_text("name")?.map(str::to_owned);
        self.received += 1;
        let id = match input.optional_text("id")? {
            Some("") => return Err(SandboxError::invalid("`id` is empty")),
            Some(id) => id.to_owned(),
            None => format!("wamid.in.{}", self.received),
        };
        let sent_at = input.optional_time("sent_at")?.unwrap_or_else(|| self.now());
        let content = self.content(input, &phone, &id).await?;
        let business_number = self.number();
        let inbound = Inbound {
            provider_id: id.clone(),
            business_number: business_number.clone(),
            sender: Sender { phone: Some(phone), name, ..Sender::default() },
            sent_at,
            content,
            quotes: None,
        };
        let raw = serde_json::to_string(&inbound).expect("a message is plain data");
        let item = Item::Message(Box::new(inbound));
        let arrival = Arrival { receipt: id, business_number, raw, item };
        self.service.receive(self.channel, vec![arrival]).await?;
        self.idle().await?;
        Ok(json!({ "accepted": true }))
    }

    fn number(&self) -> String {
        let line = self.service.line(self.channel);
        line.map(|l| l.row.business_number.clone()).unwrap_or_default()
    }

    async fn content(&self, input: &Input, phone: &str, id: &str) -> Result<Content, SandboxError> {
        const TYPES: [&str; 14] = [
            "text",
            "button",
            "list",
            "audio",
            "image",
            "video",
            "document",
            "sticker",
            "reaction",
            "location",
            "contacts",
            "unsupported",
            // Beyond the contract: the target's id is the payload, the new words are the text.
            "edit",
            "revoke",
        ];
        let kind = input.one_of("type", &TYPES, Some("text"))?;
        let text = || input.optional_text("text").map(|t| t.unwrap_or_default().to_owned());
        let caption = input.optional_text("caption")?.filter(|c| !c.trim().is_empty());
        let media = |kind: MediaKind| Content::Media {
            kind,
            media_id: Some(format!("media:{id}")),
            mime: None,
            caption: caption.map(str::to_owned),
            filename: None,
            sha256: None,
            transcript: None,
        };
        Ok(match kind.as_str() {
            "text" => Content::Text { body: input.text("text")?.to_owned() },
            "button" | "list" => {
                let payload = input.words("payload")?.to_owned();
                let title = match text()? {
                    title if title.is_empty() => self.title_of(phone, &payload).await?,
                    title => title,
                };
                match kind.as_str() {
                    "button" => Content::Button { payload, title },
                    _ => Content::List { payload, title },
                }
            }
            "audio" => {
                if let Some(transcript) = input.optional_text("transcript")? {
                    self.ears.record(&format!("media:{id}"), transcript);
                }
                media(MediaKind::Voice)
            }
            "image" => media(MediaKind::Image),
            "video" => media(MediaKind::Video),
            "document" => media(MediaKind::Document),
            "sticker" => media(MediaKind::Sticker),
            "reaction" => {
                let emoji = text()?;
                let target = input.optional_text("payload")?.unwrap_or_default().to_owned();
                Content::Reaction { target, emoji: (!emoji.is_empty()).then_some(emoji) }
            }
            "edit" => {
                let target = input.words("payload")?.to_owned();
                Content::Edit { target, body: Some(input.text("text")?.to_owned()) }
            }
            "revoke" => Content::Revoke { target: input.words("payload")?.to_owned() },
            "location" => Content::Location {
                latitude: input.number("latitude")?.unwrap_or_default(),
                longitude: input.number("longitude")?.unwrap_or_default(),
                name: input.optional_text("text")?.map(str::to_owned),
                address: None,
            },
            "contacts" => Content::Contacts {
                names: vec![text()?].into_iter().filter(|n| !n.is_empty()).collect(),
                phones: Vec::new(),
                is_own_number: false,
            },
            _ => Content::Unsupported { kind: "unsupported".to_owned() },
        })
    }

    /// The title of a button as it was last sent to this person.
    async fn title_of(&self, phone: &str, payload: &str) -> Result<String, SandboxError> {
        let Some(contact) = self.contact(phone).await? else { return Ok(String::new()) };
        let rows = self.service.store().outbox_of(contact.id, 0).await?;
        let titles = rows.iter().rev().filter_map(|row| crate::engine::outbound(&row.content));
        let found = titles.flat_map(|c| super::views::buttons(&c)).find(|(id, _)| id == payload);
        Ok(found.map(|(_, title)| title).unwrap_or_default())
    }

    pub(super) async fn contact(&self, phone: &str) -> Result<Option<ContactRow>, SandboxError> {
        let sender = Sender { phone: Some(phone.to_owned()), ..Sender::default() };
        Ok(self.service.store().contact_of(&sender).await?)
    }

    /// The contact's latest conversation.
    pub(super) async fn latest(
        &self,
        phone: &str,
    ) -> Result<Option<ConversationRow>, SandboxError> {
        let Some(contact) = self.contact(phone).await? else { return Ok(None) };
        Ok(self.service.store().latest_conversation(self.channel, contact.id).await?)
    }

    pub(super) async fn latest_or_404(&self, phone: &str) -> Result<ConversationRow, SandboxError> {
        let latest = self.latest(phone).await?;
        latest.ok_or_else(|| SandboxError::not_found(format!("nobody wrote from {phone}")))
    }
}
