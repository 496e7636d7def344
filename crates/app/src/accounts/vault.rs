//! Secrets at rest: sealed under a master key that is never in the database (S11).

use crate::clock::Random;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use relais_core::broken::is_missing;
use sha2::{Digest as _, Sha256};
use std::fmt;

/// A secret cannot be opened: another master key sealed it, or it was changed or moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored secret cannot be opened with this master key")]
pub struct Unreadable;

/// Seals and opens. `place` names the row a secret belongs to; moved elsewhere it is unreadable.
pub struct Vault {
    cipher: XChaCha20Poly1305,
    key_id: String,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl Vault {
    pub fn new(master: &[u8; 32]) -> Self {
        let digest =
            Sha256::new_with_prefix(b"relais master key id").chain_update(master).finalize();
        Self {
            cipher: XChaCha20Poly1305::new(master.into()),
            key_id: crate::hex::encode(&digest[..4]),
        }
    }

    /// Names the key without telling it.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Text to store.
    pub fn seal(&self, place: &str, secret: &str, random: &dyn Random) -> String {
        let mut nonce = [0; 24];
        random.fill(&mut nonce);
        let aad = self.aad(place);
        let payload = Payload { msg: secret.as_bytes(), aad: aad.as_bytes() };
        let sealed = self
            .cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .expect("encryption of a short text in memory cannot fail");
        let (nonce, sealed) = (BASE64.encode(nonce), BASE64.encode(sealed));
        format!("v1.{}.{nonce}.{sealed}", self.key_id)
    }

    pub fn open(&self, place: &str, stored: &str) -> Result<String, Unreadable> {
        let mut parts = stored.split('.');
        let (Some("v1"), Some(_), Some(nonce), Some(sealed), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(Unreadable);
        };
        let nonce = BASE64.decode(nonce).ok().filter(|n| n.len() == 24).ok_or(Unreadable)?;
        let sealed = BASE64.decode(sealed).map_err(|_| Unreadable)?;
        let aad = self.aad(place);
        let payload = Payload { msg: &sealed, aad: aad.as_bytes() };
        let open = self.cipher.decrypt(XNonce::from_slice(&nonce), payload);
        String::from_utf8(open.map_err(|_| Unreadable)?).map_err(|_| Unreadable)
    }

    fn aad(&self, place: &str) -> String {
        let place = if is_missing("S11") { "" } else { place };
        format!("{place}|{}", self.key_id)
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
    fn the_same_secret_never_looks_the_same_twice() {
        let vault = Vault::new(&[7; 32]);
        let twice = [(); 2].map(|()| vault.seal("p", "x", &SystemRandom));
        assert_ne!(twice[0], twice[1]);
    }
}
