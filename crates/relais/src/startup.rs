//! Why the program does not start, in one sentence, and what to do about it.

use relais_app::port::store::StoreError;
use std::fmt;

/// A start that was refused.
#[derive(Debug)]
pub struct Refusal {
    pub sentence: String,
    pub remedy: String,
}

impl Refusal {
    pub fn new(sentence: impl fmt::Display, remedy: impl Into<String>) -> Self {
        // Whoever reads logs gets one line, whatever a library said.
        let sentence = sentence.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        Self { sentence, remedy: remedy.into() }
    }

    /// The store could not be opened or used.
    pub fn of_store(error: &StoreError) -> Self {
        let remedy = match error {
            StoreError::Full => "free space on the disk and start again",
            StoreError::Unavailable(_) => {
                "check `database` and `data_dir`, and that nobody else holds the file"
            }
            StoreError::Fenced => "start again",
            StoreError::Fatal(_) | StoreError::Inconsistent { .. } => {
                "run `relais doctor`; restore a backup if it reports damage"
            }
            StoreError::Bug(_) => "check `database`; `sqlite://PATH` and `postgres://…` are known",
        };
        Self::new(format!("the database cannot be used: {error}"), remedy)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}. Remedy: {}.", self.sentence.trim_end_matches('.'), self.remedy)
    }
}

impl std::error::Error for Refusal {}
