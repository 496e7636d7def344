//! The running fake on a port of this machine.

use super::mind::Mind;
use crate::http::{self, Connection, Incoming, response};
use bytes::Bytes;
use parking_lot::Mutex;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// How the next requests are answered.
#[derive(Clone, Debug)]
pub enum Way {
    /// In the provider's own shape, with what the mind says.
    Thinks(Mind),
    /// The text a model wrote, whatever was asked.
    Writes(String),
    /// This status, with a body as providers send it.
    Refuses { status: u16, words: String },
    /// These bytes as the body of a 200.
    Body(Bytes),
    /// Reads the request and says nothing, for ever.
    Hangs,
    /// Begins an answer of chunks that never ends.
    Drips,
    /// Closes without an answer.
    Cuts,
}

/// A request as received.
#[derive(Clone, Debug)]
pub struct Seen {
    pub target: String,
    /// Bearer token or key header.
    pub key: Option<String>,
    pub content_type: String,
    pub body: Bytes,
}

impl Seen {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// Most requests remembered.
const REMEMBERED: usize = 4_096;
/// Between two chunks of an answer that never ends.
const DRIP: Duration = Duration::from_millis(20);

#[derive(Debug)]
struct Shared {
    way: Mutex<Way>,
    /// For the next requests, one each, before the common way.
    script: Mutex<VecDeque<Way>>,
    seen: Mutex<VecDeque<Seen>>,
}

/// A running fake; stops when dropped.
#[derive(Debug)]
pub struct FakeLlm {
    shared: Arc<Shared>,
    base_url: String,
    main: JoinHandle<()>,
}

impl FakeLlm {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let base_url = format!("http://{}", listener.local_addr()?);
        let shared = Arc::new(Shared {
            way: Mutex::new(Way::Thinks(Mind::Sensible)),
            script: Mutex::default(),
            seen: Mutex::default(),
        });
        let main = tokio::spawn(run(listener, Arc::clone(&shared)));
        Ok(Self { shared, base_url, main })
    }

    /// `http://127.0.0.1:port`.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    pub fn set(&self, way: Way) {
        *self.shared.way.lock() = way;
    }

    /// The next requests are answered in these ways, one each.
    pub fn script(&self, ways: impl IntoIterator<Item = Way>) {
        self.shared.script.lock().extend(ways);
    }

    /// The requests since the last look, oldest first.
    pub fn seen(&self) -> Vec<Seen> {
        self.shared.seen.lock().drain(..).collect()
    }
}

impl Drop for FakeLlm {
    fn drop(&mut self) {
        self.main.abort();
    }
}

async fn run(listener: TcpListener, shared: Arc<Shared>) {
    http::accept(&listener, JoinSet::new(), |stream| serve(stream, Arc::clone(&shared))).await;
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let mut connection = Connection::new(stream);
    while let Ok(Some(request)) = connection.next().await {
        note(&shared, &request);
        let scripted = shared.script.lock().pop_front();
        let way = scripted.unwrap_or_else(|| shared.way.lock().clone());
        let mut out = Vec::new();
        match way {
            Way::Hangs => std::future::pending().await,
            Way::Cuts => return,
            Way::Drips => return drip(connection).await,
            Way::Body(body) => response(&mut out, 200, "application/json", "", &body),
            Way::Refuses { status, words } => {
                let body = json!({ "error": { "message": words, "type": "refused" } }).to_string();
                response(&mut out, status, "application/json", "", body.as_bytes());
            }
            Way::Writes(text) => {
                let body = envelope(&request, &text).to_string();
                response(&mut out, 200, "application/json", "", body.as_bytes());
            }
            Way::Thinks(mind) if mind.hangs() => std::future::pending().await,
            Way::Thinks(mind) => {
                let (data, asks_text) = prompt(&request);
                let text = mind.reply(&data, asks_text);
                let body = envelope(&request, &text).to_string();
                response(&mut out, 200, "application/json", "", body.as_bytes());
            }
        }
        if connection.write(&out).await.is_err() || !request.keep_alive {
            return;
        }
    }
}

fn note(shared: &Shared, request: &Incoming) {
    let mut seen = shared.seen.lock();
    if seen.len() >= REMEMBERED {
        seen.pop_front();
    }
    seen.push_back(Seen {
        target: request.target.clone(),
        key: request.token.clone().or_else(|| request.key.clone()),
        content_type: request.content_type.clone(),
        body: request.body.clone(),
    });
}

/// An answer that goes on until the peer has had enough.
async fn drip(mut connection: Connection) {
    let head = "HTTP/1.1 200 X\r\ncontent-type: application/json\r\n\
                transfer-encoding: chunked\r\n\r\n";
    if connection.write(head.as_bytes()).await.is_err() {
        return;
    }
    while connection.write(b"400\r\n").await.is_ok() {
        let chunk = [b' '; 1_024];
        if connection.write(&chunk).await.is_err() || connection.write(b"\r\n").await.is_err() {
            return;
        }
        tokio::time::sleep(DRIP).await;
    }
}

/// The data of a prompt, and whether words for an agent are asked for.
fn prompt(request: &Incoming) -> (String, bool) {
    let body: Value = serde_json::from_slice(&request.body).unwrap_or_default();
    let Some(messages) = body["messages"].as_array() else {
        // A mood service gets the data bare.
        return (body.to_string(), false);
    };
    let data = messages.last().and_then(|m| m["content"].as_str()).unwrap_or_default();
    let system = body["system"].as_str().or_else(|| messages[0]["content"].as_str());
    let asks_text = system.is_some_and(|s| s.contains("`text`"));
    (data.to_owned(), asks_text)
}

/// A model's text in the shape of whoever was asked.
fn envelope(request: &Incoming, text: &str) -> Value {
    let path = request.target.split('?').next().unwrap_or_default();
    if path.ends_with("/messages") {
        return json!({
            "type": "message", "role": "assistant", "stop_reason": "end_turn",
            "content": [{ "type": "text", "text": text }],
            "usage": { "input_tokens": 100, "output_tokens": 20 },
        });
    }
    if path.ends_with("/chat/completions") {
        let message = json!({ "role": "assistant", "content": text });
        return json!({
            "object": "chat.completion",
            "choices": [{ "index": 0, "message": message, "finish_reason": "stop" }],
            "usage": { "prompt_tokens": 100, "completion_tokens": 20 },
        });
    }
    if path.ends_with("/audio/transcriptions") {
        return json!({ "text": text });
    }
    serde_json::from_str(text).unwrap_or_else(|_| json!(text))
}
