//! All sealed secrets under another key, in one transaction: killed at any moment, each is under one
//! key or the other, and both open.

use super::vault::Vault;
use crate::at_rest::keys;
use crate::audit;
use crate::clock::Random;
use crate::port::store::{Committed, EntryRow, Store, StoreError, Write};
use relais_core::time::Timestamp;
use serde_json::Value;

/// Lists with a sealed field; its place is `entries|KIND|ID|FIELD`.
const ENTRIES: [(&str, &str); 4] =
    [("factor", "secret"), ("webhook", "secret"), ("notifier", "config"), ("sso", "secret")];
/// Of a live channel.
const CHANNEL: [&str; 3] = ["token", "app_secret", "verify_token"];
/// The model's keys, by name.
const MODEL: &str = "model.settings";
const MOST: i64 = 100_000;
/// Others may change a secret at the same moment.
const TRIES: u32 = 32;

#[derive(Debug, thiserror::Error)]
pub enum RotationError {
    /// Sealed under a key that is not here.
    #[error("the secret {0} cannot be opened")]
    Unreadable(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Seals everything under the key that seals; says how many secrets that were.
pub async fn seal_all_anew(
    store: &dyn Store,
    vault: &Vault,
    random: &dyn Random,
    now: Timestamp,
) -> Result<usize, RotationError> {
    for _ in 0..TRIES {
        let mut anew = Anew { vault, random, count: 0, unit: Vec::new() };
        for (kind, field) in ENTRIES {
            for row in store.entries(kind, MOST).await? {
                anew.entry(row, field)?;
            }
        }
        let workspace = store.workspace();
        for row in store.channels().await? {
            let place = |field: &str| format!("channels|{workspace}|{}|{field}", row.id);
            if let Some(after) = anew.fields(&row.config, &[], &CHANNEL, place)? {
                anew.unit.push(Write::SwapChannel { id: row.id, before: row.config, after });
            }
        }
        if let Some(before) = store.setting(MODEL).await? {
            let place = |name: &str| format!("settings|{workspace}|{MODEL}|{name}");
            let names = names_of(&before);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            if let Some(after) = anew.fields(&before, &["keys"], &names, place)? {
                anew.unit.push(Write::SwapSetting { key: MODEL.to_owned(), before, after });
            }
        }
        if let Some(before) = store.setting(keys::SETTING).await? {
            let names = names_of(&before);
            let names: Vec<&str> = names.iter().map(String::as_str).collect();
            let place = |id: &str| keys::place(workspace, id);
            if let Some(after) = anew.fields(&before, &["keys"], &names, place)? {
                anew.unit.push(Write::SwapSetting { key: keys::SETTING.to_owned(), before, after });
            }
        }
        let (count, mut unit) = (anew.count, anew.unit);
        unit.push(audit::next(store, now, "operator", "key.rotate", &vault.key_id()).await?);
        if store.commit(unit).await? == Committed::Done {
            return Ok(count);
        }
    }
    Err(StoreError::Unavailable("secrets change too fast".to_owned()).into())
}

fn names_of(stored: &str) -> Vec<String> {
    let json: Value = serde_json::from_str(stored).unwrap_or_default();
    json["keys"].as_object().map(|keys| keys.keys().cloned().collect()).unwrap_or_default()
}

struct Anew<'a> {
    vault: &'a Vault,
    random: &'a dyn Random,
    count: usize,
    unit: Vec<Write>,
}

impl Anew<'_> {
    fn entry(&mut self, row: EntryRow, field: &str) -> Result<(), RotationError> {
        let place = |field: &str| format!("entries|{}|{}|{field}", row.kind, row.id);
        if let Some(data) = self.fields(&row.data, &[], &[field], place)? {
            self.unit.push(Write::SwapEntry { row, data });
        }
        Ok(())
    }

    /// A JSON object with sealed fields; nothing if none has to be sealed anew.
    fn fields(
        &mut self,
        stored: &str,
        inside: &[&str],
        fields: &[&str],
        place: impl Fn(&str) -> String,
    ) -> Result<Option<String>, RotationError> {
        let Ok(mut json) = serde_json::from_str::<Value>(stored) else { return Ok(None) };
        let mut object = &mut json;
        for name in inside {
            object = &mut object[*name];
        }
        let before = self.count;
        for field in fields {
            let Some(Value::String(sealed)) = object.get_mut(*field) else { continue };
            let place = place(field);
            let anew = self.vault.seal_anew(&place, sealed, self.random);
            if let Some(anew) = anew.map_err(|_| RotationError::Unreadable(place))? {
                *sealed = anew;
                self.count += 1;
            }
        }
        Ok((self.count > before).then(|| json.to_string()))
    }
}
