//! Sessions: opened by a sign-in, looked at with every request, ended at any moment.

use super::{Accounts, Origin, Person, Result, Revoked, Role, SESSION, SignedIn, token};
use crate::hex;
use crate::port::store::{SessionRow, UserRow};
use relais_core::broken::is_missing;
use relais_core::id::UserId;
use relais_core::time::{Span, Timestamp};

/// How exact "last used" is.
const SEEN_EVERY: Span = Span::minutes(5);

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenSession {
    /// Names it; opens nothing.
    pub id: String,
    pub browser: String,
    pub address: String,
    pub created_at: Timestamp,
    pub seen_at: Timestamp,
    pub is_this: bool,
}

impl Accounts {
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
        if user.is_some() && self.clock.now().since(row.seen_at) >= SEEN_EVERY {
            self.store.seen_session(session, self.clock.now()).await?;
        }
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

    /// Whoever is signed in sees where else they are.
    pub async fn sessions_of(&self, person: &Person) -> Result<Vec<OpenSession>> {
        let now = self.clock.now();
        let rows = self.store.sessions_of(person.user.id).await?;
        let open = rows.into_iter().filter(|row| now < row.expires_at);
        Ok(open
            .map(|row| OpenSession {
                id: name_of(&row.token_hash),
                is_this: row.token_hash == person.session,
                browser: row.browser,
                address: row.address,
                created_at: row.created_at,
                seen_at: row.seen_at,
            })
            .collect())
    }

    /// Ends one of one's own sessions; says whether there was such a one.
    pub async fn end_session(&self, person: &Person, id: &str) -> Result<bool> {
        let rows = self.store.sessions_of(person.user.id).await?;
        let Some(row) = rows.into_iter().find(|row| name_of(&row.token_hash) == id) else {
            return Ok(false);
        };
        self.note(&person.user.login, "session.end", &row.address).await?;
        self.sign_out(&row.token_hash).await?;
        Ok(true)
    }

    /// Ends all of one's own sessions but the one that asks.
    pub async fn end_other_sessions(&self, person: &Person) -> Result<()> {
        self.note(&person.user.login, "session.end_others", "").await?;
        for row in self.store.sessions_of(person.user.id).await? {
            if row.token_hash != person.session {
                self.sign_out(&row.token_hash).await?;
            }
        }
        Ok(())
    }

    /// Ends all sessions of somebody.
    pub async fn end_sessions_of(&self, user: UserId) -> Result<()> {
        self.store.delete_sessions_of(user).await?;
        self.tell(Revoked::AllOf(user));
        Ok(())
    }

    pub(super) async fn open_session(&self, user: UserRow, from: &Origin) -> Result<SignedIn> {
        let token = token::fresh(self.random.as_ref());
        let now = self.clock.now();
        let hash = token::hash(&token);
        let row = SessionRow {
            token_hash: hash.clone(),
            user: user.id,
            created_at: now,
            expires_at: now + SESSION,
            browser: from.browser.chars().filter(|c| !c.is_control()).take(200).collect(),
            address: from.address.to_string(),
            seen_at: now,
        };
        self.note(&user.login, "session.open", &row.address).await?;
        self.store.put_session(row).await?;
        Ok(SignedIn { person: self.describe(user, hash).await?, token })
    }

    pub(super) async fn describe(&self, user: UserRow, session: Vec<u8>) -> Result<Person> {
        let agent = self.agent_of(&user).await?;
        Ok(Person { role: Role::parse(&user.role).unwrap_or(Role::Auditor), agent, user, session })
    }
}

/// A hash of what is stored, which is a hash of the token: shown, it helps nobody.
fn name_of(token_hash: &[u8]) -> String {
    hex::encode(&token::hash(&hex::encode(token_hash))[..16])
}
