//! The loops of a running process, and the same work in single steps for virtual time.

use crate::effects::{Pending, Pool};
use crate::jobs;
use crate::media;
use crate::port::store::{JobRow, Result, StoreError};
use crate::service::Service;
use relais_core::time::{Span, Timestamp};
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, watch};
use tokio::task::JoinSet;

/// Another node's work is seen after this time at the latest.
pub(crate) const POLL: Duration = Duration::from_secs(1);
/// Effects of a pool under way at the same time.
const EFFECTS: usize = 64;
/// How long work in hand may take after the stop (R18).
const HAND_BACK: Duration = Duration::from_secs(9);
/// A row that old in `dispatching` is nobody's any more, whoever had it.
const ABANDONED: Span = Span::secs(90);
/// The shortest sleep of a lane with a moment to wait for. Among several nodes what is due may be
/// in another one's hands.
const SHORTEST: Duration = Duration::from_millis(5);
const SHORTEST_AMONG_SEVERAL: Duration = Duration::from_millis(50);
/// After a failed round.
pub(crate) const BREATH: Duration = Duration::from_millis(500);

/// What the loops wait for.
#[derive(Debug, Default)]
pub(crate) struct Wakes {
    pub timers: Notify,
    pub dispatcher: Notify,
    pub orders: Notify,
    pub models: Notify,
    pub jobs: Notify,
    pub media: Notify,
    pub webhooks: Notify,
    pub digests: Notify,
    pub router: Notify,
    pub upkeep: Notify,
}

impl Service {
    /// One round of everything that may go now; says whether anything was done.
    pub async fn step(&self) -> Result<bool> {
        let timers = self.fire_timers().await?;
        let effects = self.run_effect().await?;
        let given = self.assign().await?;
        let sent = self.dispatch().await?;
        let ended = self.reconcile().await?;
        let notices = self.run_notices().await?;
        let hooks = self.run_webhooks().await?;
        let digests = self.run_digests().await?;
        let file = self.next_file().await?;
        if let Some(job) = &file {
            self.fetch(job).await?;
        }
        Ok(timers
            || effects
            || given
            || sent
            || ended
            || notices
            || hooks
            || digests
            || file.is_some())
    }

    /// Runs timers, dispatcher, effects and jobs until told to stop, then hands back within 10 s.
    pub async fn run(self: Arc<Self>, stop: watch::Receiver<bool>) {
        let mut beside = self.beside();
        if let Err(error) = self.recover_interrupted().await {
            tracing::error!(%error, "interrupted sends could not be marked");
        }
        let mut loops = JoinSet::new();
        loops.spawn(self.clone().looped(Lane::Timers, stop.clone()));
        loops.spawn(self.clone().dispatch_loop(stop.clone()));
        loops.spawn(self.clone().looped(Lane::Jobs, stop.clone()));
        loops.spawn(self.clone().looped(Lane::Webhooks, stop.clone()));
        loops.spawn(self.clone().looped(Lane::Digests, stop.clone()));
        loops.spawn(self.clone().looped(Lane::Router, stop.clone()));
        loops.spawn(self.clone().looped(Lane::Upkeep, stop.clone()));
        loops.spawn(self.clone().effect_loop(Pool::Orders, stop.clone()));
        loops.spawn(self.clone().effect_loop(Pool::Models, stop.clone()));
        loops.spawn(self.clone().media_loop(stop.clone()));
        stopped(stop).await;
        let all = async { while loops.join_next().await.is_some() {} };
        if tokio::time::timeout(HAND_BACK, all).await.is_err() {
            tracing::warn!("work was still in hand at the stop; it is found again at the start");
        }
        beside.abort_all();
        if !self.is_only_node()
            && let Err(error) = self.store().leave().await
        {
            tracing::warn!(%error, "the others learn from the end of the lease that this node left");
        }
    }

    /// What makes this process a node; its lease is kept until the last work is handed back.
    fn beside(self: &Arc<Self>) -> JoinSet<()> {
        let mut beside = JoinSet::new();
        if self.is_only_node() {
            return beside;
        }
        let service = Arc::clone(self);
        beside.spawn(async move { service.keep_lease().await });
        let service = Arc::clone(self);
        beside.spawn(async move { service.tell_news().await });
        let service = Arc::clone(self);
        beside.spawn(async move { service.hear_news().await });
        beside
    }

    /// Marks what the last run left half-way.
    pub async fn recover_interrupted(&self) -> Result<bool> {
        let now = self.clock().now();
        if self.is_only_node() {
            for kind in jobs::Kind::ALL {
                self.store().release_jobs(kind.as_str()).await?;
            }
        }
        let before = if self.is_only_node() { now + Span::micros(1) } else { now - ABANDONED };
        self.recover(before).await
    }

