//! A service of one's own that judges moods, such as an n8n workflow: `{"text", "language"}` goes
//! there, `{"sentiment": "negative", "score": 0.9}` comes back.

use super::{exchange, post};
use crate::http::Egress;
use crate::secret::Secret;
use async_trait::async_trait;
use relais_app::port::model::{Errand, Model, ModelError, Said, Tokens};
use serde_json::json;
use std::time::Duration;

#[derive(Debug)]
pub(super) struct MoodService {
    egress: Egress,
    url: String,
    key: Secret,
}

impl MoodService {
    pub(super) fn new(egress: Egress, url: &str, key: Secret) -> Self {
        Self { egress, url: url.to_owned(), key }
    }
}

#[async_trait]
impl Model for MoodService {
    async fn ask(&self, errand: &Errand, limit: Duration) -> Result<Said, ModelError> {
        let Errand::Sentiment { text, language } = errand else { return Err(ModelError::Off) };
        let body = json!({ "text": text, "language": language });
        let mut call = post(&self.url, &body, limit);
        if !self.key.expose().is_empty() {
            call = call.bearer(&self.key);
        }
        let answer = exchange(&self.egress, call).await?;
        // Workflows like to answer with a list of one.
        let object = answer.as_array().and_then(|list| list.first()).unwrap_or(&answer);
        // It costs nothing here: one token, so that it is not guessed at.
        let tokens = Tokens { input: 0, output: 1 };
        Ok(Said { text: object.to_string(), tokens })
    }
}
