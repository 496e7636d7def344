//! The thin call: a provider connection over the egress client.

use super::errors::{Class, Verdict};
use super::media::{
    HashingSink, MediaError, MediaInfo, is_digest, may_show_token, same_digest, upload_form,
};
use super::response::{self, Accepted};
use super::send::{read_receipt, to_wire};
use super::wire::View;
use crate::http::{Call, Cut, Egress, Failure, Method, Reply};
use crate::secret::Secret;
use async_trait::async_trait;
use bytes::Bytes;
use parking_lot::RwLock;
use relais_app::port::channel::{Channel, FetchError, Send, SendOutcome};
use relais_app::port::template::ListedTemplate;
use relais_core::broken::is_missing;
use relais_core::message::{MediaSource, Outbound};
use std::borrow::Cow;
use std::time::Duration;
use tokio::io::AsyncWrite;

/// Where the API is and how long we wait for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GraphConfig {
    /// Without a trailing slash.
    pub base_url: String,
    pub version: String,
    /// Hosts besides the API that may see the token; `.example.net` means its subdomains.
    pub media_hosts: Vec<String>,
    pub send_deadline: Duration,
    pub media_deadline: Duration,
}

impl Default for GraphConfig {
    fn default() -> Self {
        Self {
            base_url: "https://graph.facebook.com".to_owned(),
            version: "v25.0".to_owned(),
            media_hosts: vec!["lookaside.fbsbx.com".to_owned()],
            send_deadline: Duration::from_secs(20),
            media_deadline: Duration::from_secs(120),
        }
    }
}

/// A connection with one token.
#[derive(Debug)]
pub struct GraphClient {
    egress: Egress,
    config: GraphConfig,
    token: RwLock<Secret>,
    /// The business account behind the number.
    account: Option<String>,
}

impl GraphClient {
    pub fn new(egress: Egress, config: GraphConfig, token: Secret) -> Self {
        Self { egress, config, token: RwLock::new(token), account: None }
    }

    /// A connection that knows its business account.
    #[must_use]
    pub fn of_account(self, account: impl Into<String>) -> Self {
        Self { account: Some(account.into()), ..self }
    }

    /// A new token takes effect with the next request (T17).
    pub fn set_token(&self, token: Secret) {
        *self.token.write() = token;
    }

    /// Sends and tells also what the answer teaches about the recipient.
    pub async fn send_message(&self, send: &Send) -> (SendOutcome, Option<Accepted>) {
        let refused = |reason: String| (SendOutcome::Refused { code: None, reason }, None);
        let send = &match self.with_file(send).await {
            Ok(send) => send,
            Err(outcome) => return (outcome, None),
        };
        let body = match to_wire(send) {
            Ok(body) => body,
            Err(invalid) => return refused(invalid.to_string()),
        };
        let Some(url) = self.url(&[&send.business_number, "messages"]) else {
            return refused("business number is not an id".to_owned());
        };
        let call = Call::new(Method::POST, url)
            .body("application/json", body.to_string())
            .within(self.config.send_deadline);
        let result = self.call(call).await;
        let accepted = result.as_ref().ok().and_then(response::accepted);
        (response::outcome(&result), accepted)
    }

