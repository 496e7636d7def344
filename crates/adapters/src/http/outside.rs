//! Posting JSON to addresses of the workspace's choice.

use super::{Call, Egress, Failure, Method};
use async_trait::async_trait;
use relais_app::port::outside::{Answered, Outside};
use reqwest::header::{HeaderName, HeaderValue};
use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(15);
/// Enough of an answer for a log.
const CAP: u64 = 16 * 1024;

#[async_trait]
impl Outside for Egress {
    async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<Answered, String> {
        let mut call =
            Call::new(Method::POST, url).body("application/json", body).within(DEADLINE).cap(CAP);
        for (name, value) in headers {
            if let Ok(value) = HeaderValue::from_str(value) {
                call = call.header(HeaderName::from_static(name), value);
            }
        }
        match self.call(call).await {
            Ok(reply) => {
                let said = String::from_utf8_lossy(&reply.body).chars().take(500).collect();
                Ok(Answered { status: reply.status, said })
            }
            Err(failure @ (Failure::Denied | Failure::NotSent(_) | Failure::Unknown(_))) => {
                Err(failure.to_string())
            }
        }
    }
}
