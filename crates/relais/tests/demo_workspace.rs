//! The demo workspace under `demo/`: its files must be publishable as they are.

#![expect(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

use relais_core::workspace::Document;
use relais_core::workspace::snapshot::Snapshot;
use std::collections::BTreeSet;
use std::path::PathBuf;

fn files() -> Vec<(String, serde_json::Value)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../demo/maison-lumiere");
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    names
        .into_iter()
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap();
            let value =
                serde_saphyr::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            (path.file_stem().unwrap().to_str().unwrap().to_owned(), value)
        })
        .collect()
}

fn document() -> Document {
    let merged: serde_json::Map<String, serde_json::Value> =
        files().into_iter().flat_map(|(_, value)| value.as_object().unwrap().clone()).collect();
    serde_json::from_value(merged.into()).unwrap()
}

#[test]
fn each_file_holds_the_one_key_it_is_named_after() {
    for (name, value) in files() {
        let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
        assert_eq!(keys, [&name]);
    }
}

#[test]
fn the_workspace_can_be_published() {
    let snapshot = Snapshot::new(document(), 1).unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    });
    assert_eq!(snapshot.document.knowledge.articles.len(), 26);
    assert_eq!(snapshot.document.orders.table.len(), 12);
}

#[test]
fn every_system_text_exists_in_the_six_languages_with_the_same_placeholders() {
    let document = document();
    for (key, text) in &document.texts {
        if key == "not_supported_language" {
            continue;
        }
        for language in &document.workspace.languages {
            assert!(text.contains_key(language), "{key} has no {language}");
        }
        let placeholders: BTreeSet<Vec<&str>> = text
            .values()
            .map(|t| {
                let mut names: Vec<&str> =
                    t.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect();
                names.sort_unstable();
                names
            })
            .collect();
        assert_eq!(placeholders.len(), 1, "{key}: {placeholders:?}");
    }
}

#[test]
fn every_status_of_the_order_table_has_a_label_in_the_six_languages() {
    let document = document();
    for order in &document.orders.table {
        let label = &document.orders.status_labels[&order.status];
        assert!(document.workspace.languages.iter().all(|l| label.contains_key(l)));
    }
}

#[test]
fn what_articles_and_tags_refer_to_exists() {
    let document = document();
    let nodes: BTreeSet<&str> = document.flow.nodes.iter().map(|n| n.id.as_str()).collect();
    for article in &document.knowledge.articles {
        assert!(article.then.as_deref().is_none_or(|n| nodes.contains(n)), "{}", article.id);
        assert!(article.q.contains_key("fr") && article.a.contains_key("en"), "{}", article.id);
    }
    for rule in &document.triggers.sensitive {
        assert!(rule.tag.as_ref().is_none_or(|t| document.tags.contains(t)), "{}", rule.topic);
        let first = rule.first.as_ref();
        assert!(first.is_none_or(|t| document.texts.contains_key(t)), "{}", rule.topic);
    }
}
