//! Who could take a conversation now: availability as agents set it and as they were seen, load as
//! the store counts it.

use crate::accounts::phones;
use crate::port::store::{EntryRow, Result, Store, StoreError, Write};
use crate::telling::{self, Chosen, Telling};
use parking_lot::{Mutex, RwLock};
use relais_core::attendance::Signs;
use relais_core::routing::{AgentState, Availability, is_available};
use relais_core::time::{Span, Timestamp};
use relais_core::workspace::snapshot::Snapshot;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

const SETTING: &str = "agents.availability";
/// When agents were last seen, and when they last resolved a conversation.
const SEEN: &str = "seen";
const RESOLVED: &str = "resolved";
/// More agents than a workspace has.
const MOST: i64 = 10_000;

/// Loads changed by another node are seen after this time.
const LOADS_FRESH: Duration = Duration::from_secs(2);
/// A sign is written down this often.
const SEEN_EVERY: Span = Span::secs(30);

async fn said(store: &dyn Store) -> Result<BTreeMap<String, Availability>> {
    let Some(json) = store.setting(SETTING).await? else { return Ok(BTreeMap::new()) };
    serde_json::from_str(&json).map_err(|e| StoreError::Inconsistent {
        table: "settings",
        detail: format!("{SETTING}: {e}"),
    })
}

async fn moments(store: &dyn Store, kind: &str) -> Result<BTreeMap<String, Timestamp>> {
    let rows = store.entries(kind, MOST).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.at)).collect())
}

fn moment(kind: &str, agent: &str, at: Timestamp) -> Write {
    Write::PutEntry(EntryRow {
        kind: kind.to_owned(),
        id: agent.to_owned(),
        data: "{}".to_owned(),
        at,
    })
}

/// What makes an agent wrap up, kept in the unit that ends the conversation.
pub(crate) fn resolved(agent: &str, at: Timestamp) -> Write {
    moment(RESOLVED, agent, at)
}

/// Who ended a conversation in a unit, and when.
pub(crate) fn ends(writes: &[Write]) -> Vec<(String, Timestamp)> {
    let end = |write: &Write| match write {
        Write::PutEntry(row) if row.kind == RESOLVED => Some((row.id.clone(), row.at)),
        _ => None,
    };
    writes.iter().filter_map(end).collect()
}

/// All that is known of agents beside the files, as the store has it.
#[derive(Debug, Default)]
struct Known {
    /// Whoever is not named has not said otherwise and is available.
    said: BTreeMap<String, Availability>,
    seen: BTreeMap<String, Timestamp>,
    resolved: BTreeMap<String, Timestamp>,
    /// Whose phones can be woken.
    phones: BTreeSet<String>,
    /// How they want to be told.
    tellings: BTreeMap<String, Chosen>,
}

impl Known {
    async fn read(store: &dyn Store) -> Result<Self> {
        Ok(Self {
            said: said(store).await?,
            seen: moments(store, SEEN).await?,
            resolved: moments(store, RESOLVED).await?,
            phones: phones(store).await?,
            tellings: telling::all(store).await?,
        })
    }

    fn signs(&self, agent: &str, snapshot: &Snapshot, view: View) -> Signs {
        let zone = &snapshot.document.workspace.time_zone;
        let is_quiet =
            || self.tellings.get(agent).is_some_and(|one| one.telling.is_quiet(zone, view.now));
        Signs {
            said: self.said.get(agent).copied().unwrap_or(Availability::Available),
            seen_at: self.seen.get(agent).copied(),
            has_phone: view.wakes_phones && self.phones.contains(agent) && !is_quiet(),
            resolved_at: self.resolved.get(agent).copied(),
        }
    }

    /// Whoever was never seen and of whom nothing was ever said.
    fn is_unseen(&self, agent: &str) -> bool {
        !self.said.contains_key(agent)
            && !self.seen.contains_key(agent)
            && !self.resolved.contains_key(agent)
            && !self.phones.contains(agent)
    }

    fn is_anybody_seen(&self) -> bool {
        !self.seen.is_empty() || !self.phones.is_empty()
    }

    /// Everybody something is known of, and whoever the files name.
    fn everybody<'a>(&'a self, snapshot: &'a Snapshot) -> BTreeSet<&'a str> {
        let named = snapshot.document.agents.iter().map(|agent| agent.key.as_str());
        named.chain(self.seen.keys().map(String::as_str)).collect()
    }
}

/// Of what moment, and whether phones can be woken at all.
#[derive(Clone, Copy)]
pub(crate) struct View {
    pub now: Timestamp,
    pub wakes_phones: bool,
}

#[derive(Debug)]
pub(crate) struct Staff {
    known: RwLock<Known>,
    loads: Mutex<Option<(Instant, BTreeMap<String, u32>)>>,
    /// How available everybody was at the last look, and whether they were ever seen.
    looked: Mutex<Option<BTreeMap<String, (Availability, bool)>>>,
    /// The period of the last digest ordered by this process.
    ordered: Mutex<BTreeMap<String, Timestamp>>,
}

