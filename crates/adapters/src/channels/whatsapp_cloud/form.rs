//! Forms (WhatsApp Flows): what comes back filled in, the key of a number, and the door that the
//! screens knock at. RSA-OAEP with SHA-256 carries an AES-128 key, GCM with a nonce of 16 bytes the
//! words; the reply takes the same key and the nonce with every bit turned (reference §14).

mod upload;

use super::signature;
use super::wire::View;
use crate::secret::Secret;
use aes_gcm::aead::consts::U16;
use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::aes::Aes128;
use aes_gcm::{AesGcm, Key, Nonce};
use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{
    KeySize, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use relais_app::port::form::{Asked, FormDoor, FormError, Reply, Seal};
use relais_core::flow::form::{MAX_FIELDS, of_token};
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Cipher = AesGcm<Aes128, U16>;
const KEY: usize = 16;
/// Where the provider puts what it carries for us.
const TOKEN: &str = "flow_token";
/// The name of the screen after the last.
const LAST: &str = "SUCCESS";

/// Our id of a form and its fields, from the provider's JSON.
pub(super) fn filled(answers: &str) -> (Option<String>, BTreeMap<String, String>) {
    let value: Value = serde_json::from_str(answers).unwrap_or_default();
    let token = View(&value).at(TOKEN).word();
    let payload = token.as_deref().and_then(of_token).map(|(payload, _)| payload.to_owned());
    (payload, fields(&value))
}

/// Texts, numbers, yes and no, and several choices at once; what is nested deeper is left out.
fn fields(value: &Value) -> BTreeMap<String, String> {
    let word = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(is) => Some(is.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    };
    let field = |(name, value): (&String, &Value)| {
        let text = match value {
            Value::Array(several) => several.iter().filter_map(word).collect::<Vec<_>>().join(", "),
            one => word(one)?,
        };
        Some((name.clone(), text))
    };
    let all = value.as_object().into_iter().flatten();
    all.filter(|(name, _)| *name != TOKEN).filter_map(field).take(MAX_FIELDS).collect()
}

/// A number's private key.
pub struct FormKey {
    /// PKCS#8, base64: what is kept, sealed.
    kept: Secret,
    /// PEM: what the provider gets.
    public: String,
    opens: OaepPrivateDecryptingKey,
}

impl std::fmt::Debug for FormKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FormKey(…)")
    }
}

/// A key that cannot be made or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key of forms cannot be used")]
pub struct BadKey;

impl FormKey {
    /// A new key; takes a tenth of a second.
    pub fn generate() -> Result<Self, BadKey> {
        Self::of(PrivateDecryptingKey::generate(KeySize::Rsa2048).map_err(|_| BadKey)?)
    }

    pub fn read(kept: &str) -> Result<Self, BadKey> {
        let der = BASE64.decode(kept).map_err(|_| BadKey)?;
        Self::of(PrivateDecryptingKey::from_pkcs8(&der).map_err(|_| BadKey)?)
    }

    fn of(key: PrivateDecryptingKey) -> Result<Self, BadKey> {
        let private: Pkcs8V1Der<'_> = key.as_der().map_err(|_| BadKey)?;
        let public: PublicKeyX509Der<'_> = key.public_key().as_der().map_err(|_| BadKey)?;
        let (kept, public) = (BASE64.encode(private.as_ref()), pem(public.as_ref()));
        let opens = OaepPrivateDecryptingKey::new(key).map_err(|_| BadKey)?;
        Ok(Self { kept: Secret::new(kept), public, opens })
    }

    pub fn kept(&self) -> &Secret {
        &self.kept
    }

    pub fn public(&self) -> &str {
        &self.public
    }

    fn open(&self, sealed: &[u8]) -> Option<[u8; KEY]> {
        let mut room = vec![0; self.opens.min_output_size()];
        let key = self.opens.decrypt(&OAEP_SHA256_MGF1SHA256, sealed, &mut room, None).ok()?;
        <[u8; KEY]>::try_from(&*key).ok()
    }
}

