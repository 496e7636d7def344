//! OpenID Connect as a client: discovery, authorization code with PKCE, and the token that says who
//! somebody is. Nothing is kept between two sign-ins: keys that were changed are never used.

mod token;

use crate::http::{Call, Egress, EgressConfig, Method, Reply};
use crate::llm::host_of;
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use form_urlencoded::{Serializer, byte_serialize};
use relais_app::port::identity::{Attempt, Claims, Identity, IdentityError, Provider};
use relais_core::time::Timestamp;
use reqwest::Url;
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderValue};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use std::time::Duration;

const DEADLINE: Duration = Duration::from_secs(10);
const CAP: u64 = 512 * 1024;
/// What a refusal may say, in characters.
const SAID: usize = 200;

/// Asks providers through the one client for everything that leaves this machine.
#[derive(Clone, Debug)]
pub struct OpenId {
    egress: Egress,
}

impl OpenId {
    /// `hosts`: networks of the operator in which a provider may be, like those of models.
    pub fn new(hosts: &[String], allow_loopback: bool) -> Result<Self, String> {
        let mut config = EgressConfig { allow_loopback, ..EgressConfig::default() };
        for host in hosts {
            let (subnet, port) = host_of(host).map_err(|e| e.to_string())?;
            config.allow_subnets.push(subnet);
            config.allow_ports.push(port);
        }
        Ok(Self { egress: Egress::new(config).map_err(|e| e.to_string())? })
    }

    async fn discover(&self, issuer: &str) -> Result<Discovered, IdentityError> {
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let found: Discovered = read(self.call(Call::new(Method::GET, url)).await?)?;
        // Else one provider could speak for another.
        if found.issuer != issuer {
            return Err(IdentityError::Untrusted("it calls itself by another name"));
        }
        Ok(found)
    }

    async fn call(&self, call: Call) -> Result<Reply, IdentityError> {
        let call = call.header(ACCEPT, HeaderValue::from_static("application/json"));
        let reply = self.egress.call(call.within(DEADLINE).cap(CAP)).await;
        let reply = reply.map_err(|failure| IdentityError::Unreachable(failure.to_string()))?;
        if reply.cut.is_some() {
            return Err(IdentityError::Unreachable("the answer broke off".to_owned()));
        }
        Ok(reply)
    }

    /// The code against the tokens.
    async fn exchange(
        &self,
        found: &Discovered,
        provider: &Provider,
        attempt: &Attempt,
        code: &str,
    ) -> Result<Tokens, IdentityError> {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", &attempt.redirect_uri),
            ("code_verifier", &attempt.verifier),
        ];
        let mut call = Call::new(Method::POST, &found.token_endpoint);
        if provider.client_secret.is_empty() {
            fields.push(("client_id", &provider.client_id));
        } else if found.takes_basic() {
            call = call.header(AUTHORIZATION, basic(provider)?);
        } else {
            fields.push(("client_id", &provider.client_id));
            fields.push(("client_secret", &provider.client_secret));
        }
        let call = call.body(
            "application/x-www-form-urlencoded",
            Serializer::new(String::new()).extend_pairs(fields).finish(),
        );
        read(self.call(call).await?)
    }

    /// Some providers tell the address only here.
    async fn add_from_userinfo(
        &self,
        found: &Discovered,
        tokens: &Tokens,
        claims: Claims,
    ) -> Result<Claims, IdentityError> {
        let (Some(url), Some(access)) = (&found.userinfo_endpoint, &tokens.access_token) else {
            return Ok(claims);
        };
        if claims.email.is_some() {
            return Ok(claims);
        }
        let secret = crate::secret::Secret::new(access);
        let more: token::Said =
            read(self.call(Call::new(Method::GET, url).bearer(&secret)).await?)?;
        if more.sub != claims.subject {
            return Err(IdentityError::Untrusted("it speaks of two people"));
        }
        let is_email_verified = more.is_email_verified();
        Ok(Claims {
            email: more.email,
            is_email_verified,
            name: claims.name.or(more.name),
            ..claims
        })
    }
}

#[async_trait]
impl Identity for OpenId {
    async fn authorization(
        &self,
        provider: &Provider,
        attempt: &Attempt,
    ) -> Result<String, IdentityError> {
        let found = self.discover(&provider.issuer).await?;
        let unusable = IdentityError::Untrusted("its sign-in page has no address");
        let mut url = Url::parse(&found.authorization_endpoint).map_err(|_| unusable.clone())?;
        // A browser is sent there: nothing but the web.
        let is_local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && is_local) {
            return Err(unusable);
        }
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(attempt.verifier.as_bytes()));
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &provider.client_id)
            .append_pair("redirect_uri", &attempt.redirect_uri)
            .append_pair("scope", "openid email profile")
            .append_pair("state", &attempt.state)
            .append_pair("nonce", &attempt.nonce)
            .append_pair("code_challenge", &challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    async fn identify(
        &self,
        provider: &Provider,
        attempt: &Attempt,
        code: &str,
        now: Timestamp,
    ) -> Result<Claims, IdentityError> {
        let found = self.discover(&provider.issuer).await?;
        let tokens = self.exchange(&found, provider, attempt, code).await?;
        let keys: token::Keys = read(self.call(Call::new(Method::GET, &found.jwks_uri)).await?)?;
        let wanted = token::Wanted {
            issuer: &provider.issuer,
            audience: &provider.client_id,
            nonce: &attempt.nonce,
            now: now.as_secs(),
        };
        let claims = token::verified(&tokens.id_token, &keys, &wanted)?;
        self.add_from_userinfo(&found, &tokens, claims).await
    }
}

/// What a provider says of itself, as far as it matters here.
#[derive(Debug, Deserialize)]
struct Discovered {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Discovered {
    /// What is used where nothing is said.
    fn takes_basic(&self) -> bool {
        let known = self.token_endpoint_auth_methods_supported.as_ref();
        known.is_none_or(|known| known.iter().any(|one| one == "client_secret_basic"))
    }
}

#[derive(Deserialize)]
struct Tokens {
    id_token: String,
    access_token: Option<String>,
}

#[derive(Deserialize)]
struct No {
    error: String,
    error_description: Option<String>,
}

fn read<T: DeserializeOwned>(reply: Reply) -> Result<T, IdentityError> {
    if !(200..300).contains(&reply.status) {
        let said = match serde_json::from_slice::<No>(&reply.body) {
            Ok(no) => format!("{} {}", no.error, no.error_description.unwrap_or_default()),
            Err(_) => format!("status {}", reply.status),
        };
        let said = said.chars().filter(|c| !c.is_control()).take(SAID).collect::<String>();
        return Err(IdentityError::Refused(said.trim().to_owned()));
    }
    serde_json::from_slice(&reply.body)
        .map_err(|_| IdentityError::Untrusted("it is not what a provider answers"))
}

/// Both parts are form-encoded first (RFC 6749, 2.3.1).
fn basic(provider: &Provider) -> Result<HeaderValue, IdentityError> {
    let [id, secret] = [&provider.client_id, &provider.client_secret]
        .map(|text| byte_serialize(text.as_bytes()).collect::<String>());
    let mut value =
        HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
            .map_err(|_| IdentityError::Untrusted("its client id cannot be sent"))?;
    value.set_sensitive(true);
    Ok(value)
}
