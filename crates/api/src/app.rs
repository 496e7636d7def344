//! What the routes work with; put together by the program.

use crate::metrics::Metrics;
use crate::ui::UiFile;
use async_trait::async_trait;
use relais_app::accounts::{Accounts, Limits, Person};
use relais_app::model::Models;
use relais_app::port::hook::Hook;
use relais_app::port::store::{ChannelRow, StoreError};
use relais_app::presence::Presence;
use relais_app::sandbox::Sandbox;
use relais_app::service::Service;
use relais_core::id::ChannelId;
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
    Store(StoreError),
}

/// The connections to providers, owned by the program.
#[async_trait]
pub trait Channels: std::fmt::Debug + Send + Sync {
    /// The inbound side of a channel that has one.
    fn hook(&self, id: ChannelId) -> Option<Arc<dyn Hook>>;
    /// The built-in simulator, where it is switched on, with its business number.
    fn simulator(&self) -> Option<(ChannelId, String)>;
    /// Stores and starts a channel.
    async fn connect(&self, new: NewWhatsAppChannel) -> Result<ChannelRow, ConnectError>;
    /// Changes a live channel; one that was paused tries again.
    async fn renew(&self, id: ChannelId, change: ChannelChange)
    -> Result<ChannelRow, ConnectError>;
}
