//! Speech to text as Whisper's servers speak it: one file goes up, its words come back.

use super::exchange;
use crate::http::{Call, Egress, Method};
use crate::secret::Secret;
use async_trait::async_trait;
use bytes::Bytes;
use relais_app::model::Speech;
use relais_app::port::helpers::{Recording, SpeechToText};
use relais_app::port::model::ModelError;
use std::time::Duration;

/// Parts are told apart by this; it cannot occur in an audio file by accident.
const BOUNDARY: &str = "relais-7d1f0c2e9a4b5c6d8e3f";

#[derive(Debug)]
pub(super) struct Whisper {
    egress: Egress,
    url: String,
    model: String,
    key: Secret,
}

impl Whisper {
    pub(super) fn new(egress: Egress, speech: &Speech, key: Secret) -> Self {
        let base = speech.base_url.trim_end_matches('/');
        let url = format!("{base}/audio/transcriptions");
        Self { egress, url, model: speech.model.clone(), key }
    }
}

#[async_trait]
impl SpeechToText for Whisper {
    async fn transcribe(
        &self,
        recording: Recording<'_>,
        hint: Option<&str>,
        limit: Duration,
    ) -> Result<String, ModelError> {
        let file = recording.file.ok_or(ModelError::NotFound)?;
        let parts = to_wire(file, recording.mime, &self.model, hint);
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let mut call = Call::new(Method::POST, &self.url).parts(&kind, parts).within(limit);
        if !self.key.expose().is_empty() {
            call = call.bearer(&self.key);
        }
        let answer = exchange(&self.egress, call).await?;
        answer["text"].as_str().map(str::to_owned).ok_or(ModelError::Nonsense)
    }
}

/// The form; servers tell the format by the name's ending.
pub(super) fn to_wire(file: &[u8], mime: &str, model: &str, hint: Option<&str>) -> Vec<Bytes> {
    let ending = match mime.split(';').next().unwrap_or_default().trim() {
        "audio/mpeg" => "mp3",
        "audio/mp4" | "audio/aac" => "m4a",
        "audio/amr" => "amr",
        "audio/wav" | "audio/x-wav" => "wav",
        _ => "ogg",
    };
    let mut head = String::new();
    let mut field = |name: &str, value: &str| {
        head.push_str(&format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        ));
    };
    field("model", model);
    field("response_format", "json");
    let is_code = |h: &&str| h.len() == 2 && h.bytes().all(|b| b.is_ascii_lowercase());
    if let Some(language) = hint.filter(is_code) {
        field("language", language);
    }
    head.push_str(&format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; \
         filename=\"voice.{ending}\"\r\ncontent-type: application/octet-stream\r\n\r\n"
    ));
    vec![head.into(), Bytes::copy_from_slice(file), format!("\r\n--{BOUNDARY}--\r\n").into()]
}
