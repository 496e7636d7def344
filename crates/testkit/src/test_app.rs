//! The application under test: what a process is made of, with time in the test's hands.

use crate::HandClock;
use crate::{FakeChannel, demo};
use relais_app::arrival::{Arrival, Item, Report};
use relais_app::dice::Seeded;
use relais_app::media::Folder;
use relais_app::pace::{Pacer, Unpaced};
use relais_app::port::store::{ChannelRow, ConversationRow, OutboxState, Store};
use relais_app::service::{
    CoreMachine, Helpers, Machine, Nodes, Parts, Patience, Received, Service,
};
use relais_core::conversation::State;
use relais_core::id::{ChannelId, MessageId, WorkspaceId};
use relais_core::message::{Content, Delivery, Inbound, MediaKind, Sender};
use relais_core::time::{Span, Timestamp};
use relais_core::workspace::Document;
use relais_core::workspace::snapshot::Snapshot;
use relais_store::Options;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tempfile::TempDir;

/// The provider's number of the channel under test.
pub const NUMBER: &str = "100200300";

/// A Monday, 10:00 in Paris: the teams of the demo are at work.
pub const MONDAY: &str = "2027-05-03T10:00:00+02:00";

#[derive(Debug)]
pub struct Builder {
    machine: Arc<dyn Machine>,
    pacer: Arc<dyn Pacer>,
    helpers: Helpers,
    at: Timestamp,
    snapshot: Arc<Snapshot>,
}

impl Builder {
    /// The demo with changes.
    ///
    /// # Panics
    /// When the changed files cannot be used.
    #[must_use]
    pub fn document(mut self, change: impl FnOnce(&mut Document)) -> Self {
        let mut document = demo::document();
        change(&mut document);
        self.snapshot = Arc::new(Snapshot::new(document, 1).expect("the changed demo is valid"));
        self
    }

    #[must_use]
    pub fn machine(mut self, machine: impl Machine + 'static) -> Self {
        self.machine = Arc::new(machine);
        self
    }

    #[must_use]
    pub fn pacer(mut self, pacer: impl Pacer + 'static) -> Self {
        self.pacer = Arc::new(pacer);
        self
    }

    #[must_use]
    pub fn helpers(mut self, helpers: Helpers) -> Self {
        self.helpers = helpers;
        self
    }

    /// # Panics
    /// When `at` is no time.
    #[must_use]
    pub fn at(mut self, at: &str) -> Self {
        self.at = at.parse().expect("an RFC 3339 time");
        self
    }

    /// # Panics
    /// When the store or the service cannot be made.
    pub async fn open(self) -> TestApp {
        let dir = TempDir::new().expect("a test may write to the temporary folder");
        let clock = Arc::new(HandClock::new(self.at));
        let channel = Arc::new(FakeChannel::default());
        let store = open_store(&dir).await;
        let channel_row = ChannelRow {
            id: ChannelId::new(self.at, [1; 10]),
            kind: "fake".to_owned(),
            name: "Fake".to_owned(),
            business_number: NUMBER.to_owned(),
            config: "{}".to_owned(),
            paused_reason: None,
            created_at: self.at,
        };
        let version = relais_app::port::store::VersionRow {
            version: 1,
            published_at: self.at,
            document: serde_json::to_string(&self.snapshot.document).expect("plain data"),
            comment: String::new(),
        };
        store.put_version(version).await.expect("a fresh store");
        let mut app = TestApp {
            service: None,
            clock,
            channel,
            channel_row,
            builder: self,
            sent: AtomicU64::new(0),
            random: Arc::new(Seeded::default()),
            store: Some(store),
            dir,
        };
        app.start().await;
        app
    }
}

async fn open_store(dir: &TempDir) -> Arc<dyn Store> {
    let url = format!("sqlite://{}", dir.path().join("store.db").display());
    let workspace = WorkspaceId(uuid::Uuid::from_u128(1));
    relais_store::open(&url, workspace, Options::throw_away()).await.expect("a store")
}

/// The application with everything around it.
#[derive(Debug)]
pub struct TestApp {
    service: Option<Arc<Service>>,
    pub clock: Arc<HandClock>,
    pub channel: Arc<FakeChannel>,
    channel_row: ChannelRow,
    builder: Builder,
    sent: AtomicU64,
    random: Arc<Seeded>,
    store: Option<Arc<dyn Store>>,
    dir: TempDir,
}

impl TestApp {
    pub fn build() -> Builder {
        Builder {
            machine: Arc::new(CoreMachine),
            pacer: Arc::new(Unpaced),
            helpers: Helpers::default(),
            at: MONDAY.parse().expect("an RFC 3339 time"),
            snapshot: demo::snapshot(),
        }
    }

    /// The demo at work.
    pub async fn open() -> Self {
        Self::build().open().await
    }

    async fn start(&mut self) {
        let store = match self.store.take() {
            Some(store) => store,
            None => open_store(&self.dir).await,
        };
        let service = self.process_on(store).await;
        let folder = Folder::open(&self.dir.path().join("files")).await.expect("a folder");
        service.keep_files_in(folder);
        service.connect(self.channel_row.clone(), self.channel.clone()).await.expect("a channel");
        self.service = Some(service);
    }

