//! Who may sign in, and who they are: the claim of a fresh instance, passwords, sessions.
//!
//! Tokens leave this module once, in clear, to the person they are for; the store keeps hashes.

pub mod api_tokens;
mod common;
mod configured;
pub mod devices;
mod limits;
mod links;
mod once;
pub mod passkeys;
mod password;
pub mod policy;
pub mod rotation;
mod second_factor;
mod sessions;
pub mod sso;
mod token;
mod totp;
mod users;
pub mod vault;

pub use configured::ConfiguredOwner;
pub(crate) use devices::phones;
pub use limits::{Limit, Limits};
pub use links::{Link, Linked, Purpose};
pub use password::hash_password;
pub use policy::{Permission, Role};
pub use second_factor::{Enrolment, FactorState};
pub use sessions::OpenSession;
pub use totp::code as totp_code;
pub use users::{NewUser, UserChange};

use crate::audit;
use crate::clock::{Clock, Random};
use crate::hex;
use crate::port::identity::Identity;
use crate::port::store::{Store, StoreError, UserRow};
use limits::{ACCOUNT, ADDRESS};
use password::Hasher;
use relais_core::conversation::event::AgentRef;
use relais_core::id::UserId;
use relais_core::time::{Span, Timestamp};
use relais_core::why::Why;
use relais_core::workspace::Agent;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;
use subtle::ConstantTimeEq as _;
use tokio::sync::{Mutex, broadcast};
use users::{fold_login, is_owner};
use vault::Vault;

/// How long a session lasts without a new sign-in.
pub const SESSION: Span = Span::hours(14 * 24);

/// Shortest password, in characters; the web app says the same.
pub const MIN_PASSWORD: usize = 12;
/// Longer ones only feed the hash function.
const MAX_PASSWORD: usize = 256;

/// Whoever has no password has signed in anew within this time before something that matters.
const FRESH: Span = Span::minutes(10);

/// Hash and end of the claim link.
const CLAIM: &str = "claim.token_hash";
/// How long a claim link works.
pub const CLAIM_LINK: Span = Span::minutes(30);

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

/// Where a sign-in comes from.
#[derive(Clone, Debug)]
pub struct Origin {
    pub address: IpAddr,
    /// As the browser calls itself.
    pub browser: String,
}

/// A field that cannot be accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer into the request.
    pub pointer: &'static str,
    pub why: Why,
}

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Also for logins that do not exist: it says nothing about them.
    #[error("wrong login or password")]
    WrongCredentials,
    /// The password was right.
    #[error("a code of the second factor is needed")]
    SecondFactorNeeded,
    #[error("the code is wrong or was used already")]
    WrongCode,
    /// There is no password to say again, and the sign-in was too long ago.
    #[error("sign in again first")]
    SignInAgain,
    /// Without a master key no secret can be kept.
    #[error("no master key: second factors cannot be kept")]
    NoVault,
    #[error("too many attempts, wait {retry_after} s")]
    TooMany { retry_after: u64 },
    /// The claim link was used, replaced or never given.
    #[error("the claim link is no longer valid")]
    ClaimGone,
    /// An invitation or a reset was used, replaced, or is too old.
    #[error("the link is no longer valid")]
    LinkGone,
    #[error("fields cannot be accepted")]
    Invalid(Vec<Fault>),
    #[error("the login is taken")]
    LoginTaken,
    /// The owner's password, role and lock are the settings' affair.
    #[error("the account is managed by the configuration")]
    Configured,
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
    vault: Option<Vault>,
    /// The way to a company's own provider.
    identity: Option<Arc<dyn Identity>>,
    configured: Option<ConfiguredOwner>,
    /// One change of accounts at a time: a claim link works once, a login exists once.
    changes: Mutex<()>,
    revoked: broadcast::Sender<Revoked>,
    /// Which agent of the files an account is, if any: asked for with every request.
    agents: parking_lot::Mutex<BTreeMap<UserId, Option<String>>>,
}