    /// The same message with its file uploaded. Nothing was sent if that fails, so it may be tried
    /// again (R7).
    async fn with_file<'a>(&self, send: &'a Send) -> Result<Cow<'a, Send>, SendOutcome> {
        let (Some(file), Outbound::Media { kind, caption, filename, .. }) =
            (&send.file, &send.content)
        else {
            return Ok(Cow::Borrowed(send));
        };
        let refused = |reason: &str| SendOutcome::Refused { code: None, reason: reason.to_owned() };
        let bytes = file.read().await.map_err(|_| refused("its file is gone"))?;
        let number = &send.business_number;
        let uploaded = self.upload_media(number, &file.mime, &file.filename, bytes.into()).await;
        let id = uploaded.map_err(|error| match error {
            MediaError::Retry(reason) => {
                SendOutcome::Retry { after: Duration::from_secs(5), code: None, reason }
            }
            MediaError::ChannelDown(verdict) => {
                SendOutcome::ChannelDown { code: verdict.code, reason: verdict.text.en.to_owned() }
            }
            MediaError::Refused(verdict) => {
                SendOutcome::Refused { code: verdict.code, reason: verdict.text.en.to_owned() }
            }
            MediaError::TooLarge { .. } => refused("the file is too large for the provider"),
            MediaError::Gone | MediaError::NotAllowed | MediaError::Damaged | MediaError::Sink => {
                refused("the file could not be uploaded")
            }
        })?;
        let content = Outbound::Media {
            kind: *kind,
            source: MediaSource::Id(id),
            caption: caption.clone(),
            filename: filename.clone(),
        };
        Ok(Cow::Owned(Send { content, file: None, ..send.clone() }))
    }

    /// Asks where a file is; the address is good for five minutes.
    pub async fn resolve_media(&self, number: &str, id: &str) -> Result<MediaInfo, MediaError> {
        let url = self.url(&[id]).ok_or(MediaError::NotAllowed)?;
        let number_ok = number.bytes().all(|b| b.is_ascii_alphanumeric());
        let url = if number_ok && !number.is_empty() {
            format!("{url}?phone_number_id={number}")
        } else {
            url
        };
        let reply = self.call(Call::new(Method::GET, url)).await.map_err(media_failure)?;
        let value = media_answer(&reply).map_err(|error| match error {
            // "Object does not exist" has no code of its own.
            MediaError::Refused(verdict) if matches!(verdict.code, Some(33 | 100)) => {
                MediaError::Gone
            }
            other => other,
        })?;
        let view = View(&value);
        Ok(MediaInfo {
            id: id.to_owned(),
            url: view.at("url").word().ok_or(MediaError::Gone)?,
            mime: view.at("mime_type").word(),
            sha256: view.at("sha256").word(),
            size: view.at("file_size").int().and_then(|size| u64::try_from(size).ok()),
        })
    }

    /// Streams a file into `sink`, checked against its announced size and checksum. What the sink
    /// got is only valid if this returns `Ok`.
    pub async fn fetch_media<W>(
        &self,
        number: &str,
        id: &str,
        cap: u64,
        sink: &mut W,
    ) -> Result<MediaInfo, MediaError>
    where
        W: AsyncWrite + Unpin + std::marker::Send,
    {
        // The address may expire between the two steps: one fresh address, then the file is gone.
        for last in [false, true] {
            let info = self.resolve_media(number, id).await?;
            match self.download(&info, cap, sink).await {
                Err(MediaError::Gone) if !last && !is_missing("R12") => {}
                Err(e) => return Err(e),
                Ok(()) => return Ok(info),
            }
        }
        Err(MediaError::Gone)
    }

    async fn download<W>(&self, info: &MediaInfo, cap: u64, sink: &mut W) -> Result<(), MediaError>
    where
        W: AsyncWrite + Unpin + std::marker::Send,
    {
        if !may_show_token(&info.url, &self.config.base_url, &self.config.media_hosts) {
            return Err(MediaError::NotAllowed);
        }
        if info.size.is_some_and(|size| size > cap) {
            return Err(MediaError::TooLarge { limit: cap });
        }
        let call = Call::new(Method::GET, &info.url)
            .bearer(&self.token())
            .within(self.config.media_deadline)
            .cap(cap);
        let mut sink = HashingSink::new(sink);
        let reply = self.egress.call_into(call, &mut sink).await.map_err(media_failure)?;
        if !(200..300).contains(&reply.status) {
            return Err(media_refusal(&reply));
        }
        match reply.cut {
            None => {}
            Some(Cut::TooLarge) => return Err(MediaError::TooLarge { limit: cap }),
            Some(Cut::Sink) => return Err(MediaError::Sink),
            Some(cut @ (Cut::Deadline | Cut::ConnectionLost)) => {
                return Err(MediaError::Retry(format!("{cut:?}")));
            }
        }
        let whole = info.size.is_none_or(|size| size == sink.written);
        let digest = sink.digest();
        let announced = info.sha256.as_deref().filter(|text| is_digest(text));
        let same = announced.is_none_or(|announced| same_digest(announced, &digest));
        if whole && same { Ok(()) } else { Err(MediaError::Damaged) }
    }

    /// Gives the provider a file; the id it returns is good for thirty days.
    pub async fn upload_media(
        &self,
        number: &str,
        mime: &str,
        filename: &str,
        file: Bytes,
    ) -> Result<String, MediaError> {
        let url = self.url(&[number, "media"]).ok_or(MediaError::NotAllowed)?;
        let (content_type, parts) = upload_form(mime, filename, file);
        let call = Call::new(Method::POST, url)
            .parts(&content_type, parts)
            .within(self.config.media_deadline);
        let reply = self.call(call).await.map_err(media_failure)?;
        let value = media_answer(&reply)?;
        let id = View(&value).at("id").word();
        id.ok_or_else(|| MediaError::Retry("answer without an id".to_owned()))
    }

    pub(super) async fn call(&self, call: Call) -> Result<Reply, Failure> {
        let call = call.bearer(&self.token());
        self.egress.call(call).await
    }

    fn token(&self) -> Secret {
        self.token.read().clone()
    }

    /// A path below the configured version; `None` if a segment could leave it.
    pub(super) fn url(&self, segments: &[&str]) -> Option<String> {
        let mut url = format!("{}/{}", self.config.base_url, self.config.version);
        for segment in segments {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
            if segment.is_empty() || !segment.bytes().all(plain) {
                return None;
            }
            url.push('/');
            url.push_str(segment);
        }
        Some(url)
    }
}

