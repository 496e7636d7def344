//! The files of `relais nlu`: a knowledge base, and messages one a line.

use super::{SENTENCES, Target, kind_of, look};
use crate::Dice;
use relais_core::understanding::report::{Kb, Reader, Record, read_line, report, write_record};
use serde_json::{Value, json};
use std::sync::OnceLock;

pub(super) struct Nlu;

fn reader() -> &'static Reader {
    static READER: OnceLock<Reader> = OnceLock::new();
    READER.get_or_init(|| {
        let kb: Kb = serde_json::from_value(json!({
            "version": 1,
            "lang": "fr",
            "articles": [
                { "id": "A", "questions": ["Combien coûte la livraison ?"], "answer": "4,90 €" },
                { "id": "B", "lang": "en", "questions": ["How do I return a lamp?"], "answer": "30 days" },
                { "id": "C", "title": "Garantie", "answer": "2 ans" },
            ],
        }))
        .expect("a knowledge base");
        Reader::new(&kb)
    })
}

impl Target for Nlu {
    fn name(&self) -> &'static str {
        "nlu"
    }

    fn made(&self, dice: &mut Dice) -> Vec<u8> {
        if dice.percent(15) {
            let articles: Vec<Value> = (0..dice.below(3))
                .map(|n| json!({ "id": n.to_string(), "questions": [dice.word(SENTENCES)] }))
                .collect();
            let kb = json!({ "version": 1, "lang": "fr", "articles": articles });
            return serde_json::to_vec(&kb).expect("a value is written");
        }
        let history: Vec<Value> = (0..dice.below(4))
            .map(|_| {
                let role = dice.word(&["customer", "bot", "agent", "system"]);
                json!({ "role": role, "text": dice.word(SENTENCES) })
            })
            .collect();
        let text = format!("{} {}", dice.word(SENTENCES), dice.word(SENTENCES));
        let line = json!({ "id": "1", "text": text, "lang": dice.word(&["fr", "en", "", "xx"]), "history": history });
        serde_json::to_vec(&line).expect("a value is written")
    }

    fn words(&self) -> &[&'static str] {
        &[
            "id",
            "text",
            "lang",
            "history",
            "role",
            "customer",
            "articles",
            "questions",
            "version",
            "\\ud83d",
            "\\ude00",
            "\\u0000",
            "agent",
            "humain",
            "plainte",
            "ML-2041",
            "ne pas",
        ]
    }

    fn look(&self, input: &[u8]) -> u64 {
        if let Ok(kb) = serde_json::from_slice::<Kb>(input)
            && !kb.articles.is_empty()
            && input.len() < 600
        {
            let asked = serde_json::json!({ "text": "Combien coûte la livraison ?" }).to_string();
            let line = read_line(asked.as_bytes()).expect("a line");
            let record = report(&Reader::new(&kb), &line);
            sound(&record);
            return look(("kb", kb.articles.len().min(4), record.candidates.len()));
        }
        let line = match read_line(input) {
            Ok(line) => line,
            Err(error) => return look(kind_of(&error.to_string())),
        };
        let record = report(reader(), &line);
        sound(&record);
        assert_eq!(record, report(reader(), &line), "judged twice, it differs");
        write_record(&record).expect("a record can be written");
        let length = line.text.chars().count();
        for evidence in record.reasons.iter().flat_map(|r| &r.evidence) {
            let is_inside = evidence.start <= evidence.end && evidence.end <= length;
            assert!(is_inside, "evidence {evidence:?} beyond {length} characters");
            let there: String = line
                .text
                .chars()
                .skip(evidence.start)
                .take(evidence.end - evidence.start)
                .collect();
            assert_eq!(there, evidence.text, "evidence says something else");
        }
        let codes: Vec<&str> = record.reasons.iter().map(|r| r.code.as_str()).collect();
        look((record.decision.as_str(), record.lang, codes, record.candidates.len()))
    }
}

/// Scores are shares.
fn sound(record: &Record) {
    let signals = &record.signals;
    let mut scores = vec![record.score, signals.human_request, signals.frustration];
    scores.extend(signals.sensitive.values());
    scores.extend(record.candidates.iter().map(|c| c.score));
    for score in scores {
        assert!((0.0..=1.0).contains(&score), "a score of {score}");
    }
}