impl Accounts {
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, random: Arc<dyn Random>) -> Self {
        Self {
            store,
            clock,
            random,
            guesses: Limits::default(),
            hasher: Hasher::default(),
            vault: None,
            identity: None,
            configured: None,
            changes: Mutex::new(()),
            revoked: broadcast::channel(64).0,
            agents: parking_lot::Mutex::default(),
        }
    }

    /// Secrets of second factors are sealed with it; without one there are none.
    #[must_use]
    pub fn sealed_by(mut self, vault: Vault) -> Self {
        self.vault = Some(vault);
        self
    }

    /// Lets people sign in with their company's provider, once one is set up.
    #[must_use]
    pub fn identified_by(mut self, identity: Arc<dyn Identity>) -> Self {
        self.identity = Some(identity);
        self
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
        let ends = self.clock.now() + CLAIM_LINK;
        let kept = format!("{} {}", hex::encode(&token::hash(&token)), ends.as_micros());
        self.store.put_setting(CLAIM, Some(&kept)).await?;
        Ok(Some(token))
    }

    /// The same, where the last one is too old to be used.
    pub async fn next_claim_token(&self) -> Result<Option<String>> {
        match self.claim_hash().await? {
            Some(_) => Ok(None),
            None => self.new_claim_token().await,
        }
    }

    /// Hash of the claim link that works now.
    async fn claim_hash(&self) -> Result<Option<String>> {
        let kept = self.store.setting(CLAIM).await?.unwrap_or_default();
        let Some((hash, ends)) = kept.split_once(' ') else { return Ok(None) };
        let ends = Timestamp::from_micros(ends.parse().unwrap_or(0));
        Ok((self.clock.now() < ends).then(|| hash.to_owned()))
    }

    /// Makes the first owner. The link works once.
    pub async fn claim(
        &self,
        from: &Origin,
        token: &str,
        owner: NewUser,
        agents: &[Agent],
    ) -> Result<SignedIn> {
        self.guess(&[(ADDRESS, from.address.to_string())])?;
        let _one = self.changes.lock().await;
        let expected = self.claim_hash().await?.unwrap_or_default();
        let given = hex::encode(&token::hash(token));
        let is_right = bool::from(expected.as_bytes().ct_eq(given.as_bytes()));
        if !is_right || self.is_claimed().await? {
            return Err(AccountError::ClaimGone);
        }
        let user = self.insert(NewUser { role: Role::Owner, ..owner }, agents).await?;
        self.store.put_setting(CLAIM, None).await?;
        self.guesses.give_back(ADDRESS, &from.address.to_string());
        self.note(&user.login, "instance.claim", &from.address.to_string()).await?;
        self.open_session(user, from).await
    }

    /// Checks a password, and a code where the account has a second factor. Every failure of the
    /// password looks the same, and takes the same time.
    pub async fn sign_in(
        &self,
        from: &Origin,
        login: &str,
        password: &str,
        code: Option<&str>,
    ) -> Result<SignedIn> {
        let login = fold_login(login);
        let (address, account) =
            (from.address.to_string(), login.chars().take(200).collect::<String>());
        self.guess(&[(ADDRESS, address.clone()), (ACCOUNT, account.clone())])?;
        let user = self.store.user_by_login(&login).await?.filter(|u| !u.is_disabled);
        let is_right = self.is_password_of(user.as_ref(), password).await?;
        let Some(user) = user.filter(|_| is_right) else {
            return Err(AccountError::WrongCredentials);
        };
        match self.pass_second_factor(&user, code).await {
            // A code was tried: that was a guess like any other.
            Err(AccountError::WrongCode) => {
                self.note(&user.login, "session.refused", &address).await?;
                return Err(AccountError::WrongCode);
            }
            passed => {
                self.guesses.give_back(ADDRESS, &address);
                self.guesses.give_back(ACCOUNT, &account);
                passed?;
            }
        }
        self.open_session(user, from).await
    }

    /// Whoever is signed in says their password again, before something that matters; whoever has
    /// none, because their company or a passkey vouches for them, has just signed in.
    pub async fn confirm(&self, person: &Person, password: &str) -> Result<()> {
        if person.user.password.is_none() {
            let session = self.store.session(&person.session).await?;
            let is_fresh =
                session.is_some_and(|row| self.clock.now().since(row.created_at) <= FRESH);
            return if is_fresh { Ok(()) } else { Err(AccountError::SignInAgain) };
        }
        let account = person.user.login.clone();
        self.guess(&[(ACCOUNT, account.clone())])?;
        if !self.is_password_of(Some(&person.user), password).await? {
            return Err(AccountError::WrongCredentials);
        }
        self.guesses.give_back(ACCOUNT, &account);
        Ok(())
    }

    async fn is_password_of(&self, user: Option<&UserRow>, password: &str) -> Result<bool> {
        let hash = user.and_then(|u| u.password.clone());
        let short: String = password.chars().take(MAX_PASSWORD).collect();
        self.hasher.verify(short, hash).await
    }

    /// Sessions that end before their time.
    pub fn revocations(&self) -> broadcast::Receiver<Revoked> {
        self.revoked.subscribe()
    }

    async fn hash(&self, password: String) -> Result<String> {
        self.hasher.hash(password, self.random.as_ref()).await
    }

    /// A line of the audit log about accounts (S18).
    async fn note(&self, who: &str, act: &str, subject: &str) -> Result<()> {
        Ok(audit::record(&*self.store, self.clock.now(), who, act, subject).await?)
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
