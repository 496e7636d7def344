//! Signals: what a message says about the customer's wish for a person, mood and delicate topics.
//! Every score comes with the words it rests on; 0.5 is the alarm line.
//!
//! Two witnesses are heard and weighed (`judge`). The rules stand in `rules/`: phrases with a weight,
//! and next to them (sections `not …`) what only looks the same; negation is the grammar's business.
//! The model (`linear`) has learnt from the sentences in `examples/`, most of them in several
//! languages and voices. Words that are somebody else's (`reported`) count for neither.
//!
//! To teach a new wording, add a sentence under its label in `examples/` and some that look alike and
//! are calm, then let it learn (`cargo xtask gen`); a rule is for what must hold whatever the rest of the
//! message says. The example `signal_figures` prints how well that went on sentences that nobody tuned on.

mod calm;
mod evidence;
mod judge;
mod linear;
mod people;
mod reported;
mod style;
mod workspace;

#[cfg(test)]
mod tests;
#[cfg(test)]
mod voices;

use super::pattern::{COMMON, Grammar, Hit, IDENTITY, Reading};
use super::text::{Quote, Text, fold};
use calm::Calm;
use evidence::Evidence;
use judge::Said;
pub use linear::train;
use linear::{Features, Label, Verdict};
use people::People;
use reported::Reported;
use std::collections::BTreeMap;
use std::sync::LazyLock;
use workspace::Words;

static GRAMMAR: LazyLock<Grammar> = LazyLock::new(|| {
    let files = [
        COMMON,
        IDENTITY,
        include_str!("rules/reported.txt"),
        include_str!("rules/human.txt"),
        include_str!("rules/anger.txt"),
        include_str!("rules/money.txt"),
        include_str!("rules/trust.txt"),
        include_str!("rules/danger.txt"),
        include_str!("rules/fault.txt"),
    ];
    Grammar::parse(&files).expect("the rule files are part of the program and tested")
});

/// Section of the rules, label of the model, topic.
const TOPICS: [(&str, Label, &str); 9] = [
    ("billing", Label::Billing, "double_billing"),
    ("refund", Label::Refund, "refund"),
    ("cancellation", Label::Cancel, "cancellation"),
    ("fraud", Label::Fraud, "fraud"),
    ("legal", Label::Legal, "legal"),
    ("privacy", Label::Privacy, "privacy"),
    ("safety", Label::Safety, "safety"),
    ("distress", Label::Distress, "distress"),
    ("complaint", Label::Complaint, "complaint"),
];

/// A topic below this is not worth a mention.
const FAINT: f32 = 0.1;

/// The workspace's own words, folded and indexed once.
#[derive(Debug, Default)]
pub struct Lexicon {
    words: Words,
    people: People,
    calm: Calm,
}

/// The alarm line of every signal.
pub const ALARM: f32 = 0.5;

/// One measured signal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Signal {
    /// 0 to 1; [`ALARM`] and above is an alarm.
    pub score: f32,
    pub quotes: Vec<Quote>,
    /// No rule and no word of the workspace speaks for it: it is what the model makes of the whole.
    pub is_guess: bool,
}

impl Signal {
    pub fn is_alarm(&self) -> bool {
        self.score >= ALARM
    }
}

/// What is known of the talk so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct History<'a> {
    /// Earlier messages of the customer in this conversation, oldest first.
    pub said: &'a [&'a str],
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
        Self { words: Words::new(keywords, anger), ..Self::default() }
    }

    /// With the names of those who work there: who asks for one of them asks for a person.
    #[must_use]
    pub fn with_people<'a>(mut self, names: impl IntoIterator<Item = &'a str>) -> Self {
        self.people = People::new(names);
        self
    }

    /// With sentences that are no alarm of a rule (`keyword`, `sentiment`, `sensitive:refund`).
    #[must_use]
    pub fn with_calm(mut self, rules: &BTreeMap<String, Vec<String>>) -> Self {
        self.calm = Calm::new(rules);
        self
    }

    /// Measures a message. Linear in its length.
    pub fn measure(&self, text: &Text, history: History<'_>) -> Signals {
        let reading = Reading::new(&GRAMMAR, text);
        let reported = Reported::new(text, &reading);
        let evidence = Evidence::new(&GRAMMAR, reading.hits()).without(&reported);
        let features = Features::new(text, &reading, &reported);
        let seen = Seen { text, reading: &reading, evidence, verdict: Verdict::new(&features) };
        let mut own = self.words.find(text, &reading);
        own.keywords.retain(|(hit, _)| !reported.touches(hit));
        own.anger.retain(|hit| !reported.touches(hit));
        let mut named = self.people.find(text, &reading);
        named.retain(|hit| !hit.is_negated && !reported.touches(hit));
        let refuses_human = seen.refusal();
        let (mut human_request, keyword) =
            seen.human_request(&own.keywords, refuses_human.is_alarm());
        if let Some(first) = named.first() {
            let quotes = named.iter().map(|hit| hit.quote(text)).collect();
            judge::lift(&mut human_request, first.weight, quotes);
        }
        let mut sensitive = BTreeMap::new();
        for (section, label, topic) in TOPICS {
            let signal = seen.signal(section, label, FAINT);
            if signal.score >= FAINT {
                sensitive.insert(topic.to_owned(), signal);
            }
        }
        let mut signals = Signals {
            frustration: seen.frustration(own.anger, history, refuses_human.is_alarm()),
            fault: seen.signal("fault", Label::Fault, 0.0),
            human_request,
            keyword,
            refuses_human,
            sensitive,
        };
        self.calm.silence(text, &mut signals);
        signals
    }
}

