//! A fake WhatsApp Cloud API on loopback.
//!
//! It accepts and refuses sends by the documented shapes, reports on what it accepted through
//! signed webhooks, and misbehaves as told. Everything it was asked is recorded.

mod deliver;
mod fault;
mod media;
mod record;
mod reports;
mod respond;
mod rng;
mod server;
mod shapes;
pub mod webhook;

pub use deliver::WebhookClient;
pub use fault::{AccountFaults, Fault, Faults, Hostile};
pub use record::{Accepted, Request, Stats};
pub use server::FakeGraph;

use std::time::Duration;

/// How the fake behaves from the start.
#[derive(Clone, Debug)]
pub struct FakeConfig {
    /// The only token accepted.
    pub token: String,
    /// The numbers it knows, by id.
    pub numbers: Vec<String>,
    pub display_number: String,
    /// The business account named in webhooks.
    pub account: String,
    /// Signs the webhooks.
    pub app_secret: String,
    /// Where reports go (`http://127.0.0.1:…/…`); can be set later.
    pub webhook_url: Option<String>,
    /// After acceptance, at most 120 s each.
    pub sent_after: Duration,
    pub delivered_after: Duration,
    pub read_after: Duration,
    /// Share of messages that get read.
    pub read: f64,
    /// Most statuses in one webhook; they gather only when the receiver is slower than we are.
    pub statuses_per_webhook: usize,
    /// Connections that deliver webhooks side by side.
    pub webhook_connections: usize,
    /// Most sends and requests remembered; the oldest go first, the counters stay right.
    pub remember: usize,
    pub faults: Faults,
    /// Same seed, same dice.
    pub seed: u64,
}

impl Default for FakeConfig {
    fn default() -> Self {
        Self {
            token: "fake-token".to_owned(),
            numbers: vec!["800000000000002".to_owned()],
            display_number: "33199000042".to_owned(),
            account: "900000000000001".to_owned(),
            app_secret: "relais-demo-app-secret".to_owned(),
            webhook_url: None,
            sent_after: Duration::from_millis(5),
            delivered_after: Duration::from_millis(20),
            read_after: Duration::from_millis(60),
            read: 1.0,
            statuses_per_webhook: 50,
            webhook_connections: 4,
            remember: 100_000,
            faults: Faults::default(),
            seed: 1,
        }
    }
}

#[cfg(test)]
mod tests;
