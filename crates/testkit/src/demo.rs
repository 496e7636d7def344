//! The demo workspace, read and built once per test process.

use relais_app::files;
use relais_core::workspace::Document;
use relais_core::workspace::snapshot::Snapshot;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// The files under `demo/maison-lumiere`.
///
/// # Panics
/// When they cannot be read.
pub fn document() -> Document {
    static DOCUMENT: OnceLock<Document> = OnceLock::new();
    let read = || {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../demo/maison-lumiere");
        files::import(&folder).expect("the demo's files are valid")
    };
    DOCUMENT.get_or_init(read).clone()
}

/// The demo as version 1.
///
/// # Panics
/// When the files cannot be used.
pub fn snapshot() -> Arc<Snapshot> {
    static SNAPSHOT: OnceLock<Arc<Snapshot>> = OnceLock::new();
    let build = || Arc::new(Snapshot::new(document(), 1).expect("the demo's files lead somewhere"));
    SNAPSHOT.get_or_init(build).clone()
}
