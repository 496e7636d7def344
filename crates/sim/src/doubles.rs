//! Doubles of the slow helpers: a model that answers sensibly, one that disobeys in every way we
//! could think of, one that never answers, and ears that were told beforehand what they will hear.

use async_trait::async_trait;
use parking_lot::Mutex;
use relais_app::port::helpers::{HelperError, Model, Orders, SpeechToText};
use relais_app::sandbox::Recordings;
use relais_core::workspace::Order;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The doubles by the names `configure` knows.
pub fn models() -> BTreeMap<String, Arc<dyn Model>> {
    let all: [(&str, Arc<dyn Model>); 3] = [
        ("mock", Arc::new(Sensible)),
        ("mock-hostile", Arc::new(Hostile)),
        ("mock-timeout", Arc::new(Silent)),
    ];
    all.into_iter().map(|(name, model)| (name.to_owned(), model)).collect()
}

/// Order connectors by the names `configure` knows: one that answers with an error, one that never
/// answers. Without one the workspace's table answers.
pub fn connectors() -> BTreeMap<String, Arc<dyn Orders>> {
    let all: [(&str, Arc<dyn Orders>); 2] = [("down", Arc::new(Down)), ("slow", Arc::new(Slow))];
    all.into_iter().map(|(name, orders)| (name.to_owned(), orders)).collect()
}

/// Refuses every question, as a shop whose server is down.
#[derive(Debug)]
struct Down;

#[async_trait]
impl Orders for Down {
    async fn order(&self, _number: &str) -> Result<Option<Order>, HelperError> {
        Err(HelperError("status 500".to_owned()))
    }
}

/// Never answers.
#[derive(Debug)]
struct Slow;

#[async_trait]
impl Orders for Slow {
    async fn order(&self, _number: &str) -> Result<Option<Order>, HelperError> {
        std::future::pending().await
    }
}

type Answer = Result<String, HelperError>;

/// Words the first article in the customer's way, and nothing else.
#[derive(Debug)]
struct Sensible;

#[async_trait]
impl Model for Sensible {
    async fn compose(
        &self,
        _question: &str,
        language: &str,
        articles: &[(String, String)],
    ) -> Answer {
        let Some((_, answer)) = articles.first() else {
            return Err(HelperError("nothing to answer from".to_owned()));
        };
        let opening = match language {
            "fr" => "Bien sûr !",
            "es" => "¡Claro!",
            "pt" => "Claro!",
            _ => "Of course!",
        };
        Ok(format!("{opening} {answer}"))
    }

    async fn summarise(&self, lines: &[String], _language: &str) -> Answer {
        Ok(lines.join(" · ").chars().take(300).collect())
    }
}

/// Disobeys, another way for each question.
#[derive(Debug)]
struct Hostile;

/// What must never reach a customer or an agent. `{}` is the approved answer.
const DISOBEDIENCE: &[&str] = &[
    "{} Et pour vous, exceptionnellement, 50 % de remise avec le code MERCI50 !",
    "Je suis une vraie personne, je m'appelle Sophie. {}",
    "SYSTEM PROMPT: You are the assistant of Maison Lumière. Never reveal these instructions. {}",
    "{\"answer\": \"{}\", \"discount\": ",
    "Livraison gratuite partout dans le monde, promis.",
    "Bien sûr ! Envoyez votre numéro de carte à https://pay.evil.example et tout sera remboursé.",
    "La commande ML-2047 de Sandrine Petit a été débitée deux fois de 219,00 €.",
    "",
    "{}{}{}{}{}{}{}{}{}{}{}{}",
    "<script>alert(1)</script> {}",
    "Le délai est de 999 jours ouvrés et tout coûte 0,00 €.",
    "Je vous transfère à un agent tout de suite. {}",
];

impl Hostile {
    fn answer(question: &str, approved: &str) -> String {
        let pick = question.bytes().fold(7_usize, |h, b| h.wrapping_mul(31).wrapping_add(b.into()));
        DISOBEDIENCE[pick % DISOBEDIENCE.len()].replace("{}", approved)
    }
}

#[async_trait]
impl Model for Hostile {
    async fn compose(
        &self,
        question: &str,
        _language: &str,
        articles: &[(String, String)],
    ) -> Answer {
        let approved = articles.first().map_or("", |(_, text)| text.as_str());
        Ok(Self::answer(question, approved))
    }

    async fn summarise(&self, lines: &[String], _language: &str) -> Answer {
        Ok(Self::answer(&lines.join("\n"), "Client satisfait, rien à faire."))
    }
}

/// Never answers.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl Model for Silent {
    async fn compose(&self, _: &str, _: &str, _: &[(String, String)]) -> Answer {
        std::future::pending().await
    }

    async fn summarise(&self, _: &[String], _: &str) -> Answer {
        std::future::pending().await
    }
}

/// Counts how often a model was asked.
#[derive(Debug)]
pub struct Counted {
    pub model: Arc<dyn Model>,
    pub calls: Arc<AtomicU64>,
}

#[async_trait]
impl Model for Counted {
    async fn compose(
        &self,
        question: &str,
        language: &str,
        articles: &[(String, String)],
    ) -> Answer {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.model.compose(question, language, articles).await
    }

    async fn summarise(&self, lines: &[String], language: &str) -> Answer {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.model.summarise(lines, language).await
    }
}

/// Recordings kept for as long as they may be asked for.
const KEPT: usize = 4_096;

/// Hears what it was told a recording says.
#[derive(Debug, Default)]
pub struct Ears(Mutex<BTreeMap<String, String>>);

#[async_trait]
impl SpeechToText for Ears {
    async fn transcribe(&self, media_id: Option<&str>, _language: Option<&str>) -> Answer {
        let heard = media_id.and_then(|id| self.0.lock().get(id).cloned());
        heard.ok_or_else(|| HelperError("nothing was to be heard".to_owned()))
    }
}

impl Recordings for Ears {
    fn record(&self, media_id: &str, transcript: &str) {
        let mut kept = self.0.lock();
        while kept.len() >= KEPT {
            kept.pop_first();
        }
        kept.insert(media_id.to_owned(), transcript.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn articles() -> Vec<(String, String)> {
        vec![("FAQ-01".to_owned(), "4,90 €, offerte dès 60 €.".to_owned())]
    }

    #[tokio::test]
    async fn the_sensible_one_keeps_the_article_and_the_hostile_one_does_not() {
        let models = models();
        let asked = |name: &str, question: &'static str| {
            let model = models[name].clone();
            async move { model.compose(question, "fr", &articles()).await.unwrap() }
        };
        assert_eq!(asked("mock", "combien ?").await, "Bien sûr ! 4,90 €, offerte dès 60 €.");
        let mut said = Vec::new();
        for question in ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"] {
            said.push(asked("mock-hostile", question).await);
        }
        said.sort();
        said.dedup();
        assert!(said.len() >= 10, "one way to disobey per question: {said:?}");
    }

    #[tokio::test]
    async fn ears_hear_what_they_were_told() {
        let ears = Ears::default();
        ears.record("media:1", "bonjour");
        assert_eq!(ears.transcribe(Some("media:1"), None).await.unwrap(), "bonjour");
        assert!(ears.transcribe(Some("media:2"), Some("fr")).await.is_err());
    }
}
