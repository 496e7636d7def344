//! A provider credential: cannot be printed by accident (S11).

use std::fmt;

/// A token or key; `Debug` shows nothing of it and there is no `Display`.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the place that must send or compare it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::Secret;

    #[test]
    fn debug_output_never_contains_the_secret() {
        let shown = format!("{:?}", Secret::new("EAAG-token"));
        assert!(!shown.contains("EAAG"), "{shown}");
    }
}
