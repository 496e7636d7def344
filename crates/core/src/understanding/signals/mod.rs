//! Signals: what a message says about the customer's wish for a person, mood and delicate topics.
//! Every score comes with the words it rests on; 0.5 is the alarm line.
//!
//! The rules stand in `rules/`: phrases with a weight, and next to them (sections `not …`) what
//! only looks the same. Negation is the grammar's business.

mod evidence;
mod style;
mod workspace;

#[cfg(test)]
mod tests;

use super::pattern::{COMMON, Grammar, Hit, IDENTITY, Reading};
use super::text::{Quote, Text};
use evidence::Evidence;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use workspace::Words;

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
    let files = [
        COMMON,
        IDENTITY,
        include_str!("rules/human.txt"),
        include_str!("rules/anger.txt"),
        include_str!("rules/money.txt"),
        include_str!("rules/trust.txt"),
        include_str!("rules/danger.txt"),
        include_str!("rules/fault.txt"),
    ];
    Grammar::parse(&files).expect("the rule files are part of the program and tested")
});

/// Section of the rules → topic.
const TOPICS: [(&str, &str); 9] = [
    ("billing", "double_billing"),
    ("refund", "refund"),
    ("cancellation", "cancellation"),
    ("fraud", "fraud"),
    ("legal", "legal"),
    ("privacy", "privacy"),
    ("safety", "safety"),
    ("distress", "distress"),
    ("complaint", "complaint"),
];

/// The workspace's own words, folded and indexed once.
#[derive(Debug, Default)]
pub struct Lexicon {
    words: Words,
}

/// One measured signal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signal {
    /// 0 to 1; 0.5 and above is an alarm.
    pub score: f32,
    pub quotes: Vec<Quote>,
}

impl Signal {
    pub fn is_alarm(&self) -> bool {
        self.score >= 0.5
    }
}

/// What is known of the talk so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct History<'a> {
    /// Earlier messages of the customer in this conversation, oldest first, folded.
    pub said: &'a [String],
    /// Failed replies in a row.
    pub failures: u32,
}

/// Everything measured in one message.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signals {
    /// Asks, now, for a person or to be called (also the workspace's keywords).
    pub human_request: Signal,
    /// A workspace keyword matched as such (part of `human_request`), for the trace.
    pub keyword: Option<String>,
    /// Asks *not* to be put through to a person.
    pub refuses_human: Signal,
    pub frustration: Signal,
    /// Topic → signal: `double_billing`, `refund`, `cancellation`, `fraud`, `legal`, `privacy`,
    /// `safety`, `distress`, `complaint`; only those above zero.
    pub sensitive: BTreeMap<String, Signal>,
    /// A lamp that does not light or flickers, a technical fault (routing topic `fault`).
    pub fault: Signal,
}

impl Lexicon {
    /// From the workspace's keyword and anger words, by language.
    pub fn new(
        keywords: &BTreeMap<String, Vec<String>>,
        anger: &BTreeMap<String, Vec<String>>,
    ) -> Self {
        Self { words: Words::new(keywords, anger) }
    }

    /// Measures a message. Linear in its length.
    pub fn measure(&self, text: &Text, history: History<'_>) -> Signals {
        let reading = Reading::new(&GRAMMAR, text);
        let evidence = Evidence::new(&GRAMMAR, reading.hits());
        let own = self.words.find(text, &reading);
        let (human_request, keyword) = human_request(text, &evidence, &own.keywords);
        let refuses_human = refusal(text, &evidence, human_request.is_alarm());
        let mut sensitive = BTreeMap::new();
        for (section, topic) in TOPICS {
            let signal = evidence.signal(text, section);
            if signal.score > 0.0 {
                sensitive.insert(topic.to_owned(), signal);
            }
        }
        Signals {
            frustration: frustration(text, &reading, &evidence, own.anger, history),
            fault: evidence.signal(text, "fault"),
            human_request,
            keyword,
            refuses_human,
            sensitive,
        }
    }
}

/// Rules and keywords together; the keyword that stands first is named.
fn human_request(
    text: &Text,
    evidence: &Evidence,
    keywords: &[(Hit, String)],
) -> (Signal, Option<String>) {
    let is_meant = |hit: &Hit| {
        !hit.is_negated
            && !evidence.is_void(hit, "human")
            && !evidence.touches(hit, "identity")
            && !evidence.touches(hit, "not human_keyword")
    };
    let named: Vec<&(Hit, String)> = keywords.iter().filter(|(hit, _)| is_meant(hit)).collect();
    let mut hits = evidence.meant("human");
    hits.retain(|hit| !evidence.touches(hit, "identity"));
    hits.extend(named.iter().map(|(hit, _)| *hit));
    let keyword = named.first().map(|(_, keyword)| keyword.clone());
    (evidence::strongest(text, &hits), keyword)
}

/// "No agent, please": said outright, and nothing else in the message asks for one.
fn refusal(text: &Text, evidence: &Evidence, is_requested: bool) -> Signal {
    if is_requested {
        return Signal::default();
    }
    evidence.signal(text, "refuses")
}

/// Words, style and what happened before. The past only makes heavier what is there.
fn frustration(
    text: &Text,
    reading: &Reading<'_>,
    evidence: &Evidence,
    own: Vec<Hit>,
    history: History<'_>,
) -> Signal {
    let mut hits = evidence.meant("anger");
    hits.extend(own.into_iter().filter(|h| !h.is_negated && !evidence.is_void(h, "anger")));
    let mut signal = evidence::together(text, &hits);
    style::add(text, reading, evidence, &mut signal);
    if signal.score > 0.0 {
        let repeats = history.said.iter().filter(|said| **said == text.folded).count();
        let weight = 0.08 * history.failures.min(3) as f32 + 0.15 * repeats.min(2) as f32;
        signal.score = either(signal.score, weight);
    }
    signal
}

/// Two independent reasons for the same thing.
fn either(a: f32, b: f32) -> f32 {
    1.0 - (1.0 - a.clamp(0.0, 1.0)) * (1.0 - b.clamp(0.0, 1.0))
}
