//! Making and changing accounts, and what they may be called.

use super::common;
use super::{
    AccountError, Accounts, Fault, MAX_PASSWORD, MIN_PASSWORD, Result, Revoked, Role, token,
};
use crate::port::store::UserRow;
use relais_core::conversation::event::AgentRef;
use relais_core::id::UserId;
use relais_core::why::Why;
use relais_core::workspace::Agent;

/// What a new account needs.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub login: String,
    pub name: String,
    /// None: they choose one when they open their invitation.
    pub password: Option<String>,
    pub role: Role,
}

/// A change of an account; `None` leaves a part as it is.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    pub name: Option<String>,
    pub role: Option<Role>,
    pub password: Option<String>,
    pub is_disabled: Option<bool>,
}

impl Accounts {
    pub async fn users(&self) -> Result<Vec<UserRow>> {
        Ok(self.store.users().await?)
    }

    pub async fn create(&self, new: NewUser, agents: &[Agent]) -> Result<UserRow> {
        let _one = self.changes.lock().await;
        self.insert(new, agents).await
    }

    /// A password of their own choice; all their sessions end.
    pub async fn set_password(&self, id: UserId, password: String) -> Result<UserRow> {
        self.change(id, UserChange { password: Some(password), ..UserChange::default() }).await
    }

    /// Changes an account. A new password, role or lock ends all its sessions.
    pub async fn change(&self, id: UserId, change: UserChange) -> Result<UserRow> {
        let _one = self.changes.lock().await;
        let mut user = self.store.user(id).await?.ok_or(AccountError::NotFound)?;
        let before = user.clone();
        if change.password.is_some() || change.role.is_some() || change.is_disabled.is_some() {
            self.must_be_ours(&user)?;
        }
        if let Some(password) = change.password {
            let faults = password_fault(&password, &[&user.login, &user.name])
                .into_iter()
                .collect::<Vec<_>>();
            if !faults.is_empty() {
                return Err(AccountError::Invalid(faults));
            }
            user.password = Some(self.hash(password).await?);
        }
        if let Some(name) = change.name {
            let name = name.trim().to_owned();
            if let Some(fault) = name_fault(&name) {
                return Err(AccountError::Invalid(vec![fault]));
            }
            user.name = name;
        }
        if let Some(role) = change.role {
            role.as_str().clone_into(&mut user.role);
        }
        user.is_disabled = change.is_disabled.unwrap_or(user.is_disabled);
        if is_owner(&before) && !is_owner(&user) {
            let others = self.store.users().await?;
            if !others.iter().any(|u| u.id != id && is_owner(u)) {
                return Err(AccountError::LastOwner);
            }
        }
        self.store.put_user(user.clone()).await?;
        let ends = before.password != user.password
            || before.role != user.role
            || user.is_disabled && !before.is_disabled;
        if ends {
            self.store.delete_sessions_of(id).await?;
            self.tell(Revoked::AllOf(id));
        }
        Ok(user)
    }

    /// A new password for a login, made here and returned once (command line).
    pub async fn reset_password(&self, login: &str) -> Result<String> {
        let user = self.store.user_by_login(&fold_login(login)).await?;
        let user = user.ok_or(AccountError::NotFound)?;
        let fresh: String = token::fresh(self.random.as_ref()).chars().take(24).collect();
        let change = UserChange { password: Some(fresh.clone()), ..UserChange::default() };
        self.change(user.id, change).await?;
        Ok(fresh)
    }

    /// How an account appears in conversations.
    pub async fn agent_of(&self, user: &UserRow) -> Result<AgentRef> {
        let known = self.agents.lock().get(&user.id).cloned();
        let key = match known {
            Some(key) => key,
            None => {
                // Written before the account is: it never changes afterwards.
                let key = self.store.setting(&agent_setting(user.id)).await?;
                self.agents.lock().insert(user.id, key.clone());
                key
            }
        };
        Ok(AgentRef { key: key.unwrap_or_else(|| user.login.clone()), name: user.name.clone() })
    }

