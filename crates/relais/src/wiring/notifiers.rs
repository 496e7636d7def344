//! The places agents are told at: kept sealed, put to work at the start and with every change.

use async_trait::async_trait;
use relais_adapters::http::Egress;
use relais_adapters::notify::Words;
use relais_adapters::notify::chat::{ChatSink, Room};
use relais_adapters::notify::email::{Directory, EmailSink, Readership, Security, Server};
use relais_adapters::notify::push::{Device, Devices, PushSink, VapidKey};
use relais_api::{NotifierConfig, NotifierError, NotifierKind, NotifierState, Notifiers};
use relais_app::accounts::Accounts;
use relais_app::accounts::vault::Vault;
use relais_app::clock::SystemRandom;
use relais_app::news::Topic;
use relais_app::port::helpers::Sink;
use relais_app::port::store::{EntryRow, StoreError, Write};
use relais_app::service::Service;
use relais_core::conversation::event::AgentRef;
use relais_core::id::UserId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

const KIND: &str = "notifier";
/// What another node set up is in place here after this time at the latest.
const FOLLOWED_WITHIN: Duration = Duration::from_secs(2);

/// What stands in the database.
#[derive(Deserialize, Serialize)]
struct Stored {
    /// A [`NotifierConfig`], sealed.
    config: String,
    shown: String,
    tested: Option<String>,
}

/// All places.
pub struct Places {
    service: Arc<Service>,
    accounts: Arc<Accounts>,
    vault: Vault,
    egress: Egress,
    /// Where browsers find this instance; empty if nobody said.
    base_url: String,
    /// Sealed settings of what is in place.
    in_place: Mutex<Option<BTreeMap<&'static str, String>>>,
}

impl std::fmt::Debug for Places {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Places").finish_non_exhaustive()
    }
}

enum Place {
    Room(ChatSink),
    Mail(EmailSink),
    Browsers(PushSink),
}

impl Places {
    /// Puts everything that is set up to work.
    pub async fn open(
        service: Arc<Service>,
        accounts: Arc<Accounts>,
        vault: Vault,
        egress: Egress,
        base_url: String,
    ) -> Result<Arc<Self>, StoreError> {
        let in_place = Mutex::default();
        let places = Self { service, accounts, vault, egress, base_url, in_place };
        places.put_to_work().await?;
        Ok(Arc::new(places))
    }

    /// Keeps up with what other nodes set up and switch off.
    pub async fn follow(self: Arc<Self>) {
        let mut moved = self.service.settings_moved();
        loop {
            // Told, or a little later without it.
            let _ = tokio::time::timeout(FOLLOWED_WITHIN, moved.changed()).await;
            if let Err(error) = self.put_to_work().await {
                tracing::warn!(%error, "places that other nodes set up could not be read");
            }
        }
    }

    /// Everything as it is stored; what is in place already stays as it is.
    async fn put_to_work(&self) -> Result<(), StoreError> {
        let mut in_place = self.in_place.lock().await;
        let mut stored = BTreeMap::new();
        for kind in NotifierKind::ALL {
            if let Some(Stored { config, .. }) = self.stored(kind).await? {
                stored.insert(kind.as_str(), config);
            }
        }
        if in_place.as_ref() == Some(&stored) {
            return Ok(());
        }
        let mut sinks: BTreeMap<String, Arc<dyn Sink>> = BTreeMap::new();
        for kind in NotifierKind::ALL {
            let sealed = stored.get(kind.as_str());
            let Some(config) = sealed.and_then(|sealed| self.open_config(kind, sealed)) else {
                continue;
            };
            let sink: Arc<dyn Sink> = match self.place(kind, config) {
                Some(Place::Room(room)) => Arc::new(room),
                Some(Place::Mail(mail)) => Arc::new(mail),
                Some(Place::Browsers(browsers)) => Arc::new(browsers),
                None => continue,
            };
            sinks.insert(kind.as_str().to_owned(), sink);
        }
        self.service.set_sinks(sinks);
        *in_place = Some(stored);
        Ok(())
    }

    async fn stored(&self, kind: NotifierKind) -> Result<Option<Stored>, StoreError> {
        let row = self.service.store().entry(KIND, kind.as_str()).await?;
        Ok(row.and_then(|row| serde_json::from_str(&row.data).ok()))
    }

    async fn config(&self, kind: NotifierKind) -> Result<Option<NotifierConfig>, StoreError> {
        let stored = self.stored(kind).await?;
        Ok(stored.and_then(|stored| self.open_config(kind, &stored.config)))
    }

    /// One that cannot be opened any more counts as not set up, and the log says so.
    fn open_config(&self, kind: NotifierKind, sealed: &str) -> Option<NotifierConfig> {
        let open = self.vault.open(&sealed_at(kind), sealed);
        let config = open.ok().and_then(|json| serde_json::from_str(&json).ok());
        if config.is_none() {
            tracing::error!(
                place = kind.as_str(),
                "its settings cannot be opened: set it up again"
            );
        }
        config
    }

