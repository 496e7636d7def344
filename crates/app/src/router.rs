//! Teams whose conversations are given out: when an agent has room or somebody starts to wait, the
//! first in line goes to the best agent. In teams that *take*, nothing happens by itself.

use crate::engine::{Applied, state_of};
use crate::port::store::Result;
use crate::service::Service;
use crate::timers::by_service;
use relais_core::conversation::Command;
use relais_core::conversation::event::AgentRef;
use relais_core::routing;
use relais_core::workspace::TeamMode;

impl Service {
    /// Gives waiting conversations to free agents; says whether any was given.
    pub(crate) async fn assign(&self) -> Result<bool> {
        let snapshot = self.snapshot();
        let teams = snapshot.document.teams.iter().filter(|t| t.mode == TeamMode::Assign);
        let mut given = false;
        for team in teams {
            let waiting = self.store().queued(Some(&team.key)).await?;
            let live = waiting.into_iter().filter(|row| !row.is_deferred).collect();
            for row in by_service(live) {
                let agents = self.agents().await?;
                let free = routing::candidates(&agents, &team.key, &row.language);
                let Some(best) = free.iter().find(|a| self.may_be_there(&a.id)) else { break };
                let Some(agent) = self.agent(&best.id) else { continue };
                let command = Command::Assign { agent };
                let applied = self.apply(row.id, &command, Vec::new()).await?;
                given |= matches!(applied, Applied::Done(_));
            }
        }
        Ok(given)
    }

    /// An agent of the newest files by key.
    pub fn agent(&self, key: &str) -> Option<AgentRef> {
        let snapshot = self.snapshot();
        let found = snapshot.document.agents.iter().find(|a| a.key == key)?;
        Some(AgentRef { key: found.key.clone(), name: found.name.clone() })
    }

    /// An agent who may answer customers: everybody who signs in but the auditors.
    pub fn agent_who_may_act(&self, key: &str) -> Option<AgentRef> {
        let snapshot = self.snapshot();
        let found = snapshot.document.agents.iter().find(|a| a.key == key)?;
        if found.role == "auditor" { None } else { self.agent(key) }
    }

    /// Conversations that wait for a team, in the order agents are served.
    pub async fn queue(
        &self,
        team: Option<&str>,
    ) -> Result<Vec<crate::port::store::ConversationRow>> {
        Ok(by_service(self.store().queued(team).await?))
    }

    /// The folded state of a row.
    pub fn state(
        row: &crate::port::store::ConversationRow,
    ) -> Result<relais_core::conversation::State> {
        state_of(row)
    }
}
