//! One file: a tar of the database, the customers' files under their hashes, and last what must be
//! in it, so that a backup that was cut off is known.

use crate::wiring::durable;
use relais_app::audit::Anchor;
use relais_app::hex;
use relais_app::port::store::AuditRow;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

pub const FORMAT: u32 = 1;
const DATABASE: &str = "relais.db";
const FILES: &str = "files";
const MANIFEST: &str = "manifest.json";
/// A list of what was missing or damaged fits; anything larger is none of ours.
const MOST_MANIFEST: u64 = 64 * 1024 * 1024;

/// What a backup says of itself.
#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Manifest {
    pub format: u32,
    /// The version of the program that made it.
    pub program: String,
    pub schema: i64,
    /// The oldest program, by the schema it knows, that can use it.
    pub minimum_reader: i64,
    pub made_at: String,
    /// Which master key its secrets are sealed under.
    pub key: Option<String>,
    /// The last line of the audit log.
    pub audit: Option<Head>,
    pub database: Piece,
    pub files: Files,
}

#[derive(Debug, Deserialize, PartialEq, Serialize)]
pub struct Head {
    pub seq: i64,
    pub hash: String,
}

#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Piece {
    pub bytes: u64,
    pub sha256: String,
}

#[derive(Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Files {
    pub count: u64,
    pub bytes: u64,
    /// Over their names, in order; the name of a file is the hash of its content.
    pub sha256: String,
    /// Rows speak of them, the folder had them not.
    pub missing: Vec<String>,
    /// Their content is not what their name says.
    pub damaged: Vec<String>,
}

impl From<AuditRow> for Head {
    fn from(row: AuditRow) -> Self {
        Self { seq: row.seq, hash: hex::encode(&row.hash) }
    }
}

impl Head {
    /// What the restored log must agree with.
    pub fn anchor(&self) -> Option<Anchor> {
        Some(Anchor { seq: self.seq, hash: hex::decode(&self.hash)? })
    }
}

/// Writes the archive; whole and on the disk under its name, or not there at all.
pub fn write(
    to: &Path,
    database: &Path,
    folder: &Path,
    hashes: &[String],
    mut manifest: Manifest,
) -> io::Result<Manifest> {
    let part = super::Gone(to.with_extension("tar.part"));
    let open = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part.0);
    let mut tar = tar::Builder::new(BufWriter::new(open?));
    let mut source = Hashing::new(BufReader::new(File::open(database)?));
    let bytes = fs::metadata(database)?.len();
    tar.append_data(&mut header(bytes), DATABASE, &mut source)?;
    manifest.database = Piece { bytes, sha256: hex::encode(&source.digest()) };
    let mut names = Sha256::new();
    let files = &mut manifest.files;
    for hash in hashes {
        let place = place(folder, hash);
        match digest_of(&place) {
            Ok((bytes, digest)) if digest == *hash => {
                let mut source = File::open(&place)?;
                tar.append_data(&mut header(bytes), format!("{FILES}/{hash}"), &mut source)?;
                names.update(hash.as_bytes());
                files.count += 1;
                files.bytes += bytes;
            }
            Ok(_) => files.damaged.push(hash.clone()),
            // Never fetched into this folder, or erased since the database was copied.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                files.missing.push(hash.clone());
            }
            Err(error) => return Err(error),
        }
    }
    files.sha256 = hex::encode(&names.finalize());
    let json = serde_json::to_vec_pretty(&manifest).map_err(io::Error::other)?;
    tar.append_data(&mut header(json.len() as u64), MANIFEST, json.as_slice())?;
    let mut out = tar.into_inner()?;
    out.flush()?;
    out.get_ref().sync_all()?;
    fs::rename(&part.0, to)?;
    durable::sync_folder_of(to)?;
    Ok(manifest)
}

fn header(bytes: u64) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_entry_type(tar::EntryType::Regular);
    header
}

fn place(folder: &Path, hash: &str) -> PathBuf {
    folder.join(hash.get(..2).unwrap_or("none")).join(hash)
}

fn digest_of(file: &Path) -> io::Result<(u64, String)> {
    let mut source = Hashing::new(File::open(file)?);
    let bytes = io::copy(&mut source, &mut io::sink())?;
    Ok((bytes, hex::encode(&source.digest())))
}

