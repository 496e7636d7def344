//! What a running process does beside its work: takes up files that were published elsewhere, and
//! deletes what is of no use any more, a little at a time.

use crate::port::store::{Prune, Result};
use crate::retention::cutoff;
use crate::service::Service;
use relais_core::time::{Span, Timestamp};

/// Between two prunings.
const EVERY: Span = Span::minutes(10);
/// Rows of a kind deleted in one unit: the writer is never held for long.
const AT_ONCE: i64 = 500;
/// Units of a kind in one pruning: what is left waits for the next.
const UNITS: u32 = 20;

/// A reply is not written for longer.
const UNSENT_KEPT: Span = Span::hours(24);
const UNSENT_LOOKED_BACK: Span = Span::hours(7 * 24);

/// How long things are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Longer than a provider repeats a delivery: a receipt is what makes a second one nothing.
    pub receipts: Span,
    pub jobs: Span,
    /// Longer than a client repeats a request.
    pub requests: Span,
}

impl Retention {
    /// Whole days that receipts are kept at least.
    pub(crate) fn receipt_days(self) -> u32 {
        let day = Span::hours(24).as_micros();
        u32::try_from((self.receipts.as_micros() + day - 1) / day).unwrap_or(u32::MAX)
    }
}

impl Default for Retention {
    fn default() -> Self {
        let days = |n: i64| Span::hours(24 * n);
        Self { receipts: days(30), jobs: days(7), requests: days(2) }
    }
}

impl Service {
    /// One round; says whether anything changed.
    pub(crate) async fn keep_up(&self) -> Result<bool> {
        let is_new = self.read_shared().await?;
        self.read_webhooks().await?;
        self.look_at_attendance();
        self.order_digests().await?;
        let now = self.clock().now();
        let is_time = self.pruned_at().is_none_or(|at| now.since(at) >= EVERY);
        if is_time {
            self.set_pruned_at(now);
            self.prune(now).await?;
            self.prune_deliveries(now).await?;
            self.prune_unsent_files(now).await?;
            self.forget_files().await?;
        }
        let has_more = self.let_go(is_time).await?;
        Ok(is_new || has_more)
    }

    /// Reads again what this process keeps in memory and others may have changed.
    pub(crate) async fn read_shared(&self) -> Result<bool> {
        let is_new = self.take_up_published().await?;
        self.look_for_hold().await?;
        // Another node may have stopped the assistant.
        self.stopped().await?;
        if !self.is_only_node() {
            self.staff().reload(&**self.store()).await?;
        }
        Ok(is_new)
    }

    /// Publishes made by another process (`relais import`, another node) take effect here.
    pub async fn take_up_published(&self) -> Result<bool> {
        if self.store().latest_version_number().await? <= self.snapshot().version {
            return Ok(false);
        }
        let Some(row) = self.store().latest_version().await? else { return Ok(false) };
        let version = row.version;
        match self.versions().take_up(&row) {
            Ok(()) => tracing::info!(version, "newly published files are in use"),
            Err(reason) => {
                tracing::error!(version, reason, "newly published files cannot be used");
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Files that agents chose and never sent: after a day, and of the week before, so that this
    /// reads little however long the history.
    pub async fn prune_unsent_files(&self, now: Timestamp) -> Result<()> {
        let Some(folder) = self.folder() else { return Ok(()) };
        let to = now - UNSENT_KEPT;
        let hashes = self.store().take_unsent_files(to - UNSENT_LOOKED_BACK, to, AT_ONCE).await?;
        for hash in hashes {
            self.forget_file(&folder, &hash).await?;
        }
        Ok(())
    }

    /// Deletes what is older than it has to be.
    pub async fn prune(&self, now: Timestamp) -> Result<()> {
        let retention = self.retention();
        let rules = self.retention_rules().await?;
        for what in Prune::ALL {
            let before = match what {
                // A report that comes again is known by its receipt as long.
                Prune::Receipts | Prune::Statuses => cutoff(now, rules.raw),
                Prune::Quarantined => cutoff(now, rules.quarantine),
                Prune::Jobs => Some(now - retention.jobs),
                Prune::Requests => Some(now - retention.requests),
                Prune::Sessions => Some(now),
            };
            let Some(before) = before else { continue };
            for _ in 0..UNITS {
                if self.store().prune(what, before, AT_ONCE).await? < AT_ONCE {
                    break;
                }
            }
        }
        if let Some(before) = cutoff(now, rules.accesses) {
            self.prune_accesses(before, AT_ONCE * i64::from(UNITS)).await?;
        }
        self.name_newest_access(now).await
    }
}
