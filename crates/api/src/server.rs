//! Accepts connections and serves them: bounded in number, per peer, and in the time they may take
//! to say what they want (S17). When all places are taken, whoever has asked for nothing for the
//! longest time makes room.

use crate::app::App;
use crate::extract::Connection;
use crate::idle::{Connected, Idle};
use axum::Router;
use axum::body::Body;
use http_body_util::BodyExt as _;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt as _;

/// All connections together, where the process may open enough files.
const MOST: usize = 1_000;
/// Files for everything else: the database, its readers, outgoing connections.
const OTHER_FILES: usize = 200;
/// From one address; the provider sends from a few, an office browses from one.
const MOST_PER_PEER: usize = 256;
/// For a request's head.
const HEAD: Duration = Duration::from_secs(10);
const HEAD_BYTES: usize = 32 * 1024;
/// Requests in flight when asked to stop may take this long.
const DRAIN: Duration = Duration::from_secs(8);

type Peers = Arc<Mutex<HashMap<IpAddr, usize>>>;

/// Serves until told to stop, then lets requests in flight end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    app: Arc<App>,
    mut stop: watch::Receiver<bool>,
) {
    let (peers, idle, places) = (Peers::default(), Idle::default(), places());
    let mut tasks = JoinSet::new();
    loop {
        tokio::select! {
            () = stopped(&mut stop) => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let has_room = tasks.len() < places || idle.make_room();
                    match Slot::take(&app, &peers, peer.ip()).filter(|_| has_room) {
                        Some(slot) => {
                            let (router, stop, seat) = (router.clone(), stop.clone(), idle.sit());
                            tasks.spawn(connection(stream, peer, router, stop, seat, slot));
                        }
                        None => {
                            app.metrics.connections_refused.fetch_add(1, Ordering::Relaxed);
                        }
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection was not accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            },
            Some(_) = tasks.join_next() => {}
        }
    }
    drop(listener);
    let drained = async { while tasks.join_next().await.is_some() {} };
    if tokio::time::timeout(DRAIN, drained).await.is_err() {
        tracing::warn!(open = tasks.len(), "connections were cut");
    }
}

/// As many as the limit on open files leaves.
fn places() -> usize {
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap_or_default();
    let files = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    let files = files.and_then(|rest| rest.split_whitespace().next()?.parse::<usize>().ok());
    files.map_or(MOST, |files| MOST.min(files.saturating_sub(OTHER_FILES)).max(OTHER_FILES / 4))
}

/// Returns once the process is asked to stop, or whoever could ask is gone.
pub(crate) async fn stopped(stop: &mut watch::Receiver<bool>) {
    // Nobody left to ask counts as asked.
    let _ = stop.wait_for(|stopped| *stopped).await;
}

/// A place among the connections, given back when dropped.
struct Slot {
    app: Arc<App>,
    peers: Peers,
    peer: IpAddr,
}

impl Slot {
    fn take(app: &Arc<App>, peers: &Peers, peer: IpAddr) -> Option<Self> {
        let mut counts = peers.lock();
        let count = counts.entry(peer).or_default();
        // A trusted proxy speaks for many.
        let is_proxy = app.settings.trusted_proxies.contains(&peer.to_canonical());
        if *count >= MOST_PER_PEER && !is_proxy && !peer.is_loopback() {
            if *count == 0 {
                counts.remove(&peer);
            }
            return None;
        }
        *count += 1;
        app.metrics.connections.fetch_add(1, Ordering::Relaxed);
        Some(Self { app: Arc::clone(app), peers: Arc::clone(peers), peer })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.app.metrics.connections.fetch_sub(1, Ordering::Relaxed);
        let mut counts = self.peers.lock();
        if let Some(count) = counts.get_mut(&self.peer) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.peer);
            }
        }
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut stop: watch::Receiver<bool>,
    connected: Connected,
    _slot: Slot,
) {
    // Small answers must not wait for more.
    let _ = stream.set_nodelay(true);
    let asked = Arc::clone(&connected.0);
    let service = tower::service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        let (router, busy) = (router.clone(), asked.busy());
        request.extensions_mut().insert(Connection(peer));
        async move {
            let response = router.oneshot(request.map(Body::new)).await?;
            // Busy until the last byte of the answer is handed over: streams are.
            Ok::<_, std::convert::Infallible>(response.map(|body| {
                Body::new(body.map_err(move |error| {
                    let _ = &busy;
                    error
                }))
            }))
        }
    });
    let mut served = std::pin::pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD)
            .max_buf_size(HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
    );
    let result = tokio::select! {
        result = served.as_mut() => result,
        () = connected.0.asked_to_leave() => return,
        () = stopped(&mut stop) => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "a connection ended early");
    }
}