    /// Nothing where what was kept is of no use any more.
    fn place(&self, kind: NotifierKind, config: NotifierConfig) -> Option<Place> {
        Some(match config {
            NotifierConfig::Room { url } => {
                let room = if kind == NotifierKind::Slack { Room::Slack } else { Room::Teams };
                let outside = Arc::new(self.egress.clone());
                Place::Room(ChatSink { outside, room, url, base_url: self.base_url.clone() })
            }
            NotifierConfig::Mail { host, port, security, user, password, from } => {
                let security = match security.as_str() {
                    "tls" => Security::Tls,
                    "none" => Security::None,
                    _ => Security::StartTls,
                };
                let server = Server { host, port, security, user, password, from };
                let directory = Arc::new(self.readers());
                Place::Mail(EmailSink::new(server, directory, self.base_url.clone()))
            }
            NotifierConfig::Push { key } => Place::Browsers(PushSink {
                outside: Arc::new(self.egress.clone()),
                devices: Arc::new(self.readers()),
                clock: Arc::clone(self.service.clock()),
                key: VapidKey::read(&key)?,
                subject: self.subject(),
            }),
        })
    }

    fn readers(&self) -> Readers {
        Readers { service: Arc::downgrade(&self.service), accounts: Arc::clone(&self.accounts) }
    }

    /// Whom a vendor may complain to: some refuse wake-ups of nobody.
    fn subject(&self) -> String {
        if self.base_url.starts_with("https://") {
            self.base_url.clone()
        } else {
            "mailto:owner@relais.invalid".to_owned()
        }
    }

    /// The key there is, so that browsers need not subscribe anew; else a fresh one.
    async fn keyed(&self, config: NotifierConfig) -> Result<NotifierConfig, NotifierError> {
        let NotifierConfig::Push { key } = config else { return Ok(config) };
        if !key.is_empty() {
            return Ok(NotifierConfig::Push { key });
        }
        let known = self.config(NotifierKind::Push).await.map_err(NotifierError::Store)?;
        if let Some(known @ NotifierConfig::Push { .. }) = known {
            return Ok(known);
        }
        let key = VapidKey::fresh().ok_or(NotifierError::NoVault)?.text();
        Ok(NotifierConfig::Push { key })
    }

    async fn put(&self, kind: NotifierKind, stored: &Stored) -> Result<(), StoreError> {
        let row = EntryRow {
            kind: KIND.to_owned(),
            id: kind.as_str().to_owned(),
            data: serde_json::to_string(stored).expect("three texts are plain data"),
            at: self.service.clock().now(),
        };
        self.service.store().commit(vec![Write::PutEntry(row)]).await.map(|_| ())
    }
}

#[async_trait]
impl Notifiers for Places {
    async fn state(&self, kind: NotifierKind) -> Result<NotifierState, StoreError> {
        let stored = self.stored(kind).await?;
        Ok(stored.map_or_else(NotifierState::default, |stored| NotifierState {
            shown: Some(stored.shown),
            tested: stored.tested,
        }))
    }

    async fn set(
        &self,
        kind: NotifierKind,
        config: Option<NotifierConfig>,
    ) -> Result<(), NotifierError> {
        match config {
            None => {
                let take = Write::TakeEntry { kind: KIND.to_owned(), id: kind.as_str().to_owned() };
                // Switched off already is as good.
                self.service.store().commit(vec![take]).await.map_err(NotifierError::Store)?;
            }
            Some(config) => {
                let config = self.keyed(config).await?;
                let shown = shown(&config);
                let json = serde_json::to_string(&config).map_err(|_| NotifierError::NoVault)?;
                let config = self.vault.seal(&sealed_at(kind), &json, &SystemRandom);
                let stored = Stored { config, shown, tested: None };
                self.put(kind, &stored).await.map_err(NotifierError::Store)?;
            }
        }
        self.service.tell(Topic::Notifiers);
        self.put_to_work().await.map_err(NotifierError::Store)
    }

    async fn test(
        &self,
        kind: NotifierKind,
        asked_by: &str,
    ) -> Result<Result<String, String>, NotifierError> {
        let config = self.config(kind).await.map_err(NotifierError::Store)?;
        let config = config.ok_or(NotifierError::NotSet)?;
        let words = Words::test(&self.base_url);
        let said = match self.place(kind, config).ok_or(NotifierError::NotSet)? {
            Place::Room(room) => room.say(&words).await,
            Place::Mail(mail) => mail.say(&[asked_by.to_owned()], &words).await,
            Place::Browsers(browsers) => {
                let devices = self.readers().devices_of_login(asked_by).await;
                let heard = browsers.wake(&devices).await;
                heard.map(|heard| format!("{heard} of {} devices", devices.len()))
            }
        };
        Ok(said.map_err(|error| error.0))
    }