/// A message with what the rules found in it and what the model thinks of it.
struct Seen<'a> {
    text: &'a Text,
    reading: &'a Reading<'a>,
    evidence: Evidence,
    verdict: Verdict,
}

impl Seen<'_> {
    /// Below `least` its words are not looked for.
    fn signal(&self, section: &str, label: Label, least: f32) -> Signal {
        let signal = evidence::together(self.text, &self.evidence.meant(section));
        let is_explained = self.evidence.is_explained(section);
        let is_look_alike = self.evidence.has_counterpart(section);
        self.weigh(label, Said { signal, is_explained, is_look_alike }, least)
    }

    fn weigh(&self, label: Label, said: Said, least: f32) -> Signal {
        judge::weigh(self.text, label, said, &self.verdict, least)
    }

    /// Rules, model and keywords together; the keyword that stands first is named.
    fn human_request(
        &self,
        keywords: &[(Hit, String)],
        is_refused: bool,
    ) -> (Signal, Option<String>) {
        let evidence = &self.evidence;
        let is_meant = |hit: &Hit| {
            !hit.is_negated
                && !evidence.is_void(hit, "human")
                && !evidence.touches(hit, "identity")
                && !evidence.touches(hit, "not human_keyword")
        };
        let named: Vec<&(Hit, String)> = keywords.iter().filter(|(hit, _)| is_meant(hit)).collect();
        let mut hits = evidence.meant("human");
        hits.retain(|hit| !evidence.touches(hit, "identity"));
        let said = evidence::strongest(self.text, &hits);
        let is_explained = is_refused || evidence.is_explained("human") || evidence.has("identity");
        let is_look_alike = evidence.has("identity");
        let said = Said { signal: said, is_explained, is_look_alike };
        let mut signal = self.weigh(Label::Human, said, 0.0);
        if let Some((first, _)) = named.first() {
            let quotes = named.iter().map(|(hit, _)| hit.quote(self.text)).collect();
            judge::lift(&mut signal, first.weight, quotes);
        }
        (signal, named.first().map(|(_, keyword)| keyword.clone()))
    }

    /// "No agent, please": said outright, and nothing else in the message asks for one.
    fn refusal(&self) -> Signal {
        let is_requested = evidence::strongest(self.text, &self.evidence.meant("human")).is_alarm();
        if is_requested {
            return Signal::default();
        }
        self.signal("refuses", Label::Refuses, 0.0)
    }

    /// Words, style and what happened before. The past only makes heavier what is there.
    fn frustration(&self, own: Vec<Hit>, history: History<'_>, is_refusal: bool) -> Signal {
        let evidence = &self.evidence;
        let mut said = evidence::together(self.text, &evidence.meant("anger"));
        style::add(self.text, self.reading, evidence, &mut said);
        let said_something = said.score > 0.0;
        // "I don't want an agent" sounds cross and is not.
        let is_explained = is_refusal
            || evidence.is_explained("anger")
            || style::is_kindly_loud(self.text, self.reading);
        let said =
            Said { signal: said, is_explained, is_look_alike: evidence.has_counterpart("anger") };
        let mut signal = self.weigh(Label::Anger, said, 0.0);
        let own: Vec<Hit> =
            own.into_iter().filter(|h| !h.is_negated && !evidence.is_void(h, "anger")).collect();
        if let Some(first) = own.first() {
            let quotes = own.iter().map(|hit| hit.quote(self.text)).collect();
            judge::lift(&mut signal, first.weight, quotes);
        }
        if let Some((score, quote)) = style::outright(self.text, self.reading) {
            judge::lift(&mut signal, score, vec![quote]);
        }
        if said_something || signal.score >= STIRRED {
            let is_same = |said: &&&str| fold(said) == self.text.folded;
            let repeats = history.said.iter().filter(is_same).count();
            let weight = 0.08 * history.failures.min(3) as f32 + 0.15 * repeats.min(2) as f32;
            signal.score = either(signal.score, weight);
        }
        signal
    }
}

/// From this score on the customer is not quite calm: what went before counts.
const STIRRED: f32 = 0.42;

/// Two independent reasons for the same thing.
fn either(a: f32, b: f32) -> f32 {
    1.0 - (1.0 - a.clamp(0.0, 1.0)) * (1.0 - b.clamp(0.0, 1.0))
}
