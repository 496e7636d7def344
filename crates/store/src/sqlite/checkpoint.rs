//! Writing the WAL back into the database. Most of it is done by a thread of its own, beside
//! commits; what came meanwhile by the writer, between two groups. A thread alone never catches up
//! with a busy writer, so that the WAL never starts over; a writer alone lets everybody wait for all
//! of it, and for the sync of the database file.

use super::connection::error_of;
use relais_app::port::store::{Result, StoreError};
use rusqlite::Connection;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;

/// Whether the thread still works at what it was asked for.
#[derive(Debug)]
pub(crate) enum Beside {
    Working,
    Ended(Result<()>),
}

/// The thread, as its writer sees it.
#[derive(Debug)]
pub(crate) struct Checkpoints {
    /// `None` only while it ends.
    ask: Option<Sender<()>>,
    told: Receiver<Result<()>>,
    thread: Option<JoinHandle<()>>,
    is_asked: bool,
}

impl Checkpoints {
    pub(crate) fn start(connection: Connection) -> Result<Self> {
        let (ask, asked) = channel();
        let (tell, told) = channel();
        let run = move || {
            while asked.recv().is_ok() {
                // Nobody listens any more when the writer has ended.
                let _ = tell.send(write_back(&connection));
            }
        };
        let thread = std::thread::Builder::new()
            .name("store-back".into())
            .spawn(run)
            .map_err(|error| StoreError::Unavailable(error.to_string()))?;
        Ok(Self { ask: Some(ask), told, thread: Some(thread), is_asked: false })
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.is_asked
    }

    pub(crate) fn begin(&mut self) {
        let ask = self.ask.as_ref().expect("only taken while it ends");
        // A thread that is gone is noticed when its answer is looked for.
        let _ = ask.send(());
        self.is_asked = true;
    }

    /// What came of it, if it has ended; waits for the end if it must have.
    pub(crate) fn look(&mut self, must_end: bool) -> Beside {
        let told = match self.told.try_recv() {
            Err(TryRecvError::Empty) if must_end => self.told.recv().ok(),
            Err(TryRecvError::Empty) => return Beside::Working,
            Err(TryRecvError::Disconnected) => None,
            Ok(told) => Some(told),
        };
        self.is_asked = false;
        Beside::Ended(told.unwrap_or_else(|| Err(StoreError::Fatal("a checkpoint ended".into()))))
    }
}

impl Drop for Checkpoints {
    fn drop(&mut self) {
        self.ask = None;
        if let Some(thread) = self.thread.take() {
            // A panic of the thread was told as an end already.
            let _ = thread.join();
        }
    }
}

/// As much as nobody reads any more; waits for nobody.
pub(crate) fn write_back(connection: &Connection) -> Result<()> {
    connection
        .query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(()))
        .map_err(|failed| error_of(connection, failed))
}
