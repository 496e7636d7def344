//! The folder of files: each under the hash of what lies there, so that a file sent twice lies there
//! once. Sealed, it is another file each time, and its name tells nothing of what is in it. Only
//! whole files are ever seen under a hash.

use super::kind;
use crate::at_rest::Ring;
use crate::at_rest::file::{CHUNK, Chunks};
use crate::hex;
use crate::media::opened::Opened;
use sha2::{Digest as _, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::fs::{self, File};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

/// No draft is worked on for so long.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// A folder of this program alone, or of all nodes together.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    ring: Option<Arc<Ring>>,
}

/// A file that is whole and on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub hash: String,
    pub size: u64,
    pub kind: kind::Kind,
}

/// The same place.
impl PartialEq for Folder {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Eq for Folder {}

impl Folder {
    /// Makes the folder if it is not there, and clears what an earlier run left unfinished; young
    /// drafts may be another node's.
    pub async fn open(path: &Path) -> io::Result<Self> {
        let drafts = path.join("drafts");
        fs::create_dir_all(&drafts).await?;
        let mut left = fs::read_dir(&drafts).await?;
        while let Some(entry) = left.next_entry().await? {
            let age = entry.metadata().await?.modified()?.elapsed().unwrap_or_default();
            if age > ABANDONED {
                fs::remove_file(entry.path()).await?;
            }
        }
        Ok(Self { path: path.to_owned(), ring: None })
    }

    /// Files are sealed and opened with this ring.
    #[must_use]
    pub fn sealed_by(mut self, ring: Option<Arc<Ring>>) -> Self {
        self.ring = ring;
        self
    }

    /// A file nobody sees until it is kept; gone when it is dropped before.
    pub(crate) async fn draft(&self, name: uuid::Uuid) -> io::Result<Draft> {
        let drafts = self.path.join("drafts");
        // Another node may have started and cleared up.
        fs::create_dir_all(&drafts).await?;
        let path = drafts.join(name.simple().to_string());
        let file = File::create_new(&path).await?;
        let sealing = self.ring.as_ref().filter(|ring| ring.is_sealing()).map(|ring| {
            let (head, chunks) = ring.seal_file();
            Sealing { chunks, plain: Vec::with_capacity(CHUNK), sealed: head, written: 0 }
        });
        Ok(Draft { file, path, hash: Sha256::new(), head: Vec::new(), size: 0, sealing })
    }

    /// Puts a finished draft in its place; durable when this returns.
    pub(crate) async fn keep(&self, mut draft: Draft) -> io::Result<Kept> {
        if let Some(sealing) = &mut draft.sealing {
            sealing.seal_chunk(true);
        }
        draft.flush().await?;
        draft.file.sync_all().await?;
        let hash = hex::encode(&draft.hash.clone().finalize());
        let place = self.place(&hash);
        let folder = place.parent().unwrap_or(&self.path);
        fs::create_dir_all(folder).await?;
        fs::rename(&draft.path, &place).await?;
        File::open(folder).await?.sync_all().await?;
        Ok(Kept { hash, size: draft.size, kind: kind::of(&draft.head) })
    }

    /// The content of a hash.
    pub async fn read(&self, hash: &str) -> io::Result<Opened> {
        Opened::new(File::open(self.place(hash)).await?, self.ring.as_deref()).await
    }

    /// A sealed copy of a file that lies there as it is; nothing if it is sealed, or gone.
    pub(crate) async fn seal_old(&self, hash: &str, name: uuid::Uuid) -> io::Result<Option<Kept>> {
        let mut file = match self.read(hash).await {
            Ok(file) if file.is_sealed() => return Ok(None),
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut draft = self.draft(name).await?;
        tokio::io::copy(&mut file, &mut draft).await?;
        self.keep(draft).await.map(Some)
    }

    pub(crate) async fn remove(&self, hash: &str) -> io::Result<()> {
        match fs::remove_file(self.place(hash)).await {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        }
    }

    fn place(&self, hash: &str) -> PathBuf {
        // Hashes are ours; anything else leads to a name that is not there.
        let is_hash = hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit());
        let hash = if is_hash { hash } else { "none" };
        self.path.join(&hash[..2]).join(hash)
    }
}

/// A file on its way in.
#[derive(Debug)]
pub(crate) struct Draft {
    file: File,
    path: PathBuf,
    /// Of what lies on the disk.
    hash: Sha256,
    head: Vec<u8>,
    size: u64,
    sealing: Option<Sealing>,
}

/// What of a file is not on the disk yet.
#[derive(Debug)]
struct Sealing {
    chunks: Chunks,
    /// At most one chunk; a full one may be the last.
    plain: Vec<u8>,
    sealed: Vec<u8>,
    /// Of `sealed`.
    written: usize,
}

impl Sealing {
    fn seal_chunk(&mut self, is_last: bool) {
        self.sealed.extend(self.chunks.seal(&self.plain, is_last));
        self.plain.clear();
    }
}

impl Draft {
    /// Writes out what is sealed.
    fn poll_sealed(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Some(sealing) = &mut self.sealing else { return Poll::Ready(Ok(())) };
        while sealing.written < sealing.sealed.len() {
            let rest = &sealing.sealed[sealing.written..];
            let taken = ready!(Pin::new(&mut self.file).poll_write(cx, rest))?;
            if taken == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.hash.update(&rest[..taken]);
            sealing.written += taken;
        }
        sealing.sealed.clear();
        sealing.written = 0;
        Poll::Ready(Ok(()))
    }

