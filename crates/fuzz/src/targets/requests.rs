//! What browsers and customers hand to the API and the store: cursors, searches, files.

use super::{SENTENCES, Target, look};
use crate::Dice;
use relais_app::media::kind;
use relais_app::port::store::{InboxCursor, InboxFilter, Store};
use relais_core::id::WorkspaceId;
use relais_store::Options;
use std::sync::{Arc, OnceLock};
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub(super) struct Cursor;

impl Target for Cursor {
    fn name(&self) -> &'static str {
        "cursor"
    }

    fn made(&self, dice: &mut Dice) -> Vec<u8> {
        let at = dice.word(&["0", "1", "1800000000000000", "-1", "9223372036854775807"]);
        let rank = dice.word(&["0", "-1", "9000000000000000001"]);
        let id = dice.roll() & 0xffff_ffff_ffff;
        format!("{rank}_{at}_01890000-0000-7000-8000-{id:012x}").into_bytes()
    }

    fn words(&self) -> &[&'static str] {
        &["_", "-", "+1", "1e9", "0x", "urn:uuid:", "{", "}", "' OR 1=1", "9999999999999999999999"]
    }

    fn look(&self, input: &[u8]) -> u64 {
        let text = String::from_utf8_lossy(input);
        match text.parse::<InboxCursor>() {
            Ok(cursor) => {
                assert_eq!(cursor.to_string().parse(), Ok(cursor), "written and read, it differs");
                look(("cursor", text.len()))
            }
            Err(_) => look((text.len().min(60), text.contains('_'))),
        }
    }
}

pub(super) struct Search;

struct Open {
    runtime: Runtime,
    store: Arc<dyn Store>,
    _folder: TempDir,
}

fn store() -> &'static Open {
    static STORE: OnceLock<Open> = OnceLock::new();
    STORE.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}", folder.path().join("search.db").display());
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let workspace = WorkspaceId(uuid::Uuid::from_u128(1));
        let opened = relais_store::open(&url, workspace, Options::throw_away());
        let store = runtime.block_on(opened).expect("a store");
        Open { runtime, store, _folder: folder }
    })
}

impl Target for Search {
    fn name(&self) -> &'static str {
        "search"
    }

    fn made(&self, dice: &mut Dice) -> Vec<u8> {
        dice.word(SENTENCES).into_bytes()
    }

    fn words(&self) -> &[&'static str] {
        &[
            "\"", "*", " OR ", " NOT ", "NEAR(", ")", "^", "col:", "'", ";--", "%", "\\", "{a b}:",
            "+",
        ]
    }

    fn look(&self, input: &[u8]) -> u64 {
        let search = Some(String::from_utf8_lossy(input).into_owned());
        let filter = InboxFilter { search, ..InboxFilter::default() };
        let Open { runtime, store, .. } = store();
        let found = runtime.block_on(store.inbox(&filter, None, 10));
        let found = found.expect("any words can be looked for");
        look((found.len(), input.len().min(40)))
    }
}

pub(super) struct Media;

impl Target for Media {
    fn name(&self) -> &'static str {
        "media"
    }

    fn made(&self, dice: &mut Dice) -> Vec<u8> {
        const HEADS: [&[u8]; 10] = [
            b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xc0\x00\x11\x08\x01\x00\x01\x00\x03",
            b"\xff\xd8\xff\xe1\x00\x04ab\xff\xc2\x00\x11\x08\x01\x00\x01\x00\x03",
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00\x00\x00\x01\x00\x08\x06",
            b"GIF89a\x01\x00\x01\x00",
            b"RIFF\x24\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00\xff\x00\x00\xff\x00\x00",
            b"RIFF\x24\x00\x00\x00WEBPVP8 \x0a\x00\x00\x00\x00\x00\x00\x9d\x01\x2a\x10\x00\x10\x00",
            b"RIFF\x24\x00\x00\x00WEBPVP8L\x0a\x00\x00\x00\x2f\xff\xff\xff\xff",
            b"\x00\x00\x00\x18ftypM4A ",
            b"OggS\x00\x02",
            b"%PDF-1.7",
        ];
        dice.pick(&HEADS).map(|h| h.to_vec()).unwrap_or_default()
    }

    fn words(&self) -> &[&'static str] {
        &["RIFF", "WEBP", "VP8 ", "VP8L", "VP8X", "ftyp", "IHDR", "JFIF", "<svg", "<html", "%PDF-"]
    }

    fn look(&self, input: &[u8]) -> u64 {
        let kind = kind::of(input);
        let can_run =
            kind.mime.contains("html") || kind.mime.contains("svg") || kind.mime.contains("xml");
        assert!(!can_run, "{} could run", kind.mime);
        look((kind.mime, kind.is_inline, input.len().min(48)))
    }
}
