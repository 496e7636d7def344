//! Encryption at rest, in front of an engine: what is content is sealed before it reaches the
//! database, and opened when it comes back. The database does its work on what it sees.

use crate::engine::Engine;
use crate::row::Record;
use crate::statement::Dialect;
use crate::stored::Stored;
use crate::unit::{Query, WriteSet};
use crate::value::Value;
use async_trait::async_trait;
use relais_app::at_rest::Ring;
use relais_app::port::store::{Committed, Heard, Result};
use std::sync::Arc;
use tokio::sync::broadcast;

/// What stands for nothing; statements compare some of it.
pub(crate) const EMPTY: [&str; 4] = ["", "{}", "[]", "null"];

#[derive(Debug)]
pub(crate) struct Sealed<E> {
    engine: E,
    ring: Arc<Ring>,
}

impl<E: Engine> Stored<E> {
    /// The same store with what is content sealed.
    pub(crate) fn sealed_by(self, ring: Arc<Ring>) -> Stored<Sealed<E>> {
        let Self { ws, engine, node } = self;
        Stored { ws, engine: Sealed { engine, ring }, node }
    }
}

impl<E: Engine> Sealed<E> {
    /// A text for its place, as the database will hold it.
    fn sealed(&self, place: &str, text: String) -> String {
        if !self.ring.is_sealing() || EMPTY.contains(&text.as_str()) {
            return text;
        }
        self.ring.seal(place, &text)
    }

    fn words(&self, words: &str) -> String {
        if !self.ring.is_sealing() {
            return words.to_owned();
        }
        words.split(' ').map(|word| self.ring.word(word)).collect::<Vec<_>>().join(" ")
    }

    fn writes(&self, args: &mut [Value]) {
        for arg in args {
            match arg {
                Value::Content { place, text } => {
                    *arg = Value::Text(self.sealed(place, std::mem::take(text)));
                }
                Value::Words(words) => *arg = Value::Text(self.words(words)),
                Value::Null | Value::Int(_) | Value::Text(_) | Value::Bytes(_) | Value::Id(_) => {}
            }
        }
    }

    /// A word is looked for as it is and as its hash: the index may hold rows from before and after
    /// the switch. Words have only letters and digits, so that this is still two words.
    fn looks_for(&self, args: &mut [Value]) {
        for arg in args {
            if let Value::Words(word) = arg {
                let hash = self.ring.word(word);
                *arg = Value::Text(match self.engine.dialect() {
                    Dialect::Sqlite => format!("{word}\" OR \"{hash}"),
                    Dialect::Postgres => format!("{word}' | '{hash}"),
                });
            }
        }
    }

    fn asked<T>(&self, mut query: Query<T>) -> Query<T> {
        self.looks_for(&mut query.args);
        query
    }

    fn opened<T: Record>(&self, mut rows: Vec<T>) -> Result<Vec<T>> {
        for row in &mut rows {
            row.open(&self.ring)?;
        }
        Ok(rows)
    }

    fn sealed_set(&self, mut set: WriteSet) -> WriteSet {
        for op in set.ops.iter_mut().chain(&mut set.words) {
            self.writes(&mut op.args);
        }
        set
    }
}

#[async_trait]
impl<E: Engine> Engine for Sealed<E> {
    fn dialect(&self) -> Dialect {
        self.engine.dialect()
    }

    fn is_sealing(&self) -> bool {
        self.ring.is_sealing()
    }

    async fn commit(&self, set: WriteSet) -> Result<Committed> {
        self.engine.commit(self.sealed_set(set)).await
    }

    async fn commit_aside(&self, set: WriteSet) -> Result<Committed> {
        self.engine.commit_aside(self.sealed_set(set)).await
    }

    async fn list<T: Record>(&self, query: Query<T>) -> Result<Vec<T>> {
        self.opened(self.engine.list(self.asked(query)).await?)
    }

    async fn both<T: Record, U: Record>(
        &self,
        first: Query<T>,
        second: Query<U>,
    ) -> Result<(Vec<T>, Vec<U>)> {
        let (first, second) = self.engine.both(self.asked(first), self.asked(second)).await?;
        Ok((self.opened(first)?, self.opened(second)?))
    }

    async fn claim<T: Record>(&self, query: Query<T>) -> Result<Vec<T>> {
        self.opened(self.engine.claim(self.asked(query)).await?)
    }

    async fn tell(&self, text: String) -> Result<()> {
        self.engine.tell(text).await
    }

    fn hear(&self) -> Option<broadcast::Receiver<Heard>> {
        self.engine.hear()
    }

    fn counters(&self) -> Vec<(&'static str, u64)> {
        self.engine.counters()
    }
}
