//! A file at rest: chunks, each sealed with its number and whether it is the last, so that none can
//! be left out, moved or cut off unseen. It is read and written front to back.

use super::{DataKey, FORM, ID, MARK, Ring, Unreadable};
use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

/// Bytes of content in a chunk.
pub(crate) const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;
/// A sealed chunk, but the last.
pub(crate) const SEALED: usize = CHUNK + TAG;
/// Random; the number of the chunk and whether it is the last make it a nonce.
const PREFIX: usize = 19;
/// The mark, the form, the name of the key, a dot, the prefix.
pub(crate) const HEAD: usize = 1 + FORM.len() + ID + 1 + PREFIX;
const PLACE: &str = "files";

/// Seals or opens the chunks of one file, in their order.
pub(crate) struct Chunks {
    cipher: XChaCha20Poly1305,
    aad: String,
    prefix: [u8; PREFIX],
    next: u32,
}

impl std::fmt::Debug for Chunks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Chunks").field("next", &self.next).finish_non_exhaustive()
    }
}

impl Ring {
    fn chunks(&self, key: &DataKey, prefix: [u8; PREFIX]) -> Chunks {
        Chunks { cipher: key.cipher.clone(), aad: self.aad(PLACE, &key.id), prefix, next: 0 }
    }

    /// For a new file: its head, and what seals its chunks.
    pub(crate) fn seal_file(&self) -> (Vec<u8>, Chunks) {
        let key = &self.keys[0];
        let mut prefix = [0; PREFIX];
        self.random.fill(&mut prefix);
        let mut head = format!("{MARK}{FORM}{}.", key.id).into_bytes();
        head.extend_from_slice(&prefix);
        (head, self.chunks(key, prefix))
    }

    /// What opens the chunks behind a head; nothing if the file is not one of this ring's, and so
    /// stands there as it is.
    pub(crate) fn open_file(&self, head: &[u8]) -> Option<Chunks> {
        let (name, prefix) = head.split_at_checked(HEAD - PREFIX)?;
        let key =
            self.keys.iter().find(|key| name == format!("{MARK}{FORM}{}.", key.id).as_bytes())?;
        Some(self.chunks(key, prefix.try_into().ok()?))
    }
}

impl Chunks {
    fn nonce(&mut self, is_last: bool) -> XNonce {
        let mut nonce = [0; 24];
        nonce[..PREFIX].copy_from_slice(&self.prefix);
        nonce[PREFIX..PREFIX + 4].copy_from_slice(&self.next.to_be_bytes());
        nonce[PREFIX + 4] = u8::from(is_last);
        // 2^32 chunks are 256 TiB; files are a million times smaller.
        self.next = self.next.saturating_add(1);
        nonce.into()
    }

    pub(crate) fn seal(&mut self, chunk: &[u8], is_last: bool) -> Vec<u8> {
        let nonce = self.nonce(is_last);
        let payload = Payload { msg: chunk, aad: self.aad.as_bytes() };
        self.cipher.encrypt(&nonce, payload).expect("encryption in memory cannot fail")
    }

    /// # Errors
    /// It was changed, or is not the next one of its file.
    pub(crate) fn open(&mut self, sealed: &[u8], is_last: bool) -> Result<Vec<u8>, Unreadable> {
        let nonce = self.nonce(is_last);
        let payload = Payload { msg: sealed, aad: self.aad.as_bytes() };
        self.cipher.decrypt(&nonce, payload).map_err(|_| Unreadable)
    }
}
