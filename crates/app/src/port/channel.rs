//! Port to a provider: what the dispatcher needs from any WhatsApp channel.

use super::template::ListedTemplate;
use crate::media::Folder;
use async_trait::async_trait;
use relais_core::message::{Outbound, Recipient};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWrite};

/// One message to hand to the provider.
#[derive(Clone, Debug, PartialEq)]
pub struct Send {
    /// Our id; echoed by the provider in its reports where it can (Cloud API:
    /// `biz_opaque_callback_data`). Never personal data.
    pub callback_id: String,
    /// The provider's id of the number that speaks.
    pub business_number: String,
    pub to: Recipient,
    pub content: Outbound,
    /// Provider id of the message to quote.
    pub quotes: Option<String>,
    /// The file to upload first, where the content names one of ours.
    pub file: Option<SendFile>,
}

/// A file of ours on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SendFile {
    pub folder: Folder,
    pub hash: String,
    pub mime: String,
    pub filename: String,
}

impl SendFile {
    /// Its content.
    ///
    /// # Errors
    /// It is gone, or cannot be opened.
    pub async fn read(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.folder.read(&self.hash).await?.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }
}

/// What came of a send.
#[derive(Clone, Debug, PartialEq)]
pub enum SendOutcome {
    /// The provider has it, under this id.
    Accepted { provider_id: String },
    /// Surely not processed: try again, not before the given time has passed.
    Retry { after: Duration, code: Option<i64>, reason: String },
    /// The provider said no; another try would be the same.
    Refused { code: Option<i64>, reason: String },
    /// May have been processed: reconcile by report before anything else (R7).
    Unknown { reason: String },
    /// The whole channel is down (token, account): pause it and tell the admin.
    ChannelDown { code: Option<i64>, reason: String },
}

/// Why a file of a customer could not be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("the provider no longer has it")]
    Gone,
    #[error("it is too large")]
    TooLarge,
    #[error("the provider refused: {0}")]
    Refused(String),
    /// Another try may succeed.
    #[error("{0}")]
    Retry(String),
    /// The whole channel is down (token, account).
    #[error("the channel is down: {0}")]
    ChannelDown(String),
    /// Our own disk did not take it.
    #[error("it could not be stored: {0}")]
    Disk(String),
}

/// How one part of a connection is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    Good,
    Bad,
    /// Nothing is wrong, and it has not happened yet.
    Waiting,
    /// It could not be found out.
    Unknown,
}

/// What an examination found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// A word: which part.
    pub check: &'static str,
    pub state: Health,
    /// In the provider's words, where there are any.
    pub said: String,
}

impl Finding {
    pub fn good(check: &'static str, said: impl Into<String>) -> Self {
        Self { check, state: Health::Good, said: said.into() }
    }

    pub fn bad(check: &'static str, said: impl Into<String>) -> Self {
        Self { check, state: Health::Bad, said: said.into() }
    }

    pub fn waiting(check: &'static str, said: impl Into<String>) -> Self {
        Self { check, state: Health::Waiting, said: said.into() }
    }

    pub fn unknown(check: &'static str, said: impl Into<String>) -> Self {
        Self { check, state: Health::Unknown, said: said.into() }
    }
}

/// A connection to a provider.
#[async_trait]
pub trait Channel: std::fmt::Debug + std::marker::Send + Sync {
    async fn send(&self, send: Send) -> SendOutcome;
    /// Marks an inbound message read, optionally showing that an answer is being typed.
    async fn mark_read(&self, business_number: &str, provider_id: &str, typing: bool);
    /// The provider's id of the account that the templates are of, where there is one.
    fn account(&self) -> Option<&str> {
        None
    }
    /// All templates of that account.
    async fn templates(&self) -> Result<Vec<ListedTemplate>, FetchError> {
        Ok(Vec::new())
    }
    /// Does the provider hold customers' files for us to fetch?
    fn holds_files(&self) -> bool {
        false
    }
    /// Writes a file of at most `cap` bytes into `sink`. What the sink got is only valid if this
    /// returns `Ok`.
    async fn fetch(
        &self,
        _business_number: &str,
        _media_id: &str,
        _cap: u64,
        _sink: &mut (dyn AsyncWrite + std::marker::Send + Unpin),
    ) -> Result<(), FetchError> {
        Err(FetchError::Gone)
    }
}
