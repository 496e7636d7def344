//! Workspaces between the database and a folder of files.

use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring;
use relais_adapters::channels::pacing::Pacing;
use relais_app::files;
use relais_app::service::PublishError;
use std::path::Path;
use std::sync::Arc;

/// Checks a folder and publishes it. An empty database starts with it.
pub async fn import(config: &Config, folder: &Path) -> Result<(), Refusal> {
    let document = files::import(folder).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        Refusal::new(
            format!("the files cannot be read: {}", errors.join("; ")),
            "correct them and import again; nothing was changed",
        )
    })?;
    let store = wiring::store(config).await?;
    let is_first = store.latest_version().await.map_err(|e| Refusal::of_store(&e))?.is_none();
    let name = document.workspace.name.clone();
    let pacing = Arc::new(Pacing::default());
    let service = wiring::service(config, store, pacing, document.clone(), None).await?;
    let version = if is_first {
        service.snapshot().version
    } else {
        service.publish(document, "imported").await.map_err(|error| match error {
            PublishError::Invalid(errors) => {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                Refusal::new(
                    format!("the files cannot be published: {}", errors.join("; ")),
                    "correct them and import again; nothing was changed",
                )
            }
            PublishError::Outdated => Refusal::new(
                "somebody else published at the same moment",
                "look at what is published and import again; nothing was changed",
            ),
            PublishError::Store(error) => Refusal::of_store(&error),
        })?
    };
    println!("published {name} as version {version}");
    println!("a server that is running takes it up within a second");
    Ok(())
}

/// Writes the newest published version.
pub async fn export(config: &Config, folder: &Path) -> Result<(), Refusal> {
    let service = super::service(config).await?;
    let snapshot = service.snapshot();
    files::export(&snapshot.document, folder).map_err(|error| {
        Refusal::new(format!("the files cannot be written: {error}"), "choose another folder")
    })?;
    println!("wrote version {} to {}", snapshot.version, folder.display());
    Ok(())
}
