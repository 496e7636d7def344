//! The sandbox: the whole product on a virtual clock, driven by named operations. It serves the
//! black-box endpoint, the scenario runner and the tests alike. Nothing here waits on real time or
//! on a socket: every port is a double inside the process.

mod acts;
mod input;
mod line;
mod settle;
mod views;
mod world;

use crate::port::helpers::{Orders, SpeechToText};
use crate::port::model::Model;
use crate::port::store::{Store, StoreError};
use futures_util::future::BoxFuture;
use relais_core::workspace::Document;
use relais_core::workspace::snapshot::Snapshot;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;
use world::World;

/// Why an operation was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxError {
    /// HTTP status, 4xx (5xx only for a bug).
    pub status: u16,
    /// Stable word: `not_found`, `invalid`, `unknown_op`, `not_reset`.
    pub code: &'static str,
    pub message: String,
}

impl SandboxError {
    pub(crate) fn invalid(message: impl Into<String>) -> Self {
        Self { status: 400, code: "invalid", message: message.into() }
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self { status: 404, code: "not_found", message: message.into() }
    }

    pub(crate) fn bug(message: impl Into<String>) -> Self {
        Self { status: 500, code: "internal", message: message.into() }
    }
}

impl From<StoreError> for SandboxError {
    fn from(error: StoreError) -> Self {
        Self::bug(error.to_string())
    }
}

/// Makes an empty store for a fresh world.
pub type StoreFactory =
    Arc<dyn Fn() -> BoxFuture<'static, Result<Arc<dyn Store>, StoreError>> + Send + Sync>;

/// Speech-to-text that is told beforehand what a recording says.
pub trait Recordings: SpeechToText {
    fn record(&self, media_id: &str, transcript: &str);
}

/// What a sandbox is made of.
#[derive(Clone)]
pub struct SandboxPorts {
    pub store: StoreFactory,
    /// Workspaces by the name `reset` asks for.
    pub demos: BTreeMap<String, Document>,
    /// Model doubles by the name `configure` asks for.
    pub models: BTreeMap<String, Arc<dyn Model>>,
    /// Order connectors that fail, by the name `configure` asks for; `on` is the workspace's table.
    pub orders: BTreeMap<String, Arc<dyn Orders>>,
    pub ears: Arc<dyn Recordings>,
}

impl std::fmt::Debug for SandboxPorts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SandboxPorts")
            .field("demos", &self.demos.keys())
            .field("models", &self.models.keys())
            .finish_non_exhaustive()
    }
}

/// A sandbox; operations run one after the other.
#[derive(Debug)]
pub struct Sandbox {
    ports: SandboxPorts,
    /// Built once each: learning the answers takes longer than anything else in a reset.
    snapshots: Mutex<BTreeMap<String, Arc<Snapshot>>>,
    world: Mutex<Option<World>>,
}

impl Sandbox {
    pub fn new(ports: SandboxPorts) -> Self {
        Self { ports, snapshots: Mutex::default(), world: Mutex::default() }
    }

    /// Carries out one operation of the test contract.
    pub async fn call(&self, op: &str, input: Value) -> Result<Value, SandboxError> {
        if !OPS.contains(&op) {
            return Err(SandboxError {
                status: 404,
                code: "unknown_op",
                message: format!("no operation `{op}`; there are {}", OPS.join(", ")),
            });
        }
        let input = input::Input::new(input)?;
        let mut world = self.world.lock().await;
        if op == "reset" {
            *world = Some(self.reset(&input).await?);
            return Ok(serde_json::json!({ "ok": true }));
        }
        let world = world.as_mut().ok_or_else(|| SandboxError {
            status: 409,
            code: "not_reset",
            message: "call `reset` first".to_owned(),
        })?;
        match op {
            "configure" => world.configure(&input).await,
            "clock" => world.turn_clock(&input).await,
            "inbound" => world.inbound(&input).await,
            "settle" => world.settle().await,
            "outbox" => world.outbox(&input).await,
            "conversation" => world.conversation(&input).await,
            "transcript" => world.transcript(&input).await,
            "agent" => world.agent(&input).await,
            "queue" => world.queue(&input).await,
            "notifications" => world.notifications(&input).await,
            "kpi" => world.kpi(&input).await,
            "gaps" => world.gaps(&input).await,
            other => Err(SandboxError::bug(format!("`{other}` is listed and not made"))),
        }
    }

    async fn reset(&self, input: &input::Input) -> Result<World, SandboxError> {
        let name = input.text("demo")?;
        let at = input.time("at")?;
        let document = self.ports.demos.get(name).ok_or_else(|| {
            let known: Vec<&str> = self.ports.demos.keys().map(String::as_str).collect();
            SandboxError::invalid(format!("no demo `{name}`; there is {}", known.join(", ")))
        })?;
        let mut snapshots = self.snapshots.lock().await;
        let snapshot = if let Some(snapshot) = snapshots.get(name) {
            snapshot.clone()
        } else {
            let built = Snapshot::new(document.clone(), 1).map_err(|errors| {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                SandboxError::bug(errors.join("; "))
            })?;
            let built = Arc::new(built);
            snapshots.insert(name.to_owned(), built.clone());
            built
        };
        World::new(&self.ports, snapshot, at).await
    }

    /// The service under test, for checks that no operation offers.
    pub async fn service(&self) -> Option<Arc<crate::service::Service>> {
        self.world.lock().await.as_ref().map(World::service)
    }
}

/// The operations, as the contract names them.
pub const OPS: [&str; 13] = [
    "reset",
    "configure",
    "clock",
    "inbound",
    "settle",
    "outbox",
    "conversation",
    "transcript",
    "agent",
    "queue",
    "notifications",
    "kpi",
    "gaps",
];
