//! The words a workspace adds: keywords that hand over, words of anger.

use crate::understanding::pattern::{COMMON, Grammar, Hit, Reading};
use crate::understanding::text::{Text, fold};
use std::collections::BTreeMap;

/// What a keyword and a word of anger count.
const KEYWORD: f32 = 0.9;
const ANGER: f32 = 0.75;
/// Words that look like a keyword and are their own.
const LOOK_ALIKE: &str = include_str!("rules/look_alike.txt");

#[derive(Debug, Default)]
pub(super) struct Words {
    grammar: Option<Grammar>,
    /// Keywords in the order of their sections `0`, `1`, ….
    keywords: Vec<String>,
}

/// What was found in a message.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) keywords: Vec<(Hit, String)>,
    pub(super) anger: Vec<Hit>,
}

impl Words {
    pub(super) fn new(
        keywords: &BTreeMap<String, Vec<String>>,
        anger: &BTreeMap<String, Vec<String>>,
    ) -> Self {
        let mut rules = String::new();
        let mut names: Vec<String> = Vec::new();
        for keyword in keywords.values().flatten() {
            let Some(pattern) = pattern(keyword) else { continue };
            if names.contains(keyword) {
                continue;
            }
            rules.push_str(&format!("[{}]\n{KEYWORD}~ {pattern}\n", names.len()));
            names.push(keyword.clone());
        }
        rules.push_str("[anger]\n");
        for (language, words) in anger {
            for word in words {
                for form in forms(language, word) {
                    if let Some(pattern) = pattern(&form) {
                        rules.push_str(&format!("{ANGER}~ {pattern}\n"));
                    }
                }
            }
        }
        let has_words = keywords.values().chain(anger.values()).any(|words| !words.is_empty());
        let grammar =
            if has_words { Grammar::parse(&[COMMON, LOOK_ALIKE, &rules]).ok() } else { None };
        Self { grammar, keywords: names }
    }

    pub(super) fn find(&self, text: &Text, reading: &Reading<'_>) -> Found {
        let mut found = Found::default();
        let Some(grammar) = &self.grammar else { return found };
        for mut hit in Reading::new(grammar, text).hits() {
            hit.is_negated |= reading.is_negated(hit.from, hit.to);
            let section = grammar.section_name(hit.section);
            match section.parse::<usize>().ok().and_then(|i| self.keywords.get(i)) {
                Some(keyword) => found.keywords.push((hit, keyword.clone())),
                None => found.anger.push(hit),
            }
        }
        found
    }
}

/// The words of a phrase as a pattern, with all tolerance; nothing when no word is left of it.
fn pattern(phrase: &str) -> Option<String> {
    let words: Vec<String> =
        fold(phrase).split(' ').filter(|w| !w.is_empty()).map(|w| format!("{w}~")).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// The word as it is listed and as it is declined.
fn forms(language: &str, word: &str) -> Vec<String> {
    let word = fold(word);
    let mut forms = vec![word.clone()];
    if word.contains(' ') {
        return forms;
    }
    match language {
        "fr" => {
            if let Some(stem) = word.strip_suffix("eux") {
                forms.extend([format!("{stem}euse"), format!("{stem}euses")]);
            } else if word.ends_with('l') {
                forms.extend([format!("{word}le"), format!("{word}les"), format!("{word}s")]);
            } else if word.ends_with('e') {
                forms.push(format!("{word}s"));
            } else {
                forms.extend([format!("{word}e"), format!("{word}s"), format!("{word}es")]);
            }
        }
        "es" | "pt" | "it" => {
            if let Some(stem) = word.strip_suffix(['o', 'a']) {
                forms.extend(["o", "a", "os", "as"].map(|end| format!("{stem}{end}")));
            } else if word.ends_with(['e', 'z']) {
                forms.push(format!("{word}s"));
            } else if let Some(stem) = word.strip_suffix("vel") {
                forms.push(format!("{stem}veis"));
            } else if word.ends_with('l') {
                forms.push(format!("{word}es"));
            }
        }
        _ => {}
    }
    forms.sort();
    forms.dedup();
    forms
}
