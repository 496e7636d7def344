//! The connection to a language model, from the machine itself.

use crate::cli::Model;
use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring;
use relais_app::model::{Keys, Models, Probe, SaveError, Settings, Verdict};
use std::path::Path;
use std::sync::Arc;

pub async fn run(config: &Config, command: Model) -> Result<(), Refusal> {
    match command {
        Model::Set { file, key_file, sentiment_key_file, speech_key_file } => {
            let text = read(&file)?;
            let settings: Settings = serde_saphyr::from_str(&text).map_err(|error| {
                Refusal::new(
                    format!("{} cannot be read: {error}", file.display()),
                    "docs/ai.md shows the fields",
                )
            })?;
            let files = [key_file, sentiment_key_file, speech_key_file];
            let mut keys = Keys::default();
            for (name, file) in Keys::NAMES.into_iter().zip(files) {
                if let Some(file) = file {
                    keys.0.insert(name.to_owned(), read(&file)?.trim().to_owned());
                }
            }
            let probes = models(config).await?.save(settings, keys).await.map_err(refusal)?;
            println!("saved; a server that is running takes it up within a minute");
            probes.iter().for_each(report);
        }
        Model::Show => match models(config).await?.show().await.map_err(refusal)? {
            Some(shown) => {
                let text = serde_saphyr::to_string(&shown.settings).map_err(|error| {
                    Refusal::new(format!("the settings cannot be shown: {error}"), "report it")
                })?;
                println!("{}", text.trim_end());
                println!("# keys: {}", shown.keys.join(", "));
            }
            None => println!("no model is connected"),
        },
        Model::Remove => {
            models(config).await?.remove().await.map_err(refusal)?;
            println!("the connection and its keys are gone");
        }
    }
    Ok(())
}

async fn models(config: &Config) -> Result<Arc<Models>, Refusal> {
    wiring::models::open(config, super::service(config).await?)
}

fn read(file: &Path) -> Result<String, Refusal> {
    std::fs::read_to_string(file).map_err(|error| {
        Refusal::new(
            format!("{} cannot be read: {error}", file.display()),
            "check the path and its permissions",
        )
    })
}

fn report(probe: &Probe) {
    let ms = probe.took.as_millis();
    match &probe.verdict {
        Verdict::Works => println!("{}: works, answered in {ms} ms", probe.of),
        Verdict::Babbles => println!("{}: answers, but not in the form asked for", probe.of),
        Verdict::Fails(error) => println!("{}: {error}", probe.of),
    }
}

fn refusal(error: SaveError) -> Refusal {
    match error {
        SaveError::Store(error) => Refusal::of_store(&error),
        error @ (SaveError::Invalid(_) | SaveError::NoVault(_)) => {
            Refusal::new(error, "docs/ai.md shows the fields and where keys go")
        }
    }
}
