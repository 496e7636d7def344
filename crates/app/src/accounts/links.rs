//! Links that let somebody choose a password without a mail server: an invitation, or a reset.

use super::users::password_fault;
use super::{AccountError, Accounts, NewUser, Origin, Result, SignedIn, UserChange, token};
use crate::hex;
use crate::port::store::{Committed, EntryRow, UserRow, Write};
use relais_core::id::UserId;
use relais_core::time::{Span, Timestamp};
use relais_core::workspace::Agent;
use serde::{Deserialize, Serialize};

const KIND: &str = "link";
/// How long a link works.
const INVITATION: Span = Span::hours(7 * 24);
const RESET: Span = Span::hours(24);
/// Open links looked through; there is one per account.
const MOST: i64 = 1_000;

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    Invitation,
    Reset,
}

/// A fresh link: shown once.
#[derive(Clone, Debug)]
pub struct Link {
    pub token: String,
    pub purpose: Purpose,
    pub ends_at: Timestamp,
}

/// Whom a link is for.
#[derive(Clone, Debug, PartialEq)]
pub struct Linked {
    pub user: UserRow,
    pub purpose: Purpose,
}

#[derive(Deserialize, Serialize)]
struct Kept {
    user: UserId,
    purpose: Purpose,
    ends_at: i64,
}

impl Accounts {
    /// Makes an account without a password, and the link with which they choose one.
    pub async fn invite(&self, new: NewUser, agents: &[Agent]) -> Result<(UserRow, Link)> {
        let user = self.create(NewUser { password: None, ..new }, agents).await?;
        let link = self.new_link(user.id).await?;
        Ok((user, link))
    }

    /// A link for an account; earlier ones stop working.
    pub async fn new_link(&self, id: UserId) -> Result<Link> {
        let user = self.store.user(id).await?.ok_or(AccountError::NotFound)?;
        self.must_be_ours(&user)?;
        let purpose = if user.password.is_some() { Purpose::Reset } else { Purpose::Invitation };
        let now = self.clock.now();
        let ends_at = now
            + match purpose {
                Purpose::Invitation => INVITATION,
                Purpose::Reset => RESET,
            };
        for row in self.store.entries(KIND, MOST).await? {
            let is_same = read(&row).is_some_and(|kept| kept.user == id);
            if is_same || read(&row).is_none_or(|kept| kept.ends_at <= now.as_micros()) {
                // Gone meanwhile is as good.
                self.store.commit(vec![take(&row.id)]).await?;
            }
        }
        let fresh = token::fresh(self.random.as_ref());
        let kept = Kept { user: id, purpose, ends_at: ends_at.as_micros() };
        let row = EntryRow {
            kind: KIND.to_owned(),
            id: hex::encode(&token::hash(&fresh)),
            data: serde_json::to_string(&kept).expect("a link is plain data"),
            at: now,
        };
        self.store.commit(vec![Write::PutEntry(row)]).await?;
        Ok(Link { token: fresh, purpose, ends_at })
    }

    /// Whom a link is for.
    pub async fn linked(&self, from: &Origin, token: &str) -> Result<Linked> {
        self.guess(&[(super::ADDRESS, from.address.to_string())])?;
        let (user, purpose, _) = self.find(token).await?;
        self.guesses.give_back(super::ADDRESS, &from.address.to_string());
        Ok(Linked { user, purpose })
    }

    /// Uses a link up: the password is set, other sessions end. Who has a second factor signs in
    /// with it as always (S10).
    pub async fn accept(
        &self,
        from: &Origin,
        token: &str,
        name: Option<String>,
        password: String,
    ) -> Result<Option<SignedIn>> {
        self.guess(&[(super::ADDRESS, from.address.to_string())])?;
        let (user, purpose, id) = self.find(token).await?;
        // Before the link is used up: it can be tried again with better words.
        if let Some(fault) = password_fault(&password, &[&user.login, &user.name]) {
            return Err(AccountError::Invalid(vec![fault]));
        }
        if self.store.commit(vec![take(&id)]).await? != Committed::Done {
            return Err(AccountError::LinkGone);
        }
        let act = match purpose {
            Purpose::Invitation => "invitation.accept",
            Purpose::Reset => "reset.accept",
        };
        self.note(&user.login, act, &from.address.to_string()).await?;
        let change = UserChange { name, password: Some(password), ..UserChange::default() };
        let user = self.change(user.id, change).await?;
        self.guesses.give_back(super::ADDRESS, &from.address.to_string());
        if self.has_second_factor(user.id).await? {
            return Ok(None);
        }
        self.open_session(user, from).await.map(Some)
    }

    async fn find(&self, token: &str) -> Result<(UserRow, Purpose, String)> {
        let id = hex::encode(&token::hash(token));
        let row = self.store.entry(KIND, &id).await?.ok_or(AccountError::LinkGone)?;
        let kept = read(&row).ok_or(AccountError::LinkGone)?;
        if kept.ends_at <= self.clock.now().as_micros() {
            return Err(AccountError::LinkGone);
        }
        let user = self.store.user(kept.user).await?.filter(|u| !u.is_disabled);
        Ok((user.ok_or(AccountError::LinkGone)?, kept.purpose, id))
    }
}

fn read(row: &EntryRow) -> Option<Kept> {
    serde_json::from_str(&row.data).ok()
}

fn take(id: &str) -> Write {
    Write::TakeEntry { kind: KIND.to_owned(), id: id.to_owned() }
}
