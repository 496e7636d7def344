//! The head of the audit log outside the database: a line in the log and in a file beside it,
//! whenever it moved (S18).

use crate::config::Config;
use relais_app::audit::Anchor;
use relais_app::hex;
use relais_app::port::store::{AuditRow, Store};
use std::io;
use std::path::{Path, PathBuf};
use tokio::io::AsyncWriteExt as _;

/// The file; only ever added to.
pub fn file(config: &Config) -> PathBuf {
    let url = config.database_url();
    match url.strip_prefix("sqlite://") {
        Some(path) => format!("{path}.audit").into(),
        None => config.data_dir.join("node.audit"),
    }
}

/// What was seen of the log so far. A line that cannot be read is none.
pub async fn read(file: &Path) -> io::Result<Vec<Anchor>> {
    let text = match tokio::fs::read_to_string(file).await {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
        Err(error) => return Err(error),
    };
    Ok(text.lines().filter_map(anchor).collect())
}

fn anchor(line: &str) -> Option<Anchor> {
    let (seq, hash) = line.split_once(' ')?;
    let byte = |at: usize| u8::from_str_radix(hash.get(at..at + 2)?, 16).ok();
    let hash = (0..hash.len() / 2).map(|i| byte(2 * i)).collect::<Option<Vec<u8>>>()?;
    Some(Anchor { seq: seq.parse().ok()?, hash })
}

/// Writes the head down if it is not the one that was written last.
pub async fn keep(file: &Path, store: &dyn Store, last: &mut i64) -> io::Result<()> {
    let head: Option<AuditRow> = store.audit_head().await.map_err(io::Error::other)?;
    let Some(head) = head.filter(|head| head.seq != *last) else { return Ok(()) };
    let hash = hex::encode(&head.hash);
    tracing::info!(audit.seq = head.seq, audit.hash = hash, "head of the audit log");
    let mut to = tokio::fs::OpenOptions::new().create(true).append(true).open(file).await?;
    to.write_all(format!("{} {hash}\n", head.seq).as_bytes()).await?;
    to.sync_all().await?;
    *last = head.seq;
    Ok(())
}
