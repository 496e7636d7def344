//! Names of files that outlast a power cut.

use std::fs::File;
use std::io;
use std::path::Path;

/// The name a file was just given is on the disk when this returns.
pub fn sync_folder_of(file: &Path) -> io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}
