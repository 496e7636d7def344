//! Port to addresses outside that are told something over HTTP.

use async_trait::async_trait;

/// What an address answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    pub status: u16,
    /// The beginning of what it said.
    pub said: String,
}

impl Answered {
    pub fn is_fine(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// Posts JSON, through the one client for everything that leaves this machine.
#[async_trait]
pub trait Outside: std::fmt::Debug + Send + Sync {
    /// The error is a sentence for people, which says nothing about what is behind a name.
    async fn post(
        &self,
        url: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<Answered, String>;
}
