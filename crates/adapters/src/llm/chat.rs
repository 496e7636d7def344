//! Chat completions as OpenAI speaks them, and whoever speaks like it: Mistral, Azure OpenAI,
//! Ollama, vLLM and others. How strictly the shape of an answer can be asked for is learnt from
//! the first refusal; it is checked by us in any case.

use super::{exchange, post, status};
use crate::http::{Call, Egress};
use crate::secret::Secret;
use async_trait::async_trait;
use parking_lot::Mutex;
use relais_app::model::{Prompt, Provider};
use relais_app::port::model::{Errand, Model, ModelError, Said, Tokens};
use reqwest::header::{HeaderName, HeaderValue};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// How the shape of an answer is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Strictness {
    Schema,
    Object,
    /// In words only.
    Words,
}

#[derive(Debug)]
pub(super) struct Chat {
    egress: Egress,
    provider: Provider,
    url: String,
    model: String,
    key: Secret,
    strictness: Mutex<Strictness>,
}

impl Chat {
    pub(super) fn new(
        egress: Egress,
        provider: Provider,
        base: &str,
        model: &str,
        version: Option<&str>,
        key: Secret,
    ) -> Self {
        let url = match (provider, version) {
            (Provider::Azure, Some(version)) => {
                format!("{base}/openai/deployments/{model}/chat/completions?api-version={version}")
            }
            _ => format!("{base}/chat/completions"),
        };
        let strictness = Mutex::new(Strictness::Schema);
        Self { egress, provider, url, model: model.to_owned(), key, strictness }
    }

    fn call(&self, body: &Value, limit: Duration) -> Call {
        let call = post(&self.url, body, limit);
        if self.key.expose().is_empty() {
            return call;
        }
        if self.provider != Provider::Azure {
            return call.bearer(&self.key);
        }
        // A key that cannot be a header value is left out: the provider then says 401.
        match HeaderValue::from_str(self.key.expose()) {
            Ok(mut value) => {
                value.set_sensitive(true);
                call.header(HeaderName::from_static("api-key"), value)
            }
            Err(_) => call,
        }
    }
}

#[async_trait]
impl Model for Chat {
    async fn ask(&self, errand: &Errand, limit: Duration) -> Result<Said, ModelError> {
        let (prompt, began) = (errand.prompt(), Instant::now());
        loop {
            let strictness = *self.strictness.lock();
            let body = to_wire(&prompt, self.provider, &self.model, strictness);
            let left = limit.saturating_sub(began.elapsed());
            let answer = exchange(&self.egress, self.call(&body, left)).await;
            let weaker = match strictness {
                Strictness::Schema => Some(Strictness::Object),
                Strictness::Object => Some(Strictness::Words),
                Strictness::Words => None,
            };
            match (answer, weaker) {
                (Err(error), Some(weaker)) if status::is_about_shape(&error) => {
                    *self.strictness.lock() = weaker;
                }
                (answer, _) => return from_wire(&answer?),
            }
        }
    }
}

pub(super) fn to_wire(
    prompt: &Prompt,
    provider: Provider,
    model: &str,
    strictness: Strictness,
) -> Value {
    let mut body = json!({
        "model": model,
        "messages": [
            { "role": "system", "content": prompt.system },
            { "role": "user", "content": prompt.data },
        ],
        "stream": false,
    });
    // The reasoning models of one know only the new name, the others only the old one.
    let most = match provider {
        Provider::Openai | Provider::Azure => "max_completion_tokens",
        _ => "max_tokens",
    };
    body[most] = json!(prompt.most_tokens);
    if provider == Provider::Openai {
        body["store"] = json!(false);
    }
    match strictness {
        Strictness::Schema => {
            body["response_format"] = json!({
                "type": "json_schema",
                "json_schema": {
                    "name": prompt.shape.name, "strict": true, "schema": prompt.shape.schema,
                },
            });
        }
        Strictness::Object => body["response_format"] = json!({ "type": "json_object" }),
        Strictness::Words => {}
    }
    body
}

pub(super) fn from_wire(body: &Value) -> Result<Said, ModelError> {
    let message = &body["choices"][0]["message"];
    let text = message["content"].as_str().ok_or(ModelError::Nonsense)?;
    let count = |name: &str| body["usage"][name].as_u64().unwrap_or(0);
    Ok(Said {
        text: text.to_owned(),
        tokens: Tokens { input: count("prompt_tokens"), output: count("completion_tokens") },
    })
}
