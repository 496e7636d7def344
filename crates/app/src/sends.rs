//! Which messages go when: the head of every lane (number, person) in rounds, many lanes at a time.
//! On virtual time a round ends when all its sends have; in a running process it leaves slow ones to
//! themselves, so that a provider that lets one message hang holds up nobody else's (R9, R17).

use crate::port::store::{OutboxRow, Result};
use crate::service::Service;
use futures_util::StreamExt as _;
use futures_util::stream;
use relais_core::broken::is_missing;
use relais_core::id::MessageId;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::task::{self, JoinSet};

/// Lanes served at the same time.
const LANES: usize = 64;
/// Lanes looked at in one round: many may be waiting for their pace.
const LOOKED_AT: i64 = 1_024;
/// A send that takes longer is left to itself by its round.
const STRAGGLES: Duration = Duration::from_millis(50);

/// Sends under way, beyond rounds.
#[derive(Debug, Default)]
pub(crate) struct Sends {
    running: JoinSet<Result<bool>>,
    started: HashMap<task::Id, (MessageId, Instant)>,
}

impl Sends {
    fn has(&self, id: MessageId) -> bool {
        self.started.values().any(|(row, _)| *row == id)
    }

    fn start(&mut self, service: &Arc<Service>, row: OutboxRow) {
        let (id, service) = (row.id, Arc::clone(service));
        let now = Instant::now();
        let send = self.running.spawn(async move {
            let served = service.serve(row).await;
            if now.elapsed() >= STRAGGLES {
                // Its round may be over, and its lane may have a next message.
                service.wake_dispatcher();
            }
            served
        });
        self.started.insert(send.id(), (id, now));
    }

    /// The end of one that is not slow; `None` when only slow ones are left.
    async fn next(&mut self) -> Option<Result<bool>> {
        let youngest = self.started.values().map(|(_, at)| *at).max()?;
        let patience = if is_missing("R17") { Duration::from_secs(3_600) } else { STRAGGLES };
        let left = patience.saturating_sub(youngest.elapsed());
        let ended = tokio::time::timeout(left, self.running.join_next_with_id()).await;
        match ended.ok().flatten()? {
            Ok((id, served)) => {
                self.started.remove(&id);
                Some(served)
            }
            Err(error) => {
                tracing::error!(%error, "a send ended in a panic");
                self.started.remove(&error.id());
                Some(Ok(false))
            }
        }
    }

    /// Waits for all that is under way.
    pub(crate) async fn finish(mut self) {
        while self.running.join_next().await.is_some() {}
    }
}

impl Service {
    /// The head of every lane that may go now.
    pub(crate) async fn heads(&self) -> Result<Vec<OutboxRow>> {
        self.store().outbox_ready(self.clock().now(), LOOKED_AT).await
    }

    /// A round for virtual time: waits for all; says whether anything was done.
    pub(crate) async fn dispatch(&self) -> Result<bool> {
        let heads = stream::iter(self.heads().await?);
        let mut served = Box::pin(heads.map(|row| self.serve(row)).buffer_unordered(LANES));
        let mut done = false;
        while let Some(end) = served.next().await {
            done |= end?;
        }
        Ok(done)
    }

    /// A round of a running process, beside what is still under way; says whether any send ended.
    pub(crate) async fn dispatch_beside(self: &Arc<Self>, sends: &mut Sends) -> Result<bool> {
        let mut done = false;
        for row in self.heads().await? {
            if sends.has(row.id) {
                continue;
            }
            while sends.running.len() >= LANES {
                let Some(served) = sends.next().await else { return Ok(done) };
                done |= served?;
            }
            sends.start(self, row);
        }
        while let Some(served) = sends.next().await {
            done |= served?;
        }
        Ok(done)
    }
}
