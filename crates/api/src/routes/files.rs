//! Files agents send: uploaded first, then named by a reply.

use super::actions::{missing, too_long};
use super::conversations::find;
use crate::app::App;
use crate::dto::action::{Action, Upload};
use crate::extract::{Id, Params, Signed, limited};
use crate::problem::{Answer, Problem};
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use relais_app::accounts::Permission;
use relais_app::media::{Attached, MOST_ATTACHED};
use relais_app::port::store::{ConversationRow, MediaState};
use relais_app::service::Service;
use relais_core::id::{ConversationId, MessageId};
use relais_core::message::Outbound;
use relais_core::why::Why;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

/// Longest caption the channel carries.
const CAPTION: usize = 1_024;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Named {
    /// What the customer sees it called.
    name: String,
}

/// Keeps a file for a reply. What it is, its content says; what phones cannot open is refused.
#[utoipa::path(post, path = "/api/v1/conversations/{id}/files", operation_id = "upload_file",
    tag = "inbox", params(("id" = String, Path), Named),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Upload),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn upload_file(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Params(named): Params<Named>,
    request: Request<Body>,
) -> Answer<(StatusCode, axum::Json<Upload>)> {
    signed.must(Permission::ActOnConversations)?;
    let row = find(&app, &signed, ConversationId(id)).await?;
    let most = usize::try_from(MOST_ATTACHED).unwrap_or(usize::MAX);
    let bytes = limited(request.into_body(), most).await?;
    let too_large = |most: u64| {
        let title = "The file is too large";
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", title)
            .detail(format!("at most {} MB of this kind are sent", most / (1024 * 1024)))
    };
    match app.service.attach(&row, &named.name, &bytes).await? {
        Attached::Kept(media) => {
            let upload = Upload {
                id: media.message.to_string(),
                name: named.name,
                mime: media.mime.clone().unwrap_or_default(),
                size: media.size.unwrap_or_default(),
                url: format!("/api/v1/media/{}", media.message),
                is_inline: media.is_inline,
            };
            Ok((StatusCode::CREATED, axum::Json(upload)))
        }
        Attached::TooLarge { most } => Err(too_large(most)),
        Attached::NotAllowed => {
            let title = "Phones cannot open this kind of file";
            Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "file_not_allowed", title)
                .detail("send a JPEG, PNG, PDF, office document, sound or MP4"))
        }
        Attached::NoFolder => {
            let title = "This server keeps no files";
            Err(Problem::new(StatusCode::CONFLICT, "no_files", title))
        }
        Attached::Disk(error) => {
            tracing::error!(%error, "a file could not be stored");
            Err(Problem::internal())
        }
    }
}

/// A reply's file with its caption, under the id the file was given.
pub(super) async fn attached(
    app: &App,
    row: &ConversationRow,
    file: &str,
    action: &Action,
) -> Answer<(MessageId, Outbound)> {
    let missing_file = || missing("/file");
    let message: MessageId = file.parse().map_err(|_| missing_file())?;
    let media = app.service.store().media(message).await?.filter(|media| {
        // One the customer sent is not sent back under its own id.
        let is_ours = media.source.is_empty() && media.state == MediaState::Stored;
        is_ours && media.conversation == row.id
    });
    let media = media.ok_or_else(missing_file)?;
    if app.service.store().outbox_row(message).await?.is_some() {
        return Err(Problem::invalid("see the fields")
            .field("/file", Why::new("taken", "was sent already")));
    }
    let caption = action.text.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if caption.is_some_and(|text| text.chars().count() > CAPTION) {
        return Err(too_long("/text", CAPTION));
    }
    let content = Service::as_reply(&media, caption.map(|text| text.replace('\0', "")));
    let content = content.ok_or_else(missing_file)?;
    if let Outbound::Media { kind: relais_core::message::MediaKind::Audio, caption, .. } = &content
        && caption.is_some()
    {
        return Err(Problem::invalid("see the fields").field("/text", "sound has no caption"));
    }
    Ok((message, content))
}
