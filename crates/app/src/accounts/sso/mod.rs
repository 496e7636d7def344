//! Signing in with a company's own provider. Whom it vouches for is known by issuer and subject;
//! an address counts only where the provider verified it and the owner declared its domain, or
//! where an admin invited it (S9). It never makes an owner, and no second factor is skipped (S10).

mod settings;

pub use settings::{Change, Settings};

use super::once::{Once, id_of};
use super::token;
use super::users::fold_login;
use super::{ACCOUNT, ADDRESS, AccountError, Accounts, Limit, NewUser, Origin, Role, SignedIn};
use crate::port::identity::{Attempt, Claims, Identity, IdentityError};
use crate::port::store::{EntryRow, StoreError, UserRow, Write};
use relais_core::broken::is_missing;
use relais_core::id::UserId;
use relais_core::time::Span;
use relais_core::workspace::Agent;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use settings::Known;
use std::collections::BTreeSet;

/// How long somebody may take at their provider, and with their code.
const PATIENCE: Span = Span::minutes(10);
/// From the button to the way back.
const ATTEMPT: Once = Once { kind: "sso.attempt", lasts: PATIENCE };
/// Vouched for; the second factor is missing.
const PENDING: Once = Once { kind: "sso.pending", lasts: PATIENCE };
/// Issuer and subject of an account.
const LINK: &str = "sso.link";
/// An office that comes in at nine, all behind one address; nothing is guessed there.
const BEGUN: Limit = Limit { kind: "sso", burst: 200.0, per_second: 2.0 };
/// More accounts than one instance has.
const MOST_LINKS: i64 = 100_000;

/// Why nobody was signed in.
#[derive(Debug, thiserror::Error)]
pub enum SsoError {
    #[error("no provider is set up")]
    Off,
    #[error(transparent)]
    Provider(#[from] IdentityError),
    /// Used, too old, or begun in another browser.
    #[error("this attempt is over")]
    AttemptGone,
    #[error("the provider has not verified the e-mail address")]
    NotVerified,
    /// Neither invited nor of a declared domain, or disabled.
    #[error("nobody invited them")]
    NotInvited,
    /// An account with a password, which this provider may not speak for.
    #[error("the account signs in with its password")]
    ByPassword,
    #[error(transparent)]
    Account(#[from] AccountError),
}

impl From<StoreError> for SsoError {
    fn from(error: StoreError) -> Self {
        Self::Account(error.into())
    }
}

type Result<T> = std::result::Result<T, SsoError>;

/// An attempt that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes.
    pub url: String,
    /// What the browser keeps, and nobody else.
    pub browser: String,
}

/// What the browser came back with.
#[derive(Debug)]
pub struct Back {
    pub code: String,
    pub state: String,
    /// RFC 9207.
    pub issuer: Option<String>,
}

/// How it ended.
#[derive(Debug)]
pub enum Ended {
    SignedIn(Box<SignedIn>),
    /// A code is needed, together with this.
    SecondFactor {
        pending: String,
    },
}

#[derive(Deserialize, Serialize)]
struct KeptAttempt {
    issuer: String,
    redirect_uri: String,
    nonce: String,
    verifier: String,
    browser: String,
}

#[derive(Deserialize, Serialize)]
struct KeptPending {
    user: UserId,
    browser: String,
}

#[derive(Deserialize, Serialize)]
struct KeptLink {
    user: UserId,
}

impl Accounts {
    /// Begins an attempt; the browser is bound to it.
    pub async fn begin_sso(&self, from: &Origin, redirect_uri: &str) -> Result<Begun> {
        self.guess(&[(BEGUN, from.address.to_string())])?;
        let (identity, known) = self.ready_sso().await?;
        let [state, nonce, verifier, browser] =
            [(); 4].map(|()| token::fresh(self.random.as_ref()));
        let redirect_uri = redirect_uri.to_owned();
        let attempt = Attempt { redirect_uri, state, nonce, verifier };
        let url = identity.authorization(&known.provider, &attempt).await?;
        let kept = KeptAttempt {
            issuer: known.provider.issuer,
            redirect_uri: attempt.redirect_uri,
            nonce: attempt.nonce,
            verifier: attempt.verifier,
            browser: id_of(&browser),
        };
        self.begin_once(ATTEMPT, &attempt.state, &kept).await?;
        Ok(Begun { url, browser })
    }

    /// Somebody came back. An attempt ends here, however it ends.
    pub async fn finish_sso(
        &self,
        from: &Origin,
        browser: &str,
        back: &Back,
        agents: &[Agent],
    ) -> Result<Ended> {
        self.guess(&[(ADDRESS, from.address.to_string())])?;
        let (identity, known) = self.ready_sso().await?;
        let kept: KeptAttempt = self.take(ATTEMPT, &back.state, browser).await?;
        let provider = &known.provider;
        if kept.issuer != provider.issuer {
            return Err(SsoError::AttemptGone);
        }
        if back.issuer.as_ref().is_some_and(|issuer| *issuer != provider.issuer) {
            return Err(IdentityError::Untrusted("another issuer").into());
        }
        let attempt = Attempt {
            redirect_uri: kept.redirect_uri,
            state: back.state.clone(),
            nonce: kept.nonce,
            verifier: kept.verifier,
        };
        let now = self.clock.now();
        let claims = identity.identify(provider, &attempt, &back.code, now).await?;
        let user = match self.vouched_for(&known.settings, &claims, agents).await {
            Ok(user) => user,
            Err(error) => {
                // Never whom it was about: a stranger's address has no place in the log.
                self.note("sso", "sso.refused", &error.to_string()).await?;
                return Err(error);
            }
        };
        self.guesses.give_back(ADDRESS, &from.address.to_string());
        if self.has_second_factor(user.id).await? {
            let pending = token::fresh(self.random.as_ref());
            let kept = KeptPending { user: user.id, browser: id_of(browser) };
            self.begin_once(PENDING, &pending, &kept).await?;
            return Ok(Ended::SecondFactor { pending });
        }
        Ok(Ended::SignedIn(Box::new(self.open_session(user, from).await?)))
    }