impl Staff {
    pub(crate) async fn load(store: &dyn Store) -> Result<Self> {
        let known = RwLock::new(Known::read(store).await?);
        Ok(Self {
            known,
            loads: Mutex::new(None),
            looked: Mutex::new(None),
            ordered: Mutex::default(),
        })
    }

    /// What agents said and did on other nodes.
    pub(crate) async fn reload(&self, store: &dyn Store) -> Result<()> {
        let known = Known::read(store).await?;
        *self.known.write() = known;
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
        self.known.write().said = next;
        // Whoever says how they are wraps up no longer.
        for agent in changes.keys() {
            self.known.write().resolved.remove(agent);
            let take = Write::TakeEntry { kind: RESOLVED.to_owned(), id: agent.clone() };
            // Not there is as good.
            store.commit(vec![take]).await?;
        }
        Ok(())
    }

    /// Somebody gave a sign; says whether it is written down, which it is now and then only.
    pub(crate) async fn see(&self, agent: &str, now: Timestamp, store: &dyn Store) -> Result<bool> {
        let before = self.known.read().seen.get(agent).copied();
        let is_fresh = |at: Timestamp| at <= now && now < at + SEEN_EVERY;
        if before.is_some_and(is_fresh) {
            return Ok(false);
        }
        store.commit(vec![moment(SEEN, agent, now)]).await?;
        self.known.write().seen.insert(agent.to_owned(), now);
        Ok(true)
    }

    /// What a unit that is committed said of agents.
    pub(crate) fn resolved(&self, ends: Vec<(String, Timestamp)>) {
        self.known.write().resolved.extend(ends);
    }

    /// Phones that can be woken were given or taken.
    pub(crate) async fn reload_phones(&self, store: &dyn Store) -> Result<()> {
        let phones = phones(store).await?;
        self.known.write().phones = phones;
        Ok(())
    }

    /// What is known of an agent; whoever said nothing is available.
    pub(crate) fn signs(&self, agent: &str, snapshot: &Snapshot, view: View) -> Signs {
        self.known.read().signs(agent, snapshot, view)
    }

    pub(crate) fn telling(&self, agent: &str) -> Telling {
        let known = self.known.read();
        known.tellings.get(agent).map(|chosen| chosen.telling.clone()).unwrap_or_default()
    }

    pub(crate) fn tellings(&self) -> BTreeMap<String, Chosen> {
        self.known.read().tellings.clone()
    }

    pub(crate) fn tell_so(&self, agent: &str, chosen: Chosen) {
        self.known.write().tellings.insert(agent.to_owned(), chosen);
    }

    /// The digest of this period was ordered here, or a later one: after a clock was put back, the
    /// hours that come again have had theirs.
    pub(crate) fn is_ordered(&self, agent: &str, period: Timestamp) -> bool {
        self.ordered.lock().get(agent).is_some_and(|last| period <= *last)
    }

    pub(crate) fn ordered(&self, agent: String, period: Timestamp) {
        self.ordered.lock().insert(agent, period);
    }

    pub(crate) fn is_unseen(&self, agent: &str) -> bool {
        self.known.read().is_unseen(agent)
    }

    pub(crate) fn is_anybody_seen(&self) -> bool {
        self.known.read().is_anybody_seen()
    }

    /// Whether somebody is more or less available than at the last look: by the clock, or by what
    /// another node was told; or was seen for the first time.
    pub(crate) fn has_changed(&self, snapshot: &Snapshot, view: View) -> bool {
        let rules = &snapshot.document.workspace.attendance;
        let known = self.known.read();
        let how = |agent: &str| {
            let availability = rules.availability(&known.signs(agent, snapshot, view), view.now);
            (availability, known.is_unseen(agent))
        };
        let everybody = known.everybody(snapshot).into_iter();
        let now: BTreeMap<_, _> = everybody.map(|agent| (agent.to_owned(), how(agent))).collect();
        drop(known);
        let before = self.looked.lock().replace(now.clone());
        before.is_some_and(|before| before != now)
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
        view: View,
        store: &dyn Store,
    ) -> Result<Vec<AgentState>> {
        let loads = self.loads(store).await?;
        let rules = &snapshot.document.workspace.attendance;
        let agents = snapshot.document.agents.iter().map(|agent| AgentState {
            id: agent.key.clone(),
            teams: agent.teams.clone(),
            languages: agent.languages.clone(),
            capacity: agent.capacity,
            load: loads.get(&agent.key).copied().unwrap_or(0),
            availability: rules.availability(&self.signs(&agent.key, snapshot, view), view.now),
        });
        Ok(agents.collect())
    }

    /// Agents per team who can be given one more conversation.
    pub(crate) async fn available(
        &self,
        snapshot: &Snapshot,
        view: View,
        store: &dyn Store,
    ) -> Result<BTreeMap<String, u32>> {
        let mut free = BTreeMap::new();
        for agent in self.agents(snapshot, view, store).await?.iter().filter(|a| is_available(a)) {
            for team in &agent.teams {
                *free.entry(team.clone()).or_insert(0) += 1;
            }
        }
        Ok(free)
    }
}
