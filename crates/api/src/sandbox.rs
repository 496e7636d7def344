//! The black-box endpoint: one operation per request, for tests from outside.

use crate::app::App;
use crate::extract::{Caller, Id, limited};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

const BODY: usize = 4 * 1024 * 1024;

pub(crate) async fn call(
    State(app): State<Arc<App>>,
    Id(op): Id<String>,
    Caller(from): Caller,
    request: Request<Body>,
) -> Response {
    let Some(access) = &app.sandbox else {
        return refusal(404, "off", "start with `relais serve --sandbox-api`");
    };
    if !from.address.is_loopback() {
        return refusal(403, "forbidden", "only this machine may call the sandbox");
    }
    let given = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let given = given.and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default();
    if !same(given, &access.token) {
        return refusal(401, "unauthorized", "send the sandbox token as `Authorization: Bearer …`");
    }
    let Ok(body) = limited(request.into_body(), BODY).await else {
        return refusal(413, "too_large", "the body is too large or broke off");
    };
    let input: Value = match serde_json::from_slice(&body) {
        Ok(value) => value,
        Err(_) if body.is_empty() => json!({}),
        Err(error) => return refusal(400, "invalid", &format!("the body is not JSON: {error}")),
    };
    match access.sandbox.call(&op, input).await {
        Ok(output) => Json(output).into_response(),
        Err(error) => refusal(error.status, error.code, &error.message),
    }
}

/// Compares digests, so that neither length nor content shows in the time taken.
fn same(given: &str, expected: &str) -> bool {
    let (a, b) = (Sha256::digest(given.as_bytes()), Sha256::digest(expected.as_bytes()));
    !expected.is_empty() && bool::from(a.ct_eq(&b))
}

fn refusal(status: u16, code: &str, message: &str) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    (status, Json(json!({"error": {"code": code, "message": message}}))).into_response()
}
