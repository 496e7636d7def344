//! One connection apart from the pool: it keeps the node's lease, tells the other nodes what moved
//! and hears what they tell. Load on the pool does not delay it.

use super::link::{Failed, Link};
use super::pool::Pool;
use crate::unit::Op;
use relais_app::port::store::{Committed, Heard, Result, StoreError};
use std::future::{Future, poll_fn};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, broadcast};
use tokio_postgres::AsyncMessage;

/// Longer than this nobody waits for it: a lease that is renewed late is lost.
const PATIENCE: Duration = Duration::from_secs(3);
/// What may wait for a slow listener; one that falls behind looks for itself.
const KEPT: usize = 1_024;

pub(crate) struct Aside {
    pool: Arc<Pool>,
    /// Where nodes tell.
    channel: String,
    link: Mutex<Option<Link>>,
    heard: broadcast::Sender<Heard>,
}

impl std::fmt::Debug for Aside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Aside").field("channel", &self.channel).finish_non_exhaustive()
    }
}

impl Aside {
    pub(crate) fn new(pool: Arc<Pool>, channel: String) -> Self {
        let heard = broadcast::channel(KEPT).0;
        Self { pool, channel, link: Mutex::default(), heard }
    }

    pub(crate) fn hear(&self) -> broadcast::Receiver<Heard> {
        self.heard.subscribe()
    }

    pub(crate) async fn commit(&self, ops: &[Op]) -> Result<Committed> {
        let mut place = self.link.lock().await;
        in_time(async {
            let link = self.ready(&mut place).await?;
            super::transaction(link, ops).await
        })
        .await
        .inspect_err(|_| *place = None)
    }

    pub(crate) async fn tell(&self, text: &str) -> Result<()> {
        let mut place = self.link.lock().await;
        in_time(async { self.ready(&mut place).await?.notify(&self.channel, text).await })
            .await
            .inspect_err(|_| *place = None)
    }

    async fn ready<'l>(
        &self,
        place: &'l mut Option<Link>,
    ) -> std::result::Result<&'l mut Link, Failed> {
        if !place.as_ref().is_some_and(Link::is_usable) {
            *place = Some(self.connect().await?);
        }
        Ok(place.as_mut().expect("it was just put there"))
    }

    async fn connect(&self) -> std::result::Result<Link, Failed> {
        let (client, mut connection) = self.pool.connect_raw().await?;
        let heard = self.heard.clone();
        tokio::spawn(async move {
            loop {
                match poll_fn(|context| connection.poll_message(context)).await {
                    Some(Ok(AsyncMessage::Notification(told))) => {
                        // Nobody listening is not an error.
                        let _ = heard.send(Heard::Told(told.payload().to_owned()));
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => {
                        tracing::warn!(%error, "the connection between nodes ended");
                        break;
                    }
                    None => break,
                }
            }
            let _ = heard.send(Heard::Deaf);
        });
        let link = self.pool.link(client);
        link.batch(&self.pool.session).await?;
        link.batch(&format!("LISTEN {}", self.channel)).await?;
        let _ = self.heard.send(Heard::Again);
        Ok(link)
    }
}

async fn in_time<T>(work: impl Future<Output = std::result::Result<T, Failed>>) -> Result<T> {
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(ended) => ended.map_err(Failed::into_error),
        Err(_) => Err(StoreError::Unavailable("the database does not answer in time".into())),
    }
}
