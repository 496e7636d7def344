use super::webhook::{Batch, inbound_text, signature};
use super::*;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A webhook receiver that refuses the first `refusals` posts and keeps the bodies of the others.
async fn receiver(refusals: usize) -> (String, Arc<Mutex<Vec<Value>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hooks", listener.local_addr().unwrap());
    let bodies = Arc::new(Mutex::new(Vec::new()));
    let left = Arc::new(Mutex::new(refusals));
    let kept = Arc::clone(&bodies);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (kept, left) = (Arc::clone(&kept), Arc::clone(&left));
            tokio::spawn(async move { receive(stream, &kept, &left).await });
        }
    });
    (url, bodies)
}

async fn receive(mut stream: TcpStream, kept: &Mutex<Vec<Value>>, left: &Mutex<usize>) {
    let mut buffer: Vec<u8> = Vec::new();
    loop {
        let head = loop {
            if let Some(at) = buffer.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
            if stream.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                return;
            }
        };
        let text = String::from_utf8(buffer[..head].to_vec()).unwrap().to_lowercase();
        let header = |name: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(name))
                .unwrap_or_default()
                .trim()
                .to_owned()
        };
        let length: usize = header("content-length:").parse().unwrap();
        while buffer.len() < head + length {
            if stream.read_buf(&mut buffer).await.unwrap_or(0) == 0 {
                return;
            }
        }
        let body = buffer[head..head + length].to_vec();
        buffer.drain(..head + length);
        assert_eq!(header("x-hub-signature-256:"), signature("relais-demo-app-secret", &body));
        let refuse = {
            let mut left = left.lock();
            let refuse = *left > 0;
            *left = left.saturating_sub(1);
            refuse
        };
        let status = if refuse { 503 } else { 200 };
        if !refuse {
            kept.lock().push(serde_json::from_slice(&body).unwrap());
        }
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

fn statuses(bodies: &Mutex<Vec<Value>>) -> Vec<Value> {
    let bodies = bodies.lock();
    let changes = bodies.iter().flat_map(|b| b["entry"][0]["changes"].as_array().unwrap());
    changes.flat_map(|c| c["value"]["statuses"].as_array().unwrap().clone()).collect()
}

/// A raw client: one connection, many sends.
struct Sender {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Sender {
    async fn to(fake: &FakeGraph) -> Self {
        let address = fake.base_url().strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(4096) }
    }

    /// Status and body of the answer, or `None` if the connection was cut.
    async fn send(&mut self, body: &Value) -> Option<(u16, Value)> {
        let request = request(&body.to_string(), "fake-token");
        self.stream.write_all(request.as_bytes()).await.ok()?;
        self.answer().await
    }

    async fn answer(&mut self) -> Option<(u16, Value)> {
        loop {
            let mut headers = [httparse::EMPTY_HEADER; 16];
            let mut parsed = httparse::Response::new(&mut headers);
            if let httparse::Status::Complete(head) = parsed.parse(&self.buffer).unwrap() {
                let length = parsed.headers.iter().find(|h| h.name == "content-length").unwrap();
                let length: usize = std::str::from_utf8(length.value).unwrap().parse().unwrap();
                if self.buffer.len() >= head + length {
                    let status = parsed.code.unwrap();
                    let body = serde_json::from_slice(&self.buffer[head..head + length]);
                    self.buffer.drain(..head + length);
                    return Some((status, body.unwrap_or(Value::Null)));
                }
            }
            if self.stream.read_buf(&mut self.buffer).await.ok()? == 0 {
                return None;
            }
        }
    }
}

