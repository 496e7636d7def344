//! Files: where they may be fetched from, whether they arrived whole, and how one is uploaded.

use super::errors::Verdict;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use bytes::Bytes;
use relais_app::hex;
use relais_core::broken::is_missing;
use reqwest::Url;
use sha2::{Digest, Sha256};
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;

/// A file the provider holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MediaInfo {
    pub id: String,
    /// Valid for five minutes; never logged.
    pub url: String,
    pub mime: Option<String>,
    pub sha256: Option<String>,
    pub size: Option<u64>,
}

/// Why a file could not be had or given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// The provider no longer has it.
    #[error("no longer available")]
    Gone,
    #[error("larger than {limit} bytes")]
    TooLarge { limit: u64 },
    /// What arrived is not what was announced.
    #[error("damaged in transfer")]
    Damaged,
    /// Its address is not the provider's: not fetched, and no token shown to it (S3).
    #[error("address not allowed")]
    NotAllowed,
    #[error("try again: {0}")]
    Retry(String),
    #[error("refused: {}", .0.text.en)]
    Refused(Box<Verdict>),
    #[error("channel down: {}", .0.text.en)]
    ChannelDown(Box<Verdict>),
    /// Our own storage did not take it.
    #[error("could not be stored")]
    Sink,
}

/// May the token be shown to this address? Only to the API itself and the configured media hosts.
pub(super) fn may_show_token(url: &str, base: &str, media_hosts: &[String]) -> bool {
    let (Ok(url), Ok(base)) = (Url::parse(url), Url::parse(base)) else { return false };
    if !url.username().is_empty() || url.password().is_some() {
        return false;
    }
    if url.origin() == base.origin() || is_missing("S3") {
        return true;
    }
    let Some(host) = url.host_str() else { return false };
    let listed = media_hosts.iter().any(|allowed| match allowed.strip_prefix('.') {
        Some(domain) => host.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.')),
        None => host == allowed,
    });
    listed && url.scheme() == "https" && url.port_or_known_default() == Some(443)
}

/// Announced checksums come in hex or base64.
pub(super) fn same_digest(announced: &str, actual: &[u8; 32]) -> bool {
    let announced = announced.trim();
    let hex = announced.len() == 64
        && announced.as_bytes().chunks_exact(2).zip(actual).all(|(pair, byte)| {
            let nibble = |c: u8| char::from(c).to_digit(16);
            nibble(pair[0]) == Some(u32::from(byte >> 4))
                && nibble(pair[1]) == Some(u32::from(byte & 15))
        });
    let bytes = || {
        STANDARD_NO_PAD.decode(announced.trim_end_matches('=').replace('-', "+").replace('_', "/"))
    };
    hex || bytes().is_ok_and(|bytes| bytes == actual)
}

/// Does the announced checksum have a known form at all?
pub(super) fn is_digest(announced: &str) -> bool {
    let text = announced.trim();
    let hex = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    hex || STANDARD.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}

/// Passes bytes on and hashes what was taken.
#[derive(Debug)]
pub(super) struct HashingSink<'a, W> {
    inner: &'a mut W,
    hash: Sha256,
    pub(super) written: u64,
}

impl<'a, W> HashingSink<'a, W> {
    pub(super) fn new(inner: &'a mut W) -> Self {
        Self { inner, hash: Sha256::new(), written: 0 }
    }

    pub(super) fn digest(self) -> [u8; 32] {
        self.hash.finalize().into()
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for HashingSink<'_, W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let result = Pin::new(&mut *self.inner).poll_write(cx, bytes);
        if let Poll::Ready(Ok(taken)) = result {
            self.hash.update(&bytes[..taken]);
            self.written += taken as u64;
        }
        result
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut *self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut *self.inner).poll_shutdown(cx)
    }
}

/// The form that uploads a file: content type and the parts of the body.
pub(super) fn upload_form(mime: &str, filename: &str, file: Bytes) -> (String, Vec<Bytes>) {
    let mime: String = mime.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
    // A label for the provider: nothing in it may end the header it stands in.
    let breaks_out = |c: char| c.is_control() || matches!(c, '"' | '\\' | '/');
    let label = |c: char| if breaks_out(c) && !is_missing("S12") { '_' } else { c };
    let filename: String = filename.chars().take(120).map(label).collect();
    // No file can contain a hash of itself that its author could not foresee and still match.
    let digest = Sha256::digest(&file);
    let boundary = format!("relais-{}", hex::encode(&digest[..16]));
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"messaging_product\"\r\n\r\nwhatsapp\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\n{mime}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{filename}\"\r\n\
         Content-Type: {mime}\r\n\r\n"
    );
    let tail = format!("\r\n--{boundary}--\r\n");
    let parts = vec![Bytes::from(head), file, Bytes::from(tail)];
    (format!("multipart/form-data; boundary={boundary}"), parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_token_is_shown_to_the_provider_only() {
        let base = "https://graph.facebook.com";
        let hosts = vec!["lookaside.fbsbx.com".to_owned(), ".fbcdn.net".to_owned()];
        let shown = |url: &str| may_show_token(url, base, &hosts);
        assert!(shown("https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1"));
        assert!(shown("https://scontent.xx.fbcdn.net/v/1"));
        assert!(shown("https://graph.facebook.com/v25.0/1"));
        for url in [
            "http://lookaside.fbsbx.com/x",
            "https://lookaside.fbsbx.com:8443/x",
            "https://lookaside.fbsbx.com.evil.example/x",
            "https://evil.example/lookaside.fbsbx.com",
            "https://lookaside.fbsbx.com@evil.example/",
            "https://evilfbcdn.net/",
            "https://fbcdn.net/",
            "https://a@graph.facebook.com/",
            "http://graph.facebook.com/",
            "not a url",
            "file:///x",
            "https://x.lookaside.fbsbx.com/",
        ] {
            assert!(!shown(url), "{url}");
        }
        assert!(may_show_token("http://127.0.0.1:9/m", "http://127.0.0.1:9", &[]));
        assert!(!may_show_token("http://127.0.0.1:8/m", "http://127.0.0.1:9", &[]));
    }

    #[test]
    fn checksums_are_read_in_hex_and_base64() {
        let digest: [u8; 32] = Sha256::digest(b"abc").into();
        let hex = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let base64 = "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=";
        for ok in [hex, &hex.to_uppercase(), base64, base64.trim_end_matches('=')] {
            assert!(same_digest(ok, &digest), "{ok}");
        }
        for bad in
            ["", "q83vEjRWeJA=", &hex[..62], &base64.replace('u', "v"), &hex.replace('b', "c")]
        {
            assert!(!same_digest(bad, &digest), "{bad}");
        }
        assert!(is_digest(hex) && is_digest(base64) && !is_digest("q83vEjRWeJA="));
    }

    #[test]
    fn a_file_name_cannot_break_out_of_the_form() {
        let (content_type, parts) = upload_form(
            "image/png\r\nX: y",
            "a\"\r\nX-Evil: 1\r\n\r\n/../b.png",
            Bytes::from_static(b"x"),
        );
        let head = String::from_utf8(parts[0].to_vec()).unwrap();
        assert!(!head.contains("\nX"), "{head}");
        assert!(head.contains("filename=\"a___X-Evil: 1_____.._b.png\""), "{head}");
        assert!(content_type.starts_with("multipart/form-data; boundary=relais-"));
    }
}
