//! The store port on SQLite and PostgreSQL. It keeps and fetches; it decides nothing.
//!
//! A unit of work becomes data ([`unit`]), planned once ([`plan`]) from one set of statements
//! ([`sql`]) written in the common part of both dialects ([`statement`]); an engine runs it.
#![forbid(unsafe_code)]

pub mod backup;
mod engine;
mod migrate;
mod plan;
mod postgres;
mod row;
mod sql;
mod sqlite;
mod statement;
mod store;
mod unit;
mod value;
mod words;

use relais_app::port::store::{Result, Store, StoreError};
use relais_core::id::WorkspaceId;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a commit survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// A power cut.
    #[default]
    Full,
    /// Nothing but an orderly end: for sandboxes and tests that are thrown away.
    Off,
}

#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub durability: Durability,
    /// SQLite: connections that read (4); PostgreSQL: connections in all (16).
    pub connections: Option<usize>,
    /// Units that may wait for the writer; more are refused (R17).
    pub queue: usize,
    /// SQLite: pages of WAL after which it is written back; 1 000 to 4 000 is the useful range.
    pub checkpoint_pages: u32,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            durability: Durability::Full,
            connections: None,
            queue: 2_048,
            checkpoint_pages: 2_000,
        }
    }
}

impl Options {
    /// For sandboxes and tests.
    pub fn throw_away() -> Self {
        Self { durability: Durability::Off, connections: Some(2), ..Self::default() }
    }
}

/// Opens a workspace's store, brings its schema up to date, and starts its threads. `url` is
/// `sqlite://path` or `postgres://…`.
pub async fn open(url: &str, workspace: WorkspaceId, options: Options) -> Result<Arc<dyn Store>> {
    if let Some(path) = sqlite_path(url) {
        let path = path.to_owned();
        // Opening reads, migrates and may recover a WAL.
        let engine = tokio::task::spawn_blocking(move || sqlite::Sqlite::open(&path, options))
            .await
            .map_err(|error| StoreError::Fatal(error.to_string()))??;
        return Ok(Arc::new(store::Stored::new(workspace, engine).await?));
    }
    if matches!(scheme(url), "postgres" | "postgresql") {
        let engine = postgres::Postgres::open(url, workspace, options).await?;
        return Ok(Arc::new(store::Stored::new(workspace, engine).await?));
    }
    Err(StoreError::Bug(format!("`{}` is no store", scheme(url))))
}

/// Deletes a SQLite store's files: a sandbox starts afresh with a new file. The store must be
/// closed (dropped) before.
pub fn wipe(url: &str) -> Result<()> {
    let Some(path) = sqlite_path(url) else {
        return Err(StoreError::Bug(format!("`{}` is not wiped", scheme(url))));
    };
    for suffix in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(suffix);
        match std::fs::remove_file(PathBuf::from(file)) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(StoreError::Unavailable(error.to_string())),
        }
    }
    Ok(())
}

fn sqlite_path(url: &str) -> Option<&Path> {
    url.strip_prefix("sqlite://").map(Path::new)
}

/// What may be shown of a url: never its password.
fn scheme(url: &str) -> &str {
    url.split_once(':').map_or("", |(scheme, _)| scheme)
}
