//! After the end: a rating, a thank-you, or the beginning of a new conversation.

use super::command::Refusal;
use super::event::Event;
use super::lane::{Missed, Plan};
use super::reading::Input;
use super::receive::is_silent;
use super::state::{BURST, Profile};
use super::turn::Turn;
use crate::id::MessageId;
use crate::message::Inbound;
use crate::time::Span;
use crate::trigger::Reason;
use crate::understanding::parse;

/// A rating or a thank-you belongs to the ended conversation for so long.
const EPILOGUE: Span = Span::hours(24);

/// Thank-yous answered; further ones are only stored.
const GOODBYES: u32 = 2;

impl Turn<'_> {
    pub(super) fn receive_after_end(
        &mut self,
        message: MessageId,
        inbound: &Inbound,
        profile: Option<&Profile>,
    ) -> Result<(), Refusal> {
        if is_silent(&inbound.content) {
            self.record(message, inbound, profile);
            return Ok(());
        }
        let Some(ended) = self.state.resolved_at else { return Err(Refusal::OpenNew) };
        if self.ctx.now.since(ended) >= EPILOGUE {
            return Err(Refusal::OpenNew);
        }
        let text = self.texts.read(inbound.content.words().unwrap_or_default());
        // Provider times are whole seconds: a message of the same second came after the question.
        let is_older = inbound.sent_at + Span::secs(1) < ended;
        let awaits_rating = self.state.asks_rating && !is_older && self.snapshot().is_on("csat");
        if awaits_rating && let Some(rating) = parse::rating(&text) {
            self.record(message, inbound, profile);
            self.choose_language_of(inbound);
            self.emit(Event::Rated { score: rating.score, content: rating.comment });
            self.won("csat");
            self.say("csat_thanks");
            return Ok(());
        }
        if self.is_comment(message, inbound) {
            self.record(message, inbound, profile);
            let content = inbound.content.words().map(str::to_owned);
            let score = self.state.csat.unwrap_or_default();
            self.emit(Event::Rated { score, content });
            self.won("csat");
            return Ok(());
        }
        if self.snapshot().is_on("thanks") && parse::is_pleased(&text) {
            self.record(message, inbound, profile);
            self.choose_language_of(inbound);
            let answers = self.state.thanked < GOODBYES;
            self.emit(Event::Thanked);
            self.won("thanks");
            if answers {
                self.say("goodbye");
            }
            return Ok(());
        }
        Err(Refusal::OpenNew)
    }

    /// Words in the same burst as a bare rating that by themselves would be a failure or only a
    /// mood: they say why. What asks for something opens a conversation of its own.
    fn is_comment(&self, message: MessageId, inbound: &Inbound) -> bool {
        let is_bare = self.state.csat.is_some() && self.state.csat_comment.is_none();
        let is_burst =
            self.state.last_event_at.is_some_and(|rated| self.ctx.now.since(rated) < BURST);
        let Some(words) = inbound.content.words().filter(|_| is_bare && is_burst) else {
            return false;
        };
        match self.plan_of(&Input::said(vec![message], words, self.ctx.now)) {
            Err(missed) => missed == Missed::Noise,
            Ok(Plan::HandOver { fired }) => fired.iter().all(|one| one.reason == Reason::Sentiment),
            Ok(Plan::Thanks) => parse::is_praise(&self.texts.read(words)),
            Ok(_) => false,
        }
    }
}
