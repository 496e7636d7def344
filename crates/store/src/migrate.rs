//! Schema versions: numbered files, applied in order and only forward. A schema remembers the
//! oldest program that can still work with it, so that an older one runs on it for a release.

use relais_app::port::store::{Result, StoreError};

pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    /// The oldest schema version a program must know to work on this one.
    pub(crate) minimum_reader: i64,
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

macro_rules! migration {
    ($version:literal, $name:literal, reader $reader:literal) => {
        Migration {
            version: $version,
            name: $name,
            minimum_reader: $reader,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }
    };
}

pub(crate) const MIGRATIONS: &[Migration] = &[
    migration!(1, "0001_first", reader 1),
    migration!(2, "0002_requests", reader 2),
    migration!(3, "0003_media", reader 2),
    migration!(4, "0004_people", reader 2),
    migration!(5, "0005_care", reader 2),
    migration!(6, "0006_erasure", reader 2),
    migration!(7, "0007_nodes", reader 2),
    migration!(8, "0008_resent", reader 2),
    migration!(9, "0009_model_uses", reader 2),
    migration!(10, "0010_search_newest", reader 2),
    migration!(11, "0011_desk", reader 2),
    migration!(12, "0012_entries", reader 2),
    migration!(13, "0013_old_reports", reader 2),
    migration!(14, "0014_unsent_files", reader 2),
    migration!(15, "0015_retention", reader 2),
    migration!(16, "0016_retention_lists", reader 2),
    migration!(17, "0017_prices", reader 2),
    migration!(18, "0018_audit_subject", reader 2),
    migration!(19, "0019_imported", reader 2),
    migration!(20, "0020_accesses", reader 2),
    migration!(21, "0021_rectified", reader 2),
];

/// PostgreSQL: a file that begins so runs outside a transaction, statement by statement, beside
/// whoever reads and writes. Killed half-way it runs again from its beginning.
pub(crate) const ONLINE: &str = "-- online\n";

/// The schema version this program knows.
pub(crate) fn known() -> i64 {
    MIGRATIONS.last().map_or(0, |migration| migration.version)
}

/// Runs on both databases; the table comes before all others.
pub(crate) const CREATE_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_versions (
    version BIGINT PRIMARY KEY,
    name TEXT NOT NULL,
    minimum_reader BIGINT NOT NULL
)";

/// What a database has: its version and the oldest program that may use it.
pub(crate) const STATE: &str = "SELECT COALESCE(MAX(version), 0), COALESCE(MAX(minimum_reader), 0)
    FROM schema_versions";

/// What is still to be applied; refuses a schema made for newer programs.
pub(crate) fn pending(version: i64, minimum_reader: i64) -> Result<Vec<&'static Migration>> {
    if minimum_reader > known() {
        return Err(StoreError::Unavailable(format!(
            "the database has schema {version} and needs a program that knows schema \
             {minimum_reader}; this one knows {}",
            known()
        )));
    }
    Ok(MIGRATIONS.iter().filter(|migration| migration.version > version).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_numbered_in_order_and_readers_never_ahead() {
        for (index, migration) in MIGRATIONS.iter().enumerate() {
            assert_eq!(migration.version, i64::try_from(index).unwrap() + 1);
            assert!(migration.minimum_reader <= migration.version);
            assert!(migration.name.starts_with(&format!("{:04}_", migration.version)));
        }
    }

    #[test]
    fn a_schema_for_newer_programs_is_refused() {
        assert!(pending(known() + 1, known() + 1).is_err());
        assert!(pending(known() + 1, known()).unwrap().is_empty());
        assert_eq!(pending(0, 0).unwrap().len(), MIGRATIONS.len());
    }
}
