//! One running workspace: what the API, the command line and the sandbox call.

use crate::arrival::Arrival;
use crate::clock::Clock;
use crate::port::store::{Store, StoreError};
use relais_core::conversation::command::{Act, Refusal};
use relais_core::conversation::event::AgentRef;
use relais_core::id::{ChannelId, ConversationId};
use relais_core::routing::{AgentState, Availability};
use relais_core::workspace::Document;
use relais_core::workspace::snapshot::{Invalid, Snapshot};
use std::sync::Arc;
use tokio::sync::{broadcast, watch};

/// What became of one arrival: a line of the ingest ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Received {
    /// Stored and decided on in the same commit.
    Decided,
    /// Stored; a worker decides.
    Stored,
    /// Seen before: nothing changed (R2).
    Duplicate,
    /// Kept raw, outside conversations (foreign number, unknown kind, poison).
    Quarantined,
    /// Kept, of no consequence.
    Ignored,
}

/// How an agent's act ended.
#[derive(Clone, Debug, PartialEq)]
pub enum Acted {
    /// Done; the position of the conversation's last event.
    Done { position: i64 },
    /// Refused; who has the conversation, if somebody does.
    Refused { refusal: Refusal, owner: Option<AgentRef> },
    /// There is no such conversation.
    NotFound,
}

/// A change worth looking at (live stream). Carries no content.
#[derive(Clone, Debug, PartialEq)]
pub struct Hint {
    pub conversation: ConversationId,
    pub position: i64,
    pub status: &'static str,
    pub team: Option<String>,
}

/// One running workspace. Cheap to clone behind an `Arc`.
#[derive(Debug)]
pub struct Service {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Service {
    pub fn store(&self) -> &Arc<dyn Store> {
        &self.store
    }

    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// The newest published workspace.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        todo!("the pipeline")
    }

    /// Checks and publishes a workspace; running conversations keep their version (R22).
    pub async fn publish(&self, _document: Document, _comment: &str) -> Result<i64, PublishError> {
        todo!("the pipeline")
    }

    /// Takes in a delivery: everything is durable when this returns `Ok` (R1).
    pub async fn receive(
        &self,
        _channel: ChannelId,
        _arrivals: Vec<Arrival>,
    ) -> Result<Vec<Received>, StoreError> {
        todo!("the pipeline")
    }

    /// Carries out what an agent does.
    pub async fn act(
        &self,
        _agent: &AgentRef,
        _conversation: ConversationId,
        _act: Act,
    ) -> Result<Acted, StoreError> {
        todo!("the pipeline")
    }

    /// Agents with their availability and load.
    pub async fn agents(&self) -> Result<Vec<AgentState>, StoreError> {
        todo!("the pipeline")
    }

    pub async fn set_availability(
        &self,
        _agent: &str,
        _availability: Availability,
    ) -> Result<(), StoreError> {
        todo!("the pipeline")
    }

    /// The live stream.
    pub fn hints(&self) -> broadcast::Receiver<Hint> {
        todo!("the pipeline")
    }

    /// Runs timers, dispatcher, effects and jobs until told to stop, then hands back within 10 s.
    pub async fn run(self: Arc<Self>, _stop: watch::Receiver<bool>) {
        todo!("the pipeline")
    }
}

/// Why a workspace was not published.
#[derive(Debug)]
pub enum PublishError {
    Invalid(Vec<Invalid>),
    Store(StoreError),
}
