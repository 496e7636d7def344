//! The token that says who somebody is: believed only when its signature, issuer, audience, times
//! and nonce are right.

use jsonwebtoken::jwk::{Jwk, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use relais_app::port::identity::{Claims, IdentityError};
use serde::Deserialize;

/// Signatures by a key only the provider has. None with a shared secret, and never none at all.
const ALGORITHMS: [Algorithm; 9] = [
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
/// Clocks of two machines differ.
const LEEWAY: i64 = 60;

/// Public keys; kinds we do not know are left out.
#[derive(Debug, Deserialize)]
pub(super) struct Keys {
    keys: Vec<serde_json::Value>,
}

/// What must be right.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub issuer: &'a str,
    pub audience: &'a str,
    pub nonce: &'a str,
    /// Seconds.
    pub now: i64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

/// Some providers write it as a text.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Truth {
    Is(bool),
    Text(String),
}

/// What a token, or the address that tells more, says.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Said {
    pub sub: String,
    iss: Option<String>,
    aud: Option<Audience>,
    azp: Option<String>,
    exp: Option<f64>,
    iat: Option<f64>,
    nbf: Option<f64>,
    nonce: Option<String>,
    pub email: Option<String>,
    email_verified: Option<Truth>,
    pub name: Option<String>,
}

impl Said {
    pub fn is_email_verified(&self) -> bool {
        match &self.email_verified {
            Some(Truth::Is(is)) => *is,
            Some(Truth::Text(text)) => text == "true",
            None => false,
        }
    }
}

/// Who the token is about, if everything is right.
pub(super) fn verified(
    token: &str,
    keys: &Keys,
    wanted: &Wanted<'_>,
) -> Result<Claims, IdentityError> {
    let no = IdentityError::Untrusted;
    let said = signed(token, keys)?;
    if said.iss.as_deref() != Some(wanted.issuer) {
        return Err(no("another issuer"));
    }
    let is_ours = match &said.aud {
        Some(Audience::One(one)) => one == wanted.audience,
        Some(Audience::Many(many)) => {
            // Made for several, it names the one it was given to.
            let is_given = said.azp.as_deref() == Some(wanted.audience);
            many.iter().any(|one| one == wanted.audience) && (many.len() == 1 || is_given)
        }
        None => false,
    };
    if !is_ours || said.azp.as_deref().is_some_and(|azp| azp != wanted.audience) {
        return Err(no("made for another program"));
    }
    let (now, leeway) = (wanted.now as f64, LEEWAY as f64);
    if said.exp.is_none_or(|exp| exp + leeway <= now) {
        return Err(no("too old"));
    }
    let (iat, nbf) = (said.iat.ok_or_else(|| no("without a time"))?, said.nbf);
    if iat - leeway > now || nbf.is_some_and(|nbf| nbf - leeway > now) {
        return Err(no("from the future"));
    }
    if said.nonce.as_deref() != Some(wanted.nonce) {
        return Err(no("an answer to another question"));
    }
    if said.sub.is_empty() {
        return Err(no("about nobody"));
    }
    Ok(Claims {
        issuer: wanted.issuer.to_owned(),
        is_email_verified: said.is_email_verified(),
        subject: said.sub,
        email: said.email,
        name: said.name,
    })
}

/// What it says, if one of the keys signed it.
fn signed(token: &str, keys: &Keys) -> Result<Said, IdentityError> {
    let no = IdentityError::Untrusted;
    let header = decode_header(token).map_err(|_| no("no signed token"))?;
    if !ALGORITHMS.contains(&header.alg) {
        return Err(no("signed in a way that proves nothing"));
    }
    // Times, issuer and audience are compared above, with our own clock.
    let mut rules = Validation::new(header.alg);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims.clear();
    let known = keys.keys.iter().filter_map(|key| serde_json::from_value::<Jwk>(key.clone()).ok());
    for key in known {
        let common = &key.common;
        let is_meant = header.kid.is_none() || common.key_id == header.kid;
        if !is_meant || matches!(common.public_key_use, Some(PublicKeyUse::Encryption)) {
            continue;
        }
        let Ok(key) = DecodingKey::from_jwk(&key) else { continue };
        if let Ok(data) = decode::<Said>(token, &key, &rules) {
            return Ok(data.claims);
        }
    }
    Err(no("signed by nobody we know"))
}
