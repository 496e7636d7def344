//! `relais admin rotate-key`: another master key, while the program runs. The new key is written
//! down before anything is sealed under it, and the old one opens until it is forgotten.

use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring;
use crate::wiring::keys::{self, Kept};
use relais_app::accounts::rotation::{self, RotationError};
use relais_app::accounts::vault::Vault;
use relais_app::clock::{Clock as _, SystemClock, SystemRandom};

pub async fn run(config: &Config, forgets_old: bool) -> Result<(), Refusal> {
    let given = config.master_keys();
    if !given.is_empty() {
        return given_by_settings(config, &given).await;
    }
    let path = keys::file(config);
    if !path.exists() {
        return Err(Refusal::new(
            format!("there is no key file {}", path.display()),
            "check RELAIS_DATA_DIR; a fresh installation gets its key at the first start",
        ));
    }
    let mut kept = Kept::read(&path)?;
    if forgets_old {
        let sealed = seal(config, &Vault::of(&kept.seals, &kept.old)).await?;
        kept = Kept { old: Vec::new(), next: None, ..kept };
        kept.write(&path)?;
        println!("{sealed} secrets were still under an old key; the file holds one key now");
        return Ok(());
    }
    // One that was begun and cut off is finished.
    let next = kept.next.unwrap_or_else(Kept::fresh);
    kept.next = Some(next);
    kept.write(&path)?;
    let mut others = vec![kept.seals];
    others.extend(&kept.old);
    let vault = Vault::of(&next, &others);
    let sealed = seal(config, &vault).await?;
    Kept { seals: next, next: None, old: others }.write(&path)?;
    println!("{sealed} secrets are sealed under the new key {}", vault.key_id());
    println!("copy {} to where you keep it apart from the backups", path.display());
    println!(
        "programs that run find it by themselves; when all have been started again, \
         `relais admin rotate-key --forget-old` (backups made before need the old key)"
    );
    Ok(())
}

/// Who manages keys elsewhere names both, old and new.
async fn given_by_settings(config: &Config, given: &[[u8; 32]]) -> Result<(), Refusal> {
    let [old @ .., new] = given else { unreachable!("asked only where there are some") };
    if old.is_empty() {
        return Err(Refusal::new(
            "master_key holds one key",
            "write the new one behind it, start all programs again, then run this again",
        ));
    }
    let vault = Vault::of(new, old);
    let sealed = seal(config, &vault).await?;
    println!("{sealed} secrets are sealed under the last key of master_key, {}", vault.key_id());
    println!("now put it first, start all programs again, then remove the others");
    Ok(())
}

async fn seal(config: &Config, vault: &Vault) -> Result<usize, Refusal> {
    let store = wiring::store(config).await?;
    let now = SystemClock.now();
    let sealed = rotation::seal_all_anew(store.as_ref(), vault, &SystemRandom, now).await;
    sealed.map_err(|error| match error {
        RotationError::Store(error) => Refusal::of_store(&error),
        RotationError::Unreadable(_) => Refusal::new(
            format!("{error} with the keys that are here; nothing was changed"),
            "put back the master key it was sealed with, or enter that secret again",
        ),
    })
}
