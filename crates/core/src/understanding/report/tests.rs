use super::*;

fn kb() -> Kb {
    let json = r#"{"version":1,"lang":"fr","articles":[
        {"id":"a1","title":"Frais de livraison","questions":["Combien coûte la livraison ?"],"answer":"4,90 €"},
        {"id":"a2","lang":"en","questions":["How do I return an item?"],"answer":"In your account"},
        {"id":"a3","questions":["Où trouver ma facture ?"]}]}"#;
    serde_json::from_str(json).expect("the sample is valid")
}

fn record(text: &str) -> Record {
    let line = Line { id: "x".into(), text: text.into(), ..Line::default() };
    report(&Reader::new(&kb()), &line)
}

#[test]
fn a_question_is_answered_and_explained() {
    let record = record("Bonjour, c'est combien la livraison ?");
    assert_eq!(record.decision, Decision::Answer);
    assert_eq!(record.matched_answer.as_deref(), Some("a1"));
    assert_eq!(record.lang.as_deref(), Some("fr"));
    assert_eq!(record.candidates[0].id, "a1");
    let reason = record.reasons.iter().find(|r| r.code == "answer").expect("it says why");
    assert!(reason.evidence.iter().any(|e| e.text.contains("livraison")), "{reason:?}");
}

#[test]
fn a_request_for_a_person_escalates_with_its_words() {
    let record = record("je veux parler à un conseiller");
    assert_eq!(record.decision, Decision::Escalate);
    assert_eq!(record.matched_answer, None);
    let reason = record.reasons.iter().find(|r| r.code == "human_request").expect("it says why");
    assert!(reason.weight >= 0.5 && !reason.evidence.is_empty(), "{reason:?}");
}

#[test]
fn evidence_is_what_stands_at_its_place() {
    let text = "😀 Où est ma facture ? Je veux parler à un humain !";
    for reason in record(text).reasons {
        for e in reason.evidence {
            let there: String = text.chars().skip(e.start).take(e.end - e.start).collect();
            assert_eq!(there, e.text);
        }
    }
}

#[test]
fn anything_may_be_sent() {
    let long = "livraison ".repeat(2_500);
    for text in
        ["", " \n\n ", "\u{0}", "🤷🏽‍♀️", "ما تكلفة التوصيل", "डिलीवरी", "配送料はいくらですか", &long]
    {
        let record = record(text);
        assert!((0.0..=1.0).contains(&record.score), "{record:?}");
        assert!(record.candidates.len() <= 5);
    }
}

#[test]
fn halves_of_surrogate_pairs_keep_their_places_and_come_back() {
    let line =
        read_line(br#"{"id":"\udc00","text":"je veux un \ud83d conseiller \ud83d\ude00 \\ud83d"}"#)
            .expect("it is read");
    let record = report(&Reader::new(&kb()), &line);
    assert_eq!(record.decision, Decision::Escalate);
    let reason = record.reasons.iter().find(|r| r.code == "human_request").expect("it says why");
    let json = write_record(&record).expect("it is plain data");
    assert!(json.starts_with(r#"{"id":"\udc00","#), "{json}");
    for e in &reason.evidence {
        let there: String = line.text.chars().skip(e.start).take(e.end - e.start).collect();
        assert_eq!(there, e.text);
    }
    // The same half as bytes, as some programs write it.
    let bytes = b"{\"text\":\"a\xED\xA0\xBDz\"}";
    let escaped = br#"{"text":"a\ud83dz"}"#;
    assert_eq!(read_line(bytes).expect("read"), read_line(escaped).expect("read"));
    // Where the stand-ins are taken, halves are unknown characters.
    let taken = read_line("{\"text\":\"\u{10FFFD}\\ud83d\"}".as_bytes()).expect("read");
    assert_eq!((taken.text.as_str(), taken.has_halves), ("\u{10FFFD}\u{FFFD}", false));
}

#[test]
fn what_is_no_text_is_read_as_none() {
    let line = read_line(b"\xEF\xBB\xBF{\"id\":7,\"text\":null,\"lang\":[],\"history\":null}")
        .expect("read");
    assert_eq!((line.id.as_str(), line.text.as_str(), line.history.len()), ("7", "", 0));
    assert_eq!(read_line(b"{\"text\":\"\xff!\"}").expect("read").text, "\u{FFFD}!");
    assert!(read_line(b"{").is_err());
    assert!(read_line(br#"{"id":"1","text":"\ud8"}"#).is_err());
}

#[test]
fn an_article_in_two_languages_is_one_article() {
    let json = r#"{"version":1,"articles":[
        {"id":"a","lang":"fr","questions":["Où trouver ma facture ?"],"title":null},
        {"id":"b","lang":"fr","questions":null,"title":"Frais de livraison"},
        {"id":"a","lang":"en","questions":["Where is my invoice?"]}]}"#;
    let kb: Kb = serde_json::from_str(json).expect("the sample is valid");
    let line = Line { text: "where is my invoice".into(), ..Line::default() };
    let record = report(&Reader::new(&kb), &line);
    assert_eq!(record.matched_answer.as_deref(), Some("a"));
    assert_eq!(record.candidates.iter().filter(|c| c.id == "a").count(), 1);
}

#[test]
fn who_said_what_is_read_whatever_the_role() {
    let json = br#"{"id":"1","text":"x","history":[{"role":"mixed","text":"a"},{"role":"alien"},{"role":"customer","text":"b"}]}"#;
    let roles: Vec<Role> = read_line(json).expect("read").history.iter().map(|s| s.role).collect();
    assert_eq!(roles, [Role::Mixed, Role::Mixed, Role::Customer]);
}

#[test]
fn records_have_the_promised_shape() {
    let json = serde_json::to_value(record("où est ma facture")).expect("it is plain data");
    for key in
        ["id", "decision", "matched_answer", "score", "candidates", "signals", "lang", "reasons"]
    {
        assert!(json.get(key).is_some(), "{key}");
    }
    let sensitive = &json["signals"]["sensitive"];
    for key in ["refund", "billing", "cancellation", "legal", "fraud", "privacy", "complaint"] {
        assert!(sensitive[key].is_number(), "{key}");
    }
}

#[test]
fn meanings_name_the_concepts_of_the_words() {
    let line = Line { text: "Ma livraison est en retard".into(), ..Line::default() };
    let meanings = meanings(&line);
    let delivery = meanings.iter().find(|m| m.words.text == "livraison").expect("it is listed");
    assert!(delivery.concepts.contains(&"delivery"), "{meanings:?}");
}

proptest::proptest! {
    #[test]
    fn any_line_is_judged_and_quoted_exactly(text in "\\PC{0,80}|[a-zéà ?!.\n\u{0}\u{202e}\u{200f}]{0,80}") {
        static READER: std::sync::LazyLock<Reader> = std::sync::LazyLock::new(|| Reader::new(&kb()));
        let reader = &*READER;
        let line = Line { text: format!("livraison {text} un conseiller svp"), ..Line::default() };
        let record = report(reader, &line);
        proptest::prop_assert_eq!(&record, &report(reader, &line));
        for e in record.reasons.iter().flat_map(|r| &r.evidence) {
            let there: String = line.text.chars().skip(e.start).take(e.end - e.start).collect();
            proptest::prop_assert_eq!(&there, &e.text);
            proptest::prop_assert!(e.start < e.end);
        }
        let json = write_record(&record).expect("it is plain data");
        proptest::prop_assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
    }
}
