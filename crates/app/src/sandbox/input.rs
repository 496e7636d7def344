//! Reading an operation's input: what is missing or wrong is said, what is not known is ignored.

use super::SandboxError;
use relais_core::time::{Span, Timestamp};
use serde_json::{Map, Value};

pub(super) struct Input(Map<String, Value>);

type Read<T> = Result<T, SandboxError>;

impl Input {
    pub fn new(value: Value) -> Read<Self> {
        match value {
            Value::Object(map) => Ok(Self(map)),
            Value::Null => Ok(Self(Map::new())),
            _ => Err(SandboxError::invalid("the body must be a JSON object")),
        }
    }

    /// A field that is there and not null.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.0.get(key).filter(|v| !v.is_null())
    }

    pub fn text(&self, key: &str) -> Read<&str> {
        let found = self.optional_text(key)?;
        found.ok_or_else(|| SandboxError::invalid(format!("`{key}` is missing")))
    }

    pub fn optional_text(&self, key: &str) -> Read<Option<&str>> {
        match self.get(key) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(SandboxError::invalid(format!("`{key}` must be a string"))),
        }
    }

    /// A text that says something.
    pub fn words(&self, key: &str) -> Read<&str> {
        let text = self.text(key)?;
        if text.trim().is_empty() {
            return Err(SandboxError::invalid(format!("`{key}` is empty")));
        }
        Ok(text)
    }

    pub fn time(&self, key: &str) -> Read<Timestamp> {
        let found = self.optional_time(key)?;
        found.ok_or_else(|| SandboxError::invalid(format!("`{key}` is missing")))
    }

    pub fn optional_time(&self, key: &str) -> Read<Option<Timestamp>> {
        let Some(text) = self.optional_text(key)? else { return Ok(None) };
        let at = text.parse().map_err(|e| {
            SandboxError::invalid(format!("`{key}` is not an RFC 3339 time ({text}): {e}"))
        })?;
        Ok(Some(at))
    }

    /// ISO 8601: `PT10M`, `P1D`, `P1DT2H`; a day has 24 hours here.
    pub fn duration(&self, key: &str) -> Read<Span> {
        let text = self.text(key)?;
        let wrong = |e: &dyn std::fmt::Display| {
            SandboxError::invalid(format!("`{key}` is not an ISO 8601 duration ({text}): {e}"))
        };
        let span: jiff::Span = text.parse().map_err(|e| wrong(&e))?;
        let length =
            span.to_duration(jiff::SpanRelativeTo::days_are_24_hours()).map_err(|e| wrong(&e))?;
        let micros = i64::try_from(length.as_micros()).map_err(|e| wrong(&e))?;
        if micros < 0 {
            return Err(wrong(&"time only goes forward"));
        }
        Ok(Span::micros(micros))
    }

    /// A phone number in international form; spaces and signs between digits do not matter.
    pub fn phone(&self, key: &str) -> Read<String> {
        let text = self.text(key)?;
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        let has_only_signs = text
            .chars()
            .enumerate()
            .all(|(i, c)| c.is_ascii_digit() || " -.()".contains(c) || (c == '+' && i == 0));
        if !text.starts_with('+') || !has_only_signs || !(6..=15).contains(&digits.len()) {
            return Err(SandboxError::invalid(format!(
                "`{key}` must be a phone number like +33639980101, and is `{text}`"
            )));
        }
        Ok(format!("+{digits}"))
    }

    pub fn number(&self, key: &str) -> Read<Option<f64>> {
        match self.get(key) {
            None => Ok(None),
            Some(value) => value
                .as_f64()
                .map(Some)
                .ok_or_else(|| SandboxError::invalid(format!("`{key}` must be a number"))),
        }
    }

    /// A cursor: nothing means from the beginning.
    pub fn after(&self) -> Read<i64> {
        match self.get("after") {
            None => Ok(0),
            Some(value) => value
                .as_i64()
                .ok_or_else(|| SandboxError::invalid("`after` must be a whole number")),
        }
    }

    /// One of a few words.
    pub fn one_of(&self, key: &str, words: &[&str], otherwise: Option<&str>) -> Read<String> {
        let Some(text) = self.optional_text(key)?.or(otherwise) else {
            return Err(SandboxError::invalid(format!(
                "`{key}` is missing (one of {})",
                words.join(", ")
            )));
        };
        if !words.contains(&text) {
            return Err(SandboxError::invalid(format!(
                "`{key}` must be one of {}, and is `{text}`",
                words.join(", ")
            )));
        }
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn input(value: Value) -> Input {
        Input::new(value).unwrap()
    }

    #[test]
    fn durations_are_iso_and_go_forward() {
        let read = |text: &str| input(json!({ "advance": text })).duration("advance");
        assert_eq!(read("PT10M"), Ok(Span::minutes(10)));
        assert_eq!(read("P1DT2H"), Ok(Span::hours(26)));
        assert_eq!(read("PT0.5S"), Ok(Span::millis(500)));
        assert_eq!(read("-PT1S").unwrap_err().code, "invalid");
        assert_eq!(read("ten minutes").unwrap_err().status, 400);
    }

    #[test]
    fn phones_are_read_as_people_write_them() {
        let read = |text: &str| input(json!({ "from": text })).phone("from");
        assert_eq!(read("+33 6 39 98 01-01").unwrap(), "+33639980101");
        for wrong in ["0639980101", "+33", "+33abc123456", "+33+639980101", ""] {
            assert_eq!(read(wrong).unwrap_err().code, "invalid", "{wrong}");
        }
    }
}
