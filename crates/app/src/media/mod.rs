//! Files of inbound messages. A message never waits for its file: a job fetches it, within bounds
//! of size, time and number, and within what the provider tolerates of failures (R12).

mod attach;
mod folder;
pub mod kind;
mod listen;
mod opened;

pub use attach::{Attached, MOST_ATTACHED};
pub use folder::Folder;
pub use opened::Opened;

use crate::jobs::{self, Kind};
use crate::port::channel::FetchError;
use crate::port::store::{
    Committed, ConversationRow, EntryRow, JobRow, MediaRow, MediaState, Result, Write,
};
use crate::service::Service;
use folder::Kept;
use relais_core::id::MessageId;
use relais_core::message::{Content, Inbound};
use relais_core::time::{Span, Timestamp};
use std::io;
use std::time::Duration;

/// Files fetched at the same time.
pub(crate) const AT_ONCE: usize = 4;
/// The largest file the provider takes (a document).
const MOST_BYTES: u64 = 100 * 1024 * 1024;
/// Less than a job's lease.
const FETCH_LIMIT: Duration = Duration::from_secs(240);
/// Failures per number and hour after which we stop asking for a while. Providers block at
/// twenty; those under way may still fail.
const BUDGET: i64 = 12;
const BUDGET_TIME: Span = Span::hours(1);
const BUDGET_WAIT: Span = Span::minutes(10);
/// Tries of one file.
const TRIES: i64 = 5;
const RETRY_AFTER: Span = Span::secs(20);
const LONGEST_RETRY: Span = Span::hours(1);
/// A provider keeps the file of a webhook for so long.
const KEPT_BY_PROVIDER: Span = Span::hours(7 * 24);
/// The list of contents that are to be removed unless another message holds them.
const FORGOTTEN: &str = "forgotten_file";
const FORGOTTEN_AT_ONCE: i64 = 100;
/// The channel may come back.
const CHANNEL_WAIT: Span = Span::minutes(5);

#[derive(serde::Deserialize, serde::Serialize)]
struct Errand {
    message: MessageId,
}

/// What a received message owes: a file to fetch, and the job that does it.
pub(crate) fn of(
    message: MessageId,
    inbound: &Inbound,
    row: &ConversationRow,
    now: Timestamp,
) -> Vec<Write> {
    let Content::Media { media_id: Some(source), filename, .. } = &inbound.content else {
        return Vec::new();
    };
    let media = MediaRow {
        message,
        conversation: row.id,
        contact: row.contact,
        channel: row.channel,
        source: source.clone(),
        filename: filename.clone(),
        state: MediaState::Waiting,
        hash: None,
        mime: None,
        size: None,
        is_inline: false,
        failures: 0,
        failed_at: None,
        error: None,
        created_at: now,
    };
    let key = format!("media/{message}");
    vec![Write::Media(media), Write::Job(jobs::new(Kind::Media, &key, &Errand { message }, now))]
}

/// Puts a content on the list of those to be forgotten: for the unit that lets it go, so that a
/// process that ends before the file is removed leaves the errand behind.
pub(crate) fn to_forget(hash: String, now: Timestamp) -> Write {
    let kind = FORGOTTEN.to_owned();
    Write::PutEntry(EntryRow { kind, id: hash, data: "{}".to_owned(), at: now })
}

/// How a request to fetch again ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    Asked,
    /// It is there, or on its way.
    NotFailed,
    NotFound,
}

impl Service {
    /// Fetches the file of one job.
    pub(crate) async fn fetch(&self, job: &JobRow) -> Result<()> {
        let now = self.clock().now();
        let done = Write::JobDone { id: job.id };
        let media = match serde_json::from_str::<Errand>(&job.data) {
            Ok(errand) => self.store().media(errand.message).await?,
            Err(_) => None,
        };
        let waiting = media.filter(|m| m.state == MediaState::Waiting);
        let (Some(media), Some(folder)) = (waiting, self.folder()) else {
            self.store().commit(vec![done]).await?;
            return Ok(());
        };
        let later = |run_at: Timestamp, why: &str| Write::JobRetry {
            id: job.id,
            run_at,
            error: why.to_owned(),
        };
        if now.since(media.created_at) >= KEPT_BY_PROVIDER {
            return self.not_fetched(job, &media, FetchError::Gone).await;
        }
        let line = self.line(media.channel).filter(|l| l.row.paused_reason.is_none());
        let Some(line) = line else {
            let wait = later(now + CHANNEL_WAIT, "the channel is not connected");
            self.store().commit(vec![wait]).await?;
            return Ok(());
        };
        let failures = self.store().media_failures(media.channel, now - BUDGET_TIME).await?;
        if failures >= BUDGET {
            tracing::warn!(channel = line.row.name, failures, "files fail: none is asked for now");
            let run_at = now + BUDGET_WAIT + self.jitter(BUDGET_WAIT, 0, BUDGET_WAIT);
            self.store().commit(vec![later(run_at, "too many failures")]).await?;
            return Ok(());
        }
        let number = &line.row.business_number;
        let fetched = async {
            let mut draft = folder.draft(self.random().name()).await.map_err(of_disk)?;
            line.port.fetch(number, &media.source, MOST_BYTES, &mut draft).await?;
            folder.keep(draft).await.map_err(of_disk)
        };
        match tokio::time::timeout(FETCH_LIMIT, fetched).await {
            Ok(Ok(kept)) => self.file_stored(job, &media, &folder, kept).await,
            Ok(Err(FetchError::ChannelDown(reason))) => {
                self.store().commit(vec![later(now + CHANNEL_WAIT, &reason)]).await?;
                self.pause(&line, &reason).await
            }
            Ok(Err(error)) => self.not_fetched(job, &media, error).await,
            Err(_) => {
                self.not_fetched(job, &media, FetchError::Retry("no end in time".into())).await
            }
        }
    }