#[async_trait]
impl Channel for GraphClient {
    async fn send(&self, send: Send) -> SendOutcome {
        self.send_message(&send).await.0
    }

    /// Best effort: nobody waits for a read receipt.
    async fn mark_read(&self, business_number: &str, provider_id: &str, typing: bool) {
        let Some(url) = self.url(&[business_number, "messages"]) else { return };
        let call = Call::new(Method::POST, url)
            .body("application/json", read_receipt(provider_id, typing).to_string())
            .within(self.config.send_deadline);
        match self.call(call).await {
            Ok(reply) if (200..300).contains(&reply.status) => {}
            Ok(reply) => tracing::debug!(status = reply.status, "read receipt not taken"),
            Err(failure) => tracing::debug!(%failure, "read receipt not sent"),
        }
    }

    fn account(&self) -> Option<&str> {
        self.account.as_deref()
    }

    async fn templates(&self) -> Result<Vec<ListedTemplate>, FetchError> {
        match &self.account {
            Some(account) => self.list_templates(account).await,
            None => Ok(Vec::new()),
        }
    }

    fn holds_files(&self) -> bool {
        true
    }

    async fn fetch(
        &self,
        business_number: &str,
        media_id: &str,
        cap: u64,
        mut sink: &mut (dyn AsyncWrite + std::marker::Send + Unpin),
    ) -> Result<(), FetchError> {
        let fetched = self.fetch_media(business_number, media_id, cap, &mut sink).await;
        fetched.map(|_| ()).map_err(|error| match error {
            MediaError::Gone => FetchError::Gone,
            MediaError::TooLarge { .. } => FetchError::TooLarge,
            MediaError::NotAllowed => FetchError::Refused("its address is not allowed".to_owned()),
            MediaError::Refused(verdict) => FetchError::Refused(verdict.text.en.to_owned()),
            MediaError::ChannelDown(verdict) => FetchError::ChannelDown(verdict.text.en.to_owned()),
            MediaError::Damaged => FetchError::Retry("damaged in transfer".to_owned()),
            MediaError::Retry(why) => FetchError::Retry(why),
            MediaError::Sink => FetchError::Disk("the file was not taken".to_owned()),
        })
    }
}

fn media_failure(failure: Failure) -> MediaError {
    match failure {
        Failure::Denied => MediaError::NotAllowed,
        // Fetching and uploading again harms nothing.
        Failure::NotSent(why) | Failure::Unknown(why) => MediaError::Retry(why),
    }
}

fn media_answer(reply: &Reply) -> Result<serde_json::Value, MediaError> {
    if !(200..300).contains(&reply.status) {
        return Err(media_refusal(reply));
    }
    response::body(reply).ok_or_else(|| MediaError::Retry("unreadable answer".to_owned()))
}

fn media_refusal(reply: &Reply) -> MediaError {
    let verdict: Box<Verdict> = Box::new(response::verdict(reply));
    match verdict.class {
        _ if matches!(reply.status, 404 | 410) => MediaError::Gone,
        Class::Retry { .. } | Class::Unknown => MediaError::Retry(verdict.text.en.to_owned()),
        Class::ChannelDown => MediaError::ChannelDown(verdict),
        Class::Refused => MediaError::Refused(verdict),
    }
}

#[cfg(test)]
mod tests;
