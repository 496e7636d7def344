//! Port of inbound webhooks: an adapter checks and translates, the API only carries bytes.

use crate::arrival::Arrival;
use bytes::Bytes;
use relais_core::time::Timestamp;

/// Why a delivery is not taken in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HookError {
    /// Signature missing or wrong (S2): 401.
    Unsigned,
    /// The channel has no secret to check with: 401 too, and somebody must be told (S2).
    NoSecret,
    /// Not the provider's JSON: 400.
    Malformed(String),
}

/// A channel's inbound side. Pure: no I/O, no clock.
pub trait Hook: std::fmt::Debug + Send + Sync {
    /// Answers the provider's handshake with the text to echo, or nothing: 403.
    fn challenge(&self, query: &[(String, String)]) -> Option<String>;

    /// Reads one object again that was stored raw. It was signed when it came.
    fn reread(&self, raw: &str, business_number: &str, received_at: Timestamp) -> Option<Arrival>;

    /// Checks the signature over the raw bytes, then reads the delivery.
    fn read(
        &self,
        body: &Bytes,
        signature: Option<&[u8]>,
        received_at: Timestamp,
    ) -> Result<Vec<Arrival>, HookError>;
}
