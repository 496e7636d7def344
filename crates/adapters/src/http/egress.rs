//! The one client for everything that leaves this machine over HTTP.
//!
//! It tells apart what matters for "at most once" (R7): a failure before the first byte of the
//! request was written ([`Failure::NotSent`]) from one after it ([`Failure::Unknown`]).

use super::address::Subnet;
use super::policy::{Policy, Transport};
use super::resolver::{Blocked, CheckedResolver};
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, USER_AGENT,
};
use reqwest::{Client, Url};
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::error::Error as StdError;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncWrite, AsyncWriteExt};

pub use reqwest::Method;

/// Enough of a refusal to read its reason.
const REFUSAL_CAP: u64 = 256 * 1024;

/// What an operator may open or tighten.
#[derive(Clone, Debug)]
pub struct EgressConfig {
    /// Test and sandbox mode: this machine, any port, plain http.
    pub allow_loopback: bool,
    /// Private networks of the operator; plain http is accepted there.
    pub allow_subnets: Vec<Subnet>,
    /// Ports besides 80 and 443.
    pub allow_ports: Vec<u16>,
    /// Extra certificate authorities, PEM.
    pub extra_roots: Vec<Vec<u8>>,
    /// Names answered without asking DNS; their addresses are checked like any other.
    pub hosts: BTreeMap<String, Vec<IpAddr>>,
    /// Limit for DNS, TCP and TLS together.
    pub connect_timeout: Duration,
}

impl Default for EgressConfig {
    fn default() -> Self {
        Self {
            allow_loopback: false,
            allow_subnets: Vec::new(),
            allow_ports: Vec::new(),
            extra_roots: Vec::new(),
            hosts: BTreeMap::new(),
            connect_timeout: Duration::from_secs(5),
        }
    }
}

/// One request.
#[derive(Clone, Debug)]
pub struct Call {
    pub method: Method,
    pub url: String,
    pub headers: HeaderMap,
    /// Written one after the other, so that a file needs no copy.
    pub body: Vec<Bytes>,
    /// For everything: connecting, writing, waiting and reading.
    pub deadline: Duration,
    /// Most bytes of answer read.
    pub cap: u64,
}

impl Call {
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: HeaderMap::new(),
            body: Vec::new(),
            deadline: Duration::from_secs(20),
            cap: 1024 * 1024,
        }
    }

    #[must_use]
    pub fn bearer(mut self, token: &crate::secret::Secret) -> Self {
        // A token that cannot be a header value is left out: the provider then says 401.
        if let Ok(mut value) = HeaderValue::from_str(&format!("Bearer {}", token.expose())) {
            value.set_sensitive(true);
            self.headers.insert(AUTHORIZATION, value);
        }
        self
    }

    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    #[must_use]
    pub fn body(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.parts(content_type, vec![body.into()])
    }

    #[must_use]
    pub fn parts(mut self, content_type: &str, parts: Vec<Bytes>) -> Self {
        if let Ok(value) = HeaderValue::from_str(content_type) {
            self.headers.insert(CONTENT_TYPE, value);
        }
        self.body = parts.into_iter().filter(|part| !part.is_empty()).collect();
        self
    }

    #[must_use]
    pub fn within(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    #[must_use]
    pub fn cap(mut self, cap: u64) -> Self {
        self.cap = cap;
        self
    }
}

/// An answer; the provider surely saw the request.
#[derive(Clone, Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// Why the body is not whole, if it is not.
    pub cut: Option<Cut>,
}

/// Why an answer's body is incomplete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    TooLarge,
    Deadline,
    ConnectionLost,
    /// Our own side could not take more (disk).
    Sink,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Against our policy; says nothing about what is behind the name.
    #[error("destination not allowed")]
    Denied,
    /// No byte of the request was written: trying again cannot do it twice.
    #[error("could not connect: {0}")]
    NotSent(String),
    /// Some of it may have been processed.
    #[error("no answer: {0}")]
    Unknown(String),
}

#[derive(Debug, thiserror::Error)]
#[error("the HTTP client could not be set up: {0}")]
pub struct SetupError(String);

/// The client. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Egress {
    policy: Arc<Policy>,
    secure: Client,
    plain: Client,
}

impl Egress {
    pub fn new(config: EgressConfig) -> Result<Self, SetupError> {
        let policy = Arc::new(Policy {
            loopback: config.allow_loopback,
            subnets: config.allow_subnets.clone(),
            ports: config.allow_ports.clone(),
        });
        let hosts = Arc::new(config.hosts.clone());
        let build = |transport: Transport| {
            let resolver = CheckedResolver {
                policy: Arc::clone(&policy),
                transport,
                hosts: Arc::clone(&hosts),
            };
            let mut builder = Client::builder()
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .retry(reqwest::retry::never())
                .referer(false)
                .http1_only()
                .connect_timeout(config.connect_timeout)
                .pool_idle_timeout(Duration::from_secs(15))
                .tcp_nodelay(true)
                .dns_resolver(resolver);
            match transport {
                Transport::Tls => {
                    builder = builder.https_only(true);
                    for pem in &config.extra_roots {
                        let roots = reqwest::Certificate::from_pem_bundle(pem)
                            .map_err(|e| SetupError(reason(&e)))?;
                        builder = builder.tls_certs_merge(roots);
                    }
                }
                // Loads no certificates: this client never speaks TLS.
                Transport::Plain => builder = builder.tls_certs_only([]),
            }
            builder.build().map_err(|e| SetupError(reason(&e)))
        };
        Ok(Self { secure: build(Transport::Tls)?, plain: build(Transport::Plain)?, policy })
    }

