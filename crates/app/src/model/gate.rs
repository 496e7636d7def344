//! The one way to a model: switched on for this, rested, within the budget of the day, within the
//! time. What it cost is written down whatever came of it.

use crate::dispatch::Breaker;
use crate::port::model::{Errand, Model, ModelError, Said, Tokens, Use, Uses};
use crate::port::store::{ModelUse, Result as StoreResult};
use crate::service::Service;
use parking_lot::Mutex;
use relais_core::id::ContactId;
use relais_core::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};

/// Requests of agents under way.
const AGENTS_AT_ONCE: usize = 8;
/// A model that failed is left alone for so long.
const REST: Span = Span::secs(30);
/// Contacts whose calls are counted; the rest of a day goes uncounted beyond.
const COUNTED: usize = 20_000;
/// Characters of a token, for what is not told: fewer than in any script we serve would do.
const CHARACTERS: u64 = 3;

/// Most that may be spent on a day of UTC. Zero: no limit of this kind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Budget {
    pub tokens_per_day: u64,
    /// In the currency's units.
    pub money_per_day: f64,
    /// Price of a million tokens that are read, and that are written.
    pub price_in: f64,
    pub price_out: f64,
    /// Calls for one contact.
    pub calls_per_contact: u32,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            tokens_per_day: 500_000,
            money_per_day: 0.0,
            price_in: 0.0,
            price_out: 0.0,
            calls_per_contact: 60,
        }
    }
}

impl Budget {
    /// In millionths of the currency's unit.
    fn cost(&self, tokens: Tokens) -> i64 {
        let micros = tokens.input as f64 * self.price_in + tokens.output as f64 * self.price_out;
        micros.ceil().clamp(0.0, 1e15) as i64
    }
}

/// What a model is used for and what it may cost.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    pub uses: Uses,
    pub budget: Budget,
}

impl Default for Rules {
    /// For doubles and tests, where a model is put in place by hand.
    fn default() -> Self {
        let uses = Uses { answers: true, summaries: true, ..Uses::NONE };
        let budget = Budget { tokens_per_day: 0, calls_per_contact: 0, ..Budget::default() };
        Self { uses, budget }
    }
}

/// What was spent on a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spent {
    pub calls: i64,
    pub tokens: i64,
    pub cost_micros: i64,
}

impl Spent {
    pub(crate) fn of(rows: &[ModelUse]) -> Self {
        rows.iter().fold(Self::default(), |sum, row| Self {
            calls: sum.calls + row.calls,
            tokens: sum.tokens + row.tokens_in + row.tokens_out,
            cost_micros: sum.cost_micros + row.cost_micros,
        })
    }
}

/// The state of the way to a model in this process.
#[derive(Debug)]
pub(crate) struct Gate {
    breaker: Mutex<Breaker>,
    /// Of the service that judges moods.
    mood_breaker: Mutex<Breaker>,
    /// Reserved by calls under way.
    reserved: Mutex<Tokens>,
    of_contacts: Mutex<(String, BTreeMap<ContactId, u32>)>,
    copilot: Semaphore,
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            breaker: Mutex::default(),
            mood_breaker: Mutex::default(),
            reserved: Mutex::default(),
            of_contacts: Mutex::default(),
            copilot: Semaphore::new(AGENTS_AT_ONCE),
        }
    }
}

impl Gate {
    /// Room for an agent's request; customers have their own.
    pub(crate) fn copilot_turn(&self) -> Option<SemaphorePermit<'_>> {
        self.copilot.try_acquire().ok()
    }

    /// Forgets past failures: somebody changed the connection.
    pub(crate) fn reset(&self) {
        *self.breaker.lock() = Breaker::default();
        *self.mood_breaker.lock() = Breaker::default();
    }

    /// Counts a call of a contact; `false` when it is one too many.
    fn counts(&self, contact: ContactId, day: &str, most: u32) -> bool {
        let mut counted = self.of_contacts.lock();
        if counted.0 != day {
            *counted = (day.to_owned(), BTreeMap::new());
        }
        let calls = &mut counted.1;
        if most == 0 || (calls.len() >= COUNTED && !calls.contains_key(&contact)) {
            return true;
        }
        let count = calls.entry(contact).or_insert(0);
        *count += 1;
        *count <= most
    }
}

/// Gives back what a call had reserved, also when it is dropped half-way.
struct Reserved<'a> {
    gate: &'a Gate,
    tokens: Tokens,
}

impl<'a> Reserved<'a> {
    fn new(gate: &'a Gate, tokens: Tokens) -> Self {
        let mut all = gate.reserved.lock();
        all.input += tokens.input;
        all.output += tokens.output;
        drop(all);
        Self { gate, tokens }
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        let mut all = self.gate.reserved.lock();
        all.input = all.input.saturating_sub(self.tokens.input);
        all.output = all.output.saturating_sub(self.tokens.output);
    }
}

/// Who is asked, and within what.
struct Way<'a> {
    model: &'a Arc<dyn Model>,
    breaker: &'a Mutex<Breaker>,
    budget: &'a Budget,
}

/// A breaker that was asked must hear how it ended, also when whoever asked went away.
struct Trial<'a> {
    breaker: &'a Mutex<Breaker>,
    now: Timestamp,
    is_over: bool,
}

