//! Background work that survives a restart. Each kind has workers of its own, so that a slow
//! one delays no other (R17).

use crate::port::store::{JobRow, Result, Write};
use crate::service::Service;
use relais_core::time::Timestamp;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Jobs of a kind taken at once.
const TAKEN: i64 = 32;

/// What there is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Hand a notice to a sink.
    Notify,
    /// Fetch a file of an inbound message.
    Media,
    /// Tell another program.
    Webhook,
    /// Let go what is older than the workspace keeps it.
    Retention,
    /// Mail an agent how much waits.
    Digest,
}

impl Kind {
    pub(crate) const ALL: [Self; 5] =
        [Self::Notify, Self::Media, Self::Webhook, Self::Retention, Self::Digest];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Notify => "notify",
            Self::Media => "media",
            Self::Webhook => "webhook",
            Self::Retention => "retention",
            Self::Digest => "digest",
        }
    }
}

/// A job named after what it does, so that a second one is the same job.
pub(crate) fn new(kind: Kind, key: &str, data: &impl Serialize, run_at: Timestamp) -> JobRow {
    let hash = Sha256::digest(key.as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    JobRow {
        id: uuid::Builder::from_custom_bytes(id).into_uuid(),
        kind: kind.as_str().to_owned(),
        data: serde_json::to_string(data).expect("an errand is plain data"),
        run_at,
        attempts: 0,
        error: None,
    }
}

impl Service {
    /// Delivers notices that are due; says whether there were any.
    pub(crate) async fn run_notices(&self) -> Result<bool> {
        if self.is_held() {
            return Ok(false);
        }
        let now = self.clock().now();
        let jobs = self.store().claim_jobs(Kind::Notify.as_str(), now, TAKEN).await?;
        for job in &jobs {
            let end = self.deliver(job).await?;
            self.store().commit(vec![end]).await?;
        }
        Ok(!jobs.is_empty())
    }

    /// The next file to fetch.
    pub(crate) async fn next_file(&self) -> Result<Option<JobRow>> {
        if self.folder().is_none() {
            return Ok(None);
        }
        let now = self.clock().now();
        Ok(self.store().claim_jobs(Kind::Media.as_str(), now, 1).await?.pop())
    }

    /// Gives back a job that was not begun or not ended.
    pub(crate) async fn hand_back(&self, job: &JobRow) -> Result<()> {
        let run_at = self.clock().now();
        let retry = Write::JobRetry { id: job.id, run_at, error: "stopped".to_owned() };
        self.store().commit(vec![retry]).await.map(|_| ())
    }
}
