//! Webhooks as the provider sends them: signed, some twice, repeated until answered with 200.

use super::process::SECRET;
use relais_sim::graph::WebhookClient;
use relais_sim::graph::webhook::{Batch, inbound_text};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::Instant;

/// One delivery.
#[derive(Debug)]
pub struct Delivery {
    pub number: usize,
    pub body: Vec<u8>,
    pub due: Instant,
    /// A customer stays on one connection, so that their order is kept.
    pub customer: usize,
    /// Deliver it a second time, as providers do.
    pub twice: bool,
}

/// The body of one customer's message.
pub fn body(number: &str, phone: &str, name: &str, wamid: &str, at: u64, text: &str) -> Vec<u8> {
    let mut batch = Batch::new("900000000000001");
    batch.number(number, "33465712020");
    batch.contact(phone.trim_start_matches('+'), name, None);
    batch.message(&inbound_text(phone.trim_start_matches('+'), wamid, at, text));
    batch.body()
}

/// Connections side by side; each takes the next delivery. Answers how long each acknowledgement
/// took from the due moment, in µs.
pub async fn deliver(
    urls: Vec<String>,
    connections: usize,
    mut queue: mpsc::UnboundedReceiver<Delivery>,
) -> Vec<u64> {
    let mut hands = Vec::new();
    let mut workers = Vec::new();
    for _ in 0..connections {
        let (hand, take) = mpsc::unbounded_channel();
        workers.push(tokio::spawn(worker(urls.clone(), take)));
        hands.push(hand);
    }
    while let Some(delivery) = queue.recv().await {
        let _ = hands[delivery.customer % connections].send(delivery);
    }
    drop(hands);
    let mut all = Vec::new();
    for worker in workers {
        all.extend(worker.await.unwrap_or_default());
    }
    all
}

async fn worker(urls: Vec<String>, mut take: mpsc::UnboundedReceiver<Delivery>) -> Vec<u64> {
    let mut clients: Vec<Option<WebhookClient>> = urls.iter().map(|_| None).collect();
    let mut took = Vec::new();
    while let Some(delivery) = take.recv().await {
        let url = &urls[delivery.number];
        let client = &mut clients[delivery.number];
        for _ in 0..=u8::from(delivery.twice) {
            loop {
                if client.is_none() {
                    *client = WebhookClient::new(url, SECRET).ok();
                }
                let answer = match client {
                    Some(c) => c.post(&delivery.body).await.ok(),
                    None => None,
                };
                if answer == Some(200) {
                    break;
                }
                *client = None;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
        took.push(delivery.due.elapsed().as_micros() as u64);
    }
    took
}

/// The value at a share of the sorted list.
pub fn quantile(sorted: &[u64], share: f64) -> f64 {
    if sorted.is_empty() {
        return 0.0;
    }
    let at = ((sorted.len() - 1) as f64 * share).round() as usize;
    sorted[at] as f64 / 1_000.0
}
