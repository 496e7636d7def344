//! The helpers of a run: slow, wrong, down, or fine; and an engine that cannot bear some messages.

use super::shared::Shared;
use super::tasks::turn;
use crate::doubles;
use crate::faulty::Before;
use async_trait::async_trait;
use parking_lot::Mutex;
use relais_app::port::helpers::{HelperError, Notice, Recording, Sink, SpeechToText};
use relais_app::port::model::{Errand, Model, ModelError, Said};
use relais_app::service::Helpers;
use relais_core::conversation::{Command, State};
use relais_core::time::Span;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

/// What the engine of a run cannot bear to read.
pub(super) const POISON: &str = "☠";

const LIMIT: Span = Span::secs(4);

#[derive(Debug)]
struct Helper(Arc<Shared>);

impl Helper {
    /// Nothing, after a while.
    async fn works(&self) -> Result<(), HelperError> {
        turn().await;
        let weather = *self.0.weather.lock();
        if !self.0.percent(weather.helpers) {
            return Ok(());
        }
        if self.0.percent(50) {
            let end = self.0.post.lock().hang(self.0.clock.truth() + LIMIT);
            let _ = end.await;
        }
        Err(HelperError("simulated".to_owned()))
    }
}

#[async_trait]
impl Model for Helper {
    async fn ask(&self, errand: &Errand, limit: Duration) -> Result<Said, ModelError> {
        self.works().await.map_err(|_| ModelError::Late)?;
        match doubles::models().get("mock") {
            Some(model) => model.ask(errand, limit).await,
            None => Err(ModelError::Off),
        }
    }
}

#[async_trait]
impl SpeechToText for Helper {
    fn needs_file(&self) -> bool {
        false
    }

    async fn transcribe(
        &self,
        _: Recording<'_>,
        _: Option<&str>,
        _: Duration,
    ) -> Result<String, ModelError> {
        self.works().await.map_err(|_| ModelError::Late)?;
        Ok("bonjour, où est ma commande".to_owned())
    }
}

/// Where notices end; a target that knows a key does nothing.
#[derive(Debug)]
struct Target {
    helper: Helper,
    known: Mutex<BTreeSet<String>>,
}

#[async_trait]
impl Sink for Target {
    async fn deliver(&self, notice: &Notice) -> Result<(), HelperError> {
        let is_late = self.helper.0.percent(10);
        if is_late {
            self.known.lock().insert(notice.key.clone());
        }
        self.helper.works().await?;
        self.known.lock().insert(notice.key.clone());
        Ok(())
    }
}

pub(super) fn all(shared: &Arc<Shared>, has_model: bool) -> Helpers {
    let helper = || Helper(Arc::clone(shared));
    let sink =
        || -> Arc<dyn Sink> { Arc::new(Target { helper: helper(), known: Mutex::default() }) };
    Helpers {
        model: has_model.then(|| -> Arc<dyn Model> { Arc::new(helper()) }),
        ears: Some(Arc::new(helper())),
        sinks: BTreeMap::from([("slack".to_owned(), sink()), ("teams".to_owned(), sink())]),
        ..Helpers::default()
    }
}

/// The engine, but for what it cannot bear.
pub(super) fn delicate() -> Before<impl Fn(Option<&State>, &Command) + Send + Sync> {
    Before(|_: Option<&State>, command: &Command| {
        let Command::Receive { inbound, .. } = command else { return };
        // A panic without a report: a long run would print thousands.
        if inbound.content.words().is_some_and(|w| w.contains(POISON)) {
            std::panic::resume_unwind(Box::new("poison".to_owned()));
        }
    })
}
