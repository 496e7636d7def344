//! Port to a company's own sign-in: an OpenID provider that says who somebody is.

use async_trait::async_trait;
use relais_core::time::Timestamp;
use std::fmt;

/// Whom we ask, and as whom.
#[derive(Clone)]
pub struct Provider {
    pub issuer: String,
    pub client_id: String,
    /// Empty: a public client, which PKCE alone protects.
    pub client_secret: String,
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Provider").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

/// One attempt to sign in: made once, used once.
#[derive(Clone)]
pub struct Attempt {
    pub redirect_uri: String,
    pub state: String,
    pub nonce: String,
    /// PKCE: its hash goes out first, it itself only with the code.
    pub verifier: String,
}

impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt").finish_non_exhaustive()
    }
}

/// What the provider vouches for; signature, issuer, audience, times and nonce were right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    pub issuer: String,
    pub subject: String,
    pub email: Option<String>,
    /// The provider knows that the address is theirs.
    pub is_email_verified: bool,
    pub name: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    #[error("the provider does not answer: {0}")]
    Unreachable(String),
    /// In its own words.
    #[error("the provider refused: {0}")]
    Refused(String),
    /// What it said cannot be believed.
    #[error("the provider's answer cannot be believed: {0}")]
    Untrusted(&'static str),
}

#[async_trait]
pub trait Identity: fmt::Debug + Send + Sync {
    /// Where a browser is sent; asks the provider how it works, and so tries it out.
    async fn authorization(
        &self,
        provider: &Provider,
        attempt: &Attempt,
    ) -> Result<String, IdentityError>;

    /// Who came back with this code.
    async fn identify(
        &self,
        provider: &Provider,
        attempt: &Attempt,
        code: &str,
        now: Timestamp,
    ) -> Result<Claims, IdentityError>;
}
