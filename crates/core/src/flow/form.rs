//! Forms that a customer fills in inside WhatsApp (WhatsApp Flows): what each field must hold. The
//! provider's screen asks the same engine before it goes on, so that a form and a typed answer are
//! judged alike.

use super::Answer;
use crate::understanding::parse::{self, OrderPattern};
use crate::understanding::text::Text;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most fields of one form, and characters of one value; the rest is not looked at.
pub const MAX_FIELDS: usize = 30;
const MAX_VALUE: usize = 1_000;

/// What a form asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Its name on the provider's screen.
    pub name: String,
    pub answer: Answer,
    /// Key of the text that asks for it where the form cannot be shown. Without one, what may be
    /// left empty is not asked for, and what may not is asked by a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
    /// Where the value is kept; none = in the message only, or, where it is asked for in writing,
    /// under the names of the node and the field.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variable: Option<String>,
    /// May be left empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_optional: bool,
}

impl Field {
    /// Where its answer is kept when it was asked for in writing.
    pub fn kept_as(&self, node: &str) -> String {
        self.variable.clone().unwrap_or_else(|| format!("{node}.{}", self.name))
    }
}

/// A field with what it holds, as the engine writes it (`ml 2041` is `ML-2041`).
pub type Filled<'f> = (&'f Field, String);

/// Reads what was filled in; else the names of the fields that are missing or cannot be read, in
/// the order of the form.
pub fn read<'f>(
    fields: &'f [Field],
    answers: &BTreeMap<String, String>,
    orders: &OrderPattern,
) -> Result<Vec<Filled<'f>>, Vec<&'f str>> {
    let (mut filled, mut wrong) = (Vec::new(), Vec::new());
    for field in fields {
        let given = answers.get(&field.name).map(|v| v.trim()).filter(|v| !v.is_empty());
        match given {
            None if field.is_optional => {}
            None => wrong.push(field.name.as_str()),
            Some(given) => match value(field.answer, given, orders) {
                Some(value) => filled.push((field, value)),
                None => wrong.push(field.name.as_str()),
            },
        }
    }
    if wrong.is_empty() { Ok(filled) } else { Err(wrong) }
}

/// The id a form carries: the flow's version and the node that sent it.
pub fn payload(version: i64, node: &str) -> String {
    format!("{version}|form|{node}")
}

/// Version and node of a form's id; nothing when it is not one of ours.
pub fn of_payload(payload: &str) -> Option<(i64, &str)> {
    let (version, rest) = payload.split_once('|')?;
    Some((version.parse().ok()?, rest.strip_prefix("form|")?))
}

/// What the provider carries for us: the form's id and the message that sent it, so that one form
/// sent twice is two, and nobody can guess another's.
pub fn token(payload: &str, message: &str) -> String {
    format!("{payload}|{message}")
}

/// The form's id and the message that sent it.
pub fn of_token(token: &str) -> Option<(&str, &str)> {
    let (payload, message) = token.rsplit_once('|')?;
    of_payload(payload)?;
    Some((payload, message))
}

fn value(answer: Answer, given: &str, orders: &OrderPattern) -> Option<String> {
    let given: String = given.chars().take(MAX_VALUE).collect();
    let text = Text::new(&given);
    match answer {
        Answer::OrderNumber => parse::order_number(&text, orders, true).map(|n| n.number),
        Answer::Postcode => parse::postcode(&text),
        Answer::Number => parse::number(&text).map(|n| n.to_string()),
        Answer::Email => parse::email(&text),
        Answer::Text => Some(given),
        // A choice of the screen says it in its own words.
        Answer::YesNo | Answer::Solved => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, answer: Answer, is_optional: bool) -> Field {
        Field { name: name.into(), answer, ask: None, variable: None, is_optional }
    }

    fn answers(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn a_token_names_its_form_and_its_message() {
        let own = payload(7, "details|more");
        assert_eq!(of_token(&token(&own, "m1")), Some((own.as_str(), "m1")));
        assert_eq!(of_payload(&own), Some((7, "details|more")));
        for foreign in ["", "unused", "7|menu|x", "x|form|a|m1"] {
            assert_eq!(of_token(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn a_field_is_read_like_a_typed_answer_and_what_is_wrong_is_named() {
        let orders = OrderPattern { prefix: "ML".into(), digits: 4 };
        let fields = [
            field("order", Answer::OrderNumber, false),
            field("mail", Answer::Email, false),
            field("words", Answer::Text, true),
        ];
        let good = answers(&[("order", "ml 2041"), ("mail", " a@b.fr ")]);
        let values: Vec<String> = read(&fields, &good, &orders)
            .expect("all are right")
            .into_iter()
            .map(|(_, value)| value)
            .collect();
        assert_eq!(values, ["ML-2041", "a@b.fr"]);
        let bad = answers(&[("order", "none"), ("words", "hello")]);
        assert_eq!(read(&fields, &bad, &orders), Err(vec!["order", "mail"]));
    }
}
