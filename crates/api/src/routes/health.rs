//! For supervisors: alive, ready, figures.

use crate::app::App;
use crate::problem::{Answer, Problem};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use relais_app::port::store::StoreError;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// The process serves.
pub(crate) async fn alive() -> &'static str {
    "ok\n"
}

/// The process can take work: not stopping, the store answers, and among several nodes it holds its
/// lease.
pub(crate) async fn ready(State(app): State<Arc<App>>) -> Answer<&'static str> {
    if *app.stop.borrow() {
        let title = "Shutting down";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", title));
    }
    app.service.store().ping().await?;
    if !app.service.node_figures().may_act {
        return Err(StoreError::Fenced.into());
    }
    Ok("ready\n")
}

/// Figures on the public address: only with the configured token.
pub(crate) async fn metrics(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let given = headers.get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let given = given.and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default();
    let expected = app.settings.metrics_token.as_deref().unwrap_or_default();
    let digest = |text: &str| Sha256::digest(text.as_bytes());
    let is_right = bool::from(digest(given).ct_eq(&digest(expected)));
    if expected.is_empty() || !is_right {
        return Problem::not_found("No such address").into_response();
    }
    open_metrics(State(app)).await
}

pub(crate) async fn open_metrics(State(app): State<Arc<App>>) -> Response {
    let text = app.metrics.text(&app.service).await;
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}
