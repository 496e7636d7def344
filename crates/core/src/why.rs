//! What is wrong with a field of a request or of the files: a stable word for programs, the bounds
//! where there are some, and English for whoever reads it.

/// Why a field cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Why {
    /// One of a few: a program has words of its own for each. `other` has only the detail.
    pub code: &'static str,
    pub least: Option<u64>,
    pub most: Option<u64>,
    pub detail: String,
}

impl Why {
    pub fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self { code, least: None, most: None, detail: detail.into() }
    }

    pub fn missing() -> Self {
        Self::new("missing", "is missing or empty")
    }

    /// Characters.
    pub fn too_long(most: usize) -> Self {
        let why = Self::new("too_long", format!("has more than {most} characters"));
        Self { most: Some(most as u64), ..why }
    }

    /// Characters.
    pub fn length(least: usize, most: usize) -> Self {
        let why = Self::new("length", format!("must have {least} to {most} characters"));
        why.within(least as u64, most as u64)
    }

    /// How many there may be.
    pub fn too_many(most: usize) -> Self {
        let why = Self::new("too_many", format!("holds {most} at most"));
        Self { most: Some(most as u64), ..why }
    }

    /// A name that leads nowhere.
    pub fn unknown(detail: impl Into<String>) -> Self {
        Self::new("unknown", detail)
    }

    /// A number.
    pub fn range(least: u64, most: u64) -> Self {
        Self::new("range", format!("must be {least} to {most}")).within(least, most)
    }

    /// In other words.
    #[must_use]
    pub fn told(mut self, detail: impl Into<String>) -> Self {
        self.detail = detail.into();
        self
    }

    fn within(mut self, least: u64, most: u64) -> Self {
        (self.least, self.most) = (Some(least), Some(most));
        self
    }
}

impl From<&str> for Why {
    fn from(detail: &str) -> Self {
        Self::new("other", detail)
    }
}

impl From<String> for Why {
    fn from(detail: String) -> Self {
        Self::new("other", detail)
    }
}

impl std::fmt::Display for Why {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.detail)
    }
}
