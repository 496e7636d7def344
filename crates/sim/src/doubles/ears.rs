//! Speech-to-text that hears what it was told the recording says.

use super::Calls;
use async_trait::async_trait;
use parking_lot::Mutex;
use relais_app::port::helpers::{HelperError, SpeechToText};
use relais_app::sandbox::Recordings;
use std::collections::BTreeMap;

/// Recordings kept; the oldest are forgotten.
const KEPT: usize = 10_000;

#[derive(Debug, Default)]
pub struct RecordedVoice {
    pub calls: Calls,
    transcripts: Mutex<BTreeMap<String, String>>,
}

impl Recordings for RecordedVoice {
    fn record(&self, media_id: &str, transcript: &str) {
        let mut transcripts = self.transcripts.lock();
        if transcripts.len() >= KEPT {
            transcripts.pop_first();
        }
        transcripts.insert(media_id.to_owned(), transcript.to_owned());
    }
}

#[async_trait]
impl SpeechToText for RecordedVoice {
    async fn transcribe(
        &self,
        media_id: Option<&str>,
        _hint: Option<&str>,
    ) -> Result<String, HelperError> {
        self.calls.next();
        let heard = media_id.and_then(|id| self.transcripts.lock().get(id).cloned());
        heard.ok_or_else(|| HelperError("nothing to hear".into()))
    }
}
