//! The words of a voice message: its file is fetched by the usual job; who wants to hear it waits
//! for that, within the turn's time.

use super::MediaState;
use crate::port::helpers::Recording;
use crate::port::model::ModelError;
use crate::service::Service;
use relais_core::id::MessageId;
use std::time::Duration;
use tokio::io::AsyncReadExt as _;

/// The largest voice message a provider takes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// Another node may be the one that fetches it.
const LOOK_AGAIN: Duration = Duration::from_millis(200);
/// Most characters of a transcript: what a customer could type.
const LONGEST: usize = 4_096;

impl Service {
    /// What is said in a voice message.
    pub(crate) async fn listen(
        &self,
        media_id: Option<&str>,
        message: Option<MessageId>,
        hint: Option<&str>,
        limit: Duration,
    ) -> Result<String, ModelError> {
        let ears = self.helpers().ears.ok_or(ModelError::Off)?;
        let began = tokio::time::Instant::now();
        let stored = match message.filter(|_| ears.needs_file()) {
            Some(message) => Some(self.recording(message).await?),
            None => None,
        };
        let (file, mime) = stored.as_ref().map_or((None, ""), |(f, m)| (Some(f.as_slice()), m));
        let left = limit.saturating_sub(began.elapsed());
        let recording = Recording { media_id, file, mime };
        let heard = self.patience().wait(left, ears.transcribe(recording, hint, left)).await;
        let text = heard.ok_or(ModelError::Late)??;
        let plain = text.chars().filter(|c| !c.is_control() || *c == '\n').take(LONGEST);
        Ok(plain.collect::<String>().trim().to_owned())
    }

    /// The file of a message once it is there.
    async fn recording(&self, message: MessageId) -> Result<(Vec<u8>, String), ModelError> {
        let mut hints = self.hints();
        loop {
            let row = self.store().media(message).await.map_err(|_| ModelError::Nonsense)?;
            let row = row.ok_or(ModelError::NotFound)?;
            match row.state {
                MediaState::Stored => {
                    let file = self.media_file(&row).await.ok().flatten();
                    let file = file.ok_or(ModelError::NotFound)?;
                    let mut bytes = Vec::new();
                    let read = file.take(MOST_BYTES + 1).read_to_end(&mut bytes).await;
                    if read.is_err() || bytes.len() as u64 > MOST_BYTES {
                        return Err(ModelError::TooLarge);
                    }
                    return Ok((bytes, row.mime.unwrap_or_default()));
                }
                MediaState::Waiting => {}
                MediaState::Failed | MediaState::Removed => return Err(ModelError::NotFound),
            }
            // Either something changed, or it is time to look again.
            let _ = tokio::time::timeout(LOOK_AGAIN, hints.recv()).await;
        }
    }
}
