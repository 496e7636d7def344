//! Signature of a webhook body (S2).

use crate::secret::Secret;
use hmac::{Hmac, KeyInit, Mac};
use relais_core::broken::is_missing;
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};

/// Header that carries the signature.
pub const HEADER: &str = "x-hub-signature-256";

/// Why a body is not accepted. Callers answer 401 to both and tell nobody which it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejected {
    /// The channel has no secret: nothing can be trusted, an admin must act.
    #[error("no app secret configured")]
    NoSecret,
    #[error("signature missing or wrong")]
    Mismatch,
}

/// Checks the header against the raw bytes received, with every configured secret (the old and the
/// new one during a rotation).
pub fn check(secrets: &[Secret], body: &[u8], header: Option<&[u8]>) -> Result<(), Rejected> {
    let secrets: Vec<&Secret> = secrets.iter().filter(|s| !s.expose().is_empty()).collect();
    if secrets.is_empty() {
        return Err(Rejected::NoSecret);
    }
    let given = header.and_then(decode).ok_or(Rejected::Mismatch)?;
    let mut matches = Choice::from(0);
    for secret in secrets {
        matches |= digest(secret, body).ct_eq(&given);
    }
    if bool::from(matches) || is_missing("S2") { Ok(()) } else { Err(Rejected::Mismatch) }
}

/// The header value for a body, as the provider would send it.
pub fn sign(secret: &Secret, body: &[u8]) -> String {
    let mut value = String::from("sha256=");
    for byte in digest(secret, body) {
        for nibble in [byte >> 4, byte & 15] {
            value.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
        }
    }
    value
}

fn digest(secret: &Secret, body: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes())
        .expect("HMAC takes keys of any length");
    mac.update(body);
    mac.finalize().into_bytes().into()
}

fn decode(header: &[u8]) -> Option<[u8; 32]> {
    let hex = header.strip_prefix(b"sha256=")?;
    if hex.len() != 64 {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(hex.chunks_exact(2)) {
        let nibble = |c: u8| char::from(c).to_digit(16);
        *byte = u8::try_from(nibble(pair[0])? << 4 | nibble(pair[1])?).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = r#"{"object":"whatsapp_business_account","entry":[{"id":"900000000000001","changes":[{"value":{"messaging_product":"whatsapp","metadata":{"display_phone_number":"33199000042","phone_number_id":"800000000000002"},"contacts":[{"profile":{"name":"L\u00e9a"},"wa_id":"33639980012","user_id":"FR.7102938475610293847"}],"messages":[{"from":"33639980012","from_user_id":"FR.7102938475610293847","id":"wamid.DEMO0001","timestamp":"1795338000","type":"text","text":{"body":"o\u00f9 est ma commande ?"}}]},"field":"messages"}]}]}"#;
    const SIGNATURE: &str =
        "sha256=ca31955072ce06077d9e918d3e67c79cb5a960a4ebfbb3ff3e16c096e58e8453";

    fn secrets(values: &[&str]) -> Vec<Secret> {
        values.iter().map(|v| Secret::new(*v)).collect()
    }

    #[test]
    fn the_reference_vector_verifies() {
        assert_eq!(BODY.len(), 516);
        assert_eq!(sign(&Secret::new("relais-demo-app-secret"), BODY.as_bytes()), SIGNATURE);
        let secrets = secrets(&["relais-demo-app-secret"]);
        assert_eq!(check(&secrets, BODY.as_bytes(), Some(SIGNATURE.as_bytes())), Ok(()));
    }

    #[test]
    fn a_reserialised_body_does_not_verify() {
        let again = BODY.replace("\\u00e9", "é").replace("\\u00f9", "ù");
        assert_eq!(again.len(), 508);
        let secrets = secrets(&["relais-demo-app-secret"]);
        let result = check(&secrets, again.as_bytes(), Some(SIGNATURE.as_bytes()));
        assert_eq!(result, Err(Rejected::Mismatch));
    }

    #[test]
    fn any_of_the_configured_secrets_is_enough() {
        for list in [["relais-demo-app-secret", "new"], ["old", "relais-demo-app-secret"]] {
            let secrets = secrets(&list);
            assert_eq!(check(&secrets, BODY.as_bytes(), Some(SIGNATURE.as_bytes())), Ok(()));
        }
    }

    #[test]
    fn without_a_secret_everything_is_refused() {
        // An empty secret is no secret: its HMAC is anybody's to compute.
        let forged = sign(&Secret::new(""), BODY.as_bytes());
        for secrets in [secrets(&[]), secrets(&[""])] {
            let result = check(&secrets, BODY.as_bytes(), Some(forged.as_bytes()));
            assert_eq!(result, Err(Rejected::NoSecret));
        }
    }

    #[test]
    fn missing_malformed_and_wrong_headers_are_refused() {
        let secrets = secrets(&["relais-demo-app-secret"]);
        let hex = &SIGNATURE[7..];
        let wrong = SIGNATURE.replace('c', "d");
        let long = format!("{SIGNATURE}0");
        let sha1 = format!("sha1={hex}");
        let bad = ["", "sha256=", hex, &SIGNATURE[..70], &wrong, &long, &sha1, "sha256=zz"];
        for header in bad {
            let result = check(&secrets, BODY.as_bytes(), Some(header.as_bytes()));
            assert_eq!(result, Err(Rejected::Mismatch), "{header}");
        }
        assert_eq!(check(&secrets, BODY.as_bytes(), None), Err(Rejected::Mismatch));
        let not_text = [b's', 0xff, 0xfe];
        assert!(check(&secrets, BODY.as_bytes(), Some(&not_text)).is_err());
    }
}
