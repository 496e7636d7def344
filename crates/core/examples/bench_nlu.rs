//! Understanding by the clock: training, judging a line with its JSON, memory.
//!
//! `bench_nlu [--messages N] [--articles N]`: bases made of our own templates and invented names,
//! so that the figures need no data; `--articles` is the size of the large base.
#![forbid(unsafe_code)]
#![expect(clippy::disallowed_methods, reason = "a bench reads the clock; the library does not")]

use relais_core::understanding::report::{Article, Kb, Reader, read_line, report, write_record};
use std::time::Instant;

type Failed = Box<dyn std::error::Error>;

/// What is asked about a thing, ten ways each; `{}` is the thing.
const WAYS: [[&str; 10]; 5] = [
    [
        "how much is {}",
        "what does {} cost",
        "price of {} please",
        "is {} expensive",
        "tell me the price of {}",
        "how much do you charge for {}",
        "what would {} cost me",
        "i want to know the cost of {}",
        "cost for {}",
        "what is the fee for {}",
    ],
    [
        "my {} is broken",
        "{} does not work",
        "the {} stopped working",
        "i have a problem with {}",
        "{} arrived damaged",
        "there is a crack in my {}",
        "what to do about a faulty {}",
        "{} out of order",
        "help my {} fell apart",
        "something is wrong with {}",
    ],
    [
        "when will {} arrive",
        "how long does {} take",
        "is {} on its way",
        "where is my {}",
        "i am waiting for {}",
        "delivery date of {}",
        "track {}",
        "has {} been sent",
        "still no {} here",
        "when do i get {}",
    ],
    [
        "cancel {}",
        "i no longer want {}",
        "stop my {}",
        "how do i end {}",
        "please call off {}",
        "can i still cancel {}",
        "get rid of {}",
        "undo {}",
        "i changed my mind about {}",
        "terminate {}",
    ],
    [
        "change {}",
        "can i modify {}",
        "how to update {}",
        "i would like a different {}",
        "swap {} for another",
        "edit {}",
        "replace my {}",
        "{} needs to be changed",
        "adjust {}",
        "where can i alter {}",
    ],
];
const THINGS: [&str; 30] = [
    "the lamp",
    "the sofa",
    "the invoice",
    "the credit card",
    "the account",
    "the password",
    "the parcel",
    "the subscription",
    "the ticket",
    "the flight",
    "the hotel room",
    "the insurance",
    "the phone",
    "the router",
    "the contract",
    "the gift voucher",
    "the bicycle",
    "the appointment",
    "the newsletter",
    "the delivery address",
    "the coffee machine",
    "the chair",
    "the loan",
    "the transfer",
    "the oven",
    "the mattress",
    "the rental car",
    "the course",
    "the app",
    "the membership",
];
const FRAMES: [&str; 4] =
    ["{}", "hello, {} thanks", "{}? i ordered last week", "quick question: {}"];

fn few_shot() -> Kb {
    let things = THINGS.iter().enumerate();
    let articles = things.flat_map(|(t, thing)| {
        WAYS.iter().enumerate().map(move |(w, ways)| Article {
            id: format!("a{t:02}{w}"),
            questions: ways.iter().map(|way| way.replace("{}", thing)).collect(),
            ..Article::default()
        })
    });
    Kb { version: 1, lang: "en".into(), articles: articles.collect() }
}

/// A word that no language has, the same for the same number.
fn invented(mut number: usize) -> String {
    let mut word = String::new();
    for _ in 0..4 {
        word.push(char::from(b"bdfgklmnprstvz"[number % 14]));
        number /= 14;
        word.push(char::from(b"aeiou"[number % 5]));
        number /= 5;
    }
    word
}

fn large(articles: usize) -> Kb {
    let one = |at: usize| {
        let (ways, thing) = (&WAYS[at % WAYS.len()], THINGS[at / 7 % THINGS.len()]);
        let thing = format!("{thing} {}", invented(at * 7_919));
        Article {
            id: at.to_string(),
            questions: ways.iter().take(3).map(|way| way.replace("{}", &thing)).collect(),
            answer: format!("About {thing}: see your account, or write to us."),
            ..Article::default()
        }
    };
    Kb { version: 1, lang: "en".into(), articles: (0..articles).map(one).collect() }
}

/// Lines of JSON that ask what the base knows, in sentences of several lengths.
fn lines(kb: &Kb, messages: usize) -> Vec<String> {
    let questions: Vec<&String> = kb.articles.iter().flat_map(|a| &a.questions).collect();
    let one = |at: usize| {
        let text = FRAMES[at % FRAMES.len()].replace("{}", questions[at * 37 % questions.len()]);
        format!(r#"{{"id":"{at}","text":"{text}","lang":null,"history":[]}}"#)
    };
    (0..messages).map(one).collect()
}

fn measure(name: &str, kb: &Kb, messages: usize) -> Result<(), Failed> {
    let began = Instant::now();
    let reader = Reader::new(kb);
    let trained = began.elapsed();
    let lines = lines(kb, messages);
    let mut times = Vec::with_capacity(lines.len());
    let mut bytes = 0;
    for line in &lines {
        let began = Instant::now();
        bytes += write_record(&report(&reader, &read_line(line.as_bytes())?))?.len();
        times.push(began.elapsed());
    }
    times.sort_unstable();
    let mean = times.iter().sum::<std::time::Duration>() / times.len().max(1) as u32;
    let at = |share: usize| times[(times.len() * share / 100).min(times.len() - 1)];
    let examples: usize = kb.articles.iter().map(|a| a.questions.len()).sum();
    println!(
        "{name}: {} articles, {examples} examples: trained in {trained:.0?}; a line with its JSON \
         {mean:.0?} (p50 {:.0?}, p99 {:.0?}; {bytes} bytes written); peak memory {}",
        kb.articles.len(),
        at(50),
        at(99),
        peak()
    );
    Ok(())
}

/// The most memory this process has held.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    line.map_or_else(|| "not known here".to_owned(), |l| l.trim().to_owned())
}

fn main() -> Result<(), Failed> {
    let (mut messages, mut articles) = (3_000, 10_000);
    let mut args = std::env::args().skip(1);
    while let Some(name) = args.next() {
        let value: usize = args.next().ok_or_else(|| format!("{name} needs a value"))?.parse()?;
        match name.as_str() {
            "--messages" => messages = value.max(1),
            "--articles" => articles = value.max(1),
            other => return Err(format!("unknown option {other}").into()),
        }
    }
    // What is built once for the process is not a message's cost.
    report(&Reader::new(&Kb::default()), &read_line(br#"{"text":"bonjour"}"#)?);
    measure("few-shot", &few_shot(), messages)?;
    measure("large", &large(articles), messages)
}
