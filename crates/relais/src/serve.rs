//! `relais serve` and `relais demo`: one process from opening the database to the last request.

use crate::config::Config;
use crate::startup::{Refusal, Steps};
use crate::wiring::channels::{Mode, Registry};
use crate::wiring::notifiers::Places;
use crate::wiring::{self, files};
use relais_adapters::channels::pacing::Pacing;
use relais_api::metrics::Metrics;
use relais_api::{App, SandboxAccess, Settings, UiFile};
use relais_app::accounts::{Accounts, Limits};
use relais_app::clock::SystemRandom;
use relais_app::hold::{Found, Mark};
use relais_app::hooks_seen::Watch;
use relais_app::port::store::Store;
use relais_app::presence::Presence;
use relais_app::sandbox::Sandbox;
use relais_app::webhooks::Integrations;
use relais_core::workspace::Document;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{broadcast, watch};

/// After the signal, everything must be over by then (R18).
const LONGEST_STOP: Duration = Duration::from_secs(10);

/// A backup younger than this cannot be told from the database itself.
const MARK_EVERY: Duration = Duration::from_secs(30);

/// How often memory that was only needed for a moment goes back to the system.
const GIVE_BACK_EVERY: Duration = Duration::from_secs(3);

/// The allocator looks for memory that has been free for a while only when something large is freed.
/// Without this a start keeps a dozen MiB, and a flood keeps what it needed.
async fn give_back() {
    const LARGE: usize = 8 * 1024 * 1024;
    loop {
        tokio::time::sleep(GIVE_BACK_EVERY).await;
        // Never written to, so it costs no memory of its own.
        drop(std::hint::black_box(Vec::<u8>::with_capacity(LARGE)));
    }
}

