//! Browsers that want to be woken when a customer waits: an address of the browser's vendor each,
//! and whose it is.

use super::{Accounts, Result};
use crate::hex;
use crate::port::store::{EntryRow, Store, StoreError, Write};
use relais_core::id::UserId;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

const KIND: &str = "device";
/// Devices there may be, and those of one person.
const MOST: i64 = 1_000;
const MOST_OWN: usize = 10;

/// A browser somebody wants to be told on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub id: String,
    pub user: UserId,
    /// Where its vendor takes wake-ups for it.
    pub endpoint: String,
}

#[derive(Deserialize, Serialize)]
struct Kept {
    user: UserId,
    endpoint: String,
    /// Whose phone it is, by the agent's key: whoever has it with them can be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    phone_of: Option<String>,
}

/// Agents with a phone that can be woken.
pub(crate) async fn phones(store: &dyn Store) -> std::result::Result<BTreeSet<String>, StoreError> {
    let rows = store.entries(KIND, MOST).await?;
    let kept = rows.iter().filter_map(|row| serde_json::from_str::<Kept>(&row.data).ok());
    Ok(kept.filter_map(|kept| kept.phone_of).collect())
}

impl Accounts {
    /// From now on this browser is woken. An address belongs to whoever gave it last; of one
    /// person's, the oldest gives way.
    pub async fn add_device(
        &self,
        user: UserId,
        endpoint: &str,
        phone_of: Option<&str>,
    ) -> Result<()> {
        let _one = self.changes.lock().await;
        let id = name_of(endpoint);
        let mut own: Vec<Device> = self.devices().await?;
        own.retain(|device| device.user == user && device.id != id);
        let phone_of = phone_of.map(str::to_owned);
        let kept = Kept { user, endpoint: endpoint.to_owned(), phone_of };
        let data = serde_json::to_string(&kept).expect("texts are plain data");
        let row = EntryRow { kind: KIND.to_owned(), id, data, at: self.clock.now() };
        let mut writes = vec![Write::PutEntry(row)];
        let too_many = (own.len() + 1).saturating_sub(MOST_OWN);
        writes.extend(own.into_iter().rev().take(too_many).map(|device| take(device.id)));
        self.store.commit(writes).await?;
        Ok(())
    }

    /// This browser is left alone; only its owner says so.
    pub async fn drop_device(&self, user: UserId, endpoint: &str) -> Result<()> {
        let _one = self.changes.lock().await;
        let id = name_of(endpoint);
        if self.devices().await?.iter().any(|device| device.id == id && device.user == user) {
            self.store.commit(vec![take(id)]).await?;
        }
        Ok(())
    }

    /// The vendor knows it no more.
    pub async fn forget_device(&self, id: &str) -> Result<()> {
        self.store.commit(vec![take(id.to_owned())]).await?;
        Ok(())
    }

    /// All of them, the newest first.
    pub async fn devices(&self) -> Result<Vec<Device>> {
        let rows = self.store.entries(KIND, MOST).await?;
        let device = |row: EntryRow| {
            let Kept { user, endpoint, .. } = serde_json::from_str(&row.data).ok()?;
            Some(Device { id: row.id, user, endpoint })
        };
        Ok(rows.into_iter().filter_map(device).collect())
    }
}

fn name_of(endpoint: &str) -> String {
    hex::encode(&Sha256::digest(endpoint))
}

fn take(id: String) -> Write {
    Write::TakeEntry { kind: KIND.to_owned(), id }
}
