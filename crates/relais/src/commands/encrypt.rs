//! `relais admin encrypt`: what was written before encryption at rest was switched on.

use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring;
use relais_app::audit;
use relais_app::clock::{Clock as _, SystemClock};

pub async fn run(config: &Config) -> Result<(), Refusal> {
    if !config.encrypt_at_rest {
        return Err(Refusal::new(
            "encryption at rest is off",
            "set encrypt_at_rest = true (RELAIS_ENCRYPT_AT_REST=true) for all programs first",
        ));
    }
    let of_store = |e| Refusal::of_store(&e);
    let opened = wiring::prepare(config).await?;
    let Some(ring) = wiring::at_rest::ring(config, &opened).await? else {
        unreachable!("there is one where it is on")
    };
    let texts = opened.seal_old(&ring).await.map_err(of_store)?;
    drop(opened);
    for (place, count) in texts.iter().filter(|(_, count)| *count > 0) {
        println!("{place}: {count} encrypted");
    }
    let service = super::service(config).await?;
    let folder = wiring::folder(config, service.store().as_ref()).await?;
    service.keep_files_in(folder);
    let done = service.seal_old().await.map_err(of_store)?;
    println!("{} conversations indexed anew, {} files encrypted", done.conversations, done.files);
    let all: u64 = texts.iter().map(|(_, count)| count).sum();
    let (now, subject) = (SystemClock.now(), format!("{all} texts, {} files", done.files));
    let store = service.store();
    let noted = audit::record(store.as_ref(), now, "operator", "at_rest.encrypt", &subject).await;
    noted.map_err(of_store)?;
    drop(service);
    let url = config.database_url();
    if url.starts_with("sqlite") {
        let tidied = tokio::task::spawn_blocking(move || relais_store::tidy(&url)).await;
        return tidied.expect("nothing in it panics").map_err(|error| {
            Refusal::new(
                format!("what was there before still lies in free parts of the file: {error}"),
                "stop all programs on this database and run it again",
            )
        });
    }
    println!("what was there before lies in the tables until they are written anew: VACUUM FULL");
    Ok(())
}