    async fn looped(self: Arc<Self>, lane: Lane, stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if !self.may_act() {
                self.wait_for_the_lease(&stop).await;
                continue;
            }
            let round = match lane {
                Lane::Timers => self.fire_timers().await,
                Lane::Jobs => self.run_notices().await,
                Lane::Webhooks => self.run_webhooks().await,
                Lane::Digests => self.run_digests().await,
                Lane::Router => self.assign().await,
                Lane::Upkeep => self.keep_up().await,
            };
            let pause = match round {
                // Something was done, so there may be more; others get their turn first.
                Ok(true) => {
                    tokio::task::yield_now().await;
                    continue;
                }
                Ok(false) => self.pause_of(lane).await,
                Err(error) if self.survives(&error, &lane) => BREATH,
                Err(_) => break,
            };
            tokio::select! {
                () = self.wakes().of(lane).notified() => {}
                () = tokio::time::sleep(pause) => {}
                () = stopped(stop.clone()) => break,
            }
        }
    }

    /// Returns once this process may act or is to stop.
    pub(crate) async fn wait_for_the_lease(&self, stop: &watch::Receiver<bool>) {
        tokio::select! {
            () = self.until_it_may_act() => {}
            () = stopped(stop.clone()) => {}
        }
    }

    /// Whether a loop goes on after a round that failed: not once the store itself has (R14).
    pub(crate) fn survives(&self, error: &StoreError, round: &dyn Debug) -> bool {
        if let StoreError::Fatal(reason) = error {
            tracing::error!(reason, ?round, "the store failed");
            self.fail(reason.clone());
            return false;
        }
        tracing::warn!(%error, ?round, "a round failed");
        true
    }

    /// Decides about sends whose end nobody learnt, also those a failed commit left half-way.
    pub(crate) async fn look_for_ends(&self) -> Result<bool> {
        let ended = self.reconcile().await?;
        let left = self.recover(self.clock().now() - ABANDONED).await?;
        Ok(ended || left)
    }

    /// How long a lane may sleep when nobody wakes it.
    async fn pause_of(&self, lane: Lane) -> Duration {
        let next = match lane {
            Lane::Timers => self.store().next_due().await.ok().flatten(),
            Lane::Jobs | Lane::Webhooks | Lane::Digests | Lane::Router | Lane::Upkeep => None,
        };
        self.pause_until(next)
    }

    /// How long nothing need be looked at when the next moment to act is that one.
    pub(crate) fn pause_until(&self, next: Option<Timestamp>) -> Duration {
        let now = self.clock().now();
        let shortest = if self.is_only_node() { SHORTEST } else { SHORTEST_AMONG_SEVERAL };
        next.map_or(POLL, |at| until(now, at).clamp(shortest, POLL))
    }

    async fn effect_loop(self: Arc<Self>, pool: Pool, stop: watch::Receiver<bool>) {
        let slots = Arc::new(Semaphore::new(EFFECTS));
        let mut running = JoinSet::new();
        while !*stop.borrow() {
            while running.try_join_next().is_some() {}
            let Ok(slot) = slots.clone().acquire_owned().await else { return };
            self.until_it_may_act().await;
            if let Some(pending) = self.effects().pop(pool) {
                let service = self.clone();
                running.spawn(async move {
                    service.performed(pending).await;
                    drop(slot);
                });
                continue;
            }
            drop(slot);
            tokio::select! {
                () = self.wakes().of_effects(pool).notified() => {}
                () = tokio::time::sleep(POLL) => {}
                () = stopped(stop.clone()) => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Fetches files, a few at a time.
    async fn media_loop(self: Arc<Self>, stop: watch::Receiver<bool>) {
        let slots = Arc::new(Semaphore::new(media::AT_ONCE));
        let mut running = JoinSet::new();
        while !*stop.borrow() {
            while running.try_join_next().is_some() {}
            let slot = tokio::select! {
                slot = slots.clone().acquire_owned() => slot,
                () = stopped(stop.clone()) => break,
            };
            let Ok(slot) = slot else { return };
            self.until_it_may_act().await;
            let pause = match self.next_file().await {
                Ok(Some(job)) => {
                    let (service, stop) = (self.clone(), stop.clone());
                    running.spawn(async move {
                        service.fetched(&job, stop).await;
                        drop(slot);
                    });
                    continue;
                }
                Ok(None) => POLL,
                Err(error) if self.survives(&error, &"files to fetch") => BREATH,
                Err(_) => return,
            };
            drop(slot);
            tokio::select! {
                () = self.wakes().media.notified() => {}
                () = tokio::time::sleep(pause) => {}
                () = stopped(stop.clone()) => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// A file half-way at the stop is begun again at the next start.
    async fn fetched(&self, job: &JobRow, stop: watch::Receiver<bool>) {
        let ended = tokio::select! {
            ended = self.fetch(job) => ended,
            () = stopped(stop) => self.hand_back(job).await,
        };
        if let Err(error) = ended {
            tracing::warn!(%error, "the end of a file could not be stored");
        }
    }

    async fn performed(&self, pending: Pending) {
        if let Err(error) = self.perform(pending).await {
            tracing::warn!(%error, "the end of an effect could not be stored");
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Lane {
    Timers,
    Jobs,
    Webhooks,
    Digests,
    Router,
    Upkeep,
}

impl Wakes {
    fn of_effects(&self, pool: Pool) -> &Notify {
        match pool {
            Pool::Orders => &self.orders,
            Pool::Models => &self.models,
        }
    }

    fn of(&self, lane: Lane) -> &Notify {
        match lane {
            Lane::Timers => &self.timers,
            Lane::Jobs => &self.jobs,
            Lane::Webhooks => &self.webhooks,
            Lane::Digests => &self.digests,
            Lane::Router => &self.router,
            Lane::Upkeep => &self.upkeep,
        }
    }
}

pub(crate) fn until(now: Timestamp, at: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(at.since(now).as_micros()).unwrap_or(0))
}

pub(crate) async fn stopped(mut stop: watch::Receiver<bool>) {
    // A sender that is gone means the same as the word.
    let _ = stop.wait_for(|stop| *stop).await;
}
