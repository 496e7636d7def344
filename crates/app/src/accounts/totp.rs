//! Time-based one-time codes (RFC 6238): SHA-1, six digits, thirty seconds, as every app does it.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;

/// Seconds a code stands for.
const STEP: i64 = 30;
/// Steps a clock may be off, either way.
const DRIFT: i64 = 1;
/// Bytes of a secret.
pub(super) const SECRET: usize = 20;

/// The step a code belongs to, if it is right now and later than `after`.
pub(super) fn step_of(secret: &[u8], code: &str, seconds: i64, after: i64) -> Option<i64> {
    let now = seconds.div_euclid(STEP);
    let mut found = None;
    // All are computed, whichever is right.
    for step in (now - DRIFT)..=(now + DRIFT) {
        let is_right = bool::from(code_at(secret, step).as_bytes().ct_eq(code.as_bytes()));
        if is_right && step > after {
            found = Some(step);
        }
    }
    found
}

fn code_at(secret: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes keys of any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let word = [hash[at], hash[at + 1], hash[at + 2], hash[at + 3]];
    let number = u32::from_be_bytes(word) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// RFC 4648, without padding: what people type into an app.
pub(super) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let (mut out, mut bits, mut held) = (String::new(), 0_u32, 0_u32);
    for byte in bytes {
        held = (held << 8) | u32::from(*byte);
        bits += 8;
        while bits >= 5 {
            bits -= 5;
            out.push(char::from(LETTERS[(held >> bits) as usize & 31]));
        }
        held &= (1 << bits) - 1;
    }
    if bits > 0 {
        out.push(char::from(LETTERS[(held << (5 - bits)) as usize & 31]));
    }
    out
}

/// What the app of a phone shows at a moment.
pub fn code(secret: &[u8], seconds: i64) -> String {
    code_at(secret, seconds.div_euclid(STEP))
}

#[cfg(test)]
mod tests {
    use super::*;

    const RFC: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_standard() {
        // The last six of the eight digits in RFC 6238, appendix B.
        for (seconds, expected) in
            [(59, "287082"), (1_111_111_109, "081804"), (20_000_000_000, "353130")]
        {
            assert_eq!(code(RFC, seconds), expected);
        }
    }

    #[test]
    fn a_code_is_good_once_and_for_a_minute_and_a_half() {
        let code = code(RFC, 1_000);
        let step = step_of(RFC, &code, 1_000, 0).unwrap();
        assert_eq!(step_of(RFC, &code, 1_000 + 30, 0), Some(step));
        assert_eq!(step_of(RFC, &code, 1_000 - 30, 0), Some(step));
        assert_eq!(step_of(RFC, &code, 1_000 + 90, 0), None);
        assert_eq!(step_of(RFC, &code, 1_000, step), None, "used already");
        assert_eq!(step_of(RFC, "", 1_000, 0), None);
    }

    #[test]
    fn secrets_are_written_as_apps_read_them() {
        assert_eq!(base32(b"foobar"), "MZXW6YTBOI");
        assert_eq!(base32(b"f"), "MY");
        assert_eq!(base32(RFC), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }
}
