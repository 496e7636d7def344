//! Slow and uncertain work, outside any transaction and under a deadline. What comes back is a
//! command; one that nobody awaits any more is refused and forgotten. A crash needs no clean-up:
//! the conversation's own timer fires at the deadline.

use crate::model::reply;
use crate::port::helpers::HelperError;
use crate::port::model::{Errand, ModelError};
use crate::port::store::Result;
use crate::redact::Redactor;
use crate::service::Service;
use crate::table;
use futures_util::FutureExt as _;
use parking_lot::Mutex;
use relais_core::conversation::event::Request;
use relais_core::conversation::{Command, Outcome};
use relais_core::id::{ContactId, ConversationId, EffectId};
use relais_core::time::Timestamp;
use std::collections::VecDeque;
use std::future::Future;
use std::time::Duration;

/// Beyond the limit of an answer: for whoever writes down that none came.
const SLACK: Duration = Duration::from_millis(250);
/// Work asked for and not begun. Bounded: what does not fit ends at its deadline.
const WAITING_AT_MOST: usize = 10_000;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Pending {
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub effect: EffectId,
    pub deadline: Timestamp,
    pub request: Request,
}

/// Which slots an effect takes: a model that hangs leaves orders theirs (R17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pool {
    Orders,
    Models,
}

impl Pool {
    fn of(request: &Request) -> Self {
        match request {
            Request::LookupOrder { .. } => Self::Orders,
            Request::Compose { .. }
            | Request::Summarise { .. }
            | Request::Choose { .. }
            | Request::Sentiment { .. }
            | Request::Transcribe { .. } => Self::Models,
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Effects {
    orders: Mutex<VecDeque<Pending>>,
    models: Mutex<VecDeque<Pending>>,
}

impl Effects {
    fn queue(&self, pool: Pool) -> &Mutex<VecDeque<Pending>> {
        match pool {
            Pool::Orders => &self.orders,
            Pool::Models => &self.models,
        }
    }

    pub(crate) fn push(&self, pending: Vec<Pending>) {
        for effect in pending {
            let mut queue = self.queue(Pool::of(&effect.request)).lock();
            if queue.len() >= WAITING_AT_MOST {
                tracing::warn!("too many effects wait; this one ends at its deadline");
                continue;
            }
            queue.push_back(effect);
        }
    }

    pub(crate) fn pop(&self, pool: Pool) -> Option<Pending> {
        self.queue(pool).lock().pop_front()
    }
}

/// How long a helper is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// So many seconds of the real clock.
    Real,
    /// Whoever does not answer at once does not answer: time is virtual.
    None,
    /// Whoever is asked ends by themselves: time is in the hands of who drives the service.
    Endless,
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
            // The runtime's own "not now", said to a task that did much, is no missing answer.
            Self::None => tokio::task::unconstrained(answer).now_or_never(),
            Self::Endless => Some(answer.await),
        }
    }
}

impl Service {
    /// Performs one waiting effect; says whether there was one.
    pub(crate) async fn run_effect(&self) -> Result<bool> {
        let orders = self.effects().pop(Pool::Orders);
        let Some(pending) = orders.or_else(|| self.effects().pop(Pool::Models)) else {
            return Ok(false);
        };
        self.perform(pending).await?;
        Ok(true)
    }

    /// Carries an effect out and reports what came of it. Without real time an unanswered one is
    /// left to the conversation's timer.
    pub(crate) async fn perform(&self, pending: Pending) -> Result<()> {
        let left = pending.deadline.since(self.clock().now()).as_micros().max(0);
        let limit = Duration::from_micros(u64::try_from(left).unwrap_or(0));
        let asked = self.ask(&pending, limit);
        let answer = match self.patience() {
            // What is asked knows the limit too, and says itself that it was late.
            Patience::Real => tokio::time::timeout(limit + SLACK, asked).await.ok().flatten(),
            // The store is waited for in any time; helpers are not.
            Patience::None | Patience::Endless => asked.await,
        };
        let outcome = match answer {
            Some(outcome) => outcome,
            None if self.patience() == Patience::None => return Ok(()),
            None => Outcome::Failed,
        };
        let command = Command::EffectDone { effect: pending.effect, outcome };
        self.apply(pending.conversation, &command, Vec::new()).await?;
        Ok(())
    }

    /// `None`: no answer came.
    async fn ask(&self, pending: &Pending, limit: Duration) -> Option<Outcome> {
        let answer = match &pending.request {
            Request::LookupOrder { number } => {
                self.patience().wait(limit, self.look_up(number)).await?
            }
            Request::Transcribe { media_id, message, hint } => {
                let heard = self.listen(media_id.as_deref(), *message, hint.as_deref(), limit);
                match heard.await {
                    Err(ModelError::Late) => return None,
                    heard => heard.map_err(|e| HelperError(e.to_string())),
                }
                .map(|text| Outcome::Transcript { text })
            }
            Request::Compose { .. }
            | Request::Summarise { .. }
            | Request::Choose { .. }
            | Request::Sentiment { .. } => match self.counsel(pending, limit).await {
                Err(ModelError::Late) => return None,
                Err(error) => Err(HelperError(error.to_string())),
                Ok(outcome) => Ok(outcome),
            },
        };
        Some(answer.unwrap_or_else(|error| {
            tracing::warn!(%error, "a helper failed");
            Outcome::Failed
        }))
    }

    async fn look_up(&self, number: &str) -> std::result::Result<Outcome, HelperError> {
        let order = match &self.helpers().orders {
            Some(orders) => orders.order(number).await?,
            None => table::order(&self.snapshot().document, number, self.loaded_on()),
        };
        Ok(Outcome::Order { order: order.map(Box::new) })
    }

    /// Asks the model; what it may read is redacted here, what it wrote is read here.
    async fn counsel(
        &self,
        pending: &Pending,
        limit: Duration,
    ) -> std::result::Result<Outcome, ModelError> {
        let contact = self.store().contact(pending.contact).await.ok().flatten();
        let mut redactor = Redactor::of_contact(contact.and_then(|c| c.name).as_deref());
        let errand = match &pending.request {
            Request::Compose { question, language, articles } => Errand::Compose {
                question: redactor.hide(question),
                language: language.clone(),
                articles: articles.clone(),
            },
            Request::Summarise { lines, language } => Errand::Summarise {
                lines: lines.iter().map(|l| redactor.hide(l)).collect(),
                language: language.clone(),
            },
            Request::Choose { question, options } => {
                Errand::Choose { question: redactor.hide(question), options: options.clone() }
            }
            Request::Sentiment { text, language } => {
                Errand::Sentiment { text: redactor.hide(text), language: language.clone() }
            }
            Request::LookupOrder { .. } | Request::Transcribe { .. } => {
                return Err(ModelError::Off);
            }
        };
        let said = self.consult(Some(pending.contact), &errand, limit).await?;
        let outcome = match &errand {
            Errand::Compose { articles, .. } => {
                let text = reply::composed(&said, articles);
                text.map(|text| Outcome::Composed { text: redactor.restore(&text) })
            }
            Errand::Summarise { .. } => {
                reply::summary(&said).map(|text| Outcome::Summary { text: redactor.restore(&text) })
            }
            Errand::Choose { options, .. } => {
                reply::chosen(&said, options).ok().map(|option| Outcome::Chosen { option })
            }
            Errand::Sentiment { .. } => {
                reply::anger(&said).map(|anger| Outcome::Sentiment { anger })
            }
            Errand::Assist(_) => None,
        };
        outcome.ok_or(ModelError::Nonsense)
    }
}
