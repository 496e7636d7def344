//! What agents and leads put right: an answer that was wrong or right, a question attached to an
//! article, an alarm that was none. Each becomes an example of the workspace, which is published
//! anew: understanding is learnt again, and running conversations keep the version of their time.

use crate::redact::Redactor;
use crate::service::{PublishError, Service};
use relais_core::understanding::answers::{self, Estimate};
use relais_core::understanding::language::detect;
use relais_core::understanding::text::{Text, fold};
use relais_core::workspace::Document;
use relais_core::workspace::snapshot::learnt;

/// What is put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correction {
    /// A customer's question, the article that does not answer it, the one that does.
    Question { asked: String, wrong: Option<String>, right: Option<String> },
    /// A sentence that is no alarm of a rule: `keyword`, `sentiment`, `sensitive:refund`.
    FalseAlarm { said: String, rule: String },
    /// What was put right was right before.
    Withdrawn(Learnt),
    /// At most so many of a hundred answers may be wrong; nothing: the usual bound.
    MostWrong { percent: Option<u8> },
}

/// Why a correction was not kept.
#[derive(Debug)]
pub enum CorrectionError {
    /// Nothing is left to learn from.
    Empty,
    NoSuchArticle(String),
    /// There is no such rule, or it warns of danger and is never silenced.
    NoSuchRule(String),
    Publish(PublishError),
}

impl From<PublishError> for CorrectionError {
    fn from(error: PublishError) -> Self {
        Self::Publish(error)
    }
}

/// How well the knowledge base answers questions it has not seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Understanding {
    pub version: i64,
    pub most_wrong: u8,
    /// Nothing when the articles have too few ways to ask.
    pub estimate: Option<Estimate>,
    pub learnt: Vec<Learnt>,
}

/// A sentence that people put right, and what it does no longer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Learnt {
    /// Answered by this article.
    NoAnswer { said: String, article: String },
    /// An alarm of this rule.
    NoAlarm { said: String, rule: String },
}

/// Examples kept of one kind; the oldest go first.
const KEPT: usize = 50;
/// A longer sentence is cut.
const LONGEST: usize = 300;

impl Service {
    /// Keeps a correction and publishes; what is already known changes nothing.
    pub async fn correct(&self, correction: &Correction, by: &str) -> Result<i64, CorrectionError> {
        let _one = self.versions().edits().await;
        self.take_up_published().await.map_err(PublishError::Store)?;
        let newest = self.snapshot();
        let mut document = newest.document.clone();
        apply(&mut document, correction)?;
        if document == newest.document {
            return Ok(newest.version);
        }
        let comment = format!("correction, by {by}");
        Ok(self.publish_on(newest.version, document, &comment).await?)
    }

    /// What is to be expected of the published knowledge base.
    pub fn understanding(&self) -> Understanding {
        let snapshot = self.snapshot();
        let document = &snapshot.document;
        let most_wrong = document.knowledge.most_wrong;
        Understanding {
            version: snapshot.version,
            most_wrong: most_wrong.unwrap_or(answers::MOST_WRONG),
            estimate: answers::estimate(&learnt(document), most_wrong, snapshot.vectors.as_ref()),
            learnt: put_right(document),
        }
    }
}

/// What the published workspace has learnt from corrections, the newest of a kind first.
fn put_right(document: &Document) -> Vec<Learnt> {
    let answers = document.knowledge.articles.iter().flat_map(|a| {
        a.not
            .iter()
            .rev()
            .map(|said| Learnt::NoAnswer { said: said.clone(), article: a.id.clone() })
    });
    let alarms = document.triggers.calm.iter().flat_map(|(rule, sentences)| {
        sentences
            .iter()
            .rev()
            .map(|said| Learnt::NoAlarm { said: said.clone(), rule: rule.clone() })
    });
    answers.chain(alarms).collect()
}

fn apply(document: &mut Document, correction: &Correction) -> Result<(), CorrectionError> {
    match correction {
        Correction::Question { asked, wrong, right } => {
            let example = example(asked)?;
            let language = detect(&Text::new(&example)).map(|d| d.lang.as_str().to_owned());
            let language = language.unwrap_or_else(|| document.workspace.default_language.clone());
            for id in [wrong, right].into_iter().flatten() {
                if !document.knowledge.articles.iter().any(|a| a.id == *id) {
                    return Err(CorrectionError::NoSuchArticle(id.clone()));
                }
            }
            for article in &mut document.knowledge.articles {
                if right.as_deref() == Some(&article.id) {
                    forget(&mut article.not, &example);
                    keep(article.also.entry(language.clone()).or_default(), &example);
                } else if wrong.as_deref() == Some(&article.id) {
                    for ways in article.also.values_mut() {
                        forget(ways, &example);
                    }
                    article.also.retain(|_, ways| !ways.is_empty());
                    keep(&mut article.not, &example);
                }
            }
        }
        Correction::FalseAlarm { said, rule } => {
            let example = example(said)?;
            if !may_be_silenced(document, rule) {
                return Err(CorrectionError::NoSuchRule(rule.clone()));
            }
            keep(document.triggers.calm.entry(rule.clone()).or_default(), &example);
        }
        Correction::Withdrawn(Learnt::NoAnswer { said, article }) => {
            let of = document.knowledge.articles.iter_mut().find(|a| a.id == *article);
            let of = of.ok_or_else(|| CorrectionError::NoSuchArticle(article.clone()))?;
            forget(&mut of.not, said);
        }
        Correction::Withdrawn(Learnt::NoAlarm { said, rule }) => {
            let calm = &mut document.triggers.calm;
            let sentences = calm.get_mut(rule);
            forget(sentences.ok_or_else(|| CorrectionError::NoSuchRule(rule.clone()))?, said);
            calm.retain(|_, sentences| !sentences.is_empty());
        }
        Correction::MostWrong { percent } => document.knowledge.most_wrong = *percent,
    }
    Ok(())
}

fn may_be_silenced(document: &Document, rule: &str) -> bool {
    match rule.strip_prefix("sensitive:") {
        Some(topic) => {
            document.triggers.sensitive.iter().any(|r| r.topic == topic && r.first.is_none())
        }
        None => matches!(rule, "keyword" | "sentiment"),
    }
}

/// The sentence as it is kept: nobody's number, address or card is learnt.
fn example(said: &str) -> Result<String, CorrectionError> {
    let plain: String =
        Redactor::of_contact(None).hide(said).replace('\0', "").chars().take(LONGEST).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    if fold(&plain).is_empty() { Err(CorrectionError::Empty) } else { Ok(plain) }
}

fn keep(examples: &mut Vec<String>, example: &str) {
    if examples.iter().any(|e| fold(e) == fold(example)) {
        return;
    }
    examples.push(example.to_owned());
    let surplus = examples.len().saturating_sub(KEPT);
    examples.drain(..surplus);
}

fn forget(examples: &mut Vec<String>, example: &str) {
    examples.retain(|e| fold(e) != fold(example));
}