    pub(super) async fn insert(&self, mut new: NewUser, agents: &[Agent]) -> Result<UserRow> {
        let faults = faults(&fold_login(&new.login), new.name.trim(), new.password.as_deref());
        if !faults.is_empty() {
            return Err(AccountError::Invalid(faults));
        }
        let hash = match new.password.take() {
            Some(password) => Some(self.hash(password).await?),
            None => None,
        };
        self.insert_hashed(new, hash, agents).await
    }

    /// The same for a password that only its hash is known of; login and name were checked.
    pub(super) async fn insert_hashed(
        &self,
        new: NewUser,
        hash: Option<String>,
        agents: &[Agent],
    ) -> Result<UserRow> {
        let login = fold_login(&new.login);
        if self.store.user_by_login(&login).await?.is_some() {
            return Err(AccountError::LoginTaken);
        }
        let now = self.clock.now();
        let mut random = [0; 10];
        self.random.fill(&mut random);
        let user = UserRow {
            id: UserId::new(now, random),
            login,
            name: new.name.trim().to_owned(),
            role: new.role.as_str().to_owned(),
            password: hash,
            is_disabled: false,
            created_at: now,
        };
        if let Some(key) = self.free_agent(&user, agents).await? {
            self.store.put_setting(&agent_setting(user.id), Some(&key)).await?;
        }
        self.store.put_user(user.clone()).await?;
        Ok(user)
    }

    /// The agent of the workspace files this person is: by key, login or name, unless somebody
    /// else is already that agent.
    async fn free_agent(&self, user: &UserRow, agents: &[Agent]) -> Result<Option<String>> {
        let local = user.login.split('@').next().unwrap_or_default();
        let found = agents.iter().find(|a| {
            a.key == user.login
                || a.key == local
                || a.name.to_lowercase() == user.name.to_lowercase()
        });
        let Some(agent) = found else { return Ok(None) };
        for other in self.store.users().await? {
            if other.id != user.id && self.agent_of(&other).await?.key == agent.key {
                return Ok(None);
            }
        }
        Ok(Some(agent.key.clone()))
    }
}

fn agent_setting(user: UserId) -> String {
    format!("agent_of.{user}")
}

pub(super) fn is_owner(user: &UserRow) -> bool {
    user.role == Role::Owner.as_str() && user.password.is_some() && !user.is_disabled
}

pub(super) fn fold_login(login: &str) -> String {
    login.trim().to_lowercase()
}

pub(super) fn faults(login: &str, name: &str, password: Option<&str>) -> Vec<Fault> {
    let mut faults = Vec::new();
    if login.is_empty() || login.chars().count() > 200 || !printable(login) || login.contains(' ') {
        let why = Why::new("characters", "must be 1 to 200 characters without spaces");
        faults.push(Fault { pointer: "/login", why });
    }
    faults.extend(name_fault(name));
    faults.extend(password.and_then(|password| password_fault(password, &[login, name])));
    faults
}

fn printable(text: &str) -> bool {
    !text.chars().any(char::is_control)
}

fn name_fault(name: &str) -> Option<Fault> {
    let is_fine = !name.is_empty() && name.chars().count() <= 100 && printable(name);
    (!is_fine).then(|| Fault { pointer: "/name", why: Why::length(1, 100) })
}

/// `own`: words that guessers try first.
pub(super) fn password_fault(password: &str, own: &[&str]) -> Option<Fault> {
    let length = password.chars().count();
    let why = if !(MIN_PASSWORD..=MAX_PASSWORD).contains(&length) {
        Why::length(MIN_PASSWORD, MAX_PASSWORD)
    } else if common::is_common(password, own) {
        let told =
            "is among the first that guessers try: take a few words that do not belong together";
        Why::new("guessable", told)
    } else {
        return None;
    };
    Some(Fault { pointer: "/password", why })
}
