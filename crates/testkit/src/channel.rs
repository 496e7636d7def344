//! A provider that does what the script says, and otherwise accepts.

use async_trait::async_trait;
use parking_lot::Mutex;
use relais_app::port::channel::{Channel, Send, SendOutcome};
use std::collections::VecDeque;

#[derive(Debug, Default)]
pub struct FakeChannel {
    script: Mutex<VecDeque<SendOutcome>>,
    sent: Mutex<Vec<Send>>,
    read: Mutex<Vec<String>>,
}

impl FakeChannel {
    /// The next sends end like this, in order.
    pub fn will(&self, outcomes: impl IntoIterator<Item = SendOutcome>) {
        self.script.lock().extend(outcomes);
    }

    /// Everything the provider was handed, in order, whatever became of it.
    pub fn sent(&self) -> Vec<Send> {
        self.sent.lock().clone()
    }

    /// The texts of [`Self::sent`].
    pub fn texts(&self) -> Vec<String> {
        self.sent.lock().iter().map(|s| s.content.text().to_owned()).collect()
    }
}

#[async_trait]
impl Channel for FakeChannel {
    async fn send(&self, send: Send) -> SendOutcome {
        let number = {
            let mut sent = self.sent.lock();
            sent.push(send);
            sent.len()
        };
        let scripted = self.script.lock().pop_front();
        scripted.unwrap_or_else(|| SendOutcome::Accepted { provider_id: format!("wamid.{number}") })
    }

    async fn mark_read(&self, _business_number: &str, provider_id: &str, _typing: bool) {
        self.read.lock().push(provider_id.to_owned());
    }
}
