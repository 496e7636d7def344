//! A restored copy sends nothing until somebody says so (R20). A mark stands in the database and in
//! a file beside it, and both move on together; a database that is older than its file is a copy.

use crate::clock::Random;
use crate::news::Topic;
use crate::port::store::{Released, Result, Store};
use crate::service::Service;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// Why nothing goes out, while nothing does.
const HOLD: &str = "outbox.hold";

/// What must agree.
#[derive(Clone, Debug)]
pub struct Mark {
    file: PathBuf,
    /// The setting it stands under: each process with a file of its own has one of its own.
    setting: String,
    /// Other nodes may work on the database.
    is_shared: bool,
}

/// What a start found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// A database without a past, or the one this file belongs to.
    Same,
    /// The database was put back to an earlier state, or moved without its file.
    Copy,
}

impl Mark {
    /// The file of a database that nobody else uses.
    pub fn of_one(file: PathBuf) -> Self {
        Self { file, setting: "mark".to_owned(), is_shared: false }
    }

    /// The file of one node among several.
    pub async fn of_node(file: PathBuf, random: &dyn Random) -> io::Result<Self> {
        let name = file.with_extension("node");
        let known = read(&name).await?;
        let node = match known.into_iter().next() {
            Some(node) => node,
            None => {
                let node = random.name().simple().to_string();
                write(&name, &node).await?;
                node
            }
        };
        Ok(Self { file, setting: format!("mark.{node}"), is_shared: true })
    }

    /// Compares, holds the outbox of a copy, and moves the mark on.
    pub async fn start(&self, store: &dyn Store, random: &dyn Random) -> io::Result<Result<Found>> {
        let known = read(&self.file).await?;
        let stored = match store.setting(&self.setting).await {
            Ok(stored) => stored,
            Err(error) => return Ok(Err(error)),
        };
        let found = match &stored {
            Some(mark) if known.contains(mark) => Found::Same,
            None if known.is_empty() => match self.is_vouched_for(store).await {
                Ok(true) => Found::Same,
                Ok(false) => Found::Copy,
                Err(error) => return Ok(Err(error)),
            },
            Some(_) | None => Found::Copy,
        };
        if found == Found::Copy
            && let Err(error) = hold(store, "the database was restored or copied").await
        {
            return Ok(Err(error));
        }
        let moved = self.advance(store, random).await?;
        Ok(moved.map(|()| found))
    }

    /// A node without a past joins those that work on the database. Where it is the only one, and
    /// the database is used, nobody is there to say that it is no copy.
    async fn is_vouched_for(&self, store: &dyn Store) -> Result<bool> {
        let is_unused = async || Ok(store.conversation_ids(None, 1).await?.is_empty());
        let is_worked_on = async || Ok(store.nodes().await?.iter().any(|node| node.is_alive));
        Ok(!self.is_shared || is_unused().await? || is_worked_on().await?)
    }

    /// The file first: after a crash in between it knows the database's mark as the one before.
    pub async fn advance(&self, store: &dyn Store, random: &dyn Random) -> io::Result<Result<()>> {
        let mark = random.name().simple().to_string();
        let before = match store.setting(&self.setting).await {
            Ok(before) => before.unwrap_or_default(),
            Err(error) => return Ok(Err(error)),
        };
        write(&self.file, &format!("{mark}\n{before}\n")).await?;
        Ok(store.put_setting(&self.setting, Some(&mark)).await)
    }
}

async fn read(file: &Path) -> io::Result<Vec<String>> {
    match tokio::fs::read_to_string(file).await {
        Ok(text) => Ok(text.lines().filter(|l| !l.is_empty()).map(str::to_owned).collect()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Whole or not at all, and on the disk.
async fn write(file: &Path, text: &str) -> io::Result<()> {
    use tokio::io::AsyncWriteExt as _;
    let draft = file.with_extension("new");
    let mut to = tokio::fs::File::create(&draft).await?;
    to.write_all(text.as_bytes()).await?;
    to.sync_all().await?;
    tokio::fs::rename(&draft, file).await
}

/// Holds everything that is on its way out.
pub async fn hold(store: &dyn Store, reason: &str) -> Result<()> {
    store.put_setting(HOLD, Some(reason)).await?;
    store.hold_outbox().await
}

/// Why the outbox is on hold, if it is.
pub async fn reason(store: &dyn Store) -> Result<Option<String>> {
    store.setting(HOLD).await
}

/// Lets messages go out again; those on hold are sent or dropped.
pub async fn release(store: &dyn Store, then: Released) -> Result<()> {
    store.release_outbox(then).await?;
    store.put_setting(HOLD, None).await
}

impl Service {
    /// Lets messages go out again.
    pub async fn release_outbox(&self, then: Released) -> Result<()> {
        release(&**self.store(), then).await?;
        self.tell(Topic::Hold);
        self.look_for_hold().await
    }

    /// A copy sends nothing, neither to customers nor to anybody else (R20).
    pub(crate) fn is_held(&self) -> bool {
        self.held().load(Ordering::Relaxed)
    }

    /// Another process may have put the outbox on hold, or ended that.
    pub(crate) async fn look_for_hold(&self) -> Result<()> {
        let is_held = reason(&**self.store()).await?.is_some();
        if self.held().swap(is_held, Ordering::Relaxed) && !is_held {
            self.wake_dispatcher();
        }
        Ok(())
    }
}
