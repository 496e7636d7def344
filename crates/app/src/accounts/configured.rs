//! An owner whom the settings of the program name: an instance that is installed by a script has
//! nobody to open a claim link (J0.5).

use super::password::is_hash;
use super::users::{faults, fold_login};
use super::{AccountError, Accounts, CLAIM, Fault, NewUser, Result, Revoked, Role};
use crate::port::store::UserRow;
use relais_core::workspace::Agent;

/// Login, name and hash of the password, as the settings hold them.
#[derive(Clone)]
pub struct ConfiguredOwner {
    login: String,
    name: String,
    /// Argon2id, in the PHC format.
    hash: String,
}

impl std::fmt::Debug for ConfiguredOwner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ConfiguredOwner").field("login", &self.login).finish_non_exhaustive()
    }
}

impl ConfiguredOwner {
    /// Checks all three; a name that is left out is the part of the login before its `@`.
    pub fn new(login: &str, name: &str, hash: &str) -> std::result::Result<Self, Vec<Fault>> {
        let login = fold_login(login);
        let name = match name.trim() {
            "" => login.split('@').next().unwrap_or_default(),
            name => name,
        };
        let mut faults = faults(&login, name, None);
        if !is_hash(hash) {
            let detail = "is no Argon2id hash such as `relais admin hash-password` prints";
            faults.push(Fault { pointer: "/password_hash", why: detail.into() });
        }
        if faults.is_empty() {
            Ok(Self { name: name.to_owned(), hash: hash.to_owned(), login })
        } else {
            Err(faults)
        }
    }
}

impl Accounts {
    /// Names the owner whose password, role and lock are the settings' affair.
    #[must_use]
    pub fn owned_by(mut self, owner: ConfiguredOwner) -> Self {
        self.configured = Some(owner);
        self
    }

    /// The account is the configured owner's.
    pub fn is_configured(&self, user: &UserRow) -> bool {
        self.configured.as_ref().is_some_and(|owner| owner.login == user.login)
    }

    pub(super) fn must_be_ours(&self, user: &UserRow) -> Result<()> {
        if self.is_configured(user) { Err(AccountError::Configured) } else { Ok(()) }
    }

    /// Makes the configured owner, or gives them back what the settings say; their sessions end if
    /// that changes anything. Harmless when it runs twice, or on two nodes.
    pub async fn apply_configured(&self, agents: &[Agent]) -> Result<()> {
        let Some(owner) = &self.configured else { return Ok(()) };
        let _one = self.changes.lock().await;
        let Some(user) = self.store.user_by_login(&owner.login).await? else {
            let (login, name) = (owner.login.clone(), owner.name.clone());
            let new = NewUser { login, name, password: None, role: Role::Owner };
            let made = self.insert_hashed(new, Some(owner.hash.clone()), agents).await;
            // Another node that starts at the same time may have made them.
            if made.is_err() && self.store.user_by_login(&owner.login).await?.is_none() {
                made?;
            }
            self.store.put_setting(CLAIM, None).await?;
            return self.note(&owner.login, "instance.claim", "configuration").await;
        };
        let wanted = UserRow {
            role: Role::Owner.as_str().to_owned(),
            password: Some(owner.hash.clone()),
            is_disabled: false,
            ..user.clone()
        };
        if wanted != user {
            let id = user.id;
            self.store.put_user(wanted).await?;
            self.store.delete_sessions_of(id).await?;
            self.tell(Revoked::AllOf(id));
            self.note(&owner.login, "account.configure", "configuration").await?;
        }
        Ok(())
    }
}
