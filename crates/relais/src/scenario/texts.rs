//! Whether a message that reached the customer is the text a scenario names.

use super::format::{Bubble, Detailed};
use relais_core::workspace::{Document, PerLanguage};
use serde_json::Value;
use std::collections::BTreeMap;

/// How answers are compared: word for word, or, with a model at work, by the facts in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    Exact,
    Facts,
}

/// The expectation a [`Bubble`] stands for; an error names what the workspace does not have.
pub fn expectation(bubble: &Bubble, document: &Document) -> Result<Detailed, String> {
    let detailed = match bubble {
        Bubble::Detailed(detailed) => (**detailed).clone(),
        Bubble::Named(name) if document.texts.contains_key(name) => {
            Detailed { text: Some(name.clone()), ..Detailed::default() }
        }
        Bubble::Named(name) => Detailed { article: Some(name.clone()), ..Detailed::default() },
    };
    if let Some(key) = &detailed.text
        && !document.texts.contains_key(key)
    {
        return Err(format!("the workspace has no text `{key}`"));
    }
    if let Some(id) = &detailed.article
        && !document.knowledge.articles.iter().any(|a| a.id == *id)
    {
        return Err(format!("the workspace has neither text nor article `{id}`"));
    }
    Ok(detailed)
}

/// Why a message is not the expected one; nothing when it is.
pub fn mismatch(
    expected: &Detailed,
    message: &Value,
    language: &str,
    document: &Document,
    wording: Wording,
) -> Option<String> {
    let text = message["text"].as_str().unwrap_or_default();
    let language = expected.language.as_deref().unwrap_or(language);
    let body = without_footer(text, document);
    if let Some(key) = &expected.text {
        let template = pick(&document.texts[key], language, document)?;
        if !fits(template, &expected.with, body) && !fits(template, &expected.with, text) {
            return Some(format!("{key} ({language}): {template}"));
        }
    }
    if let Some(id) = &expected.article {
        let article = document.knowledge.articles.iter().find(|a| a.id == *id)?;
        let answer = pick(&article.a, language, document)?;
        let is_it = match wording {
            Wording::Exact => body == answer,
            Wording::Facts => facts(answer).all(|fact| body.contains(fact)),
        };
        if !is_it {
            return Some(format!("{id} ({language}): {answer}"));
        }
    }
    if let Some(exactly) = &expected.exactly
        && text != exactly
    {
        return Some(exactly.clone());
    }
    if let Some(part) = expected.contains.iter().find(|part| !text.contains(part.as_str())) {
        return Some(format!("a text with « {part} »"));
    }
    if let Some(part) = expected.lacks.iter().find(|part| text.contains(part.as_str())) {
        return Some(format!("a text without « {part} »"));
    }
    if let Some(titles) = &expected.buttons {
        let found: Vec<&str> = buttons(message).map(|(_, title)| title).collect();
        if found != titles.iter().map(String::as_str).collect::<Vec<_>>() {
            return Some(format!("the buttons {titles:?}, not {found:?}"));
        }
    }
    if let Some(by) = &expected.by
        && message["by"] != Value::String(by.clone())
    {
        return Some(format!("a message by {by}, not {}", message["by"]));
    }
    if let Some(template) = &expected.template
        && message["template"] != Value::String(template.clone())
    {
        return Some(format!("the template {template}, not {}", message["template"]));
    }
    None
}

/// The text without the line that ends every step; it stands in the customer's language, also
/// under an answer that exists in fewer languages.
fn without_footer<'a>(text: &'a str, document: &Document) -> &'a str {
    let mut footers = document.texts.get("step_end").into_iter().flat_map(|t| t.values());
    footers
        .find_map(|footer| text.strip_suffix(footer.as_str())?.strip_suffix("\n\n"))
        .unwrap_or(text)
}

/// Buttons or rows of a message: id and title.
pub fn buttons(message: &Value) -> impl Iterator<Item = (&str, &str)> {
    let list = message["buttons"].as_array().map_or(&[][..], Vec::as_slice);
    list.iter().filter_map(|b| Some((b["id"].as_str()?, b["title"].as_str()?)))
}

