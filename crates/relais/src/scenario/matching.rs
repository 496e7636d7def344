//! Whether a value is the expected one. Maps are compared key by key (further keys are ignored),
//! lists whole; a map with one operator says more: `{includes: x}`, `{contains: "…"}`,
//! `{one_of: […]}`, `{not: x}`, `{at_least: n}`, `{at_most: n}`.

use serde_json::{Map, Value};

/// What differs, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub at: String,
    pub expected: String,
    pub actual: String,
}

pub fn compare(at: &str, expected: &Value, actual: &Value) -> Vec<Difference> {
    if let Value::Object(map) = expected {
        if let Some(holds) = operator(map, actual) {
            return if holds { Vec::new() } else { vec![difference(at, expected, actual)] };
        }
        let Value::Object(found) = actual else { return vec![difference(at, expected, actual)] };
        return map
            .iter()
            .flat_map(|(key, value)| {
                let at = if at.is_empty() { key.clone() } else { format!("{at}.{key}") };
                match found.get(key) {
                    Some(actual) => compare(&at, value, actual),
                    None => vec![Difference {
                        at,
                        expected: value.to_string(),
                        actual: "no such field".to_owned(),
                    }],
                }
            })
            .collect();
    }
    if let (Value::Array(expected_items), Value::Array(items)) = (expected, actual)
        && expected_items.len() == items.len()
    {
        return expected_items
            .iter()
            .zip(items)
            .enumerate()
            .flat_map(|(n, (e, a))| compare(&format!("{at}[{n}]"), e, a))
            .collect();
    }
    if same(expected, actual) { Vec::new() } else { vec![difference(at, expected, actual)] }
}

fn same(expected: &Value, actual: &Value) -> bool {
    match (expected.as_f64(), actual.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() < 1e-6,
        _ => expected == actual,
    }
}

fn operator(map: &Map<String, Value>, actual: &Value) -> Option<bool> {
    let (name, operand) = map.iter().next().filter(|_| map.len() == 1)?;
    let is = |expected: &Value| compare("", expected, actual).is_empty();
    let number = |of: &Value| of.as_f64();
    Some(match name.as_str() {
        "includes" => {
            let items = actual.as_array().map_or(&[][..], Vec::as_slice);
            items.iter().any(|item| compare("", operand, item).is_empty())
        }
        "excludes" => {
            let items = actual.as_array().map_or(&[][..], Vec::as_slice);
            !items.iter().any(|item| compare("", operand, item).is_empty())
        }
        "contains" => {
            let (Some(part), Some(text)) = (operand.as_str(), actual.as_str()) else {
                return Some(false);
            };
            text.contains(part)
        }
        "one_of" => operand.as_array()?.iter().any(is),
        "not" => !is(operand),
        "at_least" => number(actual).zip(number(operand)).is_some_and(|(a, b)| a >= b),
        "at_most" => number(actual).zip(number(operand)).is_some_and(|(a, b)| a <= b),
        _ => return None,
    })
}

fn difference(at: &str, expected: &Value, actual: &Value) -> Difference {
    Difference { at: at.to_owned(), expected: shown(expected), actual: shown(actual) }
}

fn shown(value: &Value) -> String {
    value.to_string().chars().take(400).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn maps_are_compared_key_by_key_and_lists_whole() {
        let actual = json!({"state": "queued", "reasons": ["keyword", "vip"], "tier": 2});
        assert!(compare("", &json!({"state": "queued"}), &actual).is_empty());
        let found = compare("", &json!({"state": "bot", "reasons": ["keyword"]}), &actual);
        assert_eq!(found.len(), 2);
        let state = found.iter().find(|d| d.at == "state").unwrap();
        assert_eq!((state.expected.as_str(), state.actual.as_str()), ("\"bot\"", "\"queued\""));
        assert_eq!(compare("", &json!({"no": null}), &actual)[0].actual, "no such field");
    }

    #[test]
    fn operators_say_more_than_equality() {
        for (expected, actual, holds) in [
            (json!({"includes": "vip"}), json!(["keyword", "vip"]), true),
            (json!({"includes": {"by": "bot"}}), json!([{"by": "agent"}]), false),
            (json!({"excludes": "vip"}), json!(["vip"]), false),
            (json!({"contains": "lampe"}), json!("ma lampe"), true),
            (json!({"one_of": ["a", "b"]}), json!("c"), false),
            (json!({"not": null}), json!("x"), true),
            (json!({"at_least": 2}), json!(1.5), false),
            (json!({"at_most": 2}), json!(2), true),
            (json!(1), json!(1.0), true),
        ] {
            assert_eq!(compare("", &expected, &actual).is_empty(), holds, "{expected} {actual}");
        }
    }
}
