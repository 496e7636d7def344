//! Everything understanding says about a message, as one record in and one record out: what the
//! `relais nlu` command prints, and what evaluations read. A record depends on the message, the
//! knowledge base and this program only.

mod halves;
mod wire;

pub use halves::{read_line, write_record};
pub use wire::{
    Article, Candidate, Decision, Evidence, Kb, Line, Reason, Record, Role, Said, Scores,
};

use super::answers::{self, Matcher, Verdict};
use super::concepts::{LEXICON, concepts};
use super::language::{self, Lang};
use super::signals::{ALARM, History, Lexicon, Signal, Signals};
use super::text::{Quote, Text, fold};
use super::vectors::Vectors;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A knowledge base, learnt.
#[derive(Debug)]
pub struct Reader {
    matcher: Matcher,
    lexicon: Lexicon,
    lang: Option<Lang>,
}

/// Topics that are always handed over, even when an article would answer.
const NEVER_ANSWERED: [&str; 5] = ["fraud", "legal", "safety", "distress", "complaint"];
/// Topics that every record names.
const ALWAYS_NAMED: [&str; 7] =
    ["refund", "billing", "cancellation", "legal", "fraud", "privacy", "complaint"];
/// Signals weaker than this are no reasons.
const LEAST_REASON: f32 = 0.2;

impl Reader {
    pub fn new(kb: &Kb) -> Self {
        Self::with_vectors(kb, None)
    }

    /// With sentence vectors beside.
    pub fn with_vectors(kb: &Kb, vectors: Option<&Arc<Vectors>>) -> Self {
        let articles = merged(kb);
        Self {
            matcher: Matcher::train_with(&articles, vectors),
            lexicon: Lexicon::new(&BTreeMap::new(), &BTreeMap::new()),
            lang: Lang::parse(&kb.lang),
        }
    }
}

/// What there is to say about a message.
pub fn report(reader: &Reader, line: &Line) -> Record {
    let text = Text::new(&line.text);
    let given = Lang::parse(&line.lang);
    let lang = given.or_else(|| spoken(&text, &line.history)).or(reader.lang);
    let said: Vec<&str> = by_customer(&line.history).map(|s| s.text.as_str()).collect();
    let signals = reader.lexicon.measure(&text, History { said: &said, failures: 0 });
    let judged = reader.matcher.judge(&text, lang);
    let decision = decide(&signals, &judged.verdict);
    let matched_answer = match (&judged.verdict, decision) {
        (Verdict::Answer(c), Decision::Answer) => Some(c.id.clone()),
        _ => None,
    };
    Record {
        id: line.id.clone(),
        decision,
        matched_answer,
        score: judged.candidates.first().map_or(0.0, |c| rounded(c.score)),
        reasons: reasons(&text, &signals, &judged),
        candidates: judged
            .candidates
            .iter()
            .map(|c| Candidate { id: c.id.clone(), score: rounded(c.score) })
            .collect(),
        signals: scores(&signals),
        lang: lang.map(|l| l.as_str().to_owned()),
        has_halves: line.has_halves,
    }
}

/// What the lexicon of concepts makes of the words of a message, in their order.
pub fn meanings(line: &Line) -> Vec<Meaning> {
    let text = Text::new(&line.text);
    let lang = Lang::parse(&line.lang).or_else(|| spoken(&text, &line.history));
    let mut meanings: Vec<Meaning> = Vec::new();
    for found in concepts(&text, lang).iter() {
        let name = LEXICON.name(found.concept);
        let quote = text.quote(found.from, found.to);
        match meanings.iter_mut().find(|m| (m.words.start, m.words.end) == (quote.start, quote.end))
        {
            Some(m) => m.concepts.push(name),
            None => {
                let words = quoted(&text, quote);
                meanings.push(Meaning { words, concepts: vec![name] });
            }
        }
    }
    meanings
}

/// Words of a message and the concepts they name.
#[derive(Clone, Debug, PartialEq)]
pub struct Meaning {
    pub words: Evidence,
    pub concepts: Vec<&'static str>,
}

/// The articles in their order; one that stands in several languages is one.
fn merged(kb: &Kb) -> Vec<answers::Article> {
    let mut articles: Vec<answers::Article> = Vec::with_capacity(kb.articles.len());
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for a in &kb.articles {
        let place = *places.entry(&a.id).or_insert_with(|| {
            articles.push(answers::Article {
                id: a.id.clone(),
                theme: String::new(),
                questions: BTreeMap::new(),
                not: Vec::new(),
                answers: BTreeMap::new(),
            });
            articles.len() - 1
        });
        let lang = a.lang.as_ref().unwrap_or(&kb.lang);
        let questions = articles[place].questions.entry(lang.clone()).or_default();
        let mut seen: BTreeSet<String> = questions.iter().map(|q| fold(q)).collect();
        for question in a.questions.iter().chain([&a.title]) {
            if !question.is_empty() && seen.insert(fold(question)) {
                questions.push(question.clone());
            }
        }
        if !a.answer.is_empty() {
            articles[place].answers.insert(lang.clone(), a.answer.clone());
        }
    }
    articles
}

