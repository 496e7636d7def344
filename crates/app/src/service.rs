//! One running workspace: what the API, the command line and the sandbox call.

use crate::clock::{Clock, Random};
use crate::dispatch::Breaker;
use crate::effects::Effects;
pub use crate::effects::Patience;
pub use crate::engine::{CoreMachine, Machine};
use crate::erase;
use crate::hold;
use crate::live::Hints;
pub use crate::live::{Hint, Live};
use crate::media::Folder;
use crate::model::Gate;
use crate::news::{News, Topic};
use crate::node::Membership;
pub use crate::node::NodeFigures;
use crate::pace::Pacer;
pub(crate) use crate::parts::Line;
pub use crate::parts::{Helpers, Nodes, Parts};
use crate::port::channel::Channel;
use crate::port::store::{ChannelRow, Store, StoreError, VersionRow};
use crate::run::Wakes;
use crate::staff::Staff;
use crate::switch::Switch;
use crate::upkeep::Retention;
use crate::versions::{self, Versions};
use jiff::civil::Date;
use parking_lot::{Mutex, RwLock};
use relais_core::conversation::command::Refusal;
use relais_core::conversation::event::AgentRef;
use relais_core::id::{ChannelId, ConversationId};
use relais_core::routing::{AgentState, Availability};
use relais_core::time::{Span, Timestamp};
use relais_core::workspace::Document;
use relais_core::workspace::snapshot::{Invalid, Snapshot};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use tokio::sync::{broadcast, watch};

/// What became of one arrival: a line of the ingest ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// Stored and decided on in the same commit.
    Decided,
    /// Seen before: nothing changed (R2).
    Duplicate,
    /// Kept raw, outside conversations (foreign number, unknown kind, poison).
    Quarantined,
    /// Kept, of no consequence.
    Ignored,
}

/// How an agent's act ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Acted {
    /// Done; the position of the conversation's last event.
    Done { position: i64 },
    /// Refused; who has the conversation, if somebody does.
    Refused { refusal: Refusal, owner: Option<AgentRef> },
    /// There is no such conversation.
    NotFound,
    /// The request's key was used for something else.
    OtherRequest,
}

/// Why a workspace was not published.
#[derive(Debug)]
pub enum PublishError {
    Invalid(Vec<Invalid>),
    Store(StoreError),
}

/// Why a service did not start.
#[derive(Debug)]
pub enum OpenError {
    /// Nothing was published yet and no document was given.
    NothingPublished,
    /// The published files cannot be used.
    Unusable(String),
    Store(StoreError),
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Locks that spare conflicts inside one process; the store's guards are what counts.
const TURNS: usize = 256;

/// The day the files were loaded: `D` in their tables.
const LOADED_ON: &str = "files.loaded_on";

/// One running workspace. Cheap to clone behind an `Arc`.
#[derive(Debug)]
pub struct Service {
    parts: Parts,
    versions: Versions,
    staff: Staff,
    helpers: RwLock<Helpers>,
    folder: RwLock<Option<Arc<Folder>>>,
    lines: RwLock<BTreeMap<ChannelId, Arc<Line>>>,
    hints: Hints,
    effects: Effects,
    gate: Gate,
    wakes: Wakes,
    next_dispatch: Mutex<Option<Timestamp>>,
    crm_breaker: Mutex<Breaker>,
    people: Vec<tokio::sync::Mutex<()>>,
    conversations: Vec<tokio::sync::Mutex<()>>,
    loaded_on: Date,
    /// Nothing goes out (R20).
    held: AtomicBool,
    switch: Switch,
    retention: RwLock<Retention>,
    pruned_at: Mutex<Option<Timestamp>>,
    /// Of the hashes of erased addresses.
    salt: String,
    /// Of this process among others.
    name: String,
    node: Membership,
    news: News,
    /// Moves when others may have changed what is kept in memory.
    settings: watch::Sender<u64>,
    failed: watch::Sender<Option<String>>,
}

impl Service {
    /// Starts on what was published last; on an empty store `first` is published.
    pub async fn open(parts: Parts, first: Option<Document>) -> Result<Arc<Self>, OpenError> {
        let latest = match (parts.store.latest_version().await?, first) {
            (Some(latest), _) => latest,
            (None, None) => return Err(OpenError::NothingPublished),
            (None, Some(document)) => {
                let row = VersionRow {
                    version: 1,
                    published_at: parts.clock.now(),
                    document: versions::json(&document),
                    comment: "first version".to_owned(),
                };
                // Built before it is stored: files that cannot be used are not kept.
                versions::build(&row).map_err(OpenError::Unusable)?;
                parts.store.put_version(row.clone()).await?;
                row
            }
        };
        let snapshot = versions::build(&latest).map_err(OpenError::Unusable)?;
        Self::start(parts, Arc::new(snapshot)).await.map_err(OpenError::Store)
    }

