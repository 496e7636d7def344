//! The connections of this process: live numbers with their secrets, and the simulator.

use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring::keys;
use async_trait::async_trait;
use parking_lot::RwLock;
use relais_adapters::channels::pacing::Pacing;
use relais_adapters::channels::simulator::Simulator;
use relais_adapters::channels::whatsapp_cloud::{
    BadKey, CloudDoor, CloudHook, FormKey, GraphClient, GraphConfig,
};
use relais_adapters::http::Egress;
use relais_adapters::secret::Secret;
use relais_api::{ChannelSecrets, Channels, ConnectError, NewWhatsAppChannel};
use relais_app::accounts::vault::{Unreadable, Vault};
use relais_app::clock::{Random as _, SystemRandom};
use relais_app::port::channel::Finding;
use relais_app::port::form::FormDoor;
use relais_app::port::hook::Hook;
use relais_app::port::store::{ChannelRow, StoreError};
use relais_app::service::Service;
use relais_core::id::ChannelId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

const CLOUD: &str = "whatsapp_cloud";
const SIMULATOR: &str = "simulator";
/// The number the simulator speaks from.
const SIMULATOR_NUMBER: &str = "simulator";

/// What another node did with a channel is seen after this time at the latest.
const FOLLOWED_WITHIN: std::time::Duration = std::time::Duration::from_secs(2);

/// Between two looks whether a list of templates is old.
const TEMPLATES_EVERY: std::time::Duration = std::time::Duration::from_secs(10 * 60);

/// Which kinds of channel this process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Live numbers; the simulator until there is one.
    Serve,
    /// The simulator, always.
    Demo,
    /// No live number may exist.
    Sandbox,
}

/// What stands in a live channel's row: addresses in clear, secrets sealed.
#[derive(Debug, Deserialize, Serialize)]
struct Stored {
    waba_id: String,
    token: String,
    app_secret: String,
    verify_token: String,
    /// Keys of its forms, the newest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    form_keys: Vec<String>,
}

/// Keys of forms kept: the newest, and the one before until the provider has it.
const FORM_KEYS: usize = 2;

/// All connections.
pub struct Registry {
    service: Arc<Service>,
    egress: Egress,
    graph: GraphConfig,
    config: Config,
    mode: Mode,
    hooks: RwLock<BTreeMap<ChannelId, Arc<dyn Hook>>>,
    doors: RwLock<BTreeMap<ChannelId, Arc<dyn FormDoor>>>,
    simulator: Option<ChannelId>,
    /// One connection is made at a time: a number has one channel.
    changes: tokio::sync::Mutex<()>,
}

impl std::fmt::Debug for Registry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Registry").field("mode", &self.mode).finish_non_exhaustive()
    }
}

impl Registry {
    /// Connects everything the store knows, and the simulator.
    pub async fn open(
        config: &Config,
        service: Arc<Service>,
        pacing: &Pacing,
        mode: Mode,
        egress: Egress,
    ) -> Result<Arc<Self>, Refusal> {
        let graph = GraphConfig {
            base_url: config.graph_base_url.trim_end_matches('/').to_owned(),
            version: config.graph_version.clone(),
            ..GraphConfig::default()
        };
        let rows = service.store().channels().await.map_err(|e| Refusal::of_store(&e))?;
        let live: Vec<&ChannelRow> = rows.iter().filter(|r| r.kind == CLOUD).collect();
        if mode == Mode::Sandbox && !live.is_empty() {
            return Err(Refusal::new(
                "the sandbox endpoint may not run beside a live WhatsApp number",
                "start without --sandbox-api, or with another RELAIS_DATABASE",
            ));
        }
        let simulator = simulator(&service, pacing, &rows, mode).await?;
        // Beside real customers, what is played counts nowhere.
        if let Some(id) = simulator.filter(|_| mode == Mode::Serve) {
            service.play_on(id);
        }
        let registry = Self {
            service,
            egress,
            graph,
            config: config.clone(),
            mode,
            hooks: RwLock::default(),
            doors: RwLock::default(),
            simulator,
            changes: tokio::sync::Mutex::new(()),
        };
        if !live.is_empty() {
            let vault = keys::vault(config)?;
            for row in live {
                registry.start(&vault, row)?;
            }
        }
        Ok(Arc::new(registry))
    }

