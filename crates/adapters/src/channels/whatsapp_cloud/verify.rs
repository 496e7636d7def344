//! The handshake by which the provider checks that a callback URL is ours.

use crate::secret::Secret;
use subtle::ConstantTimeEq;

/// The query of the verification request.
#[derive(Clone, Debug, Default, serde::Deserialize)]
pub struct Query {
    #[serde(rename = "hub.mode", default)]
    pub mode: String,
    #[serde(rename = "hub.verify_token", default)]
    pub verify_token: String,
    #[serde(rename = "hub.challenge", default)]
    pub challenge: String,
}

/// The body to answer with (200, text/plain), or `None` for 403.
pub fn challenge(query: Query, verify_token: &Secret) -> Option<String> {
    let expected = verify_token.expose().as_bytes();
    let known = !expected.is_empty() && bool::from(expected.ct_eq(query.verify_token.as_bytes()));
    // Bounded and plain: the answer must not become somebody's page.
    let harmless = (1..=256).contains(&query.challenge.len())
        && query.challenge.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    (known && query.mode == "subscribe" && harmless).then_some(query.challenge)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(mode: &str, token: &str, text: &str, ours: &str) -> Option<String> {
        let query = Query { mode: mode.into(), verify_token: token.into(), challenge: text.into() };
        challenge(query, &Secret::new(ours))
    }

    #[test]
    fn the_right_token_gets_its_challenge_back_verbatim() {
        assert_eq!(ask("subscribe", "t0k", "1158201444", "t0k").as_deref(), Some("1158201444"));
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(ask("subscribe", "wrong", "1", "t0k"), None);
        assert_eq!(ask("subscribe", "", "1", ""), None);
        assert_eq!(ask("unsubscribe", "t0k", "1", "t0k"), None);
        assert_eq!(ask("subscribe", "t0k", "", "t0k"), None);
        assert_eq!(ask("subscribe", "t0k", "<script>", "t0k"), None);
        assert_eq!(ask("subscribe", "t0k", &"1".repeat(257), "t0k"), None);
    }
}
