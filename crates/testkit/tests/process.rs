//! The loops of a real process: nothing is driven by hand, time is the machine's.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

use relais_app::arrival::Arrival;
use relais_app::clock::{SystemClock, SystemRandom};
use relais_app::pace::Unpaced;
use relais_app::port::channel::SendOutcome;
use relais_app::port::store::ChannelRow;
use relais_app::service::{CoreMachine, Nodes, Parts, Patience, Service};
use relais_core::id::{ChannelId, WorkspaceId};
use relais_core::message::{Content, Inbound, Sender};
use relais_core::time::Timestamp;
use relais_store::Options;
use relais_testkit::{FakeChannel, NUMBER, arrival, demo};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

fn text(id: &str, from: &str, body: &str, at: Timestamp) -> Arrival {
    arrival(Inbound {
        provider_id: id.to_owned(),
        business_number: NUMBER.to_owned(),
        sender: Sender { phone: Some(from.to_owned()), ..Sender::default() },
        sent_at: at,
        content: Content::Text { body: body.to_owned() },
        quotes: None,
    })
}

/// A running service on a store of its own.
struct Running {
    service: Arc<Service>,
    channel: Arc<FakeChannel>,
    id: ChannelId,
    stop: watch::Sender<bool>,
    loops: tokio::task::JoinHandle<()>,
    _dir: tempfile::TempDir,
}

impl Running {
    async fn start() -> Self {
        let dir = tempfile::TempDir::new().unwrap();
        let url = format!("sqlite://{}", dir.path().join("store.db").display());
        let workspace = WorkspaceId(uuid::Uuid::from_u128(1));
        let store = relais_store::open(&url, workspace, Options::throw_away()).await.unwrap();
        let parts = Parts {
            store,
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            pacer: Arc::new(Unpaced),
            machine: Arc::new(CoreMachine),
            patience: Patience::Real,
            nodes: Nodes::One,
        };
        let service = Service::open(parts, Some(demo::document())).await.unwrap();
        let channel = Arc::new(FakeChannel::default());
        let now = service.clock().now();
        let row = ChannelRow {
            id: ChannelId::new(now, [1; 10]),
            kind: "fake".to_owned(),
            name: "Fake".to_owned(),
            business_number: NUMBER.to_owned(),
            config: "{}".to_owned(),
            paused_reason: None,
            created_at: now,
        };
        let id = row.id;
        service.connect(row, channel.clone()).await.unwrap();
        let (stop, stopped) = watch::channel(false);
        let loops = tokio::spawn(service.clone().run(stopped));
        Self { service, channel, id, stop, loops, _dir: dir }
    }

    /// Each of these people asks for an order of somebody else: a look-up, then a question.
    async fn ask(&self, people: std::ops::Range<usize>) {
        let now = self.service.clock().now();
        let asks = |n| text(&format!("a{n}"), &phone(n), "Où est ML-2041 ?", now);
        self.service.receive(self.id, people.map(asks).collect()).await.unwrap();
    }
}

fn phone(n: usize) -> String {
    format!("+336399{n:05}")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_come_in_and_answers_go_out_until_the_stop() {
    let running = Running::start().await;
    let mut hints = running.service.hints();
    running.ask(0..40).await;
    running.channel.wait_for(40).await;
    assert!(hints.try_recv().is_ok());
    running.stop.send(true).unwrap();
    tokio::time::timeout(Duration::from_secs(10), running.loops).await.unwrap().unwrap();
    assert_eq!(running.channel.sent().len(), 40);
    assert_eq!(running.service.check_projections().await.unwrap().differences, []);
}

/// The old token is refused after the new one came: neither is the channel held, nor are the old
/// secrets put back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_refusal_of_the_old_secrets_does_not_hold_the_new_ones() {
    let running = Running::start().await;
    let service = &running.service;
    let reason = "token".to_owned();
    running.channel.will([SendOutcome::ChannelDown { code: Some(190), reason }]);
    running.channel.keep_silent(true);
    running.ask(0..1).await;
    running.channel.wait_for(1).await;
    let mut row = service.store().channels().await.unwrap().remove(0);
    row.config = r#"{"token":"new"}"#.to_owned();
    let renewed = Arc::new(FakeChannel::default());
    service.connect(row.clone(), renewed.clone()).await.unwrap();
    running.channel.keep_silent(false);
    // What was refused goes by the new ones.
    renewed.wait_for(1).await;
    assert_eq!(service.store().channels().await.unwrap(), [row.clone()]);
    assert_eq!(service.channel(row.id), Some(row));
    assert_eq!(running.channel.sent().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_send_that_hangs_holds_up_nobody_else() {
    let running = Running::start().await;
    running.channel.hang_on(&phone(0));
    running.ask(0..1).await;
    running.channel.wait_for(1).await;
    for people in [1..10, 10..20] {
        let all = people.end;
        running.ask(people).await;
        // Ten seconds at most; the one that hangs is given up after sixty.
        running.channel.wait_for(all).await;
    }
}
