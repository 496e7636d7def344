//! A provider that does what the script says, and otherwise accepts.

use async_trait::async_trait;
use parking_lot::Mutex;
use relais_app::port::channel::{Channel, FetchError, Send, SendOutcome};
use std::collections::VecDeque;
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::watch;

#[derive(Debug)]
pub struct FakeChannel {
    script: Mutex<VecDeque<SendOutcome>>,
    sent: watch::Sender<Vec<Send>>,
    read: Mutex<Vec<String>>,
    hung: Mutex<Option<String>>,
    is_silent: watch::Sender<bool>,
    files: Mutex<VecDeque<Result<Vec<u8>, FetchError>>>,
    fetched: Mutex<Vec<String>>,
}

impl Default for FakeChannel {
    fn default() -> Self {
        Self {
            script: Mutex::default(),
            sent: watch::Sender::new(Vec::new()),
            read: Mutex::default(),
            hung: Mutex::default(),
            is_silent: watch::Sender::new(false),
            files: Mutex::default(),
            fetched: Mutex::default(),
        }
    }
}

impl FakeChannel {
    /// The next sends end like this, in order.
    pub fn will(&self, outcomes: impl IntoIterator<Item = SendOutcome>) {
        self.script.lock().extend(outcomes);
    }

    /// Sends to this person never end.
    pub fn hang_on(&self, phone: &str) {
        *self.hung.lock() = Some(phone.to_owned());
    }

    /// Takes what it is handed, and says what became of it once this is taken back.
    pub fn keep_silent(&self, is_silent: bool) {
        self.is_silent.send_replace(is_silent);
    }

    /// The next files asked for are these, in order; without one the provider has nothing.
    pub fn holds(&self, files: impl IntoIterator<Item = Result<Vec<u8>, FetchError>>) {
        self.files.lock().extend(files);
    }

    /// The files that were asked for, in order.
    pub fn fetched(&self) -> Vec<String> {
        self.fetched.lock().clone()
    }

    /// Everything the provider was handed, in order, whatever became of it.
    pub fn sent(&self) -> Vec<Send> {
        self.sent.borrow().clone()
    }

    /// Returns when the provider was handed so many.
    ///
    /// # Panics
    /// When that takes longer than ten seconds.
    pub async fn wait_for(&self, count: usize) {
        let mut sent = self.sent.subscribe();
        let enough = sent.wait_for(|sent| sent.len() >= count);
        let waited = tokio::time::timeout(Duration::from_secs(10), enough).await;
        waited.expect("the sends come").expect("the sender lives as long as the channel");
    }

    /// Provider ids of messages that were marked read.
    pub fn marked_read(&self) -> Vec<String> {
        self.read.lock().clone()
    }

    /// The texts of [`Self::sent`].
    pub fn texts(&self) -> Vec<String> {
        self.sent.borrow().iter().map(|s| s.content.text().to_owned()).collect()
    }
}

#[async_trait]
impl Channel for FakeChannel {
    async fn send(&self, send: Send) -> SendOutcome {
        let mut number = 0;
        let is_hung = self.hung.lock().is_some() && *self.hung.lock() == send.to.phone;
        self.sent.send_modify(|sent| {
            sent.push(send);
            number = sent.len();
        });
        if is_hung {
            std::future::pending::<()>().await;
        }
        // The sender lives as long as this channel.
        let _ = self.is_silent.subscribe().wait_for(|is_silent| !is_silent).await;
        let scripted = self.script.lock().pop_front();
        scripted.unwrap_or_else(|| SendOutcome::Accepted { provider_id: format!("wamid.{number}") })
    }

    async fn mark_read(&self, _business_number: &str, provider_id: &str, _typing: bool) {
        self.read.lock().push(provider_id.to_owned());
    }

    fn holds_files(&self) -> bool {
        true
    }

    async fn fetch(
        &self,
        _business_number: &str,
        media_id: &str,
        _cap: u64,
        sink: &mut (dyn AsyncWrite + std::marker::Send + Unpin),
    ) -> Result<(), FetchError> {
        self.fetched.lock().push(media_id.to_owned());
        let next = self.files.lock().pop_front();
        let file = next.unwrap_or(Err(FetchError::Gone))?;
        sink.write_all(&file).await.map_err(|error| FetchError::Disk(error.to_string()))
    }
}
