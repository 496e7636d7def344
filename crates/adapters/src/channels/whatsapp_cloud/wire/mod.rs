//! The envelope of a webhook body, cut into its objects without interpreting them.

mod depth;
mod view;

pub(crate) use depth::too_deep;
pub(crate) use view::{View, parse};

use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;

/// Lists are kept as raw text, element by element, so that one bad element harms no other.
#[derive(Debug, Deserialize)]
pub(crate) struct Body<'a> {
    #[serde(borrow, default)]
    pub(crate) object: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) entry: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Entry<'a> {
    #[serde(borrow, default)]
    pub(crate) id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) time: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) changes: Option<&'a RawValue>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Change<'a> {
    #[serde(borrow, default)]
    pub(crate) field: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) value: Option<&'a RawValue>,
}

/// The members of `value` that hold objects of their own; what else there is stays in its raw text.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct ChangeValue<'a> {
    #[serde(borrow, default)]
    pub(crate) metadata: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) contacts: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) messages: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) statuses: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) message_echoes: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) standby: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) user_id_update: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) user_preferences: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) calls: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) history: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) errors: Option<&'a RawValue>,
}

/// One element of `history[]`.
#[derive(Debug, Deserialize)]
pub(crate) struct Chunk<'a> {
    #[serde(borrow, default)]
    pub(crate) threads: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) errors: Option<&'a RawValue>,
}

/// One element of `threads[]`.
#[derive(Debug, Deserialize)]
pub(crate) struct ThreadParts<'a> {
    #[serde(borrow, default)]
    pub(crate) id: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(crate) messages: Option<&'a RawValue>,
}

/// Elements of a raw list; a lone object counts as a list of one, `null` as empty.
pub(crate) fn elements(raw: Option<&RawValue>) -> Result<Vec<&RawValue>, &RawValue> {
    let Some(raw) = raw else { return Ok(Vec::new()) };
    match raw.get().as_bytes().first() {
        Some(b'[') => serde_json::from_str(raw.get()).map_err(|_| raw),
        Some(b'{') => Ok(vec![raw]),
        Some(b'n') => Ok(Vec::new()),
        _ => Err(raw),
    }
}

/// The kind and place of a syntax error, without quoting the content.
pub(crate) fn why(error: &serde_json::Error) -> String {
    format!("JSON error at column {}", error.column())
}

/// A raw scalar as text, whether it was a string or a number.
pub(crate) fn scalar(raw: Option<&RawValue>) -> Option<String> {
    let value = parse(raw?.get()).ok()?;
    View(&value).word()
}

/// The text between quotes when it needs no unescaping, which is nearly always.
pub(crate) fn plain(raw: Option<&RawValue>) -> Option<Cow<'_, str>> {
    let text = raw?.get();
    match text.strip_prefix('"').and_then(|t| t.strip_suffix('"')) {
        Some(inner) if !inner.contains('\\') => Some(Cow::Borrowed(inner)),
        _ => scalar(raw).map(Cow::Owned),
    }
}