    /// A second process on the same store, beside the one under test.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn another(&self) -> Arc<Service> {
        self.process_on(self.store().clone()).await
    }

    async fn process_on(&self, store: Arc<dyn Store>) -> Arc<Service> {
        let parts = Parts {
            store,
            clock: self.clock.clone(),
            random: self.random.clone(),
            pacer: self.builder.pacer.clone(),
            machine: self.builder.machine.clone(),
            patience: Patience::None,
            nodes: Nodes::One,
        };
        let started = Service::start(parts, self.builder.snapshot.clone()).await;
        let service = started.expect("a service");
        service.set_helpers(self.builder.helpers.clone());
        service
    }

    /// Ends the process without a word and starts it again on the same store.
    pub async fn restart(&mut self) {
        self.service = None;
        self.start().await;
        self.service().recover_interrupted().await.expect("recovery");
    }

    /// # Panics
    /// Between the two halves of a restart.
    pub fn service(&self) -> &Arc<Service> {
        self.service.as_ref().expect("running")
    }

    pub fn store(&self) -> &Arc<dyn Store> {
        self.service().store()
    }

    pub fn channel_id(&self) -> ChannelId {
        self.channel_row.id
    }

    pub fn now(&self) -> Timestamp {
        self.service().clock().now()
    }

    /// A message as the provider delivers it, with an id of its own.
    pub fn message(&self, from: &str, content: Content) -> Arrival {
        let number = self.sent.fetch_add(1, Ordering::Relaxed) + 1;
        let inbound = Inbound {
            provider_id: format!("wamid.in.{number}"),
            business_number: NUMBER.to_owned(),
            sender: Sender { phone: Some(from.to_owned()), ..Sender::default() },
            sent_at: self.now(),
            content,
            quotes: None,
        };
        arrival(inbound)
    }

    pub fn text(&self, from: &str, body: &str) -> Arrival {
        self.message(from, Content::Text { body: body.to_owned() })
    }

    /// A report about one of our messages.
    pub fn report(
        &self,
        provider_id: &str,
        callback: Option<MessageId>,
        status: Delivery,
    ) -> Arrival {
        Arrival {
            receipt: format!("{provider_id}:{status:?}"),
            business_number: NUMBER.to_owned(),
            raw: "{}".to_owned(),
            item: Item::Status(Report {
                provider_id: provider_id.to_owned(),
                callback,
                status,
                at: self.now(),
                error: None,
                error_code: None,
                price: None,
            }),
        }
    }

    /// Delivers and does everything that follows at this instant.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn deliver(&self, arrivals: Vec<Arrival>) -> Vec<Received> {
        let received = self.service().receive(self.channel_id(), arrivals).await.expect("received");
        self.run_jobs().await;
        received
    }

    /// The customer writes; a burst is over when this returns.
    pub async fn says(&self, from: &str, body: &str) {
        self.deliver(vec![self.text(from, body)]).await;
        self.advance(Span::secs(4)).await;
    }

    /// Does everything that can be done now.
    ///
    /// # Panics
    /// When the work does not end, or the store fails.
    pub async fn run_jobs(&self) {
        for _ in 0..10_000 {
            if !self.service().step().await.expect("a step") {
                return;
            }
        }
        panic!("the work does not end");
    }

    /// Moves the clock in steps of a minute, for work that has no timer of a conversation.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn advance_jobs(&self, by: Span) {
        let to = self.now() + by;
        while self.now() < to {
            self.advance(Span::minutes(1)).await;
        }
    }

    /// Moves the clock from timer to timer.
    ///
    /// # Panics
    /// When the store fails.
    pub async fn advance(&self, by: Span) {
        let to = self.now() + by;
        loop {
            let next = self.store().next_due().await.expect("read").filter(|at| *at <= to);
            self.clock.set(next.unwrap_or(to));
            self.run_jobs().await;
            if next.is_none() {
                return;
            }
        }
    }

    /// The newest conversation of a number.
    ///
    /// # Panics
    /// When there is none.
    pub async fn row(&self, phone: &str) -> ConversationRow {
        let sender = Sender { phone: Some(phone.to_owned()), ..Sender::default() };
        let contact = self.store().contact_of(&sender).await.expect("read").expect("a contact");
        let row = self.store().latest_conversation(self.channel_id(), contact.id).await;
        row.expect("read").expect("a conversation")
    }

    /// Its state.
    ///
    /// # Panics
    /// When there is none.
    pub async fn state(&self, phone: &str) -> State {
        Service::state(&self.row(phone).await).expect("a state")
    }

    /// What must hold at the end of every test: nothing left half-done, every state what its log
    /// gives, no row without its parent.
    ///
    /// # Panics
    /// When it does not hold.
    pub async fn check(&self) {
        for (state, count) in self.store().outbox_counts().await.expect("read") {
            let is_final = match state {
                OutboxState::Accepted | OutboxState::Refused | OutboxState::Suppressed => true,
                OutboxState::Queued
                | OutboxState::Dispatching
                | OutboxState::Unknown
                | OutboxState::Held => false,
            };
            assert!(is_final || count == 0, "{count} messages are {state:?}");
        }
        self.check_log().await;
    }

    /// The part of [`Self::check`] that holds at any moment.
    ///
    /// # Panics
    /// When it does not hold.
    pub async fn check_log(&self) {
        let checked = self.service().check_projections().await.expect("read");
        assert_eq!(checked.differences, [], "rows are not what their logs give");
        for (relation, count) in self.store().orphans().await.expect("read") {
            assert_eq!(count, 0, "orphans: {relation}");
        }
    }
}

/// A picture of which nothing is known but that it is one.
pub fn image() -> Content {
    Content::Media {
        kind: MediaKind::Image,
        media_id: None,
        mime: None,
        caption: None,
        filename: None,
        sha256: None,
        transcript: None,
    }
}

/// A message on its way in, unchanged.
pub fn arrival(inbound: Inbound) -> Arrival {
    Arrival {
        receipt: inbound.provider_id.clone(),
        business_number: inbound.business_number.clone(),
        raw: "{}".to_owned(),
        item: Item::Message(Box::new(inbound)),
    }
}
