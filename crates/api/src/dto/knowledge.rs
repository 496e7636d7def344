use relais_core::workspace;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What the assistant can answer, per language.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Knowledge {
    /// Version these articles were published as.
    pub version: i64,
    pub languages: Vec<String>,
    pub themes: Vec<Theme>,
    pub articles: Vec<Article>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Theme {
    pub key: String,
    pub title: BTreeMap<String, String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Article {
    pub id: String,
    pub theme: String,
    pub question: BTreeMap<String, String>,
    /// Other ways to ask.
    pub also: BTreeMap<String, Vec<String>>,
    pub answer: BTreeMap<String, String>,
    #[schema(required)]
    pub topic: Option<String>,
    /// Step of the flow that follows the answer.
    #[schema(required)]
    pub next_step: Option<String>,
}

/// An article as people write it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ArticleInput {
    /// Version the article was written on; refused when somebody published meanwhile.
    pub version: i64,
    pub theme: String,
    pub question: BTreeMap<String, String>,
    #[serde(default)]
    pub also: BTreeMap<String, Vec<String>>,
    pub answer: BTreeMap<String, String>,
}

/// What the knowledge base makes of a question.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KnowledgeMatches {
    /// `answer`, `clarify` (asks which), `out_of_scope` or `noise` (no question at all).
    pub verdict: &'static str,
    /// Best first.
    pub candidates: Vec<KnowledgeMatch>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KnowledgeMatch {
    pub id: String,
    /// Probability that it answers.
    pub score: f32,
}

impl From<&workspace::Article> for Article {
    fn from(a: &workspace::Article) -> Self {
        Self {
            id: a.id.clone(),
            theme: a.theme.clone(),
            question: a.q.clone(),
            also: a.also.clone(),
            answer: a.a.clone(),
            topic: a.topic.clone(),
            next_step: a.then.clone(),
        }
    }
}
