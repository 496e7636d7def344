//! Argon2id, a few at a time: each one takes 19 MiB and some milliseconds.

use super::AccountError;
use super::users::password_fault;
use crate::clock::Random;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Stands in for the hash of an unknown login, so that it costs the same time. Nobody knows a
/// password for it.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Most hashes computed side by side.
const AT_ONCE: usize = 2;

/// What an account keeps of a password, for whoever writes it into the settings; a password that
/// guessers try first is refused.
pub async fn hash_password(password: String, random: &dyn Random) -> Result<String, AccountError> {
    if let Some(fault) = password_fault(&password, &[]) {
        return Err(AccountError::Invalid(vec![fault]));
    }
    Hasher::default().hash(password, random).await
}

/// The text is a hash that can be verified here.
pub(super) fn is_hash(text: &str) -> bool {
    let is_ours = |hash: PasswordHash| hash.algorithm.as_str() == "argon2id";
    PasswordHash::new(text).is_ok_and(is_ours)
}

#[derive(Debug)]
pub(super) struct Hasher(Arc<Semaphore>);

impl Default for Hasher {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Hasher {
    pub(super) async fn hash(
        &self,
        password: String,
        random: &dyn Random,
    ) -> Result<String, AccountError> {
        let mut salt = [0; 16];
        random.fill(&mut salt);
        self.compute(move || {
            Argon2::default()
                .hash_password_with_salt(password.as_bytes(), &salt)
                .map(|hash| hash.to_string())
                .map_err(|e| AccountError::Hashing(e.to_string()))
        })
        .await?
    }

    /// A missing or unreadable hash never matches.
    pub(super) async fn verify(
        &self,
        password: String,
        hash: Option<String>,
    ) -> Result<bool, AccountError> {
        self.compute(move || {
            let is_known = hash.is_some();
            let text = hash.as_deref().unwrap_or(NOBODY);
            let verified = PasswordHash::new(text).is_ok_and(|parsed| {
                Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
            });
            verified && is_known
        })
        .await
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, AccountError> {
        let failed = |e: &dyn std::fmt::Display| AccountError::Hashing(e.to_string());
        let turn = Arc::clone(&self.0).acquire_owned().await.map_err(|e| failed(&e))?;
        let result = tokio::task::spawn_blocking(move || {
            // Held until the work is done, also if whoever asked has gone.
            let _turn = turn;
            work()
        });
        result.await.map_err(|e| failed(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_of_nobody_can_be_checked_and_never_matches() {
        let parsed = PasswordHash::new(NOBODY).unwrap();
        assert!(Argon2::default().verify_password(b"", &parsed).is_err());
    }
}