/// Why an archive cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    #[error("it is cut off, or no backup of this program")]
    CutOff,
    #[error("{0} is not what it was when the backup was made")]
    Changed(String),
    #[error("it has the format {0}, and this program knows {FORMAT}")]
    Format(u32),
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// Where the pieces of an archive go.
pub enum Into<'a> {
    /// A database file and a folder; neither is looked at by anybody yet.
    Place { database: &'a Path, folder: &'a Path },
    /// The database only, to look at it.
    Look { database: &'a Path },
}

impl Into<'_> {
    fn database(&self) -> &Path {
        match self {
            Self::Place { database, .. } | Self::Look { database } => database,
        }
    }

    fn file(&self, hash: &str) -> io::Result<Box<dyn Write>> {
        let Self::Place { folder, .. } = self else { return Ok(Box::new(io::sink())) };
        let place = place(folder, hash);
        fs::create_dir_all(place.parent().unwrap_or(folder))?;
        Ok(Box::new(File::create(place)?))
    }
}

/// Takes an archive apart and compares everything with what it says of itself.
pub fn read(archive: &Path, into: &Into<'_>) -> Result<Manifest, Unusable> {
    let file = BufReader::new(File::open(archive)?);
    let mut tar = tar::Archive::new(file);
    let (mut database, mut files, mut names) = (Piece::default(), Files::default(), Sha256::new());
    let cut_off = |error: io::Error| match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::PermissionDenied => Unusable::Io(error),
        _ => Unusable::CutOff,
    };
    for entry in tar.entries().map_err(cut_off)? {
        let mut entry = entry.map_err(cut_off)?;
        let name = entry.path().map_err(cut_off)?.to_string_lossy().into_owned();
        if name == MANIFEST {
            let mut json = Vec::new();
            entry.take(MOST_MANIFEST).read_to_end(&mut json).map_err(cut_off)?;
            files.sha256 = hex::encode(&names.finalize());
            return compared(&json, &database, &files);
        }
        let mut source = Hashing::new(&mut entry);
        if name == DATABASE {
            let mut to = BufWriter::new(File::create(into.database())?);
            database.bytes = io::copy(&mut source, &mut to).map_err(cut_off)?;
            database.sha256 = hex::encode(&source.digest());
            to.flush()?;
            to.get_ref().sync_all()?;
            continue;
        }
        // Names are never paths: what is no hash is not ours.
        let hash = name.strip_prefix("files/").filter(|hash| is_hash(hash));
        let hash = hash.ok_or(Unusable::CutOff)?;
        let mut to = into.file(hash)?;
        files.bytes += io::copy(&mut source, &mut to).map_err(cut_off)?;
        to.flush()?;
        files.count += 1;
        names.update(hash.as_bytes());
        if hex::encode(&source.digest()) != hash {
            return Err(Unusable::Changed(format!("file {hash}")));
        }
    }
    Err(Unusable::CutOff)
}

fn compared(json: &[u8], database: &Piece, files: &Files) -> Result<Manifest, Unusable> {
    #[derive(Deserialize)]
    struct Any {
        format: u32,
    }
    let Any { format } = serde_json::from_slice(json).map_err(|_| Unusable::CutOff)?;
    if format != FORMAT {
        return Err(Unusable::Format(format));
    }
    let manifest: Manifest = serde_json::from_slice(json).map_err(|_| Unusable::CutOff)?;
    if manifest.database != *database {
        return Err(Unusable::Changed("the database".to_owned()));
    }
    let told = &manifest.files;
    if (told.count, told.bytes, &told.sha256) != (files.count, files.bytes, &files.sha256) {
        return Err(Unusable::Changed("the list of files".to_owned()));
    }
    Ok(manifest)
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Reads on, and knows afterwards what it read.
struct Hashing<R> {
    from: R,
    hash: Sha256,
}

impl<R> Hashing<R> {
    fn new(from: R) -> Self {
        Self { from, hash: Sha256::new() }
    }

    fn digest(self) -> Vec<u8> {
        self.hash.finalize().to_vec()
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.from.read(bytes)?;
        self.hash.update(&bytes[..read]);
        Ok(read)
    }
}
