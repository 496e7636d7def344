//! Customers who ask the demo shop questions it can answer, and know the right answer.

use relais_core::workspace::Document;
use std::collections::BTreeMap;

/// A small generator of random numbers; the seed is printed.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed | 1)
    }
    pub fn next(&mut self) -> u64 {
        // Xorshift64*, good enough to mix texts and gaps.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }
    pub fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
    pub fn chance(&mut self, share: f64) -> bool {
        ((self.next() >> 11) as f64) / ((1u64 << 53) as f64) < share
    }
}

/// A question with the words its answer must hold.
#[derive(Clone, Debug)]
pub struct Question {
    pub text: String,
    pub answer: String,
}

/// One customer: what was asked, in order.
#[derive(Debug, Default)]
pub struct Customer {
    pub phone: String,
    pub number: usize,
    /// Index of the question and the instant it was due, µs after the start.
    pub asked: Vec<(usize, u64)>,
}

/// The questions of the demo's own knowledge base, in both of its languages.
pub fn questions(document: &Document) -> Vec<Question> {
    let articles = document.knowledge.articles.iter().filter(|a| a.then.is_none());
    let both = articles.flat_map(|a| {
        a.q.iter().filter_map(|(language, q)| {
            Some(Question { text: q.clone(), answer: a.a.get(language)?.clone() })
        })
    });
    both.collect()
}

/// A wording that differs at every run and keeps the meaning.
pub fn vary(text: &str, dice: &mut Dice) -> String {
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

/// Compares every customer's replies, in order, with the answers due.
pub fn check(
    customers: &[Customer],
    questions: &[Question],
    replies: &BTreeMap<String, Vec<String>>,
) -> (Tally, Vec<String>) {
    let (mut tally, mut examples) = (Tally::default(), Vec::new());
    for customer in customers {
        let none = Vec::new();
        let got = replies.get(&customer.phone).unwrap_or(&none);
        let shared = got.len().min(customer.asked.len());
        tally.lost += customer.asked.len() - shared;
        tally.extra += got.len() - shared;
        for ((question, _), reply) in customer.asked.iter().zip(got) {
            let question = &questions[*question];
            if reply.contains(&question.answer) {
                tally.right += 1;
                continue;
            }
            tally.wrong += 1;
            if examples.len() < 5 {
                examples.push(format!("{:?} → {reply:?}", question.text));
            }
        }
    }
    (tally, examples)
}
