//! Tokens for programs: with scopes and an end, stored as hashes, never stronger than whoever made
//! them.

use super::policy::{Scope, may};
use super::{Accounts, Permission, Person, Result, token};
use crate::hex;
use crate::port::store::{Committed, EntryRow, Write};
use relais_core::id::UserId;
use relais_core::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};

const KIND: &str = "token";
/// What a token begins with, so that scanners for lost secrets know it.
pub const PREFIX: &str = "rls_";
/// Tokens there may be.
const MOST: i64 = 200;
/// How exact "last used" is.
const USED_EVERY: Span = Span::minutes(5);

/// A token as a list shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct ApiToken {
    /// Names it; opens nothing.
    pub id: String,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub maker: UserId,
    pub created_at: Timestamp,
    pub ends_at: Option<Timestamp>,
    pub used_at: Option<Timestamp>,
}

/// What a new token shall be.
#[derive(Clone, Debug)]
pub struct NewToken {
    pub name: String,
    pub scopes: Vec<Scope>,
    pub lasts: Option<Span>,
}

/// Who asks by a token: its maker, as far as the scopes go.
#[derive(Clone, Debug, PartialEq)]
pub struct Program {
    pub maker: Person,
    pub scopes: Vec<Scope>,
}

impl Program {
    pub fn may(&self, permission: Permission) -> bool {
        let is_in_scope = Scope::of(permission).is_some_and(|scope| self.scopes.contains(&scope));
        is_in_scope && may(self.maker.role, permission)
    }
}

#[derive(Deserialize, Serialize)]
struct Kept {
    id: String,
    name: String,
    scopes: Vec<Scope>,
    maker: UserId,
    ends_at: Option<i64>,
    used_at: Option<i64>,
}

impl Kept {
    fn shown(self, at: Timestamp) -> ApiToken {
        ApiToken {
            id: self.id,
            name: self.name,
            scopes: self.scopes,
            maker: self.maker,
            created_at: at,
            ends_at: self.ends_at.map(Timestamp::from_micros),
            used_at: self.used_at.map(Timestamp::from_micros),
        }
    }
}

impl Accounts {
    /// Makes a token. Its text is given once; `None` when there are too many.
    pub async fn new_token(
        &self,
        person: &Person,
        new: NewToken,
    ) -> Result<Option<(ApiToken, String)>> {
        let _one = self.changes.lock().await;
        if self.store.entries(KIND, MOST).await?.len() >= MOST as usize {
            return Ok(None);
        }
        let text = format!("{PREFIX}{}", token::fresh(self.random.as_ref()));
        let now = self.clock.now();
        let kept = Kept {
            id: self.random.name().simple().to_string(),
            name: new.name,
            scopes: new.scopes,
            maker: person.user.id,
            ends_at: new.lasts.map(|lasts| (now + lasts).as_micros()),
            used_at: None,
        };
        let row = EntryRow {
            kind: KIND.to_owned(),
            id: hex::encode(&token::hash(&text)),
            data: json(&kept),
            at: now,
        };
        self.store.commit(vec![Write::PutEntry(row)]).await?;
        Ok(Some((kept.shown(now), text)))
    }

    pub async fn tokens(&self) -> Result<Vec<ApiToken>> {
        let rows = self.store.entries(KIND, MOST).await?;
        Ok(rows.iter().filter_map(|row| Some(read(row)?.shown(row.at))).collect())
    }

    /// Ends a token at once; says whether there was such a one.
    pub async fn end_token(&self, id: &str) -> Result<bool> {
        let rows = self.store.entries(KIND, MOST).await?;
        let found = rows.iter().find(|row| read(row).is_some_and(|kept| kept.id == id));
        let Some(row) = found else { return Ok(false) };
        let take = Write::TakeEntry { kind: KIND.to_owned(), id: row.id.clone() };
        Ok(self.store.commit(vec![take]).await? == Committed::Done)
    }

    /// Who a token speaks for, while it and its maker are good.
    pub async fn program(&self, text: &str) -> Result<Option<Program>> {
        if text.len() > 128 || !text.starts_with(PREFIX) {
            return Ok(None);
        }
        let id = hex::encode(&token::hash(text));
        let Some(row) = self.store.entry(KIND, &id).await? else { return Ok(None) };
        let Some(kept) = read(&row) else { return Ok(None) };
        let now = self.clock.now();
        if kept.ends_at.is_some_and(|ends| ends <= now.as_micros()) {
            return Ok(None);
        }
        let maker = self.store.user(kept.maker).await?.filter(|user| !user.is_disabled);
        let Some(maker) = maker else { return Ok(None) };
        let scopes = kept.scopes.clone();
        let is_stale =
            kept.used_at.is_none_or(|at| now.since(Timestamp::from_micros(at)) >= USED_EVERY);
        if is_stale {
            let data = json(&Kept { used_at: Some(now.as_micros()), ..kept });
            // Ended or used meanwhile: then this is not needed.
            self.store.commit(vec![Write::SwapEntry { row, data }]).await?;
        }
        let maker = self.describe(maker, Vec::new()).await?;
        Ok(Some(Program { maker, scopes }))
    }
}

fn json(kept: &Kept) -> String {
    serde_json::to_string(kept).expect("a token is plain data")
}

fn read(row: &EntryRow) -> Option<Kept> {
    serde_json::from_str(&row.data).ok()
}