fn pick<'a>(of: &'a PerLanguage<String>, language: &str, document: &Document) -> Option<&'a str> {
    of.get(language)
        .or_else(|| of.get(&document.workspace.fallback_language))
        .or_else(|| of.values().next())
        .map(String::as_str)
}

/// The text is the template with its placeholders filled. A sentence whose value is given as `null`
/// is missing; one whose value is not given may be.
fn fits(template: &str, with: &BTreeMap<String, Option<String>>, text: &str) -> bool {
    let names = |sentence: &str, name: &str| sentence.contains(&format!("{{{name}}}"));
    let is_left_out =
        |sentence: &str| with.iter().any(|(name, v)| v.is_none() && names(sentence, name));
    let given: Vec<(&String, &String)> =
        with.iter().filter_map(|(name, value)| Some((name, value.as_ref()?))).collect();
    let (mut sentences, mut open) = (Vec::new(), Vec::new());
    for sentence in template.split_inclusive(". ").filter(|s| !is_left_out(s)) {
        if sentence.contains('{') && !given.iter().any(|(name, _)| names(sentence, name)) {
            open.push(sentences.len());
        }
        sentences.push(given.iter().fold(sentence.to_owned(), |filled, (name, value)| {
            filled.replace(&format!("{{{name}}}"), value)
        }));
    }
    // Texts have a handful of sentences; every choice of the open ones is tried.
    (0..1_u32 << open.len().min(8)).any(|missing| {
        let is_missing = |n: usize| {
            open.iter().position(|&o| o == n).is_some_and(|bit| missing & (1 << bit) != 0)
        };
        let kept = sentences.iter().enumerate().filter(|(n, _)| !is_missing(*n));
        let pattern: String = kept.map(|(_, sentence)| sentence.as_str()).collect();
        !pattern.is_empty() && is_like(pattern.trim_end(), text)
    })
}

/// Placeholders left in the pattern stand for anything.
fn is_like(pattern: &str, text: &str) -> bool {
    let mut literals: Vec<&str> = Vec::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once('{') {
        literals.push(before);
        rest = after.split_once('}').map_or("", |(_, tail)| tail);
    }
    if literals.is_empty() {
        return pattern == text;
    }
    let Some(mut at) = text.strip_prefix(literals[0]) else { return false };
    for literal in &literals[1..] {
        let Some((_, after)) = at.split_once(literal) else { return false };
        at = after;
    }
    at.ends_with(rest)
}

/// Words of an answer that carry a fact: numbers, prices, addresses, links.
fn facts(answer: &str) -> impl Iterator<Item = &str> {
    answer
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | ';'))
        .map(|word| word.trim_matches(|c: char| !c.is_alphanumeric()))
        .filter(|word| word.chars().any(char::is_numeric) || word.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(values: &[(&str, Option<&str>)]) -> BTreeMap<String, Option<String>> {
        values.iter().map(|(k, v)| ((*k).to_owned(), v.map(str::to_owned))).collect()
    }

    const STATUS: &str = "Commande {order} : {status}. Suivi {tracking} → {link}";

    #[test]
    fn placeholders_stand_for_anything_unless_given() {
        let text = "Commande ML-2041 : expédiée. Suivi NX4 → https://x";
        assert!(fits(STATUS, &with(&[]), text));
        assert!(fits(STATUS, &with(&[("order", Some("ML-2041"))]), text));
        assert!(!fits(STATUS, &with(&[("order", Some("ML-2042"))]), text));
        assert!(!fits(STATUS, &with(&[("tracking", None)]), text));
    }

    #[test]
    fn a_sentence_without_its_value_is_left_out() {
        let text = "Commande ML-2042 : en préparation.";
        assert!(fits(STATUS, &with(&[("tracking", None)]), text));
        assert!(!fits(STATUS, &with(&[("tracking", Some("NX4"))]), text));
        assert!(fits(STATUS, &with(&[]), text));
        assert!(!fits(STATUS, &with(&[]), "Commande ML-2042"));
    }

    #[test]
    fn facts_are_what_a_model_must_not_change() {
        let answer = "Oui : express 24 h à 9,90 €. Écrivez à sav@x.example avec le modèle.";
        assert_eq!(facts(answer).collect::<Vec<_>>(), ["24", "9,90", "sav@x.example"]);
    }
}
