//! Walks the envelope and gathers updates.

use super::{BadBody, Item, MAX_UPDATES, Update};
use crate::channels::whatsapp_cloud::account::{self, AccountEvent};
use crate::channels::whatsapp_cloud::echo::echo;
use crate::channels::whatsapp_cloud::errors::ApiError;
use crate::channels::whatsapp_cloud::inbound::{Contacts, Surroundings, message};
use crate::channels::whatsapp_cloud::past::{self, Thread};
use crate::channels::whatsapp_cloud::status::{Status, status};
use crate::channels::whatsapp_cloud::wire::{
    self, Change, ChangeValue, Chunk, Entry, ThreadParts, View, why,
};
use relais_app::hex;
use relais_core::time::Timestamp;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

#[derive(Debug)]
pub(super) struct Collector {
    updates: Vec<Update>,
    received_at: Timestamp,
    overflow: bool,
}

/// Where in the envelope an object stands.
#[derive(Clone, Copy, Debug)]
struct Place<'a> {
    account: Option<&'a str>,
    business_number: Option<&'a str>,
    field: &'a str,
    /// `entry[].time`: tells two otherwise equal account events apart.
    time: &'a str,
    standby: bool,
}

impl Collector {
    pub(super) fn new(received_at: Timestamp) -> Self {
        Self { updates: Vec::new(), received_at, overflow: false }
    }

    pub(super) fn finish(self) -> Result<Vec<Update>, BadBody> {
        if self.overflow { Err(BadBody::TooMany) } else { Ok(self.updates) }
    }

    /// A body of another product than WhatsApp.
    pub(super) fn foreign(&mut self, text: &str) {
        let place =
            Place { account: None, business_number: None, field: "", time: "", standby: false };
        self.unparsed(place, text, "not about a WhatsApp account".to_owned());
    }