    fn poll_content(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let is_full = match &mut self.sealing {
            Some(sealing) if sealing.plain.len() == CHUNK => {
                // More comes, so it is not the last.
                sealing.seal_chunk(false);
                true
            }
            Some(sealing) => !sealing.sealed.is_empty(),
            None => false,
        };
        if is_full {
            ready!(self.poll_sealed(cx))?;
        }
        let Some(sealing) = &mut self.sealing else {
            let taken = ready!(Pin::new(&mut self.file).poll_write(cx, bytes))?;
            self.hash.update(&bytes[..taken]);
            return Poll::Ready(Ok(taken));
        };
        let taken = bytes.len().min(CHUNK - sealing.plain.len());
        sealing.plain.extend_from_slice(&bytes[..taken]);
        Poll::Ready(Ok(taken))
    }
}

impl AsyncWrite for Draft {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let taken = ready!(self.poll_content(cx, bytes))?;
        self.size += taken as u64;
        let room = kind::HEAD.saturating_sub(self.head.len());
        self.head.extend_from_slice(&bytes[..taken.min(room)]);
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_sealed(cx))?;
        Pin::new(&mut self.file).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_sealed(cx))?;
        Pin::new(&mut self.file).poll_shutdown(cx)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Renamed already, or nobody's: either way it must not stay.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at_rest::file::{HEAD, SEALED};
    use crate::clock::{Random as _, SystemRandom};
    use relais_core::id::WorkspaceId;
    use tokio::io::AsyncReadExt as _;

    #[tokio::test]
    async fn only_whole_files_are_kept_and_each_content_once() {
        let dir = tempfile::tempdir().unwrap();
        let folder = Folder::open(dir.path()).await.unwrap();
        let mut kept = Vec::new();
        for name in 1..=2 {
            let mut draft = folder.draft(uuid::Uuid::from_u128(name)).await.unwrap();
            draft.write_all(b"GIF89a\x10\0\x10\0").await.unwrap();
            kept.push(folder.keep(draft).await.unwrap());
        }
        assert_eq!(kept[0], kept[1]);
        assert_eq!((kept[0].size, kept[0].kind.mime), (10, "image/gif"));
        let mut dropped = folder.draft(uuid::Uuid::from_u128(3)).await.unwrap();
        dropped.write_all(b"half").await.unwrap();
        drop(dropped);
        assert_eq!(std::fs::read_dir(dir.path().join("drafts")).unwrap().count(), 0);
        assert!(folder.read(&kept[0].hash).await.is_ok());
        folder.remove(&kept[0].hash).await.unwrap();
        folder.remove(&kept[0].hash).await.unwrap();
        assert!(folder.read(&kept[0].hash).await.is_err());
        assert!(folder.read("../../etc/passwd").await.is_err());
    }

    async fn kept(folder: &Folder, bytes: &[u8]) -> Kept {
        let mut draft = folder.draft(SystemRandom.name()).await.unwrap();
        draft.write_all(bytes).await.unwrap();
        folder.keep(draft).await.unwrap()
    }

    async fn content(folder: &Folder, hash: &str) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        folder.read(hash).await?.read_to_end(&mut bytes).await?;
        Ok(bytes)
    }

    #[tokio::test]
    async fn a_sealed_file_is_read_whole_and_only_with_its_key() {
        let dir = tempfile::tempdir().unwrap();
        let plain = Folder::open(dir.path()).await.unwrap();
        let ring = |key, is_sealing| {
            let ws = WorkspaceId(uuid::Uuid::from_u128(1));
            Some(Arc::new(Ring::new(ws, &[[key; 32]], is_sealing, Arc::new(SystemRandom))))
        };
        let sealed = plain.clone().sealed_by(ring(7, true));
        let before = kept(&plain, b"GIF89a as it was").await;
        for size in [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 5] {
            let bytes: Vec<u8> = (0..size).map(|n| (n % 251) as u8).collect();
            let file = kept(&sealed, &bytes).await;
            assert_eq!(file.size, size as u64);
            assert_eq!(content(&sealed, &file.hash).await.unwrap(), bytes);
            let place = sealed.place(&file.hash);
            let on_disk = std::fs::read(&place).unwrap();
            assert_eq!(hex::encode(&Sha256::digest(&on_disk)), file.hash, "backups compare it");
            assert!(
                size < 64 || !on_disk.windows(64).any(|window| window == &bytes[..64]),
                "{size}"
            );
            // Off again, it still opens; with another key what is there is not what was sent.
            let off = plain.clone().sealed_by(ring(7, false));
            assert_eq!(content(&off, &file.hash).await.unwrap().len(), size);
            // A changed byte, and a file cut off at the end of a chunk.
            let mut changed = on_disk.clone();
            *changed.last_mut().unwrap() ^= 1;
            std::fs::write(&place, &changed).unwrap();
            assert!(content(&sealed, &file.hash).await.is_err(), "{size}");
            std::fs::write(&place, &on_disk[..on_disk.len().min(HEAD + SEALED) - 16]).unwrap();
            assert!(content(&sealed, &file.hash).await.is_err(), "{size}");
        }
        assert_eq!(content(&sealed, &before.hash).await.unwrap(), b"GIF89a as it was");
        let (one, other) = (kept(&sealed, b"x").await, kept(&sealed, b"x").await);
        assert_ne!(one.hash, other.hash, "a name tells nothing of the content");
    }
}
