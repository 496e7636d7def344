//! The customer wrote: records the message and gives it to whoever is in charge.

use super::event::{Event, Request};
use super::state::{Held, Owner, Profile, Resume, Voice};
use super::turn::Turn;
use crate::id::MessageId;
use crate::message::{Content, Inbound, MediaKind};
use crate::trigger::Reason;
use crate::window;
use std::collections::BTreeMap;

/// Patience with speech-to-text, in seconds.
pub(super) const LISTEN_SECONDS: i64 = 4;

impl Turn<'_> {
    /// Takes the message of a conversation that is not resolved.
    pub(super) fn receive(
        &mut self,
        message: MessageId,
        inbound: &Inbound,
        profile: Option<&Profile>,
    ) {
        self.catch_up();
        if self.state.is_resolved() {
            return;
        }
        let is_stale = self.is_stale(inbound);
        self.record(message, inbound, profile);
        if is_silent(&inbound.content) {
            self.correct_held(&inbound.content);
            return;
        }
        self.keep_open(None);
        if is_stale {
            self.leave_to_people();
            return;
        }
        if self.is_silenced() {
            self.give_to_people();
            return;
        }
        self.choose_language_of(inbound);
        match self.state.owner {
            Owner::Agent { .. } => self.hear_quietly(inbound),
            Owner::Queue { deferred: false } => self.hear_in_queue(inbound),
            Owner::Bot | Owner::Queue { deferred: true } => {
                self.hear(message, inbound);
                self.mind_circles(&inbound.content.preview());
            }
        }
    }

    /// Writes the message into the log.
    pub(super) fn record(
        &mut self,
        message: MessageId,
        inbound: &Inbound,
        profile: Option<&Profile>,
    ) {
        if let Some(profile) = profile.filter(|p| self.state.profile.as_ref() != Some(*p)) {
            let segment = profile.segment.clone().unwrap_or_else(|| "standard".to_owned());
            self.emit(Event::ProfileRead { segment, content: Some(profile.clone()) });
        }
        let sent_at = window::clamp(inbound.sent_at, self.ctx.now);
        self.emit(Event::MessageReceived {
            message,
            sent_at,
            opens_window: inbound.content.opens_window(),
            is_late: self.state.last_inbound_at.is_some_and(|last| sent_at < last),
            is_silent: is_silent(&inbound.content),
            content: Some(inbound.clone()),
        });
    }

    /// Too old to be answered as if it had just come: its own session window is closed.
    fn is_stale(&self, inbound: &Inbound) -> bool {
        inbound.content.opens_window() && !window::is_open(Some(inbound.sent_at), self.ctx.now)
    }

    /// A message that came a day late is no turn of the bot; where the bot is in charge and nothing
    /// newer was said, people see it.
    fn leave_to_people(&mut self) {
        let is_newest = !window::is_open(self.state.last_inbound_at, self.ctx.now);
        if matches!(self.state.owner, Owner::Bot) && is_newest {
            self.won("failures");
            self.escalate(super::escalate::Order {
                notice: None,
                ..super::escalate::Order::because(Reason::Failures)
            });
        }
    }

    /// What people are told about is only noted: a stop word counts whoever is in charge.
    fn hear_quietly(&mut self, inbound: &Inbound) {
        let text = self.texts.read(inbound.content.words().unwrap_or(""));
        if self.snapshot().is_on("opt_out") && crate::understanding::parse::is_stop_word(&text) {
            self.opt_out();
        }
    }

    /// A message to the bot.
    fn hear(&mut self, message: MessageId, inbound: &Inbound) {
        let mut held = Held {
            message,
            provider_id: inbound.provider_id.clone(),
            text: inbound.content.words().unwrap_or_default().to_owned(),
            is_media: false,
            payload: None,
            form: BTreeMap::new(),
            voice: None,
            at: self.ctx.now,
            is_mood_known: false,
        };
        match &inbound.content {
            Content::Text { .. } => {}
            Content::Button { payload, .. } | Content::List { payload, .. } => {
                held.payload = Some(payload.clone());
            }
            Content::Form { payload: Some(payload), fields, .. } => {
                held.payload = Some(payload.clone());
                held.form = fields.clone();
                held.text = fields.values().map(String::as_str).collect::<Vec<_>>().join(", ");
            }
            Content::Media { kind: MediaKind::Audio | MediaKind::Voice, media_id, .. } => {
                if held.text.is_empty() {
                    held.is_media = true;
                    held.voice = Some(Voice { media_id: media_id.clone(), is_unheard: false });
                }
            }
            Content::Media { .. }
            | Content::Location { .. }
            | Content::Contacts { .. }
            | Content::Order { .. }
            | Content::Form { .. }
            | Content::Unsupported { .. } => held.is_media = true,
            Content::Reaction { .. }
            | Content::Edit { .. }
            | Content::Revoke { .. }
            | Content::System { .. } => return,
        }
        self.take_in(held);
    }

    /// An edit or a revocation of a message that was not judged yet counts as if it had been
    /// written so; of any other it is only kept.
    fn correct_held(&mut self, content: &Content) {
        let (target, body) = match content {
            Content::Edit { target, body } => (target, body.as_deref()),
            Content::Revoke { target } => (target, None),
            _ => return,
        };
        let is_it = |h: &Held| h.provider_id == *target;
        if !self.state.bot_active() || !self.bot.held.iter().any(is_it) {
            return;
        }
        let (found, rest) = std::mem::take(&mut self.bot.held).into_iter().partition(is_it);
        self.bot.held = rest;
        if self.bot.held.is_empty() {
            self.bot.held_due = None;
        }
        let found: Vec<Held> = found;
        if let (Some(held), Some(body)) = (found.into_iter().next(), body) {
            self.take_in(Held { text: body.to_owned(), at: self.ctx.now, ..held });
            self.mind_circles(body);
        }
    }

    /// Listens to a voice message where that is possible; `false` when nobody can.
    pub(super) fn listen(&mut self, held: &Held) -> bool {
        let Some(voice) = held.voice.as_ref().filter(|v| !v.is_unheard) else { return false };
        if !self.ctx.ai.transcribe || !self.snapshot().is_on("voice") {
            return false;
        }
        let hint = Some(self.state.language.clone());
        let (media_id, message) = (voice.media_id.clone(), Some(held.message));
        let request = Request::Transcribe { media_id, message, hint };
        self.wait_for(request, LISTEN_SECONDS, Resume::Voice { message: held.message });
        true
    }
}

/// Nothing to answer: stored, and that is all.
pub(super) fn is_silent(content: &Content) -> bool {
    matches!(
        content,
        Content::Reaction { .. }
            | Content::Edit { .. }
            | Content::Revoke { .. }
            | Content::System { .. }
            | Content::Media { kind: MediaKind::Sticker, .. }
    )
}
