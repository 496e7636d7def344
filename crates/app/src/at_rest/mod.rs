//! Encryption at rest: what people said and are is sealed before it reaches the database or the
//! folder of files, under a data key of the installation, which the master key seals (S-006, S11).
//! Lookup keys stay readable; `docs/SECURITY.md` names them.

pub(crate) mod file;
pub mod keys;
mod old;

pub use old::SealedAnew;

use crate::clock::Random;
use crate::hex;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use relais_core::broken::is_missing;
use relais_core::id::WorkspaceId;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::sync::Arc;

/// What every sealed text and file begins with. No text that is stored as it is begins so: the
/// store puts U+FFFD in its place, as it does for NUL.
pub const MARK: char = '\u{1}';
/// The form after the mark, so that there may be another one.
const FORM: &str = "c1.";
const NONCE: usize = 24;
/// Characters of a key's name.
const ID: usize = 8;

/// A sealed text cannot be opened: it is under a key that is not here, or was changed or moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is sealed under a key that is not here, or was changed")]
pub struct Unreadable;

/// The data keys of a workspace: the first seals, all open.
pub struct Ring {
    workspace: WorkspaceId,
    keys: Vec<DataKey>,
    is_sealing: bool,
    random: Arc<dyn Random>,
}

struct DataKey {
    id: String,
    cipher: XChaCha20Poly1305,
    words: Hmac<Sha256>,
}

impl fmt::Debug for Ring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ring").field("seals", &self.is_sealing).finish_non_exhaustive()
    }
}

/// Names a data key without telling it.
fn id_of(key: &[u8; 32]) -> String {
    let digest = Sha256::new_with_prefix(b"relais data key id").chain_update(key).finalize();
    hex::encode(&digest[..ID / 2])
}

impl DataKey {
    fn new(key: &[u8; 32]) -> Self {
        let words = Sha256::new_with_prefix(b"relais words").chain_update(key).finalize();
        Self {
            id: id_of(key),
            cipher: XChaCha20Poly1305::new(key.into()),
            words: <Hmac<Sha256> as hmac::KeyInit>::new_from_slice(&words)
                .expect("a key of any length will do"),
        }
    }
}

impl Ring {
    /// The first key seals if `is_sealing`; without it, what was sealed before is only opened.
    ///
    /// # Panics
    /// Without a key.
    pub fn new(
        workspace: WorkspaceId,
        keys: &[[u8; 32]],
        is_sealing: bool,
        random: Arc<dyn Random>,
    ) -> Self {
        assert!(!keys.is_empty(), "a ring has a key");
        Self { workspace, keys: keys.iter().map(DataKey::new).collect(), is_sealing, random }
    }

    pub fn is_sealing(&self) -> bool {
        self.is_sealing
    }

    /// Whether a stored text was sealed by some ring.
    pub fn is_sealed(stored: &str) -> bool {
        stored.starts_with(MARK)
    }

    fn aad(&self, place: &str, id: &str) -> String {
        let place = if is_missing("S11") { "" } else { place };
        format!("{place}|{}|{id}", self.workspace)
    }

    fn nonce(&self) -> [u8; NONCE] {
        let mut nonce = [0; NONCE];
        self.random.fill(&mut nonce);
        nonce
    }

    /// A text to store. `place` is its table and column: elsewhere it cannot be opened.
    pub fn seal(&self, place: &str, text: &str) -> String {
        let key = &self.keys[0];
        let nonce = self.nonce();
        let aad = self.aad(place, &key.id);
        let payload = Payload { msg: text.as_bytes(), aad: aad.as_bytes() };
        let sealed = key
            .cipher
            .encrypt(XNonce::from_slice(&nonce), payload)
            .expect("encryption of a text in memory cannot fail");
        let mut stored = String::with_capacity(64 + sealed.len() * 4 / 3);
        stored.push(MARK);
        stored.push_str(FORM);
        stored.push_str(&key.id);
        stored.push('.');
        BASE64.encode_string(nonce, &mut stored);
        // 24 bytes are 32 characters without a rest: both parts stand in one row.
        BASE64.encode_string(&sealed, &mut stored);
        stored
    }

