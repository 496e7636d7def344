//! The always-on lane: what one message means in a bot step, before anything is done about it.
//! Strongest first: danger, a choice or request, delicate topics, anger; then what the last prompt
//! awaits, order numbers and small talk; then the knowledge base.

use super::reading::{Input, Reading};
use super::state::{Prompt, PromptKind};
use super::turn::Turn;
use crate::flow::{Answer, Kind};
use crate::trigger::{Fired, Reason, RuleTrace};
use crate::understanding::answers::Verdict;
use crate::understanding::parse;
use crate::understanding::signals::Signal;
use crate::understanding::text::{Quote, Text, fold};
use crate::workspace::PerLanguage;

/// The alarm line of every signal.
const ALARM: f32 = 0.5;

/// What a message asks for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Plan {
    HandOver {
        fired: Vec<Fired>,
    },
    OptOut,
    Menu,
    Option {
        node: String,
        key: String,
    },
    Theme(String),
    Article(String),
    Finder,
    Room(usize),
    /// The pending question is answered: the port to leave by and the value given.
    Answered {
        node: String,
        port: &'static str,
        value: Option<String>,
    },
    Rated {
        node: String,
        score: u8,
        comment: Option<String>,
    },
    Order(String),
    Track {
        has_no_number: bool,
    },
    Topics,
    Identity,
    WithoutPerson,
    Question {
        article: String,
    },
    Clarify(Vec<String>),
    Thanks,
    Greeting,
}

/// Why a message was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missed {
    /// A real question the knowledge base does not answer.
    OutOfScope,
    Noise,
}

