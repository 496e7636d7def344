//! Who may sign in, and who they are: the claim of a fresh instance, passwords, sessions.
//!
//! Tokens leave this module once, in clear, to the person they are for; the store keeps hashes.

mod limits;
mod password;
pub mod policy;
mod token;
pub mod vault;

pub use limits::{Limit, Limits};
pub use policy::{Permission, Role};

use crate::clock::{Clock, Random};
use crate::hex;
use crate::port::store::{SessionRow, Store, StoreError, UserRow};
use limits::{ACCOUNT, ADDRESS};
use password::Hasher;
use relais_core::broken::is_missing;
use relais_core::conversation::event::AgentRef;
use relais_core::id::UserId;
use relais_core::time::Span;
use relais_core::workspace::Agent;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;
use subtle::ConstantTimeEq as _;
use tokio::sync::{Mutex, broadcast};

/// How long a session lasts without a new sign-in.
pub const SESSION: Span = Span::hours(14 * 24);

/// Shortest password, in characters; the web app says the same.
pub const MIN_PASSWORD: usize = 12;
/// Longer ones only feed the hash function.
const MAX_PASSWORD: usize = 256;

const CLAIM: &str = "claim.token_hash";

/// Someone who is signed in.
#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub user: UserRow,
    pub role: Role,
    /// How they appear in conversations.
    pub agent: AgentRef,
    /// Names the session; never the token itself.
    pub session: Vec<u8>,
}

/// A fresh session: the token goes into the cookie and nowhere else.
#[derive(Debug)]
pub struct SignedIn {
    pub person: Person,
    pub token: String,
}

/// What a new account needs.
#[derive(Clone, Debug)]
pub struct NewUser {
    pub login: String,
    pub name: String,
    pub password: String,
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

/// A field that cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer into the request.
    pub pointer: &'static str,
    pub detail: String,
}

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Also for logins that do not exist: it says nothing about them.
    #[error("wrong login or password")]
    WrongCredentials,
    #[error("too many attempts, wait {retry_after} s")]
    TooMany { retry_after: u64 },
    /// The claim link was used, replaced or never given.
    #[error("the claim link is no longer valid")]
    ClaimGone,
    #[error("fields cannot be accepted")]
    Invalid(Vec<Fault>),
    #[error("the login is taken")]
    LoginTaken,
    /// An instance without an owner could not be governed any more.
    #[error("the last owner must stay")]
    LastOwner,
    #[error("no such account")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("hashing failed: {0}")]
    Hashing(String),
}

/// Sessions that ended early; whoever serves one stops now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Revoked {
    Session(Vec<u8>),
    AllOf(UserId),
}

type Result<T> = std::result::Result<T, AccountError>;

/// Accounts of one workspace.
#[derive(Debug)]
pub struct Accounts {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    guesses: Limits,
    hasher: Hasher,
    /// One change of accounts at a time: a claim link works once, a login exists once.
    changes: Mutex<()>,
    revoked: broadcast::Sender<Revoked>,
}

