//! Secrets at rest: sealed under a master key that is never in the database (S11).

use crate::clock::Random;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use parking_lot::RwLock;
use relais_core::broken::is_missing;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A secret cannot be opened: another master key sealed it, or it was changed or moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored secret cannot be opened with this master key")]
pub struct Unreadable;

/// The keys as they are kept now: the one that seals first, then others that still open.
pub type Source = Box<dyn Fn() -> Vec<[u8; 32]> + Send + Sync>;

/// Seals and opens. `place` names the row a secret belongs to; moved elsewhere it is unreadable.
pub struct Vault {
    /// Never empty.
    ring: RwLock<Vec<Key>>,
    /// Asked when a secret is under a key that came later.
    source: Option<Source>,
}

struct Key {
    cipher: XChaCha20Poly1305,
    id: String,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("key_id", &self.key_id()).finish_non_exhaustive()
    }
}

impl Key {
    fn new(master: &[u8; 32]) -> Self {
        let digest =
            Sha256::new_with_prefix(b"relais master key id").chain_update(master).finalize();
        Self { cipher: XChaCha20Poly1305::new(master.into()), id: crate::hex::encode(&digest[..4]) }
    }

    fn aad(&self, place: &str) -> String {
        let place = if is_missing("S11") { "" } else { place };
        format!("{place}|{}", self.id)
    }
}

impl Vault {
    pub fn new(master: &[u8; 32]) -> Self {
        Self::of(master, &[])
    }

    /// Seals with the first, opens with any.
    pub fn of(master: &[u8; 32], others: &[[u8; 32]]) -> Self {
        let ring = std::iter::once(master).chain(others).map(Key::new).collect();
        Self { ring: RwLock::new(ring), source: None }
    }

    /// Looks there again for keys it does not know: they may be changed while the program runs.
    #[must_use]
    pub fn kept_by(mut self, source: Source) -> Self {
        self.source = Some(source);
        self
    }

    /// Names the key that seals without telling it.
    pub fn key_id(&self) -> String {
        self.ring.read()[0].id.clone()
    }

    /// Text to store.
    pub fn seal(&self, place: &str, secret: &str, random: &dyn Random) -> String {
        let mut nonce = [0; 24];
        random.fill(&mut nonce);
        let ring = self.ring.read();
        let key = &ring[0];
        let aad = key.aad(place);
        let payload = Payload { msg: secret.as_bytes(), aad: aad.as_bytes() };
        let sealed = key
            .cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .expect("encryption of a short text in memory cannot fail");
        let (nonce, sealed) = (BASE64.encode(nonce), BASE64.encode(sealed));
        format!("v1.{}.{nonce}.{sealed}", key.id)
    }

    pub fn open(&self, place: &str, stored: &str) -> Result<String, Unreadable> {
        let mut parts = stored.split('.');
        let (Some("v1"), Some(id), Some(nonce), Some(sealed), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Unreadable);
        };
        let nonce = BASE64.decode(nonce).ok().filter(|n| n.len() == 24).ok_or(Unreadable)?;
        let sealed = BASE64.decode(sealed).map_err(|_| Unreadable)?;
        self.look_for(id);
        let ring = self.ring.read();
        let key = ring.iter().find(|key| key.id == id).ok_or(Unreadable)?;
        let aad = key.aad(place);
        let payload = Payload { msg: &sealed, aad: aad.as_bytes() };
        let open = key.cipher.decrypt(XNonce::from_slice(&nonce), payload);
        String::from_utf8(open.map_err(|_| Unreadable)?).map_err(|_| Unreadable)
    }

    /// Under the key that seals, if it is not already.
    pub fn seal_anew(
        &self,
        place: &str,
        stored: &str,
        random: &dyn Random,
    ) -> Result<Option<String>, Unreadable> {
        let secret = self.open(place, stored)?;
        let is_fresh = stored.split('.').nth(1) == Some(self.key_id().as_str());
        Ok((!is_fresh).then(|| self.seal(place, &secret, random)))
    }

    fn look_for(&self, id: &str) {
        let Some(source) = &self.source else { return };
        if self.ring.read().iter().any(|key| key.id == id) {
            return;
        }
        let ring: Vec<Key> = source().iter().map(Key::new).collect();
        if !ring.is_empty() {
            *self.ring.write() = ring;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandom;

    #[test]
    fn what_was_sealed_opens_in_its_place_under_its_key_only() {
        let vault = Vault::new(&[7; 32]);
        let stored = vault.seal("channels|1", "EAAG-token", &SystemRandom);
        assert!(!stored.contains("EAAG"));
        assert_eq!(vault.open("channels|1", &stored).as_deref(), Ok("EAAG-token"));
        assert_eq!(vault.open("channels|2", &stored), Err(Unreadable));
        assert_eq!(Vault::new(&[8; 32]).open("channels|1", &stored), Err(Unreadable));
        for bad in ["", "v1", "v1.a.b.c", &stored[..stored.len() - 2], &format!("{stored}.x")] {
            assert_eq!(vault.open("channels|1", bad), Err(Unreadable), "{bad}");
        }
    }

    #[test]
    fn keys_change_while_both_still_open_and_a_new_one_is_looked_for() {
        let (old, new) = ([7; 32], [8; 32]);
        let before = Vault::new(&old).seal("p", "x", &SystemRandom);
        let both = Vault::of(&new, &[old]);
        assert_eq!(both.open("p", &before).as_deref(), Ok("x"));
        let after = both.seal_anew("p", &before, &SystemRandom).unwrap().unwrap();
        assert_eq!(Vault::new(&new).open("p", &after).as_deref(), Ok("x"));
        assert_eq!(both.seal_anew("p", &after, &SystemRandom), Ok(None), "once");
        assert_eq!(both.seal_anew("q", &before, &SystemRandom), Err(Unreadable));
        // A program that runs since before finds the key, and seals with it from then on.
        let running = Vault::new(&old).kept_by(Box::new(move || vec![new, old]));
        assert_eq!(running.open("p", &after).as_deref(), Ok("x"));
        assert_eq!(running.key_id(), Vault::new(&new).key_id());
        assert_eq!(running.open("p", &before).as_deref(), Ok("x"));
    }

    #[test]
    fn the_same_secret_never_looks_the_same_twice() {
        let vault = Vault::new(&[7; 32]);
        let twice = [(); 2].map(|()| vault.seal("p", "x", &SystemRandom));
        assert_ne!(twice[0], twice[1]);
    }
}
