//! The access log: who looked at which person and which conversation, to read and as a table.

use crate::app::App;
use crate::dto::Page;
use crate::dto::care::AccessLine;
use crate::extract::{Params, Signed};
use crate::problem::{Answer, Problem};
use axum::body::Body;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use futures_util::stream;
use relais_app::accounts::Permission;
use relais_app::hex;
use relais_app::port::store::{AccessOf, AccessRow, StoreError};
use relais_core::id::{ContactId, ConversationId};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;
use utoipa::IntoParams;
use uuid::Uuid;

const PAGE: i64 = 100;
const LARGEST_PAGE: i64 = 500;
const HEADINGS: &str = "line,at,who,act,contact,conversation,hash\r\n";

/// Of whom, or to what: one of them, or none for all.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Accesses {
    /// A login: what this account looked at.
    login: Option<String>,
    /// A person, with all their conversations.
    contact: Option<Uuid>,
    conversation: Option<Uuid>,
    /// `next_cursor` of the page before.
    cursor: Option<i64>,
    limit: Option<i64>,
}

impl Accesses {
    fn of(&self) -> Answer<AccessOf> {
        match (&self.login, self.contact, self.conversation) {
            (None, None, None) => Ok(AccessOf::All),
            (Some(login), None, None) => Ok(AccessOf::Login(login.clone())),
            (None, Some(id), None) => Ok(AccessOf::Contact(ContactId(id))),
            (None, None, Some(id)) => Ok(AccessOf::Conversation(ConversationId(id))),
            _ => Err(Problem::invalid("see the fields")
                .field("/contact", "one of login, contact and conversation, or none")),
        }
    }
}

/// Its lines, newest first. The same look again within 15 minutes has none.
#[utoipa::path(get, path = "/api/v1/accesses", operation_id = "list_accesses", tag = "audit",
    params(Accesses),
    responses((status = 200, body = Page<AccessLine>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_accesses(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(query): Params<Accesses>,
) -> Answer<axum::Json<Page<AccessLine>>> {
    signed.must(Permission::ReadAudit)?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let before = query.cursor.unwrap_or(i64::MAX);
    let store = app.service.store();
    let mut rows = store.accesses_before(&query.of()?, before, limit + 1).await?;
    let has_more = i64::try_from(rows.len()).is_ok_and(|n| n > limit);
    if has_more {
        rows.pop();
    }
    let next_cursor = rows.last().filter(|_| has_more).map(|row| row.seq.to_string());
    let (mut names, mut numbers) = (BTreeMap::new(), BTreeMap::new());
    for row in &rows {
        if let Entry::Vacant(new) = names.entry(row.contact) {
            // Who was erased since has no name.
            new.insert(store.contact(row.contact).await?.and_then(|contact| contact.name));
        }
        if let Some(id) = row.conversation
            && let Entry::Vacant(new) = numbers.entry(id)
        {
            new.insert(store.conversation(id).await?.map(|talk| talk.number));
        }
    }
    let items = rows.into_iter().map(|row| {
        let name = names.get(&row.contact).cloned().flatten();
        let number = row.conversation.and_then(|id| numbers.get(&id).copied().flatten());
        AccessLine::new(row, name, number)
    });
    Ok(axum::Json(Page { items: items.collect(), next_cursor }))
}

/// The same as a table (CSV), newest first, all of it; `cursor` and `limit` do not count. Asking for
/// it stands in the audit log. It names nobody: persons and conversations are ids.
#[utoipa::path(get, path = "/api/v1/accesses/export", operation_id = "export_accesses",
    tag = "audit", params(Accesses),
    responses((status = 200, content_type = "text/csv", body = Vec<u8>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn export_accesses(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(query): Params<Accesses>,
) -> Answer<Response> {
    let person = signed.must(Permission::ReadAudit)?;
    let of = query.of()?;
    let about = match &of {
        AccessOf::All => "all".to_owned(),
        AccessOf::Login(login) => login.clone(),
        AccessOf::Contact(id) => id.to_string(),
        AccessOf::Conversation(id) => id.to_string(),
    };
    app.audit(person, "accesses.export", &about).await?;
    let first = Some((app, of, i64::MAX, String::from(HEADINGS)));
    let body = Body::from_stream(stream::try_unfold(first, |rest| async move {
        let Some((app, of, before, mut text)) = rest else { return Ok(None) };
        let rows = app.service.store().accesses_before(&of, before, LARGEST_PAGE).await?;
        for row in &rows {
            text.push_str(&line(row));
        }
        let rest = rows.last().map(|last| (app, of, last.seq, String::new()));
        Ok::<_, StoreError>(Some((Bytes::from(text), rest)))
    }));
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"accesses.csv\""),
    ];
    Ok((headers, body).into_response())
}

fn line(row: &AccessRow) -> String {
    let conversation = row.conversation.map(|id| id.to_string()).unwrap_or_default();
    let cells = [
        row.seq.to_string(),
        row.at.to_string(),
        row.who.clone(),
        row.act.clone(),
        row.contact.to_string(),
        conversation,
        hex::encode(&row.hash),
    ];
    format!("{}\r\n", cells.map(|cell| quoted(&cell)).join(","))
}

/// A cell that is text whatever it begins with: tables take some beginnings for a formula.
fn quoted(cell: &str) -> String {
    let guard = if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_cell_is_never_a_formula_and_never_ends_early() {
        assert_eq!(quoted("camille@example.test"), "\"camille@example.test\"");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(quoted(formula), format!("\"'{formula}\""));
        }
        assert_eq!(quoted("a\",\"b"), "\"a\"\",\"\"b\"");
    }
}
