//! Web push: the vendor of a browser wakes a page that is closed (RFC 8030), asked by a key of this
//! instance (VAPID, RFC 8292). Nothing goes with it: no word, no name, no number. The page asks the
//! server itself.

use async_trait::async_trait;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use relais_app::clock::Clock;
use relais_app::port::helpers::{HelperError, Notice, Sink};
use relais_app::port::outside::Outside;
use relais_core::time::Span;
use serde_json::json;
use std::fmt;
use std::sync::Arc;

/// A wake-up that comes later than this wakes nobody in time.
const TTL_SECONDS: &str = "600";
/// The newest takes the place of those that were not delivered yet.
const TOPIC: &str = "relais-queue";
/// Vendors accept a day at most.
const TOKEN_LASTS: Span = Span::hours(12);
/// The browser has thrown its address away.
const GONE: [u16; 2] = [404, 410];

/// What vendors know this instance by.
pub struct VapidKey {
    pkcs8: Vec<u8>,
    public: Vec<u8>,
}

impl fmt::Debug for VapidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VapidKey(…)")
    }
}

impl VapidKey {
    /// Nothing where the system has no randomness.
    pub fn fresh() -> Option<Self> {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).ok()?;
        Self::of(pair.to_pkcs8v1().ok()?.as_ref())
    }

    /// As [`VapidKey::text`] wrote it.
    pub fn read(text: &str) -> Option<Self> {
        Self::of(&URL_SAFE_NO_PAD.decode(text).ok()?)
    }

    fn of(pkcs8: &[u8]) -> Option<Self> {
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8).ok()?;
        Some(Self { pkcs8: pkcs8.to_vec(), public: pair.public_key().as_ref().to_vec() })
    }

    /// The whole key, to be kept sealed.
    pub fn text(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.pkcs8)
    }

    /// What a browser subscribes with.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.public)
    }

    /// Says to one vendor, for some hours, that it is this instance.
    fn authorization(&self, origin: &str, subject: &str, expires: i64) -> Option<String> {
        let claims = json!({ "aud": origin, "exp": expires, "sub": subject });
        let key = EncodingKey::from_ec_der(&self.pkcs8);
        let token = jsonwebtoken::encode(&Header::new(Algorithm::ES256), &claims, &key).ok()?;
        Some(format!("vapid t={token}, k={}", self.public()))
    }
}

/// A browser somebody wants to be told on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub id: String,
    /// Where its vendor takes wake-ups for it.
    pub endpoint: String,
}

/// Who has which devices.
#[async_trait]
pub trait Devices: Send + Sync {
    /// Of a team, a role or an agent.
    async fn of(&self, whom: &str) -> Vec<Device>;
    /// It wants none any more.
    async fn forget(&self, id: &str);
}

/// Wakes the devices of those who are told.
pub struct PushSink {
    pub outside: Arc<dyn Outside>,
    pub devices: Arc<dyn Devices>,
    pub clock: Arc<dyn Clock>,
    pub key: VapidKey,
    /// Whom a vendor may complain to: an https address of this instance, or a mail address.
    pub subject: String,
}

impl fmt::Debug for PushSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushSink").finish_non_exhaustive()
    }
}

impl PushSink {
    /// Wakes each; how many heard it. An error where some should have heard it and none did.
    pub async fn wake(&self, devices: &[Device]) -> Result<usize, HelperError> {
        let (mut heard, mut trouble) = (0, None);
        for device in devices {
            match self.wake_one(device).await {
                Ok(true) => heard += 1,
                Ok(false) => self.devices.forget(&device.id).await,
                Err(error) => trouble = Some(error),
            }
        }
        match trouble {
            // Whoever heard it must not hear it again.
            Some(error) if heard == 0 => Err(HelperError(error)),
            Some(_) | None => Ok(heard),
        }
    }

    /// False where the device is no more.
    async fn wake_one(&self, device: &Device) -> Result<bool, String> {
        let expires = (self.clock.now() + TOKEN_LASTS).as_secs();
        let origin = origin(&device.endpoint).ok_or("not an address")?;
        let signed = self.key.authorization(origin, &self.subject, expires);
        let headers = [
            ("authorization", signed.ok_or("the key cannot sign")?),
            ("ttl", TTL_SECONDS.to_owned()),
            ("urgency", "high".to_owned()),
            ("topic", TOPIC.to_owned()),
            // Some vendors refuse a post that does not say so.
            ("content-length", "0".to_owned()),
        ];
        let answered = self.outside.post(&device.endpoint, &headers, String::new()).await?;
        if GONE.contains(&answered.status) {
            return Ok(false);
        }
        if answered.is_fine() { Ok(true) } else { Err(format!("answered {}", answered.status)) }
    }
}

#[async_trait]
impl Sink for PushSink {
    async fn deliver(&self, notice: &Notice) -> Result<(), HelperError> {
        let devices = self.devices.of(&notice.team).await;
        self.wake(&devices).await.map(|_| ())
    }
}

/// `https://push.example` of an address there.
fn origin(address: &str) -> Option<&str> {
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
    Some(&address[..scheme.len() + 3 + host.len()])
}

#[cfg(test)]
#[path = "push_tests.rs"]
mod tests;
