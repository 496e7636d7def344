//! The provider: accepts, loses answers, hangs, refuses, and tells later what became of a message,
//! in any order and as often as it likes. What it accepted it never forgets.

use super::shared::Shared;
use super::tasks::turn;
use async_trait::async_trait;
use relais_app::arrival::{Arrival, Item, Report};
use relais_app::port::channel::{Channel, FetchError, Send, SendOutcome};
use relais_core::id::MessageId;
use relais_core::message::{Delivery, Outbound, Sender};
use relais_core::time::{Span, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};
use tokio::sync::oneshot;

pub(super) const NUMBER: &str = "100200300";

/// One object that the provider owes us until we said that we have it.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) arrival: Arrival,
    pub(super) is_acknowledged: bool,
    /// Not handed over before.
    pub(super) from: Timestamp,
}

#[derive(Debug, Default)]
pub(super) struct Post {
    pub(super) letters: Vec<Letter>,
    /// Calls that hang, with the moment at which the caller would give up.
    hung: Vec<(Timestamp, oneshot::Sender<()>)>,
    accepted: u64,
}

impl Post {
    pub(super) fn put(&mut self, arrival: Arrival, from: Timestamp) {
        self.letters.push(Letter { arrival, is_acknowledged: false, from });
    }

    /// Ends the calls that hang for longer than anybody waits.
    pub(super) fn end_hung(&mut self, now: Timestamp) {
        let (over, rest) =
            std::mem::take(&mut self.hung).into_iter().partition(|(at, _)| *at <= now);
        self.hung = rest;
        let over: Vec<(Timestamp, oneshot::Sender<()>)> = over;
        for (_, call) in over {
            // A caller that died does not mind.
            let _ = call.send(());
        }
    }

    /// Somebody waits until the given moment.
    pub(super) fn hang(&mut self, until: Timestamp) -> oneshot::Receiver<()> {
        let (sender, receiver) = oneshot::channel();
        self.hung.push((until, sender));
        receiver
    }
}

#[derive(Debug)]
pub(super) struct SimProvider(pub(super) Arc<Shared>);

const SEND_LIMIT: Span = Span::secs(60);

impl SimProvider {
    /// From here on it is the customer's.
    fn accept(&self, send: &Send) -> String {
        let shared = &self.0;
        let id: Option<MessageId> = send.callback_id.parse().ok();
        if let Some(id) = id {
            shared.witness(|w, _| w.accepted(id));
        }
        let now = shared.clock.truth();
        let mut post = shared.post.lock();
        post.accepted += 1;
        let provider_id = format!("wamid.out.{}", post.accepted);
        let mut tell = |status: Delivery, share: u8| {
            if !shared.percent(share) {
                return false;
            }
            let late = Span::secs(shared.below(90) as i64);
            let report = Report {
                provider_id: provider_id.clone(),
                callback: id.filter(|_| shared.percent(85)),
                status,
                at: now,
                error: (status == Delivery::Failed).then(|| "undeliverable".to_owned()),
                error_code: (status == Delivery::Failed).then_some(131_026),
                price: None,
            };
            let receipt = format!("{provider_id}:{status:?}");
            post.put(letter(receipt, Item::Status(report)), now + late);
            true
        };
        tell(Delivery::Sent, 90);
        if !tell(Delivery::Failed, 6) {
            tell(Delivery::Delivered, 80);
            tell(Delivery::Read, 50);
        }
        if shared.percent(15) {
            let to = Sender {
                phone: send.to.phone.clone(),
                bsuid: send.to.bsuid.clone(),
                ..Sender::default()
            };
            let echo = Item::Echo {
                to,
                provider_id: provider_id.clone(),
                sent_at: now,
                content: send.content.clone(),
            };
            post.put(letter(format!("{provider_id}:echo"), echo), now);
        }
        provider_id
    }
}

/// An object on its way in.
pub(super) fn letter(receipt: String, item: Item) -> Arrival {
    Arrival { receipt, business_number: NUMBER.to_owned(), raw: "{}".to_owned(), item }
}

#[async_trait]
impl Channel for SimProvider {
    async fn send(&self, send: Send) -> SendOutcome {
        let shared = &self.0;
        if let Ok(id) = send.callback_id.parse() {
            shared.witness(|w, now| w.handed_over(id, now));
        }
        turn().await;
        let weather = *shared.weather.lock();
        if !shared.percent(weather.sends) {
            let provider_id = self.accept(&send);
            turn().await;
            return SendOutcome::Accepted { provider_id };
        }
        match shared.below(8) {
            0 | 1 => {
                self.accept(&send);
                turn().await;
                SendOutcome::Unknown { reason: "reset after the request".to_owned() }
            }
            2 | 3 => {
                let is_processed = shared.percent(50);
                let end = shared.post.lock().hang(shared.clock.truth() + SEND_LIMIT);
                if is_processed {
                    self.accept(&send);
                }
                // Whoever hung up knows no more than before.
                let _ = end.await;
                SendOutcome::Unknown { reason: "no answer in time".to_owned() }
            }
            4 => SendOutcome::Retry {
                after: Duration::ZERO,
                code: None,
                reason: "refused to connect".to_owned(),
            },
            5 => SendOutcome::Retry {
                after: Duration::from_secs(shared.below(10) as u64),
                code: Some(131_056),
                reason: "pair rate limit".to_owned(),
            },
            6 => SendOutcome::Refused { code: Some(131_026), reason: "cannot receive".to_owned() },
            _ if shared.percent(20) => {
                SendOutcome::ChannelDown { code: Some(190), reason: "token".to_owned() }
            }
            _ => SendOutcome::Unknown { reason: "reset before the answer".to_owned() },
        }
    }

    async fn mark_read(&self, _: &str, _: &str, _: bool) {}

    fn holds_files(&self) -> bool {
        true
    }

    async fn fetch(
        &self,
        _: &str,
        media_id: &str,
        _: u64,
        sink: &mut (dyn AsyncWrite + std::marker::Send + Unpin),
    ) -> Result<(), FetchError> {
        turn().await;
        let weather = *self.0.weather.lock();
        if self.0.percent(weather.sends) {
            return Err(match self.0.below(3) {
                0 => FetchError::Gone,
                1 => FetchError::Refused("no".to_owned()),
                _ => FetchError::Retry("reset".to_owned()),
            });
        }
        sink.write_all(media_id.as_bytes()).await.map_err(|e| FetchError::Disk(e.to_string()))
    }
}

/// What a colleague wrote on the phone.
pub(super) fn by_hand(to: &str, words: &str, number: u64, now: Timestamp) -> Arrival {
    let to = Sender { phone: Some(to.to_owned()), ..Sender::default() };
    let content = Outbound::Text { body: words.to_owned() };
    let provider_id = format!("wamid.phone.{number}");
    let receipt = provider_id.clone();
    letter(receipt, Item::Echo { to, provider_id, sent_at: now, content })
}
