//! One running workspace: what the API, the command line and the sandbox call.

mod inside;

use crate::accesses::Looks;
use crate::board::Board;
use crate::clock::Clock;
use crate::dispatch::Breaker;
use crate::effects::Effects;
pub use crate::effects::Patience;
pub use crate::engine::{CoreMachine, Machine};
use crate::erase;
use crate::hold;
use crate::ledger::Ledger;
use crate::live::Hints;
pub use crate::live::{Hint, Live};
use crate::media::Folder;
use crate::model::Gate;
use crate::news::{News, Topic};
use crate::node::Membership;
pub use crate::node::NodeFigures;
pub(crate) use crate::parts::Line;
pub use crate::parts::{Helpers, Nodes, Parts};
use crate::port::channel::Channel;
use crate::port::helpers::Sink;
use crate::port::store::{ChannelRow, Committed, Store, StoreError, VersionRow, Write};
use crate::retention::Progress;
use crate::run::Wakes;
use crate::staff::Staff;
use crate::switch::Switch;
use crate::upkeep::Retention;
use crate::versions::{self, Versions};
use crate::webhooks::Outer;
use jiff::civil::Date;
use parking_lot::{Mutex, RwLock};
use relais_core::conversation::command::Refusal;
use relais_core::conversation::event::AgentRef;
use relais_core::id::ChannelId;
use relais_core::routing::AgentState;
use relais_core::time::Timestamp;
use relais_core::understanding::vectors::Vectors;
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
    /// Somebody published meanwhile, here or on another node.
    Outdated,
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
    ledger: RwLock<Option<Ledger>>,
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
    /// How far the pass over what is too old is, while one is under way.
    letting_go: Mutex<Option<Progress>>,
    looks: Looks,
    /// Of the hashes of erased addresses.
    salt: String,
    /// Of this process among others.
    name: String,
    node: Membership,
    news: News,
    board: Board,
    /// Moves when others may have changed what is kept in memory.
    settings: watch::Sender<u64>,
    failed: watch::Sender<Option<String>>,
    /// Webhooks, and the way out to them.
    outer: Outer,
    /// What is played there is no real conversation.
    trial: RwLock<Option<ChannelId>>,
}

impl Service {
    /// Starts on what was published last; on an empty store `first` is published.
    pub async fn open(parts: Parts, first: Option<Document>) -> Result<Arc<Self>, OpenError> {
        Self::open_with_vectors(parts, first, None).await
    }

    /// With sentence vectors beside; versions published later have them too.
    pub async fn open_with_vectors(
        parts: Parts,
        first: Option<Document>,
        vectors: Option<Arc<Vectors>>,
    ) -> Result<Arc<Self>, OpenError> {
        let build = |row: &VersionRow| {
            let built = versions::build(row, vectors.clone()).map_err(OpenError::Unusable)?;
            Ok::<_, OpenError>(Arc::new(built))
        };
        let snapshot = match (parts.store.latest_version().await?, first) {
            (Some(latest), _) => build(&latest)?,
            (None, None) => return Err(OpenError::NothingPublished),
            (None, Some(document)) => {
                let row = VersionRow {
                    version: 1,
                    published_at: parts.clock.now(),
                    document: versions::json(&document),
                    comment: "first version".to_owned(),
                };
                // Built before it is stored: files that cannot be used are not kept.
                let snapshot = build(&row)?;
                match parts.store.put_version(row).await? {
                    Committed::Done => snapshot,
                    // Another node, which started at the same moment.
                    Committed::Conflict | Committed::Duplicate => {
                        let latest = parts.store.latest_version().await?;
                        build(&latest.ok_or(OpenError::NothingPublished)?)?
                    }
                }
            }
        };
        Self::start(parts, snapshot).await.map_err(OpenError::Store)
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
            ledger: RwLock::default(),
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
            letting_go: Mutex::default(),
            looks: Looks::default(),
            name,
            node: Membership::default(),
            news: News::default(),
            board: Board::default(),
            settings: watch::Sender::new(0),
            failed: watch::Sender::new(None),
            outer: Outer::default(),
            trial: RwLock::default(),
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

    /// Checks and publishes a whole workspace, whatever was published before; running conversations
    /// keep their version (R22).
    pub async fn publish(&self, document: Document, comment: &str) -> Result<i64, PublishError> {
        let newest = self.store().latest_version_number().await.map_err(PublishError::Store)?;
        self.publish_on(newest, document, comment).await
    }

    /// The same with a document that was made out of version `base`; nothing that another process
    /// published since is overwritten.
    pub(crate) async fn publish_on(
        &self,
        base: i64,
        document: Document,
        comment: &str,
    ) -> Result<i64, PublishError> {
        let now = self.clock().now();
        let published = self.versions.publish(base, document, comment, now, &**self.store()).await;
        self.tell(Topic::Files);
        published
    }

    /// Agents with their availability and load.
    pub async fn agents(&self) -> Result<Vec<AgentState>, StoreError> {
        self.staff.agents(&self.snapshot(), self.view(), &**self.store()).await
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

    /// What is played on this channel is no real conversation: it counts in no figure and can be
    /// removed without a trace.
    pub fn play_on(&self, channel: ChannelId) {
        *self.trial.write() = Some(channel);
    }

    /// Puts new sinks in place of the ones before.
    pub fn set_sinks(&self, sinks: BTreeMap<String, Arc<dyn Sink>>) {
        self.helpers.write().sinks = sinks;
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

    /// Holds a channel's sends until it is connected again, and says so once. A refusal that went
    /// by a line whose secrets are replaced by now says nothing of the channel.
    pub(crate) async fn pause(&self, line: &Line, reason: &str) -> Result<(), StoreError> {
        let ChannelRow { id, config, .. } = line.row.clone();
        let reason = reason.to_owned();
        let pause = Write::PauseChannel { id, config, reason: reason.clone() };
        if self.store().commit(vec![pause]).await? != Committed::Done {
            return Ok(());
        }
        tracing::error!(channel = line.row.name, reason, "the channel is down; its sends are held");
        let mut lines = self.lines.write();
        if lines.get(&id).is_some_and(|now| now.row.config == line.row.config) {
            let row = ChannelRow { paused_reason: Some(reason), ..line.row.clone() };
            let paused = Line { port: line.port.clone(), breaker: Mutex::default(), row };
            lines.insert(id, Arc::new(paused));
        }
        drop(lines);
        self.tell(Topic::Channels);
        Ok(())
    }

    /// Why the store had to be given up, once it had (R14): the process must exit.
    pub fn failed(&self) -> watch::Receiver<Option<String>> {
        self.failed.subscribe()
    }
}
