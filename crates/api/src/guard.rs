//! What holds for every request: an id, a time limit, security headers, and proof that a change
//! was asked for by our own pages (S16, S17).

use crate::app::App;
use crate::extract::{bearer, peer};
use crate::problem::{Problem, REQUEST_ID, StoreLost};
use axum::body::Body;
use axum::extract::{MatchedPath, State};
use axum::http::header::{HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use relais_app::accounts::Limit;
use relais_core::broken::is_missing;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// For everything but streams: reading, deciding, answering up to the head.
const DEADLINE: Duration = Duration::from_secs(30);

/// An office of agents behind one address stays far below.
const REQUESTS: Limit = Limit { kind: "requests", burst: 2_000.0, per_second: 500.0 };

const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; \
connect-src 'self'; font-src 'self'; media-src 'self' blob:; manifest-src 'self'; \
worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; \
require-trusted-types-for 'script'; trusted-types relais";

/// The outermost layer.
pub(crate) async fn guard(
    State(app): State<Arc<App>>,
    request: Request<Body>,
    next: Next,
) -> Response {
    let id = request_id();
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let route = request.extensions().get::<MatchedPath>().map(|p| p.as_str().to_owned());
    let refusal = too_many(&app, &request).or_else(|| cross_site(&app, &request));
    let served = REQUEST_ID.scope(id.clone(), async {
        if let Some(problem) = refusal {
            return problem.into_response();
        }
        let in_time = tokio::time::timeout(DEADLINE, next.run(request)).await;
        in_time.unwrap_or_else(|_| {
            let title = "The request took too long";
            Problem::new(StatusCode::REQUEST_TIMEOUT, "timeout", title).into_response()
        })
    });
    let mut response = served.await;
    if response.extensions().get::<StoreLost>().is_some() {
        app.lost.send_replace(true);
    }
    secure(&app, &path, &mut response);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    let route = route.as_deref().unwrap_or("other");
    let took = started.elapsed();
    app.metrics.request(&method, route, response.status(), took);
    let status = response.status().as_u16();
    if response.status().is_server_error() {
        tracing::warn!(request.id = %id, %method, route, status, ms = took.as_millis(), "request failed");
    } else {
        tracing::debug!(request.id = %id, %method, route, status, ms = took.as_millis(), "request");
    }
    response
}

fn request_id() -> String {
    format!("{:016x}", rand::random::<u64>())
}

fn secure(app: &App, path: &str, response: &mut Response) {
    let headers = response.headers_mut();
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    };
    set("x-content-type-options", "nosniff");
    set("referrer-policy", "no-referrer");
    set("cross-origin-opener-policy", "same-origin");
    set("cross-origin-resource-policy", "same-origin");
    set("permissions-policy", "camera=(), geolocation=(), payment=(), usb=(), microphone=(self)");
    set("x-frame-options", "DENY");
    // Files of customers come with a stricter one of their own.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) && !is_missing("S6") {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CSP));
    }
    let mut set = |name: &'static str, value: &'static str| {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    };
    if app.settings.is_https() {
        set("strict-transport-security", "max-age=31536000; includeSubDomains");
    }
    let is_data = ["/api/", "/hooks/", "/sandbox/"].iter().any(|p| path.starts_with(p));
    if is_data || !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

/// Bounds the requests of one peer. Webhooks are bounded by the store's queue instead: the
/// provider sends many from few addresses.
fn too_many(app: &App, request: &Request<Body>) -> Option<Problem> {
    let path = request.uri().path();
    if path.starts_with("/hooks/") || path.starts_with("/sandbox/") {
        return None;
    }
    let peer = peer(request.extensions(), request.headers(), app);
    let wait = app.limits.take(&[(REQUESTS, peer.to_string())], Instant::now()).err()?;
    let title = "Too many requests";
    let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", title);
    Some(problem.retry_after(u32::try_from(wait).unwrap_or(u32::MAX)))
}

/// Refuses a change that another site may have asked for. Hooks are signed, the sandbox has its
/// token: neither relies on a cookie.
fn cross_site(app: &App, request: &Request<Body>) -> Option<Problem> {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if reads || is_missing("S16") || !request.uri().path().starts_with("/api/") {
        return None;
    }
    // No browser adds a token by itself, and beside one no cookie counts.
    if bearer(request.headers()).is_some() {
        return None;
    }
    let authority = request.uri().authority().map(axum::http::uri::Authority::as_str);
    if is_same_origin(app.settings.public_url.as_deref(), authority, request.headers()) {
        return None;
    }
    let title = "The request did not come from our own pages";
    Some(Problem::new(StatusCode::FORBIDDEN, "cross_site", title).detail(
        "a change needs `Origin` with the address of this server, or `Sec-Fetch-Site: same-origin`",
    ))
}

fn is_same_origin(public_url: Option<&str>, authority: Option<&str>, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|v| v.to_str().unwrap_or("?"));
    let site = text("sec-fetch-site");
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    let Some(origin) = text("origin") else { return site.is_some() };
    let ours = public_url.is_some_and(|url| url.trim_end_matches('/') == origin);
    let host = authority.or_else(|| text("host"));
    let given = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    ours || (given.is_some() && given == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(public: Option<&str>, pairs: &[(&'static str, &str)]) -> bool {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.insert(*name, HeaderValue::from_str(value).unwrap());
        }
        is_same_origin(public, None, &headers)
    }

    #[test]
    fn our_own_pages_are_recognised() {
        assert!(same(None, &[("host", "h:1"), ("origin", "http://h:1")]));
        assert!(same(None, &[("host", "h:1"), ("sec-fetch-site", "same-origin")]));
        assert!(same(
            Some("https://r.example"),
            &[("host", "10.0.0.1"), ("origin", "https://r.example")]
        ));
    }

    #[test]
    fn other_sites_and_silence_are_not() {
        for pairs in [
            &[("host", "h:1")][..],
            &[("host", "h:1"), ("origin", "null")],
            &[("host", "h:1"), ("origin", "http://evil.example")],
            &[("host", "h:1"), ("origin", "http://h:2")],
            &[("host", "h:1"), ("origin", "http://h:1.evil.example")],
            &[("host", "h:1"), ("origin", "http://h:1"), ("sec-fetch-site", "cross-site")],
            &[("host", "h:1"), ("sec-fetch-site", "same-site")],
            &[("host", "h:1"), ("sec-fetch-site", "none")],
        ] {
            assert!(!same(None, pairs), "{pairs:?}");
        }
    }
}