/// Serves until SIGTERM or SIGINT. `Err` when it could not start, or the store was lost.
pub async fn run(config: Config, mode: Mode) -> Result<(), Refusal> {
    let mut steps = Steps::begin();
    let _limits = hear_of_limits()?;
    let store = wiring::store(&config).await?;
    steps.done("store");
    let mark = wiring::mark(&config).await?;
    let found = wiring::check_mark(&mark, store.as_ref()).await?;
    steps.done("mark");
    let pacing = Arc::new(Pacing::default());
    let first = first_document(mode)?;
    let vectors = wiring::vectors::provided(&config.vectors_dir);
    let service =
        wiring::service(&config, Arc::clone(&store), Arc::clone(&pacing), first, vectors).await?;
    steps.done("workspace");
    service.keep_for(config.retention());
    service.keep_files_in(wiring::folder(&config, store.as_ref()).await?);
    service.keep_ledger(wiring::ledger(&config));
    if found == Found::Copy {
        wiring::erase_again(&config, &service).await?;
    }
    let egress = wiring::egress(&config)?;
    let registry =
        Registry::open(&config, Arc::clone(&service), &pacing, mode, egress.clone()).await?;
    let following = tokio::spawn(Arc::clone(&registry).follow());
    let listing = tokio::spawn(Arc::clone(&registry).keep_templates());
    steps.done("channels");
    let models = wiring::models::open(&config, Arc::clone(&service))?;
    let modelling = tokio::spawn(wiring::models::follow(Arc::clone(&service), Arc::clone(&models)));
    let accounts = wiring::accounts_of_all(&config, store)?;
    let agents = service.snapshot();
    accounts.apply_configured(&agents.document.agents).await.map_err(|error| {
        Refusal::new(format!("the configured owner cannot be set: {error}"), "run `relais doctor`")
    })?;
    let outside = Arc::new(egress.clone());
    let integrations = Integrations { outside, vault: wiring::keys::vault(&config)? };
    let of_store = |error| Refusal::of_store(&error);
    service.reach_outside(integrations).await.map_err(of_store)?;
    let notifiers = Places::open(
        Arc::clone(&service),
        Arc::clone(&accounts),
        wiring::keys::vault(&config)?,
        egress,
        config.public_url.clone(),
    )
    .await
    .map_err(of_store)?;
    let telling = tokio::spawn(Arc::clone(&notifiers).follow());
    let (sandbox, made_token) = sandbox_access(&config, mode)?;
    let listener = bind(config.listen, "listen").await?;
    let metrics_listener = match config.metrics_listen.parse() {
        Ok(address) => Some(bind(address, "metrics_listen").await?),
        Err(_) => None,
    };
    let bound = listener.local_addr().map_err(|e| Refusal::new(e, "start again"))?;
    let url = config.browser_url(bound);
    service.join(&wiring::host(bound)).await.map_err(|e| Refusal::of_store(&e))?;
    let (stop, stopping) = watch::channel(false);
    let app = Arc::new(App {
        service: Arc::clone(&service),
        accounts: Arc::clone(&accounts),
        channels: registry,
        models,
        notifiers,
        watch: Watch::default(),
        sandbox,
        ui: ui_file,
        settings: settings(&config, mode),
        metrics: Arc::new(Metrics::default()),
        stop: stopping.clone(),
        changed: broadcast::channel(16).0,
        presence: Presence::default(),
        lost: watch::channel(false).0,
        limits: Limits::default(),
    });
    steps.done("sandbox and addresses");
    announce(&accounts, &url, &config.data_dir, made_token.as_deref()).await?;
    steps.done("claim link");
    tokio::spawn(renew_claim(Arc::clone(&accounts), url.clone(), stopping.clone()));
    if !url.starts_with("https://") && !bound.ip().is_loopback() {
        tracing::warn!("served without https: sessions can be overheard on this network");
    }
    let (mut failed, mut lost) = (service.failed(), app.lost.subscribe());
    let router = relais_api::router(Arc::clone(&app));
    let server = tokio::spawn(relais_api::server::serve(
        listener,
        router,
        Arc::clone(&app),
        stopping.clone(),
    ));
    let figures = metrics_listener.map(|listener| {
        let router = relais_api::metrics_router(Arc::clone(&app));
        tokio::spawn(relais_api::server::serve(listener, router, app, stopping.clone()))
    });
    let marking =
        tokio::spawn(move_on(mark, wiring::anchors::file(&config), Arc::clone(service.store())));
    let work = tokio::spawn(Arc::clone(&service).run(stopping));
    let giving_back = tokio::spawn(give_back());
    steps.ready(bound);
    tokio::select! {
        signal = asked_to_stop() => signal?,
        _ = failed.wait_for(Option::is_some) => return Err(store_lost()),
        _ = lost.wait_for(|lost| *lost) => return Err(store_lost()),
    }
    marking.abort();
    following.abort();
    listing.abort();
    modelling.abort();
    telling.abort();
    giving_back.abort();
    tracing::info!("stopping");
    stop.send_replace(true);
    let ended = async {
        let _ = server.await;
        let _ = work.await;
        if let Some(figures) = figures {
            let _ = figures.await;
        }
    };
    if tokio::time::timeout(LONGEST_STOP, ended).await.is_err() {
        tracing::warn!("stopped with work in hand; it is found again at the start");
    }
    Ok(())
}

