//! A power cut: the program is killed, and what it had written but not yet synced is spoilt, as a
//! disk may leave it. `strace` tells which writes those are.
//!
//! A write counts as safe once a sync of its file that began after it has ended well. Of the others
//! each stays, is zeroes, is noise, or is noise from some sector on; a file may also lose its end.

use super::{Dice, Installation};
use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

/// What a disk writes at once or not at all, in bytes.
const SECTOR: usize = 512;
const CALLS: &str = "trace=pwrite64,fdatasync,fsync";
const LIE: &str = "inject=fdatasync,fsync:retval=0";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Disk {
    Honest,
    Lies,
}

/// What a cut did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spoilt {
    /// Writes that were not safe.
    pub unsafe_writes: u64,
    /// Those among them that did not stay.
    pub spoilt: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Write {
    file: PathBuf,
    offset: u64,
    length: usize,
}

#[derive(Clone, Debug)]
enum Call {
    Write(Write),
    /// Of a file, begun after so many writes.
    Sync(PathBuf, usize),
}

impl Installation {
    /// Has every write and sync of the program told into a file beside its data. A lying disk says
    /// that it has synced and does nothing: the control, with which messages must be lost.
    #[must_use]
    pub fn traced(mut self, disk: Disk) -> Self {
        let into = self.trace().display().to_string();
        let words = ["strace", "-f", "-y", "-s", "0", "--seccomp-bpf", "-e", CALLS, "-o", &into];
        self.under = words.map(str::to_owned).into();
        if disk == Disk::Lies {
            self.under.extend(["-e".to_owned(), LIE.to_owned()]);
        }
        self
    }

    fn trace(&self) -> PathBuf {
        self.data.join("strace.txt")
    }

    /// Spoils what the killed program had not made safe.
    ///
    /// # Errors
    /// When the trace or a file cannot be read or written.
    pub fn cut_power(&self, dice: &mut Dice) -> io::Result<Spoilt> {
        let told = std::fs::read_to_string(self.trace())?;
        let mut of_file: BTreeMap<PathBuf, Vec<Write>> = BTreeMap::new();
        for write in unsafe_writes(&told).into_iter().filter(|w| w.file.starts_with(&self.data)) {
            of_file.entry(write.file.clone()).or_default().push(write);
        }
        let mut all = Spoilt::default();
        // A rollback journal may be gone by now.
        for (path, writes) in of_file.into_iter().filter(|(path, _)| path.exists()) {
            let file = OpenOptions::new().write(true).open(&path)?;
            let is_log = path.extension().is_some_and(|e| e == "db-wal");
            for write in &writes {
                all.unsafe_writes += 1;
                all.spoilt += u64::from(spoil(&file, write, is_log, dice)?);
            }
            let from = writes.iter().map(|w| w.offset).min().unwrap_or_default();
            if is_log && from > 0 && dice.below(4) == 0 {
                file.set_len(from + (dice.below(64) * SECTOR) as u64)?;
            }
        }
        // Shared memory is gone; it is made anew from the log.
        match std::fs::remove_file(self.data.join("relais.db-shm")) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(all),
        }
    }
}

/// Says whether it did. The database's pages stand in the log too until they are safe, but for their
/// first sector: a disk leaves the old one, and we do not know it.
fn spoil(file: &File, write: &Write, is_log: bool, dice: &mut Dice) -> io::Result<bool> {
    let from = match dice.below(4) {
        0 => return Ok(false),
        1 => SECTOR * (1 + dice.below(7)),
        _ if is_log => 0,
        _ => SECTOR,
    };
    if from >= write.length {
        return Ok(false);
    }
    let mut bytes = vec![0_u8; write.length - from];
    if dice.below(3) > 0 {
        bytes.fill_with(|| dice.below(256) as u8);
    }
    file.write_all_at(&bytes, write.offset + from as u64)?;
    Ok(true)
}

