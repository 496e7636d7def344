//! A message read once: its text, its language, its signals.

use super::state::Held;
use super::turn::Turn;
use crate::id::MessageId;
use crate::time::Timestamp;
use crate::understanding::language::{self, Lang};
use crate::understanding::signals::{History, Signals};
use crate::understanding::text::Text;
use std::cell::RefCell;
use std::rc::Rc;

/// One or several messages judged as one.
#[derive(Clone, Debug)]
pub(super) struct Input {
    pub messages: Vec<MessageId>,
    pub text: String,
    /// Every part is a file.
    pub is_media: bool,
    /// A part is a voice message nobody could listen to.
    pub is_voice: bool,
    pub at: Timestamp,
    /// Where the words of the last message begin in `text`, in code points.
    pub last_from: usize,
}

impl Input {
    /// Words and nothing else.
    pub fn said(messages: Vec<MessageId>, text: &str, at: Timestamp) -> Self {
        let text = text.to_owned();
        Self { messages, text, is_media: false, is_voice: false, at, last_from: 0 }
    }

    pub fn one(held: &Held) -> Self {
        Self {
            messages: vec![held.message],
            text: held.text.clone(),
            is_media: held.is_media,
            is_voice: held.voice.is_some(),
            at: held.at,
            last_from: 0,
        }
    }

    /// The parts of a burst in one text, as if they had been typed at once.
    pub fn joined(parts: &[Held]) -> Self {
        let texts: Vec<&str> =
            parts.iter().map(|h| h.text.trim()).filter(|t| !t.is_empty()).collect();
        let text = texts.join(" ");
        let last = parts.last().map_or("", |h| h.text.trim());
        Self {
            last_from: text.chars().count() - last.chars().count(),
            messages: parts.iter().map(|h| h.message).collect(),
            text,
            is_media: parts.iter().all(|h| h.is_media),
            is_voice: parts.iter().any(|h| h.voice.is_some()),
            at: parts.last().map_or_else(Timestamp::default, |h| h.at),
        }
    }
}

/// The text a decision read last. A message is read for its language, its meaning and its mood.
#[derive(Debug, Default)]
pub(super) struct Texts(RefCell<Option<Rc<Text>>>);

impl Texts {
    pub fn read(&self, words: &str) -> Rc<Text> {
        let mut last = self.0.borrow_mut();
        match &*last {
            Some(text) if text.original == words => Rc::clone(text),
            _ => Rc::clone(last.insert(Rc::new(Text::new(words)))),
        }
    }
}

#[derive(Debug)]
pub(super) struct Reading {
    pub text: Rc<Text>,
    pub lang: Option<Lang>,
    pub signals: Signals,
}

impl Turn<'_> {
    pub(super) fn read(&self, input: &Input) -> Reading {
        let text = self.texts.read(&input.text);
        let said: Vec<&str> = self
            .state
            .recent
            .iter()
            .filter(|h| !input.messages.contains(&h.message))
            .map(|h| h.text.as_str())
            .collect();
        let history = History { said: &said, failures: self.bot.failures };
        let signals = self.snapshot().lexicon.measure(&text, history);
        let lang = language::detect(&text).map(|d| d.lang);
        Reading { text, lang, signals }
    }
}
