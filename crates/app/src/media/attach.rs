//! Files agents send: kept here under their hash, uploaded to the provider when the message leaves.

use super::{Folder, kind};
use crate::port::channel::SendFile;
use crate::port::store::{ConversationRow, MediaRow, MediaState, OutboxRow, Result, Write};
use crate::service::Service;
use relais_core::id::MessageId;
use relais_core::message::{MediaKind, MediaSource, Outbound};
use std::io;
use tokio::io::AsyncWriteExt as _;

/// The largest file an agent may send. The provider takes larger documents; they would fill our
/// memory on their way.
pub const MOST_ATTACHED: u64 = 20 * 1024 * 1024;
const MIB: u64 = 1024 * 1024;
/// What a browser calls the formats of office programs, all of them archives.
const OFFICE: [(&str, &str); 3] = [
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
];

/// What became of a file to be sent.
#[derive(Debug)]
pub enum Attached {
    /// Under the id its message will have.
    Kept(Box<MediaRow>),
    /// This server keeps no files.
    NoFolder,
    /// More than this kind may have.
    TooLarge {
        most: u64,
    },
    /// Customers' phones could not open it.
    NotAllowed,
    Disk(io::Error),
}

/// How a file is sent, and how large it may be: the provider's limits.
pub fn sent_as(mime: &str) -> Option<(MediaKind, u64)> {
    Some(match mime {
        "image/jpeg" | "image/png" => (MediaKind::Image, 5 * MIB),
        "audio/ogg" | "audio/mpeg" | "audio/aac" | "audio/amr" | "audio/mp4" => {
            (MediaKind::Audio, 16 * MIB)
        }
        "video/mp4" | "video/3gpp" => (MediaKind::Video, 16 * MIB),
        "application/pdf" => (MediaKind::Document, MOST_ATTACHED),
        other if OFFICE.iter().any(|(_, mime)| *mime == other) => {
            (MediaKind::Document, MOST_ATTACHED)
        }
        _ => return None,
    })
}

/// The type by the content; an archive is a document if its name says which.
fn mime_of(head: &[u8], filename: &str) -> &'static str {
    let ending = filename.rsplit('.').next().unwrap_or_default().to_lowercase();
    match OFFICE.iter().find(|(e, _)| *e == ending) {
        Some((_, mime)) if head.starts_with(b"PK\x03\x04") => mime,
        _ => kind::of(head).mime,
    }
}

impl Service {
    /// Keeps a file for a reply in a conversation.
    pub async fn attach(
        &self,
        row: &ConversationRow,
        filename: &str,
        bytes: &[u8],
    ) -> Result<Attached> {
        let Some(folder) = self.folder() else { return Ok(Attached::NoFolder) };
        let head = &bytes[..bytes.len().min(kind::HEAD)];
        let mime = mime_of(head, filename);
        let Some((_, most)) = sent_as(mime) else { return Ok(Attached::NotAllowed) };
        let size = bytes.len() as u64;
        if size > most {
            return Ok(Attached::TooLarge { most });
        }
        let kept = async {
            let mut draft = folder.draft(self.random().name()).await?;
            draft.write_all(bytes).await?;
            folder.keep(draft).await
        };
        let kept = match kept.await {
            Ok(kept) => kept,
            Err(error) => return Ok(Attached::Disk(error)),
        };
        let now = self.clock().now();
        let media = MediaRow {
            message: MessageId::new(now, self.random_bytes()),
            conversation: row.id,
            contact: row.contact,
            channel: row.channel,
            source: String::new(),
            filename: Some(filename.chars().take(200).collect()),
            state: MediaState::Stored,
            hash: Some(kept.hash),
            mime: Some(mime.to_owned()),
            size: i64::try_from(size).ok(),
            is_inline: kept.kind.is_inline,
            failures: 0,
            failed_at: None,
            error: None,
            created_at: now,
        };
        self.store().commit(vec![Write::Media(media.clone())]).await?;
        Ok(Attached::Kept(Box::new(media)))
    }

    /// What a file is sent as, with its caption.
    pub fn as_reply(media: &MediaRow, caption: Option<String>) -> Option<Outbound> {
        let (kind, _) = sent_as(media.mime.as_deref()?)?;
        Some(Outbound::Media {
            kind,
            source: MediaSource::File(media.hash.clone()?),
            caption,
            filename: media.filename.clone(),
        })
    }

    /// The file a message takes along; the error says why it cannot leave.
    pub(crate) async fn file_of(
        &self,
        row: &OutboxRow,
        content: &Outbound,
    ) -> Result<std::result::Result<Option<SendFile>, &'static str>> {
        let Outbound::Media { source: MediaSource::File(_), filename, .. } = content else {
            return Ok(Ok(None));
        };
        let Some(folder) = self.folder() else { return Ok(Err("this server keeps no files")) };
        let Some(media) = self.store().media(row.id).await? else {
            return Ok(Err("its file is gone"));
        };
        // Its hash is another one once it was sealed.
        let Some(hash) = media.hash else { return Ok(Err("its file is gone")) };
        Ok(Ok(Some(SendFile {
            folder: Folder::clone(&folder),
            hash,
            mime: media.mime.unwrap_or_default(),
            filename: filename.clone().unwrap_or_else(|| "file".to_owned()),
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_phone_cannot_open_is_not_sent() {
        assert_eq!(sent_as("image/png").map(|(k, _)| k), Some(MediaKind::Image));
        for mime in ["image/gif", "application/zip", "text/html", "application/octet-stream"] {
            assert_eq!(sent_as(mime), None, "{mime}");
        }
    }

    #[test]
    fn a_name_makes_no_document_of_what_is_none() {
        assert!(mime_of(b"PK\x03\x04x", "devis.DOCX").contains("wordprocessingml"));
        assert_eq!(sent_as(mime_of(b"<html>", "devis.docx")), None);
        assert_eq!(sent_as(mime_of(b"PK\x03\x04x", "devis.zip")), None);
        assert_eq!(mime_of(b"%PDF-1.7", "x.png"), "application/pdf");
    }
}
