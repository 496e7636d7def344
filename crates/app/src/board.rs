//! How many conversations views have, without reading what goes on once for each view and agent.

use crate::port::store::{InboxFilter, OpenLine, Result};
use crate::service::Service;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::Mutex;

/// With more than this going on, each view is counted by the store.
const MOST: i64 = 20_000;

/// The last reading of what goes on. One hint makes everybody count at the same time: whoever asks
/// gets a reading that began after they asked, and those who ask while one is under way share the
/// next.
#[derive(Debug, Default)]
pub(crate) struct Board {
    asked: AtomicU64,
    last: Mutex<Reading>,
}

#[derive(Debug, Default)]
struct Reading {
    /// Those who asked before this many others.
    serves: u64,
    lines: Arc<[OpenLine]>,
}

impl Board {
    async fn lines(
        &self,
        read: impl AsyncFnOnce() -> Result<Vec<OpenLine>>,
    ) -> Result<Arc<[OpenLine]>> {
        let place = self.asked.fetch_add(1, Ordering::SeqCst);
        let mut last = self.last.lock().await;
        if last.serves <= place {
            let serves = self.asked.load(Ordering::SeqCst);
            let lines = read().await?.into();
            *last = Reading { serves, lines };
        }
        Ok(Arc::clone(&last.lines))
    }
}

impl Service {
    /// How many conversations each filter shows, counted up to a number; nothing where words are
    /// looked for.
    pub async fn inbox_counts_of(
        &self,
        filters: &[InboxFilter],
        at_most: i64,
    ) -> Result<Vec<Option<i64>>> {
        let store = self.store();
        let mut lines = None;
        if filters.iter().any(InboxFilter::is_of_open) {
            let read = self.board().lines(async || store.inbox_open(MOST + 1).await).await?;
            lines = Some(read).filter(|lines| lines.len() as i64 <= MOST);
        }
        let mut counts = Vec::with_capacity(filters.len());
        for filter in filters {
            counts.push(match &lines {
                _ if filter.search.is_some() => None,
                Some(lines) if filter.is_of_open() => {
                    let shown = lines.iter().filter(|line| filter.lets(line));
                    Some((shown.count() as i64).min(at_most))
                }
                _ => Some(store.inbox_count(filter, at_most).await?),
            });
        }
        Ok(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn steps(n: u64) {
        for _ in 0..n {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn those_who_ask_at_once_share_a_reading_that_began_after_they_asked() {
        let board = Board::default();
        let begun = AtomicU64::new(0);
        let ask = async |at: u64| {
            steps(at).await;
            let before = begun.load(Ordering::SeqCst);
            let read = async || {
                begun.fetch_add(1, Ordering::SeqCst);
                steps(10).await;
                Ok(Vec::new())
            };
            board.lines(read).await.unwrap();
            // One that was under way already may have missed what they ask about.
            assert!(begun.load(Ordering::SeqCst) > before);
        };
        futures_util::future::join_all((0..30).map(ask)).await;
        let readings = begun.load(Ordering::SeqCst);
        assert!((4..=5).contains(&readings), "{readings}");
    }

    #[tokio::test]
    async fn a_reading_that_fails_is_its_own_and_the_next_is_tried() {
        let board = Board::default();
        let broken = async || Err(crate::port::store::StoreError::Unavailable("gone".into()));
        assert!(board.lines(broken).await.is_err());
        assert!(board.lines(async || Ok(Vec::new())).await.is_ok());
    }
}
