//! Just enough HTTP/1.1 to serve one connection, with every byte under control.

use bytes::{Buf, Bytes, BytesMut};
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

/// The provider's own limit for documents, and some.
const MAX_BODY: usize = 110 * 1024 * 1024;
const MAX_HEAD: usize = 32 * 1024;

/// Serves every connection until it is dropped, beside the tasks that run already.
pub(crate) async fn accept<F>(
    listener: &TcpListener,
    mut tasks: JoinSet<()>,
    serve: impl Fn(TcpStream) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    tasks.spawn(serve(stream));
                }
                // Out of descriptors: others will be freed.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
            Some(_) = tasks.join_next() => {}
        }
    }
}

/// A request as received.
#[derive(Debug)]
pub(crate) struct Incoming {
    pub(crate) method: String,
    /// With the query.
    pub(crate) target: String,
    pub(crate) token: Option<String>,
    pub(crate) content_type: String,
    /// Key of a provider that does not use bearer tokens.
    pub(crate) key: Option<String>,
    pub(crate) body: Bytes,
    pub(crate) keep_alive: bool,
}

#[derive(Debug)]
struct Head {
    request: Incoming,
    length: usize,
    body_len: usize,
}

/// One connection and what was read ahead of it.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    buffer: BytesMut,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream) -> Self {
        Self { stream, buffer: BytesMut::with_capacity(8 * 1024) }
    }

    /// The next request; `None` when the peer is done.
    pub(crate) async fn next(&mut self) -> io::Result<Option<Incoming>> {
        let head = loop {
            if let Some(head) = parse_head(&self.buffer)? {
                break head;
            }
            if self.buffer.len() > MAX_HEAD {
                return Err(io::Error::other("head too large"));
            }
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        };
        self.buffer.advance(head.length);
        self.buffer.reserve(head.body_len.saturating_sub(self.buffer.len()));
        while self.buffer.len() < head.body_len {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Ok(None);
            }
        }
        let mut request = head.request;
        request.body = self.buffer.split_to(head.body_len).freeze();
        Ok(Some(request))
    }

    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }
}

fn parse_head(buffer: &[u8]) -> io::Result<Option<Head>> {
    let mut headers = [httparse::EMPTY_HEADER; 48];
    let mut parsed = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = parsed.parse(buffer).map_err(io::Error::other)? else {
        return Ok(None);
    };
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let mut request = Incoming {
        method: parsed.method.unwrap_or_default().to_owned(),
        target: parsed.path.unwrap_or_default().to_owned(),
        token: None,
        content_type: String::new(),
        key: None,
        body: Bytes::new(),
        keep_alive: parsed.version == Some(1),
    };
    let mut body_len = 0;
    for header in parsed.headers.iter() {
        if header.name.eq_ignore_ascii_case("content-length") {
            let len = std::str::from_utf8(header.value).ok().and_then(|v| v.trim().parse().ok());
            body_len =
                len.filter(|len| *len <= MAX_BODY).ok_or_else(|| io::Error::other("length"))?;
        } else if header.name.eq_ignore_ascii_case("authorization") {
            request.token = text(header.value).strip_prefix("Bearer ").map(str::to_owned);
        } else if ["api-key", "x-api-key"].iter().any(|n| header.name.eq_ignore_ascii_case(n)) {
            request.key = Some(text(header.value));
        } else if header.name.eq_ignore_ascii_case("content-type") {
            request.content_type = text(header.value);
        } else if header.name.eq_ignore_ascii_case("connection") {
            request.keep_alive &= !header.value.eq_ignore_ascii_case(b"close");
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            return Err(io::Error::other("chunked requests are not supported"));
        }
    }
    Ok(Some(Head { request, length, body_len }))
}

/// Appends a whole response to `out`.
pub(crate) fn response(
    out: &mut Vec<u8>,
    status: u16,
    content_type: &str,
    extra: &str,
    body: &[u8],
) {
    use std::io::Write as _;
    // Writing to a vector cannot fail.
    let _ = write!(
        out,
        "HTTP/1.1 {status} X\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n{extra}\r\n",
        body.len()
    );
    out.extend_from_slice(body);
}
