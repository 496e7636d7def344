//! Connections, made when needed and kept while they work.

use super::link::{Failed, Link, failed};
use super::session;
use super::tls::{Stream, Tls};
use crate::Options;
use crate::statement::Texts;
use parking_lot::Mutex;
use relais_app::port::store::{Result, StoreError};
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio_postgres::config::TargetSessionAttrs;
use tokio_postgres::{Client, Config, Connection, Socket};

/// A connection is made within this, or another address is tried.
const CONNECT: Duration = Duration::from_secs(5);
/// How long it takes to notice that the other end is gone without a word.
const SILENCE: Duration = Duration::from_secs(10);
/// What the driver takes when nothing is said.
const NEVER: Duration = Duration::from_secs(2 * 60 * 60);

pub(crate) struct Pool {
    config: Config,
    tls: Tls,
    pub(crate) session: String,
    texts: Arc<Texts>,
    free: Mutex<Vec<Link>>,
    permits: Semaphore,
    waiting: AtomicUsize,
    /// Who may wait for a connection; more are refused (R17).
    queue: usize,
}

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("waiting", &self.waiting).finish_non_exhaustive()
    }
}

/// A connection in use; it goes back when it is dropped, unless it was left in a mess.
pub(crate) struct Lease<'p> {
    pool: &'p Pool,
    link: Option<Link>,
    _permit: SemaphorePermit<'p>,
}

impl Pool {
    pub(crate) fn new(mut config: Config, tls: Tls, texts: Arc<Texts>, options: Options) -> Self {
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(SILENCE);
        }
        if config.get_keepalives_idle() == NEVER {
            config.keepalives_idle(SILENCE).keepalives_interval(SILENCE / 2).keepalives_retries(2);
        }
        // Of several servers, the one that writes.
        let is_one = config.get_hosts().len() < 2;
        if !is_one && config.get_target_session_attrs() == TargetSessionAttrs::Any {
            config.target_session_attrs(TargetSessionAttrs::ReadWrite);
        }
        if config.get_application_name().is_none() {
            config.application_name("relais");
        }
        Self {
            config,
            tls,
            session: session(options),
            texts,
            free: Mutex::new(Vec::new()),
            permits: Semaphore::new(options.connections.unwrap_or(16).max(1)),
            waiting: AtomicUsize::new(0),
            queue: options.queue,
        }
    }

    pub(crate) async fn take(&self) -> Result<Lease<'_>> {
        let permit = match self.permits.try_acquire() {
            Ok(permit) => permit,
            Err(_) => self.wait().await?,
        };
        let kept = {
            let mut free = self.free.lock();
            std::iter::from_fn(|| free.pop()).find(Link::is_usable)
        };
        let link = match kept {
            Some(link) => link,
            None => self.connect().await.map_err(Failed::into_error)?,
        };
        Ok(Lease { pool: self, link: Some(link), _permit: permit })
    }

    async fn wait(&self) -> Result<SemaphorePermit<'_>> {
        let place = Place::new(&self.waiting);
        if place.number >= self.queue {
            return Err(StoreError::Unavailable("too many wait for a connection".into()));
        }
        let closed = |_| StoreError::Unavailable("the store is closed".into());
        self.permits.acquire().await.map_err(closed)
    }

    async fn connect(&self) -> std::result::Result<Link, Failed> {
        let (client, connection) = self.connect_raw().await?;
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "a database connection ended");
            }
        });
        let link = self.link(client);
        link.batch(&self.session).await?;
        Ok(link)
    }

    pub(crate) async fn connect_raw(
        &self,
    ) -> std::result::Result<(Client, Connection<Socket, Stream>), Failed> {
        // The handshake too: a server that is frozen still takes connections.
        let hosts = u32::try_from(self.config.get_hosts().len().max(1)).unwrap_or(1);
        let made = tokio::time::timeout(2 * CONNECT * hosts, self.config.connect(self.tls.clone()));
        match made.await {
            Ok(made) => made.map_err(failed),
            Err(_) => Err(Failed::Error(StoreError::Unavailable("no connection in time".into()))),
        }
    }

    pub(crate) fn link(&self, client: Client) -> Link {
        Link::new(client, Arc::clone(&self.texts))
    }
}

/// A place in the queue, given up also by who goes away.
struct Place<'a> {
    waiting: &'a AtomicUsize,
    number: usize,
}

impl<'a> Place<'a> {
    fn new(waiting: &'a AtomicUsize) -> Self {
        Self { waiting, number: waiting.fetch_add(1, Ordering::Relaxed) }
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Deref for Lease<'_> {
    type Target = Link;
    fn deref(&self) -> &Link {
        self.link.as_ref().expect("only taken when dropped")
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Link {
        self.link.as_mut().expect("only taken when dropped")
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        if let Some(link) = self.link.take().filter(Link::is_usable) {
            self.pool.free.lock().push(link);
        }
    }
}
