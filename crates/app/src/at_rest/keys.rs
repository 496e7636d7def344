//! The data keys as they are kept: a setting of the workspace, each sealed by the master key. A new
//! master key seals them anew and changes nothing that they sealed.

use super::{Ring, id_of};
use crate::accounts::vault::Vault;
use crate::clock::Random;
use relais_core::id::WorkspaceId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The setting.
pub const SETTING: &str = "at_rest.keys";

#[derive(Deserialize, Serialize)]
struct Stored {
    /// Which of them seals.
    seals: String,
    /// By name, sealed.
    keys: BTreeMap<String, String>,
}

/// The keys in the database are not to be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key of the messages cannot be opened with the master key that is here")]
pub struct Locked;

/// Where a data key stands, for the vault.
pub(crate) fn place(workspace: WorkspaceId, id: &str) -> String {
    format!("settings|{workspace}|{SETTING}|{id}")
}

/// A first key, as the setting holds it.
pub fn fresh(workspace: WorkspaceId, vault: &Vault, random: &dyn Random) -> String {
    let mut key = [0; 32];
    random.fill(&mut key);
    let id = id_of(&key);
    let sealed = vault.seal(&place(workspace, &id), &crate::hex::encode(&key), random);
    let stored = Stored { seals: id.clone(), keys: BTreeMap::from([(id, sealed)]) };
    serde_json::to_string(&stored).expect("two names and a text are plain data")
}

/// The ring of a setting.
///
/// # Errors
/// One of its keys is not under a key of the vault.
pub fn open(
    workspace: WorkspaceId,
    stored: &str,
    vault: &Vault,
    is_sealing: bool,
    random: Arc<dyn Random>,
) -> Result<Ring, Locked> {
    let stored: Stored = serde_json::from_str(stored).map_err(|_| Locked)?;
    let mut keys = Vec::new();
    for (id, sealed) in &stored.keys {
        let text = vault.open(&place(workspace, id), sealed).map_err(|_| Locked)?;
        let key = crate::hex::decode(&text).and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        keys.push((*id != stored.seals, key.ok_or(Locked)?));
    }
    // The one that seals first.
    keys.sort_by_key(|(is_other, _)| *is_other);
    if keys.first().is_none_or(|(is_other, _)| *is_other) {
        return Err(Locked);
    }
    let keys: Vec<[u8; 32]> = keys.into_iter().map(|(_, key)| key).collect();
    Ok(Ring::new(workspace, &keys, is_sealing, random))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandom;

    #[test]
    fn a_data_key_is_had_with_its_master_key_only() {
        let (ws, vault) = (WorkspaceId(uuid::Uuid::from_u128(1)), Vault::new(&[1; 32]));
        let stored = fresh(ws, &vault, &SystemRandom);
        let ring = |vault: &Vault, ws| open(ws, &stored, vault, true, Arc::new(SystemRandom));
        let sealed = ring(&vault, ws).unwrap().seal("p", "x");
        assert_eq!(ring(&vault, ws).unwrap().open("p", &sealed), Ok(Some("x".to_owned())));
        assert_eq!(ring(&Vault::new(&[2; 32]), ws).unwrap_err(), Locked);
        assert_eq!(ring(&vault, WorkspaceId(uuid::Uuid::from_u128(2))).unwrap_err(), Locked);
        for bad in ["", "{}", r#"{"seals":"a","keys":{}}"#] {
            assert!(open(ws, bad, &vault, true, Arc::new(SystemRandom)).is_err(), "{bad}");
        }
    }
}
