//! The bars that understanding keeps whatever is written: quotes are what stands there, cutting them
//! lowers the signal, and no text is too strange or too dear.

use super::*;
use proptest::prelude::*;
use std::sync::LazyLock;

static READER: LazyLock<Reader> = LazyLock::new(|| {
    let json = r#"{"version":1,"lang":"fr","articles":[
        {"id":"a1","title":"Frais de livraison","questions":["Combien coûte la livraison ?"],"answer":"4,90 €"},
        {"id":"a2","lang":"en","questions":["How do I return an item?"],"answer":"In your account"},
        {"id":"a3","questions":["Ma lampe ne marche pas", "Où trouver ma facture ?"]}]}"#;
    Reader::new(&serde_json::from_str(json).expect("the sample is valid"))
});
const SENTENCES: [&str; 4] = [
    include_str!("../signals/fixtures/tuned.txt"),
    include_str!("../signals/fixtures/held_out.txt"),
    include_str!("../signals/fixtures/voices/tune_sms.txt"),
    include_str!("../signals/fixtures/voices/held_mixed.txt"),
];

fn record(text: &str) -> Record {
    report(&READER, &Line { id: "x".into(), text: text.into(), ..Line::default() })
}

fn sentences() -> impl Iterator<Item = &'static str> {
    let lines = SENTENCES.iter().flat_map(|f| f.lines()).filter(|l| !l.starts_with('#'));
    lines.filter_map(|l| l.split_once(" | ")).map(|(_, written)| written.trim())
}

/// The score a reason speaks of.
fn score(record: &Record, code: &str) -> f64 {
    let found = record.reasons.iter().find(|r| r.code == code);
    found.map_or(0.0, |r| r.weight)
}

fn is_signal(code: &str) -> bool {
    matches!(code, "human_request" | "frustration") || code.starts_with("sensitive:")
}

#[track_caller]
fn check(text: &str, record: &Record) {
    let chars: Vec<char> = text.chars().collect();
    for reason in &record.reasons {
        assert!((0.0..=1.0).contains(&reason.weight), "{reason:?}");
        let is_alarm = is_signal(&reason.code) && reason.weight >= 0.5;
        assert!(!is_alarm || !reason.evidence.is_empty(), "{reason:?}");
        for e in &reason.evidence {
            assert!(e.start < e.end && e.end <= chars.len(), "{e:?}");
            assert_eq!(chars[e.start..e.end].iter().collect::<String>(), e.text);
        }
    }
    for c in &record.candidates {
        assert!((0.0..=1.0).contains(&c.score), "{c:?}");
    }
}

#[test]
fn cutting_the_quoted_words_lowers_the_signal() {
    let (mut alarms, mut fell) = (0, 0);
    for written in sentences() {
        for reason in record(written).reasons {
            if !is_signal(&reason.code) || reason.weight < 0.5 {
                continue;
            }
            let is_quoted =
                |at: usize| reason.evidence.iter().any(|e| (e.start..e.end).contains(&at));
            let left = |(at, c): (usize, char)| if is_quoted(at) { ' ' } else { c };
            let rest: String = written.chars().enumerate().map(left).collect();
            alarms += 1;
            fell += usize::from(score(&record(&rest), &reason.code) < reason.weight);
        }
    }
    assert!(alarms > 400, "{alarms}");
    assert!(fell * 100 >= alarms * 98, "{fell} of {alarms}");
}

fn hostile() -> impl Strategy<Value = String> {
    let words: Vec<&'static str> = sentences().flat_map(str::split_whitespace).collect();
    let piece = prop_oneof![
        any::<char>().prop_map(String::from),
        proptest::sample::select(words).prop_map(|w| format!("{w} ")),
        proptest::sample::select(vec![
            "\0",
            "\u{202E}",
            "\u{2066}",
            "\u{0301}",
            "\u{200D}",
            "😡",
            "👨‍👩‍👧",
            ". ",
            "«",
            "\"",
            "\\",
            "\u{FEFF}",
            "ﷺ",
            "𝕬𝖌𝖊𝖓𝖙 ",
            "ＡＧＥＮＴ ",
            "٢٠٤١ ",
            "lїvraison ",
            "http://a.b/?c ",
        ])
        .prop_map(str::to_owned),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn quotes_are_what_stands_there(written in hostile()) {
        check(&written, &record(&written));
    }

    #[test]
    fn any_bytes_are_a_line_or_none(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(line) = read_line(&bytes) {
            let record = report(&READER, &line);
            check(&line.text, &record);
            let json = write_record(&record).expect("a record is plain data");
            prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok() || line.has_halves);
        }
    }
}

/// No text costs more than its length: the same piece over and over, as long as it is read and far
/// beyond, says nothing new and is cut where reading ends.
#[test]
fn twenty_thousand_characters_are_read_like_four_thousand() {
    let pieces = [
        "a",
        "agent ",
        "je ne veux pas ",
        "😡",
        "نعم ",
        "न",
        "\u{0301}",
        "( ",
        "1 ",
        "ab.",
        "«",
        "é,",
    ];
    for piece in pieces {
        let long = piece.repeat(20_000 / piece.chars().count());
        let read: String = long.chars().take(super::super::text::MAX_READ).collect();
        let (whole, cut) = (record(&long), record(&read));
        check(&long, &whole);
        assert_eq!((&whole.signals, &whole.candidates), (&cut.signals, &cut.candidates), "{piece}");
    }
}