    /// Starts on a snapshot that is built already and published in the store.
    pub async fn start(parts: Parts, snapshot: Arc<Snapshot>) -> Result<Arc<Self>, StoreError> {
        let staff = Staff::load(&*parts.store).await?;
        let today = snapshot
            .calendar(&snapshot.document.triggers.default_team)
            .local_date(parts.clock.now());
        let stored = parts.store.setting(LOADED_ON).await?;
        let loaded_on = if let Some(day) = stored.and_then(|text| text.parse().ok()) {
            day
        } else {
            parts.store.put_setting(LOADED_ON, Some(&today.to_string())).await?;
            today
        };
        let name = parts.random.name().simple().to_string();
        let fresh = parts.random.name().simple().to_string();
        let salt = parts.store.setting_or(erase::SALT, &fresh).await?;
        let is_held = hold::reason(&*parts.store).await?.is_some();
        let switch = Switch::load(&*parts.store).await?;
        let locks = || (0..TURNS).map(|_| tokio::sync::Mutex::new(())).collect();
        Ok(Arc::new(Self {
            parts,
            versions: Versions::new(snapshot),
            staff,
            helpers: RwLock::default(),
            folder: RwLock::default(),
            lines: RwLock::default(),
            hints: Hints::new(),
            effects: Effects::default(),
            gate: Gate::default(),
            wakes: Wakes::default(),
            next_dispatch: Mutex::new(None),
            crm_breaker: Mutex::default(),
            people: locks(),
            conversations: locks(),
            loaded_on,
            salt,
            held: AtomicBool::new(is_held),
            switch,
            retention: RwLock::default(),
            pruned_at: Mutex::default(),
            name,
            node: Membership::default(),
            news: News::default(),
            settings: watch::Sender::new(0),
            failed: watch::Sender::new(None),
        }))
    }

    pub fn store(&self) -> &Arc<dyn Store> {
        &self.parts.store
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.parts.clock
    }

    /// The newest published workspace.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.versions.newest()
    }

    /// Checks and publishes a workspace; running conversations keep their version (R22).
    pub async fn publish(&self, document: Document, comment: &str) -> Result<i64, PublishError> {
        let now = self.clock().now();
        let published = self.versions.publish(document, comment, now, &**self.store()).await;
        self.tell(Topic::Files);
        published
    }

    /// Agents with their availability and load.
    pub async fn agents(&self) -> Result<Vec<AgentState>, StoreError> {
        self.staff.agents(&self.snapshot(), &**self.store()).await
    }

    /// What somebody said last of their availability, also where no file names them.
    pub fn availability(&self, agent: &str) -> Availability {
        self.staff.availability(agent)
    }

    pub async fn set_availability(
        &self,
        agent: &str,
        availability: Availability,
    ) -> Result<(), StoreError> {
        self.set_availabilities(&BTreeMap::from([(agent.to_owned(), availability)])).await
    }

    /// Sets several agents at once.
    pub async fn set_availabilities(
        &self,
        changes: &BTreeMap<String, Availability>,
    ) -> Result<(), StoreError> {
        self.staff.set(changes, &**self.store()).await?;
        self.tell(Topic::Staff);
        self.wakes.router.notify_one();
        Ok(())
    }

