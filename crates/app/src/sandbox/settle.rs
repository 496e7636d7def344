//! How the virtual clock moves: from timer to timer, each at its own time.

use super::SandboxError;
use super::input::Input;
use super::world::World;
use crate::engine::{Applied, state_of};
use crate::port::store::ConversationRow;
use crate::timers::turn_ends;
use relais_core::conversation::{Command, Outcome};
use relais_core::time::{Span, Timestamp};
use serde_json::{Value, json};

/// Most that `settle` moves the clock.
const SETTLE_AT_MOST: Span = Span::secs(5);
/// Timers looked at together.
const LOOKED_AT: i64 = 10_000;
/// Steps of one clock operation.
const STEPS_AT_MOST: usize = 1_000_000;

impl World {
    pub async fn turn_clock(&mut self, input: &Input) -> Result<Value, SandboxError> {
        let to = match (input.optional_time("at")?, input.get("advance")) {
            (Some(_), Some(_)) => {
                return Err(SandboxError::invalid("give `at` or `advance`, not both"));
            }
            (Some(at), None) => at,
            (None, Some(_)) => self.now() + input.duration("advance")?,
            (None, None) => return Err(SandboxError::invalid("give `at` or `advance`")),
        };
        if to < self.now() {
            return Err(SandboxError::invalid(format!(
                "the clock only goes forward; it is {}",
                self.now()
            )));
        }
        self.move_to(to).await?;
        Ok(json!({ "now": self.now() }))
    }

    /// Moves on, firing what falls due on the way in its order and at its own time.
    async fn move_to(&self, to: Timestamp) -> Result<(), SandboxError> {
        self.idle().await?;
        for _ in 0..STEPS_AT_MOST {
            let next = self.service.store().next_due().await?.filter(|at| *at <= to);
            let Some(at) = next else {
                self.clock.move_to(to);
                return self.idle().await;
            };
            self.clock.move_to(at);
            self.idle().await?;
        }
        Err(SandboxError::bug("timers do not come to an end"))
    }

    /// Lets bursts end and effects be answered.
    pub async fn settle(&mut self) -> Result<Value, SandboxError> {
        self.idle().await?;
        let limit = self.now() + SETTLE_AT_MOST;
        for _ in 0..STEPS_AT_MOST {
            match self.next_end().await? {
                Some(at) if at <= limit => self.move_to(at.max(self.now())).await?,
                // What is asked of a helper for longer is given up now: nothing runs afterwards.
                Some(_) if self.give_up_effects().await? => self.idle().await?,
                Some(_) | None => {
                    self.end_bursts().await?;
                    return Ok(json!({ "ok": true, "now": self.now() }));
                }
            }
        }
        Err(SandboxError::bug("the conversations do not settle"))
    }

    /// Whatever is due soon: all that holds a burst or an effect open.
    async fn due_soon(&self) -> Result<Vec<ConversationRow>, SandboxError> {
        Ok(self.service.store().due(self.now() + Span::hours(1), LOOKED_AT).await?)
    }

    /// When the first burst or effect ends that is open now.
    async fn next_end(&self) -> Result<Option<Timestamp>, SandboxError> {
        let rows = self.due_soon().await?;
        let mut first: Option<Timestamp> = None;
        for row in &rows {
            let ends = turn_ends(row)?.into_iter().flatten().filter(|at| *at > self.now());
            first = first.into_iter().chain(ends).min();
        }
        Ok(first)
    }

    /// A burst whose end changes nothing that is said ends without the clock.
    async fn end_bursts(&self) -> Result<(), SandboxError> {
        for row in self.due_soon().await? {
            if state_of(&row)?.open_burst().is_some() {
                self.service.apply(row.id, &Command::EndBurst, Vec::new()).await?;
            }
        }
        Ok(())
    }

    async fn give_up_effects(&self) -> Result<bool, SandboxError> {
        let mut ended = false;
        for row in self.due_soon().await? {
            let state = state_of(&row)?;
            let Some(waiting) = &state.bot.waiting else { continue };
            let command = Command::EffectDone { effect: waiting.effect, outcome: Outcome::Failed };
            let applied = self.service.apply(row.id, &command, Vec::new()).await?;
            ended |= matches!(applied, Applied::Done(_));
        }
        Ok(ended)
    }
}
