//! This process among others on one database: it holds a lease by the database's clock and shows
//! that it lives. A process that was frozen past its lease does nothing before it has a new one;
//! what it had in hand is the others' by then (R21).

use crate::news::Topic;
use crate::port::store::{NodeRow, Result, StoreError};
use crate::service::Service;
use parking_lot::Mutex;
use relais_core::broken::is_missing;
use relais_core::time::Span;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

const LEASE: Span = Span::secs(10);
const BEAT: Duration = Duration::from_secs(2);
/// So much of the lease is trusted, by our own clock from before it was asked for.
const TRUSTED: Duration = Duration::from_secs(7);
/// After a beat that failed.
const BREATH: Duration = Duration::from_millis(300);

/// What a process knows of itself among others.
#[derive(Debug, Default)]
pub(crate) struct Membership {
    host: Mutex<String>,
    /// Until when it may act.
    trusted: Mutex<Option<Instant>>,
    losses: AtomicU64,
    taken_over: AtomicU64,
    has_others: AtomicBool,
    regained: Notify,
}

/// What is shown of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NodeFigures {
    /// It holds its lease: it may write and send.
    pub may_act: bool,
    /// Leases that ended while it ran.
    pub losses: u64,
    /// Sends of nodes that are gone which it took over.
    pub taken_over: u64,
}

impl Service {
    /// Becomes a node; nothing to do where there can be one only. `host` tells people where it is.
    pub async fn join(&self, host: &str) -> Result<()> {
        if self.is_only_node() {
            return Ok(());
        }
        *self.node().host.lock() = host.to_owned();
        self.take_lease().await
    }

    /// May this process write and send?
    pub(crate) fn may_act(&self) -> bool {
        let is_trusted = || self.node().trusted.lock().is_some_and(|until| Instant::now() < until);
        self.is_only_node() || is_missing("R21-node") || is_trusted()
    }

    /// An answer of the use case that must not go on without a lease.
    pub(crate) fn must_act(&self) -> Result<()> {
        if self.may_act() { Ok(()) } else { Err(StoreError::Fenced) }
    }

    /// Waits until it may act, or a little while.
    pub(crate) async fn until_it_may_act(&self) {
        let regained = self.node().regained.notified();
        if !self.may_act() {
            // Whoever gets the lease back wakes all who wait; nobody sleeps through it.
            let _ = tokio::time::timeout(BEAT, regained).await;
        }
    }

    pub fn node_figures(&self) -> NodeFigures {
        let node = self.node();
        NodeFigures {
            may_act: self.may_act(),
            losses: node.losses.load(Ordering::Relaxed),
            taken_over: node.taken_over.load(Ordering::Relaxed),
        }
    }

    /// Somebody else works on this database.
    pub(crate) fn has_other_nodes(&self) -> bool {
        self.node().has_others.load(Ordering::Relaxed)
    }

    pub(crate) fn heard_of_others(&self) {
        self.node().has_others.store(true, Ordering::Relaxed);
    }

    pub(crate) fn took_over(&self, sends: usize) {
        self.node().taken_over.fetch_add(sends as u64, Ordering::Relaxed);
    }

    /// Keeps the lease until the process ends.
    pub(crate) async fn keep_lease(&self) {
        loop {
            let pause = match self.beat().await {
                Ok(()) => BEAT,
                Err(error) => {
                    tracing::warn!(%error, "the lease of this node could not be renewed");
                    BREATH
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    async fn beat(&self) -> Result<()> {
        let asked = Instant::now();
        if self.store().renew(LEASE).await? {
            self.trust_until(asked + TRUSTED);
        } else {
            self.node().losses.fetch_add(1, Ordering::Relaxed);
            tracing::error!("the lease of this node had ended: it starts again as a new one");
            self.take_lease().await?;
        }
        let alive = self.store().nodes().await?.iter().filter(|node| node.is_alive).count();
        self.node().has_others.store(alive > 1, Ordering::Relaxed);
        Ok(())
    }

    async fn take_lease(&self) -> Result<()> {
        let (asked, host) = (Instant::now(), self.node().host.lock().clone());
        let id = self.random().name().simple().to_string();
        self.store().join(&id, &host, env!("CARGO_PKG_VERSION"), LEASE).await?;
        self.trust_until(asked + TRUSTED);
        self.tell(Topic::Nodes);
        Ok(())
    }

    fn trust_until(&self, until: Instant) {
        *self.node().trusted.lock() = Some(until);
        self.node().regained.notify_waiters();
    }

    /// Nodes on this database, also those that went lately.
    pub async fn nodes(&self) -> Result<Vec<NodeRow>> {
        self.store().nodes().await
    }
}