impl Trial<'_> {
    fn over(mut self, is_well: bool) {
        self.is_over = true;
        if is_well {
            self.breaker.lock().succeeded();
        } else {
            self.breaker.lock().failed(self.now, REST);
        }
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if !self.is_over {
            self.breaker.lock().withdrew();
        }
    }
}

fn day(at: Timestamp) -> String {
    at.to_string().chars().take(10).collect()
}

/// What an errand may cost at most, before it is known.
fn estimate(errand: &Errand) -> Tokens {
    let prompt = errand.prompt();
    let read = prompt.system.chars().count() + prompt.data.chars().count();
    Tokens { input: read as u64 / CHARACTERS, output: u64::from(prompt.most_tokens) }
}

impl Service {
    /// Asks the model something that was redacted before.
    pub(crate) async fn consult(
        &self,
        contact: Option<ContactId>,
        errand: &Errand,
        limit: Duration,
    ) -> Result<String, ModelError> {
        let helpers = self.helpers();
        let of = errand.kind();
        if !of.is_in(&helpers.rules.uses) {
            return Err(ModelError::Off);
        }
        let own = helpers.mood.as_ref().filter(|_| of == Use::Sentiment);
        let gate = self.gate();
        let breaker = if own.is_some() { &gate.mood_breaker } else { &gate.breaker };
        let model = own.or(helpers.model.as_ref()).ok_or(ModelError::Off)?;
        let way = Way { model, breaker, budget: &helpers.rules.budget };
        self.ask_within(way, contact, errand, limit).await
    }

    async fn ask_within(
        &self,
        Way { model, breaker, budget }: Way<'_>,
        contact: Option<ContactId>,
        errand: &Errand,
        limit: Duration,
    ) -> Result<String, ModelError> {
        let (gate, now, of) = (self.gate(), self.clock().now(), errand.kind());
        let today = day(now);
        let expected = estimate(errand);
        if contact.is_some_and(|c| !gate.counts(c, &today, budget.calls_per_contact))
            || !self.affords(&today, expected, budget).await
        {
            return Err(ModelError::Budget);
        }
        if !breaker.lock().admits(now) {
            return Err(ModelError::Resting);
        }
        let trial = Trial { breaker, now, is_over: false };
        let reserved = Reserved::new(gate, expected);
        let asked = self.patience().wait(limit, model.ask(errand, limit)).await;
        let answer = asked.unwrap_or(Err(ModelError::Late));
        drop(reserved);
        trial.over(is_well(&answer));
        let spent = match &answer {
            Ok(said) if said.tokens == Tokens::default() => {
                Tokens { output: said.text.chars().count() as u64 / CHARACTERS, ..expected }
            }
            Ok(said) => said.tokens,
            // It read what was sent, as far as we know.
            Err(ModelError::Late | ModelError::TooLarge | ModelError::Nonsense) => expected,
            Err(_) => Tokens::default(),
        };
        self.write_down(&today, of, spent, budget).await;
        answer.map(|Said { text, .. }| text)
    }

    /// Is there room left for this today, calls under way included?
    async fn affords(&self, today: &str, expected: Tokens, budget: &Budget) -> bool {
        let spent = match self.store().model_uses(today).await {
            Ok(rows) => Spent::of(&rows),
            Err(error) => {
                tracing::warn!(%error, "what was spent on the model cannot be read");
                return false;
            }
        };
        let reserved = *self.gate().reserved.lock();
        let all = Tokens {
            input: reserved.input + expected.input,
            output: reserved.output + expected.output,
        };
        let tokens = spent.tokens + i64::try_from(all.input + all.output).unwrap_or(i64::MAX);
        let money = (spent.cost_micros + budget.cost(all)) as f64 / 1e6;
        let within_tokens = budget.tokens_per_day == 0
            || u64::try_from(tokens).is_ok_and(|t| t <= budget.tokens_per_day);
        within_tokens && (budget.money_per_day <= 0.0 || money <= budget.money_per_day)
    }

    async fn write_down(&self, today: &str, of: Use, tokens: Tokens, budget: &Budget) {
        let row = ModelUse {
            day: today.to_owned(),
            used_for: of.as_str().to_owned(),
            calls: 1,
            tokens_in: i64::try_from(tokens.input).unwrap_or(i64::MAX),
            tokens_out: i64::try_from(tokens.output).unwrap_or(i64::MAX),
            cost_micros: budget.cost(tokens),
        };
        if let Err(error) = self.store().add_model_use(row).await {
            tracing::warn!(%error, "what a model cost could not be written down");
        }
    }

    /// What the model was used for today, per use.
    pub async fn model_today(&self) -> StoreResult<Vec<ModelUse>> {
        self.store().model_uses(&day(self.clock().now())).await
    }
}

/// A provider that refuses one request is well; one that cannot be reached is not.
fn is_well(answer: &Result<Said, ModelError>) -> bool {
    match answer {
        Ok(_) | Err(ModelError::Refused(_)) => true,
        Err(
            ModelError::Denied
            | ModelError::Unreachable(_)
            | ModelError::Key
            | ModelError::NotFound
            | ModelError::Busy
            | ModelError::Late
            | ModelError::TooLarge
            | ModelError::Nonsense
            | ModelError::Budget
            | ModelError::Resting
            | ModelError::Off,
        ) => false,
    }
}
