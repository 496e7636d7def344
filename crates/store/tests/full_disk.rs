//! A real full disk (T30): a small file system in memory. Needs leave to mount it; where there is
//! none this says so, and the tests of the program make writes fail in another way.
#![forbid(unsafe_code)]
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use relais_app::port::store::{Committed, ReceiptRow, Store, StoreError, Write};
use relais_core::id::{ChannelId, WorkspaceId};
use relais_core::time::Timestamp;
use relais_store::{Durability, Options};
use std::path::Path;
use std::process::Command;
use uuid::Uuid;

struct Mounted(tempfile::TempDir);

impl Mounted {
    fn new(size: &str) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"])
            .arg(dir.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(dir));
        }
        relais_testkit::skip("no file system can be mounted here");
        None
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

fn receipt(n: u64) -> Write {
    Write::Receipt(ReceiptRow {
        channel: ChannelId(Uuid::nil()),
        provider_id: n.to_string(),
        conversation: None,
        received_at: Timestamp::from_secs(1),
        outcome: "processed".into(),
        reason: String::new(),
        raw: "x".repeat(3_000),
    })
}

async fn is_stored(store: &dyn Store, n: u64) -> bool {
    store.receipt(ChannelId(Uuid::nil()), &n.to_string()).await.unwrap().is_some()
}

#[tokio::test]
async fn a_full_disk_is_refused_and_survived() {
    let Some(disk) = Mounted::new("12m") else { return };
    let url = format!("sqlite://{}", disk.path().join("store.db").display());
    let workspace = WorkspaceId(Uuid::nil());
    let options = Options { durability: Durability::Full, ..Options::default() };
    let store = relais_store::open(&url, workspace, options).await.unwrap();
    let ballast = disk.path().join("ballast");
    let mut stored = 0;
    for round in 1..=3 {
        std::fs::write(&ballast, vec![1; 1_000_000 * (8 - 2 * round)]).unwrap();
        let refused = loop {
            match store.commit(vec![receipt(stored)]).await {
                Ok(end) => assert_eq!(end, Committed::Done),
                Err(error) => break error,
            }
            stored += 1;
        };
        assert!(matches!(refused, StoreError::Full), "round {round}: {refused:?}");
        assert!(is_stored(&*store, stored - 1).await && !is_stored(&*store, stored).await);
        std::fs::remove_file(&ballast).unwrap();
        let again = store.commit(vec![receipt(stored)]).await;
        assert_eq!(again.unwrap(), Committed::Done, "round {round}: space is back");
        stored += 1;
    }
    drop(store);
    let store = relais_store::open(&url, workspace, options).await.unwrap();
    for n in 0..stored {
        assert!(is_stored(&*store, n).await, "{n}");
    }
}