/// The language of the message, else of what the customer wrote before.
fn spoken(text: &Text, history: &[Said]) -> Option<Lang> {
    let earlier = || by_customer(history).rev().find_map(|s| language::detect(&Text::new(&s.text)));
    language::detect(text).or_else(earlier).map(|d| d.lang)
}

/// What the customer said, or may have said.
fn by_customer(history: &[Said]) -> impl DoubleEndedIterator<Item = &Said> {
    history.iter().filter(|s| matches!(s.role, Role::Customer | Role::Mixed))
}

fn decide(signals: &Signals, verdict: &Verdict) -> Decision {
    let asks = signals.human_request.is_alarm() && !signals.refuses_human.is_alarm();
    let alarm = |topic: &str| signals.sensitive.get(topic).is_some_and(Signal::is_alarm);
    if asks || signals.frustration.is_alarm() || NEVER_ANSWERED.iter().any(|t| alarm(t)) {
        return Decision::Escalate;
    }
    match verdict {
        Verdict::Answer(_) => Decision::Answer,
        _ if signals.sensitive.values().any(Signal::is_alarm) => Decision::Escalate,
        Verdict::Clarify(_) => Decision::Clarify,
        Verdict::OutOfScope | Verdict::Noise => Decision::Fallback,
    }
}

fn scores(signals: &Signals) -> Scores {
    let mut sensitive: BTreeMap<String, f64> =
        ALWAYS_NAMED.iter().map(|t| ((*t).to_owned(), 0.0)).collect();
    for (topic, signal) in &signals.sensitive {
        let score = sensitive.entry(public_name(topic).to_owned()).or_default();
        *score = score.max(rounded(signal.score));
    }
    Scores {
        human_request: rounded(signals.human_request.score),
        frustration: rounded(signals.frustration.score),
        sensitive,
    }
}

fn public_name(topic: &str) -> &str {
    if topic == "double_billing" { "billing" } else { topic }
}

fn reasons(text: &Text, signals: &Signals, judged: &answers::Judged) -> Vec<Reason> {
    let named = [
        ("human_request".to_owned(), &signals.human_request),
        ("frustration".to_owned(), &signals.frustration),
    ];
    let topics =
        signals.sensitive.iter().map(|(t, s)| (format!("sensitive:{}", public_name(t)), s));
    let mut reasons: Vec<Reason> = named
        .into_iter()
        .chain(topics)
        .filter(|(_, signal)| signal.score >= LEAST_REASON)
        .map(|(code, signal)| Reason {
            code,
            weight: rounded(signal.score),
            evidence: evidence(text, &signal.quotes, rounded(signal.score) >= f64::from(ALARM)),
        })
        .collect();
    let (code, weight, quotes) = match &judged.verdict {
        Verdict::Answer(c) => ("answer", c.score, c.quotes.clone()),
        Verdict::Clarify(c) => ("clarify", c[0].score, c[0].quotes.clone()),
        Verdict::OutOfScope => ("out_of_scope", 1.0 - first_score(judged), Vec::new()),
        Verdict::Noise => ("not_understood", 1.0 - first_score(judged), Vec::new()),
    };
    let evidence = evidence(text, &quotes, false);
    reasons.push(Reason { code: code.to_owned(), weight: rounded(weight), evidence });
    reasons
}

fn first_score(judged: &answers::Judged) -> f32 {
    judged.candidates.first().map_or(0.0, |c| c.score)
}

/// The quoted words; `must` quotes the whole message when nothing smaller carries it.
fn evidence(text: &Text, quotes: &[Quote], must: bool) -> Vec<Evidence> {
    let whole = (must && quotes.is_empty() && !text.tokens.is_empty())
        .then(|| text.quote(0, text.tokens.len()));
    quotes.iter().copied().chain(whole).map(|q| quoted(text, q)).collect()
}

fn quoted(text: &Text, quote: Quote) -> Evidence {
    Evidence { start: quote.start, end: quote.end, text: text.quoted(quote) }
}

/// Four places are enough for people and keep the records short.
fn rounded(score: f32) -> f64 {
    libm::round(f64::from(score) * 10_000.0) / 10_000.0
}

#[cfg(test)]
mod bars;
#[cfg(test)]
mod tests;
