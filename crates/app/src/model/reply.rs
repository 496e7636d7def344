//! Reading what a model wrote. It may be anything: only an object with the right fields, within
//! bounds, that names nothing but what was offered, is an answer.

use serde_json::Value;

/// More than any answer needs, in bytes.
const LONGEST: usize = 16_384;

/// The object in a reply; models like to put words or marks around it.
fn object(reply: &str) -> Option<Value> {
    if reply.len() > LONGEST {
        return None;
    }
    let (start, end) = (reply.find('{')?, reply.rfind('}')?);
    let value: Value = serde_json::from_str(reply.get(start..=end)?).ok()?;
    value.is_object().then_some(value)
}

fn text(of: &Value, field: &str) -> Option<String> {
    let text = of.get(field)?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An answer that rests on the articles it was given; anything else is a refusal.
pub(crate) fn composed(reply: &str, articles: &[(String, String)]) -> Option<String> {
    let object = object(reply)?;
    let cites = object.get("cites")?.as_array()?;
    let is_given =
        |id: &Value| id.as_str().is_some_and(|id| articles.iter().any(|(known, _)| known == id));
    (!cites.is_empty() && cites.iter().all(is_given)).then(|| text(&object, "answer")).flatten()
}

/// The option pointed at, or `None` for none of them. `Err`: not an answer.
pub(crate) fn chosen(reply: &str, options: &[(String, String)]) -> Result<Option<String>, ()> {
    let choice = object(reply).and_then(|o| text(&o, "choice")).ok_or(())?;
    if choice == "none" {
        return Ok(None);
    }
    let is_offered = options.iter().any(|(key, _)| *key == choice);
    if is_offered { Ok(Some(choice)) } else { Err(()) }
}

/// How angry, from 0 to 1.
pub(crate) fn anger(reply: &str) -> Option<f32> {
    let object = object(reply)?;
    let mood = object.get("sentiment")?.as_str()?;
    let score = object.get("score").map_or(Some(1.0), Value::as_f64)?;
    if !(0.0..=1.0).contains(&score) {
        return None;
    }
    match mood {
        "negative" => Some(score as f32),
        "neutral" | "positive" => Some(0.0),
        _ => None,
    }
}

pub(crate) fn summary(reply: &str) -> Option<String> {
    text(&object(reply)?, "text")
}

/// Words for an agent and the articles they rest on, as far as those were given.
pub(crate) fn assisted(
    reply: &str,
    articles: &[(String, String)],
) -> Option<(String, Vec<String>)> {
    let object = object(reply)?;
    let cites = object.get("cites").and_then(Value::as_array).cloned().unwrap_or_default();
    let mut named: Vec<String> = Vec::new();
    for id in cites.iter().filter_map(Value::as_str) {
        if articles.iter().any(|(known, _)| known == id) && !named.iter().any(|n| n == id) {
            named.push(id.to_owned());
        }
    }
    Some((text(&object, "text")?, named))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn articles() -> Vec<(String, String)> {
        vec![("FAQ-01".to_owned(), "4,90 €".to_owned())]
    }

    #[test]
    fn an_answer_names_what_it_rests_on() {
        let good = r#"Sure! {"answer": " 4,90 €. ", "cites": ["FAQ-01"]}"#;
        assert_eq!(composed(good, &articles()).as_deref(), Some("4,90 €."));
        for bad in [
            r#"{"answer": "4,90 €", "cites": []}"#,
            r#"{"answer": "4,90 €", "cites": ["FAQ-99"]}"#,
            r#"{"answer": "4,90 €", "cites": ["FAQ-01", "FAQ-99"]}"#,
            r#"{"answer": "4,90 €"}"#,
            r#"{"answer": "", "cites": ["FAQ-01"]}"#,
            r#"{"answer": ["4,90 €"], "cites": ["FAQ-01"]}"#,
            "4,90 €",
            "}{",
            "",
        ] {
            assert_eq!(composed(bad, &articles()), None, "{bad}");
        }
        let long = format!(r#"{{"answer": "{}", "cites": ["FAQ-01"]}}"#, "a".repeat(LONGEST));
        assert_eq!(composed(&long, &articles()), None);
    }

    #[test]
    fn only_what_was_offered_can_be_chosen() {
        let options = articles();
        assert_eq!(chosen(r#"{"choice": "FAQ-01"}"#, &options), Ok(Some("FAQ-01".to_owned())));
        assert_eq!(chosen(r#"{"choice": "none"}"#, &options), Ok(None));
        for bad in [r#"{"choice": "@owner"}"#, r#"{"choice": 1}"#, r"{}", "FAQ-01", ""] {
            assert_eq!(chosen(bad, &options), Err(()), "{bad}");
        }
    }

    #[test]
    fn a_mood_is_a_word_and_a_share() {
        assert_eq!(anger(r#"{"sentiment": "negative", "score": 0.9}"#), Some(0.9));
        assert_eq!(anger(r#"{"sentiment": "negative"}"#), Some(1.0));
        assert_eq!(anger(r#"{"sentiment": "positive", "score": 0.9}"#), Some(0.0));
        for bad in [
            r#"{"sentiment": "negative", "score": 7}"#,
            r#"{"sentiment": "negative", "score": "0.9"}"#,
            r#"{"sentiment": "furious", "score": 1}"#,
            r#"{"score": 1}"#,
            "negative",
        ] {
            assert_eq!(anger(bad), None, "{bad}");
        }
    }
}
