//! Which language the customer is answered in: what they write, else the language of the talk, else
//! the country of their phone, else the workspace's.

use super::event::{Event, Previous};
use super::reading::Texts;
use super::state::Profile;
use super::turn::Turn;
use crate::message::{Content, Inbound};
use crate::understanding::language::{self, Lang};
use crate::workspace::snapshot::Snapshot;

/// A language without texts is only believed when it is this sure.
const SURE: f32 = 0.75;

/// The language a conversation opens in.
pub(super) fn first(
    inbound: &Inbound,
    profile: Option<&Profile>,
    previous: Option<&Previous>,
    texts: &Texts,
    snapshot: &Snapshot,
) -> String {
    let info = &snapshot.document.workspace;
    if !snapshot.is_on("language") {
        return info.default_language.clone();
    }
    let written = typed(inbound).and_then(|words| language::detect(&texts.read(words)));
    let is_clear =
        |d: &language::Detected| snapshot.is_spoken(d.lang.as_str()) || d.confidence >= SURE;
    if let Some(detected) = written.filter(is_clear) {
        return detected.lang.as_str().to_owned();
    }
    let phone = inbound.sender.phone.as_deref().or(profile.and_then(|p| p.phone.as_deref()));
    let of_phone = phone.and_then(language::of_phone).map(|l| l.as_str().to_owned());
    let candidates = [
        previous.map(|p| p.language.clone()),
        profile.and_then(|p| p.language.as_deref()).and_then(Lang::parse).map(String::from),
        of_phone,
        written.map(|d| d.lang.as_str().to_owned()),
    ];
    // A country whose language has no texts is told so: its people read the fall-back rather than
    // the shop's own language.
    candidates.into_iter().flatten().next().unwrap_or_else(|| info.default_language.clone())
}

/// Words the customer chose; a button's title is ours.
fn typed(inbound: &Inbound) -> Option<&str> {
    match &inbound.content {
        Content::Button { .. } | Content::List { .. } => None,
        other => other.words(),
    }
}

impl Turn<'_> {
    /// Takes over the language of a message, if it has one.
    pub(super) fn choose_language(&mut self, words: &str) {
        if !self.snapshot().is_on("language") || self.state.is_language_rectified() {
            return;
        }
        let Some(detected) = language::detect(&self.texts.read(words)) else { return };
        let language = detected.lang.as_str();
        let is_clear = self.snapshot().is_spoken(language) || detected.confidence >= SURE;
        if is_clear && language != self.state.language {
            self.emit(Event::LanguageChosen { language: language.to_owned() });
        }
    }

    pub(super) fn choose_language_of(&mut self, inbound: &Inbound) {
        if let Some(words) = typed(inbound) {
            self.choose_language(words);
        }
    }

    /// Tells a customer whose language has no texts which ones are spoken, once.
    pub(super) fn tell_languages(&mut self) {
        if !self.is_spoken() && !self.bot.told_languages {
            self.bot.told_languages = self.say("not_supported_language");
        }
    }

    /// The bot has texts in the customer's language.
    pub(super) fn is_spoken(&self) -> bool {
        self.snapshot().is_spoken(&self.state.language)
    }
}
