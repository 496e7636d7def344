//! Seals what was written before encryption at rest was switched on: little by little, each text only
//! if it is still what it was, so that it may be cut off and begun again, also beside a program.

use crate::engine::Engine;
use crate::sealed::EMPTY;
use crate::sql::old;
use crate::stored::Stored;
use crate::unit::WriteSet;
use relais_app::at_rest::Ring;
use relais_app::port::store::Result;

/// Texts of one commit.
const AT_ONCE: i64 = 1_000;

impl<E: Engine> Stored<E> {
    /// Says how many there were in each place.
    pub(crate) async fn seal_old(&self, ring: &Ring) -> Result<Vec<(&'static str, u64)>> {
        let Self { engine, ws, .. } = self;
        let mut sealed = Vec::new();
        for (place, find, seal) in old::PLACES {
            let (mut at, mut count) = (old::beginning(engine.dialect()), 0);
            loop {
                let found = engine.list(old::after(*find, *ws, &at, AT_ONCE)).await?;
                let Some(last) = found.last() else { break };
                at.clone_from(&last.at);
                let mut set = WriteSet::default();
                for row in found {
                    if EMPTY.contains(&row.text.as_str()) {
                        continue;
                    }
                    let text = ring.seal(place, &row.text);
                    old::seal(&mut set, *seal, *ws, row, text);
                    count += 1;
                }
                if !set.ops.is_empty() {
                    engine.commit(set).await?;
                }
            }
            sealed.push((*place, count));
        }
        Ok(sealed)
    }
}
