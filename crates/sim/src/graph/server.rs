//! The running fake and the handle on it.

use super::FakeConfig;
use super::fault::Faults;
use super::media::Files;
use super::record::{Accepted, Records, Request, Stats};
use super::reports::{Reports, worker};
use super::respond::respond;
use super::rng::Rng;
use crate::http::{self, Connection};
use bytes::Bytes;
use parking_lot::Mutex;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// Most requests remembered; their bodies are cut to a few bytes.
const MOST_REQUESTS: usize = 10_000;
const BODY_SEEN: usize = 256;

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) config: FakeConfig,
    pub(super) base_url: String,
    pub(super) token: Mutex<String>,
    pub(super) faults: Mutex<Faults>,
    pub(super) rng: Mutex<Rng>,
    pub(super) records: Mutex<Records>,
    pub(super) files: Mutex<Files>,
    pub(super) reports: Reports,
    /// Where resolved media pretend to be, if not here.
    pub(super) media_url: Mutex<Option<String>>,
    /// Templates of the account, as the provider lists them.
    pub(super) templates: Mutex<Vec<Value>>,
    /// The public key of forms, as it was posted.
    pub(super) form_key: Mutex<Option<String>>,
    webhook_url: Mutex<Option<String>>,
    /// Addresses of single numbers, before the common one.
    webhook_urls: Mutex<BTreeMap<String, String>>,
    ids: AtomicU64,
    born: u64,
}

impl Shared {
    pub(super) fn knows(&self, number: &str) -> bool {
        self.config.numbers.iter().any(|known| known == number)
    }

    /// Where reports about a number's messages go.
    pub(super) fn webhook_url(&self, number: &str) -> Option<String> {
        let own = self.webhook_urls.lock().get(number).cloned();
        own.or_else(|| self.webhook_url.lock().clone())
    }

    /// Unlike any other id, also of an earlier run.
    pub(super) fn next_id(&self) -> String {
        let n = self.ids.fetch_add(1, Ordering::Relaxed);
        format!("wamid.HBgFake{:012x}{n:08x}", self.born)
    }
}

/// A running fake; stops when dropped.
#[derive(Debug)]
pub struct FakeGraph {
    shared: Arc<Shared>,
    main: JoinHandle<()>,
}

impl FakeGraph {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start(config: FakeConfig) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let shared = Arc::new(Shared {
            base_url: format!("http://{}", listener.local_addr()?),
            token: Mutex::new(config.token.clone()),
            faults: Mutex::new(config.faults.clone()),
            rng: Mutex::new(Rng::new(config.seed)),
            records: Mutex::default(),
            files: Mutex::default(),
            reports: Reports::default(),
            media_url: Mutex::new(None),
            templates: Mutex::default(),
            form_key: Mutex::default(),
            webhook_url: Mutex::new(config.webhook_url.clone()),
            webhook_urls: Mutex::default(),
            ids: AtomicU64::new(0),
            born: u64::try_from(since_epoch.as_micros()).unwrap_or_default(),
            config,
        });
        let main = tokio::spawn(run(listener, Arc::clone(&shared)));
        Ok(Self { shared, main })
    }

    /// `http://127.0.0.1:port`, without a version.
    pub fn base_url(&self) -> &str {
        &self.shared.base_url
    }

    /// Reports about these numbers' messages go to addresses of their own.
    pub fn set_webhook_urls(&self, urls: BTreeMap<String, String>) {
        *self.shared.webhook_urls.lock() = urls;
    }

    pub fn set_webhook_url(&self, url: impl Into<String>) {
        *self.shared.webhook_url.lock() = Some(url.into());
    }

    pub fn set_faults(&self, faults: Faults) {
        *self.shared.faults.lock() = faults;
    }

    /// From now on, only this token is accepted.
    pub fn set_token(&self, token: impl Into<String>) {
        *self.shared.token.lock() = token.into();
    }

    /// Resolved media pretend to be at that address (an attack), or at home again.
    pub fn set_media_url(&self, url: Option<String>) {
        *self.shared.media_url.lock() = url;
    }

    /// The public key of a number's forms, PEM, once one was given.
    pub fn form_key(&self) -> Option<String> {
        let posted = self.shared.form_key.lock().clone()?;
        let pairs = form_urlencoded::parse(posted.as_bytes());
        pairs.into_iter().find(|(name, _)| name == "business_public_key").map(|(_, v)| v.into())
    }

    /// What the account's list of templates says.
    pub fn set_templates(&self, templates: Vec<Value>) {
        *self.shared.templates.lock() = templates;
    }

    /// A file a customer sent; its media id.
    pub fn put_media(&self, mime: &str, bytes: impl Into<Bytes>) -> String {
        self.shared.files.lock().put(mime, bytes.into())
    }

    /// The sends accepted, oldest first, as far as remembered.
    pub fn accepted(&self) -> Vec<Arc<Accepted>> {
        self.shared.records.lock().accepted.iter().cloned().collect()
    }

    /// The requests received, oldest first, as far as remembered.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.records.lock().requests.iter().cloned().collect()
    }

    pub fn stats(&self) -> Stats {
        self.shared.records.lock().stats
    }

    /// Status reports not yet delivered.
    pub fn open_reports(&self) -> usize {
        self.shared.reports.open.load(Ordering::Relaxed)
    }

    /// Waits until every report was delivered; false if that took too long.
    pub async fn reports_done(&self, within: Duration) -> bool {
        let end = tokio::time::Instant::now() + within;
        while self.open_reports() > 0 {
            if tokio::time::Instant::now() >= end {
                return false;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        true
    }

    /// Stops listening and cuts every connection.
    pub async fn shutdown(mut self) {
        self.main.abort();
        // Cancelled is what was asked for.
        let _ = (&mut self.main).await;
    }
}

impl Drop for FakeGraph {
    fn drop(&mut self) {
        self.main.abort();
    }
}

async fn run(listener: TcpListener, shared: Arc<Shared>) {
    let mut tasks = JoinSet::new();
    for _ in 0..shared.config.webhook_connections.max(1) {
        tasks.spawn(worker(Arc::clone(&shared)));
    }
    http::accept(&listener, tasks, |stream| serve(stream, Arc::clone(&shared))).await;
}

/// Serves one connection until either side ends it.
async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    if stream.set_nodelay(true).is_err() {
        return;
    }
    let mut connection = Connection::new(stream);
    let mut out = Vec::with_capacity(1024);
    while let Ok(Some(request)) = connection.next().await {
        out.clear();
        let reaction = respond(&shared, &request, &mut out);
        note(&shared, &request, reaction.status);
        let latency = shared.faults.lock().latency(&mut shared.rng.lock());
        let wait = latency + reaction.after;
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        if connection.write(&out).await.is_err() {
            return;
        }
        if reaction.is_send {
            shared.records.lock().stats.sends_answered += 1;
        }
        if reaction.close || !request.keep_alive {
            return;
        }
        if out.capacity() > 1024 * 1024 {
            out = Vec::with_capacity(1024);
        }
    }
}

fn note(shared: &Shared, request: &http::Incoming, status: Option<u16>) {
    let mut records = shared.records.lock();
    records.stats.requests += 1;
    if status.is_some_and(|status| status >= 300) {
        records.stats.refused += 1;
    }
    let seen = Request {
        method: request.method.clone(),
        target: request.target.clone(),
        status,
        // A copy: a slice would keep a whole upload alive.
        body: Bytes::copy_from_slice(&request.body[..request.body.len().min(BODY_SEEN)]),
        at: SystemTime::now(),
    };
    records.request(seen, MOST_REQUESTS.min(shared.config.remember));
}
