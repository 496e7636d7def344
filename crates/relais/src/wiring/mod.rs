//! Puts the parts together: store, service, channels, accounts, routes.

pub mod anchors;
pub mod at_rest;
pub mod channels;
pub mod durable;
pub mod files;
pub mod keys;
pub mod models;
pub mod notifiers;
pub mod vectors;

use crate::config::Config;
use crate::startup::Refusal;
use relais_adapters::channels::pacing::Pacing;
use relais_adapters::http::{Egress, EgressConfig};
use relais_adapters::oidc::OpenId;
use relais_app::accounts::Accounts;
use relais_app::clock::{SystemClock, SystemRandom};
use relais_app::hold::{Found, Mark};
use relais_app::ledger::Ledger;
use relais_app::media::Folder;
use relais_app::port::store::{Store, StoreError};
use relais_app::service::{CoreMachine, Nodes, OpenError, Parts, Patience, Service};
use relais_core::id::WorkspaceId;
use relais_core::understanding::vectors::Vectors;
use relais_core::workspace::Document;
use relais_store::{Opened, Options};
use std::sync::Arc;

/// The one workspace of this program so far; its id never changes.
pub const WORKSPACE: WorkspaceId =
    WorkspaceId(uuid::Uuid::from_u128(0x0198_5000_0000_7000_8000_0000_0000_0001));

/// Opens the database and brings its schema up to date.
pub async fn store(config: &Config) -> Result<Arc<dyn Store>, Refusal> {
    at_rest::store(config, prepare(config).await?).await
}

/// The same before it is known whether its content is sealed.
pub async fn prepare(config: &Config) -> Result<Opened, Refusal> {
    let url = config.database_url();
    if let Some(path) = url.strip_prefix("sqlite://")
        && let Some(folder) = std::path::Path::new(path).parent()
        && !folder.as_os_str().is_empty()
    {
        std::fs::create_dir_all(folder).map_err(|error| {
            Refusal::new(
                format!("the folder {} cannot be made: {error}", folder.display()),
                "choose another with RELAIS_DATA_DIR, or correct its permissions",
            )
        })?;
    }
    let mut options = Options::default();
    if url.starts_with("postgres") {
        options.connections = Some(config.database_connections);
    }
    relais_store::prepare(&url, WORKSPACE, options).await.map_err(|e| Refusal::of_store(&e))
}

/// The running workspace; an empty database starts with `first`.
pub async fn service(
    config: &Config,
    store: Arc<dyn Store>,
    pacing: Arc<Pacing>,
    first: Document,
    vectors: Option<Vectors>,
) -> Result<Arc<Service>, Refusal> {
    let is_shared = config.database_url().starts_with("postgres");
    let parts = Parts {
        store,
        clock: Arc::new(SystemClock),
        random: Arc::new(SystemRandom),
        pacer: pacing,
        machine: Arc::new(CoreMachine),
        patience: Patience::Real,
        nodes: if is_shared { Nodes::Several } else { Nodes::One },
    };
    Service::open_with_vectors(parts, Some(first), vectors.map(Arc::new)).await.map_err(|error| {
        match error {
            OpenError::Store(error) => Refusal::of_store(&error),
            OpenError::Unusable(reason) => Refusal::new(
                format!("the published workspace cannot be used: {reason}"),
                "correct its files and import them with `relais import FOLDER`",
            ),
            OpenError::NothingPublished => {
                Refusal::new("nothing is published", "import files with `relais import FOLDER`")
            }
        }
    })
}

/// What people call this process among others.
pub fn host(bound: std::net::SocketAddr) -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    format!("{}:{} (process {})", name.trim(), bound.port(), std::process::id())
}

/// The one client for everything that leaves this machine over HTTP.
pub fn egress(config: &Config) -> Result<Egress, Refusal> {
    let egress = EgressConfig { allow_loopback: config.allow_loopback, ..Default::default() };
    Egress::new(egress).map_err(|error| {
        Refusal::new(
            format!("the outgoing HTTP client cannot be made: {error}"),
            "check the certificates of this machine",
        )
    })
}

