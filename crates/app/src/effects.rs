//! Slow and uncertain work, outside any transaction and under a deadline. What comes back is a
//! command; one that nobody awaits any more is refused and forgotten. A crash needs no clean-up:
//! the conversation's own timer fires at the deadline.

use crate::port::helpers::HelperError;
use crate::port::store::Result;
use crate::redact::redact;
use crate::service::Service;
use crate::table;
use futures_util::FutureExt as _;
use parking_lot::Mutex;
use relais_core::conversation::event::Request;
use relais_core::conversation::{Command, Outcome};
use relais_core::id::{ConversationId, EffectId};
use relais_core::time::Timestamp;
use std::collections::VecDeque;
use std::future::Future;
use std::time::Duration;

/// Work asked for and not begun. Bounded: what does not fit ends at its deadline.
const WAITING_AT_MOST: usize = 10_000;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pending {
    pub conversation: ConversationId,
    pub effect: EffectId,
    pub deadline: Timestamp,
    pub request: Request,
}

#[derive(Debug, Default)]
pub(crate) struct Effects(Mutex<VecDeque<Pending>>);

impl Effects {
    pub(crate) fn push(&self, pending: Vec<Pending>) {
        let mut queue = self.0.lock();
        for effect in pending {
            if queue.len() >= WAITING_AT_MOST {
                tracing::warn!("too many effects wait; this one ends at its deadline");
                return;
            }
            queue.push_back(effect);
        }
    }

    pub(crate) fn pop(&self) -> Option<Pending> {
        self.0.lock().pop_front()
    }
}

/// How long a helper is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// So many seconds of the real clock.
    Real,
    /// Whoever does not answer at once does not answer: time is virtual.
    None,
}

impl Patience {
    /// The answer, if it came in time.
    pub(crate) async fn wait<T>(
        self,
        limit: Duration,
        answer: impl Future<Output = T>,
    ) -> Option<T> {
        match self {
            Self::Real => tokio::time::timeout(limit, answer).await.ok(),
            Self::None => answer.now_or_never(),
        }
    }
}

impl Service {
    /// Performs one waiting effect; says whether there was one.
    pub(crate) async fn run_effect(&self) -> Result<bool> {
        let Some(pending) = self.effects().pop() else { return Ok(false) };
        self.perform(pending).await?;
        Ok(true)
    }

    /// Carries an effect out and reports what came of it. Without real time an unanswered one is
    /// left to the conversation's timer.
    pub(crate) async fn perform(&self, pending: Pending) -> Result<()> {
        let left = pending.deadline.since(self.clock().now()).as_micros().max(0);
        let limit = Duration::from_micros(u64::try_from(left).unwrap_or(0));
        let answer = self.patience().wait(limit, self.ask(&pending.request)).await;
        let outcome = match answer {
            Some(outcome) => outcome,
            None if self.patience() == Patience::None => return Ok(()),
            None => Outcome::Failed,
        };
        let command = Command::EffectDone { effect: pending.effect, outcome };
        self.apply(pending.conversation, &command, Vec::new()).await?;
        Ok(())
    }

    async fn ask(&self, request: &Request) -> Outcome {
        let helpers = self.helpers();
        let answer = match request {
            Request::LookupOrder { number } => match &helpers.orders {
                Some(orders) => orders.order(number).await.map(found),
                None => {
                    Ok(found(table::order(&self.snapshot().document, number, self.loaded_on())))
                }
            },
            Request::Compose { question, language, articles } => match &helpers.model {
                Some(model) => model
                    .compose(&redact(question), language, articles)
                    .await
                    .map(|text| Outcome::Composed { text }),
                None => Err(HelperError("no model".into())),
            },
            Request::Transcribe { media_id, hint } => match &helpers.ears {
                Some(ears) => ears
                    .transcribe(media_id.as_deref(), hint.as_deref())
                    .await
                    .map(|text| Outcome::Transcript { text }),
                None => Err(HelperError("no speech to text".into())),
            },
            Request::Summarise { lines, language } => match &helpers.model {
                Some(model) => {
                    let lines: Vec<String> = lines.iter().map(|l| redact(l)).collect();
                    let text = model.summarise(&lines, language).await;
                    text.map(|text| Outcome::Summary { text })
                }
                None => Err(HelperError("no model".into())),
            },
        };
        answer.unwrap_or_else(|error| {
            tracing::warn!(%error, "a helper failed");
            Outcome::Failed
        })
    }
}

fn found(order: Option<relais_core::workspace::Order>) -> Outcome {
    Outcome::Order { order: order.map(Box::new) }
}