    async fn keep_test(&self, kind: NotifierKind, test: &str) -> Result<(), StoreError> {
        let Some(stored) = self.stored(kind).await? else { return Ok(()) };
        self.put(kind, &Stored { tested: Some(test.to_owned()), ..stored }).await
    }

    async fn push_key(&self) -> Result<Option<String>, StoreError> {
        let Some(NotifierConfig::Push { key }) = self.config(NotifierKind::Push).await? else {
            return Ok(None);
        };
        Ok(VapidKey::read(&key).map(|key| key.public()))
    }
}

fn sealed_at(kind: NotifierKind) -> String {
    format!("entries|{KIND}|{}|config", kind.as_str())
}

/// The address of a room is its secret: only its host is shown.
fn shown(config: &NotifierConfig) -> String {
    match config {
        NotifierConfig::Room { url } => {
            let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
            rest.split('/').next().unwrap_or_default().to_owned()
        }
        NotifierConfig::Mail { host, port, from, .. } => format!("{from} · {host}:{port}"),
        NotifierConfig::Push { .. } => "VAPID".to_owned(),
    }
}

/// Who reads the mail of a team, a role, an agent or a duty.
#[derive(Debug)]
struct Readers {
    service: std::sync::Weak<Service>,
    accounts: Arc<Accounts>,
}

#[async_trait]
impl Directory for Readers {
    async fn readership(&self, whom: &str, minds_quiet: bool) -> Readership {
        let Some(service) = self.service.upgrade() else { return Readership::default() };
        let is_quiet = |key: &str| minds_quiet && service.is_quiet(key);
        let snapshot = service.snapshot();
        let agents = &snapshot.document.agents;
        let (mut named, mut owners) = (Vec::new(), Vec::new());
        for user in self.accounts.users().await.unwrap_or_default() {
            if user.is_disabled || !user.login.contains('@') {
                continue;
            }
            let Ok(AgentRef { key, .. }) = self.accounts.agent_of(&user).await else { continue };
            let agent = agents.iter().find(|a| a.key == key);
            let is_named = user.role == whom
                || agent.is_some_and(|agent| {
                    let by_mail = agent.notify.iter().any(|place| place == "email");
                    agent.key == whom
                        || agent.skills.iter().any(|skill| skill == whom)
                        || (by_mail && agent.teams.iter().any(|team| team == whom))
                });
            if is_named {
                named.push((user.login, is_quiet(&key)));
            } else if user.role == "owner" {
                owners.push((user.login, is_quiet(&key)));
            }
        }
        // A duty nobody has is the owner's; one whose people sleep is not.
        let all = if named.is_empty() { owners } else { named };
        Readership {
            are_some_quiet: all.iter().any(|(_, is_quiet)| *is_quiet),
            addresses: all
                .into_iter()
                .filter(|(_, quiet)| !quiet)
                .map(|(login, _)| login)
                .collect(),
        }
    }

    async fn address_of(&self, agent: &str) -> Option<String> {
        for user in self.accounts.users().await.ok()? {
            let is_theirs = self.accounts.agent_of(&user).await.is_ok_and(|one| one.key == agent);
            if is_theirs && !user.is_disabled && user.login.contains('@') {
                return Some(user.login);
            }
        }
        None
    }
}

impl Readers {
    async fn devices_of_login(&self, login: &str) -> Vec<Device> {
        let users = self.accounts.users().await.unwrap_or_default();
        let own: Vec<_> = users.iter().filter(|u| u.login == login).map(|u| u.id).collect();
        self.devices(|user| own.contains(&user)).await
    }

    async fn devices(&self, is_told: impl Fn(UserId) -> bool) -> Vec<Device> {
        let all = self.accounts.devices().await.unwrap_or_default();
        let told = all.into_iter().filter(|device| is_told(device.user));
        told.map(|one| Device { id: one.id, endpoint: one.endpoint }).collect()
    }
}

#[async_trait]
impl Devices for Readers {
    async fn of(&self, whom: &str) -> Vec<Device> {
        let Some(service) = self.service.upgrade() else { return Vec::new() };
        let snapshot = service.snapshot();
        let agents = &snapshot.document.agents;
        let mut told = Vec::new();
        for user in self.accounts.users().await.unwrap_or_default() {
            let key = self.accounts.agent_of(&user).await.map(|agent| agent.key);
            let agent = agents.iter().find(|a| key.as_ref().is_ok_and(|key| a.key == *key));
            let is_theirs = agent.is_some_and(|agent| agent.teams.iter().any(|t| t == whom));
            let is_quiet = key.as_ref().is_ok_and(|key| service.is_quiet(key));
            if !user.is_disabled && is_theirs && !is_quiet {
                told.push(user.id);
            }
        }
        self.devices(|user| told.contains(&user)).await
    }

    async fn forget(&self, id: &str) {
        if let Err(error) = self.accounts.forget_device(id).await {
            tracing::warn!(%error, "a device that is no more could not be forgotten");
        }
    }
}

#[cfg(test)]
mod tests;