fn request(body: &str, token: &str) -> String {
    format!(
        "POST /v25.0/800000000000002/messages HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

fn text(callback: &str) -> Value {
    json!({ "messaging_product": "whatsapp", "recipient_type": "individual", "to": "+33639980012",
        "type": "text", "text": { "body": "Bonjour" }, "biz_opaque_callback_data": callback })
}

#[tokio::test]
async fn an_accepted_send_is_reported_sent_delivered_and_read_in_order() {
    let (url, bodies) = receiver(0).await;
    let config = FakeConfig { webhook_url: Some(url), ..FakeConfig::default() };
    let fake = FakeGraph::start(config).await.unwrap();
    let (status, answer) = Sender::to(&fake).await.send(&text("msg:1")).await.unwrap();
    let id = answer["messages"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(status, 200);
    assert!(fake.reports_done(Duration::from_secs(5)).await);
    let reports = statuses(&bodies);
    let words: Vec<_> = reports.iter().map(|r| r["status"].as_str().unwrap()).collect();
    assert_eq!(words, ["sent", "delivered", "read"]);
    for report in &reports {
        assert_eq!(report["id"], id);
        assert_eq!(report["biz_opaque_callback_data"], "msg:1");
        assert_eq!(report["recipient_id"], "33639980012");
    }
    assert_eq!(reports[0]["pricing"]["category"], "service");
    assert_eq!(fake.stats().reports_delivered, 3);
}

#[tokio::test]
async fn reports_are_repeated_until_the_receiver_takes_them() {
    let (url, bodies) = receiver(3).await;
    let config =
        FakeConfig { webhook_url: Some(url), webhook_connections: 1, ..FakeConfig::default() };
    let fake = FakeGraph::start(config).await.unwrap();
    Sender::to(&fake).await.send(&text("a")).await.unwrap();
    assert!(fake.reports_done(Duration::from_secs(5)).await);
    assert_eq!(statuses(&bodies).len(), 3);
    assert_eq!(fake.stats().webhook_failures, 3);
}

#[tokio::test]
async fn reports_wait_for_a_receiver_that_comes_later() {
    let fake = FakeGraph::start(FakeConfig::default()).await.unwrap();
    Sender::to(&fake).await.send(&text("a")).await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(fake.open_reports(), 3);
    let (url, bodies) = receiver(0).await;
    fake.set_webhook_url(url);
    assert!(fake.reports_done(Duration::from_secs(5)).await);
    assert_eq!(statuses(&bodies).len(), 3);
}

#[tokio::test]
async fn statuses_can_come_twice_and_out_of_order() {
    let (url, bodies) = receiver(0).await;
    let faults = Faults { duplicate_statuses: 1.0, reorder_statuses: 1.0, ..Faults::default() };
    let config = FakeConfig { webhook_url: Some(url), faults, ..FakeConfig::default() };
    let fake = FakeGraph::start(config).await.unwrap();
    let mut sender = Sender::to(&fake).await;
    for n in 0..30 {
        sender.send(&text(&n.to_string())).await.unwrap();
    }
    assert!(fake.reports_done(Duration::from_secs(5)).await);
    let reports = statuses(&bodies);
    assert_eq!(reports.len(), 30 * 3 * 2);
    let disorder = reports.iter().position(|r| r["status"] == "read")
        < reports.iter().rposition(|r| r["status"] == "sent");
    assert!(disorder);
}

#[tokio::test]
async fn a_failure_can_come_later_and_silence_too() {
    let (url, bodies) = receiver(0).await;
    let script = [Fault::FailLater(131_047), Fault::NoReports].into_iter().collect();
    let faults = Faults { script, ..Faults::default() };
    let config = FakeConfig { webhook_url: Some(url), faults, ..FakeConfig::default() };
    let fake = FakeGraph::start(config).await.unwrap();
    let mut sender = Sender::to(&fake).await;
    sender.send(&text("a")).await.unwrap();
    sender.send(&text("b")).await.unwrap();
    assert!(fake.reports_done(Duration::from_secs(5)).await);
    let reports = statuses(&bodies);
    assert_eq!(reports.len(), 2);
    assert_eq!(reports[1]["errors"][0]["code"], 131_047);
    assert_eq!(fake.stats().accepted, 2);
}

#[tokio::test]
async fn losses_before_and_after_processing_differ_in_what_was_accepted() {
    let fake = FakeGraph::start(FakeConfig::default()).await.unwrap();
    for (fault, accepted) in [(Fault::LoseBefore, 0), (Fault::LoseAfter, 1)] {
        fake.set_faults(Faults { script: [fault].into_iter().collect(), ..Faults::default() });
        assert!(Sender::to(&fake).await.send(&text("same")).await.is_none());
        assert_eq!(fake.stats().accepted, accepted);
    }
    Sender::to(&fake).await.send(&text("same")).await.unwrap();
    assert_eq!(fake.stats().duplicates, 1, "a blind replay is seen");
}

#[tokio::test]
async fn random_faults_follow_their_share_and_the_seed() {
    let run = |seed| async move {
        let faults = Faults { random: vec![(0.3, Fault::THROTTLED)], ..Faults::default() };
        let fake =
            FakeGraph::start(FakeConfig { seed, faults, read: 0.0, ..FakeConfig::default() });
        let fake = fake.await.unwrap();
        let mut sender = Sender::to(&fake).await;
        let mut seen = Vec::new();
        for n in 0..200 {
            seen.push(sender.send(&text(&n.to_string())).await.unwrap().0);
        }
        seen
    };
    let first = run(7).await;
    let refused = first.iter().filter(|s| **s == 429).count();
    assert!((30..=90).contains(&refused), "{refused}");
    assert_eq!(first, run(7).await);
    assert_ne!(first, run(8).await);
}

#[tokio::test]
async fn wrong_bodies_tokens_and_paths_are_refused_like_there() {
    let fake = FakeGraph::start(FakeConfig::default()).await.unwrap();
    let mut sender = Sender::to(&fake).await;
    let with = |key: &str, value: Value| {
        let mut body = text("x");
        body[key] = value;
        body
    };
    let button = |title: &str| json!({ "type": "reply", "reply": { "id": title, "title": title } });
    let buttons = |list: Vec<Value>| {
        json!({ "messaging_product": "whatsapp", "to": "+33639980012", "type": "interactive",
            "interactive": { "type": "button", "body": { "text": "?" }, "action": { "buttons": list } } })
    };
    assert_eq!(sender.send(&buttons(vec![button("a"), button("b")])).await.unwrap().0, 200);
    for (body, code) in [
        (json!({}), 100),
        (json!([]), 100),
        (with("messaging_product", json!("sms")), 100),
        (with("to", json!("nobody")), 131_009),
        (with("to", Value::Null), 100),
        (with("text", Value::Null), 131_008),
        (with("text", json!({ "body": "" })), 131_009),
        (with("text", json!({ "body": "x".repeat(4097) })), 131_009),
        (with("biz_opaque_callback_data", json!("x".repeat(513))), 131_009),
        (with("context", json!({})), 131_009),
        (buttons(vec![]), 131_009),
        (buttons(vec![button("a"), button("a")]), 131_009),
        (buttons(vec![button("more than twenty chars")]), 131_009),
    ] {
        let (status, answer) = sender.send(&body).await.unwrap();
        assert_eq!((status, &answer["error"]["code"]), (400, &json!(code)), "{body}");
    }
    for (request, status) in [
        (request(&text("x").to_string(), "stolen"), 401),
        (request("{", "fake-token"), 400),
        (request(&text("x").to_string(), "fake-token").replace("800000000000002", "1"), 400),
        (request(&text("x").to_string(), "fake-token").replace("v25.0", "latest"), 400),
    ] {
        sender.stream.write_all(request.as_bytes()).await.unwrap();
        assert_eq!(sender.answer().await.unwrap().0, status, "{request}");
    }
    assert_eq!(fake.stats().accepted, 1);
}

#[tokio::test]
async fn memory_is_bounded_and_counts_are_not() {
    let config = FakeConfig { remember: 10, read: 0.0, ..FakeConfig::default() };
    let fake = FakeGraph::start(config).await.unwrap();
    let mut sender = Sender::to(&fake).await;
    for n in 0..50 {
        sender.send(&text(&n.to_string())).await.unwrap();
    }
    assert_eq!((fake.accepted().len(), fake.requests().len()), (10, 10));
    assert_eq!(fake.stats().accepted, 50);
}

#[tokio::test]
async fn a_webhook_client_posts_over_one_connection() {
    let (url, bodies) = receiver(1).await;
    let mut client = WebhookClient::new(&url, "relais-demo-app-secret").unwrap();
    let mut batch = Batch::for_number("800000000000002");
    batch.message(&inbound_text("33639980012", "wamid.1", 1_795_338_000, "Bonjour"));
    let body = batch.body();
    assert_eq!(client.post(&body).await.unwrap(), 503);
    assert_eq!(client.post(&body).await.unwrap(), 200);
    assert_eq!(bodies.lock().len(), 1);
}

#[tokio::test]
async fn nothing_answers_after_shutdown() {
    let fake = FakeGraph::start(FakeConfig::default()).await.unwrap();
    let mut sender = Sender::to(&fake).await;
    let address = fake.base_url().strip_prefix("http://").unwrap().to_owned();
    fake.shutdown().await;
    assert!(sender.send(&text("x")).await.is_none());
    assert!(TcpStream::connect(address).await.is_err());
}

/// Throughput, printed; the bound is far below what a release build does.
#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn it_is_fast_enough_for_a_load_run() {
    let fake = FakeGraph::start(FakeConfig { read: 0.0, ..FakeConfig::default() }).await.unwrap();
    let body = request(&text("msg:018f0000-0000-7000-8000-000000000000").to_string(), "fake-token");
    let pipeline = body.repeat(50);
    let (start, mut taken) = (Instant::now(), 0);
    let mut sender = Sender::to(&fake).await;
    while taken < 5_000 {
        sender.stream.write_all(pipeline.as_bytes()).await.unwrap();
        for _ in 0..50 {
            assert_eq!(sender.answer().await.unwrap().0, 200);
        }
        taken += 50;
    }
    let rate = f64::from(taken) / start.elapsed().as_secs_f64();
    println!("{rate:.0} accepted/s");
    assert!(rate > 1_000.0, "{rate:.0} accepted/s");
}