    /// Sends a request and reads the answer into memory, up to the cap.
    pub async fn call(&self, call: Call) -> Result<Reply, Failure> {
        let mut body = Vec::new();
        let mut reply = self.call_into(call, &mut body).await?;
        if reply.body.is_empty() {
            reply.body = body;
        }
        Ok(reply)
    }

    /// Sends a request and streams a 2xx answer into `sink`; any other is kept in `Reply::body`.
    pub async fn call_into<W>(&self, call: Call, sink: &mut W) -> Result<Reply, Failure>
    where
        W: AsyncWrite + Unpin + Send,
    {
        let url = Url::parse(&call.url).map_err(|_| Failure::Denied)?;
        let transport = self.policy.check(&url).ok_or(Failure::Denied)?;
        let client = match transport {
            Transport::Tls => &self.secure,
            Transport::Plain => &self.plain,
        };
        let (deadline, cap) = (tokio::time::Instant::now() + call.deadline, call.cap);
        // A request without a body gives no sign of having been started.
        let started = Arc::new(AtomicBool::new(call.body.is_empty()));
        let mut request = client
            .request(call.method, url)
            .header(USER_AGENT, concat!("Relais/", env!("CARGO_PKG_VERSION")))
            .headers(call.headers);
        if !call.body.is_empty() {
            let body = WatchedBody { left: call.body.into(), started: Arc::clone(&started) };
            request = request.body(reqwest::Body::wrap(body));
        }
        let failure = |why: String| {
            if started.load(Ordering::Acquire) {
                Failure::Unknown(why)
            } else {
                Failure::NotSent(why)
            }
        };
        let mut response = match tokio::time::timeout_at(deadline, request.send()).await {
            Err(_) => return Err(failure("deadline passed".to_owned())),
            Ok(Err(e)) if caused_by::<Blocked>(&e) => return Err(Failure::Denied),
            Ok(Err(e)) if e.is_connect() => return Err(Failure::NotSent(reason(&e))),
            Ok(Err(e)) => return Err(failure(reason(&e))),
            Ok(Ok(response)) => response,
        };
        let (status, headers) =
            (response.status().as_u16(), std::mem::take(response.headers_mut()));
        let mut body = Vec::new();
        let cut = if (200..300).contains(&status) {
            read_body(response, sink, deadline, cap).await
        } else {
            read_body(response, &mut body, deadline, cap.min(REFUSAL_CAP)).await
        };
        Ok(Reply { status, headers, body, cut })
    }
}

async fn read_body<W: AsyncWrite + Unpin>(
    mut response: reqwest::Response,
    sink: &mut W,
    deadline: tokio::time::Instant,
    cap: u64,
) -> Option<Cut> {
    let mut left = cap;
    loop {
        let chunk = match tokio::time::timeout_at(deadline, response.chunk()).await {
            Err(_) => return Some(Cut::Deadline),
            Ok(Err(_)) => return Some(Cut::ConnectionLost),
            Ok(Ok(None)) => break,
            Ok(Ok(Some(chunk))) => chunk,
        };
        left = match left.checked_sub(chunk.len() as u64) {
            Some(left) => left,
            None => return Some(Cut::TooLarge),
        };
        if sink.write_all(&chunk).await.is_err() {
            return Some(Cut::Sink);
        }
    }
    sink.flush().await.err().map(|_| Cut::Sink)
}

/// A request body that tells when it was first asked for: the head is written just before.
#[derive(Debug)]
struct WatchedBody {
    left: VecDeque<Bytes>,
    started: Arc<AtomicBool>,
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.started.store(true, Ordering::Release);
        Poll::Ready(self.left.pop_front().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left.iter().map(|bytes| bytes.len() as u64).sum())
    }
}

fn caused_by<E: StdError + 'static>(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(e) = next {
        if e.is::<E>() {
            return true;
        }
        next = e.source();
    }
    false
}

/// The innermost cause, which never contains the URL (it may carry a media signature).
fn reason(error: &reqwest::Error) -> String {
    let mut last: &(dyn StdError + 'static) = error;
    while let Some(e) = last.source() {
        last = e;
    }
    if last.is::<reqwest::Error>() {
        return "request failed".to_owned();
    }
    last.to_string()
}

#[cfg(test)]
mod tests;