    async fn file_stored(
        &self,
        job: &JobRow,
        media: &MediaRow,
        folder: &Folder,
        kept: Kept,
    ) -> Result<()> {
        let stored = Write::MediaStored {
            message: media.message,
            hash: kept.hash.clone(),
            mime: kept.kind.mime.to_owned(),
            size: i64::try_from(kept.size).unwrap_or(i64::MAX),
            is_inline: kept.kind.is_inline,
        };
        let unit = vec![stored, Write::JobDone { id: job.id }];
        if self.store().commit(unit).await? != Committed::Done {
            // Erased meanwhile.
            return self.forget_file(folder, &kept.hash).await.map(|_| ());
        }
        self.hint_of(media.conversation).await
    }

    /// Removes the files on the list of those to be forgotten.
    pub async fn forget_files(&self) -> Result<()> {
        let Some(folder) = self.folder() else { return Ok(()) };
        loop {
            let listed = self.store().entries(FORGOTTEN, FORGOTTEN_AT_ONCE).await?;
            if listed.is_empty() {
                return Ok(());
            }
            let mut is_stuck = true;
            for EntryRow { kind, id, .. } in listed {
                if self.forget_file(&folder, &id).await? {
                    self.store().commit(vec![Write::TakeEntry { kind, id }]).await?;
                    is_stuck = false;
                }
            }
            if is_stuck {
                return Ok(());
            }
        }
    }

    /// Removes a content unless a message holds it; says whether it need not be tried again.
    pub(crate) async fn forget_file(&self, folder: &Folder, hash: &str) -> Result<bool> {
        if self.store().media_holders(hash).await? == 0
            && let Err(error) = folder.remove(hash).await
        {
            tracing::error!(%error, "a file could not be removed");
            return Ok(false);
        }
        Ok(true)
    }

    async fn not_fetched(&self, job: &JobRow, media: &MediaRow, error: FetchError) -> Result<()> {
        let now = self.clock().now();
        let is_last = match &error {
            FetchError::Gone | FetchError::TooLarge | FetchError::Refused(_) => true,
            FetchError::Retry(_) | FetchError::ChannelDown(_) | FetchError::Disk(_) => {
                media.failures + 1 >= TRIES
            }
        };
        tracing::warn!(message = %media.message, %error, is_last, "a file could not be fetched");
        let (id, error) = (job.id, error.to_string());
        let end = if is_last {
            Write::JobDone { id }
        } else {
            let wait = self.jitter(RETRY_AFTER, media.failures * 2, LONGEST_RETRY);
            Write::JobRetry { id, run_at: now + RETRY_AFTER + wait, error: error.clone() }
        };
        let failed = Write::MediaFailed { message: media.message, at: now, error, is_last };
        self.store().commit(vec![failed, end]).await?;
        self.hint_of(media.conversation).await
    }

    /// A person asks for a file that was given up.
    pub async fn fetch_again(&self, message: MessageId) -> Result<Again> {
        let Some(media) = self.store().media(message).await? else { return Ok(Again::NotFound) };
        let now = self.clock().now();
        let key = format!("media/{message}/{}", media.failures);
        let job = jobs::new(Kind::Media, &key, &Errand { message }, now);
        let unit = vec![Write::MediaAgain { message }, Write::Job(job)];
        if self.store().commit(unit).await? != Committed::Done {
            return Ok(Again::NotFailed);
        }
        self.wakes().media.notify_one();
        self.hint_of(media.conversation).await?;
        Ok(Again::Asked)
    }

    /// The content of a stored file.
    pub async fn media_file(&self, media: &MediaRow) -> io::Result<Option<Opened>> {
        let (Some(folder), Some(hash)) = (self.folder(), &media.hash) else { return Ok(None) };
        match folder.read(hash).await {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

fn of_disk(error: io::Error) -> FetchError {
    FetchError::Disk(error.to_string())
}
