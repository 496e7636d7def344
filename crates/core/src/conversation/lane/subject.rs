//! What a message is about: a courtesy, the product finder, an article, or nothing we know.

use super::{Looked, Missed, Plan, Planned, SURE};
use crate::conversation::reading::{Input, Reading};
use crate::conversation::turn::Turn;
use crate::trigger::RuleTrace;
use crate::understanding::answers::Verdict;
use crate::understanding::parse;
use crate::understanding::signals::ALARM;
use crate::understanding::text::{Quote, Text};
use crate::workspace::Article;

impl Turn<'_> {
    /// Messages that are nothing but a courtesy or a word of their own.
    pub(super) fn small_talk(&self, text: &Text, looked: &mut Looked) -> Option<Planned> {
        let is_on = |rule: &str| self.snapshot().is_on(rule);
        // A thumb is no thanks before anything was said.
        let is_first_sign = !self.bot.was_greeted && parse::is_only_friendly_emoji(text);
        if is_first_sign && looked.whole("greeting", text, is_on("greeting")) {
            return Some(("greeting", Plan::Greeting));
        }
        if looked.whole("identity", text, is_on("identity") && parse::asks_identity(text)) {
            return Some(("identity", Plan::Identity));
        }
        if looked.whole("thanks", text, is_on("thanks") && parse::is_wait(text)) {
            return Some(("thanks", Plan::Wait));
        }
        if looked.whole("thanks", text, is_on("thanks") && parse::is_pleased(text)) {
            return Some(("thanks", Plan::Thanks));
        }
        // Who says that they have a question is asked which by the menu.
        let opens = parse::is_greeting(text) || parse::is_opening(text);
        if looked.whole("greeting", text, is_on("greeting") && opens) {
            return Some(("greeting", Plan::Greeting));
        }
        if looked.whole("topics", text, is_on("faq") && parse::wants_topics(text)) {
            return Some(("topics", Plan::Topics));
        }
        None
    }

    /// The product finder, the knowledge base, and what neither knows.
    pub(super) fn knowledge(
        &self,
        input: &Input,
        reading: &Reading,
        looked: &mut Looked,
    ) -> Result<Planned, Missed> {
        let snapshot = self.snapshot();
        let text = &reading.text;
        let judged = snapshot.matcher.judge(text, reading.lang);
        let best = judged.candidates.first();
        let is_answer = matches!(judged.verdict, Verdict::Answer(_)) && snapshot.is_on("faq");
        looked.0.push(RuleTrace {
            rule: "faq".to_owned(),
            score: best.map_or(0.0, |c| c.score),
            threshold: ALARM,
            fired: is_answer,
            quotes: best.map(|c| c.quotes.clone()).unwrap_or_default(),
        });
        let answer = match &judged.verdict {
            Verdict::Answer(candidate) if is_answer => snapshot.article(&candidate.id),
            _ => None,
        };
        if let Some(plan) = self.advice(text, answer, looked) {
            return Ok(("finder", plan));
        }
        if let Some(meant) = self.follow_up(reading, &judged, looked) {
            return meant.map(|plan| ("follow_up", plan));
        }
        if let Some(plan) = self.several(reading, answer, looked) {
            return Ok(("faq", plan));
        }
        if let Some(article) = answer {
            let article = article.id.clone();
            return Ok(("faq", Plan::Question { article, before: Vec::new() }));
        }
        if snapshot.is_on("faq") && reading.signals.fault.is_alarm() {
            let of_fault = |a: &&Article| a.topic.as_deref() == Some("fault");
            if let Some(article) = snapshot.document.knowledge.articles.iter().find(of_fault) {
                looked.note("fault", &reading.signals.fault, true);
                let article = article.id.clone();
                return Ok(("faq", Plan::Question { article, before: Vec::new() }));
            }
        }
        if snapshot.is_on("refusal") && reading.signals.refuses_human.is_alarm() {
            return Ok(("refusal", Plan::WithoutPerson));
        }
        match judged.verdict {
            Verdict::Clarify(of) if snapshot.is_on("faq") => {
                let ids: Vec<String> = of.into_iter().map(|c| c.id).collect();
                Ok(("faq", Plan::Clarify(ids)))
            }
            Verdict::OutOfScope if snapshot.is_on("out_of_scope") => {
                looked.whole("out_of_scope", text, true);
                Err(Missed::OutOfScope)
            }
            _ if self.greets_first(input, text) => Ok(("greeting", Plan::Greeting)),
            _ => Err(Missed::Noise),
        }
    }

    /// Several questions in one message: each is answered, last the one that leads on to a step of
    /// its own. What the message as a whole is about must be among them.
    fn several(
        &self,
        reading: &Reading,
        answer: Option<&Article>,
        looked: &mut Looked,
    ) -> Option<Plan> {
        let snapshot = self.snapshot();
        if !snapshot.is_on("faq") {
            return None;
        }
        let asked = snapshot.matcher.several(&reading.text, reading.lang);
        if asked.len() < 2 || answer.is_some_and(|a| asked.iter().all(|(c, _)| c.id != a.id)) {
            return None;
        }
        let leads_on = |id: &str| snapshot.article(id).is_some_and(|a| a.then.is_some());
        let quotes = asked.iter().map(|(_, quote)| *quote).collect();
        let mut ids: Vec<String> = asked.into_iter().map(|(c, _)| c.id).collect();
        let last = ids.iter().rposition(|id| leads_on(id)).unwrap_or(ids.len() - 1);
        looked.exact("faq:several", true, quotes);
        let article = ids.remove(last);
        Some(Plan::Question { article, before: ids })
    }

    /// What a message asks beside the order it names.
    pub(super) fn asked_beside(&self, text: &Text, number: Quote) -> Vec<String> {
        let snapshot = self.snapshot();
        if !snapshot.is_on("faq") {
            return Vec::new();
        }
        let is_beside = |quote: &Quote| {
            let is_apart = quote.end <= number.start || number.end <= quote.start;
            let clause = Text::new(&text.quoted(*quote));
            let is_address = !clause.has_question_mark && parse::postcode(&clause).is_some();
            is_apart && !is_address && parse::wants_tracking(&clause).is_none()
        };
        let asked = snapshot.matcher.several(text, None).into_iter();
        let beside: Vec<String> =
            asked.filter(|(_, quote)| is_beside(quote)).map(|(c, _)| c.id).collect();
        if beside.is_empty() {
            self.asked_around(text, number).into_iter().collect()
        } else {
            beside
        }
    }

    /// What a sentence with an order number in its middle surely asks besides its status: "change the
    /// address of ML-2041".
    fn asked_around(&self, text: &Text, number: Quote) -> Option<String> {
        let end = text.original.chars().count();
        let before = text.quoted(Quote { start: 0, end: number.start });
        let after = text.quoted(Quote { start: number.end, end });
        let rest = Text::new(&format!("{before} {after}"));
        if parse::wants_tracking(&rest).is_some() || parse::postcode(&rest).is_some() {
            return None;
        }
        match self.snapshot().matcher.judge(&rest, None).verdict {
            Verdict::Answer(answer) if answer.score >= SURE => Some(answer.id),
            _ => None,
        }
    }

    /// One model for the room that is named, or the question which room it is for.
    fn advice(&self, text: &Text, answer: Option<&Article>, looked: &mut Looked) -> Option<Plan> {
        let snapshot = self.snapshot();
        let advice = snapshot.finder.price(text).or_else(|| snapshot.finder.advice(text));
        let advice = advice.filter(|_| snapshot.is_on("finder"));
        let quotes = advice.iter().map(|(_, q)| *q).collect();
        if looked.exact("finder", advice.is_some(), quotes)
            && let Some((room, _)) = advice
        {
            // An article that names the very model says more than the finder.
            let model = snapshot.document.knowledge.finder.get(room).map(|e| e.model.as_str());
            let says_it = answer
                .is_some_and(|a| a.a.values().any(|text| model.is_some_and(|m| text.contains(m))));
            return (!says_it).then_some(Plan::Room(room));
        }
        let has_finder = snapshot.is_on("finder") && self.finder_node().is_some();
        let wish = snapshot.finder.wish(text).filter(|_| has_finder)?;
        looked.exact("finder", true, vec![wish]);
        Some(Plan::Finder)
    }

    /// The first message begins with a greeting and says nothing we know: the menu is the answer.
    fn greets_first(&self, input: &Input, text: &Text) -> bool {
        if self.bot.was_greeted || input.is_media || !self.snapshot().is_on("greeting") {
            return false;
        }
        let words: Vec<&str> = text.words().collect();
        (1..words.len().min(3)).any(|n| parse::is_greeting(&Text::new(&words[..n].join(" "))))
    }
}
