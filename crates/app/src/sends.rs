//! Which messages go when: the head of every lane (number, person), many lanes at a time. On virtual
//! time in rounds that wait for all. A running process looks again whenever a message was written or
//! a send has ended, and waits for none: who hangs holds up nobody else's (R9, R17).

use crate::port::store::{Head, Result};
use crate::run::{BREATH, POLL, stopped};
use crate::service::Service;
use futures_util::StreamExt as _;
use futures_util::stream;
use relais_core::broken::is_missing;
use relais_core::id::MessageId;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::{self, JoinSet};

/// Lanes served at the same time. A kill leaves the fate of so many sends unknown.
const LANES: usize = 64;
/// Lanes looked at in one round: many may be waiting for their pace.
const LOOKED_AT: i64 = 1_024;
/// The least time between two looks: what comes at once goes together.
const LOOK_EVERY: Duration = Duration::from_millis(2);

type Ended = std::result::Result<(task::Id, Result<bool>), task::JoinError>;

/// Sends under way.
#[derive(Debug, Default)]
struct Sends {
    running: JoinSet<Result<bool>>,
    rows: HashMap<task::Id, MessageId>,
    /// When sends whose end is not known were looked at.
    settled: Option<Instant>,
}

impl Sends {
    fn has(&self, id: MessageId) -> bool {
        self.rows.values().any(|row| *row == id)
    }

    fn start(&mut self, service: &Arc<Service>, head: Head) {
        let (id, service) = (head.row.id, Arc::clone(service));
        let send = self.running.spawn(async move { service.serve(head).await });
        self.rows.insert(send.id(), id);
    }

    /// The end of one; never when none is under way.
    async fn next(&mut self) -> Result<bool> {
        match self.running.join_next_with_id().await {
            Some(ended) => self.end(ended),
            None => std::future::pending().await,
        }
    }

    /// Makes room: what has ended is under way no more.
    fn forget_ended(&mut self) -> Result<()> {
        while let Some(ended) = self.running.try_join_next_with_id() {
            self.end(ended)?;
        }
        Ok(())
    }

    fn end(&mut self, ended: Ended) -> Result<bool> {
        match ended {
            Ok((id, served)) => {
                self.rows.remove(&id);
                served
            }
            Err(error) => {
                tracing::error!(%error, "a send ended in a panic");
                self.rows.remove(&error.id());
                Ok(false)
            }
        }
    }

    /// Whether it is time again to look at sends whose end is not known: they have waited for
    /// minutes.
    fn may_settle(&mut self) -> bool {
        let is_time = self.settled.is_none_or(|at| at.elapsed() >= POLL);
        if is_time {
            self.settled = Some(Instant::now());
        }
        is_time
    }
}

impl Service {
    /// The head of every lane that may go now.
    pub(crate) async fn heads(&self) -> Result<Vec<Head>> {
        self.store().outbox_ready(self.clock().now(), LOOKED_AT).await
    }

    /// A round for virtual time: waits for all; says whether anything was done.
    pub(crate) async fn dispatch(&self) -> Result<bool> {
        let heads = stream::iter(self.heads().await?);
        let mut served = Box::pin(heads.map(|head| self.serve(head)).buffer_unordered(LANES));
        let mut done = false;
        while let Some(end) = served.next().await {
            done |= end?;
        }
        Ok(done)
    }

    /// Sends until told to stop, then waits for all that is under way.
    pub(crate) async fn dispatch_loop(self: Arc<Self>, stop: watch::Receiver<bool>) {
        let mut sends = Sends::default();
        while !*stop.borrow() {
            if !self.may_act() {
                self.wait_for_the_lease(&stop).await;
                continue;
            }
            let looked = Instant::now();
            let mut round = self.look(&mut sends).await;
            let took = looked.elapsed();
            if round.is_ok() {
                round = tokio::select! {
                    round = self.worth_a_look(&mut sends) => round,
                    () = stopped(stop.clone()) => break,
                };
            }
            match round {
                // Many who wait for their pace make a look long: half of the time is for others.
                Ok(()) => {
                    tokio::time::sleep_until((looked + LOOK_EVERY.max(took * 2)).into()).await;
                }
                Err(error) if self.survives(&error, &"sends") => tokio::time::sleep(BREATH).await,
                Err(_) => break,
            }
        }
        while sends.running.join_next().await.is_some() {}
    }

    /// Waits until another look is worth it.
    async fn worth_a_look(&self, sends: &mut Sends) -> Result<()> {
        let mut until = Instant::now() + self.pause_until(self.next_dispatch());
        loop {
            tokio::select! {
                () = self.wakes().dispatcher.notified() => return Ok(()),
                () = tokio::time::sleep_until(until.into()) => return Ok(()),
                ended = sends.next() => {
                    // Its lane may have a next message. One that may not go yet has said when.
                    if ended? {
                        return Ok(());
                    }
                    until = until.min(Instant::now() + self.pause_until(self.next_dispatch()));
                }
            }
        }
    }

    /// Starts every send that may go now, and decides about those whose end is not known.
    async fn look(self: &Arc<Self>, sends: &mut Sends) -> Result<()> {
        sends.forget_ended()?;
        for head in self.heads().await? {
            if sends.has(head.row.id) {
                continue;
            }
            while sends.running.len() >= LANES {
                sends.next().await?;
            }
            sends.start(self, head);
        }
        while is_missing("R17") && !sends.running.is_empty() {
            sends.next().await?;
        }
        if sends.may_settle() {
            // There may be more of them.
            if self.look_for_ends().await? {
                sends.settled = None;
            }
        }
        Ok(())
    }
}
