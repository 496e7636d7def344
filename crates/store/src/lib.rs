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
mod seal_old;
mod sealed;
mod sql;
mod sqlite;
mod statement;
mod store;
mod stored;
mod unit;
mod value;
mod words;

use relais_app::at_rest::{Ring, keys};
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

/// A workspace's store before it is known whether its content is sealed.
#[derive(Debug)]
pub struct Opened(Kind);

#[derive(Debug)]
enum Kind {
    Sqlite(stored::Stored<sqlite::Sqlite>),
    Postgres(stored::Stored<postgres::Postgres>),
}

/// Opens a workspace's store, brings its schema up to date, and starts its threads. `url` is
/// `sqlite://path` or `postgres://…`.
pub async fn prepare(url: &str, workspace: WorkspaceId, options: Options) -> Result<Opened> {
    if let Some(path) = sqlite_path(url) {
        let path = path.to_owned();
        // Opening reads, migrates and may recover a WAL.
        let engine = tokio::task::spawn_blocking(move || sqlite::Sqlite::open(&path, options))
            .await
            .map_err(|error| StoreError::Fatal(error.to_string()))??;
        return Ok(Opened(Kind::Sqlite(stored::Stored::new(workspace, engine).await?)));
    }
    if matches!(scheme(url), "postgres" | "postgresql") {
        let engine = postgres::Postgres::open(url, workspace, options).await?;
        return Ok(Opened(Kind::Postgres(stored::Stored::new(workspace, engine).await?)));
    }
    Err(StoreError::Bug(format!("`{}` is no store", scheme(url))))
}

impl Opened {
    fn bare(&self) -> &dyn Store {
        match &self.0 {
            Kind::Sqlite(store) => store,
            Kind::Postgres(store) => store,
        }
    }

    /// The sealed data keys, once there are some.
    pub async fn content_keys(&self) -> Result<Option<String>> {
        self.bare().setting(keys::SETTING).await
    }

    /// The first data keys, unless another program was faster: what counts is what this gives.
    pub async fn content_keys_or(&self, first: &str) -> Result<String> {
        self.bare().setting_or(keys::SETTING, first).await
    }

    /// Seals what was written before, and says how many texts that were in each place. It may be cut
    /// off and begun again.
    pub async fn seal_old(&self, ring: &Ring) -> Result<Vec<(&'static str, u64)>> {
        match &self.0 {
            Kind::Sqlite(store) => store.seal_old(ring).await,
            Kind::Postgres(store) => store.seal_old(ring).await,
        }
    }

    /// The store, with its content sealed and opened by a ring.
    pub fn sealed_by(self, ring: Arc<Ring>) -> Arc<dyn Store> {
        match self.0 {
            Kind::Sqlite(store) => Arc::new(store.sealed_by(ring)),
            Kind::Postgres(store) => Arc::new(store.sealed_by(ring)),
        }
    }

    /// The store of a workspace whose content was never sealed.
    ///
    /// # Errors
    /// It was: what it holds cannot be read without its keys.
    pub async fn plain(self) -> Result<Arc<dyn Store>> {
        if self.content_keys().await?.is_some() {
            return Err(StoreError::Unavailable("its content is sealed".to_owned()));
        }
        Ok(match self.0 {
            Kind::Sqlite(store) => Arc::new(store),
            Kind::Postgres(store) => Arc::new(store),
        })
    }
}

/// The store of a workspace whose content is not sealed.
pub async fn open(url: &str, workspace: WorkspaceId, options: Options) -> Result<Arc<dyn Store>> {
    prepare(url, workspace, options).await?.plain().await
}

/// Takes what was deleted or written over out of a SQLite store's files, where it stays until it is
/// written over. Nobody else may use the store meanwhile.
pub fn tidy(url: &str) -> Result<()> {
    let Some(path) = sqlite_path(url) else {
        return Err(StoreError::Bug(format!("`{}` is not tidied here", scheme(url))));
    };
    sqlite::tidy(path)
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
