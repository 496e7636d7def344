//! Who asked for what that matters (S18). Each line carries a hash over itself and the line before;
//! the head is anchored outside the database, in the log and in a file beside it.

use crate::port::store::{AuditRow, Committed, Result, Store, StoreError, Write};
use relais_core::time::Timestamp;
use sha2::{Digest as _, Sha256};

/// Lines read at a time.
const PAGE: i64 = 500;
/// Others may write a line at the same moment.
const TRIES: u32 = 64;

/// What a pass over the whole log found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    Whole {
        lines: i64,
    },
    /// The line that is not what it was, or is missing.
    Broken {
        seq: i64,
    },
}

/// A line as it was once seen outside the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    pub seq: i64,
    pub hash: Vec<u8>,
}

/// The line that comes next, for a unit of its own act. A conflict means: make it again.
pub async fn next(
    store: &dyn Store,
    at: Timestamp,
    who: &str,
    act: &str,
    subject: &str,
) -> Result<Write> {
    Ok(lines(store, at, who, &[act], subject).await?.remove(0))
}

/// The same for several acts of one unit, in their order.
pub(crate) async fn lines(
    store: &dyn Store,
    at: Timestamp,
    who: &str,
    acts: &[&str],
    subject: &str,
) -> Result<Vec<Write>> {
    let head = store.audit_head().await?;
    let (mut seq, mut before) = head.map_or((0, Vec::new()), |row| (row.seq, row.hash));
    let line = |act: &&str| {
        seq += 1;
        let mut row = AuditRow {
            seq,
            at,
            who: who.to_owned(),
            act: (*act).to_owned(),
            subject: subject.to_owned(),
            hash: Vec::new(),
        };
        row.hash = hash(&before, &row);
        before.clone_from(&row.hash);
        Write::Audit(row)
    };
    Ok(acts.iter().map(line).collect())
}

/// Writes a line.
pub async fn record(
    store: &dyn Store,
    at: Timestamp,
    who: &str,
    act: &str,
    subject: &str,
) -> Result<()> {
    for _ in 0..TRIES {
        let line = next(store, at, who, act, subject).await?;
        if store.commit(vec![line]).await? == Committed::Done {
            return Ok(());
        }
    }
    Err(StoreError::Unavailable("the audit log is written too fast".to_owned()))
}

/// Reads the whole log and compares it with itself and with what was seen of it outside.
pub async fn verify(store: &dyn Store, anchors: &[Anchor]) -> Result<Verdict> {
    let (mut before, mut last) = (Vec::new(), 0);
    loop {
        let rows = store.audit(last, PAGE).await?;
        if rows.is_empty() {
            // An anchor behind the end: lines were cut off.
            let cut = anchors.iter().map(|a| a.seq).filter(|seq| *seq > last).min();
            return Ok(
                cut.map_or(Verdict::Whole { lines: last }, |_| Verdict::Broken { seq: last + 1 })
            );
        }
        for row in rows {
            let is_next = row.seq == last + 1 && row.hash == hash(&before, &row);
            let is_known = anchors.iter().filter(|a| a.seq == row.seq).all(|a| a.hash == row.hash);
            if !is_next || !is_known {
                return Ok(Verdict::Broken { seq: last + 1 });
            }
            last = row.seq;
            before = row.hash;
        }
    }
}

fn hash(before: &[u8], row: &AuditRow) -> Vec<u8> {
    link(before, row.seq, row.at, &[&row.who, &row.act, &row.subject])
}

/// Every field with its length: no two lines have the same bytes.
pub(crate) fn link(before: &[u8], seq: i64, at: Timestamp, texts: &[&str]) -> Vec<u8> {
    let mut hash = Sha256::new();
    let mut add = |bytes: &[u8]| {
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    add(before);
    add(&seq.to_be_bytes());
    add(&at.as_micros().to_be_bytes());
    for text in texts {
        add(text.as_bytes());
    }
    hash.finalize().to_vec()
}