    /// What was stored, opened if it was sealed; nothing if it stands there as it is.
    ///
    /// # Errors
    /// Sealed, and not by this ring for this place.
    pub fn open(&self, place: &str, stored: &str) -> Result<Option<String>, Unreadable> {
        let Some(sealed) = stored.strip_prefix(MARK) else { return Ok(None) };
        let (id, sealed) =
            sealed.strip_prefix(FORM).and_then(|s| s.split_once('.')).ok_or(Unreadable)?;
        let key = self.keys.iter().find(|key| key.id == id).ok_or(Unreadable)?;
        let bytes = BASE64.decode(sealed).map_err(|_| Unreadable)?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE).ok_or(Unreadable)?;
        let aad = self.aad(place, id);
        let payload = Payload { msg: sealed, aad: aad.as_bytes() };
        let open = key.cipher.decrypt(XNonce::from_slice(nonce), payload);
        let text = String::from_utf8(open.map_err(|_| Unreadable)?).map_err(|_| Unreadable)?;
        Ok(Some(text))
    }

    /// What stands for a word in the index of a search: a keyed hash of 64 bits. The same word
    /// always gives the same, so whoever reads the index sees how often each occurs, not what it
    /// is.
    pub fn word(&self, word: &str) -> String {
        let mut mac = self.keys[0].words.clone();
        mac.update(word.as_bytes());
        hex::encode(&mac.finalize().into_bytes()[..8])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemRandom;

    fn ring(keys: &[[u8; 32]]) -> Ring {
        Ring::new(WorkspaceId(uuid::Uuid::from_u128(1)), keys, true, Arc::new(SystemRandom))
    }

    #[test]
    fn what_was_said_opens_in_its_column_of_its_workspace_under_its_key_only() {
        let one = ring(&[[7; 32]]);
        let stored = one.seal("events.content", "où est ma commande ?");
        assert!(!stored.contains("commande") && Ring::is_sealed(&stored));
        let open = |ring: &Ring, place: &str| ring.open(place, &stored);
        assert_eq!(open(&one, "events.content"), Ok(Some("où est ma commande ?".to_owned())));
        assert_eq!(open(&one, "drafts.text"), Err(Unreadable));
        assert_eq!(open(&ring(&[[8; 32]]), "events.content"), Err(Unreadable));
        let elsewhere = WorkspaceId(uuid::Uuid::from_u128(2));
        let other = Ring::new(elsewhere, &[[7; 32]], true, Arc::new(SystemRandom));
        assert_eq!(open(&other, "events.content"), Err(Unreadable));
        for bad in ["\u{1}", "\u{1}c1.", "\u{1}c1.x.y", &stored[..stored.len() - 2]] {
            assert_eq!(one.open("events.content", bad), Err(Unreadable), "{bad:?}");
        }
        assert_eq!(one.open("events.content", "plain, v1.c1."), Ok(None), "as it is");
    }

    #[test]
    fn an_older_key_still_opens_and_the_same_text_never_looks_the_same_twice() {
        let before = ring(&[[7; 32]]).seal("p", "x");
        let both = ring(&[[8; 32], [7; 32]]);
        assert_eq!(both.open("p", &before), Ok(Some("x".to_owned())));
        assert_eq!(ring(&[[8; 32]]).open("p", &both.seal("p", "x")), Ok(Some("x".to_owned())));
        assert_ne!(both.seal("p", "x"), both.seal("p", "x"));
    }

    #[test]
    fn a_word_is_the_same_under_one_key_and_another_under_another() {
        let one = ring(&[[7; 32]]);
        assert_eq!(one.word("commande"), one.word("commande"));
        assert_ne!(one.word("commande"), one.word("commandes"));
        assert_ne!(one.word("commande"), ring(&[[8; 32]]).word("commande"));
        assert_eq!(one.word("a").len(), 16);
    }
}
