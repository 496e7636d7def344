//! Killed at each point around a send (T19, R1, R7), on the real program: the fake provider holds the
//! send where it shall be cut off.

use crate::load;
use relais_app::port::store::OutboxState;
use relais_sim::graph::webhook::signature;
use relais_sim::graph::{Fault, Faults, WebhookClient};
use relais_testkit::load::process::SECRET;
use relais_testkit::load::{Connected, Crowd, Delivery};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

/// Longer than any test lasts.
const FOR_EVER: Duration = Duration::from_secs(600);

struct Stage {
    connected: Connected,
    crowd: Crowd,
    start: Instant,
    asked: usize,
    _folder: tempfile::TempDir,
}

impl Stage {
    /// One customer; what is acknowledged must be answered once and in order.
    async fn new(next_sends: &[Fault]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let connected = load::connected(load::installation(folder.path())).await;
        let script = next_sends.iter().cloned().collect();
        connected.graph.set_faults(Faults { script, ..Faults::default() });
        let crowd = Crowd::new(1, &load::numbers(), 19);
        Self { connected, crowd, start: Instant::now(), asked: 0, _folder: folder }
    }

    fn question(&mut self) -> Delivery {
        self.asked += 1;
        self.crowd.ask(self.asked - 1, Instant::now(), self.start)
    }

    async fn post(&self, question: &Delivery) {
        let url = &self.connected.urls[question.number];
        let mut client = WebhookClient::new(url, SECRET).unwrap();
        assert_eq!(client.post(&question.body).await.unwrap(), 200);
    }

    async fn ask(&mut self) {
        let question = self.question();
        self.post(&question).await;
    }

    /// After a kill: how many rows are in a state.
    async fn count(&mut self, state: OutboxState) -> u64 {
        self.connected.relais.kill().unwrap();
        load::count(&*load::store(&self.connected.relais).await, state).await
    }

    async fn ends_well(mut self) {
        self.connected.graph.set_faults(Faults::default());
        load::everything_is_answered_once(&mut self.connected, &self.crowd).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_the_row_nothing_is_acknowledged_and_the_repeat_is_answered() {
    let mut stage = Stage::new(&[]).await;
    let question = stage.question();
    stage.connected.relais.signal("STOP").unwrap();
    let url = stage.connected.urls[question.number].clone();
    let (host, path) = url["http://".len()..].split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let head = format!(
        "POST /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\nx-hub-signature-256: {}\r\n\r\n",
        question.body.len(),
        signature(SECRET, &question.body)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&question.body).await.unwrap();
    stage.connected.relais.kill().unwrap();
    let mut answer = Vec::new();
    // A reset or an orderly end: both are no answer.
    let _ = stream.read_to_end(&mut answer).await;
    assert!(answer.is_empty(), "acknowledged: {}", String::from_utf8_lossy(&answer));
    stage.connected.relais.start().await.unwrap();
    stage.post(&question).await;
    stage.ends_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_between_row_and_dispatch_the_row_is_sent_after_the_start() {
    let mut stage = Stage::new(&[Fault::HangBefore(FOR_EVER)]).await;
    stage.ask().await;
    let connected = &stage.connected;
    load::until("the first send is under way", async || sends_begun(connected) == 1).await;
    stage.ask().await;
    assert_eq!(stage.count(OutboxState::Queued).await, 1, "the second waits for the first");
    stage.ends_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_the_provider_takes_it_the_answer_goes_once_more_after_two_minutes() {
    let mut stage = Stage::new(&[Fault::HangBefore(FOR_EVER)]).await;
    stage.ask().await;
    let connected = &stage.connected;
    load::until("the send is under way", async || sends_begun(connected) == 1).await;
    assert_eq!(stage.count(OutboxState::Dispatching).await, 1);
    assert_eq!(stage.connected.graph.stats().accepted, 0);
    stage.connected.relais.start().await.unwrap();
    // The start may not have got as far as marking it.
    let open =
        stage.count(OutboxState::Unknown).await + stage.count(OutboxState::Dispatching).await;
    assert_eq!(
        (open, stage.connected.graph.stats().accepted),
        (1, 0),
        "neither sent nor forgotten"
    );
    stage.ends_well().await;
    // And it is the only acceptance: `ends_well` counts.
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_before_the_answer_comes_the_report_settles_it() {
    let mut stage = Stage::new(&[Fault::HangAfter(FOR_EVER)]).await;
    stage.ask().await;
    let graph = &stage.connected.graph;
    load::until("the provider has it", async || graph.stats().accepted == 1).await;
    stage.connected.relais.kill().unwrap();
    stage.connected.relais.start().await.unwrap();
    assert!(stage.connected.graph.reports_done(Duration::from_secs(30)).await);
    assert_eq!(stage.count(OutboxState::Accepted).await, 1);
    stage.ends_well().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_with_the_answer_unread_the_report_settles_it() {
    let mut stage = Stage::new(&[Fault::HangAfter(Duration::from_millis(300))]).await;
    stage.ask().await;
    let graph = &stage.connected.graph;
    load::until("the provider has it", async || graph.stats().accepted == 1).await;
    stage.connected.relais.signal("STOP").unwrap();
    load::until("the answer is on its way", async || graph.stats().sends_answered == 1).await;
    stage.connected.relais.kill().unwrap();
    stage.connected.relais.start().await.unwrap();
    assert!(stage.connected.graph.reports_done(Duration::from_secs(30)).await);
    assert_eq!(stage.count(OutboxState::Accepted).await, 1);
    stage.ends_well().await;
}

/// Sends the provider was asked for, whatever became of them.
fn sends_begun(connected: &Connected) -> usize {
    let is_send = |body: &[u8]| String::from_utf8_lossy(body).contains("biz_opaque_callback_data");
    connected.graph.requests().iter().filter(|r| is_send(&r.body)).count()
}
