//! Erasures outside the database (S19): a line for each in a file beside it, so that a database
//! that was put back to an earlier state loses again who was erased since. It names nobody: ids of
//! ours, and hashes whose salt is in the database.

use crate::engine::Applied;
use crate::erase::Erased;
use crate::hex;
use crate::port::store::{Result, StoreError, Write};
use crate::service::Service;
use relais_core::conversation::Command;
use relais_core::conversation::command::{Act, Closing};
use relais_core::conversation::event::AgentRef;
use relais_core::id::{ContactId, ConversationId};
use relais_core::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::io;
use std::path::{Path, PathBuf};
use tokio::io::AsyncWriteExt as _;

/// Conversations of one person that were open in the copy.
const MOST_OPEN: usize = 64;

/// One person erased.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Line {
    pub at: i64,
    pub contact: ContactId,
    /// Contacts that had become this one; in an earlier state they may stand for themselves.
    pub merged: Vec<ContactId>,
    /// Of addresses.
    pub hashes: Vec<String>,
}

/// The file; only ever added to.
#[derive(Clone, Debug)]
pub struct Ledger(PathBuf);

impl Ledger {
    pub fn at(file: PathBuf) -> Self {
        Self(file)
    }

    pub fn file(&self) -> &Path {
        &self.0
    }

    /// All lines; one that was cut off by a crash is none.
    pub async fn read(&self) -> io::Result<Vec<Line>> {
        match tokio::fs::read_to_string(&self.0).await {
            Ok(text) => Ok(text.lines().filter_map(|l| serde_json::from_str(l).ok()).collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }

    /// Adds a line; on the disk when this returns.
    pub async fn add(&self, line: &Line) -> io::Result<()> {
        let text = serde_json::to_string(line).expect("ids and hashes are plain data");
        let mut file =
            tokio::fs::OpenOptions::new().create(true).append(true).open(&self.0).await?;
        // In front too: the line before may have been cut off.
        file.write_all(format!("\n{text}\n").as_bytes()).await?;
        file.sync_all().await
    }
}

/// What came of erasing again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Again {
    /// Persons who were there again.
    pub erased: usize,
    /// Persons who could not be erased; the log says why.
    pub failed: usize,
}

impl Service {
    /// Writes each erasure down there too.
    pub fn keep_ledger(&self, ledger: Ledger) {
        *self.ledger().write() = Some(ledger);
    }

    /// Erases whoever was erased after the state that this database was put back to.
    pub async fn erase_again(&self, lines: &[Line], who: &str) -> Result<Again> {
        let mut again = Again::default();
        for line in lines {
            let at = Timestamp::from_micros(line.at);
            let hashes = line.hashes.iter().filter_map(|hash| hex::decode(hash));
            let unit: Vec<Write> = hashes.map(|hash| Write::Tombstone { hash, at }).collect();
            if !unit.is_empty() {
                self.store().commit(unit).await?;
            }
            for contact in std::iter::once(&line.contact).chain(&line.merged) {
                if self.store().contact(*contact).await?.is_none()
                    || self.store().contact_erased_at(*contact).await?.is_some()
                {
                    continue;
                }
                match self.erase_whatever_is_open(*contact, at, who).await {
                    Ok(()) => again.erased += 1,
                    Err(error @ (StoreError::Bug(_) | StoreError::Inconsistent { .. })) => {
                        tracing::error!(%contact, %error, "a person could not be erased again");
                        again.failed += 1;
                    }
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(again)
    }

    /// What was resolved before the erasure may have been open in the copy.
    async fn erase_whatever_is_open(
        &self,
        contact: ContactId,
        at: Timestamp,
        who: &str,
    ) -> Result<()> {
        for _ in 0..MOST_OPEN {
            match self.erase_as_of(contact, at, who).await? {
                Erased::Done { .. } | Erased::NotFound => return Ok(()),
                Erased::StillOpen(conversation) => self.end(conversation, who).await?,
            }
        }
        Err(StoreError::Bug("their conversations do not end".to_owned()))
    }

    /// Nobody is asked anything: the person is about to be erased.
    async fn end(&self, conversation: ConversationId, who: &str) -> Result<()> {
        let agent = AgentRef { key: who.to_owned(), name: who.to_owned() };
        let resolve = Act::Resolve { reason: Some(Closing::Duplicate), undo: Span::ZERO };
        // Whoever has it does not resolve it; then it is taken over first.
        let take_over = Act::Assign { to: agent.clone(), over: true };
        for act in [resolve.clone(), take_over, resolve] {
            let command = Command::Agent { agent: agent.clone(), act };
            let is_end = matches!(command, Command::Agent { act: Act::Resolve { .. }, .. });
            let applied = self.apply(conversation, &command, Vec::new()).await?;
            if is_end && matches!(applied, Applied::Done(_)) {
                return Ok(());
            }
        }
        Ok(())
    }
}
