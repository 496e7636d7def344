//! What agents do in the sandbox. Acts happen at once.

use super::SandboxError;
use super::input::Input;
use super::world::World;
use crate::service::Acted;
use crate::templates::Filling;
use relais_core::conversation::State;
use relais_core::conversation::command::{Act, Refusal};
use relais_core::id::MessageId;
use relais_core::message::Outbound;
use serde_json::{Value, json};

const ACTS: [&str; 6] = ["take", "reply", "note", "transfer", "return_to_bot", "resolve"];

impl World {
    pub async fn agent(&mut self, input: &Input) -> Result<Value, SandboxError> {
        let key = input.words("as")?;
        let act = input.one_of("do", &ACTS, None)?;
        let phone = input.phone("contact")?;
        let row = self.latest_or_404(&phone).await?;
        let state = crate::engine::state_of(&row)?;
        let act = match act.as_str() {
            "take" => Act::Take,
            "reply" => Act::reply(
                MessageId::new(self.now(), self.service.random_bytes()),
                self.reply(input, &state)?,
            ),
            "note" => Act::Note { text: input.words("text")?.to_owned() },
            "transfer" => {
                let team = input.words("team")?;
                if self.service.snapshot().team(team).is_none() {
                    return Err(SandboxError::invalid(format!("there is no team `{team}`")));
                }
                Act::Transfer { team: team.to_owned(), note: None }
            }
            "return_to_bot" => Act::ReturnToBot,
            _ => Act::resolve(),
        };
        let Some(agent) = self.service.agent_who_may_act(key) else {
            return Ok(refused("forbidden"));
        };
        let acted = self.service.act(&agent, row.id, act).await?;
        self.idle().await?;
        match acted {
            Acted::Done { .. } => Ok(json!({ "result": "ok", "why": null })),
            Acted::Refused { refusal, .. } => match refusal {
                Refusal::UnknownTeam => Err(SandboxError::invalid("there is no such team")),
                Refusal::WindowClosed
                | Refusal::AlreadyTaken
                | Refusal::NotInQueue
                | Refusal::Forbidden => Ok(refused(refusal.as_str())),
                // None of these can come of an act of the contract.
                Refusal::NotHigher | Refusal::NewMessages | Refusal::TooLate | Refusal::BadTime => {
                    Ok(refused("conflict"))
                }
                // Nothing left to do is no refusal of the contract's: the wish is met already.
                Refusal::NothingDue => Ok(json!({ "result": "ok", "why": null })),
                Refusal::OpenNew | Refusal::Stale => Ok(refused("not_in_queue")),
            },
            Acted::OtherRequest => Ok(refused("conflict")),
            Acted::NotFound => Err(SandboxError::not_found("no such conversation")),
        }
    }

    fn reply(&self, input: &Input, state: &State) -> Result<Outbound, SandboxError> {
        let Some(name) = input.optional_text("template")? else {
            return Ok(Outbound::Text { body: input.words("text")?.to_owned() });
        };
        let (snapshot, filling) = (self.service.snapshot(), Filling::of(state));
        crate::templates::outbound(&snapshot, name, &state.language, &filling)
            .map_err(|_| SandboxError::invalid(format!("there is no approved template `{name}`")))
    }
}

fn refused(why: &str) -> Value {
    json!({ "result": "refused", "why": why })
}
