//! The channel of the sandbox: takes everything at once.

use crate::port::channel::{Channel, Send, SendOutcome};
use async_trait::async_trait;
use std::sync::atomic::{AtomicU64, Ordering};

#[derive(Debug, Default)]
pub(super) struct MemoryLine {
    sent: AtomicU64,
}

#[async_trait]
impl Channel for MemoryLine {
    async fn send(&self, _send: Send) -> SendOutcome {
        let number = self.sent.fetch_add(1, Ordering::Relaxed) + 1;
        SendOutcome::Accepted { provider_id: format!("wamid.sandbox.{number}") }
    }

    async fn mark_read(&self, _business_number: &str, _provider_id: &str, _typing: bool) {}
}