/// Moves the mark on, so that a copy of the database is soon older than its file (R20).
async fn move_on(mark: Mark, anchors: PathBuf, store: Arc<dyn Store>) {
    let mut last = 0;
    loop {
        if let Err(error) = wiring::anchors::keep(&anchors, store.as_ref(), &mut last).await {
            tracing::warn!(%error, "the head of the audit log could not be written down");
        }
        tokio::time::sleep(MARK_EVERY).await;
        let failure = match mark.advance(store.as_ref(), &SystemRandom).await {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(failure, "the mark beside the database could not be moved on");
    }
}

/// Everything acknowledged is on the disk; nothing more can be promised (R14).
fn store_lost() -> Refusal {
    Refusal::new(
        "the database failed and must be opened again",
        "check the disk, then start again; everything acknowledged is in it",
    )
}

fn first_document(mode: Mode) -> Result<Document, Refusal> {
    match mode {
        Mode::Demo | Mode::Sandbox => files::demo(),
        Mode::Serve => files::starter(),
    }
}

fn sandbox_access(
    config: &Config,
    mode: Mode,
) -> Result<(Option<SandboxAccess>, Option<String>), Refusal> {
    if mode != Mode::Sandbox {
        return Ok((None, None));
    }
    let calls = Arc::default();
    let sandbox = Sandbox::new(crate::sandbox::ports(files::demo()?, &calls));
    let made = config
        .sandbox_token
        .is_empty()
        .then(|| format!("{:032x}{:032x}", rand::random::<u128>(), rand::random::<u128>()));
    let token = made.clone().unwrap_or_else(|| config.sandbox_token.clone());
    Ok((Some(SandboxAccess { sandbox: Arc::new(sandbox), token }), made))
}

async fn bind(address: SocketAddr, setting: &str) -> Result<TcpListener, Refusal> {
    TcpListener::bind(address).await.map_err(|error| {
        let variable = format!("RELAIS_{}", setting.to_uppercase());
        match error.kind() {
            std::io::ErrorKind::AddrInUse => Refusal::new(
                format!("{address} is in use by another program"),
                format!("stop it, or choose another address with {variable}"),
            ),
            std::io::ErrorKind::PermissionDenied => Refusal::new(
                format!("{address} may not be used by this account"),
                format!("choose a port above 1023 with {variable}"),
            ),
            _ => Refusal::new(
                format!("{address} cannot be listened on: {error}"),
                format!("choose an address of this machine with {variable}"),
            ),
        }
    })
}

fn settings(config: &Config, mode: Mode) -> Settings {
    let some = |text: &String| Some(text.clone()).filter(|t| !t.is_empty());
    Settings {
        is_demo: mode == Mode::Demo,
        public_url: some(&config.public_url),
        trusted_proxies: config.trusted_proxies.clone(),
        metrics_token: some(&config.metrics_token),
    }
}

/// While nobody owns the instance, a link that became too old is replaced by a fresh one (FR-02).
async fn renew_claim(accounts: Arc<Accounts>, url: String, mut stop: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(60)) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        match accounts.next_claim_token().await {
            Ok(Some(token)) => println!("claim link: {url}/claim#{token}"),
            Ok(None) if accounts.is_claimed().await.unwrap_or(false) => return,
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "the claim link could not be renewed"),
        }
    }
}

/// The few lines a person who starts it waits for.
async fn announce(
    accounts: &Accounts,
    url: &str,
    data: &Path,
    sandbox_token: Option<&str>,
) -> Result<(), Refusal> {
    let claim = accounts.new_claim_token().await.map_err(|error| {
        Refusal::new(format!("the claim link cannot be made: {error}"), "run `relais doctor`")
    })?;
    println!("Relais {} on {url}", env!("CARGO_PKG_VERSION"));
    println!("data: {}; the log is what follows here; Ctrl-C stops it", data.display());
    if let Some(token) = claim {
        println!("claim link: {url}/claim#{token}");
        println!("it works for 30 minutes; after that the next one is printed here");
    }
    if let Some(token) = sandbox_token {
        println!("sandbox token: {token}");
    }
    if !relais_ui::is_built() {
        println!("this build has no web app: run `npm ci && npm run build` in web/, build again");
    }
    Ok(())
}

fn ui_file(path: &str) -> Option<UiFile> {
    relais_ui::file(path).map(|file| UiFile {
        content_type: file.content_type(),
        is_immutable: file.is_immutable(),
        identity: file.identity,
        brotli: file.brotli,
    })
}

/// A file that may not grow (`ulimit -f`) is a full disk like any other (R13): the write fails, the
/// process is not ended. Heard for as long as this is kept.
fn hear_of_limits() -> Result<tokio::signal::unix::Signal, Refusal> {
    const XFSZ: i32 = 25;
    signal(SignalKind::from_raw(XFSZ))
        .map_err(|e| Refusal::new(format!("signals cannot be heard: {e}"), "try again"))
}

async fn asked_to_stop() -> Result<(), Refusal> {
    let listen = |kind| {
        signal(kind).map_err(|e| Refusal::new(format!("signals cannot be heard: {e}"), "try again"))
    };
    let (mut term, mut interrupt) =
        (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    tokio::select! {
        _ = term.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
