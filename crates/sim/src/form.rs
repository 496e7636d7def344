//! The provider's side of an encrypted form: seals what a screen asks for a number's public key,
//! and opens the reply.

use aes_gcm::aead::consts::U16;
use aes_gcm::aead::{Aead as _, KeyInit as _};
use aes_gcm::aes::Aes128;
use aes_gcm::{AesGcm, Key, Nonce};
use aws_lc_rs::rsa::{OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

type Cipher = AesGcm<Aes128, U16>;
const KEY: [u8; 16] = [7; 16];
const NONCE: [u8; 16] = [0x5A; 16];

/// The body that the provider posts; `public` is PEM.
///
/// # Panics
/// When the key is none: a test would go on with nothing.
pub fn seal(public: &str, asked: &Value) -> Vec<u8> {
    seal_bytes(public, asked.to_string().as_bytes())
}

/// The same of anything, also of what is no JSON.
///
/// # Panics
/// When the key is none.
pub fn seal_bytes(public: &str, asked: &[u8]) -> Vec<u8> {
    let der: String = public.lines().filter(|line| !line.starts_with("---")).collect();
    let der = BASE64.decode(der).expect("PEM of a public key");
    let key = PublicEncryptingKey::from_der(&der).expect("an RSA key");
    let key = OaepPublicEncryptingKey::new(key).expect("a key for OAEP");
    let mut room = vec![0; key.ciphertext_size()];
    let sealed = key.encrypt(&OAEP_SHA256_MGF1SHA256, &KEY, &mut room, None).expect("16 bytes fit");
    let cipher = Cipher::new(Key::<Cipher>::from_slice(&KEY));
    let words = cipher.encrypt(Nonce::from_slice(&NONCE), asked);
    let body = json!({
        "encrypted_aes_key": BASE64.encode(&*sealed),
        "initial_vector": BASE64.encode(NONCE),
        "encrypted_flow_data": BASE64.encode(words.expect("a short text")),
    });
    body.to_string().into_bytes()
}

/// The reply to it; nothing when it was not sealed for us.
pub fn open(reply: &str) -> Option<Value> {
    let cipher = Cipher::new(Key::<Cipher>::from_slice(&KEY));
    let turned = NONCE.map(|byte| byte ^ 0xFF);
    let words = BASE64.decode(reply).ok()?;
    let words = cipher.decrypt(Nonce::from_slice(&turned), words.as_slice()).ok()?;
    serde_json::from_slice(&words).ok()
}
