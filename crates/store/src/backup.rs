//! A copy of a SQLite store while others read and write it, and what can be told of a copy before
//! it is used. On PostgreSQL this is the affair of its own tools.

use crate::sqlite::connection::{error, error_of, open_reader};
use crate::{migrate, sqlite_path};
use relais_app::port::store::{Result, StoreError};
use rusqlite::{Connection, OpenFlags};
use std::path::Path;

/// What a database file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    pub schema: i64,
    /// The oldest program, by the schema it knows, that can use it.
    pub minimum_reader: i64,
    /// Names of the files its rows speak of, in order, each once.
    pub files: Vec<String>,
}

/// The schema this program knows.
pub fn known_schema() -> i64 {
    migrate::known()
}

/// Copies the database at one moment into a new file; nobody waits for it. Free pages, which may
/// hold what was deleted, are left out.
pub fn copy(url: &str, to: &Path) -> Result<()> {
    let Some(path) = sqlite_path(url) else {
        return Err(StoreError::Bug("only SQLite files are copied".to_owned()));
    };
    if !path.is_file() {
        return Err(StoreError::Unavailable(format!("{} is not there", path.display())));
    }
    let connection = open_reader(path)?;
    // It forbids writing anywhere; the copy is written by this connection.
    connection.pragma_update(None, "query_only", "OFF").map_err(error)?;
    let to_text = to.to_str().ok_or_else(|| StoreError::Bug("a path that is no text".into()))?;
    connection
        .execute("VACUUM INTO ?1", [to_text])
        .map(|_| ())
        .map_err(|failed| error_of(&connection, failed))?;
    let synced = std::fs::File::open(to).and_then(|file| file.sync_all());
    synced.map_err(|failed| StoreError::Fatal(failed.to_string()))
}

/// Reads a copy from end to end and says what it holds.
pub fn inspect(path: &Path) -> Result<Contents> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).map_err(error)?;
    let found: String =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(error)?;
    if found != "ok" {
        return Err(StoreError::Inconsistent { table: "the database file", detail: found });
    }
    let (schema, minimum_reader) = connection
        .query_row(migrate::STATE, [], |row| Ok((row.get(0)?, row.get(1)?)))
        .map_err(error)?;
    let mut files = connection
        .prepare("SELECT DISTINCT hash FROM media WHERE hash IS NOT NULL ORDER BY hash")
        .map_err(error)?;
    let files = files.query_map([], |row| row.get(0)).map_err(error)?;
    let files = files.collect::<rusqlite::Result<Vec<String>>>().map_err(error)?;
    Ok(Contents { schema, minimum_reader, files })
}
