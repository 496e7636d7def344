//! Deterministic simulation: one seed is one run of the real engine, application and store, with a
//! provider, customers, agents and clocks that do whatever they can do to us. Everything hangs on
//! one virtual clock and one row of dice, so a seed that fails fails again; it is made shorter and
//! kept. The checks stand in [`witness`] (at once) and [`finale`] (when all has come to rest).

mod finale;
mod helpers;
mod people;
mod process;
mod provider;
mod script;
mod shared;
mod shrink;
mod store;
mod tasks;
mod witness;
mod world;
mod write;

pub use script::{Act, Script, Step, Thing, Weather, What};
pub use shrink::shrink;
pub use witness::{Seen, Violation};

use async_trait::async_trait;
use relais_app::port::store::{Result, Store};
use relais_core::workspace::Document;
use relais_core::workspace::snapshot::{Invalid, Snapshot};
use std::path::PathBuf;
use std::sync::Arc;

/// What a seed is made into.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// All of it.
    #[default]
    Everything,
    /// Takeovers against dispatch, answers of models and timers, again and again.
    Takeover,
}

/// Databases for runs: each has one of its own, which outlives the process that dies in it.
#[async_trait]
pub trait Databases: std::fmt::Debug + Send + Sync {
    /// Opens the database of a run; the first time it is empty.
    async fn open(&self, run: &str) -> Result<Arc<dyn Store>>;
    /// Where the run's files go.
    fn folder(&self, run: &str) -> PathBuf;
    /// Nobody needs it any more.
    fn wipe(&self, run: &str);
}

/// Articles of the workspace that a run keeps, beside those that lead on in the flow: learning all
/// of them takes longer than a run.
const ARTICLES: usize = 10;

/// What all runs share.
#[derive(Debug)]
pub struct Simulation {
    databases: Arc<dyn Databases>,
    /// The same workspace in different words, as it is published in the middle of runs.
    editions: Vec<Document>,
    first: Arc<Snapshot>,
}

/// How a run ended.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    pub violations: Vec<Violation>,
    pub seen: Seen,
    /// What happened, where it was asked for.
    pub told: Vec<String>,
}

impl Simulation {
    pub fn new(
        mut document: Document,
        databases: Arc<dyn Databases>,
    ) -> std::result::Result<Self, Vec<Invalid>> {
        let mut kept = 0;
        document.knowledge.articles.retain(|article| {
            kept += 1;
            kept <= ARTICLES || article.then.is_some()
        });
        let editions = (0..3).map(|number| edition(&document, number)).collect();
        let first = Arc::new(Snapshot::new(document, 1)?);
        Ok(Self { databases, editions, first })
    }

    /// The script a seed writes.
    pub fn script(seed: u64, profile: Profile) -> Script {
        write::script(seed, profile)
    }

    /// Plays a script on a database of its own. Call it where a Tokio runtime is entered, on a
    /// thread that may be held up.
    pub fn play(&self, script: &Script) -> Outcome {
        world::play(self, script, false)
    }

    /// The same, with everything that happened in words.
    pub fn tell(&self, script: &Script) -> Outcome {
        world::play(self, script, true)
    }
}

/// The same workspace, with a mark on each text.
fn edition(document: &Document, number: u8) -> Document {
    let mut document = document.clone();
    if number > 0 {
        let texts = document.texts.values_mut().flat_map(|text| text.values_mut());
        texts.for_each(|text| text.push_str(&format!(" §{number}")));
    }
    document
}
