//! What the routes work with; put together by the program.

use crate::metrics::Metrics;
use crate::ui::UiFile;
use async_trait::async_trait;
use relais_app::accounts::{Accounts, Limits, Person};
use relais_app::hooks_seen::Watch;
use relais_app::model::Models;
use relais_app::port::channel::Finding;
use relais_app::port::form::FormDoor;
use relais_app::port::hook::Hook;
use relais_app::port::store::{ChannelRow, StoreError};
use relais_app::presence::Presence;
use relais_app::sandbox::Sandbox;
use relais_app::service::Service;
use relais_core::id::ChannelId;
use serde::{Deserialize, Serialize};
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::{broadcast, watch};

/// One serving instance.
#[derive(Debug)]
pub struct App {
    pub service: Arc<Service>,
    pub accounts: Arc<Accounts>,
    pub channels: Arc<dyn Channels>,
    pub models: Arc<Models>,
    pub notifiers: Arc<dyn Notifiers>,
    /// What was seen of webhooks lately.
    pub watch: Watch,
    pub sandbox: Option<SandboxAccess>,
    /// A file of the web app by its path, without the leading slash.
    pub ui: fn(&str) -> Option<UiFile>,
    pub settings: Settings,
    pub metrics: Arc<Metrics>,
    /// Turns true when the process is asked to stop: streams end, readiness is withdrawn.
    pub stop: watch::Receiver<bool>,
    /// Something beside a conversation changed: lists are read again.
    pub changed: broadcast::Sender<()>,
    /// Turns true when the store failed for good: the process must end (R14).
    pub lost: watch::Sender<bool>,
    /// Who is at which conversation.
    pub presence: Presence,
    /// Requests of each peer.
    pub limits: Limits,
}

/// The few things routes must know of the configuration.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    pub is_demo: bool,
    /// As browsers see us, if it was configured: `https://relais.example`.
    pub public_url: Option<String>,
    /// Peers whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// Lets `/metrics` be read on the public port with this bearer token.
    pub metrics_token: Option<String>,
}

impl Settings {
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

impl App {
    /// Writes down who asks for something that matters, before it is done (S18).
    pub(crate) async fn audit(
        &self,
        person: &Person,
        act: &str,
        subject: &str,
    ) -> Result<(), StoreError> {
        let now = self.service.clock().now();
        let store = self.service.store();
        relais_app::audit::record(store.as_ref(), now, &person.user.login, act, subject).await
    }

    /// Open streams are told that lists are to be read again.
    pub(crate) fn lists_changed(&self) {
        // Nobody listens: no stream is open.
        let _ = self.changed.send(());
    }
}

/// The sandbox endpoint and the token that opens it.
#[derive(Debug)]
pub struct SandboxAccess {
    pub sandbox: Arc<Sandbox>,
    pub token: String,
}

/// A WhatsApp Cloud API number to be connected.
#[derive(Debug)]
pub struct NewWhatsAppChannel {
    pub name: String,
    pub phone_number_id: String,
    pub waba_id: String,
    pub secrets: ChannelSecrets,
}

/// What a live channel keeps to itself.
pub struct ChannelSecrets {
    pub token: String,
    pub app_secret: String,
    pub verify_token: String,
    /// Keys of its forms, the newest first; none until one is asked for.
    pub form_keys: Vec<String>,
}

/// New values for a live channel; `None` leaves a part as it is.
#[derive(Default)]
pub struct ChannelChange {
    pub name: Option<String>,
    pub token: Option<String>,
    pub app_secret: Option<String>,
    pub verify_token: Option<String>,
}

impl std::fmt::Debug for ChannelSecrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChannelSecrets(…)")
    }
}

impl std::fmt::Debug for ChannelChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChannelChange(…)")
    }
}

#[derive(Debug)]
pub enum ConnectError {
    /// The number has a channel already.
    Exists,
    /// A live channel may not exist beside the sandbox endpoint.
    Sandbox,
    NotFound,
    /// The provider did not take it, in its words.
    Refused(String),
    Store(StoreError),
}

/// The connections to providers, owned by the program.
#[async_trait]
pub trait Channels: std::fmt::Debug + Send + Sync {
    /// The inbound side of a channel that has one.
    fn hook(&self, id: ChannelId) -> Option<Arc<dyn Hook>>;
    /// The door of a channel's forms, once it has a key.
    fn form_door(&self, id: ChannelId) -> Option<Arc<dyn FormDoor>>;
    /// Makes a key for a channel's forms and gives the provider its public half.
    async fn new_form_key(&self, id: ChannelId) -> Result<(), ConnectError>;
    /// The built-in simulator, where it is switched on, with its business number.
    fn simulator(&self) -> Option<(ChannelId, String)>;
    /// Stores and starts a channel.
    async fn connect(&self, new: NewWhatsAppChannel) -> Result<ChannelRow, ConnectError>;
    /// Changes a live channel; one that was paused tries again.
    async fn renew(&self, id: ChannelId, change: ChannelChange)
    -> Result<ChannelRow, ConnectError>;
    /// Asks the provider about a live channel.
    async fn examine(&self, id: ChannelId) -> Result<Vec<Finding>, ConnectError>;
}

/// Where agents are told of hand-offs beside the browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotifierKind {
    Slack,
    Teams,
    Email,
    /// Browsers, by their vendors.
    Push,
}

impl NotifierKind {
    pub const ALL: [Self; 4] = [Self::Slack, Self::Teams, Self::Email, Self::Push];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Slack => "slack",
            Self::Teams => "teams",
            Self::Email => "email",
            Self::Push => "push",
        }
    }
}

/// What a place needs.
#[derive(Clone, Deserialize, Serialize)]
#[serde(untagged)]
pub enum NotifierConfig {
    Mail {
        host: String,
        port: u16,
        security: String,
        user: String,
        password: String,
        from: String,
    },
    Room {
        url: String,
    },
    /// An empty key: the one there is, or a new one.
    Push {
        key: String,
    },
}

impl std::fmt::Debug for NotifierConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NotifierConfig(…)")
    }
}

/// How a place is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NotifierState {
    /// Where to, as far as it may be shown; nothing where it is not set up.
    pub shown: Option<String>,
    /// What was kept of the last test.
    pub tested: Option<String>,
}

#[derive(Debug)]
pub enum NotifierError {
    NotSet,
    NoVault,
    Store(StoreError),
}

/// The places, owned by the program.
#[async_trait]
pub trait Notifiers: std::fmt::Debug + Send + Sync {
    async fn state(&self, kind: NotifierKind) -> Result<NotifierState, StoreError>;
    /// Sets a place up; `None` switches it off.
    async fn set(
        &self,
        kind: NotifierKind,
        config: Option<NotifierConfig>,
    ) -> Result<(), NotifierError>;
    /// Says something there; the inner result is in the place's own words.
    async fn test(
        &self,
        kind: NotifierKind,
        asked_by: &str,
    ) -> Result<Result<String, String>, NotifierError>;
    async fn keep_test(&self, kind: NotifierKind, test: &str) -> Result<(), StoreError>;
    /// What browsers subscribe with; nothing while web push is off.
    async fn push_key(&self) -> Result<Option<String>, StoreError>;
}
