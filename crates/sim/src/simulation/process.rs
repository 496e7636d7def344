//! The process under test: how it starts on what its database holds.

use super::Simulation;
use super::helpers::{self, delicate};
use super::provider::{NUMBER, SimProvider};
use super::shared::Shared;
use super::store::SimStore;
use super::tasks::at_once;
use relais_app::clock::Clock;
use relais_app::dice::Seeded;
use relais_app::media::Folder;
use relais_app::pace::Unpaced;
use relais_app::port::store::{ChannelRow, Store, StoreError};
use relais_app::service::{Nodes, OpenError, Parts, Patience, Service};
use relais_core::id::ChannelId;
use relais_core::time::Timestamp;
use std::sync::Arc;

/// A Monday morning in Paris; the teams of the demo are at work.
pub(super) fn start_of_run() -> Timestamp {
    Timestamp::from_secs(1_809_331_200)
}
pub(super) fn channel() -> ChannelId {
    ChannelId::new(start_of_run(), [1; 10])
}

/// The process starts, on what the database holds.
pub(super) fn start(
    simulation: &Simulation,
    run: &str,
    shared: &Arc<Shared>,
    inner: &Arc<dyn Store>,
    seed: u64,
) -> Result<Arc<Service>, StoreError> {
    let weather = std::mem::take(&mut *shared.weather.lock());
    let store = Arc::new(SimStore { inner: Arc::clone(inner), shared: Arc::clone(shared) });
    let parts = Parts {
        store,
        clock: Arc::new(Wall(Arc::clone(shared))),
        random: Arc::new(Seeded::new(seed)),
        pacer: Arc::new(Unpaced),
        machine: Arc::new(delicate()),
        patience: Patience::Endless,
        nodes: Nodes::One,
    };
    let service = at_once(begin(simulation, run, shared, inner, parts, seed))?;
    *shared.weather.lock() = weather;
    Ok(service)
}

async fn begin(
    simulation: &Simulation,
    run: &str,
    shared: &Arc<Shared>,
    inner: &Arc<dyn Store>,
    parts: Parts,
    seed: u64,
) -> Result<Arc<Service>, StoreError> {
    let latest = inner.latest_version_number().await?;
    let service = if let Some(snapshot) = shared.witness(|w, _| w.version(latest)) {
        Service::start(parts, snapshot).await?
    } else {
        let service = Service::open(parts, None).await.map_err(|error| match error {
            OpenError::Store(error) => error,
            other => StoreError::Bug(format!("{other:?}")),
        })?;
        let comment = inner.latest_version().await?.map(|v| v.comment).unwrap_or_default();
        let edition = comment.bytes().last().map_or(0, |b| b.saturating_sub(b'0'));
        shared.witness(|w, _| w.published(service.snapshot(), edition));
        service
    };
    service.set_helpers(helpers::all(shared, !seed.is_multiple_of(3)));
    let folder = Folder::open(&simulation.databases.folder(run)).await;
    service.keep_files_in(folder.map_err(|e| StoreError::Unavailable(e.to_string()))?);
    let known = inner.channels().await?.into_iter().next();
    let row = known.unwrap_or_else(|| ChannelRow {
        id: channel(),
        kind: "simulated".to_owned(),
        name: "Simulated".to_owned(),
        business_number: NUMBER.to_owned(),
        config: "{}".to_owned(),
        paused_reason: None,
        created_at: start_of_run(),
    });
    service.connect(row, Arc::new(SimProvider(Arc::clone(shared)))).await?;
    service.recover_interrupted().await?;
    Ok(service)
}

/// The machine's clock, as the process reads it.
#[derive(Debug)]
struct Wall(Arc<Shared>);

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}
