//! Help with writing for agents: a summary, a draft, better words, a translation. Nothing is sent
//! and nothing is written into the log; the words go to the agent who asked, with what they rest
//! on and what in them rests on nothing.

use crate::engine::state_of;
use crate::port::model::{Assist, Errand, ModelError, Task};
use crate::port::store::{ConversationRow, StoreError};
use crate::redact::Redactor;
use crate::service::Service;
use crate::transcript::{By, Entry};
use relais_core::conversation::{State, for_agents};
use relais_core::understanding::language::detect;
use relais_core::understanding::text::Text;
use relais_core::workspace::snapshot::Snapshot;
use std::time::Duration;

/// An agent waits no longer, and the request itself ends soon after.
const PATIENCE: Duration = Duration::from_secs(25);
/// The end of the talk that a model reads.
const LINES: usize = 40;
const LONGEST_LINE: usize = 800;
/// Longest text that is rewritten or translated.
const LONGEST_TEXT: usize = 4_096;
/// Articles a draft may rest on, at least this near.
const ARTICLES: usize = 3;
const NEAR: f32 = 0.1;

/// What an agent asks for.
#[derive(Clone, Debug, PartialEq)]
pub struct Help {
    pub task: Task,
    /// What is rewritten or translated.
    pub text: String,
    /// ISO 639-1; by default the customer's for a draft, the workspace's for a summary.
    pub language: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Helped {
    pub text: String,
    pub language: String,
    pub sources: Vec<Source>,
    /// Numbers in the text that stand in no source: to be checked before it is sent.
    pub unsupported: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    Article {
        id: String,
        title: String,
    },
    /// So many lines of the talk.
    Talk {
        lines: usize,
    },
    /// The agent's own text.
    Text,
}

#[derive(Debug)]
pub enum HelpError {
    /// Nothing to rewrite, to translate or to answer, and why.
    Nothing(&'static str),
    /// The person's data is used for nothing but answering them: no model reads it.
    Restricted,
    Model(ModelError),
    Store(StoreError),
}

impl From<StoreError> for HelpError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Service {
    /// A model is there to help agents.
    pub fn has_copilot(&self) -> bool {
        let helpers = self.helpers();
        helpers.model.is_some() && helpers.rules.uses.copilot
    }

    /// Helps an agent with a conversation.
    pub async fn help(&self, row: &ConversationRow, help: Help) -> Result<Helped, HelpError> {
        let contact = self.store().contact(row.contact).await?;
        if contact.is_some_and(|contact| contact.is_restricted) {
            return Err(HelpError::Restricted);
        }
        let state = state_of(row)?;
        let snapshot = self.versions().of(state.flow_version, &**self.store()).await?;
        let mut redactor = Redactor::of_contact(state.name.as_deref());
        let reads_talk = matches!(help.task, Task::Summary | Task::Draft);
        let talk: Vec<String> = if reads_talk {
            lines(&self.transcript(row).await?).iter().map(|l| redactor.hide(l)).collect()
        } else {
            Vec::new()
        };
        if reads_talk && talk.is_empty() {
            return Err(HelpError::Nothing("nothing was said yet"));
        }
        let text: String = help.text.trim().chars().take(LONGEST_TEXT).collect();
        if !reads_talk && text.is_empty() {
            return Err(HelpError::Nothing("there is no text"));
        }
        let language = help.language.unwrap_or_else(|| usual(help.task, &state, &snapshot, &text));
        let articles = if help.task == Task::Draft { near(&state, &snapshot) } else { Vec::new() };
        let assist = Assist {
            task: help.task,
            talk,
            articles,
            text: redactor.hide(&text),
            language: language.clone(),
        };
        let source =
            [assist.talk.join("\n"), texts(&assist.articles), assist.text.clone()].join("\n");
        let errand = Errand::Assist(assist);
        let _turn = self.gate().copilot_turn().ok_or(HelpError::Model(ModelError::Busy))?;
        let reply = self.consult(None, &errand, PATIENCE).await.map_err(HelpError::Model)?;
        let Errand::Assist(assist) = errand else {
            return Err(HelpError::Model(ModelError::Nonsense));
        };
        let (words, cites) = super::reply::assisted(&reply, &assist.articles)
            .ok_or(HelpError::Model(ModelError::Nonsense))?;
        let (words, unsupported) = for_agents(&words, &source);
        if words.is_empty() {
            return Err(HelpError::Model(ModelError::Nonsense));
        }
        let mut sources: Vec<Source> = cites
            .into_iter()
            .map(|id| {
                let article = snapshot.article(&id);
                let title = article.and_then(|a| snapshot.pick(&a.q, &language));
                Source::Article { title: title.unwrap_or(&id).to_owned(), id }
            })
            .collect();
        sources.push(match help.task {
            Task::Summary | Task::Draft => Source::Talk { lines: assist.talk.len() },
            Task::Rewrite | Task::Translate => Source::Text,
        });
        let text = redactor.restore(&words);
        Ok(Helped { text, language, sources, unsupported })
    }
}

fn usual(task: Task, state: &State, snapshot: &Snapshot, text: &str) -> String {
    match task {
        Task::Summary => snapshot.document.workspace.default_language.clone(),
        Task::Draft | Task::Translate => state.language.clone(),
        Task::Rewrite => detect(&Text::new(text))
            .map_or_else(|| state.language.clone(), |d| d.lang.as_str().to_owned()),
    }
}

/// The end of the talk; notes of agents stay in the house.
fn lines(entries: &[Entry]) -> Vec<String> {
    let said = entries.iter().filter_map(|entry| {
        let who = match entry.by {
            By::Customer => "customer",
            By::Bot | By::System => "assistant",
            By::Agent(_) => "agent",
            By::Note(_) => return None,
        };
        let text: String = entry.said.text().chars().take(LONGEST_LINE).collect();
        (!text.trim().is_empty()).then(|| format!("{who}: {text}"))
    });
    let all: Vec<String> = said.collect();
    all[all.len().saturating_sub(LINES)..].to_vec()
}

/// Articles close to the customer's last words, in their language.
fn near(state: &State, snapshot: &Snapshot) -> Vec<(String, String)> {
    let said = state.recent.iter().rev().map(|h| h.text.as_str());
    let Some(last) = said.into_iter().find(|t| t.split_whitespace().count() > 1) else {
        return Vec::new();
    };
    let text = Text::new(last);
    let judged = snapshot.matcher.judge(&text, detect(&text).map(|d| d.lang));
    judged
        .candidates
        .iter()
        .filter(|c| c.score >= NEAR)
        .take(ARTICLES)
        .filter_map(|c| {
            let article = snapshot.article(&c.id)?;
            Some((c.id.clone(), snapshot.pick(&article.a, &state.language)?.to_owned()))
        })
        .collect()
}

fn texts(articles: &[(String, String)]) -> String {
    articles.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join("\n")
}