    /// Connects a channel as the store has it.
    fn start(&self, vault: &Vault, row: &ChannelRow) -> Result<(), Refusal> {
        let stored: Stored = serde_json::from_str(&row.config).map_err(|error| {
            Refusal::new(
                format!("the settings of channel {} cannot be read: {error}", row.id),
                "restore a backup of the database",
            )
        })?;
        let secrets = open(vault, row.id, &stored).map_err(|error| {
            Refusal::new(
                format!("channel {}: {error}", row.id),
                "start with the master key it was sealed with (RELAIS_MASTER_KEY_FILE or data_dir)",
            )
        })?;
        let client = self.connected(row, secrets);
        self.service.adopt(row.clone(), client);
        Ok(())
    }

    /// Keeps up with what other nodes connect, pause and give new secrets.
    pub async fn follow(self: Arc<Self>) {
        let mut moved = self.service.settings_moved();
        loop {
            // Told, or a little later without it.
            let _ = tokio::time::timeout(FOLLOWED_WITHIN, moved.changed()).await;
            if let Err(error) = self.catch_up().await {
                tracing::warn!(%error, "channels that other nodes changed could not be read");
            }
        }
    }

    /// Looks now and then what the provider holds of our templates.
    pub async fn keep_templates(self: Arc<Self>) {
        loop {
            if let Err(error) = self.service.list_old_templates().await {
                tracing::warn!(%error, "the lists of templates could not be kept");
            }
            tokio::time::sleep(TEMPLATES_EVERY).await;
        }
    }

    async fn catch_up(&self) -> Result<(), Refusal> {
        let _one = self.changes.lock().await;
        let rows = self.service.store().channels().await.map_err(|e| Refusal::of_store(&e))?;
        let is_news = |row: &&ChannelRow| self.service.channel(row.id).as_ref() != Some(*row);
        for row in rows.iter().filter(|row| row.kind == CLOUD).filter(is_news) {
            self.start(&keys::vault(&self.config)?, row)?;
        }
        Ok(())
    }

    fn connected(&self, row: &ChannelRow, secrets: ChannelSecrets) -> Arc<GraphClient> {
        self.open_door(row.id, &secrets);
        let mut client =
            GraphClient::new(self.egress.clone(), self.graph.clone(), Secret::new(secrets.token));
        let account = serde_json::from_str::<Stored>(&row.config).ok().map(|s| s.waba_id);
        if let Some(account) = &account {
            client = client.of_account(account);
        }
        let hook = CloudHook {
            app_secrets: vec![Secret::new(secrets.app_secret)],
            verify_token: Secret::new(secrets.verify_token),
            number: row.business_number.clone(),
            account,
        };
        self.hooks.write().insert(row.id, Arc::new(hook));
        Arc::new(client)
    }

    fn open_door(&self, id: ChannelId, secrets: &ChannelSecrets) {
        if secrets.form_keys.is_empty() {
            return;
        }
        let read = |kept: &String| match FormKey::read(kept) {
            Ok(key) => Some(key),
            Err(BadKey) => {
                tracing::error!(channel = %id, "a key of its forms cannot be read: make a new one");
                None
            }
        };
        let door = CloudDoor {
            app_secrets: vec![Secret::new(secrets.app_secret.clone())],
            keys: secrets.form_keys.iter().filter_map(read).collect(),
        };
        self.doors.write().insert(id, Arc::new(door));
    }

    async fn row(&self, id: ChannelId) -> Result<ChannelRow, ConnectError> {
        let rows = self.service.store().channels().await.map_err(ConnectError::Store)?;
        rows.into_iter().find(|r| r.id == id && r.kind == CLOUD).ok_or(ConnectError::NotFound)
    }

    /// A live channel's row, with what it keeps to itself.
    async fn live(
        &self,
        id: ChannelId,
        vault: &Vault,
    ) -> Result<(ChannelRow, Stored, ChannelSecrets), ConnectError> {
        let row = self.row(id).await?;
        let unreadable = |detail: String| {
            ConnectError::Store(StoreError::Inconsistent { table: "channels", detail })
        };
        let stored: Stored =
            serde_json::from_str(&row.config).map_err(|e| unreadable(e.to_string()))?;
        let secrets = open(vault, id, &stored).map_err(|e| unreadable(e.to_string()))?;
        Ok((row, stored, secrets))
    }