fn pem(der: &[u8]) -> String {
    let text = BASE64.encode(der);
    let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
    for line in text.as_bytes().chunks(64) {
        pem.extend(line.iter().map(|b| char::from(*b)));
        pem.push('\n');
    }
    pem.push_str("-----END PUBLIC KEY-----\n");
    pem
}

/// The door of a number's forms.
#[derive(Debug)]
pub struct CloudDoor {
    pub app_secrets: Vec<Secret>,
    /// The newest first: until the provider has taken a new key, the one before opens.
    pub keys: Vec<FormKey>,
}

impl FormDoor for CloudDoor {
    fn open(&self, body: &[u8], signature: Option<&[u8]>) -> Result<(Asked, Seal), FormError> {
        signature::check(&self.app_secrets, body, signature).map_err(|_| FormError::Unsigned)?;
        let body: Value = serde_json::from_slice(body).map_err(|_| FormError::Malformed)?;
        let part = |name: &str| {
            let text = body[name].as_str().ok_or(FormError::Malformed)?;
            BASE64.decode(text).map_err(|_| FormError::Malformed)
        };
        let (sealed, nonce) = (part("encrypted_aes_key")?, part("initial_vector")?);
        let words = part("encrypted_flow_data")?;
        let nonce = <[u8; 16]>::try_from(nonce).map_err(|_| FormError::Malformed)?;
        let key = self.keys.iter().find_map(|key| key.open(&sealed)).ok_or(FormError::Sealed)?;
        let cipher = Cipher::new(Key::<Cipher>::from_slice(&key));
        let opened = cipher.decrypt(Nonce::from_slice(&nonce), words.as_slice());
        let opened = opened.map_err(|_| FormError::Sealed)?;
        let asked: Value = serde_json::from_slice(&opened).map_err(|_| FormError::Malformed)?;
        let asked = read(&asked).ok_or(FormError::Malformed)?;
        let seal: Seal = Box::new(move |reply| {
            let turned = nonce.map(|byte| !byte);
            let words = said(reply).to_string();
            let sealed = cipher.encrypt(Nonce::from_slice(&turned), words.as_bytes());
            BASE64.encode(sealed.expect("a reply is far shorter than what GCM can carry"))
        });
        Ok((asked, seal))
    }
}

fn read(asked: &Value) -> Option<Asked> {
    let view = View(asked);
    let data = &asked["data"];
    if let Some(reason) = View(data).at("error").text().or_else(|| View(data).at("error").word()) {
        return Some(Asked::Fault { reason });
    }
    let token = || view.at(TOKEN).word();
    let screen = || view.at("screen").word();
    match view.at("action").word()?.to_ascii_lowercase().as_str() {
        "ping" => Some(Asked::Ping),
        "init" => Some(Asked::Screen { screen: None, token: token()? }),
        "back" => Some(Asked::Screen { screen: screen(), token: token()? }),
        "data_exchange" => {
            Some(Asked::Filled { screen: screen()?, token: token()?, fields: fields(data) })
        }
        _ => None,
    }
}

fn said(reply: &Reply) -> Value {
    match reply {
        Reply::Present => json!({ "data": { "status": "active" } }),
        Reply::Noted => json!({ "data": { "acknowledged": true } }),
        Reply::Show { screen, error: None } => json!({ "screen": screen, "data": {} }),
        Reply::Show { screen, error: Some(error) } => {
            json!({ "screen": screen, "data": { "error_message": error } })
        }
        Reply::Done { token, fields } => {
            let mut params = json!(fields);
            params[TOKEN] = json!(token);
            json!({ "screen": LAST, "data": { "extension_message_response": { "params": params } } })
        }
        Reply::Gone { error } => json!({ "error_msg": error }),
    }
}

#[cfg(test)]
mod tests;
