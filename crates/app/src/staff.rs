//! Who could take a conversation now: availability as agents set it, load as the store counts it.

use crate::port::store::{Result, Store, StoreError};
use parking_lot::{Mutex, RwLock};
use relais_core::routing::{AgentState, Availability, is_available};
use relais_core::workspace::snapshot::Snapshot;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

const SETTING: &str = "agents.availability";

/// Loads changed by another node are seen after this time.
const LOADS_FRESH: Duration = Duration::from_secs(2);

async fn said(store: &dyn Store) -> Result<BTreeMap<String, Availability>> {
    let Some(json) = store.setting(SETTING).await? else { return Ok(BTreeMap::new()) };
    serde_json::from_str(&json).map_err(|e| StoreError::Inconsistent {
        table: "settings",
        detail: format!("{SETTING}: {e}"),
    })
}

#[derive(Debug)]
pub(crate) struct Staff {
    /// Whoever is not named has not said otherwise and is available.
    availability: RwLock<BTreeMap<String, Availability>>,
    loads: Mutex<Option<(Instant, BTreeMap<String, u32>)>>,
}

impl Staff {
    pub(crate) async fn load(store: &dyn Store) -> Result<Self> {
        let availability = RwLock::new(said(store).await?);
        Ok(Self { availability, loads: Mutex::new(None) })
    }

    /// What agents said on other nodes.
    pub(crate) async fn reload(&self, store: &dyn Store) -> Result<()> {
        let said = said(store).await?;
        *self.availability.write() = said;
        Ok(())
    }

    pub(crate) async fn set(
        &self,
        changes: &BTreeMap<String, Availability>,
        store: &dyn Store,
    ) -> Result<()> {
        // As the store has it: another node may have been told meanwhile.
        let mut next = said(store).await?;
        next.extend(changes.iter().map(|(agent, a)| (agent.clone(), *a)));
        let json = serde_json::to_string(&next).expect("a map of words is plain data");
        store.put_setting(SETTING, Some(&json)).await?;
        *self.availability.write() = next;
        Ok(())
    }

    /// What an agent said last; whoever said nothing is available.
    pub(crate) fn availability(&self, agent: &str) -> Availability {
        self.availability.read().get(agent).copied().unwrap_or(Availability::Available)
    }

    /// A conversation changed hands: loads are counted again when next asked for.
    pub(crate) fn moved(&self) {
        *self.loads.lock() = None;
    }

    async fn loads(&self, store: &dyn Store) -> Result<BTreeMap<String, u32>> {
        if let Some((at, loads)) = &*self.loads.lock()
            && at.elapsed() < LOADS_FRESH
        {
            return Ok(loads.clone());
        }
        let asked_at = Instant::now();
        let loads: BTreeMap<String, u32> = store
            .loads()
            .await?
            .into_iter()
            .map(|(agent, n)| (agent, u32::try_from(n).unwrap_or(u32::MAX)))
            .collect();
        *self.loads.lock() = Some((asked_at, loads.clone()));
        Ok(loads)
    }

    pub(crate) async fn agents(
        &self,
        snapshot: &Snapshot,
        store: &dyn Store,
    ) -> Result<Vec<AgentState>> {
        let loads = self.loads(store).await?;
        let agents = snapshot.document.agents.iter().map(|agent| AgentState {
            id: agent.key.clone(),
            teams: agent.teams.clone(),
            languages: agent.languages.clone(),
            capacity: agent.capacity,
            load: loads.get(&agent.key).copied().unwrap_or(0),
            availability: self.availability(&agent.key),
        });
        Ok(agents.collect())
    }

    /// Agents per team who can be given one more conversation.
    pub(crate) async fn available(
        &self,
        snapshot: &Snapshot,
        store: &dyn Store,
    ) -> Result<BTreeMap<String, u32>> {
        let mut free = BTreeMap::new();
        for agent in self.agents(snapshot, store).await?.iter().filter(|a| is_available(a)) {
            for team in &agent.teams {
                *free.entry(team.clone()).or_insert(0) += 1;
            }
        }
        Ok(free)
    }
}