/// Where customers' files are kept: beside the database, or where all nodes see them.
pub async fn folder(config: &Config, store: &dyn Store) -> Result<Folder, Refusal> {
    let ring = at_rest::ring_of(config, store).await?;
    let path = config.files_dir();
    Folder::open(&path).await.map(|folder| folder.sealed_by(ring)).map_err(|error| {
        Refusal::new(
            format!("the folder of files {} cannot be used: {error}", path.display()),
            "choose another with RELAIS_FILES_DIR, or correct its permissions",
        )
    })
}

/// Where erasures stand beside the database (S19).
pub fn ledger(config: &Config) -> Ledger {
    let url = config.database_url();
    Ledger::at(match url.strip_prefix("sqlite://") {
        Some(path) => format!("{path}.erasures").into(),
        None => config.data_dir.join("node.erasures"),
    })
}

/// Whoever was erased after the state that the database was put back to is erased again.
pub async fn erase_again(config: &Config, service: &Service) -> Result<(), Refusal> {
    let ledger = ledger(config);
    let lines = ledger.read().await.map_err(|error| {
        Refusal::new(
            format!("the ledger of erasures {} cannot be read: {error}", ledger.file().display()),
            "correct its permissions",
        )
    })?;
    let again = service.erase_again(&lines, "restore").await;
    let again = again.map_err(|e| Refusal::of_store(&e))?;
    if again.erased > 0 {
        tracing::warn!(persons = again.erased, "erased again after a restore");
    }
    Ok(())
}

/// What must agree between the database and a file beside it (R20).
pub async fn mark(config: &Config) -> Result<Mark, Refusal> {
    let url = config.database_url();
    if let Some(path) = url.strip_prefix("sqlite://") {
        return Ok(Mark::of_one(format!("{path}.mark").into()));
    }
    let folder = &config.data_dir;
    let made = async {
        tokio::fs::create_dir_all(folder).await?;
        Mark::of_node(folder.join("node.mark"), &SystemRandom).await
    };
    made.await.map_err(|error| no_mark(&error))
}

/// Compares the mark; a copy is held before anything can be sent.
pub async fn check_mark(mark: &Mark, store: &dyn Store) -> Result<Found, Refusal> {
    let found = mark.start(store, &SystemRandom).await.map_err(|error| no_mark(&error))?;
    let found = found.map_err(|e| Refusal::of_store(&e))?;
    if found == Found::Copy {
        tracing::error!(
            "the database was restored or copied: nothing is sent until an admin releases the \
             outbox (in the app, or with `relais admin release-outbox`)"
        );
    }
    Ok(found)
}

fn no_mark(error: &std::io::Error) -> Refusal {
    Refusal::new(
        format!("the mark beside the database cannot be used: {error}"),
        "correct the permissions of its folder",
    )
}

/// Accounts, with the key under which secrets of second factors are sealed.
pub fn accounts(config: &Config, store: Arc<dyn Store>) -> Result<Arc<Accounts>, Refusal> {
    Ok(Arc::new(own_accounts(config, store)?))
}

/// The same for a server: people may also sign in with their company's provider.
pub fn accounts_of_all(config: &Config, store: Arc<dyn Store>) -> Result<Arc<Accounts>, Refusal> {
    let identity = OpenId::new(&config.sso_hosts, config.allow_loopback).map_err(|error| {
        Refusal::new(
            format!("the HTTP client for sign-ins cannot be made: {error}"),
            "check sso_hosts and the certificates of this machine",
        )
    })?;
    Ok(Arc::new(own_accounts(config, store)?.identified_by(Arc::new(identity))))
}

fn own_accounts(config: &Config, store: Arc<dyn Store>) -> Result<Accounts, Refusal> {
    let accounts = Accounts::new(store, Arc::new(SystemClock), Arc::new(SystemRandom))
        .sealed_by(keys::vault(config)?);
    Ok(match config.owner()? {
        Some(owner) => accounts.owned_by(owner),
        None => accounts,
    })
}

/// How many accounts can sign in.
pub async fn accounts_of(store: &dyn Store) -> Result<usize, StoreError> {
    Ok(store.users().await?.iter().filter(|u| u.password.is_some() && !u.is_disabled).count())
}
