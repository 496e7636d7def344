//! Answers from the knowledge base and the product finder. A model may word an answer; what it
//! wrote is only said when it keeps the article's facts.

use super::compose;
use super::counsel::TURN;
use super::event::{Author, Event, Request};
use super::reading::Input;
use super::state::{About, Resume};
use super::turn::Turn;
use super::walk::Carry;
use crate::message::Outbound;

impl Turn<'_> {
    /// Answers a question with an article, worded by a model where there is one.
    pub(super) fn answer_question(&mut self, article: &str, input: &Input) {
        self.found_topic(article);
        self.word_answer(article, input);
    }

    /// Says an article, worded by a model where there is one.
    pub(super) fn word_answer(&mut self, article: &str, input: &Input) {
        let deadline = input.at + TURN;
        if !self.ctx.ai.compose || deadline <= self.ctx.now {
            return self.answered_question(article, None);
        }
        let Some(approved) = self.approved(article) else {
            return self.answered_question(article, None);
        };
        let request = Request::Compose {
            question: input.text.clone(),
            language: self.state.language.clone(),
            articles: vec![(article.to_owned(), approved)],
        };
        let then = Resume::Answer {
            article: article.to_owned(),
            question: input.text.clone(),
            repeat_prompt: self.has_question(),
        };
        self.wait_until(request, deadline, then);
    }

    /// What a model wrote says what the article says.
    pub(super) fn may_say(&self, article: &str, composed: &str) -> bool {
        self.approved(article).is_some_and(|text| compose::accept(composed, &text).is_some())
    }

    /// Says an answer and goes on: the article's own follow-up, or the question that was pending.
    pub(super) fn answered_question(&mut self, article: &str, composed: Option<&str>) {
        self.bot.was_greeted = true;
        self.speaks_of(About::Article { id: article.to_owned() });
        self.say_article(article, composed);
        let then = self.snapshot().article(article).and_then(|a| a.then.clone());
        if let Some(node) = then {
            return self.walk(&node, Carry::default());
        }
        if !self.repeat_prompt() {
            self.bot.prompt = None;
            self.ends_step = true;
        }
    }

    /// The same while more was said: a question that is pending may be answered by it, and is not
    /// asked again.
    pub(super) fn answered_before_more(&mut self, article: &str, composed: Option<&str>) {
        let leads_on = self.snapshot().article(article).is_some_and(|a| a.then.is_some());
        if leads_on || !self.has_question() {
            return self.answered_question(article, composed);
        }
        self.bot.was_greeted = true;
        self.speaks_of(About::Article { id: article.to_owned() });
        self.say_article(article, composed);
    }

    /// An article picked from a list.
    pub(super) fn answer_picked(&mut self, article: &str) {
        self.found_topic(article);
        let asked = self.bot.prompt.take();
        self.answered_question(article, None);
        // The list, or what was asked before it, is still on their screen.
        if self.bot.prompt.is_none() {
            self.bot.set_aside = asked;
        }
    }

    fn found_topic(&mut self, article: &str) {
        let topic = self.snapshot().article(article).and_then(|a| a.topic.clone());
        if topic.is_some() && topic != self.state.topic {
            self.emit(Event::TopicFound { topic });
        }
    }

    /// The approved text in the customer's language, else in the fall-back.
    pub(super) fn approved(&self, article: &str) -> Option<String> {
        let article = self.snapshot().article(article)?;
        self.snapshot().pick(&article.a, &self.state.language).map(str::to_owned)
    }

    /// Says what else was asked, as it stands.
    pub(super) fn say_articles(&mut self, articles: &[String]) {
        for article in articles {
            self.say_article(article, None);
        }
    }

    pub(super) fn say_article(&mut self, article: &str, composed: Option<&str>) {
        let Some(approved) = self.approved(article) else { return };
        let body = composed.and_then(|text| compose::accept(text, &approved)).unwrap_or(approved);
        self.bubble(Some(article), Author::Bot, Outbound::Text { body });
    }

    /// One model for a room: name, price, link.
    pub(super) fn recommend(&mut self, room: usize) {
        let knowledge = &self.snapshot().document.knowledge;
        let Some(entry) = knowledge.finder.get(room) else { return self.go_home() };
        let slug = crate::understanding::text::fold(&entry.model).replace(' ', "-");
        let link = knowledge.finder_link.replace("{model}", &slug);
        let with = [("model", entry.model.as_str()), ("price", &entry.price), ("link", &link)];
        if !self.say_with("finder_answer", &with) {
            let body = format!("{} · {} → {link}", entry.model, entry.price);
            self.bubble(Some("finder_answer"), Author::Bot, Outbound::Text { body });
        }
        self.bot.was_greeted = true;
        self.speaks_of(About::Finder { entry: Some(room) });
        if !self.repeat_prompt() {
            if let Some(node) = self.finder_node() {
                return self.leave(&node, "next", Carry::default());
            }
            self.bot.prompt = None;
            self.ends_step = true;
        }
    }
}
