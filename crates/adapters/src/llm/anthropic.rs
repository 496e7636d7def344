//! Messages as Anthropic speaks them. Sampling parameters and begun answers are never sent: newer
//! versions refuse them.

use super::{exchange, post, status};
use crate::http::{Call, Egress};
use crate::secret::Secret;
use async_trait::async_trait;
use relais_app::model::Prompt;
use relais_app::port::model::{Errand, Model, ModelError, Said, Tokens};
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// The version whose fields are used; another one by `api_version`.
const VERSION: &str = "2023-06-01";

#[derive(Debug)]
pub(super) struct Anthropic {
    egress: Egress,
    url: String,
    model: String,
    version: String,
    key: Secret,
    /// It takes the shape of an answer as a schema.
    takes_schema: AtomicBool,
}

impl Anthropic {
    pub(super) fn new(
        egress: Egress,
        base: &str,
        model: &str,
        version: Option<&str>,
        key: Secret,
    ) -> Self {
        Self {
            egress,
            url: format!("{base}/messages"),
            model: model.to_owned(),
            version: version.filter(|v| !v.is_empty()).unwrap_or(VERSION).to_owned(),
            key,
            takes_schema: AtomicBool::new(true),
        }
    }

    fn call(&self, body: &Value, limit: Duration) -> Call {
        let mut call = post(&self.url, body, limit);
        if let Ok(version) = HeaderValue::from_str(&self.version) {
            call = call.header(HeaderName::from_static("anthropic-version"), version);
        }
        // A key that cannot be a header value is left out: the provider then says 401.
        if let Ok(mut key) = HeaderValue::from_str(self.key.expose()) {
            key.set_sensitive(true);
            call = call.header(HeaderName::from_static("x-api-key"), key);
        }
        call
    }
}

#[async_trait]
impl Model for Anthropic {
    async fn ask(&self, errand: &Errand, limit: Duration) -> Result<Said, ModelError> {
        let (prompt, began) = (errand.prompt(), Instant::now());
        let with_schema = self.takes_schema.load(Ordering::Relaxed);
        let body = to_wire(&prompt, &self.model, with_schema);
        let mut answer = exchange(&self.egress, self.call(&body, limit)).await;
        if with_schema && answer.as_ref().is_err_and(status::is_about_shape) {
            self.takes_schema.store(false, Ordering::Relaxed);
            let body = to_wire(&prompt, &self.model, false);
            let left = limit.saturating_sub(began.elapsed());
            answer = exchange(&self.egress, self.call(&body, left)).await;
        }
        from_wire(&answer?)
    }
}

pub(super) fn to_wire(prompt: &Prompt, model: &str, with_schema: bool) -> Value {
    let mut body = json!({
        "model": model,
        "max_tokens": prompt.most_tokens,
        "system": prompt.system,
        "messages": [{ "role": "user", "content": prompt.data }],
    });
    if with_schema {
        body["output_config"] =
            json!({ "format": { "type": "json_schema", "schema": prompt.shape.schema } });
    }
    body
}

pub(super) fn from_wire(body: &Value) -> Result<Said, ModelError> {
    let blocks = body["content"].as_array().ok_or(ModelError::Nonsense)?;
    let texts = blocks.iter().filter(|b| b["type"] == "text").filter_map(|b| b["text"].as_str());
    let text: String = texts.collect();
    if text.is_empty() {
        return Err(ModelError::Nonsense);
    }
    let count = |name: &str| body["usage"][name].as_u64().unwrap_or(0);
    Ok(Said {
        text,
        tokens: Tokens { input: count("input_tokens"), output: count("output_tokens") },
    })
}
