//! The knowledge base as the support lead works on it: an article is changed or added, and the
//! workspace is published anew.

use crate::service::Service;
use crate::settings::EditError;
use relais_core::understanding::answers::Judged;
use relais_core::understanding::text::Text;
use relais_core::workspace::Article;
use std::collections::BTreeMap;

/// What people write of an article; the rest of it stays.
#[derive(Clone, Debug)]
pub struct ArticleTexts {
    pub theme: String,
    pub question: BTreeMap<String, String>,
    pub also: BTreeMap<String, Vec<String>>,
    pub answer: BTreeMap<String, String>,
}

impl Service {
    /// Keeps an article under its id, new or known, and publishes. `seen` is the version it was
    /// written on.
    pub async fn put_article(
        &self,
        id: &str,
        seen: i64,
        texts: ArticleTexts,
        by: &str,
    ) -> Result<i64, EditError> {
        let comment = format!("article {id}, by {by}");
        self.edit(seen, &comment, |document| {
            let articles = &mut document.knowledge.articles;
            let at = articles.iter().position(|a| a.id == id).unwrap_or(articles.len());
            if at == articles.len() {
                articles.push(Article {
                    id: id.to_owned(),
                    theme: String::new(),
                    q: BTreeMap::new(),
                    also: BTreeMap::new(),
                    not: Vec::new(),
                    a: BTreeMap::new(),
                    then: None,
                    topic: None,
                });
            }
            let article = &mut articles[at];
            article.theme = texts.theme;
            article.q = texts.question;
            article.also = texts.also;
            article.a = texts.answer;
        })
        .await
    }

    /// What the knowledge base makes of a question.
    pub fn ask_knowledge(&self, question: &str) -> Judged {
        self.snapshot().matcher.judge(&Text::new(question), None)
    }
}
