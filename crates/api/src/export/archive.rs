//! An archive with the page, the data and the files. It is written front to back, without going
//! back in it, so nothing of it is kept.

use super::{CHUNK, Export, Out, Sink, Stop, html, json};
use async_trait::async_trait;
use parking_lot::Mutex;
use std::io::{self, Write};
use std::sync::Arc;
use tokio::io::AsyncReadExt as _;
use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::{SimpleFileOptions, StreamWriter};

/// What a file is called in the archive: by its message, its type and its label.
pub(super) type Names = fn(&str, Option<&str>, Option<&str>) -> String;

/// Endings of labels that say more than the content does.
const OFFICE: [&str; 10] =
    ["csv", "doc", "docx", "odp", "ods", "odt", "ppt", "pptx", "xls", "xlsx"];

impl From<ZipError> for Stop {
    fn from(error: ZipError) -> Self {
        Self::Failed(error.to_string())
    }
}

pub(super) async fn write(export: &Export, out: &mut Out) -> Result<(), Stop> {
    let room = Room::default();
    let mut archive = Archive { zip: ZipWriter::new_stream(room.clone()), room, out };
    archive.begin("contact.html")?;
    export.tell(&mut html::Html { has_files: true }, Some(name), &mut archive).await?;
    archive.begin("contact.json")?;
    export.tell(&mut json::Json::default(), Some(name), &mut archive).await?;
    for row in export.rows.iter().filter(|row| !export.masked.contains(&row.id)) {
        for media in export.app.service.store().media_of(row.id).await? {
            let Some(mut file) = export.app.service.media_file(&media).await? else { continue };
            let message = media.message.to_string();
            archive.begin(&name(&message, media.mime.as_deref(), media.filename.as_deref()))?;
            let mut chunk = vec![0; CHUNK];
            loop {
                let read = file.read(&mut chunk).await?;
                if read == 0 {
                    break;
                }
                archive.put(&chunk[..read]).await?;
            }
        }
    }
    let Archive { zip, room, out } = archive;
    zip.finish()?;
    out.put(&room.take()).await
}

/// The name is ours: what customers call a file gives at most its ending (S12).
fn name(message: &str, mime: Option<&str>, label: Option<&str>) -> String {
    let ending = match mime.unwrap_or_default() {
        "image/jpeg" => "jpg",
        "image/png" => "png",
        "image/gif" => "gif",
        "image/webp" => "webp",
        "audio/mp4" => "m4a",
        "video/3gpp" => "3gp",
        "video/mp4" => "mp4",
        "audio/ogg" => "ogg",
        "audio/mpeg" => "mp3",
        "audio/aac" => "aac",
        "audio/amr" => "amr",
        "application/pdf" => "pdf",
        _ => {
            let ending = label.and_then(|label| label.rsplit_once('.')).map(|(_, ending)| ending);
            let is_known = |known: &&str| ending.is_some_and(|e| e.eq_ignore_ascii_case(known));
            OFFICE.into_iter().find(is_known).unwrap_or("bin")
        }
    };
    format!("files/{message}.{ending}")
}

/// An archive on its way to whoever asked.
struct Archive<'a> {
    zip: ZipWriter<StreamWriter<Room>>,
    room: Room,
    out: &'a mut Out,
}

impl Archive<'_> {
    fn begin(&mut self, name: &str) -> Result<(), Stop> {
        // Pictures and sound are compressed already.
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored)
            .large_file(true);
        Ok(self.zip.start_file(name, options)?)
    }
}

#[async_trait]
impl Sink for Archive<'_> {
    async fn put(&mut self, bytes: &[u8]) -> Result<(), Stop> {
        self.zip.write_all(bytes)?;
        self.out.put(&self.room.take()).await
    }
}

/// What was written and not sent yet: never more than was put at once.
#[derive(Clone, Debug, Default)]
struct Room(Arc<Mutex<Vec<u8>>>);

impl Room {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut self.0.lock())
    }
}

impl Write for Room {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn a_name_of_a_customer_gives_at_most_its_ending() {
        let pdf = name("m", Some("application/pdf"), Some("../../etc/x.exe"));
        assert_eq!(pdf, "files/m.pdf");
        let unknown = Some("application/octet-stream");
        assert_eq!(name("m", unknown, Some("compte.XLSX")), "files/m.xlsx");
        assert_eq!(name("m", unknown, Some("a/b.exe")), "files/m.bin");
        assert_eq!(name("m", None, None), "files/m.bin");
    }
}