    async fn go_live(&self, row: ChannelRow, secrets: ChannelSecrets) -> Result<(), StoreError> {
        let client = self.connected(&row, secrets);
        self.service.connect(row, client).await
    }

    fn vault(&self) -> Result<Vault, ConnectError> {
        keys::vault(&self.config)
            .map_err(|refusal| ConnectError::Store(StoreError::Unavailable(refusal.to_string())))
    }
}

#[async_trait]
impl Channels for Registry {
    fn hook(&self, id: ChannelId) -> Option<Arc<dyn Hook>> {
        self.hooks.read().get(&id).cloned()
    }

    fn simulator(&self) -> Option<(ChannelId, String)> {
        let is_on = self.mode != Mode::Serve || self.hooks.read().is_empty();
        let id = self.simulator.filter(|_| is_on)?;
        Some((id, SIMULATOR_NUMBER.to_owned()))
    }

    async fn connect(&self, new: NewWhatsAppChannel) -> Result<ChannelRow, ConnectError> {
        let _one = self.changes.lock().await;
        if self.mode == Mode::Sandbox {
            return Err(ConnectError::Sandbox);
        }
        let rows = self.service.store().channels().await.map_err(ConnectError::Store)?;
        if rows.iter().any(|r| r.business_number == new.phone_number_id) {
            return Err(ConnectError::Exists);
        }
        let vault = self.vault()?;
        let now = self.service.clock().now();
        let mut random = [0; 10];
        SystemRandom.fill(&mut random);
        let id = ChannelId::new(now, random);
        let row = ChannelRow {
            id,
            kind: CLOUD.to_owned(),
            name: new.name,
            business_number: new.phone_number_id,
            config: sealed(&vault, id, new.waba_id, &new.secrets),
            paused_reason: None,
            created_at: now,
        };
        self.go_live(row.clone(), new.secrets).await.map_err(ConnectError::Store)?;
        Ok(row)
    }

    async fn renew(
        &self,
        id: ChannelId,
        change: relais_api::ChannelChange,
    ) -> Result<ChannelRow, ConnectError> {
        let _one = self.changes.lock().await;
        let vault = self.vault()?;
        let (mut row, stored, before) = self.live(id, &vault).await?;
        let secrets = ChannelSecrets {
            token: change.token.unwrap_or(before.token),
            app_secret: change.app_secret.unwrap_or(before.app_secret),
            verify_token: change.verify_token.unwrap_or(before.verify_token),
            form_keys: before.form_keys,
        };
        row.name = change.name.unwrap_or(row.name);
        row.config = sealed(&vault, id, stored.waba_id, &secrets);
        // Whoever brings new secrets wants the channel to try again.
        row.paused_reason = None;
        self.go_live(row.clone(), secrets).await.map_err(ConnectError::Store)?;
        Ok(row)
    }

    fn form_door(&self, id: ChannelId) -> Option<Arc<dyn FormDoor>> {
        self.doors.read().get(&id).cloned()
    }

    async fn new_form_key(&self, id: ChannelId) -> Result<(), ConnectError> {
        let _one = self.changes.lock().await;
        let vault = self.vault()?;
        let (mut row, stored, mut secrets) = self.live(id, &vault).await?;
        let failed = || ConnectError::Store(StoreError::Bug("a key could not be made".into()));
        let made = tokio::task::spawn_blocking(FormKey::generate).await.map_err(|_| failed())?;
        let key = made.map_err(|BadKey| failed())?;
        secrets.form_keys.insert(0, key.kept().expose().to_owned());
        secrets.form_keys.truncate(FORM_KEYS);
        row.config = sealed(&vault, id, stored.waba_id, &secrets);
        let number = row.business_number.clone();
        let token = Secret::new(secrets.token.clone());
        // Kept before it is given away: whatever happens between, what comes can be opened.
        self.go_live(row, secrets).await.map_err(ConnectError::Store)?;
        let client = GraphClient::new(self.egress.clone(), self.graph.clone(), token);
        client.give_form_key(&number, key.public()).await.map_err(ConnectError::Refused)
    }

