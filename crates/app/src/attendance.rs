//! Who is there: what agents say of themselves, the signs they give, and what follows by the clock.

use crate::news::Topic;
use crate::port::store::Result;
use crate::service::Service;
use crate::staff::View;
use relais_core::attendance::Signs;
use relais_core::routing::Availability;
use relais_core::time::Timestamp;
use std::collections::BTreeMap;

/// How somebody is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attending {
    pub availability: Availability,
    /// What they, or somebody for them, said last.
    pub said: Availability,
    pub wraps_up_until: Option<Timestamp>,
    /// Nobody ever signed in for them nor said how they are: they are only named.
    pub is_unseen: bool,
}

impl Service {
    /// How somebody is, also where no file names them.
    pub fn attending(&self, agent: &str) -> Attending {
        let view = self.view();
        let snapshot = self.snapshot();
        let signs = self.staff().signs(agent, &snapshot, view);
        let rules = &snapshot.document.workspace.attendance;
        let availability = rules.availability(&signs, view.now);
        let is_wrapping = availability == Availability::WrapUp;
        Attending {
            availability,
            said: signs.said,
            wraps_up_until: rules.wraps_up_until(&signs, view.now).filter(|_| is_wrapping),
            is_unseen: self.staff().is_unseen(agent),
        }
    }

    /// Nobody is at any of their devices, as they said or as it looks. A phone in a pocket is no
    /// presence here: it is not woken by notes.
    pub fn is_absent(&self, agent: &str) -> bool {
        let view = self.view();
        let snapshot = self.snapshot();
        let signs = Signs { has_phone: false, ..self.staff().signs(agent, &snapshot, view) };
        let rules = &snapshot.document.workspace.attendance;
        let availability = rules.availability(&signs, view.now);
        matches!(availability, Availability::Away | Availability::Offline)
            || self.staff().is_unseen(agent)
    }

    /// Somebody who is only named would never learn what they were given. Where nobody was ever
    /// seen, as in a sandbox, the files are taken at their word.
    pub(crate) fn may_be_there(&self, agent: &str) -> bool {
        !self.staff().is_unseen(agent) || !self.staff().is_anybody_seen()
    }

    pub async fn set_availability(&self, agent: &str, availability: Availability) -> Result<()> {
        self.set_availabilities(&BTreeMap::from([(agent.to_owned(), availability)])).await
    }

    /// Sets several agents at once.
    pub async fn set_availabilities(&self, changes: &BTreeMap<String, Availability>) -> Result<()> {
        self.staff().set(changes, &**self.store()).await?;
        self.tell(Topic::Staff);
        self.look_at_attendance();
        Ok(())
    }

    /// An agent is at one of their devices.
    pub async fn see(&self, agent: &str) -> Result<()> {
        let now = self.clock().now();
        if self.staff().see(agent, now, &**self.store()).await? {
            self.look_at_attendance();
        }
        Ok(())
    }

    /// Phones that can be woken were given or taken.
    pub async fn phones_changed(&self) -> Result<()> {
        self.staff().reload_phones(&**self.store()).await?;
        self.look_at_attendance();
        Ok(())
    }

    /// Where somebody came, went or wraps up no longer: the router looks, and so do those who see
    /// their colleagues. Every node finds out by itself.
    pub fn look_at_attendance(&self) {
        if self.staff().has_changed(&self.snapshot(), self.view()) {
            self.wakes().router.notify_one();
            self.streams().people();
        }
    }

    pub(crate) fn view(&self) -> View {
        View { now: self.clock().now(), wakes_phones: self.wakes_devices() }
    }
}
