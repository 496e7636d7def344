//! Serves the web app: hashed files for ever, everything without a file extension as the app's
//! page, a missing file as 404 and never as the page.

use crate::app::App;
use crate::problem::Problem;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use std::sync::Arc;

/// One embedded file.
#[derive(Clone, Copy, Debug)]
pub struct UiFile {
    pub content_type: &'static str,
    /// Its name changes with its content.
    pub is_immutable: bool,
    pub identity: &'static [u8],
    pub brotli: Option<&'static [u8]>,
}

/// Everything that is no other route.
pub(crate) async fn serve(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let path = uri.path().trim_start_matches('/');
    let is_ours = ["api", "hooks", "sandbox", "problems"]
        .iter()
        .any(|root| path.split('/').next() == Some(root));
    if is_ours {
        return Problem::not_found("No such address").into_response();
    }
    if !matches!(method, Method::GET | Method::HEAD) {
        let title = "This address can only be read";
        return Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", title)
            .into_response();
    }
    let is_page = !path.rsplit('/').next().unwrap_or_default().contains('.');
    let wanted = if is_page { "index.html" } else { path };
    match (app.ui)(wanted) {
        Some(file) => answer(&file, &headers),
        None => Problem::not_found("No such file").into_response(),
    }
}

fn answer(file: &UiFile, headers: &HeaderMap) -> Response {
    let accepts = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok());
    let brotli = file.brotli.filter(|_| accepts.is_some_and(accepts_brotli));
    let cache = if file.is_immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let mut response = Response::new(Body::from(brotli.unwrap_or(file.identity)));
    let out = response.headers_mut();
    let set = [
        (header::CONTENT_TYPE, file.content_type),
        (header::CACHE_CONTROL, cache),
        (header::VARY, "accept-encoding"),
    ];
    for (name, value) in set {
        out.insert(name, header::HeaderValue::from_static(value));
    }
    if brotli.is_some() {
        out.insert(header::CONTENT_ENCODING, header::HeaderValue::from_static("br"));
    }
    response
}

fn accepts_brotli(value: &str) -> bool {
    value.split(',').any(|part| {
        let (name, rest) = part.split_once(';').unwrap_or((part, ""));
        let is_refused =
            matches!(rest.trim().trim_start_matches("q="), "0" | "0.0" | "0.00" | "0.000");
        name.trim().eq_ignore_ascii_case("br") && !is_refused
    })
}

#[cfg(test)]
mod tests {
    use super::accepts_brotli;

    #[test]
    fn brotli_is_used_only_where_it_is_accepted() {
        assert!(accepts_brotli("gzip, deflate, br, zstd"));
        assert!(accepts_brotli("br;q=0.5"));
        assert!(!accepts_brotli("gzip"));
        assert!(!accepts_brotli("br;q=0"));
        assert!(!accepts_brotli("brotli"));
    }
}
