//! What stands before several nodes: it passes each connection to one that is up, and cuts those of
//! one that goes down.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

#[derive(Debug)]
struct Backend {
    port: u16,
    is_up: watch::Sender<bool>,
}

#[derive(Debug)]
pub struct Balancer {
    pub port: u16,
    backends: Arc<Vec<Backend>>,
    main: JoinHandle<()>,
}

impl Balancer {
    /// All are up.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(ports: &[u16]) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let backend = |port: &u16| Backend { port: *port, is_up: watch::Sender::new(true) };
        let backends = Arc::new(ports.iter().map(backend).collect::<Vec<_>>());
        let main = tokio::spawn(accept(listener, Arc::clone(&backends)));
        Ok(Self { port, backends, main })
    }

    pub fn set(&self, node: usize, is_up: bool) {
        self.backends[node].is_up.send_replace(is_up);
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        self.main.abort();
    }
}

async fn accept(listener: TcpListener, backends: Arc<Vec<Backend>>) {
    let turn = Arc::new(AtomicUsize::new(0));
    while let Ok((client, _)) = listener.accept().await {
        let (backends, turn) = (Arc::clone(&backends), Arc::clone(&turn));
        tokio::spawn(async move { pass(client, &backends, &turn).await });
    }
}

/// A connection that cannot be passed on, or any more, is cut: the client calls again.
async fn pass(mut client: TcpStream, backends: &[Backend], turn: &AtomicUsize) {
    let up: Vec<&Backend> = backends.iter().filter(|b| *b.is_up.borrow()).collect();
    if up.is_empty() {
        return;
    }
    let backend = up[turn.fetch_add(1, Ordering::Relaxed) % up.len()];
    let mut is_up = backend.is_up.subscribe();
    let Ok(mut server) = TcpStream::connect(("127.0.0.1", backend.port)).await else { return };
    tokio::select! {
        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => {}
        _ = is_up.wait_for(|is_up| !*is_up) => {}
    }
}
