//! The knowledge base: read, asked, and written an article at a time.

use crate::app::App;
use crate::dto::knowledge::{ArticleInput, Knowledge, KnowledgeMatch, KnowledgeMatches, Theme};
use crate::extract::{Id, Json, Params, Signed};
use crate::problem::{Answer, Problem};
use crate::routes::settings;
use crate::routes::workspace::Published;
use axum::extract::State;
use relais_app::accounts::Permission;
use relais_app::knowledge::ArticleTexts;
use relais_core::understanding::answers::Verdict;
use relais_core::understanding::language::Lang;
use relais_core::why::Why;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::IntoParams;

/// Longest question and answer of an article.
const QUESTION: usize = 300;
const ANSWER: usize = 1_024;
/// Most other ways to ask, per language.
const ALSO: usize = 50;

/// What the assistant can answer.
#[utoipa::path(get, path = "/api/v1/knowledge", operation_id = "read_knowledge", tag = "knowledge",
    responses((status = 200, body = Knowledge),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn read_knowledge(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<Knowledge>> {
    signed.must(Permission::ReadInbox)?;
    let snapshot = app.service.snapshot();
    let document = &snapshot.document;
    let theme =
        |t: &relais_core::workspace::Theme| Theme { key: t.key.clone(), title: t.title.clone() };
    Ok(axum::Json(Knowledge {
        version: snapshot.version,
        languages: document.workspace.languages.clone(),
        themes: document.knowledge.themes.iter().map(theme).collect(),
        articles: document.knowledge.articles.iter().map(Into::into).collect(),
    }))
}

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Question {
    q: String,
}

/// What the knowledge base makes of a question. Other rules may speak first in a conversation.
#[utoipa::path(get, path = "/api/v1/knowledge/matches", operation_id = "match_question",
    tag = "knowledge", params(Question),
    responses((status = 200, body = KnowledgeMatches),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn match_question(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(question): Params<Question>,
) -> Answer<axum::Json<KnowledgeMatches>> {
    signed.must(Permission::ReadInbox)?;
    let text: String = question.q.chars().take(QUESTION).collect();
    let judged = app.service.ask_knowledge(&text);
    let verdict = match judged.verdict {
        Verdict::Answer(_) => "answer",
        Verdict::Clarify(_) => "clarify",
        Verdict::OutOfScope => "out_of_scope",
        Verdict::Noise => "noise",
    };
    let candidates =
        judged.candidates.into_iter().map(|c| KnowledgeMatch { id: c.id, score: c.score });
    Ok(axum::Json(KnowledgeMatches { verdict, candidates: candidates.collect() }))
}

/// Changes an article, or adds one under a new id, and publishes. Running conversations keep the
/// version they began with.
#[utoipa::path(put, path = "/api/v1/knowledge/{id}", operation_id = "put_article",
    tag = "knowledge", params(("id" = String, Path)), request_body = ArticleInput,
    responses((status = 200, body = Published),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn put_article(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<String>,
    Json(input): Json<ArticleInput>,
) -> Answer<axum::Json<Published>> {
    let person = signed.must(Permission::EditKnowledge)?;
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if id.is_empty() || id.len() > 64 || !id.chars().all(is_plain) {
        return Err(Problem::not_found("No such address"));
    }
    let refused = || Problem::invalid("the article cannot be published; nothing was changed");
    let snapshot = app.service.snapshot();
    let languages = &snapshot.document.workspace.languages;
    let spoken = |texts: &BTreeMap<String, String>, most: usize, field: &str| {
        let mut kept = BTreeMap::new();
        for (language, text) in texts {
            let text = text.trim().replace('\0', "");
            if !languages.contains(language) {
                return Err(refused().field(
                    format!("/{field}/{language}"),
                    Why::new("language", "is no language here"),
                ));
            }
            if text.chars().count() > most {
                return Err(refused().field(format!("/{field}/{language}"), Why::too_long(most)));
            }
            if !text.is_empty() {
                kept.insert(language.clone(), text);
            }
        }
        if kept.is_empty() {
            return Err(refused().field(format!("/{field}"), Why::missing()));
        }
        Ok(kept)
    };
    let also = |(language, ways): (&String, &Vec<String>)| {
        let ways = ways.iter().map(|way| way.trim().chars().take(QUESTION).collect::<String>());
        let ways: Vec<String> = ways.filter(|way| !way.is_empty()).take(ALSO).collect();
        // Customers ask in more languages than the workspace speaks.
        let is_language = languages.contains(language) || Lang::parse(language).is_some();
        (is_language && !ways.is_empty()).then(|| (language.clone(), ways))
    };
    let texts = ArticleTexts {
        question: spoken(&input.question, QUESTION, "question")?,
        answer: spoken(&input.answer, ANSWER, "answer")?,
        also: input.also.iter().filter_map(also).collect(),
        theme: input.theme,
    };
    match app.service.put_article(&id, input.version, texts, &person.agent.name).await {
        Ok(version) => {
            app.lists_changed();
            Ok(axum::Json(Published { version }))
        }
        Err(error) => Err(settings::refused(error, refused)),
    }
}
