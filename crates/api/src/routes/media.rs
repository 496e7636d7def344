//! Files of customers: served to whoever may read the inbox, never run (S12).

use super::{conversations, reading};
use crate::app::App;
use crate::extract::{Id, Signed};
use crate::problem::{Answer, Problem};
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use relais_app::accesses::Access;
use relais_app::accounts::Permission;
use relais_app::media::{Again, Opened};
use relais_app::port::store::{ConversationRow, MediaRow};
use relais_core::id::MessageId;
use std::fmt::Write as _;
use std::sync::Arc;
use tokio::io::AsyncReadExt as _;

/// Read from the disk at a time.
const CHUNK: usize = 64 * 1024;
/// Characters of a label.
const LABEL: usize = 120;
/// Nothing in a file may load or run anything.
const POLICY: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'";

/// The file of a message. Pictures, sound and films may stand in a page, everything else is saved.
#[utoipa::path(get, path = "/api/v1/media/{id}", tag = "inbox",
    operation_id = "get_media", params(("id" = String, Path)),
    responses(
        (status = 200, content_type = "application/octet-stream", body = Vec<u8>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_media(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(message): Id<uuid::Uuid>,
) -> Answer<Response> {
    let person = signed.must(Permission::ReadInbox)?;
    let missing = || Problem::not_found("No such file");
    let (media, row) = find(&app, &signed, MessageId(message)).await?;
    app.service.accessed(&person.user.login, row.contact, Access::Read(row.id)).await?;
    if reading::is_masked(&app, &signed, media.conversation).await? {
        return Err(Problem::masked());
    }
    let file = app.service.media_file(&media).await.map_err(|error| {
        tracing::error!(%error, "a file could not be read");
        Problem::internal()
    })?;
    Ok(serve(&media, file.ok_or_else(missing)?))
}

/// The file of a conversation that may be seen.
async fn find(
    app: &App,
    signed: &Signed,
    message: MessageId,
) -> Answer<(MediaRow, ConversationRow)> {
    let missing = || Problem::not_found("No such file");
    let media = app.service.store().media(message).await?.ok_or_else(missing)?;
    let row = conversations::find(app, signed, media.conversation).await.map_err(|_| missing())?;
    Ok((media, row))
}

fn serve(media: &MediaRow, file: Opened) -> Response {
    let mut response = Body::from_stream(chunks(file)).into_response();
    let headers = response.headers_mut();
    let mime = media.mime.as_deref().and_then(|m| HeaderValue::from_str(m).ok());
    let mime = mime.unwrap_or(HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_TYPE, mime);
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    let disposition = disposition(media.is_inline, media.filename.as_deref());
    headers.insert(header::CONTENT_DISPOSITION, disposition);
    if let Some(size) = media.size {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(size));
    }
    response
}

fn chunks(file: Opened) -> impl stream::Stream<Item = std::io::Result<Bytes>> {
    stream::try_unfold(file, |mut file| async move {
        let mut chunk = vec![0; CHUNK];
        let read = file.read(&mut chunk).await?;
        chunk.truncate(read);
        Ok((read > 0).then(|| (Bytes::from(chunk), file)))
    })
}

/// A name is a label: what could leave its place or turn its letters round is taken out.
fn disposition(is_inline: bool, name: Option<&str>) -> HeaderValue {
    let how = if is_inline { "inline" } else { "attachment" };
    let label: String = name.unwrap_or_default().chars().filter(|c| is_plain(*c)).collect();
    let label: String = label.trim_matches([' ', '.']).chars().take(LABEL).collect();
    let label = if label.is_empty() { "file".to_owned() } else { label };
    let mut encoded = String::new();
    for byte in label.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    HeaderValue::from_str(&format!("{how}; filename*=UTF-8''{encoded}"))
        .unwrap_or(HeaderValue::from_static("attachment"))
}

fn is_plain(c: char) -> bool {
    let turns =
        matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    !c.is_control() && !turns && c != '\u{feff}' && !matches!(c, '/' | '\\' | ':' | '"' | '<' | '>')
}

/// Asks for a file again that could not be fetched.
#[utoipa::path(post, path = "/api/v1/media/{id}/fetch", tag = "inbox",
    operation_id = "fetch_media", params(("id" = String, Path)),
    responses((status = 202),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn fetch_media(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(message): Id<uuid::Uuid>,
) -> Answer<StatusCode> {
    signed.must(Permission::ActOnConversations)?;
    find(&app, &signed, MessageId(message)).await?;
    match app.service.fetch_again(MessageId(message)).await? {
        Again::Asked => Ok(StatusCode::ACCEPTED),
        Again::NotFound => Err(Problem::not_found("No such file")),
        Again::NotFailed => {
            let title = "The file is there, or on its way";
            Err(Problem::new(StatusCode::CONFLICT, "not_failed", title))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_is_a_label_and_never_a_path() {
        let shown = |name| disposition(false, Some(name)).to_str().unwrap().to_owned();
        assert_eq!(shown("../../x.png"), "attachment; filename*=UTF-8''x.png");
        assert_eq!(shown(".htaccess"), "attachment; filename*=UTF-8''htaccess");
        assert_eq!(shown("a\u{202e}gnp.exe"), "attachment; filename*=UTF-8''agnp.exe");
        assert_eq!(shown("a\r\nX-Evil: 1\0"), "attachment; filename*=UTF-8''aX-Evil%201");
        assert_eq!(shown(""), "attachment; filename*=UTF-8''file");
        assert_eq!(shown("été.pdf"), "attachment; filename*=UTF-8''%C3%A9t%C3%A9.pdf");
        assert!(shown(&"x".repeat(4_000)).len() < 200);
    }
}