/// A plan with the name of the rule that made it.
pub(super) type Planned = (&'static str, Plan);

/// The rules looked at, in order.
#[derive(Debug, Default)]
pub(super) struct Looked(pub Vec<RuleTrace>);

impl Looked {
    /// What was seen of a burst, with the part of each quote that stands in its last message: a
    /// trace is shown beside that one.
    pub(super) fn of_last(self, input: &Input) -> Vec<RuleTrace> {
        let from = input.last_from;
        let shifted = |q: Quote| {
            (q.end > from).then(|| Quote { start: q.start.max(from) - from, end: q.end - from })
        };
        let mut rules = self.0;
        for rule in &mut rules {
            rule.quotes = rule.quotes.iter().copied().filter_map(shifted).collect();
        }
        rules
    }

    fn note(&mut self, rule: &str, signal: &Signal, is_on: bool) -> bool {
        let fired = is_on && signal.score >= ALARM;
        self.0.push(RuleTrace {
            rule: rule.to_owned(),
            score: signal.score,
            threshold: ALARM,
            fired,
            quotes: signal.quotes.clone(),
        });
        fired
    }

    fn whole(&mut self, rule: &str, text: &Text, fired: bool) -> bool {
        let quotes = if fired { whole(text) } else { Vec::new() };
        self.exact(rule, fired, quotes)
    }

    fn exact(&mut self, rule: &str, fired: bool, quotes: Vec<Quote>) -> bool {
        let score = if fired { 1.0 } else { 0.0 };
        self.0.push(RuleTrace { rule: rule.to_owned(), score, threshold: 1.0, fired, quotes });
        fired
    }
}

fn whole(text: &Text) -> Vec<Quote> {
    if text.tokens.is_empty() { Vec::new() } else { vec![text.quote(0, text.tokens.len())] }
}

impl Turn<'_> {
    /// What a message means here and now.
    pub(super) fn plan(
        &self,
        input: &Input,
        reading: &Reading,
        looked: &mut Looked,
    ) -> Result<Planned, Missed> {
        let text = &reading.text;
        let snapshot = self.snapshot();
        let prompt = self.fresh_prompt();
        if looked.whole("opt_out", text, snapshot.is_on("opt_out") && parse::is_stop_word(text)) {
            return Ok(("opt_out", Plan::OptOut));
        }
        if let Some(rated) = self.rated(prompt.as_ref(), text, looked) {
            return Ok(rated);
        }
        let leaves = snapshot.is_on("menu_words")
            && self.is_question(prompt.as_ref())
            && parse::is_leave_word(text);
        if leaves && looked.whole("menu_words", text, true) {
            return Ok(("menu_words", Plan::Menu));
        }
        let fired = self.triggers(reading, looked);
        if let Some(first) = fired.first() {
            return Ok((rule_of(first.reason), Plan::HandOver { fired }));
        }
        if let Some(planned) = self.beside_refusal(input, reading, looked) {
            return Ok(planned);
        }
        if let Some(choice) = self.chosen(prompt.as_ref(), text, looked) {
            return choice;
        }
        let is_menu = snapshot.is_on("menu_words") && parse::is_menu_word(text);
        if looked.whole("menu_words", text, is_menu) {
            return Ok(("menu_words", Plan::Menu));
        }
        if let Some(answered) = self.answered(prompt.as_ref(), text, looked) {
            return Ok(answered);
        }
        if snapshot.is_on("tracking") {
            let number = parse::order_number(text, &snapshot.orders, false);
            let quotes = number.iter().map(|n| n.quote).collect();
            if looked.exact("tracking:number", number.is_some(), quotes)
                && let Some(number) = number
            {
                return Ok(("tracking", Plan::Order(number.number)));
            }
        }
        if let Some(known) = self.small_talk(text, looked) {
            return Ok(known);
        }
        if snapshot.is_on("tracking") {
            let wish = parse::wants_tracking(text);
            if looked.exact("tracking", wish.is_some(), wish.into_iter().collect()) {
                let has_no_number = parse::has_no_number(text);
                return Ok(("tracking", Plan::Track { has_no_number }));
            }
        }
        self.knowledge(input, reading, looked)
    }

    /// The triggers a message sets off, strongest first.
    fn triggers(&self, reading: &Reading, looked: &mut Looked) -> Vec<Fired> {
        let snapshot = self.snapshot();
        let signals = &reading.signals;
        let mut fired = Vec::new();
        let refuses = looked.note("refusal", &signals.refuses_human, snapshot.is_on("refusal"));
        if looked.note("keyword", &signals.human_request, snapshot.is_on("keyword") && !refuses) {
            fired.push(Fired { reason: Reason::Keyword, topic: None, is_emergency: false });
        }
        let mut sensitive = Vec::new();
        for rule in &snapshot.document.triggers.sensitive {
            let Some(signal) = signals.sensitive.get(&rule.topic) else { continue };
            let name = format!("sensitive:{}", rule.topic);
            if looked.note(&name, signal, snapshot.is_on("sensitive")) {
                sensitive.push(rule);
            }
        }
        sensitive.sort_by_key(|r| std::cmp::Reverse(r.priority));
        fired.extend(sensitive.into_iter().map(|r| Fired {
            reason: Reason::Sensitive,
            topic: Some(r.topic.clone()),
            is_emergency: r.first.is_some(),
        }));
        if looked.note("sentiment", &signals.frustration, snapshot.is_on("sentiment")) {
            fired.push(Fired { reason: Reason::Sentiment, topic: None, is_emergency: false });
        }
        super::escalate::sorted(fired)
    }

    /// Who refuses a person and asks something in the same breath gets the answer: what stands
    /// beside the refusal is judged on its own.
    fn beside_refusal(
        &self,
        input: &Input,
        reading: &Reading,
        looked: &mut Looked,
    ) -> Option<Planned> {
        let refusal = &reading.signals.refuses_human;
        if !self.snapshot().is_on("refusal") || refusal.score < ALARM {
            return None;
        }
        let from = refusal.quotes.iter().map(|q| q.start).min()?;
        let to = refusal.quotes.iter().map(|q| q.end).max()?;
        let length = reading.text.original.chars().count();
        for (start, end) in [(to, length), (0, from)] {
            let rest = reading.text.quoted(Quote { start, end });
            let part = Input { text: rest, ..input.clone() };
            let of_part = self.read(&part);
            if of_part.text.tokens.is_empty() {
                continue;
            }
            let mut seen = Looked::default();
            if let Ok(planned) = self.plan(&part, &of_part, &mut seen) {
                looked.0.extend(seen.0.into_iter().map(|rule| rule.moved_by(start)));
                return Some(planned);
            }
        }
        None
    }

    /// Something is asked that is not the main menu.
    fn is_question(&self, prompt: Option<&Prompt>) -> bool {
        prompt.is_some_and(|p| match &p.kind {
            PromptKind::Articles { .. } | PromptKind::Postcode { .. } | PromptKind::Rooms => true,
            PromptKind::Node => {
                let node = self.snapshot().graph.node(&p.node);
                !matches!(node, Some(Kind::Menu { .. }) | None)
            }
        })
    }

    /// A rating where one was asked by a flow node.
    fn rated(&self, prompt: Option<&Prompt>, text: &Text, looked: &mut Looked) -> Option<Planned> {
        let prompt = prompt?;
        let Some(Kind::Csat { .. }) = self.snapshot().graph.node(&prompt.node) else { return None };
        let rating = parse::rating(text);
        looked.whole("csat", text, rating.is_some());
        let rating = rating?;
        let node = prompt.node.clone();
        Some(("csat", Plan::Rated { node, score: rating.score, comment: rating.comment }))
    }

    /// A digit, an ordinal or an option's own title. Digits mean what the last prompt said.
    fn chosen(
        &self,
        prompt: Option<&Prompt>,
        text: &Text,
        looked: &mut Looked,
    ) -> Option<Result<Planned, Missed>> {
        if let Some(plan) = self.titled(prompt, text) {
            looked.whole("digits", text, true);
            return Some(Ok(("digits", plan)));
        }
        let digit = parse::choice(text).filter(|_| self.snapshot().is_on("digits"));
        looked.whole("digits", text, digit.is_some());
        let digit = digit?;
        let plan = match prompt.filter(|p| !p.digits_are_menu) {
            Some(prompt) => match self.digit_of_prompt(prompt, text, digit) {
                Meaning::Plan(plan) => Some(plan),
                Meaning::Nothing => None,
                Meaning::Menu => self.digit_of_menu(digit),
            },
            None => self.digit_of_menu(digit),
        };
        Some(plan.map(|plan| ("digits", plan)).ok_or(Missed::Noise))
    }

    fn digit_of_prompt(&self, prompt: &Prompt, text: &Text, digit: u32) -> Meaning {
        if digit == 0 && !self.is_a_value(prompt, text) {
            return Meaning::Plan(Plan::Menu);
        }
        let index = (digit as usize).wrapping_sub(1);
        let found = match &prompt.kind {
            PromptKind::Articles { ids } => ids.get(index).map(|id| match id.as_str() {
                "@finder" => Plan::Finder,
                _ => Plan::Article(id.clone()),
            }),
            PromptKind::Rooms => (index < self.snapshot().document.knowledge.finder.len())
                .then_some(Plan::Room(index)),
            PromptKind::Postcode { .. } => return Meaning::Menu,
            PromptKind::Node => match self.snapshot().graph.node(&prompt.node) {
                Some(Kind::Menu { options, .. }) => options
                    .iter()
                    .find(|o| o.digit == digit)
                    .map(|o| Plan::Option { node: prompt.node.clone(), key: o.key.clone() }),
                Some(Kind::Topics { .. }) => self
                    .snapshot()
                    .document
                    .knowledge
                    .themes
                    .get(index)
                    .map(|t| Plan::Theme(t.key.clone())),
                Some(Kind::Ask { answer, .. }) => {
                    let Some((port, value)) = self.accepted(*answer, text) else {
                        return Meaning::Menu;
                    };
                    Some(Plan::Answered { node: prompt.node.clone(), port, value })
                }
                _ => return Meaning::Menu,
            },
        };
        found.map_or(Meaning::Nothing, Meaning::Plan)
    }

    fn is_a_value(&self, prompt: &Prompt, text: &Text) -> bool {
        match self.snapshot().graph.node(&prompt.node) {
            Some(Kind::Ask { answer, .. }) => self.accepted(*answer, text).is_some(),
            _ => false,
        }
    }

    fn digit_of_menu(&self, digit: u32) -> Option<Plan> {
        if digit == 0 {
            return Some(Plan::Menu);
        }
        let node = self.main_menu()?;
        let Some(Kind::Menu { options, .. }) = self.snapshot().graph.node(&node) else {
            return None;
        };
        let option = options.iter().find(|o| o.digit == digit)?;
        Some(Plan::Option { node, key: option.key.clone() })
    }

    /// The message is the title of an option, a theme or a question, word for word.
    fn titled(&self, prompt: Option<&Prompt>, text: &Text) -> Option<Plan> {
        if text.folded.is_empty() {
            return None;
        }
        let graph = &self.snapshot().graph;
        let menus = prompt.map(|p| p.node.clone()).into_iter().chain(self.main_menu());
        for node in menus {
            let Some(Kind::Menu { options, .. }) = graph.node(&node) else { continue };
            if let Some(option) = options.iter().find(|o| is_title(&o.title, text)) {
                return Some(Plan::Option { node, key: option.key.clone() });
            }
        }
        let awaits_theme =
            prompt.is_some_and(|p| matches!(graph.node(&p.node), Some(Kind::Topics { .. })));
        let themes = &self.snapshot().document.knowledge.themes;
        let theme = themes.iter().find(|t| is_title(&t.title, text)).filter(|_| awaits_theme)?;
        Some(Plan::Theme(theme.key.clone()))
    }

    /// The pending question's answer.
    fn answered(
        &self,
        prompt: Option<&Prompt>,
        text: &Text,
        looked: &mut Looked,
    ) -> Option<Planned> {
        let prompt = prompt?;
        let plan = match &prompt.kind {
            PromptKind::Rooms => self.snapshot().finder.room(text).map(Plan::Room),
            PromptKind::Articles { .. } => None,
            PromptKind::Node | PromptKind::Postcode { .. } => {
                match self.snapshot().graph.node(&prompt.node) {
                    Some(Kind::Ask { answer, .. }) => {
                        self.accepted(*answer, text).and_then(|(port, value)| {
                            let has_port = self.snapshot().graph.has_port(&prompt.node, port);
                            let node = prompt.node.clone();
                            has_port.then_some(Plan::Answered { node, port, value })
                        })
                    }
                    _ => None,
                }
            }
        };
        looked.whole("prompt", text, plan.is_some());
        plan.map(|plan| ("prompt", plan))
    }

    /// Reads an answer of a kind: the port and the value.
    fn accepted(&self, answer: Answer, text: &Text) -> Option<(&'static str, Option<String>)> {
        let yes_no = |yes: bool| (if yes { "yes" } else { "no" }, None);
        match answer {
            Answer::OrderNumber => {
                if let Some(number) = parse::order_number(text, &self.snapshot().orders, true) {
                    return Some(("ok", Some(number.number)));
                }
                parse::has_no_number(text).then_some(("none", None))
            }
            Answer::Postcode => {
                // A full order number is another order, not a postcode.
                if parse::order_number(text, &self.snapshot().orders, false).is_some() {
                    return None;
                }
                if let Some(postcode) = parse::postcode(text) {
                    return Some(("ok", Some(postcode)));
                }
                parse::has_no_number(text).then_some(("none", None))
            }
            Answer::YesNo => parse::yes_no(text).map(yes_no),
            Answer::Solved => parse::solved(text).or_else(|| parse::yes_no(text)).map(yes_no),
            Answer::Number => parse::number(text).map(|n| ("ok", Some(n.to_string()))),
            Answer::Email => parse::email(text).map(|e| ("ok", Some(e))),
            Answer::Text => {
                (!text.folded.is_empty()).then(|| ("ok", Some(text.original.trim().to_owned())))
            }
        }
    }

    /// Messages that are nothing but a courtesy or a word of their own.
    fn small_talk(&self, text: &Text, looked: &mut Looked) -> Option<Planned> {
        let is_on = |rule: &str| self.snapshot().is_on(rule);
        // A thumb is no thanks before anything was said.
        let is_first_sign = !self.bot.was_greeted && parse::is_only_emoji(text);
        if is_first_sign && looked.whole("greeting", text, is_on("greeting")) {
            return Some(("greeting", Plan::Greeting));
        }
        if looked.whole("identity", text, is_on("identity") && parse::asks_identity(text)) {
            return Some(("identity", Plan::Identity));
        }
        if looked.whole("thanks", text, is_on("thanks") && parse::is_thanks(text)) {
            return Some(("thanks", Plan::Thanks));
        }
        if looked.whole("greeting", text, is_on("greeting") && parse::is_greeting(text)) {
            return Some(("greeting", Plan::Greeting));
        }
        if looked.whole("topics", text, is_on("faq") && parse::wants_topics(text)) {
            return Some(("topics", Plan::Topics));
        }
        None
    }

    /// The product finder, the knowledge base, and what neither knows.
    fn knowledge(
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
        let advice = snapshot.finder.advice(text).filter(|_| snapshot.is_on("finder"));
        let quotes = advice.iter().map(|(_, q)| *q).collect();
        if looked.exact("finder", advice.is_some(), quotes)
            && let Some((room, _)) = advice
        {
            // An article that names the very model says more than the finder.
            let model = snapshot.document.knowledge.finder.get(room).map(|e| e.model.as_str());
            let says_it = answer
                .is_some_and(|a| a.a.values().any(|text| model.is_some_and(|m| text.contains(m))));
            if !says_it {
                return Ok(("finder", Plan::Room(room)));
            }
        }
        let has_finder = snapshot.is_on("finder") && self.finder_node().is_some();
        let wish = snapshot.finder.wish(text).filter(|_| has_finder);
        if wish.is_some() && looked.exact("finder", true, wish.into_iter().collect()) {
            return Ok(("finder", Plan::Finder));
        }
        if let Some(article) = answer {
            return Ok(("faq", Plan::Question { article: article.id.clone() }));
        }
        if snapshot.is_on("faq") && reading.signals.fault.is_alarm() {
            let of_fault = |a: &&crate::workspace::Article| a.topic.as_deref() == Some("fault");
            if let Some(article) = snapshot.document.knowledge.articles.iter().find(of_fault) {
                looked.note("fault", &reading.signals.fault, true);
                return Ok(("faq", Plan::Question { article: article.id.clone() }));
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

    /// The first message begins with a greeting and says nothing we know: the menu is the answer.
    fn greets_first(&self, input: &Input, text: &Text) -> bool {
        if self.bot.was_greeted || input.is_media || !self.snapshot().is_on("greeting") {
            return false;
        }
        let words: Vec<&str> = text.words().collect();
        (1..words.len().min(3)).any(|n| parse::is_greeting(&Text::new(&words[..n].join(" "))))
    }
}

enum Meaning {
    Plan(Plan),
    /// The prompt defines digits, and this is none of them.
    Nothing,
    /// The prompt says nothing of digits: those of the main menu stand.
    Menu,
}

fn is_title(title: &PerLanguage<String>, text: &Text) -> bool {
    title.values().any(|t| fold(t) == text.folded)
}

/// The rule that speaks for a trigger.
pub(super) fn rule_of(reason: Reason) -> &'static str {
    reason.as_str()
}
