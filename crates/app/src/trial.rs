//! What the hand-off rules and the knowledge base make of a sentence, as if it were the first
//! message of a customer. Nothing is kept.

use crate::service::Service;
use relais_core::routing::Priority;
use relais_core::understanding::answers::{Judged, Verdict};
use relais_core::understanding::signals::{History, Signal, Signals};
use relais_core::understanding::text::{Quote, Text};
use relais_core::workspace::snapshot::Snapshot;

/// A rule with what it saw.
#[derive(Clone, Debug, PartialEq)]
pub struct Weighed {
    /// As in traces: `keyword`, `sentiment`, `refusal`, `sensitive:refund`.
    pub rule: String,
    pub score: f32,
    pub is_fired: bool,
    pub quotes: Vec<Quote>,
}

/// What would happen.
#[derive(Clone, Debug, PartialEq)]
pub struct Trial {
    /// In the order in which rules are read.
    pub rules: Vec<Weighed>,
    pub outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    HandsOver { rule: String, team: String, priority: Priority },
    Answers { article: String },
    AsksWhich,
    OutOfScope,
    NotAQuestion,
}

impl Service {
    pub fn try_sentence(&self, sentence: &str) -> Trial {
        let snapshot = self.snapshot();
        let text = Text::new(sentence);
        let signals = snapshot.lexicon.measure(&text, History::default());
        let judged = snapshot.matcher.judge(&text, None);
        trial(&snapshot, &signals, &judged)
    }
}

fn trial(snapshot: &Snapshot, signals: &Signals, judged: &Judged) -> Trial {
    let weighed = |rule: &str, signal: &Signal, is_heard: bool| Weighed {
        rule: rule.to_owned(),
        score: signal.score,
        is_fired: is_heard && signal.is_alarm(),
        quotes: signal.quotes.clone(),
    };
    let refusal = weighed("refusal", &signals.refuses_human, snapshot.is_on("refusal"));
    // As the engine reads them: the most urgent first.
    let mut sensitive: Vec<_> = snapshot.document.triggers.sensitive.iter().collect();
    sensitive.sort_by_key(|rule| std::cmp::Reverse(rule.priority));
    let topics = |is_emergency: bool| {
        let rules = sensitive.iter().filter(move |rule| rule.first.is_some() == is_emergency);
        rules.filter_map(|rule| {
            let signal = signals.sensitive.get(&rule.topic)?;
            let name = format!("sensitive:{}", rule.topic);
            Some(weighed(&name, signal, snapshot.is_on("sensitive")))
        })
    };
    let asks = snapshot.is_on("keyword") && !refusal.is_fired;
    let mut rules: Vec<Weighed> = topics(true).collect();
    rules.push(weighed("keyword", &signals.human_request, asks));
    rules.extend(topics(false));
    rules.push(weighed("sentiment", &signals.frustration, snapshot.is_on("sentiment")));
    let first = rules.iter().find(|rule| rule.is_fired).map(|rule| rule.rule.clone());
    rules.push(refusal);
    let outcome = match (first, &judged.verdict) {
        (Some(rule), _) => hands_over(snapshot, signals, &rules, rule),
        (None, Verdict::Answer(article)) => Outcome::Answers { article: article.id.clone() },
        (None, Verdict::Clarify(_)) => Outcome::AsksWhich,
        (None, Verdict::OutOfScope) => Outcome::OutOfScope,
        (None, Verdict::Noise) => Outcome::NotAQuestion,
    };
    Trial { rules, outcome }
}

/// The team of the topic that was heard first, else the one for everything.
fn hands_over(snapshot: &Snapshot, signals: &Signals, rules: &[Weighed], rule: String) -> Outcome {
    let mut heard = rules.iter().filter(|r| r.is_fired);
    let topic = heard.find_map(|r| r.rule.strip_prefix("sensitive:"));
    let topic = topic.or_else(|| signals.fault.is_alarm().then_some("fault"));
    let team = topic.and_then(|topic| snapshot.team_of_topic(topic));
    Outcome::HandsOver {
        rule,
        team: team.unwrap_or(&snapshot.document.triggers.default_team).to_owned(),
        priority: topic
            .and_then(|topic| snapshot.sensitive(topic))
            .map_or(Priority::Normal, |sensitive| sensitive.priority),
    }
}
