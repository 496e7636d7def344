//! Lists the customer chooses from: themes, questions, rooms. Each line has a number, so that a
//! typed digit means the same as a press.

use super::payload::Payload;
use super::state::PromptKind;
use super::turn::Turn;
use crate::message::{Outbound, Row};

/// Most rows of a list, most characters of a row's title and description.
const MAX_ROWS: usize = 10;
const TITLE: usize = 24;
const DESCRIPTION: usize = 72;

/// A line to choose.
pub(super) struct Line {
    pub id: String,
    pub title: String,
    /// The whole line, where the title is only its beginning.
    pub description: Option<String>,
}

impl Turn<'_> {
    pub(super) fn show_list(&mut self, key: &str, body: String, lines: Vec<Line>) {
        if lines.len() > MAX_ROWS || lines.is_empty() {
            self.bubble(Some(key), super::event::Author::Bot, Outbound::Text { body });
            return;
        }
        let button = self.text("list_button", &[]).unwrap_or_else(|| "…".to_owned());
        let rows = lines
            .into_iter()
            .map(|l| Row {
                id: l.id,
                title: cut(&l.title, TITLE),
                description: l.description.map(|d| cut(&d, DESCRIPTION)),
            })
            .collect();
        self.list(key, body, button, rows);
    }

    /// The themes of the knowledge base.
    pub(super) fn show_topics(&mut self, node: &str, text: &str) {
        let body = self.text(text, &[]).unwrap_or_default();
        let (version, language) = (self.snapshot().version, self.state.language.clone());
        let themes = &self.snapshot().document.knowledge.themes;
        let lines = themes
            .iter()
            .map(|t| Line {
                id: Payload::Theme(t.key.clone()).encode(version),
                title: self.snapshot().pick(&t.title, &language).unwrap_or(&t.key).to_owned(),
                description: None,
            })
            .collect();
        self.show_list(text, body, lines);
        self.ask(node, PromptKind::Node);
    }

    /// The questions of a theme.
    pub(super) fn show_theme(&mut self, theme: &str) {
        let knowledge = &self.snapshot().document.knowledge;
        let Some(found) = knowledge.themes.iter().find(|t| t.key == theme) else {
            return self.go_home();
        };
        let mut ids: Vec<String> = Vec::new();
        if found.with_finder && self.finder_node().is_some() {
            ids.push("@finder".to_owned());
        }
        ids.extend(knowledge.articles.iter().filter(|a| a.theme == theme).map(|a| a.id.clone()));
        let title = self.snapshot().pick(&found.title, &self.state.language).unwrap_or(theme);
        let head = match self.text("topic_questions", &[]) {
            Some(text) => format!("{title} · {text}"),
            None => title.to_owned(),
        };
        self.show_questions("topic_questions", &head, ids);
    }

    /// Two or three articles are close: which is it?
    pub(super) fn show_clarify(&mut self, ids: Vec<String>) {
        let head = self.text("clarify", &[]).unwrap_or_default();
        self.show_questions("clarify", &head, ids);
    }

    fn show_questions(&mut self, key: &str, head: &str, ids: Vec<String>) {
        let version = self.snapshot().version;
        let mut body = head.to_owned();
        let mut lines = Vec::new();
        for (n, id) in (1..).zip(&ids) {
            let (question, payload) = match id.as_str() {
                "@finder" => (
                    self.text("finder_title", &[]).unwrap_or_else(|| "💡".to_owned()),
                    Payload::Finder,
                ),
                id => {
                    let article = self.snapshot().article(id);
                    let question = article
                        .and_then(|a| self.snapshot().pick(&a.q, &self.state.language))
                        .unwrap_or(id);
                    (question.to_owned(), Payload::Article(id.to_owned()))
                }
            };
            body = format!("{body}\n{n}. {question}");
            lines.push(Line {
                id: payload.encode(version),
                title: format!("{n}. {question}"),
                description: Some(question),
            });
        }
        self.show_list(key, body, lines);
        let node = self.snapshot().graph.entries.topics.clone();
        let node = node.unwrap_or_else(|| self.snapshot().graph.entries.start.clone());
        self.ask(&node, PromptKind::Articles { ids });
    }

    /// Asks which room the lamp is for.
    pub(super) fn ask_room(&mut self, node: &str, text: &str) {
        let version = self.snapshot().version;
        let mut body = self.text(text, &[]).unwrap_or_default();
        let mut lines = Vec::new();
        for (index, entry) in self.snapshot().document.knowledge.finder.iter().enumerate() {
            let language = &self.state.language;
            let workspace = &self.snapshot().document.workspace;
            let rooms = entry
                .rooms
                .get(language)
                .or_else(|| entry.rooms.get(&workspace.fallback_language))
                .or_else(|| entry.rooms.values().next());
            let room = rooms.and_then(|r| r.first()).map_or("", String::as_str);
            body = format!("{body}\n{}. {room}", index + 1);
            lines.push(Line {
                id: Payload::Room(index).encode(version),
                title: room.to_owned(),
                description: rooms.map(|r| r.join(", ")),
            });
        }
        self.show_list(text, body, lines);
        self.ask(node, PromptKind::Rooms);
    }

    /// The finder's node, when the flow has one.
    pub(super) fn finder_node(&self) -> Option<String> {
        self.snapshot()
            .graph
            .nodes()
            .find(|(_, kind)| matches!(kind, crate::flow::Kind::Finder { .. }))
            .map(|(id, _)| id.to_owned())
    }
}

/// At most so many characters, the last one an ellipsis when something is missing.
fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(limit - 1).collect();
    short.truncate(short.trim_end().len());
    short.push('…');
    short
}

#[cfg(test)]
mod tests {
    #[test]
    fn long_titles_are_cut_inside_the_limit() {
        let cut = super::cut("Livrez-vous dans l'Union européenne ?", 24);
        assert_eq!(cut.chars().count(), 24);
        assert!(cut.ends_with('…'));
        assert_eq!(super::cut("FAQ", 24), "FAQ");
    }
}