    pub(super) fn entries(&mut self, list: Option<&RawValue>) {
        let place =
            Place { account: None, business_number: None, field: "", time: "", standby: false };
        for raw in self.list(place, list) {
            let Ok(entry) = serde_json::from_str::<Entry<'_>>(raw.get()) else {
                self.unparsed(place, raw.get(), "entry cannot be read".to_owned());
                continue;
            };
            let account = wire::scalar(entry.id);
            let time = wire::scalar(entry.time).unwrap_or_default();
            let place = Place { account: account.as_deref(), time: &time, ..place };
            for raw in self.list(place, entry.changes) {
                match serde_json::from_str::<Change<'_>>(raw.get()) {
                    Ok(change) => self.change(place, raw, &change),
                    Err(_) => self.unparsed(place, raw.get(), "change cannot be read".to_owned()),
                }
            }
        }
    }

    fn change(&mut self, place: Place<'_>, raw: &RawValue, change: &Change<'_>) {
        let field = wire::plain(change.field).unwrap_or_default();
        let place = Place { field: &field, standby: field == "standby", ..place };
        let Some(value_raw) = change.value else {
            // `value` missing or null: nothing was said.
            return self.unparsed(place, raw.get(), "change without value".to_owned());
        };
        let Ok(value) = serde_json::from_str::<ChangeValue<'_>>(value_raw.get()) else {
            return self.unparsed(place, value_raw.get(), "value cannot be read".to_owned());
        };
        let metadata = value.metadata.and_then(|raw| wire::parse(raw.get()).ok());
        let number = metadata.as_ref().and_then(|m| View(m).at("phone_number_id").word());
        let place = Place { business_number: number.as_deref(), ..place };
        let before = self.updates.len();
        if field == "history" {
            let display = metadata.as_ref().and_then(|m| View(m).at("display_phone_number").word());
            self.history(place, &value, display.as_deref());
        } else {
            self.objects(place, &value);
        }
        if let Some(inner) = value.standby {
            match serde_json::from_str::<ChangeValue<'_>>(inner.get()) {
                Ok(copies) => self.objects(Place { standby: true, ..place }, &copies),
                Err(_) => self.unparsed(place, inner.get(), "standby cannot be read".to_owned()),
            }
        }
        if self.updates.len() == before {
            self.whole_value(place, value_raw);
        }
    }

    /// A change that lists no objects is one event by itself.
    fn whole_value(&mut self, place: Place<'_>, raw: &RawValue) {
        let empty = raw.get().trim_matches(['{', '}', ' ', '\n', '\r', '\t']).is_empty();
        match wire::parse(raw.get()) {
            Ok(_) if empty && place.field.is_empty() => {}
            Ok(value) => {
                let event = account::other(place.field, View(&value));
                self.event(place, raw.get(), event);
            }
            Err(e) => self.unparsed(place, raw.get(), why(&e)),
        }
    }

    fn objects(&mut self, place: Place<'_>, value: &ChangeValue<'_>) {
        let received_at = self.received_at;
        let mut contacts = Contacts::default();
        for raw in self.list(place, value.contacts) {
            if let Ok(contact) = wire::parse(raw.get()) {
                contacts.add(View(&contact));
            }
        }
        let messages = self.list(place, value.messages);
        let around = Surroundings {
            business_number: place.business_number,
            contacts: &contacts,
            alone: messages.len() == 1,
            standby: place.standby,
            received_at,
        };
        self.each(place, messages, |view| {
            let message = message(view, around)?;
            let key = format!("message:{}", message.inbound.provider_id);
            Ok((key, Item::Message(Box::new(message))))
        });
        let statuses = self.list(place, value.statuses);
        self.each(place, statuses, |view| {
            if view.at("type").word().as_deref() == Some("call") {
                let event = account::call(view, received_at)?;
                return Ok((account_key(&event), Item::Account(Box::new(event))));
            }
            let status = status(view, place.business_number, place.standby, received_at)?;
            Ok((status_key(&status), Item::Status(Box::new(status))))
        });
        let echoes = self.list(place, value.message_echoes);
        self.each(place, echoes, |view| {
            let echo = echo(view, place.business_number, place.standby, received_at)?;
            Ok((format!("echo:{}", echo.provider_id), Item::Echo(Box::new(echo))))
        });
        let updates = self.list(place, value.user_id_update);
        self.each(place, updates, |view| {
            let event = account::user_id_update(view)?;
            Ok((String::new(), Item::Account(Box::new(event))))
        });
        let wishes = self.list(place, value.user_preferences);
        self.each(place, wishes, |view| {
            let event = account::preference(view, received_at)?;
            Ok((String::new(), Item::Account(Box::new(event))))
        });
        let calls = self.list(place, value.calls);
        self.each(place, calls, |view| {
            let event = account::call(view, received_at)?;
            Ok((account_key(&event), Item::Account(Box::new(event))))
        });
        for raw in self.list(place, value.errors) {
            match wire::parse(raw.get()) {
                Ok(error) => {
                    let event = AccountEvent::Errors(vec![ApiError::read(View(&error))]);
                    self.event(place, raw.get(), event);
                }
                Err(e) => self.unparsed(place, raw.get(), why(&e)),
            }
        }
    }

    /// Threads of the past, and files of them that come on their own.
    fn history(&mut self, place: Place<'_>, value: &ChangeValue<'_>, display: Option<&str>) {
        let around = past::Around {
            business_number: place.business_number,
            display_number: display,
            received_at: self.received_at,
        };
        for raw in self.list(place, value.history) {
            match serde_json::from_str::<Chunk<'_>>(raw.get()) {
                Ok(chunk) => self.chunk(place, &chunk, around),
                Err(_) => self.unparsed(place, raw.get(), "history cannot be read".to_owned()),
            }
        }
        for raw in self.list(place, value.messages) {
            match past::file(raw, around) {
                Ok(thread) => self.thread(place, raw, thread),
                Err(reason) => self.unparsed(place, raw.get(), reason),
            }
        }
    }

    fn chunk(&mut self, place: Place<'_>, chunk: &Chunk<'_>, around: past::Around<'_>) {
        for raw in self.list(place, chunk.errors) {
            let error = wire::parse(raw.get()).map(|error| ApiError::read(View(&error)));
            let event = AccountEvent::HistoryRefused(error.ok().and_then(|error| error.code));
            self.event(place, raw.get(), event);
        }
        for raw in self.list(place, chunk.threads) {
            let parts = serde_json::from_str::<ThreadParts<'_>>(raw.get());
            let parts = parts.map_err(|e| why(&e));
            let (with, listed) = match parts.and_then(|p| Ok((past::person(p.id)?, p.messages))) {
                Ok(thread) => thread,
                Err(reason) => {
                    self.unparsed(place, raw.get(), reason);
                    continue;
                }
            };
            let mut messages = Vec::new();
            for raw in self.list(place, listed) {
                match past::message(raw, &with, around) {
                    Ok(message) => messages.extend(message),
                    Err(reason) => self.unparsed(place, raw.get(), reason),
                }
            }
            self.thread(place, raw, Thread { with, messages });
        }
    }

    fn thread(&mut self, place: Place<'_>, raw: &RawValue, thread: Thread) {
        let key = content_key(place, raw.get());
        self.push(place, key, raw.get(), Item::Past(Box::new(thread)));
    }

    /// Reads each element on its own. An empty key asks for one made from the content.
    fn each<F>(&mut self, place: Place<'_>, list: Vec<&RawValue>, read: F)
    where
        F: Fn(View<'_>) -> Result<(String, Item), String>,
    {
        for raw in list {
            let result =
                wire::parse(raw.get()).map_err(|e| why(&e)).and_then(|value| read(View(&value)));
            match result {
                Ok((key, item)) if key.is_empty() => {
                    let key = content_key(place, raw.get());
                    self.push(place, key, raw.get(), item);
                }
                Ok((key, item)) => self.push(place, key, raw.get(), item),
                Err(reason) => self.unparsed(place, raw.get(), reason),
            }
        }
    }

    fn list<'a>(&mut self, place: Place<'_>, raw: Option<&'a RawValue>) -> Vec<&'a RawValue> {
        match wire::elements(raw) {
            Ok(list) if list.len() > MAX_UPDATES => {
                self.overflow = true;
                Vec::new()
            }
            Ok(list) => list,
            Err(raw) => {
                self.unparsed(place, raw.get(), "expected a list".to_owned());
                Vec::new()
            }
        }
    }

    fn event(&mut self, place: Place<'_>, raw: &str, event: AccountEvent) {
        let key = content_key(place, raw);
        self.push(place, key, raw, Item::Account(Box::new(event)));
    }

    fn unparsed(&mut self, place: Place<'_>, raw: &str, reason: String) {
        self.push(place, content_key(place, raw), raw, Item::Unparsed { reason });
    }

    fn push(&mut self, place: Place<'_>, key: String, raw: &str, item: Item) {
        if self.updates.len() >= MAX_UPDATES {
            self.overflow = true;
            return;
        }
        // The same message reaches two apps, on `messages` and as an observer's copy.
        let key = if place.standby { format!("standby:{key}") } else { key };
        self.updates.push(Update {
            account: place.account.map(str::to_owned),
            business_number: place.business_number.map(str::to_owned),
            key,
            raw: raw.to_owned(),
            item,
        });
    }
}

fn status_key(status: &Status) -> String {
    let member = status.participant.as_deref().unwrap_or_default();
    format!("status:{}:{}:{member}", status.provider_id, status.word)
}

/// Calls have an id; the rest is named by its content.
fn account_key(event: &AccountEvent) -> String {
    match event {
        AccountEvent::Call { id, event, .. } => format!("call:{id}:{event}"),
        _ => String::new(),
    }
}

fn content_key(place: Place<'_>, raw: &str) -> String {
    let mut hash = Sha256::new();
    for part in [place.account.unwrap_or_default(), place.time, place.field, raw] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    format!("content:{}", hex::encode(&hash.finalize()[..16]))
}
