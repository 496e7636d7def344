//! A reader of JSON that never insists: a field of another type than expected counts as absent, or
//! as what it can be turned into (`"17"` for 17). Measured deviations: reference §16.

use serde_json::Value;

/// A JSON value looked at without expectations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct View<'a>(pub(crate) &'a Value);

static NULL: Value = Value::Null;

impl<'a> View<'a> {
    /// The member of that name; `null` if there is none.
    pub(crate) fn at(self, key: &str) -> Self {
        Self(self.0.get(key).unwrap_or(&NULL))
    }

    pub(crate) fn is_object(self) -> bool {
        self.0.is_object()
    }

    pub(crate) fn is_absent(self) -> bool {
        self.0.is_null()
    }

    pub(crate) fn items(self) -> impl Iterator<Item = Self> + use<'a> {
        self.0.as_array().into_iter().flatten().map(View)
    }

    /// Text; numbers as their digits. NUL, which a database may not store, becomes U+FFFD.
    pub(crate) fn text(self) -> Option<String> {
        match self.0 {
            Value::String(s) if s.contains('\0') => Some(s.replace('\0', "\u{fffd}")),
            Value::String(s) => Some(s.clone()),
            Value::Number(n) => Some(n.to_string()),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Text that is not blank.
    pub(crate) fn word(self) -> Option<String> {
        self.text().filter(|t| !t.trim().is_empty())
    }

    pub(crate) fn int(self) -> Option<i64> {
        match self.0 {
            Value::Number(n) => n.as_i64().or_else(|| n.as_f64().map(|f| f as i64)),
            Value::String(s) => s.trim().parse().ok(),
            _ => None,
        }
    }

    pub(crate) fn float(self) -> Option<f64> {
        let value = match self.0 {
            Value::Number(n) => n.as_f64(),
            Value::String(s) => s.trim().parse().ok(),
            _ => None,
        };
        value.filter(|f: &f64| f.is_finite())
    }

    pub(crate) fn flag(self) -> Option<bool> {
        match self.0 {
            Value::Bool(b) => Some(*b),
            Value::String(s) => s.parse().ok(),
            _ => None,
        }
    }
}

/// Parses one object; repairs halves of surrogate pairs, which phones do send, first.
pub(crate) fn parse(raw: &str) -> Result<Value, serde_json::Error> {
    match serde_json::from_str(raw) {
        Ok(value) => Ok(value),
        Err(first) => match repair_surrogates(raw) {
            Some(repaired) => serde_json::from_str(&repaired),
            None => Err(first),
        },
    }
}

/// Replaces every `\uD8xx`–`\uDFxx` escape without its partner by `\uFFFD`.
fn repair_surrogates(raw: &str) -> Option<String> {
    let bytes = raw.as_bytes();
    let escape = |at: usize| -> Option<u32> {
        let hex = raw.get(at..at + 6)?.strip_prefix("\\u")?;
        u32::from_str_radix(hex, 16).ok()
    };
    let (mut out, mut copied, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        let step = match escape(at) {
            Some(0xd800..=0xdbff) if matches!(escape(at + 6), Some(0xdc00..=0xdfff)) => 12,
            Some(0xd800..=0xdfff) => {
                out.push_str(&raw[copied..at]);
                out.push_str("\\ufffd");
                copied = at + 6;
                6
            }
            Some(_) => 6,
            None => 2,
        };
        at += step;
    }
    if copied == 0 {
        return None;
    }
    out.push_str(&raw[copied..]);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_texts_are_read_either_way() {
        let value: Value = serde_json::from_str(
            r#"{"a":"17","b":17,"c":"48.5","d":48.5,"e":"NaN","f":[],"g":"true","h":"inf","z":"a\u0000b"}"#,
        )
        .unwrap();
        let view = View(&value);
        assert_eq!((view.at("a").int(), view.at("b").int()), (Some(17), Some(17)));
        assert_eq!((view.at("c").float(), view.at("d").float()), (Some(48.5), Some(48.5)));
        assert_eq!((view.at("e").float(), view.at("h").float()), (None, None));
        assert_eq!((view.at("b").text().as_deref(), view.at("f").text()), (Some("17"), None));
        assert_eq!(view.at("g").flag(), Some(true));
        assert_eq!(view.at("z").text().as_deref(), Some("a\u{fffd}b"));
        assert!(view.at("nope").at("deeper").is_absent());
    }

    #[test]
    fn half_an_emoji_does_not_lose_the_message() {
        for (raw, expected) in [
            (r#""a\ud83d b""#, "a\u{fffd} b"),
            (r#""\ude00x""#, "\u{fffd}x"),
            (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
            (r#""\\ud83d \ud83d""#, "\\ud83d \u{fffd}"),
            (r#""\ud83d\ude00 fine""#, "\u{1f600} fine"),
            (r#""\ud83d""#, "\u{fffd}"),
        ] {
            assert_eq!(parse(raw).unwrap(), Value::String(expected.into()), "{raw}");
        }
        assert!(parse(r#""é\ud83"#).is_err());
    }
}
