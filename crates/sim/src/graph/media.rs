//! Files the fake holds, bounded.

use bytes::Bytes;
use relais_app::hex;
use sha2::{Digest, Sha256};
use std::collections::{HashMap, VecDeque};

const MOST_FILES: usize = 200;

#[derive(Clone, Debug)]
pub(super) struct File {
    pub(super) mime: String,
    pub(super) bytes: Bytes,
    pub(super) sha256: String,
}

#[derive(Debug, Default)]
pub(super) struct Files {
    by_id: HashMap<String, File>,
    order: VecDeque<String>,
    next: u64,
}

impl Files {
    pub(super) fn put(&mut self, mime: &str, bytes: Bytes) -> String {
        self.next += 1;
        let id = (5_550_000 + self.next).to_string();
        let sha256 = hex::encode(&Sha256::digest(&bytes));
        self.by_id.insert(id.clone(), File { mime: mime.to_owned(), bytes, sha256 });
        self.order.push_back(id.clone());
        if self.order.len() > MOST_FILES
            && let Some(oldest) = self.order.pop_front()
        {
            self.by_id.remove(&oldest);
        }
        id
    }

    pub(super) fn get(&self, id: &str) -> Option<File> {
        self.by_id.get(id).cloned()
    }

    pub(super) fn remove(&mut self, id: &str) -> bool {
        self.by_id.remove(id).is_some()
    }
}

/// The file of an upload form: its type and bytes. `None` if a part is missing.
pub(super) fn read_form(content_type: &str, body: &Bytes) -> Option<(String, Bytes)> {
    let boundary = content_type.strip_prefix("multipart/form-data; boundary=")?.trim_matches('"');
    let delimiter = format!("--{boundary}");
    let (mut product, mut mime, mut file) = (false, None, None);
    for (start, end) in parts(body, delimiter.as_bytes()) {
        let part = body.slice(start..end);
        let split = find(&part, b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&part[..split]).into_owned();
        let content = part.slice(split + 4..);
        if head.contains("name=\"messaging_product\"") {
            product = &content[..] == b"whatsapp";
        } else if head.contains("name=\"type\"") {
            mime = Some(String::from_utf8_lossy(&content).into_owned());
        } else if head.contains("name=\"file\"") && head.contains("filename=") {
            file = Some(content);
        }
    }
    if product { Some((mime?, file?)) } else { None }
}

/// The ranges between delimiters, without the line breaks around them.
fn parts(body: &[u8], delimiter: &[u8]) -> Vec<(usize, usize)> {
    let mut cuts = Vec::new();
    let mut at = 0;
    while let Some(found) = find(&body[at..], delimiter) {
        cuts.push(at + found);
        at += found + delimiter.len();
    }
    let between = cuts.windows(2).filter_map(|pair| match pair {
        [from, to] => {
            let (start, end) = (from + delimiter.len() + 2, to.checked_sub(2)?);
            (start <= end).then_some((start, end))
        }
        _ => None,
    });
    between.collect()
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}
