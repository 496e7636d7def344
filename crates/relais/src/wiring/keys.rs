//! The master key: from the settings, or made once and kept beside the database. While it is being
//! changed there are two: the first seals, both open.

use super::durable::sync_folder_of;
use crate::config::{Config, key};
use crate::startup::Refusal;
use rand::Rng as _;
use relais_app::accounts::vault::Vault;
use relais_app::hex;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

const FILE: &str = "master.key";

type Key = [u8; 32];

/// The vault with the key that is here; none is made.
pub fn known(config: &Config) -> Result<Option<Vault>, Refusal> {
    if config.master_keys().is_empty() && !file(config).exists() {
        return Ok(None);
    }
    vault(config).map(Some)
}

/// The vault with this installation's keys.
pub fn vault(config: &Config) -> Result<Vault, Refusal> {
    if let Some((first, others)) = config.master_keys().split_first() {
        return Ok(Vault::of(first, others));
    }
    let path = file(config);
    let kept = Kept::read_or_make(&path)?;
    let source = move || Kept::read(&path).map(|kept| kept.ring()).unwrap_or_default();
    let ring = kept.ring();
    Ok(Vault::of(&ring[0], &ring[1..]).kept_by(Box::new(source)))
}

/// Where the key is, unless the settings give it.
pub fn file(config: &Config) -> PathBuf {
    config.data_dir.join(FILE)
}

/// The key file: the key that seals, and on lines of their own with a word behind, the one that is
/// to come (`next`) and those before (`old`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub seals: Key,
    pub next: Option<Key>,
    pub old: Vec<Key>,
}

impl Kept {
    /// A fresh key of this machine.
    pub fn fresh() -> Key {
        let mut key = [0; 32];
        rand::rng().fill_bytes(&mut key);
        key
    }

    fn ring(&self) -> Vec<Key> {
        let mut ring = vec![self.seals];
        ring.extend(self.next);
        ring.extend(&self.old);
        ring
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        let mut kept = Self { seals: key(lines.next()?)?, next: None, old: Vec::new() };
        for line in lines {
            match line.split_once(' ')? {
                (text, "next") if kept.next.is_none() => kept.next = Some(key(text)?),
                (text, "old") => kept.old.push(key(text)?),
                _ => return None,
            }
        }
        Some(kept)
    }

    fn text(&self) -> String {
        let mut text = format!("{}\n", hex::encode(&self.seals));
        for (keys, word) in [(self.next.as_slice(), "next"), (&self.old, "old")] {
            for key in keys {
                text.push_str(&format!("{} {word}\n", hex::encode(key)));
            }
        }
        text
    }

    pub fn read(path: &Path) -> Result<Self, Refusal> {
        let text = fs::read_to_string(path).map_err(|e| failed(path, "read", &e))?;
        Self::parse(&text)
            .ok_or_else(|| failed(path, "used", &"it does not hold 64 hexadecimal digits"))
    }

    fn read_or_make(path: &Path) -> Result<Self, Refusal> {
        match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Ok(_) | Err(_) => return Self::read(path),
        }
        let kept = Self { seals: Self::fresh(), next: None, old: Vec::new() };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(|e| failed(path, "made", &e))?;
        }
        let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
        let mut file = made.map_err(|e| failed(path, "made", &e))?;
        file.write_all(hex::encode(&kept.seals).as_bytes())
            .and_then(|()| file.sync_all())
            .map_err(|e| failed(path, "written", &e))?;
        Ok(kept)
    }

    /// In place of the file before: whole or not at all, and on the disk.
    pub fn write(&self, path: &Path) -> Result<(), Refusal> {
        let draft = path.with_extension("key.new");
        let written = || -> io::Result<()> {
            let mut options = OpenOptions::new();
            let mut file =
                options.write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
            file.write_all(self.text().as_bytes())?;
            file.sync_all()?;
            fs::rename(&draft, path)?;
            sync_folder_of(path)
        };
        written().map_err(|error| failed(path, "written", &error))
    }
}

fn failed(path: &Path, what: &str, error: &dyn std::fmt::Display) -> Refusal {
    Refusal::new(
        format!("the key file {} cannot be {what}: {error}", path.display()),
        "correct its permissions, or give the key in RELAIS_MASTER_KEY_FILE",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_file_is_read_as_it_was_written_and_nothing_else_is() {
        let kept = Kept { seals: [1; 32], next: Some([2; 32]), old: vec![[3; 32]] };
        assert_eq!(Kept::parse(&kept.text()), Some(kept.clone()));
        assert_eq!(kept.ring(), [[1; 32], [2; 32], [3; 32]], "the first seals");
        let plain = hex::encode(&[1; 32]);
        assert!(Kept::parse(&plain).is_some(), "as it was before there were two");
        for bad in ["", "short", &format!("{plain} next"), &format!("{plain}\n{plain}")] {
            assert_eq!(Kept::parse(bad), None, "{bad}");
        }
    }
}
