//! Load, decide, write, commit; again when somebody else was faster. The guards of the unit
//! decide, nothing else is trusted.

use crate::live::Hint;
use crate::plan::{self, Scene, Unit};
use crate::port::store::{
    Committed, ContactRow, ConversationRow, OutboxState, Result, StoreError, Write,
};
use crate::rectify;
use crate::run::{POLL, until};
use crate::service::Service;
use crate::staff;
use relais_core::conversation::{
    self, Command, Context, Decision, Event, Opening, Refusal, State, survey,
};
use relais_core::id::{ConversationId, MessageId};
use relais_core::message::Outbound;
use relais_core::time::Timestamp;
use relais_core::workspace::snapshot::Snapshot;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// How often a unit is computed again before the caller is told to come back later.
pub(crate) const TRIES: u32 = 64;

/// The core's two entries, so that tests can put a faulty engine in their place.
pub trait Machine: std::fmt::Debug + Send + Sync {
    fn open(
        &self,
        opening: &Opening,
        command: &Command,
        context: &Context<'_>,
    ) -> std::result::Result<Decision, Refusal> {
        conversation::open(opening, command, context)
    }

    fn decide(
        &self,
        state: &State,
        command: &Command,
        context: &Context<'_>,
    ) -> std::result::Result<Decision, Refusal> {
        conversation::decide(state, command, context)
    }
}

/// The engine itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct CoreMachine;

impl Machine for CoreMachine {}

/// What came of a command on a conversation that exists.
#[derive(Debug)]
pub(crate) enum Applied {
    Done(Box<ConversationRow>),
    Refused {
        refusal: Refusal,
        state: Box<State>,
    },
    /// The receipt among the first writes was there already.
    Duplicate,
    Missing,
    /// The engine panicked; nothing was written.
    Panicked(String),
}

/// What the engine said.
pub(crate) enum Said {
    Decision(Box<Decision>),
    Refusal(Refusal),
    Panic(String),
}

impl Said {
    fn of(result: std::thread::Result<std::result::Result<Decision, Refusal>>) -> Self {
        match result {
            Ok(Ok(decision)) => Self::Decision(Box::new(decision)),
            Ok(Err(refusal)) => Self::Refusal(refusal),
            Err(payload) => {
                let text = payload.downcast_ref::<String>().cloned();
                let text = text.or_else(|| payload.downcast_ref::<&str>().map(|s| (*s).to_owned()));
                Self::Panic(text.unwrap_or_else(|| "a panic without words".to_owned()))
            }
        }
    }
}

/// Everything a decision looks at beside its state.
pub(crate) struct Circumstances {
    pub now: Timestamp,
    pub wall: Timestamp,
    pub snapshot: Arc<Snapshot>,
    available: BTreeMap<String, u32>,
    pub(crate) ai: conversation::Ai,
    is_stopped: bool,
    is_survey_withheld: bool,
    seed: [u8; 16],
}

impl Circumstances {
    /// A decision on the row that comes with nothing from outside: no receipt, no file, no send.
    pub(crate) fn alone<'a>(&'a self, row: &'a ConversationRow) -> Scene<'a> {
        Scene {
            before: Some(row),
            snapshot: &self.snapshot,
            now: self.now,
            wall: self.wall,
            first: Vec::new(),
            contact: None,
            fetches_files: false,
            wakes_devices: false,
            sent_elsewhere: None,
        }
    }
}

impl Circumstances {
    /// The same with nobody to ask.
    pub(crate) fn unassisted(mut self) -> Self {
        self.ai = conversation::Ai::default();
        self
    }

    fn context(&self) -> Context<'_> {
        Context {
            now: self.now,
            snapshot: &self.snapshot,
            available: &self.available,
            ai: self.ai,
            is_stopped: self.is_stopped,
            is_survey_withheld: self.is_survey_withheld,
            seed: self.seed,
        }
    }
}

pub(crate) fn state_of(row: &ConversationRow) -> Result<State> {
    serde_json::from_str(&row.state).map_err(|e| StoreError::Inconsistent {
        table: "conversations",
        detail: format!("state of {}: {e}", row.id),
    })
}

impl Service {
    /// Carries a command out. `first` are writes of the same unit that go before everything else.
    pub(crate) async fn apply(
        &self,
        id: ConversationId,
        command: &Command,
        first: Vec<Write>,
    ) -> Result<Applied> {
        self.apply_sent(id, command, first, None).await
    }

    /// The same for a message the provider has already (`provider_id`).
    pub(crate) async fn apply_sent(
        &self,
        id: ConversationId,
        command: &Command,
        first: Vec<Write>,
        provider_id: Option<&str>,
    ) -> Result<Applied> {
        let _turn = self.turn_of(id).await;
        for _ in 0..TRIES {
            let Some(row) = self.store().conversation(id).await? else {
                return Ok(Applied::Missing);
            };
            let state = state_of(&row)?;
            let mut at = self.circumstances(Some(&state)).await?;
            if let Some((name, language)) =
                survey::template_of(&state, command, &at.snapshot, at.now)
            {
                let account = self.templates_of(row.channel).await?;
                at.is_survey_withheld = account.is_some_and(|a| !a.may_be_sent(&name, &language));
            }
            let decision = match self.decide(&state, command, &at) {
                Said::Decision(decision) => decision,
                Said::Refusal(refusal) => {
                    return Ok(Applied::Refused { refusal, state: Box::new(state) });
                }
                Said::Panic(text) => return Ok(Applied::Panicked(text)),
            };
            if !self.are_here(&decision).await? {
                let (refusal, state) = (Refusal::TooLate, Box::new(state));
                return Ok(Applied::Refused { refusal, state });
            }
            let contact = if plan::touches_contact(&decision) {
                self.store().contact(row.contact).await?
            } else {
                None
            };
            let scene = Scene {
                before: Some(&row),
                snapshot: &at.snapshot,
                now: at.now,
                wall: at.wall,
                first: first.clone(),
                contact: contact.as_ref(),
                fetches_files: self.fetches_files(row.channel),
                wakes_devices: self.wakes_devices(),
                sent_elsewhere: sent_elsewhere(command, provider_id),
            };
            let unit = plan::unit(scene, &decision);
            match self.commit(unit).await? {
                (Committed::Done, row) => return Ok(Applied::Done(Box::new(row))),
                (Committed::Duplicate, _) => return Ok(Applied::Duplicate),
                (Committed::Conflict, _) => tokio::task::yield_now().await,
            }
        }
        Err(StoreError::Unavailable("a conversation changes too fast".to_owned()))
    }

