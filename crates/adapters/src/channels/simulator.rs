//! The built-in channel: messages go to phones that exist only in the web app. It reports like a
//! provider does, so that everything behind it is the same as with a real one.

use async_trait::async_trait;
use parking_lot::Mutex;
use relais_app::arrival::{Arrival, Item, Report};
use relais_app::port::channel::{Channel, Send, SendOutcome};
use relais_core::message::Delivery;
use relais_core::time::Timestamp;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::mpsc;

/// Reports waiting to be delivered; more are dropped, as a provider might.
const WAITING: usize = 1_024;

/// What a phone shows is read from the log; only the reports are made here.
#[derive(Debug)]
pub struct Simulator {
    /// Unlike any other run's: ids stay unique across restarts.
    born: Timestamp,
    sent: AtomicU64,
    reports: mpsc::Sender<Reported>,
    /// The receiving end, until somebody carries the reports.
    waiting: Mutex<Option<mpsc::Receiver<Reported>>>,
}

/// A message the phone has.
#[derive(Debug)]
pub struct Reported {
    provider_id: String,
    callback_id: String,
    business_number: String,
}

impl Simulator {
    pub fn new(born: Timestamp) -> Self {
        let (reports, waiting) = mpsc::channel(WAITING);
        Self { born, sent: AtomicU64::new(0), reports, waiting: Mutex::new(Some(waiting)) }
    }

    /// The messages to report on; once.
    pub fn take_reports(&self) -> Option<mpsc::Receiver<Reported>> {
        self.waiting.lock().take()
    }
}

impl Reported {
    /// `sent`, `delivered` and `read`, as a provider would deliver them.
    pub fn arrivals(&self, at: Timestamp) -> Vec<Arrival> {
        let words = [
            (Delivery::Sent, "sent"),
            (Delivery::Delivered, "delivered"),
            (Delivery::Read, "read"),
        ];
        words
            .into_iter()
            .map(|(status, word)| Arrival {
                receipt: format!("{}:{word}", self.provider_id),
                business_number: self.business_number.clone(),
                raw: format!(r#"{{"simulator":{{"status":"{word}"}}}}"#),
                item: Item::Status(Report {
                    provider_id: self.provider_id.clone(),
                    callback: self.callback_id.parse().ok(),
                    status,
                    at,
                    error: None,
                    error_code: None,
                    price: None,
                }),
            })
            .collect()
    }
}

#[async_trait]
impl Channel for Simulator {
    async fn send(&self, send: Send) -> SendOutcome {
        let n = self.sent.fetch_add(1, Ordering::Relaxed);
        let provider_id = format!("sim.out.{:x}.{n}", self.born.as_micros());
        let reported = Reported {
            provider_id: provider_id.clone(),
            callback_id: send.callback_id,
            business_number: send.business_number,
        };
        if self.reports.try_send(reported).is_err() {
            tracing::debug!("a report of the simulator was dropped");
        }
        SendOutcome::Accepted { provider_id }
    }

    async fn mark_read(&self, _business_number: &str, _provider_id: &str, _typing: bool) {}
}

#[cfg(test)]
mod tests {
    use super::*;
    use relais_core::message::{Outbound, Recipient};

    #[tokio::test]
    async fn every_message_gets_an_id_of_its_own_and_three_reports() {
        let simulator = Simulator::new(Timestamp::from_secs(1));
        let mut reports = simulator.take_reports().unwrap();
        assert!(simulator.take_reports().is_none());
        let send = Send {
            callback_id: "01890000-0000-7000-8000-000000000001".to_owned(),
            business_number: "simulator".to_owned(),
            to: Recipient::default(),
            content: Outbound::Text { body: "x".to_owned() },
            quotes: None,
            file: None,
        };
        let (a, b) = (simulator.send(send.clone()).await, simulator.send(send).await);
        assert_ne!(a, b);
        let arrivals = reports.recv().await.unwrap().arrivals(Timestamp::from_secs(2));
        let receipts: Vec<&str> =
            arrivals.iter().filter_map(|a| a.receipt.rsplit(':').next()).collect();
        assert_eq!(receipts, ["sent", "delivered", "read"]);
        assert!(
            arrivals.iter().all(|a| matches!(&a.item, Item::Status(r) if r.callback.is_some()))
        );
    }
}
