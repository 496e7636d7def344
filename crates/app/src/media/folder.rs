//! The folder of files: content under its hash, so that a file sent twice lies there once. Only
//! whole files are ever seen under a hash.

use super::kind;
use crate::hex;
use sha2::{Digest as _, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::fs::{self, File};
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

/// No draft is worked on for so long.
const ABANDONED: Duration = Duration::from_secs(60 * 60);

/// A folder of this program alone, or of all nodes together.
#[derive(Clone, Debug)]
pub struct Folder(PathBuf);

/// A file that is whole and on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub hash: String,
    pub size: u64,
    pub kind: kind::Kind,
}

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
        Ok(Self(path.to_owned()))
    }

    /// A file nobody sees until it is kept; gone when it is dropped before.
    pub(crate) async fn draft(&self, name: uuid::Uuid) -> io::Result<Draft> {
        let drafts = self.0.join("drafts");
        // Another node may have started and cleared up.
        fs::create_dir_all(&drafts).await?;
        let path = drafts.join(name.simple().to_string());
        let file = File::create_new(&path).await?;
        Ok(Draft { file, path, hash: Sha256::new(), head: Vec::new(), size: 0 })
    }

    /// Puts a finished draft in its place; durable when this returns.
    pub(crate) async fn keep(&self, mut draft: Draft) -> io::Result<Kept> {
        draft.file.flush().await?;
        draft.file.sync_all().await?;
        let hash = hex::encode(&draft.hash.clone().finalize());
        let place = self.place(&hash);
        let folder = place.parent().unwrap_or(&self.0);
        fs::create_dir_all(folder).await?;
        fs::rename(&draft.path, &place).await?;
        File::open(folder).await?.sync_all().await?;
        Ok(Kept { hash, size: draft.size, kind: kind::of(&draft.head) })
    }

    /// The file of a hash.
    pub async fn read(&self, hash: &str) -> io::Result<File> {
        File::open(self.place(hash)).await
    }

    /// Where the content of a hash lies.
    pub(crate) fn path(&self, hash: &str) -> PathBuf {
        self.place(hash)
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
        self.0.join(&hash[..2]).join(hash)
    }
}

/// A file on its way in.
#[derive(Debug)]
pub(crate) struct Draft {
    file: File,
    path: PathBuf,
    hash: Sha256,
    head: Vec<u8>,
    size: u64,
}

impl AsyncWrite for Draft {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.file).poll_write(cx, bytes);
        if let Poll::Ready(Ok(taken)) = result {
            let taken = &bytes[..taken];
            self.hash.update(taken);
            self.size += taken.len() as u64;
            let room = kind::HEAD.saturating_sub(self.head.len());
            self.head.extend_from_slice(&taken[..taken.len().min(room)]);
        }
        result
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.file).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
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
}
