//! Port to a provider: what the dispatcher needs from any WhatsApp channel.

use async_trait::async_trait;
use relais_core::message::{Outbound, Recipient};
use std::time::Duration;

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

/// A connection to a provider.
#[async_trait]
pub trait Channel: std::fmt::Debug + std::marker::Send + Sync {
    async fn send(&self, send: Send) -> SendOutcome;
    /// Marks an inbound message read, optionally showing that an answer is being typed.
    async fn mark_read(&self, business_number: &str, provider_id: &str, typing: bool);
}
