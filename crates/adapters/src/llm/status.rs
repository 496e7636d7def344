//! What a provider's refusal means. Its own words are cut short and kept plain: they are shown to
//! an admin.

use relais_app::port::model::ModelError;
use serde_json::Value;

const WORDS: usize = 200;

pub(super) fn error(status: u16, body: &[u8]) -> ModelError {
    match status {
        401 | 403 => ModelError::Key,
        404 => ModelError::NotFound,
        402 | 429 | 529 => ModelError::Busy,
        500..=599 => ModelError::Unreachable(format!("status {status}")),
        _ => ModelError::Refused(words(status, body)),
    }
}

/// Does it refuse the shape of the answer that was asked for, or a field it does not know?
pub(super) fn is_about_shape(error: &ModelError) -> bool {
    let ModelError::Refused(words) = error else { return false };
    let words = words.to_lowercase();
    ["response_format", "json_schema", "output_config", "schema", "format", "unknown", "extra"]
        .iter()
        .any(|word| words.contains(word))
}

fn words(status: u16, body: &[u8]) -> String {
    let parsed: Option<Value> = serde_json::from_slice(body).ok();
    let said = parsed.as_ref().and_then(|v| {
        let error = v.get("error").unwrap_or(v);
        let message = error.get("message").or_else(|| v.get("detail")).unwrap_or(error);
        message.as_str().map(str::to_owned).or_else(|| Some(message.to_string()))
    });
    let plain: String =
        said.unwrap_or_default().chars().filter(|c| !c.is_control()).take(WORDS).collect();
    format!("status {status} {plain}").trim_end().to_owned()
}
