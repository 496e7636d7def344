//! The work of a running process in single pieces, for whoever drives time and order by hand: a
//! simulation runs them side by side and may drop any of them half-way, as a crash would.

use crate::port::store::{Head, Result};
use crate::service::Service;

/// What a process does beside taking in deliveries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    Timers,
    Router,
    Effect,
    Notices,
    Reconcile,
    Upkeep,
    File,
}

impl Piece {
    pub const ALL: [Self; 7] = [
        Self::Timers,
        Self::Router,
        Self::Effect,
        Self::Notices,
        Self::Reconcile,
        Self::Upkeep,
        Self::File,
    ];
}

impl Service {
    /// One round of a piece; says whether anything was done.
    pub async fn piece(&self, piece: Piece) -> Result<bool> {
        match piece {
            Piece::Timers => self.fire_timers().await,
            Piece::Router => self.assign().await,
            Piece::Effect => self.run_effect().await,
            Piece::Notices => self.run_notices().await,
            Piece::Reconcile => self.look_for_ends().await,
            Piece::Upkeep => self.keep_up().await,
            Piece::File => match self.next_file().await? {
                Some(job) => self.fetch(&job).await.map(|()| true),
                None => Ok(false),
            },
        }
    }

    /// The messages that may go now, one of each lane.
    pub async fn ready_to_send(&self) -> Result<Vec<Head>> {
        self.heads().await
    }

    /// Sends one of them; says whether anything was done.
    pub async fn send_one(&self, head: Head) -> Result<bool> {
        self.serve(head).await
    }
}