    /// The live stream.
    pub fn hints(&self) -> broadcast::Receiver<Live> {
        self.hints.listen()
    }

    /// Puts helpers in place of the ones before.
    pub fn set_helpers(&self, helpers: Helpers) {
        *self.helpers.write() = helpers;
    }

    pub(crate) fn change_helpers(&self, change: impl FnOnce(&mut Helpers)) {
        change(&mut self.helpers.write());
    }

    /// Fetches customers' files into a folder; without one they stay with the provider.
    pub fn keep_files_in(&self, folder: Folder) {
        *self.folder.write() = Some(Arc::new(folder));
    }

    /// How long things are kept.
    pub fn keep_for(&self, retention: Retention) {
        *self.retention.write() = retention;
    }

    /// Stores and connects a channel.
    pub async fn connect(&self, row: ChannelRow, port: Arc<dyn Channel>) -> Result<(), StoreError> {
        self.store().put_channel(row.clone()).await?;
        self.tell(Topic::Channels);
        self.adopt(row, port);
        Ok(())
    }

    /// Connects a channel as the store has it.
    pub fn adopt(&self, row: ChannelRow, port: Arc<dyn Channel>) {
        let line = Line { port, breaker: Mutex::default(), row: row.clone() };
        self.lines.write().insert(row.id, Arc::new(line));
        self.wakes.dispatcher.notify_one();
    }

    /// The row of a channel as it is connected here.
    pub fn channel(&self, id: ChannelId) -> Option<ChannelRow> {
        self.line(id).map(|line| line.row.clone())
    }

    /// Moves whenever others may have changed channels and the like.
    pub fn settings_moved(&self) -> watch::Receiver<u64> {
        self.settings.subscribe()
    }

    /// Holds a channel's sends until it is connected again, and says so once.
    pub async fn pause(&self, channel: ChannelId, reason: &str) -> Result<(), StoreError> {
        let Some(line) = self.line(channel) else { return Ok(()) };
        if line.row.paused_reason.is_some() {
            return Ok(());
        }
        tracing::error!(channel = line.row.name, reason, "the channel is down; its sends are held");
        let row = ChannelRow { paused_reason: Some(reason.to_owned()), ..line.row.clone() };
        self.connect(row, line.port.clone()).await
    }

    /// Why the store had to be given up, once it had (R14): the process must exit.
    pub fn failed(&self) -> watch::Receiver<Option<String>> {
        self.failed.subscribe()
    }

    // --- for the modules of this crate -----------------------------------------------------------

    pub(crate) fn random(&self) -> &dyn Random {
        &*self.parts.random
    }

    pub(crate) fn random_bytes(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        self.random().fill(&mut bytes);
        bytes
    }

    /// A random part of `first · 2^tries`, capped: full jitter.
    pub(crate) fn jitter(&self, first: Span, tries: i64, cap: Span) -> Span {
        let doubled = 1_i64 << tries.clamp(0, 20);
        let most = first.as_micros().saturating_mul(doubled).min(cap.as_micros());
        let mut bytes = [0; 8];
        self.random().fill(&mut bytes);
        let most = u64::try_from(most).unwrap_or(0).max(1);
        Span::micros(i64::try_from(u64::from_le_bytes(bytes) % most).unwrap_or(0))
    }

    pub(crate) fn machine(&self) -> &dyn Machine {
        &*self.parts.machine
    }

    pub(crate) fn pacer(&self) -> &dyn Pacer {
        &*self.parts.pacer
    }

    pub(crate) fn patience(&self) -> Patience {
        self.parts.patience
    }

