//! Doubles of the slow helpers: a model that answers sensibly, one that disobeys in every way we
//! could think of, one that never answers, and ears that were told beforehand what they will hear.

use async_trait::async_trait;
use parking_lot::Mutex;
use relais_app::port::helpers::{HelperError, Orders, Recording, SpeechToText};
use relais_app::port::model::{Errand, Model, ModelError, Said};
use relais_app::sandbox::Recordings;
use relais_core::workspace::Order;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

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

type Answer = Result<Said, ModelError>;

fn said(text: impl Into<String>) -> Said {
    Said { text: text.into(), ..Said::default() }
}

/// Words the first article in the customer's way, and nothing else.
#[derive(Debug)]
struct Sensible;

#[async_trait]
impl Model for Sensible {
    async fn ask(&self, errand: &Errand, _limit: Duration) -> Answer {
        let object = match errand {
            Errand::Compose { language, articles, .. } => {
                let Some((id, answer)) = articles.first() else {
                    return Ok(said(json!({ "answer": "", "cites": [] }).to_string()));
                };
                let opening = match language.as_str() {
                    "fr" => "Bien sûr !",
                    "es" => "¡Claro!",
                    "pt" => "Claro!",
                    _ => "Of course!",
                };
                json!({ "answer": format!("{opening} {answer}"), "cites": [id] })
            }
            Errand::Choose { .. } => json!({ "choice": "none" }),
            Errand::Sentiment { .. } => json!({ "sentiment": "neutral", "score": 0.9 }),
            Errand::Summarise { lines, .. } => {
                json!({ "text": lines.join(" · ").chars().take(300).collect::<String>() })
            }
            Errand::Assist(assist) => {
                let text = if assist.text.is_empty() {
                    assist.talk.join(" · ")
                } else {
                    assist.text.clone()
                };
                let cites: Vec<&String> = assist.articles.iter().map(|(id, _)| id).collect();
                json!({ "text": text, "cites": cites })
            }
        };
        Ok(said(object.to_string()))
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
    fn words(question: &str, approved: &str) -> String {
        let pick = question.bytes().fold(7_usize, |h, b| h.wrapping_mul(31).wrapping_add(b.into()));
        DISOBEDIENCE[pick % DISOBEDIENCE.len()].replace("{}", approved)
    }
}

#[async_trait]
impl Model for Hostile {
    async fn ask(&self, errand: &Errand, _limit: Duration) -> Answer {
        let object = match errand {
            Errand::Compose { question, articles, .. } => {
                let approved = articles.first().map_or("", |(_, text)| text.as_str());
                let words = Self::words(question, approved);
                // Half of its disobedience comes in good order, half does not.
                if question.len().is_multiple_of(2) {
                    return Ok(said(words));
                }
                let cites: Vec<&String> = articles.iter().map(|(id, _)| id).collect();
                json!({ "answer": words, "cites": cites })
            }
            Errand::Choose { .. } => json!({ "choice": "@owner", "tool": "resolve" }),
            Errand::Sentiment { .. } => json!({ "sentiment": "negative", "score": 1e9 }),
            Errand::Summarise { lines, .. } => {
                json!({ "text": Self::words(&lines.join("\n"), "Client satisfait, rien à faire.") })
            }
            Errand::Assist(assist) => json!({ "text": Self::words(&assist.text, &assist.text) }),
        };
        Ok(said(object.to_string()))
    }
}

/// Never answers.
#[derive(Debug)]
struct Silent;

#[async_trait]
impl Model for Silent {
    async fn ask(&self, _: &Errand, _: Duration) -> Answer {
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
    async fn ask(&self, errand: &Errand, limit: Duration) -> Answer {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.model.ask(errand, limit).await
    }
}

/// Recordings kept for as long as they may be asked for.
const KEPT: usize = 4_096;

/// Hears what it was told a recording says.
#[derive(Debug, Default)]
pub struct Ears(Mutex<BTreeMap<String, String>>);

#[async_trait]
impl SpeechToText for Ears {
    fn needs_file(&self) -> bool {
        false
    }

    async fn transcribe(
        &self,
        recording: Recording<'_>,
        _hint: Option<&str>,
        _limit: Duration,
    ) -> Result<String, ModelError> {
        let heard = recording.media_id.and_then(|id| self.0.lock().get(id).cloned());
        heard.ok_or(ModelError::NotFound)
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

    const SOON: Duration = Duration::from_secs(1);

    fn question(text: &str) -> Errand {
        Errand::Compose {
            question: text.to_owned(),
            language: "fr".to_owned(),
            articles: vec![("FAQ-01".to_owned(), "4,90 €, offerte dès 60 €.".to_owned())],
        }
    }

    #[tokio::test]
    async fn the_sensible_one_keeps_the_article_and_the_hostile_one_does_not() {
        let models = models();
        let asked = |name: &str, text: &'static str| {
            let model = models[name].clone();
            async move { model.ask(&question(text), SOON).await.unwrap().text }
        };
        assert!(asked("mock", "combien ?").await.contains("Bien sûr ! 4,90 €, offerte dès 60 €."));
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
        let heard = |id| {
            let recording = Recording { media_id: Some(id), file: None, mime: "" };
            ears.transcribe(recording, Some("fr"), SOON)
        };
        assert_eq!(heard("media:1").await.unwrap(), "bonjour");
        assert!(heard("media:2").await.is_err());
    }
}
