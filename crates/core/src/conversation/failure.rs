//! What was not understood: failures, questions outside the knowledge base, and the limits that
//! hand over to people.

use super::escalate::Order;
use super::event::Event;
use super::lane::Missed;
use super::reading::Input;
use super::rules::texts;
use super::turn::Turn;
use super::walk::Carry;
use crate::flow::Kind;
use crate::trigger::{Fired, Reason};

/// The second question outside the knowledge base goes to people.
const OUT_OF_SCOPE_LIMIT: u32 = 2;

impl Turn<'_> {
    /// Answers what was not understood.
    pub(super) fn fail(&mut self, missed: Missed, input: &Input) {
        if missed == Missed::OutOfScope {
            self.emit(Event::QuestionUnanswered { content: Some(input.text.clone()) });
        }
        if input.is_media {
            self.acknowledge(input);
            return;
        }
        match missed {
            Missed::OutOfScope => self.outside(),
            Missed::Noise => self.not_understood(),
        }
    }

    /// A real question that no article answers.
    fn outside(&mut self) {
        let outside = Fired::from(Reason::OutOfScope);
        if self.is_vip() && self.snapshot().document.triggers.vip_failure_limit <= 1 {
            self.won("vip");
            self.escalate(Order::of(vec![Reason::Vip.into(), outside]));
            return;
        }
        self.won("out_of_scope");
        self.bot.out_of_scope += 1;
        if self.bot.out_of_scope >= OUT_OF_SCOPE_LIMIT {
            self.escalate(Order::of(vec![outside]));
            return;
        }
        self.bot.was_greeted = true;
        if !self.is_spoken() && self.say("not_supported_language") {
            self.bot.told_languages = true;
            return;
        }
        match self.snapshot().graph.entries.out_of_scope.clone() {
            Some(node) => {
                let interrupted = self.fresh_prompt().filter(|_| self.has_question());
                self.walk(&node, Carry::default());
                self.bot.set_aside = interrupted;
            }
            None => self.not_understood(),
        }
    }

    fn not_understood(&mut self) {
        if self.leaves_by_no_match() {
            return;
        }
        if self.count_failure() {
            return;
        }
        self.bot.was_greeted = true;
        if !self.is_spoken() && self.say("not_supported_language") {
            self.bot.told_languages = true;
            return;
        }
        let key = if self.bot.failures <= 1 { texts::FALLBACK_1 } else { texts::FALLBACK_2 };
        if !self.say(key) {
            self.say(texts::FALLBACK_1);
        }
    }

    /// Counts a failed reply; `true` when it was one too many and people take over.
    pub(super) fn count_failure(&mut self) -> bool {
        self.bot.failures += 1;
        let triggers = &self.snapshot().document.triggers;
        let mut fired: Vec<Fired> = Vec::new();
        if self.is_vip() && self.bot.failures >= triggers.vip_failure_limit {
            fired.push(Reason::Vip.into());
        }
        if self.snapshot().is_on("failures") && self.bot.failures >= triggers.failure_limit {
            fired.push(Reason::Failures.into());
        }
        let Some(first) = fired.first() else { return false };
        self.won(first.reason.as_str());
        self.escalate(Order::of(fired))
    }

    /// Why people take over where the bot could not help: a VIP's is the VIP rule.
    pub(super) fn gave_up(&self, topic: Option<&str>) -> Vec<Fired> {
        let fired = |reason: Reason| Fired { topic: topic.map(str::to_owned), ..reason.into() };
        let is_vip = self.is_vip() && self.snapshot().document.triggers.vip_failure_limit <= 1;
        is_vip.then(|| fired(Reason::Vip)).into_iter().chain([fired(Reason::Failures)]).collect()
    }

    /// A question with retries of its own leaves by `no_match` after so many wrong answers.
    fn leaves_by_no_match(&mut self) -> bool {
        let Some(prompt) = &mut self.bot.prompt else { return false };
        prompt.tries += 1;
        let (node, tries) = (prompt.node.clone(), prompt.tries);
        let graph = &self.snapshot().graph;
        let Some(Kind::Ask { retries: Some(retries), .. }) = graph.node(&node) else {
            return false;
        };
        if tries <= *retries || !graph.has_port(&node, "no_match") {
            return false;
        }
        self.leave(&node, "no_match", Carry::default());
        true
    }

    /// Acknowledges the files or voice messages of a burst, once.
    fn acknowledge(&mut self, input: &Input) {
        let (rule, key) =
            if input.is_voice { ("voice", "voice_no_transcript") } else { ("media", "media_ack") };
        if self.snapshot().is_on(rule) {
            self.bot.was_greeted = true;
            self.say(key);
        }
    }
}
