//! The master key: from the settings, or made once and kept beside the database.

use crate::config::{Config, key};
use crate::startup::Refusal;
use rand::Rng as _;
use relais_app::accounts::vault::Vault;
use relais_app::hex;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;

const FILE: &str = "master.key";

/// The vault with the key that is here; none is made.
pub fn known(config: &Config) -> Result<Option<Vault>, Refusal> {
    if config.master_key().is_none() && !config.data_dir.join(FILE).exists() {
        return Ok(None);
    }
    vault(config).map(Some)
}

/// The vault with this installation's key.
pub fn vault(config: &Config) -> Result<Vault, Refusal> {
    if let Some(master) = config.master_key() {
        return Ok(Vault::new(&master));
    }
    let path = config.data_dir.join(FILE);
    let failed = |what: &str, error: &dyn std::fmt::Display| {
        Refusal::new(
            format!("the key file {} cannot be {what}: {error}", path.display()),
            "correct its permissions, or give the key in RELAIS_MASTER_KEY_FILE",
        )
    };
    match fs::read_to_string(&path) {
        Ok(text) => match key(&text) {
            Some(master) => Ok(Vault::new(&master)),
            None => Err(failed("used", &"it does not hold 64 hexadecimal digits")),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let mut master = [0; 32];
            rand::rng().fill_bytes(&mut master);
            let text = hex::encode(&master);
            fs::create_dir_all(&config.data_dir).map_err(|e| failed("made", &e))?;
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
                .map_err(|e| failed("made", &e))?;
            file.write_all(text.as_bytes()).map_err(|e| failed("written", &e))?;
            file.sync_all().map_err(|e| failed("written", &e))?;
            Ok(Vault::new(&master))
        }
        Err(error) => Err(failed("read", &error)),
    }
}
