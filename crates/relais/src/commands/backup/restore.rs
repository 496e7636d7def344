//! `relais restore`: a backup becomes an installation again. Everything is compared before anything
//! is used; nothing goes out until somebody says so (R20), and who was erased since is erased again
//! (S19).

use super::Gone;
use super::archive::{self, Into, Manifest, Unusable};
use crate::config::Config;
use crate::startup::Refusal;
use crate::wiring;
use crate::wiring::{anchors, durable};
use relais_adapters::channels::pacing::Pacing;
use relais_app::audit::{self, Anchor, Verdict};
use relais_app::clock::{Clock as _, SystemClock, SystemRandom};
use relais_app::hold;
use relais_app::ledger::{Again, Ledger, Line};
use relais_app::port::store::Store;
use relais_store::backup;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

#[derive(clap::Args, Debug)]
pub struct Restore {
    /// A file that `relais backup` made.
    pub backup: PathBuf,
    /// The ledger of erasures of the installation that was lost (`relais.db.erasures`).
    #[arg(long, value_name = "FILE")]
    pub erasures: Option<PathBuf>,
    /// Only compare the backup with what it says of itself.
    #[arg(long)]
    pub check: bool,
}

/// Who does it, in the audit log.
const WHO: &str = "restore";

pub async fn run(config: &Config, args: &Restore) -> Result<ExitCode, Refusal> {
    if args.check {
        return check(config, &args.backup).await;
    }
    let target = target(config)?;
    let files = config.files_dir();
    let part = with(&target, ".part");
    let is_begun = part.exists();
    for taken in [target.clone(), with(&target, "-wal")] {
        if taken.exists() {
            return Err(Refusal::new(
                format!("{} is there already", taken.display()),
                "a backup is restored beside nothing else: move it away, or set RELAIS_DATA_DIR",
            ));
        }
    }
    // What a restore that was killed left may be written over.
    if !is_begun && kept_in(&files).next().is_some() {
        return Err(Refusal::new(
            format!("the folder of files {} is not empty", files.display()),
            "move it away, or choose another with RELAIS_FILES_DIR",
        ));
    }
    let given = erasures(args.erasures.as_deref()).await?;
    let made = make(config, args, &target, given).await;
    if made.is_err() {
        // Nothing of a backup that cannot be used stays.
        drop(Gone(part.clone()));
        discard(&files);
    }
    let (manifest, again) = made?;
    fs::rename(&part, &target)
        .and_then(|()| durable::sync_folder_of(&target))
        .map_err(|error| cannot(&target, &error))?;
    tell(config, &manifest, again)
}

/// Everything but the last step: the database gets its name.
async fn make(
    config: &Config,
    args: &Restore,
    target: &Path,
    given: Vec<Line>,
) -> Result<(Manifest, Again), Refusal> {
    let part = with(target, ".part");
    let manifest = unpack(&args.backup, &part, &config.files_dir()).await?;
    let url = format!("sqlite://{}", part.display());
    let config = Config { database: url, ..config.clone() };
    let store = wiring::store(&config).await?;
    let beside = Beside::of(target);
    let seen = beside.anchors().await?;
    whole(store.as_ref(), &manifest, &seen).await?;
    let of_store = |e| Refusal::of_store(&e);
    let why = format!("restored from the backup of {}", manifest.made_at);
    hold::hold(store.as_ref(), &why).await.map_err(of_store)?;
    let (now, act) = (SystemClock.now(), "backup.restore");
    let recorded = audit::record(store.as_ref(), now, "operator", act, &manifest.made_at).await;
    recorded.map_err(of_store)?;
    let again = erase_again(&config, Arc::clone(&store), &beside, given).await?;
    beside.settle(store.as_ref(), &manifest, &seen).await?;
    Ok((manifest, again))
}

fn discard(files: &Path) {
    for entry in kept_in(files) {
        // What cannot be deleted is in the way of the next one, which says so.
        let _ = fs::remove_dir_all(entry.path());
    }
}

fn target(config: &Config) -> Result<PathBuf, Refusal> {
    let url = config.database_url();
    url.strip_prefix("sqlite://").map(PathBuf::from).ok_or_else(|| {
        Refusal::new(
            "a PostgreSQL database is restored with its own tools",
            "run `pg_restore --no-owner --dbname=…` on an empty database, put the folder of files \
             and node.erasures in their places, then `relais verify`; at the start the outbox is \
             held and erasures are done again",
        )
    })
}