    /// The second factor of somebody whom the provider vouched for.
    pub async fn finish_sso_with_code(
        &self,
        from: &Origin,
        browser: &str,
        pending: &str,
        code: &str,
    ) -> Result<SignedIn> {
        let address = from.address.to_string();
        self.guess(&[(ADDRESS, address.clone())])?;
        let kept: KeptPending = self.look(PENDING, pending, browser).await?;
        let user = self.store.user(kept.user).await?.filter(|user| !user.is_disabled);
        let user = user.ok_or(SsoError::AttemptGone)?;
        self.guess(&[(ACCOUNT, user.login.clone())])?;
        self.pass_second_factor(&user, Some(code)).await?;
        self.guesses.give_back(ADDRESS, &address);
        self.guesses.give_back(ACCOUNT, &user.login);
        let _: KeptPending = self.take(PENDING, pending, browser).await?;
        Ok(self.open_session(user, from).await?)
    }

    /// Accounts that sign in with the provider.
    pub async fn linked_accounts(&self) -> super::Result<BTreeSet<UserId>> {
        let links = self.store.entries(LINK, MOST_LINKS).await?;
        Ok(links.iter().filter_map(read::<KeptLink>).map(|link| link.user).collect())
    }

    async fn ready_sso(&self) -> Result<(&dyn Identity, Known)> {
        let identity = self.identity.as_deref().ok_or(SsoError::Off)?;
        let known = self.known_sso().await?.filter(|known| known.settings.is_on);
        Ok((identity, known.ok_or(SsoError::Off)?))
    }

    /// Whose claims these are, if they may come in.
    async fn vouched_for(
        &self,
        settings: &Settings,
        claims: &Claims,
        agents: &[Agent],
    ) -> Result<UserRow> {
        let id = link_of(claims);
        if let Some(row) = self.store.entry(LINK, &id).await? {
            let link: KeptLink = read(&row).ok_or(SsoError::NotInvited)?;
            let user = self.store.user(link.user).await?.filter(|user| !user.is_disabled);
            return user.ok_or(SsoError::NotInvited);
        }
        if !claims.is_email_verified && !is_missing("S9") {
            return Err(SsoError::NotVerified);
        }
        let email = claims.email.as_deref().map(fold_login).ok_or(SsoError::NotVerified)?;
        let is_ours = settings.speaks_for(&email);
        let _one = self.changes.lock().await;
        let user = match (self.store.user_by_login(&email).await?, settings.role) {
            (Some(user), _) if user.is_disabled => return Err(SsoError::NotInvited),
            // Whoever owns the instance proves it with what they chose themselves.
            (Some(user), _) if user.role == Role::Owner.as_str() => {
                return Err(SsoError::ByPassword);
            }
            (Some(user), _) if user.password.is_none() || is_ours => user,
            (Some(_), _) => return Err(SsoError::ByPassword),
            (None, Some(role)) if is_ours && role != Role::Owner => {
                let name = claims.name.as_deref().unwrap_or(&email);
                let name = name.chars().filter(|c| !c.is_control()).take(100).collect();
                let new = NewUser { login: email, name, password: None, role };
                let user = self.insert(new, agents).await?;
                self.note("sso", "sso.account", &user.login).await?;
                user
            }
            (None, _) => return Err(SsoError::NotInvited),
        };
        self.note("sso", "sso.link", &user.login).await?;
        let data = serde_json::to_string(&KeptLink { user: user.id }).expect("an id is plain data");
        let row = EntryRow { kind: LINK.to_owned(), id, data, at: self.clock.now() };
        self.store.commit(vec![Write::PutEntry(row)]).await?;
        Ok(user)
    }

    /// What a browser began, if it is the same and still in time.
    async fn look<T: DeserializeOwned>(&self, once: Once, key: &str, browser: &str) -> Result<T> {
        let begun: Option<serde_json::Value> = self.look_once(once, key).await?;
        let begun = begun.ok_or(SsoError::AttemptGone)?;
        let is_same = begun["browser"].as_str() == Some(&id_of(browser)) || is_missing("S9");
        if !is_same {
            return Err(SsoError::AttemptGone);
        }
        serde_json::from_value(begun).map_err(|_| SsoError::AttemptGone)
    }

    /// The same, once.
    async fn take<T: DeserializeOwned>(&self, once: Once, key: &str, browser: &str) -> Result<T> {
        let found = self.look(once, key, browser).await?;
        if self.end_once(once, key).await? { Ok(found) } else { Err(SsoError::AttemptGone) }
    }
}

fn read<T: DeserializeOwned>(row: &EntryRow) -> Option<T> {
    serde_json::from_str(&row.data).ok()
}

/// The same subject at another issuer is somebody else.
fn link_of(claims: &Claims) -> String {
    id_of(&format!("{} {}\n{}", claims.issuer.len(), claims.issuer, claims.subject))
}
