//! Persons: what is known of them, all of it as a file, and its end.

use super::reading;
use crate::app::App;
use crate::dto::contact::{Certificate, ContactChange, ContactDetail, Rectified};
use crate::dto::conversation::ConversationLine;
use crate::export::{self, Export, Format};
use crate::extract::{Id, Json, Params, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use relais_app::accesses::Access;
use relais_app::accounts::{Permission, Person};
use relais_app::erase::Erased;
use relais_app::hex;
use relais_app::port::store::{ContactRow, ConversationRow};
use relais_app::rectify::RectifyError;
use relais_core::id::ContactId;
use relais_core::why::Why;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use utoipa::IntoParams;

/// Newest lines about a person that are looked at for a certificate.
const RECENT: i64 = 20;

/// A person with all their conversations. Who opens it stands in the access log: once in 15 minutes.
#[utoipa::path(get, path = "/api/v1/contacts/{id}", operation_id = "get_contact", tag = "inbox",
    params(("id" = String, Path)),
    responses((status = 200, body = ContactDetail),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn get_contact(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
) -> Answer<axum::Json<ContactDetail>> {
    let person = signed.must(Permission::ReadInbox)?;
    let (contact, rows) = seen(&app, &signed, ContactId(id)).await?;
    app.service.accessed(&person.user.login, contact.id, Access::Open).await?;
    Ok(axum::Json(page(&app, &signed, person, &contact, rows)))
}

/// Puts right what is known of a person, or restricts what their data is used for: they are answered
/// as before; no model reads them, no question of theirs is kept to learn from, no rating is asked,
/// no marketing template is sent. What is put right counts, whatever the provider says later, until
/// it is taken back with null. Open conversations know at once.
#[utoipa::path(patch, path = "/api/v1/contacts/{id}", operation_id = "rectify_contact",
    tag = "inbox", params(("id" = String, Path)), request_body = ContactChange,
    responses((status = 200, body = ContactDetail),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn rectify_contact(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Json(input): Json<ContactChange>,
) -> Answer<axum::Json<ContactDetail>> {
    let person = signed.must(Permission::ActOnConversations)?;
    let (contact, rows) = seen(&app, &signed, ContactId(id)).await?;
    let (revision, change) = input.read();
    let by = (&person.agent, person.user.login.as_str());
    let contact = app.service.rectify(contact.id, revision, &change, by).await.map_err(refused)?;
    Ok(axum::Json(page(&app, &signed, person, &contact, rows)))
}

fn refused(error: RectifyError) -> Problem {
    match error {
        RectifyError::NotFound => Problem::not_found("There is no such contact"),
        RectifyError::Outdated => {
            let title = "Somebody else put something right meanwhile";
            Problem::new(StatusCode::CONFLICT, "outdated", title)
                .detail("read the contact again, then say what is still wrong")
        }
        RectifyError::BadName => Problem::invalid("see the fields").field(
            "/name",
            Why::length(1, 120)
                .told("must have 1 to 120 characters on one line; null takes it back"),
        ),
        RectifyError::BadLanguage => Problem::invalid("see the fields").field(
            "/language",
            Why::new("language", "must be a code of two letters, such as `fr`; null takes it back"),
        ),
        RectifyError::Store(error) => error.into(),
    }
}

/// With the conversations that somebody sees, oldest first.
async fn seen(
    app: &App,
    signed: &Signed,
    id: ContactId,
) -> Answer<(ContactRow, Vec<ConversationRow>)> {
    let (contact, mut rows) = find(app, id).await?;
    if let Some(sight) = signed.sight(app) {
        rows.retain(|row| sight.sees(row.team.as_deref(), row.assignee.as_deref()));
        // Somebody else's customer looks like nobody (S1).
        if rows.is_empty() {
            return Err(Problem::not_found("There is no such contact"));
        }
    }
    Ok((contact, rows))
}

fn page(
    app: &App,
    signed: &Signed,
    person: &Person,
    contact: &ContactRow,
    mut rows: Vec<ConversationRow>,
) -> ContactDetail {
    let now = app.service.clock().now();
    rows.reverse();
    let is_masked = signed.is_masked();
    let lines = rows.iter().map(|row| {
        let line = ConversationLine::new(row, &person.agent.key, now);
        if is_masked { line.masked() } else { line }
    });
    detail(contact, rows.first(), lines.collect())
}

async fn find(app: &App, id: ContactId) -> Answer<(ContactRow, Vec<ConversationRow>)> {
    let store = app.service.store();
    let contact = store.contact(id).await?;
    let contact = contact.ok_or_else(|| Problem::not_found("There is no such contact"))?;
    let rows = store.conversations_of(contact.id).await?;
    Ok((contact, rows))
}

/// What only the newest conversation knows of a person is known of them.
fn detail(
    contact: &ContactRow,
    newest: Option<&ConversationRow>,
    conversations: Vec<ConversationLine>,
) -> ContactDetail {
    let read = |json: &str| serde_json::from_str::<serde_json::Value>(json).unwrap_or_default();
    let is_known = contact.name.is_some() || contact.phone.is_some() || contact.bsuid.is_some();
    let newest = newest.filter(|_| is_known);
    let segment = |of: serde_json::Value| of["segment"].as_str().map(str::to_owned);
    ContactDetail {
        id: contact.id.to_string(),
        name: contact.name.clone(),
        phone: contact.phone.clone(),
        language: contact.language.clone().or_else(|| newest.map(|row| row.language.clone())),
        segment: segment(read(&contact.attributes))
            .or_else(|| newest.and_then(|row| segment(read(&row.state)))),
        is_opted_out: contact.is_opted_out,
        is_restricted: contact.is_restricted,
        rectified: Rectified::of(contact),
        revision: contact.revision,
        created_at: contact.created_at.to_string(),
        is_erased: !is_known,
        conversations,
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wish {
    #[param(inline)]
    format: Format,
}

/// All that is known of a person, to read or to carry elsewhere; the archive holds both forms and
/// the files. Auditors get the words and files of the conversations they gave a reason for.
#[utoipa::path(get, path = "/api/v1/contacts/{id}/export", operation_id = "export_contact",
    tag = "inbox", params(("id" = String, Path), Wish),
    responses(
        (status = 200, content_type = "application/octet-stream", body = Vec<u8>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn export_contact(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
    Params(wish): Params<Wish>,
) -> Answer<Response> {
    let person = signed.must(Permission::ExportContacts)?;
    let (contact, rows) = find(&app, ContactId(id)).await?;
    app.audit(person, "contact.export", &contact.id.to_string()).await?;
    app.service.accessed(&person.user.login, contact.id, Access::Export).await?;
    let now = app.service.clock().now();
    let masked = if signed.is_masked() {
        reading::untold(&app, person, rows.iter().map(|row| row.id)).await?
    } else {
        BTreeSet::new()
    };
    let lines = rows.iter().map(|row| {
        let line = ConversationLine::new(row, "", now);
        if masked.contains(&row.id) { line.masked() } else { line }
    });
    let contact = detail(&contact, rows.last(), lines.collect());
    let name = format!("attachment; filename=\"contact-{id}.{}\"", wish.format.ending());
    let kind = HeaderValue::from_static(wish.format.mime());
    let body = export::body(Export { app, contact, rows, masked, now }, wish.format);
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, kind);
    if let Ok(name) = HeaderValue::from_str(&name) {
        headers.insert(header::CONTENT_DISPOSITION, name);
    }
    Ok(response)
}

/// Erases a person: what they said and are, for ever. Their conversations must be resolved.
#[utoipa::path(delete, path = "/api/v1/contacts/{id}", operation_id = "erase_contact",
    tag = "inbox", params(("id" = String, Path)),
    responses((status = 200, body = Certificate),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn erase_contact(
    State(app): State<Arc<App>>,
    signed: Signed,
    Id(id): Id<uuid::Uuid>,
) -> Answer<axum::Json<Certificate>> {
    let person = signed.must(Permission::EraseContacts)?;
    let subject = ContactId(id).to_string();
    match app.service.erase(ContactId(id), &person.user.login).await? {
        Erased::Done { conversations } => {
            certificate(&app, subject, conversations).await.map(axum::Json)
        }
        Erased::NotFound => Err(Problem::not_found("There is no such contact")),
        Erased::StillOpen(_) => {
            let title = "A conversation with this person is still open";
            Err(Problem::new(StatusCode::CONFLICT, "still_open", title)
                .detail("resolve it, then erase"))
        }
    }
}

/// From the line the erasure wrote in the audit log.
async fn certificate(app: &App, subject: String, conversations: usize) -> Answer<Certificate> {
    let lines = app.service.store().audit_of_subject(&subject, RECENT).await?;
    let line = lines.iter().find(|line| line.act == "contact.erase");
    let line = line.ok_or_else(Problem::internal)?;
    Ok(Certificate {
        at: line.at.to_string(),
        by: line.who.clone(),
        conversations,
        audit_line: line.seq,
        audit_hash: hex::encode(&line.hash),
        contact: subject,
    })
}
