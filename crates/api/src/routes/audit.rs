//! The audit log: who asked for what that matters.

use crate::app::App;
use crate::dto::Page;
use crate::dto::care::{AuditLine, AuditVerdict};
use crate::extract::{Params, Signed};
use crate::problem::{Answer, Problem};
use axum::extract::State;
use relais_app::accounts::Permission;
use relais_app::audit::{Verdict, verify};
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

const PAGE: i64 = 100;
const LARGEST_PAGE: i64 = 500;
/// Lines of the access log that are looked at for a page; `relais verify` looks at all.
const NEWEST: i64 = 100_000;

#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Lines {
    /// `next_cursor` of the page before.
    cursor: Option<i64>,
    limit: Option<i64>,
}

/// Its lines, newest first.
#[utoipa::path(get, path = "/api/v1/audit", operation_id = "list_audit", tag = "audit",
    params(Lines),
    responses((status = 200, body = Page<AuditLine>),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list_audit(
    State(app): State<Arc<App>>,
    signed: Signed,
    Params(query): Params<Lines>,
) -> Answer<axum::Json<Page<AuditLine>>> {
    signed.must(Permission::ReadAudit)?;
    let limit = query.limit.unwrap_or(PAGE).clamp(1, LARGEST_PAGE);
    let before = query.cursor.unwrap_or(i64::MAX);
    let rows = app.service.store().audit_before(before, limit).await?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|n| n == limit);
    let next_cursor = rows.last().filter(|row| is_full && row.seq > 1).map(|r| r.seq.to_string());
    let items = rows.into_iter().map(AuditLine::from).collect();
    Ok(axum::Json(Page { items, next_cursor }))
}

/// Computes the chain of the audit log again, from the first line to the last, and that of the newest
/// 100 000 lines of the access log.
#[utoipa::path(get, path = "/api/v1/audit/verdict", operation_id = "check_audit", tag = "audit",
    responses((status = 200, body = AuditVerdict),
        (status = "default", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn check_audit(
    State(app): State<Arc<App>>,
    signed: Signed,
) -> Answer<axum::Json<AuditVerdict>> {
    signed.must(Permission::ReadAudit)?;
    let (lines, broken_at) = match verify(app.service.store().as_ref(), &[]).await? {
        Verdict::Whole { lines } => (lines, None),
        Verdict::Broken { seq } => (seq - 1, Some(seq)),
    };
    // What is left of it need not begin with the first line.
    let (accesses, accesses_broken_at) = match app.service.verify_accesses(NEWEST).await? {
        Verdict::Whole { lines } => (lines, None),
        Verdict::Broken { seq } => (0, Some(seq)),
    };
    Ok(axum::Json(AuditVerdict { lines, broken_at, accesses, accesses_broken_at }))
}
