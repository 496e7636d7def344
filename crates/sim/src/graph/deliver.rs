//! Posts signed webhooks over one kept-alive connection.

use super::webhook::signature;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A receiver that does not answer within this is not there; the provider's own patience.
const PATIENCE: Duration = Duration::from_secs(20);

/// A client for one callback URL.
#[derive(Debug)]
pub struct WebhookClient {
    authority: String,
    path: String,
    secret: String,
    stream: Option<TcpStream>,
    out: Vec<u8>,
}

impl WebhookClient {
    /// For a URL like `http://127.0.0.1:4000/hooks/whatsapp`.
    pub fn new(url: &str, secret: &str) -> io::Result<Self> {
        let rest = url.strip_prefix("http://").ok_or_else(|| io::Error::other("not http"))?;
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let path = if path.is_empty() { "/" } else { path };
        Ok(Self {
            authority: authority.to_owned(),
            path: path.to_owned(),
            secret: secret.to_owned(),
            stream: None,
            out: Vec::new(),
        })
    }

    /// Signs and posts a body; the status of the answer.
    pub async fn post(&mut self, body: &[u8]) -> io::Result<u16> {
        let signature = signature(&self.secret, body);
        self.post_with(body, Some(&signature)).await
    }

    /// Posts a body with that signature header, or none: for attacks.
    pub async fn post_with(&mut self, body: &[u8], signature: Option<&str>) -> io::Result<u16> {
        use std::io::Write as _;
        self.out.clear();
        write!(
            self.out,
            "POST {} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            self.path,
            self.authority,
            body.len()
        )?;
        if let Some(signature) = signature {
            write!(self.out, "x-hub-signature-256: {signature}\r\n")?;
        }
        self.out.extend_from_slice(b"\r\n");
        self.out.extend_from_slice(body);
        let reused = self.stream.is_some();
        match self.exchange().await {
            // The receiver may have closed an idle connection; webhooks may come twice.
            Err(_) if reused => self.exchange().await,
            result => result,
        }
    }

    async fn exchange(&mut self) -> io::Result<u16> {
        let mut stream = if let Some(stream) = self.stream.take() {
            stream
        } else {
            let stream = TcpStream::connect(&self.authority).await?;
            stream.set_nodelay(true)?;
            stream
        };
        let answer = tokio::time::timeout(PATIENCE, async {
            stream.write_all(&self.out).await?;
            read_answer(&mut stream).await
        });
        let (status, reusable) = answer.await.map_err(|_| io::ErrorKind::TimedOut)??;
        if reusable {
            self.stream = Some(stream);
        }
        Ok(status)
    }
}

/// The status, and whether the connection can carry another request.
async fn read_answer(stream: &mut TcpStream) -> io::Result<(u16, bool)> {
    let mut buffer = Vec::with_capacity(1024);
    loop {
        if stream.read_buf(&mut buffer).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut headers = [httparse::EMPTY_HEADER; 48];
        let mut response = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(head) = response.parse(&buffer).map_err(io::Error::other)?
        else {
            continue;
        };
        let status = response.code.unwrap_or_default();
        let header = |name: &str| {
            let found = response.headers.iter().find(|h| h.name.eq_ignore_ascii_case(name))?;
            std::str::from_utf8(found.value).ok().map(str::trim)
        };
        let length = header("content-length").and_then(|text| text.parse::<usize>().ok());
        let closing = header("connection").is_some_and(|c| c.eq_ignore_ascii_case("close"));
        let Some(length) = length.or((status == 204).then_some(0)) else {
            return Ok((status, false));
        };
        while buffer.len() < head + length {
            if stream.read_buf(&mut buffer).await? == 0 {
                return Ok((status, false));
            }
        }
        return Ok((status, !closing));
    }
}
