//! `relais backup`: everything in one file, while the program runs. The master key is not in it:
//! whoever finds a backup reads what customers wrote, but cannot speak as the company.

mod archive;
mod restore;

pub use restore::{Restore, run as restore};

use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring;
use archive::{Head, Manifest};
use relais_app::audit;
use relais_app::clock::{Clock as _, SystemClock};
use relais_core::time::Timestamp;
use relais_store::backup;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Writes the backup into a file, or into a folder under a name with the time.
pub async fn run(config: &Config, to: &Path) -> Result<ExitCode, Refusal> {
    let url = config.database_url();
    if !url.starts_with("sqlite://") {
        return Err(Refusal::new(
            "a PostgreSQL database is backed up with its own tools",
            format!(
                "run `pg_dump --format=custom --no-owner --file=relais.dump` against it (its \
                 password in PGPASSWORD or ~/.pgpass), then copy the folder {}",
                config.files_dir().display()
            ),
        ));
    }
    let now = SystemClock.now();
    let file = named(to, now)?;
    let store = super::existing(config).await?;
    let of_store = |e| Refusal::of_store(&e);
    // Who takes a copy of everything stands in the log, also in the copy's (S18).
    let recorded = audit::record(store.as_ref(), now, "operator", "backup.make", "").await;
    recorded.map_err(of_store)?;
    let head = store.audit_head().await.map_err(of_store)?;
    let key = wiring::keys::known(config)?.map(|vault| vault.key_id());
    drop(store);
    let files = config.files_dir();
    let at = file.clone();
    let work = move || -> Result<Manifest, Refusal> {
        let copy = Gone(at.with_extension("db.part"));
        // Left by a run that was killed.
        let _ = fs::remove_file(&copy.0);
        backup::copy(&url, &copy.0).map_err(|e| cannot(&e))?;
        let contents = backup::inspect(&copy.0).map_err(|e| cannot(&e))?;
        let manifest = Manifest {
            format: archive::FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            schema: contents.schema,
            minimum_reader: contents.minimum_reader,
            made_at: now.to_string(),
            key,
            audit: head.map(Head::from),
            ..Manifest::default()
        };
        archive::write(&at, &copy.0, &files, &contents.files, manifest).map_err(|error| {
            Refusal::new(
                format!("the backup {} cannot be written: {error}", at.display()),
                "choose a folder with enough space that this account may write to",
            )
        })
    };
    let manifest = tokio::task::spawn_blocking(work).await.expect("nothing in it panics")?;
    println!("backup: {}", file.display());
    println!(
        "database {} bytes, {} files of {} bytes, audit log up to line {}",
        manifest.database.bytes,
        manifest.files.count,
        manifest.files.bytes,
        manifest.audit.as_ref().map_or(0, |head| head.seq),
    );
    println!("the master key is not in it: keep a copy of the key apart");
    for hash in &manifest.files.missing {
        println!("LOOK file {hash} is not in its folder; it is not in the backup");
    }
    for hash in &manifest.files.damaged {
        println!("LOOK file {hash} is not what it was when it came; it is not in the backup");
    }
    let is_whole = manifest.files.missing.is_empty() && manifest.files.damaged.is_empty();
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Never one that is there already.
fn named(to: &Path, now: Timestamp) -> Result<PathBuf, Refusal> {
    let file = if to.is_dir() {
        let at: String = now.to_string().chars().filter(char::is_ascii_alphanumeric).collect();
        // 20270503T101500…: to the second.
        to.join(format!("relais-{}.tar", at.get(..15).unwrap_or(&at)))
    } else {
        to.to_owned()
    };
    if file.exists() {
        return Err(Refusal::new(
            format!("{} is there already", file.display()),
            "choose another name, or a folder: the backup then gets a name with the time",
        ));
    }
    Ok(file)
}

fn cannot(error: &relais_app::port::store::StoreError) -> Refusal {
    use relais_app::port::store::StoreError;
    let remedy = match error {
        StoreError::Full => "free space where the backup goes, about the size of the database",
        StoreError::Inconsistent { .. } => "the database is damaged: restore an earlier backup",
        _ => "check that the database is there, and the folder's permissions",
    };
    Refusal::new(format!("the database cannot be copied: {error}"), remedy)
}

/// A file that is of no use afterwards, whatever happened.
struct Gone(PathBuf);

impl Drop for Gone {
    fn drop(&mut self) {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut name = self.0.clone().into_os_string();
            name.push(ending);
            // It need not have come to be.
            let _ = fs::remove_file(name);
        }
    }
}