impl Accounts {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self {
            store,
            clock,
            random,
            guesses: Limits::default(),
            hasher: Hasher::default(),
            changes: Mutex::new(()),
            revoked: broadcast::channel(64).0,
        }
    }

    /// Somebody owns the instance.
    pub async fn is_claimed(&self) -> Result<bool> {
        Ok(self.store.users().await?.iter().any(is_owner))
    }

    /// A fresh one-time token for the claim link; an earlier one stops working. `None` once the
    /// instance is owned.
    pub async fn new_claim_token(&self) -> Result<Option<String>> {
        let _one = self.changes.lock().await;
        if self.is_claimed().await? {
            return Ok(None);
        }
        let token = token::fresh(self.random.as_ref());
        self.store.put_setting(CLAIM, Some(&hex::encode(&token::hash(&token)))).await?;
        Ok(Some(token))
    }

    /// Makes the first owner. The link works once.
    pub async fn claim(
        &self,
        from: IpAddr,
        token: &str,
        owner: NewUser,
        agents: &[Agent],
    ) -> Result<SignedIn> {
        self.guess(&[(ADDRESS, from.to_string())])?;
        let _one = self.changes.lock().await;
        let expected = self.store.setting(CLAIM).await?.unwrap_or_default();
        let given = hex::encode(&token::hash(token));
        let is_right = bool::from(expected.as_bytes().ct_eq(given.as_bytes()));
        if !is_right || self.is_claimed().await? {
            return Err(AccountError::ClaimGone);
        }
        let user = self.insert(NewUser { role: Role::Owner, ..owner }, agents).await?;
        self.store.put_setting(CLAIM, None).await?;
        self.guesses.give_back(ADDRESS, &from.to_string());
        self.open_session(user).await
    }

    /// Checks a password. Every failure looks the same, and takes the same time.
    pub async fn sign_in(&self, from: IpAddr, login: &str, password: &str) -> Result<SignedIn> {
        let login = fold_login(login);
        let (address, account) = (from.to_string(), login.chars().take(200).collect::<String>());
        self.guess(&[(ADDRESS, address.clone()), (ACCOUNT, account.clone())])?;
        let user = self.store.user_by_login(&login).await?.filter(|u| !u.is_disabled);
        let hash = user.as_ref().and_then(|u| u.password.clone());
        let short: String = password.chars().take(MAX_PASSWORD).collect();
        let is_right = self.hasher.verify(short, hash).await?;
        let Some(user) = user.filter(|_| is_right) else {
            return Err(AccountError::WrongCredentials);
        };
        self.guesses.give_back(ADDRESS, &address);
        self.guesses.give_back(ACCOUNT, &account);
        self.open_session(user).await
    }

    /// Who a session token belongs to, if it is still good.
    pub async fn person(&self, token: &str) -> Result<Option<Person>> {
        if token.len() > 128 {
            return Ok(None);
        }
        self.person_of(&token::hash(token)).await
    }

    /// The same by the session's name, for whoever serves it for long.
    pub async fn person_of(&self, session: &[u8]) -> Result<Option<Person>> {
        let Some(row) = self.store.session(session).await? else { return Ok(None) };
        if row.expires_at <= self.clock.now() {
            self.store.delete_session(session).await?;
            return Ok(None);
        }
        let user = self.store.user(row.user).await?.filter(|u| !u.is_disabled);
        match user {
            Some(user) => self.describe(user, session.to_vec()).await.map(Some),
            None => Ok(None),
        }
    }

    pub async fn sign_out(&self, session: &[u8]) -> Result<()> {
        if !is_missing("S7") {
            self.store.delete_session(session).await?;
        }
        self.tell(Revoked::Session(session.to_vec()));
        Ok(())
    }

    /// Sessions that end before their time.
    pub fn revocations(&self) -> broadcast::Receiver<Revoked> {
        self.revoked.subscribe()
    }

    pub async fn users(&self) -> Result<Vec<UserRow>> {
        Ok(self.store.users().await?)
    }

    pub async fn create(&self, new: NewUser, agents: &[Agent]) -> Result<UserRow> {
        let _one = self.changes.lock().await;
        self.insert(new, agents).await
    }

    /// Changes an account. A new password, role or lock ends all its sessions.
    pub async fn change(&self, id: UserId, change: UserChange) -> Result<UserRow> {
        let _one = self.changes.lock().await;
        let mut user = self.store.user(id).await?.ok_or(AccountError::NotFound)?;
        let before = user.clone();
        if let Some(password) = change.password {
            let faults = password_fault(&password).into_iter().collect::<Vec<_>>();
            if !faults.is_empty() {
                return Err(AccountError::Invalid(faults));
            }
            user.password = Some(self.hash(password).await?);
        }
        if let Some(name) = change.name {
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
        let key = self.store.setting(&agent_setting(user.id)).await?;
        Ok(AgentRef { key: key.unwrap_or_else(|| user.login.clone()), name: user.name.clone() })
    }

    async fn insert(&self, new: NewUser, agents: &[Agent]) -> Result<UserRow> {
        let login = fold_login(&new.login);
        let name = new.name.trim().to_owned();
        let faults = faults(&login, &name, &new.password);
        if !faults.is_empty() {
            return Err(AccountError::Invalid(faults));
        }
        if self.store.user_by_login(&login).await?.is_some() {
            return Err(AccountError::LoginTaken);
        }
        let now = self.clock.now();
        let mut random = [0; 10];
        self.random.fill(&mut random);
        let user = UserRow {
            id: UserId::new(now, random),
            login,
            name,
            role: new.role.as_str().to_owned(),
            password: Some(self.hash(new.password).await?),
            is_disabled: false,
            created_at: now,
        };
        self.store.put_user(user.clone()).await?;
        if let Some(key) = self.free_agent(&user, agents).await? {
            self.store.put_setting(&agent_setting(user.id), Some(&key)).await?;
        }
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

    async fn open_session(&self, user: UserRow) -> Result<SignedIn> {
        let token = token::fresh(self.random.as_ref());
        let now = self.clock.now();
        let hash = token::hash(&token);
        let row = SessionRow {
            token_hash: hash.clone(),
            user: user.id,
            created_at: now,
            expires_at: now + SESSION,
        };
        self.store.put_session(row).await?;
        Ok(SignedIn { person: self.describe(user, hash).await?, token })
    }

    async fn describe(&self, user: UserRow, session: Vec<u8>) -> Result<Person> {
        let agent = self.agent_of(&user).await?;
        Ok(Person { role: Role::parse(&user.role).unwrap_or(Role::Auditor), agent, user, session })
    }

    async fn hash(&self, password: String) -> Result<String> {
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        self.hasher.hash(password, salt).await
    }

    fn guess(&self, keys: &[(Limit, String)]) -> Result<()> {
        self.guesses
            .take(keys, Instant::now())
            .map_err(|retry_after| AccountError::TooMany { retry_after })
    }

    fn tell(&self, revoked: Revoked) {
        // Nobody listens: no stream is open.
        let _ = self.revoked.send(revoked);
    }
}

fn agent_setting(user: UserId) -> String {
    format!("agent_of.{user}")
}

fn is_owner(user: &UserRow) -> bool {
    user.role == Role::Owner.as_str() && user.password.is_some() && !user.is_disabled
}

fn fold_login(login: &str) -> String {
    login.trim().to_lowercase()
}

fn faults(login: &str, name: &str, password: &str) -> Vec<Fault> {
    let mut faults = Vec::new();
    let printable = |text: &str| !text.chars().any(char::is_control);
    if login.is_empty() || login.chars().count() > 200 || !printable(login) || login.contains(' ') {
        let detail = "must be 1 to 200 characters without spaces".to_owned();
        faults.push(Fault { pointer: "/login", detail });
    }
    if name.is_empty() || name.chars().count() > 100 || !printable(name) {
        let detail = "must be 1 to 100 characters".to_owned();
        faults.push(Fault { pointer: "/name", detail });
    }
    faults.extend(password_fault(password));
    faults
}

fn password_fault(password: &str) -> Option<Fault> {
    let length = password.chars().count();
    (!(MIN_PASSWORD..=MAX_PASSWORD).contains(&length)).then(|| Fault {
        pointer: "/password",
        detail: format!("must be {MIN_PASSWORD} to {MAX_PASSWORD} characters"),
    })
}
