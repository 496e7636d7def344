//! All that is known of a person, written while it is read: a page that anybody can open, data for
//! programs, or both in an archive with the files. A page of a log is the most that is in memory.

mod archive;
mod html;
mod json;

use crate::app::App;
use crate::dto::contact::ContactDetail;
use crate::dto::event::{Event, Reader};
use crate::problem::Problem;
use crate::routes::beside;
use async_trait::async_trait;
use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use relais_app::port::store::{ConversationRow, StoreError};
use relais_core::id::ConversationId;
use relais_core::time::Timestamp;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;
use tokio::sync::mpsc;
use utoipa::ToSchema;

/// Events read at a time.
const PAGE: i64 = 500;
/// Bytes of a chunk, and chunks that wait for whoever reads.
const CHUNK: usize = 64 * 1024;
const AHEAD: usize = 2;

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Format {
    Json,
    Html,
    /// Both, and the files.
    Zip,
}

impl Format {
    pub(crate) fn mime(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Html => "text/html; charset=utf-8",
            Self::Zip => "application/zip",
        }
    }

    pub(crate) fn ending(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Html => "html",
            Self::Zip => "zip",
        }
    }
}

/// A person to be written down.
#[derive(Debug)]
pub(crate) struct Export {
    pub app: Arc<App>,
    pub contact: ContactDetail,
    pub rows: Vec<ConversationRow>,
    /// Those of them whose words and files are not for whoever asks.
    pub masked: BTreeSet<ConversationId>,
    pub now: Timestamp,
}

/// Why writing ended before its end.
#[derive(Debug)]
enum Stop {
    /// Nobody reads any more.
    Gone,
    Failed(String),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<serde_json::Error> for Stop {
    fn from(error: serde_json::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        Self::Failed(format!("{problem:?}"))
    }
}

/// Takes bytes as fast as somebody reads them.
#[async_trait]
trait Sink: Send {
    async fn put(&mut self, bytes: &[u8]) -> Result<(), Stop>;
}

/// How a person is written.
trait Page: Send {
    fn head(&mut self, contact: &ContactDetail, now: Timestamp) -> Result<String, Stop>;
    fn talk(&mut self, row: &ConversationRow, is_masked: bool) -> String;
    fn event(&mut self, event: &Event) -> Result<String, Stop>;
    fn talk_end(&mut self) -> &'static str;
    fn end(&mut self) -> &'static str;
}

/// The export as the body of an answer. What fails half-way breaks the answer off, so that nobody
/// takes a part for the whole.
pub(crate) fn body(export: Export, format: Format) -> Body {
    let (chunks, heard) = mpsc::channel(AHEAD);
    tokio::spawn(async move {
        let mut out = Out { chunks, room: Vec::new() };
        let written = match format {
            Format::Json => export.tell(&mut json::Json::default(), None, &mut out).await,
            Format::Html => export.tell(&mut html::Html { has_files: false }, None, &mut out).await,
            Format::Zip => archive::write(&export, &mut out).await,
        };
        let ended = match written {
            Ok(()) => out.flush().await,
            Err(stop) => Err(stop),
        };
        if let Err(Stop::Failed(why)) = ended {
            tracing::error!(why, "an export broke off");
            // Whoever asked is gone, or sees the end.
            let _ = out.chunks.send(Err(io::Error::other("the export broke off"))).await;
        }
    });
    let next = |mut heard: mpsc::Receiver<_>| async { heard.recv().await.map(|c| (c, heard)) };
    Body::from_stream(stream::unfold(heard, next))
}

impl Export {
    /// Writes the person; the address of a file is the one `files` gives it.
    async fn tell(
        &self,
        page: &mut dyn Page,
        files: Option<archive::Names>,
        out: &mut dyn Sink,
    ) -> Result<(), Stop> {
        out.put(page.head(&self.contact, self.now)?.as_bytes()).await?;
        for row in &self.rows {
            let is_masked = self.masked.contains(&row.id);
            out.put(page.talk(row, is_masked).as_bytes()).await?;
            let (mut after, mut reader) = (0, Reader::default());
            loop {
                let events = self.app.service.store().events(row.id, after, PAGE).await?;
                let Some(last) = events.last() else { break };
                after = last.position;
                let beside = beside(&self.app, row, &events).await?;
                for stored in &events {
                    let event = reader.read(stored, &beside);
                    let mut event = if is_masked { event.masked() } else { event };
                    if let Some(name_of) = files {
                        put_name(&mut event, name_of);
                    }
                    out.put(page.event(&event)?.as_bytes()).await?;
                }
            }
            out.put(page.talk_end().as_bytes()).await?;
        }
        out.put(page.end().as_bytes()).await
    }
}

/// A file that is in the archive is found there.
fn put_name(event: &mut Event, name_of: archive::Names) {
    let Some(message) = &mut event.message else { return };
    let Some(media) = &mut message.media else { return };
    if media.url.is_some() {
        media.url = Some(name_of(&message.id, media.mime.as_deref(), media.filename.as_deref()));
    }
}

/// To whoever asked.
struct Out {
    chunks: mpsc::Sender<io::Result<Bytes>>,
    room: Vec<u8>,
}

impl Out {
    async fn flush(&mut self) -> Result<(), Stop> {
        if self.room.is_empty() {
            return Ok(());
        }
        let chunk = Bytes::from(std::mem::take(&mut self.room));
        self.chunks.send(Ok(chunk)).await.map_err(|_| Stop::Gone)
    }
}

#[async_trait]
impl Sink for Out {
    async fn put(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.room.extend_from_slice(bytes);
        if self.room.len() < CHUNK {
            return Ok(());
        }
        self.flush().await
    }
}
