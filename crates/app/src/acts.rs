//! What agents do, once each however often they ask.

use crate::engine::{Applied, Said, state_of};
use crate::port::store::{RequestRow, StoreError, Write};
use crate::service::{Acted, Service};
use relais_core::conversation::Command;
use relais_core::conversation::command::Act;
use relais_core::conversation::event::AgentRef;
use relais_core::id::ConversationId;

impl Service {
    /// Carries out what an agent does. The same message twice is done once.
    pub async fn act(
        &self,
        agent: &AgentRef,
        conversation: ConversationId,
        act: Act,
    ) -> Result<Acted, StoreError> {
        if let Act::Reply { message, .. } = &act
            && let Some(sent) = self.store().outbox_row(*message).await?
        {
            return Ok(if sent.conversation == conversation {
                Acted::Done { position: sent.position }
            } else {
                Acted::NotFound
            });
        }
        self.carry_out(agent, conversation, act, Vec::new()).await
    }

    /// The same for a request that may come again, also after a crash at any moment: its key is
    /// written in the commit that carries it out.
    pub async fn act_once(
        &self,
        agent: &AgentRef,
        conversation: ConversationId,
        act: Act,
        request: &RequestRow,
    ) -> Result<Acted, StoreError> {
        if let Some(acted) = self.acted(conversation, request).await? {
            return Ok(acted);
        }
        let first = vec![Write::Request(request.clone())];
        let acted = self.carry_out(agent, conversation, act, first).await?;
        match acted {
            Acted::Done { .. } => Ok(acted),
            // The same request may have been faster on another connection.
            Acted::Refused { .. } | Acted::NotFound | Acted::OtherRequest => {
                Ok(self.acted(conversation, request).await?.unwrap_or(acted))
            }
        }
    }

    /// What would come of an act now. Nothing is written.
    pub async fn would_act(
        &self,
        agent: &AgentRef,
        conversation: ConversationId,
        act: Act,
    ) -> Result<Acted, StoreError> {
        let Some(row) = self.store().conversation(conversation).await? else {
            return Ok(Acted::NotFound);
        };
        let state = state_of(&row)?;
        let at = self.circumstances(Some(&state)).await?;
        let command = Command::Agent { agent: agent.clone(), act };
        match self.decide(&state, &command, &at) {
            Said::Decision(_) => Ok(Acted::Done { position: row.next_position - 1 }),
            Said::Refusal(refusal) => Ok(Acted::Refused { refusal, owner: state.agent().cloned() }),
            Said::Panic(reason) => Err(StoreError::Bug(reason)),
        }
    }

    /// What came of a request, if it was carried out.
    pub async fn acted(
        &self,
        conversation: ConversationId,
        request: &RequestRow,
    ) -> Result<Option<Acted>, StoreError> {
        let Some(known) = self.store().request(&request.key).await? else { return Ok(None) };
        if known.body != request.body {
            return Ok(Some(Acted::OtherRequest));
        }
        let row = self.store().conversation(conversation).await?;
        Ok(row.map(|row| Acted::Done { position: row.next_position - 1 }))
    }

    async fn carry_out(
        &self,
        agent: &AgentRef,
        conversation: ConversationId,
        act: Act,
        first: Vec<Write>,
    ) -> Result<Acted, StoreError> {
        let command = Command::Agent { agent: agent.clone(), act };
        match self.apply(conversation, &command, first).await? {
            Applied::Done(row) => Ok(Acted::Done { position: row.next_position - 1 }),
            Applied::Refused { refusal, state } => {
                Ok(Acted::Refused { refusal, owner: state.agent().cloned() })
            }
            Applied::Missing | Applied::Duplicate => Ok(Acted::NotFound),
            Applied::Panicked(reason) => Err(StoreError::Bug(reason)),
        }
    }
}
