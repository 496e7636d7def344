//! `relais nlu` on files, as outsiders call it.

use crate::program::Program;
use serde_json::{Value, json};
use std::path::Path;

const KB: &str = r#"{"version":1,"lang":"fr","articles":[
    {"id":"a1","lang":"fr","title":"Frais de livraison","questions":["Combien coûte la livraison ?"],"answer":"4,90 €"},
    {"id":"a2","lang":"fr","title":"Facture","questions":["Où trouver ma facture ?"],"answer":"Dans votre compte."}]}"#;

/// The results for lines of input.
async fn judged(folder: &Path, lines: &str) -> Vec<Value> {
    std::fs::write(folder.join("kb.json"), KB).unwrap();
    std::fs::write(folder.join("in.jsonl"), lines).unwrap();
    let args = ["nlu", "--kb", "kb.json", "--in", "in.jsonl", "--out", "out.jsonl"];
    let ended = Program::run(folder, &args).await;
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let out = std::fs::read_to_string(folder.join("out.jsonl")).unwrap();
    out.lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

#[tokio::test]
async fn messages_from_a_file_are_judged_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    let lines = concat!(
        r#"{"id":"1","text":"c'est combien la livraison","lang":null,"history":[]}"#,
        "\n",
        r#"{"id":"2","text":"je veux parler à un conseiller","lang":"fr","history":[{"role":"bot","text":"Bonjour"}]}"#,
        "\r\n",
        r#"{"id":"3","text":"","lang":null,"history":[]}"#,
        "\nno json\n\n",
        r#"{"id":"5","text":"où est ma facture"}"#,
    );
    let all = judged(folder.path(), lines).await;
    let of = |key: &str| all.iter().map(|r| r[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("id"), [json!("1"), json!("2"), json!("3"), json!(""), json!("5")]);
    assert_eq!(of("decision"), ["answer", "escalate", "fallback", "fallback", "answer"]);
    assert_eq!(all[0]["matched_answer"], "a1");
    assert_eq!(all[1]["matched_answer"], Value::Null);
    assert!(all[1]["signals"]["human_request"].as_f64().unwrap() >= 0.5);
    assert_eq!(all[4]["matched_answer"], "a2");

    // A line says the same alone as among others.
    let alone = judged(folder.path(), lines.lines().next().unwrap()).await;
    assert_eq!(alone[0], all[0]);
}

#[tokio::test]
async fn a_knowledge_base_that_cannot_be_read_is_refused_with_a_remedy() {
    let folder = tempfile::tempdir().unwrap();
    for (kb, about) in
        [("[]", "no knowledge base"), (r#"{"version":9,"articles":[]}"#, "version 9")]
    {
        std::fs::write(folder.path().join("kb.json"), kb).unwrap();
        let args = ["nlu", "--kb", "kb.json", "--in", "kb.json", "--out", "out.jsonl"];
        Program::run(folder.path(), &args).await.is_refusal(about);
    }
    let args = ["nlu", "--kb", "none.json", "--in", "kb.json", "--out", "out.jsonl"];
    Program::run(folder.path(), &args).await.is_refusal("none.json");
}

#[tokio::test]
async fn one_sentence_is_explained_in_words() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("kb.json"), KB).unwrap();
    let args = ["nlu", "explain", "combien coûte la livraison ?", "--kb", "kb.json"];
    let said = Program::run(folder.path(), &args).await;
    assert_eq!(said.code, 0, "{}", said.err);
    for part in ["language  fr", "delivery", "decision  answer a1"] {
        assert!(said.out.contains(part), "{part}: {}", said.out);
    }
    let args = ["nlu", "explain", "passez-moi un humain"];
    let said = Program::run(folder.path(), &args).await;
    assert!(said.out.contains("decision  escalate"), "{}", said.out);
}
