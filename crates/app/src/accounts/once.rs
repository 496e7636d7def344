//! What somebody began and comes back to: it works once, and not for long. Whoever comes back has the
//! name it was given; the store keeps the hash of that name.

use super::{Accounts, Result, token};
use crate::hex;
use crate::port::store::{Committed, EntryRow, Write};
use relais_core::time::Span;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Old ones deleted with a new one.
const PRUNED: i64 = 100;

/// A kind of things that are begun.
#[derive(Clone, Copy, Debug)]
pub(super) struct Once {
    pub kind: &'static str,
    pub lasts: Span,
}

impl Accounts {
    pub(super) async fn begin_once(
        &self,
        once: Once,
        name: &str,
        what: &impl Serialize,
    ) -> Result<()> {
        let now = self.clock.now();
        self.store.prune_entries(once.kind, now - once.lasts, PRUNED).await?;
        let row = EntryRow {
            kind: once.kind.to_owned(),
            id: id_of(name),
            data: serde_json::to_string(what).expect("what was begun is plain data"),
            at: now,
        };
        self.store.commit(vec![Write::PutEntry(row)]).await?;
        Ok(())
    }

    /// Nothing where it is over.
    pub(super) async fn look_once<T: DeserializeOwned>(
        &self,
        once: Once,
        name: &str,
    ) -> Result<Option<T>> {
        let row = self.store.entry(once.kind, &id_of(name)).await?;
        let is_in_time = |row: &EntryRow| self.clock.now().since(row.at) < once.lasts;
        Ok(row.filter(is_in_time).and_then(|row| serde_json::from_str(&row.data).ok()))
    }

    /// Says whether it was still there: of many who end it at once, one does.
    pub(super) async fn end_once(&self, once: Once, name: &str) -> Result<bool> {
        let take = Write::TakeEntry { kind: once.kind.to_owned(), id: id_of(name) };
        Ok(self.store.commit(vec![take]).await? == Committed::Done)
    }
}

/// What the store keeps of a name that opens a door.
pub(super) fn id_of(name: &str) -> String {
    hex::encode(&token::hash(name))
}
