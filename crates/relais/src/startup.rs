//! How the start goes: which step took how long, or why it was refused and what to do about it.

use relais_app::port::store::StoreError;
use std::fmt;
use std::time::{Duration, Instant};

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

/// A start that takes longer says which step is to blame.
const SLOW: Duration = Duration::from_secs(1);

/// The steps of a start, with what each took.
#[derive(Debug)]
pub struct Steps {
    began: Instant,
    /// What was done by when, since the beginning.
    done: Vec<(&'static str, Duration)>,
}

impl Steps {
    pub fn begin() -> Self {
        Self { began: Instant::now(), done: Vec::new() }
    }

    pub fn done(&mut self, step: &'static str) {
        self.done.push((step, self.began.elapsed()));
    }

    /// Everything is done: says so.
    pub fn ready(&self, bound: std::net::SocketAddr) {
        let took = self.began.elapsed();
        tracing::info!(%bound, ms = took.as_millis(), "ready");
        if took >= SLOW {
            tracing::warn!(ms = took.as_millis(), steps = self.each(), "a slow start");
        }
    }

    /// `store 12, mark 3 …`: milliseconds of each.
    fn each(&self) -> String {
        let mut before = Duration::ZERO;
        let each = self.done.iter().map(|(step, at)| {
            let took = at.saturating_sub(std::mem::replace(&mut before, *at));
            format!("{step} {}", took.as_millis())
        });
        each.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_is_told_by_its_own_time() {
        let at = Duration::from_millis;
        let done = vec![("store", at(12)), ("mark", at(5_012)), ("workspace", at(5_020))];
        let steps = Steps { began: Instant::now(), done };
        assert_eq!(steps.each(), "store 12, mark 5000, workspace 8");
    }
}