    async fn examine(&self, id: ChannelId) -> Result<Vec<Finding>, ConnectError> {
        let row = self.row(id).await?;
        let stored: Option<Stored> = serde_json::from_str(&row.config).ok();
        let opened = stored.and_then(|stored| {
            let vault = self.vault().ok()?;
            Some((open(&vault, id, &stored).ok()?, stored.waba_id))
        });
        let Some((secrets, waba)) = opened else {
            return Ok(vec![Finding::bad("token", "the stored secrets cannot be opened")]);
        };
        let client =
            GraphClient::new(self.egress.clone(), self.graph.clone(), Secret::new(secrets.token));
        Ok(client.examine(&row.business_number, &waba, self.service.clock().now()).await)
    }
}

fn place(id: ChannelId, secret: &str) -> String {
    format!("channels|{}|{id}|{secret}", super::WORKSPACE)
}

fn sealed(vault: &Vault, id: ChannelId, waba_id: String, secrets: &ChannelSecrets) -> String {
    let seal = |name: &str, value: &str| vault.seal(&place(id, name), value, &SystemRandom);
    let stored = Stored {
        waba_id,
        token: seal("token", &secrets.token),
        app_secret: seal("app_secret", &secrets.app_secret),
        verify_token: seal("verify_token", &secrets.verify_token),
        form_keys: secrets.form_keys.iter().map(|key| seal("form_key", key)).collect(),
    };
    serde_json::to_string(&stored).expect("texts are plain data")
}

fn open(vault: &Vault, id: ChannelId, stored: &Stored) -> Result<ChannelSecrets, Unreadable> {
    Ok(ChannelSecrets {
        token: vault.open(&place(id, "token"), &stored.token)?,
        app_secret: vault.open(&place(id, "app_secret"), &stored.app_secret)?,
        verify_token: vault.open(&place(id, "verify_token"), &stored.verify_token)?,
        form_keys: stored
            .form_keys
            .iter()
            .map(|key| vault.open(&place(id, "form_key"), key))
            .collect::<Result<_, _>>()?,
    })
}

/// All live channels' secrets can be opened (for `doctor`).
pub fn check_secrets(config: &Config, rows: &[ChannelRow]) -> Result<usize, Refusal> {
    let live: Vec<&ChannelRow> = rows.iter().filter(|r| r.kind == CLOUD).collect();
    if live.is_empty() {
        return Ok(0);
    }
    let vault = keys::vault(config)?;
    for row in &live {
        let is_open = serde_json::from_str::<Stored>(&row.config)
            .is_ok_and(|stored| open(&vault, row.id, &stored).is_ok());
        if !is_open {
            return Err(Refusal::new(
                format!("the secrets of channel {} cannot be opened", row.id),
                "start with the master key they were sealed with",
            ));
        }
    }
    Ok(live.len())
}

/// Connects the simulator and carries its reports back in. Its row is made on the first start.
async fn simulator(
    service: &Arc<Service>,
    pacing: &Pacing,
    rows: &[ChannelRow],
    mode: Mode,
) -> Result<Option<ChannelId>, Refusal> {
    let has_live = rows.iter().any(|r| r.kind == CLOUD);
    let known = rows.iter().find(|r| r.kind == SIMULATOR);
    if mode == Mode::Serve && has_live && known.is_none() {
        return Ok(None);
    }
    let now = service.clock().now();
    let row = known.cloned().unwrap_or_else(|| {
        let mut random = [0; 10];
        SystemRandom.fill(&mut random);
        ChannelRow {
            id: ChannelId::new(now, random),
            kind: SIMULATOR.to_owned(),
            name: "Simulator".to_owned(),
            business_number: SIMULATOR_NUMBER.to_owned(),
            config: "{}".to_owned(),
            paused_reason: None,
            created_at: now,
        }
    });
    pacing.unbound(SIMULATOR_NUMBER);
    let id = row.id;
    let simulator = Arc::new(Simulator::new(now));
    let reports = simulator.take_reports();
    service.connect(row, simulator).await.map_err(|e| Refusal::of_store(&e))?;
    if let Some(mut reports) = reports {
        let service = Arc::clone(service);
        tokio::spawn(async move {
            while let Some(reported) = reports.recv().await {
                let arrivals = reported.arrivals(service.clock().now());
                if let Err(error) = service.receive(id, arrivals).await {
                    tracing::warn!(%error, "a report of the simulator was lost");
                }
            }
        });
    }
    Ok(Some(id))
}