    /// What is taken back waits for its turn, all of it: nobody has begun to send any.
    async fn are_here(&self, decision: &Decision) -> Result<bool> {
        for event in &decision.events {
            let Event::MessageTakenBack { message, .. } = event else { continue };
            let row = self.store().outbox_row(*message).await?;
            if !row.is_some_and(|row| row.state == OutboxState::Queued && row.attempts == 0) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// What the engine makes of a command on an existing conversation. A panic is caught.
    pub(crate) fn decide(&self, state: &State, command: &Command, at: &Circumstances) -> Said {
        let run = || self.machine().decide(state, command, &at.context());
        Said::of(catch_unwind(AssertUnwindSafe(run)))
    }

    pub(crate) fn open_with(
        &self,
        opening: &Opening,
        command: &Command,
        at: &Circumstances,
    ) -> Said {
        let run = || self.machine().open(opening, command, &at.context());
        Said::of(catch_unwind(AssertUnwindSafe(run)))
    }

    pub(crate) async fn circumstances(&self, state: Option<&State>) -> Result<Circumstances> {
        let store = self.store();
        let snapshot = match state {
            Some(state) => self.versions().of(state.flow_version, &**store).await?,
            None => self.snapshot(),
        };
        let helpers = self.helpers();
        let uses = helpers.rules.uses;
        let has_model = helpers.model.is_some();
        let ai = conversation::Ai {
            compose: has_model && uses.answers,
            transcribe: helpers.ears.is_some(),
            summarise: has_model && uses.summaries,
            choose: has_model && uses.choice,
            sentiment: (has_model || helpers.mood.is_some()) && uses.sentiment,
        };
        let ai = rectify::uses(ai, state.is_some_and(|s| s.is_restricted));
        let mut seed = [0; 16];
        self.random().fill(&mut seed);
        // The log never goes back in time, whatever the wall clock does (R15).
        let wall = self.clock().now();
        let now = state.map_or(wall, |s| {
            wall.max(s.last_message_at).max(s.last_event_at.unwrap_or(s.opened_at))
        });
        let available = self.staff().available(&snapshot, self.view(), &**store).await?;
        let is_stopped = self.switch().is_stopped();
        let is_survey_withheld = false;
        Ok(Circumstances {
            now,
            wall,
            snapshot,
            available,
            ai,
            is_stopped,
            is_survey_withheld,
            seed,
        })
    }

    /// Commits a unit and does what follows from it: hints, effects, wake-ups.
    pub(crate) async fn commit(&self, unit: Unit) -> Result<(Committed, ConversationRow)> {
        let Unit { mut writes, row, effects, has_moved, has_loads, has_sends, has_jobs, has_files } =
            unit;
        if self.is_for_trial(row.channel) {
            for write in &mut writes {
                if let Write::OpenConversation(opened) = write {
                    opened.is_sample = true;
                }
            }
        }
        let told = self.webhook_jobs(&writes, &row);
        let has_webhooks = !told.is_empty();
        writes.extend(told);
        let calls = self.mention_jobs(&writes);
        writes.extend(calls);
        let ends = staff::ends(&writes);
        let committed = self.store().commit(writes).await?;
        if committed != Committed::Done {
            return Ok((committed, row));
        }
        if !ends.is_empty() {
            self.staff().resolved(ends);
            self.look_at_attendance();
        }
        let has_effects = !effects.is_empty();
        self.effects().push(effects);
        if has_loads {
            self.staff().moved();
        }
        let wakes = self.wakes();
        let lanes = [
            (has_effects, &wakes.orders),
            (has_effects, &wakes.models),
            (has_sends, &wakes.dispatcher),
            (has_jobs, &wakes.jobs),
            (has_webhooks, &wakes.webhooks),
            (has_files, &wakes.media),
            (has_moved, &wakes.router),
            // What is further ahead is found by the next look.
            (row.due_at.is_some_and(|at| until(self.clock().now(), at) < POLL), &wakes.timers),
        ];
        for (_, lane) in lanes.into_iter().filter(|(is_needed, _)| *is_needed) {
            lane.notify_one();
        }
        self.hint(Hint::of(&row));
        Ok((Committed::Done, row))
    }

    /// The contact of a row, for lists that show people.
    pub async fn contact_of(&self, row: &ConversationRow) -> Result<Option<ContactRow>> {
        self.store().contact(row.contact).await
    }
}

fn sent_elsewhere(command: &Command, provider_id: Option<&str>) -> Option<(MessageId, String)> {
    match (command, provider_id) {
        (Command::Echo { message, .. }, Some(id)) => Some((*message, id.to_owned())),
        _ => None,
    }
}

/// The text of stored content; nothing where it cannot be read.
pub(crate) fn outbound(json: &str) -> Option<Outbound> {
    serde_json::from_str(json).ok()
}