fn with(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// What a folder of files keeps; drafts and a file system's own folder do not count.
fn kept_in(files: &Path) -> impl Iterator<Item = fs::DirEntry> {
    let entries = fs::read_dir(files).into_iter().flatten().flatten();
    entries.filter(|entry| entry.file_name().len() == 2)
}

/// Takes the backup apart into places that nobody looks at yet.
async fn unpack(backup: &Path, part: &Path, files: &Path) -> Result<Manifest, Refusal> {
    let (archive, database, folder) = (backup.to_owned(), part.to_owned(), files.to_owned());
    let work = move || -> Result<Manifest, Refusal> {
        if let Some(parent) = database.parent() {
            fs::create_dir_all(parent).map_err(|error| cannot(parent, &error))?;
        }
        for leftover in ["-wal", "-shm"] {
            // There is one only after a restore that was killed.
            let _ = fs::remove_file(with(&database, leftover));
        }
        let into = Into::Place { database: &database, folder: &folder };
        let manifest = archive::read(&archive, &into).map_err(|e| unusable(&archive, &e))?;
        usable(&database, manifest)
    };
    tokio::task::spawn_blocking(work).await.expect("nothing in it panics")
}

/// The database of a backup, read from end to end.
fn usable(database: &Path, manifest: Manifest) -> Result<Manifest, Refusal> {
    if manifest.minimum_reader > backup::known_schema() {
        return Err(Refusal::new(
            format!("the backup was made by the newer Relais {}", manifest.program),
            "restore it with that version or a later one",
        ));
    }
    match backup::inspect(database) {
        Ok(contents) if contents.schema == manifest.schema => Ok(manifest),
        Ok(_) => Err(damaged("its database has another schema than it says")),
        Err(error) => Err(damaged(&error.to_string())),
    }
}

/// The chain of the audit log against itself, the backup's word, and what was seen of it outside.
async fn whole(store: &dyn Store, manifest: &Manifest, seen: &[Anchor]) -> Result<(), Refusal> {
    let last = manifest.audit.as_ref().map_or(0, |head| head.seq);
    let mut anchors: Vec<Anchor> = seen.iter().filter(|a| a.seq <= last).cloned().collect();
    anchors.extend(manifest.audit.as_ref().and_then(archive::Head::anchor));
    let verdict = audit::verify(store, &anchors).await;
    match verdict.map_err(|e| Refusal::of_store(&e))? {
        Verdict::Whole { .. } => Ok(()),
        Verdict::Broken { seq } => {
            Err(damaged(&format!("its audit log is not what it was at line {seq}")))
        }
    }
}

async fn check(config: &Config, backup: &Path) -> Result<ExitCode, Refusal> {
    let folder = tempfile::tempdir().map_err(|error| cannot(&std::env::temp_dir(), &error))?;
    let (archive, database) = (backup.to_owned(), folder.path().join("relais.db"));
    let at = database.clone();
    let work = move || {
        let manifest = archive::read(&archive, &Into::Look { database: &at });
        usable(&at, manifest.map_err(|e| unusable(&archive, &e))?)
    };
    let manifest = tokio::task::spawn_blocking(work).await.expect("nothing in it panics")?;
    let url = format!("sqlite://{}", database.display());
    let config = Config { database: url, ..config.clone() };
    whole(wiring::store(&config).await?.as_ref(), &manifest, &[]).await?;
    println!(
        "the backup of {} is whole: Relais {}, schema {}, {} files",
        manifest.made_at, manifest.program, manifest.schema, manifest.files.count
    );
    Ok(ExitCode::SUCCESS)
}

/// Files beside the database that outlive it.
struct Beside {
    target: PathBuf,
    anchors: PathBuf,
    ledger: Ledger,
}

impl Beside {
    fn of(target: &Path) -> Self {
        Self {
            target: target.to_owned(),
            anchors: with(target, ".audit"),
            ledger: Ledger::at(with(target, ".erasures")),
        }
    }

    async fn anchors(&self) -> Result<Vec<Anchor>, Refusal> {
        anchors::read(&self.anchors).await.map_err(|error| cannot(&self.anchors, &error))
    }

    /// The mark is moved on, so that the start knows this database; it stays on hold. Anchors of
    /// lines that are lost with the state before are put aside.
    async fn settle(
        &self,
        store: &dyn Store,
        manifest: &Manifest,
        seen: &[Anchor],
    ) -> Result<(), Refusal> {
        let last = manifest.audit.as_ref().map_or(0, |head| head.seq);
        if seen.iter().any(|anchor| anchor.seq > last) {
            let aside = with(&self.anchors, &format!(".lost-after-{last}"));
            fs::rename(&self.anchors, &aside).map_err(|error| cannot(&aside, &error))?;
        }
        let mut written = 0;
        let kept = anchors::keep(&self.anchors, store, &mut written).await;
        kept.map_err(|error| cannot(&self.anchors, &error))?;
        let mark = hold::Mark::of_one(with(&self.target, ".mark"));
        let moved = mark.advance(store, &SystemRandom).await;
        let moved = moved.map_err(|error| cannot(&self.target, &error))?;
        moved.map_err(|e| Refusal::of_store(&e))
    }
}

/// The lines of a ledger that was given.
async fn erasures(file: Option<&Path>) -> Result<Vec<Line>, Refusal> {
    let Some(file) = file else { return Ok(Vec::new()) };
    if !file.is_file() {
        return Err(Refusal::new(
            format!("the ledger of erasures {} is not there", file.display()),
            "name the file `relais.db.erasures` of the installation that was lost",
        ));
    }
    Ledger::at(file.to_owned()).read().await.map_err(|error| cannot(file, &error))
}

/// Who was erased since, by the ledger that is here and the one that was given.
async fn erase_again(
    config: &Config,
    store: Arc<dyn Store>,
    beside: &Beside,
    given: Vec<Line>,
) -> Result<Again, Refusal> {
    let file = beside.ledger.file();
    let mut lines = beside.ledger.read().await.map_err(|error| cannot(file, &error))?;
    for line in given {
        if !lines.contains(&line) {
            beside.ledger.add(&line).await.map_err(|error| cannot(file, &error))?;
            lines.push(line);
        }
    }
    if lines.is_empty() {
        return Ok(Again::default());
    }
    let first = wiring::files::starter()?;
    let service = wiring::service(config, store, Arc::new(Pacing::default()), first, None).await?;
    let folder = wiring::folder(config, service.store().as_ref()).await?;
    service.keep_files_in(folder);
    service.erase_again(&lines, WHO).await.map_err(|e| Refusal::of_store(&e))
}

fn tell(config: &Config, manifest: &Manifest, again: Again) -> Result<ExitCode, Refusal> {
    println!("restored the backup of {}, made by Relais {}", manifest.made_at, manifest.program);
    println!("erased again: {} persons", again.erased);
    println!("nothing goes out until somebody decides what becomes of what was on its way:");
    println!("look at it in the app, or run `relais admin release-outbox`");
    println!("`relais verify` compares every conversation with its log");
    if again.failed > 0 {
        println!("LOOK {} persons could not be erased again: the log says why", again.failed);
    }
    if let Some(key) = &manifest.key {
        let here = wiring::keys::known(config)?;
        if here.is_none_or(|vault| vault.key_id() != *key) {
            println!(
                "LOOK its secrets are sealed under the master key {key}, which is not here: put it \
                 into {} or RELAIS_MASTER_KEY_FILE before the start",
                config.data_dir.join("master.key").display()
            );
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(if again.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn damaged(why: &str) -> Refusal {
    Refusal::new(format!("the backup is damaged: {why}"), "use an earlier one")
}

fn unusable(archive: &Path, why: &Unusable) -> Refusal {
    let remedy = match why {
        Unusable::CutOff => "copy it again in full, or use an earlier one",
        Unusable::Changed(_) => "use an earlier one",
        Unusable::Format(_) => "restore it with the version of the program that made it",
        Unusable::Io(_) => "check its name, its permissions and the space on the disk",
    };
    Refusal::new(format!("the backup {} cannot be used: {why}", archive.display()), remedy)
}

fn cannot(path: &Path, error: &io::Error) -> Refusal {
    Refusal::new(
        format!("{} cannot be used: {error}", path.display()),
        "correct its permissions, or free space on the disk",
    )
}
