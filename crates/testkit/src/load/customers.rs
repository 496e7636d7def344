//! Customers who ask the demo shop questions it can answer, and know the right answer.

use super::traffic::{Delivery, body};
use relais_core::workspace::Document;
use relais_sim::graph::webhook::unix;
use relais_sim::graph::{Accepted, FakeGraph};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;
use tokio::time::Instant;

/// Share of webhooks delivered twice: providers repeat; that must cost little and change nothing.
pub const TWICE: f64 = 0.2;

/// A small generator of random numbers; the seed is printed.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }
    pub fn roll(&mut self) -> u64 {
        // Xorshift64*, good enough to mix texts and gaps.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.roll() % n as u64) as usize
    }
    pub fn chance(&mut self, share: f64) -> bool {
        ((self.roll() >> 11) as f64) / ((1u64 << 53) as f64) < share
    }
}

/// A question with the words its answer must hold.
#[derive(Clone, Debug)]
struct Question {
    text: String,
    answer: String,
}

/// One customer: what was asked, in order.
#[derive(Debug, Default)]
pub struct Customer {
    pub phone: String,
    pub number: usize,
    /// Index of the question and the instant it was due, µs after the start.
    pub asked: Vec<(usize, u64)>,
}

/// Everybody who writes in a run, and what they know.
#[derive(Debug)]
pub struct Crowd {
    pub customers: Vec<Customer>,
    questions: Vec<Question>,
    numbers: Vec<String>,
    dice: Dice,
    seed: u64,
}

impl Crowd {
    pub fn new(size: usize, numbers: &[String], seed: u64) -> Self {
        let document = crate::demo::document();
        let customer = |n| Customer {
            phone: format!("+3363998{n:06}"),
            number: n % numbers.len(),
            asked: Vec::new(),
        };
        Self {
            customers: (0..size).map(customer).collect(),
            questions: questions(&document),
            numbers: numbers.to_vec(),
            dice: Dice::new(seed),
            seed,
        }
    }

    /// The webhook of the run's `n`-th message. Customers write in turn, so that nobody is paced
    /// out, and never the same question twice in a row.
    pub fn ask(&mut self, n: usize, due: Instant, start: Instant) -> Delivery {
        let who = n % self.customers.len();
        let (customer, dice, questions) =
            (&mut self.customers[who], &mut self.dice, &self.questions);
        let last = customer.asked.last().map(|(q, _)| *q);
        let question =
            (0..8).map(|_| dice.below(questions.len())).find(|q| Some(*q) != last).unwrap_or(0);
        customer.asked.push((question, due.duration_since(start).as_micros() as u64));
        let text = vary(&questions[question].text, dice);
        let wamid = format!("wamid.run{:x}.{n}", self.seed);
        let number = customer.number;
        let at = unix(SystemTime::now());
        let body = body(&self.numbers[number], &customer.phone, "Customer", &wamid, at, &text);
        Delivery { number, body, due, customer: who, twice: dice.chance(TWICE) }
    }

    /// Compares every customer's replies, in order, with the answers due.
    pub fn check(&self, replies: &Replies) -> (Tally, Vec<String>) {
        let (mut tally, mut examples) = (Tally::default(), Vec::new());
        for customer in &self.customers {
            let mut got = replies.get(&customer.phone).into_iter().flatten().peekable();
            for (n, (question, _)) in customer.asked.iter().enumerate() {
                let asked = &self.questions[*question];
                let Some(reply) = got.peek() else {
                    tally.lost += 1;
                    continue;
                };
                let answers = |q: usize| reply.text.contains(&self.questions[q].answer);
                if answers(*question) {
                    tally.right += 1;
                } else if customer.asked[n + 1..].iter().any(|(later, _)| answers(*later)) {
                    tally.lost += 1;
                    continue;
                } else {
                    tally.wrong += 1;
                    if examples.len() < 5 {
                        examples.push(format!("{:?} → {:?}", asked.text, reply.text));
                    }
                }
                got.next();
            }
            tally.extra += got.count();
        }
        (tally, examples)
    }
}

/// What the fake accepted for each customer, in order.
pub type Replies = BTreeMap<String, Vec<Arc<Accepted>>>;

pub fn replies(graph: &FakeGraph) -> Replies {
    let mut replies = Replies::new();
    for accepted in graph.accepted() {
        let to = format!("+{}", accepted.to.trim_start_matches('+'));
        replies.entry(to).or_default().push(accepted);
    }
    replies
}

/// The questions of the demo's own knowledge base, in both of its languages.
fn questions(document: &Document) -> Vec<Question> {
    let articles = document.knowledge.articles.iter().filter(|a| a.then.is_none());
    let both = articles.flat_map(|a| {
        a.q.iter().filter_map(|(language, q)| {
            Some(Question { text: q.clone(), answer: a.a.get(language)?.clone() })
        })
    });
    both.collect()
}

/// A wording that differs at every run and keeps the meaning.
fn vary(text: &str, dice: &mut Dice) -> String {
    const BEFORE: [&str; 6] = ["", "", "😊 ", "… ", "- ", "« "];
    const AFTER: [&str; 6] = ["", " ", " 🙏", " !", "  ", " 🙂"];
    format!("{}{text}{}", BEFORE[dice.below(6)], AFTER[dice.below(6)])
}

/// What came of a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub right: usize,
    pub wrong: usize,
    pub lost: usize,
    pub extra: usize,
}
