//! Whether the file system refuses the database more room (R13). SQLite calls a disk full only when
//! the system says `ENOSPC`; a used-up quota and a file that may not grow any further are the same
//! to us, and look to SQLite like a disk that breaks.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// As much as a commit needs at least: a page of the WAL and its header.
const PROBE: [u8; 8 * 1024] = [1; 8 * 1024];

/// Room may come back between SQLite's try and ours: so long after a refusal another failed write is
/// taken for one.
const LINGERS: Duration = Duration::from_secs(1);

thread_local! {
    /// When this thread, and so its connection, was refused room last.
    static REFUSED: Cell<Option<Instant>> = const { Cell::new(None) };
}

/// After a failed write: was it for want of room?
pub(super) fn is_refused(database: &Path) -> bool {
    if tries_in_vain(database) {
        REFUSED.set(Some(Instant::now()));
        return true;
    }
    REFUSED.get().is_some_and(|at| at.elapsed() < LINGERS)
}

/// Tries what SQLite could not: to write where the database's largest file ends, but into a file
/// of its own.
fn tries_in_vain(database: &Path) -> bool {
    let probe = beside(database, "-room");
    let end = ["", "-wal"].iter().filter_map(|end| length(&beside(database, end)).ok()).max();
    let tried = File::create(&probe).and_then(|file| {
        file.write_all_at(&PROBE, end.unwrap_or(0)).and_then(|()| file.sync_all())
    });
    // It may be there or not; what stays is overwritten by the next one.
    let _ = std::fs::remove_file(&probe);
    tried.is_err_and(|error| says_full(error.kind()))
}

fn says_full(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

fn length(file: &Path) -> io::Result<u64> {
    std::fs::metadata(file).map(|m| m.len())
}

fn beside(database: &Path, end: &str) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(end);
    path.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quota_size_and_space_are_told_from_a_disk_that_breaks() {
        // The numbers are those of Linux.
        for (number, is_full) in [(28, true), (122, true), (27, true), (5, false), (30, false)] {
            let kind = io::Error::from_raw_os_error(number).kind();
            assert_eq!(says_full(kind), is_full, "{number}");
        }
    }

    #[test]
    fn where_there_is_room_nothing_is_refused_and_nothing_stays() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_refused(&folder.path().join("store.db")));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
