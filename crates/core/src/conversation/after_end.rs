//! After the end: a rating, a thank-you, or the beginning of a new conversation.

use super::command::Refusal;
use super::event::Event;
use super::receive::is_silent;
use super::state::Profile;
use super::turn::Turn;
use crate::id::MessageId;
use crate::message::Inbound;
use crate::time::Span;
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
        if self.snapshot().is_on("thanks") && parse::is_thanks(&text) {
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
}
