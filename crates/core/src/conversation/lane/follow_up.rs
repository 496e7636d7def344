//! Short messages that lean on the turn before: "and the bulbs?", "how much is it then?", "and for
//! the terrace?", "when will it come?". Every signal is stronger, and so is a clear match of a
//! message that names something of its own.

use super::{Looked, Missed, Plan};
use crate::conversation::reading::Reading;
use crate::conversation::state::{About, PromptKind, Subject};
use crate::conversation::turn::Turn;
use crate::time::Span;
use crate::trigger::RuleTrace;
use crate::understanding::answers::{AND, CLEAR, Judged, Verdict};
use crate::understanding::parse;
use crate::understanding::signals::ALARM;
use crate::understanding::text::Text;

/// Fewer words ask nothing that could be passed on ("et alors ?").
const WORDS_OF_A_QUESTION: usize = 3;
/// The order, in a message of so many words at most.
const IT: [&str; 6] = ["elle", "il", "it", "ela", "ella", "they"];
const SHORT: usize = 8;
/// The message speaks of one more order.
const OTHER: [&str; 20] = [
    "autre", "autres", "nouvelle", "deuxieme", "seconde", "other", "another", "second", "new",
    "otro", "otra", "segundo", "outro", "outra", "segunda", "andere", "altro", "altra", "doosra",
    "dusra",
];

impl Turn<'_> {
    /// What the answer before was about, while it is fresh.
    pub(in crate::conversation) fn subject(&self) -> Option<&About> {
        let fresh = |s: &&Subject| self.ctx.now.since(s.at) < Span::hours(24);
        let subject = self.bot.subject.as_ref().filter(fresh)?;
        self.snapshot().is_on("follow_up").then_some(&subject.about)
    }

    /// Remembers what was answered, for a message that leans on it.
    pub(in crate::conversation) fn speaks_of(&mut self, about: About) {
        self.bot.subject = Some(Subject { about, at: self.ctx.now });
    }

    /// What a message means after the answer before; nothing where it stands on its own.
    pub(super) fn follow_up(
        &self,
        reading: &Reading,
        judged: &Judged,
        looked: &mut Looked,
    ) -> Option<Result<Plan, Missed>> {
        let snapshot = self.snapshot();
        let about = self.subject()?;
        let title = match about {
            About::Article { id } => {
                let article = snapshot.article(id)?;
                snapshot.pick(&article.q, &self.state.language)?
            }
            About::Finder { .. } | About::Order { .. } => "",
        };
        let text = &reading.text;
        if let About::Finder { entry: Some(entry) } = about
            && snapshot.is_on("finder")
            && snapshot.matcher.asks_price(text, reading.lang)
        {
            looked.whole("follow_up", text, true);
            return Some(Ok(Plan::Room(*entry)));
        }
        if let Some(room) = self.another_room(about, text, judged) {
            looked.whole("follow_up", text, true);
            return Some(Ok(Plan::Room(room)));
        }
        if self.is_stuck(about, text, judged) {
            looked.whole("follow_up", text, true);
            return Some(Err(Missed::OutOfScope));
        }
        let leaning = snapshot.matcher.leaning(text, reading.lang, title);
        if !leaning.leans || leaning.yields_to(judged) {
            return None;
        }
        let gives_rooms = matches!(about, About::Finder { .. })
            || snapshot.finder.advice(&Text::new(title)).is_some();
        if gives_rooms
            && snapshot.is_on("finder")
            && let Some(room) = snapshot.finder.room(text)
        {
            looked.whole("follow_up", text, true);
            return Some(Ok(Plan::Room(room)));
        }
        if let About::Article { id } = about
            && snapshot.is_on("faq")
            && snapshot.matcher.tells(text, reading.lang, &leaning, id)
        {
            looked.whole("follow_up", text, true);
            return Some(Ok(Plan::Question { article: id.clone(), before: Vec::new() }));
        }
        // "And how long does it take?", which the article before does not tell and another one does.
        if leaning.is_measure && matches!(judged.verdict, Verdict::Answer(_)) {
            return None;
        }
        if let Some(answer) = leaning.answer.filter(|_| snapshot.is_on("faq")) {
            // "And to the UK?" after an answer about Europe: the same words again would be wrong
            // where another article answers the message by itself.
            let repeats = matches!(about, About::Article { id } if *id == answer.id);
            let is_elsewhere =
                matches!(&judged.verdict, Verdict::Answer(own) if own.id != answer.id);
            if repeats && is_elsewhere {
                return None;
            }
            looked.0.push(RuleTrace {
                rule: "follow_up".to_owned(),
                score: answer.score,
                threshold: ALARM,
                fired: true,
                quotes: answer.quotes,
            });
            return Some(Ok(Plan::Question { article: answer.id, before: Vec::new() }));
        }
        // "Et si je ne suis pas là ?": a question all the same, that no article answers.
        let asks = text.has_question_mark && text.words().count() >= WORDS_OF_A_QUESTION;
        let is_unknown = judged.verdict == Verdict::Noise && asks && !title.is_empty();
        (is_unknown && snapshot.is_on("out_of_scope")).then(|| {
            looked.whole("follow_up", text, true);
            Err(Missed::OutOfScope)
        })
    }

    /// "It won't let me" after an answer: people can, where nothing else was clearly asked.
    fn is_stuck(&self, about: &About, text: &Text, judged: &Judged) -> bool {
        let About::Article { id } = about else { return false };
        let is_other = match &judged.verdict {
            Verdict::Answer(answer) => answer.id != *id && answer.score >= CLEAR,
            _ => false,
        };
        !is_other && self.snapshot().is_on("out_of_scope") && parse::is_stuck(text)
    }

    /// "And something for my baby's bedroom": after a lamp for one room, one more room, in as many
    /// words as it takes.
    fn another_room(&self, about: &About, text: &Text, judged: &Judged) -> Option<usize> {
        let leads_on = text.words().next().is_some_and(|w| AND.contains(&w));
        let is_answered = matches!(judged.verdict, Verdict::Answer(_));
        let is_wish = leads_on && !is_answered && matches!(about, About::Finder { .. });
        let is_on = is_wish && self.snapshot().is_on("finder");
        is_on.then(|| self.snapshot().finder.room(text)).flatten()
    }

    /// The order that was shown before, or whose postcode is awaited, where a short message asks on
    /// about it.
    pub(super) fn same_order(&self, reading: &Reading, looked: &mut Looked) -> Option<Plan> {
        let text = &reading.text;
        let awaited = self.fresh_prompt().and_then(|prompt| match prompt.kind {
            PromptKind::Postcode { order } => Some(order),
            _ => None,
        });
        let number = match (awaited, self.subject()) {
            (Some(order), _) => order,
            (None, Some(About::Order { number, .. })) => number.clone(),
            (None, _) => return None,
        };
        let asks_on = parse::wants_tracking(text).is_some() || parse::asks_on(text);
        let is_other = text.words().any(|w| OTHER.contains(&w));
        let of_it = || text.words().any(|w| IT.contains(&w)) && text.words().count() <= SHORT;
        let leans = || self.snapshot().matcher.leaning(text, reading.lang, "").leans;
        if !asks_on || is_other || !(of_it() || leans()) {
            return None;
        }
        looked.whole("follow_up", text, true);
        Some(Plan::Order { number, also: Vec::new() })
    }
}
