//! `relais doctor`: everything that can be looked at without changing anything, one line each.

use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring;
use relais_app::hold;
use relais_app::port::store::{OutboxState, Store, StoreError};
use relais_app::service::Service;
use relais_core::conversation::event::ENGINE_VERSION;
use relais_core::time::Timestamp;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// Looks and tells; fails when something must be done.
pub async fn run(config: &Config) -> Result<ExitCode, Refusal> {
    let mut report = Report::default();
    report.say(true, format!("relais {}, engine {ENGINE_VERSION}", env!("CARGO_PKG_VERSION")));
    report.say(true, format!("web app: {}", if relais_ui::is_built() { "inside" } else { "none" }));
    let service = match super::service(config).await {
        Ok(service) => service,
        Err(refusal) => {
            report.say(false, refusal.to_string());
            return Ok(report.code());
        }
    };
    let snapshot = service.snapshot();
    let name = &snapshot.document.workspace.name;
    report.say(true, format!("workspace: {name}, version {}", snapshot.version));
    let store = service.store();
    if let Err(error) = look(config, store.as_ref(), &mut report).await {
        report.say(false, Refusal::of_store(&error).to_string());
    }
    model(config, &service, &mut report).await;
    vectors(config, &mut report);
    match service.check_projections().await {
        Ok(checked) => report.say(
            checked.differences.is_empty(),
            format!(
                "log: {} conversations, {} events, {} not as their log says",
                checked.conversations,
                checked.events,
                checked.differences.len()
            ),
        ),
        Err(error) => report.say(false, Refusal::of_store(&error).to_string()),
    }
    Ok(report.code())
}

async fn look(config: &Config, store: &dyn Store, report: &mut Report) -> Result<(), StoreError> {
    store.ping().await?;
    report.say(true, "database: answers".to_owned());
    nodes(store, report).await?;
    for (relation, count) in store.orphans().await? {
        if count > 0 {
            report.say(false, format!("{count} rows without their parent: {relation}"));
        }
    }
    report.say(true, format!("encryption at rest: {}", at_rest(store).await?));
    let accounts = wiring::accounts_of(store).await?;
    if accounts == 0 {
        report
            .say(false, "accounts: none yet; `relais admin claim-link` prints the link".to_owned());
    } else {
        report.say(true, format!("accounts: {accounts}"));
    }
    let channels = store.channels().await?;
    match wiring::channels::check_secrets(config, &channels) {
        Ok(live) => report.say(true, format!("live numbers: {live}, secrets can be opened")),
        Err(refusal) => report.say(false, refusal.to_string()),
    }
    for channel in channels.iter().filter(|c| c.paused_reason.is_some()) {
        let reason = channel.paused_reason.as_deref().unwrap_or_default();
        report.say(false, format!("channel {} is paused: {reason}", channel.name));
    }
    if let Some(reason) = hold::reason(store).await? {
        let remedy = "`relais admin release-outbox` lets messages go out again";
        report.say(false, format!("outbox: on hold, {reason}; {remedy}"));
    }
    for (state, count) in store.outbox_counts().await? {
        let is_fine = !matches!(state, OutboxState::Unknown | OutboxState::Held) || count == 0;
        report.say(is_fine, format!("outbox, {}: {count}", format!("{state:?}").to_lowercase()));
    }
    let quarantined = store.ledger(Some("quarantined"), 1_000).await?.len();
    report.say(quarantined == 0, format!("quarantined arrivals: {quarantined}"));
    Ok(())
}

async fn at_rest(store: &dyn Store) -> Result<&'static str, StoreError> {
    let has_key = store.setting(relais_app::at_rest::keys::SETTING).await?.is_some();
    Ok(match (store.is_sealing(), has_key) {
        (true, _) => "on",
        (false, true) => "off, what was written while it was on needs the master key",
        (false, false) => "off",
    })
}

/// Programs that share the database. One that is silent without having left was killed, is frozen,
/// or cannot reach it.
async fn nodes(store: &dyn Store, report: &mut Report) -> Result<(), StoreError> {
    for node in store.nodes().await? {
        let has_left = node.lease_until == Timestamp::from_micros(0);
        let state = match (node.is_alive, has_left) {
            (true, _) => "alive",
            (false, true) => "has left",
            (false, false) => "gone without leaving",
        };
        let (host, version, seen) = (node.host, node.version, node.seen_at);
        report.say(true, format!("node {host}, version {version}: {state}, last seen {seen}"));
    }
    Ok(())
}

/// Its keys can be opened; nobody is asked anything.
async fn model(config: &Config, service: &Arc<Service>, report: &mut Report) {
    let models = match wiring::models::open(config, Arc::clone(service)) {
        Ok(models) => models,
        Err(refusal) => return report.say(false, refusal.to_string()),
    };
    let shown = match models.follow().await {
        Ok(()) => models.show().await,
        Err(error) => Err(error),
    };
    match shown {
        Ok(Some(shown)) if shown.settings.is_on => {
            let to = shown.settings.address("model");
            report
                .say(true, format!("model: {} at {to}, keys can be opened", shown.settings.model));
        }
        Ok(_) => report.say(true, "model: none".to_owned()),
        Err(error) => report.say(false, format!("the model's settings cannot be used: {error}")),
    }
}

fn vectors(config: &Config, report: &mut Report) {
    if config.vectors_dir.is_empty() {
        return report.say(true, "sentence vectors: none".to_owned());
    }
    match wiring::vectors::read(Path::new(&config.vectors_dir)) {
        Ok(v) => report.say(true, format!("sentence vectors: {}", v.fingerprint())),
        Err(reason) => report.say(false, format!("sentence vectors are not used: {reason}")),
    }
}

#[derive(Debug, Default)]
struct Report {
    is_bad: bool,
}

impl Report {
    fn say(&mut self, is_fine: bool, line: String) {
        println!("{} {line}", if is_fine { "ok  " } else { "LOOK" });
        self.is_bad |= !is_fine;
    }

    fn code(&self) -> ExitCode {
        if self.is_bad { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }
}