/// The writes that no sync made safe, in the order in which they were made.
fn unsafe_writes(told: &str) -> Vec<Write> {
    let mut writes: Vec<Option<Write>> = Vec::new();
    let mut begun: HashMap<&str, Call> = HashMap::new();
    let end = |writes: &mut Vec<Option<Write>>, call: Call| match call {
        Call::Write(write) => writes.push(Some(write)),
        Call::Sync(file, before) => {
            for write in &mut writes[..before] {
                write.take_if(|w| w.file == file);
            }
        }
    };
    for line in told.lines() {
        let Some((pid, said)) = line.split_once(char::is_whitespace) else { continue };
        let said = said.trim_start();
        if said.starts_with("<... ") {
            if let Some(call) = begun.remove(pid)
                && has_ended_well(said)
            {
                end(&mut writes, call);
            }
        } else if let Some(call) = call(said, writes.len()) {
            if has_ended_well(said) {
                end(&mut writes, call);
            } else {
                begun.insert(pid, call);
            }
        }
    }
    let half_way = begun.into_values().filter_map(|call| match call {
        Call::Write(write) => Some(write),
        Call::Sync(..) => None,
    });
    writes.into_iter().flatten().chain(half_way).collect()
}

/// `pwrite64(7</path>, ""..., 4096, 32) = 4096`, or its beginning; `fdatasync(7</path>) = 0`.
fn call(said: &str, writes: usize) -> Option<Call> {
    let (name, arguments) = said.split_once('(')?;
    let (_, rest) = arguments.split_once('<')?;
    let (path, rest) = rest.split_once('>')?;
    let file = PathBuf::from(path);
    match name {
        "fdatasync" | "fsync" => Some(Call::Sync(file, writes)),
        "pwrite64" => {
            let rest = rest.split([')', '<']).next()?;
            let mut numbers = rest.rsplit(',').map(|n| n.trim().parse::<u64>());
            let (offset, length) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
            Some(Call::Write(Write { file, offset, length: usize::try_from(length).ok()? }))
        }
        _ => None,
    }
}

fn has_ended_well(said: &str) -> bool {
    let end = said.rsplit_once(" = ").map(|(_, end)| end);
    end.is_some_and(|end| end.trim().parse::<u64>().is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left(told: &str) -> Vec<(String, u64)> {
        let place = |w: &Write| (w.file.display().to_string(), w.offset);
        unsafe_writes(told).iter().map(place).collect()
    }

    #[test]
    fn a_sync_makes_safe_what_its_file_was_given_before_it_began() {
        let told = r#"11 pwrite64(7</d/a>, ""..., 4096, 0) = 4096
11 pwrite64(8</d/b>, ""..., 512, 512) = 512
12 fdatasync(7</d/a> <unfinished ...>
11 pwrite64(7</d/a>, ""..., 4096, 4096) = 4096
12 <... fdatasync resumed>) = 0
"#;
        assert_eq!(left(told), [("/d/b".to_owned(), 512), ("/d/a".to_owned(), 4096)]);
    }

    #[test]
    fn a_sync_that_failed_or_lied_or_never_ended_makes_nothing_safe() {
        let write = "11 pwrite64(7</d/a>, \"\"..., 4096, 0) = 4096\n";
        for sync in [
            "11 fdatasync(7</d/a>) = -1 EIO (Input/output error)\n",
            "11 fdatasync(7</d/a>) = 0 (INJECTED)\n",
            "11 fsync(7</d/a> <unfinished ...>\n",
            "11 fsync(7</d/a> <unfinished ...>\n11 +++ killed by SIGKILL +++\n",
        ] {
            assert_eq!(left(&[write, sync].concat()).len(), 1, "{sync}");
        }
    }

    #[test]
    fn a_write_under_way_at_the_end_is_not_safe() {
        let told = "11 pwrite64(7</d/a>, \"\"..., 4096, 32 <unfinished ...>\n";
        assert_eq!(left(told), [("/d/a".to_owned(), 32)]);
    }
}