    pub(crate) fn is_only_node(&self) -> bool {
        self.parts.nodes == Nodes::One
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn salt(&self) -> &str {
        &self.salt
    }

    pub(crate) fn versions(&self) -> &Versions {
        &self.versions
    }

    pub(crate) fn staff(&self) -> &Staff {
        &self.staff
    }

    pub(crate) fn helpers(&self) -> Helpers {
        self.helpers.read().clone()
    }

    pub(crate) fn folder(&self) -> Option<Arc<Folder>> {
        self.folder.read().clone()
    }

    /// Are the files of this channel's customers fetched?
    pub(crate) fn fetches_files(&self, channel: ChannelId) -> bool {
        self.folder.read().is_some() && self.line(channel).is_some_and(|l| l.port.holds_files())
    }

    pub(crate) fn held(&self) -> &AtomicBool {
        &self.held
    }

    pub(crate) fn switch(&self) -> &Switch {
        &self.switch
    }

    pub(crate) fn retention(&self) -> Retention {
        *self.retention.read()
    }

    pub(crate) fn pruned_at(&self) -> Option<Timestamp> {
        *self.pruned_at.lock()
    }

    pub(crate) fn set_pruned_at(&self, at: Timestamp) {
        *self.pruned_at.lock() = Some(at);
    }

    pub(crate) fn crm_breaker(&self) -> &Mutex<Breaker> {
        &self.crm_breaker
    }

    pub(crate) fn gate(&self) -> &Gate {
        &self.gate
    }

    pub(crate) fn effects(&self) -> &Effects {
        &self.effects
    }

    pub(crate) fn wakes(&self) -> &Wakes {
        &self.wakes
    }

    pub(crate) fn loaded_on(&self) -> Date {
        self.loaded_on
    }

    pub(crate) fn has_listeners(&self) -> bool {
        self.hints.has_listeners()
    }

    pub(crate) fn hint(&self, hint: Hint) {
        if self.has_other_nodes() {
            self.news.hint(&hint);
        }
        self.hints.send(hint);
    }

    pub(crate) fn streams(&self) -> &Hints {
        &self.hints
    }

    pub(crate) fn node(&self) -> &Membership {
        &self.node
    }

    pub(crate) fn news(&self) -> &News {
        &self.news
    }

    pub(crate) fn settings(&self) -> &watch::Sender<u64> {
        &self.settings
    }

    pub(crate) fn fail(&self, reason: String) {
        self.failed.send_replace(Some(reason));
    }

    pub(crate) fn line(&self, channel: ChannelId) -> Option<Arc<Line>> {
        self.lines.read().get(&channel).cloned()
    }

    /// The number belongs to the channel it was delivered on (S2).
    pub(crate) fn speaks_for(&self, channel: ChannelId, business_number: &str) -> bool {
        self.line(channel).is_some_and(|line| line.row.business_number == business_number)
    }

    /// Tells the provider that a message was read, beside everything else.
    pub(crate) fn mark_read(&self, channel: ChannelId, number: &str, provider_id: &str) {
        if self.patience() != Patience::Real {
            return;
        }
        let Some(line) = self.line(channel) else { return };
        let (number, provider_id) = (number.to_owned(), provider_id.to_owned());
        tokio::spawn(async move { line.port.mark_read(&number, &provider_id, false).await });
    }

    pub(crate) fn wake_dispatcher(&self) {
        self.wakes.dispatcher.notify_one();
    }

    pub(crate) fn wake_dispatcher_at(&self, at: Timestamp) {
        let mut next = self.next_dispatch.lock();
        *next = Some(next.map_or(at, |before| before.min(at)));
    }

    /// The next instant a held-back message may go, forgotten once asked for.
    pub(crate) fn next_dispatch(&self) -> Option<Timestamp> {
        self.next_dispatch.lock().take()
    }

    /// One message of a person at a time.
    pub(crate) async fn turn_of_person(&self, key: u64) -> tokio::sync::MutexGuard<'_, ()> {
        self.people[key as usize % TURNS].lock().await
    }

    /// One command on a conversation at a time.
    pub(crate) async fn turn_of(&self, id: ConversationId) -> tokio::sync::MutexGuard<'_, ()> {
        self.conversations[id.0.as_u128() as usize % TURNS].lock().await
    }
}
