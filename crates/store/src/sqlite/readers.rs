//! Threads that read, each with a connection of its own.

use super::connection::{Prepared, open_reader};
use crate::Options;
use crate::row::Record;
use crate::statement::Texts;
use crate::unit::Query;
use parking_lot::{Condvar, Mutex};
use relais_app::port::store::{Result, StoreError};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::oneshot;

type Read = Box<dyn FnOnce(&mut Prepared<'_>) + Send>;

/// Reads that may wait; more are refused (R17).
const WAITING: usize = 4_096;

#[derive(Default)]
struct Waiting {
    reads: VecDeque<Read>,
    is_closed: bool,
}

#[derive(Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    ready: Condvar,
}

pub(crate) struct Readers {
    shared: Arc<Shared>,
    threads: Vec<std::thread::JoinHandle<()>>,
}

impl std::fmt::Debug for Readers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Readers").field("threads", &self.threads.len()).finish_non_exhaustive()
    }
}

impl Readers {
    pub(crate) fn start(path: &Path, texts: &Arc<Texts>, options: Options) -> Result<Self> {
        let mut readers = Self { shared: Arc::default(), threads: Vec::new() };
        for number in 0..options.connections.unwrap_or(4).max(1) {
            let connection = open_reader(path)?;
            let (shared, texts) = (Arc::clone(&readers.shared), Arc::clone(texts));
            let thread = std::thread::Builder::new()
                .name(format!("store-read-{number}"))
                .spawn(move || {
                    let mut prepared = Prepared::new(&connection, &texts);
                    while let Some(read) = shared.next() {
                        read(&mut prepared);
                    }
                })
                .map_err(|error| StoreError::Unavailable(error.to_string()))?;
            readers.threads.push(thread);
        }
        Ok(readers)
    }

    pub(crate) async fn list<T: Record>(&self, query: Query<T>) -> Result<Vec<T>> {
        self.read(move |prepared| prepared.list(query.stmt, &query.args)).await
    }

    /// Two reads by one thread, one after the other: the way there and back costs more than most
    /// reads.
    pub(crate) async fn both<T: Record, U: Record>(
        &self,
        first: Query<T>,
        second: Query<U>,
    ) -> Result<(Vec<T>, Vec<U>)> {
        self.read(move |prepared| {
            let found = prepared.list(first.stmt, &first.args)?;
            Ok((found, prepared.list(second.stmt, &second.args)?))
        })
        .await
    }

    async fn read<T: Send + 'static>(
        &self,
        run: impl FnOnce(&mut Prepared<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (reply, answer) = oneshot::channel();
        let read: Read = Box::new(move |prepared| {
            // Nobody listens any more when the caller has given up.
            let _ = reply.send(run(prepared));
        });
        self.shared.push(read)?;
        answer
            .await
            .unwrap_or_else(|_| Err(StoreError::Unavailable("the reader has stopped".into())))
    }

    /// Ends the threads after what they are at; what waits is answered as unavailable.
    pub(crate) fn stop(&mut self) {
        {
            let mut waiting = self.shared.waiting.lock();
            waiting.is_closed = true;
            waiting.reads.clear();
        }
        self.shared.ready.notify_all();
        for thread in self.threads.drain(..) {
            // A panic of the thread was answered to its caller already.
            let _ = thread.join();
        }
    }
}

impl Shared {
    fn push(&self, read: Read) -> Result<()> {
        let mut waiting = self.waiting.lock();
        if waiting.reads.len() >= WAITING {
            return Err(StoreError::Unavailable("too many reads wait".into()));
        }
        waiting.reads.push_back(read);
        drop(waiting);
        self.ready.notify_one();
        Ok(())
    }

    fn next(&self) -> Option<Read> {
        let mut waiting = self.waiting.lock();
        loop {
            if let Some(read) = waiting.reads.pop_front() {
                return Some(read);
            }
            if waiting.is_closed {
                return None;
            }
            self.ready.wait(&mut waiting);
        }
    }
}
