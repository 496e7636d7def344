//! Passkeys: a key that a device keeps and opens with a finger, a face or a PIN. One shows both that
//! somebody has the device and that it is them, so it signs in alone, where a password needs a code
//! of the second factor beside it (S10). What is kept of it is public.

use super::limits::ADDRESS;
use super::once::Once;
use super::{AccountError, Accounts, Fault, Origin, Person, Result, SignedIn, token};
use crate::hex;
use crate::port::store::{Committed, EntryRow, Write};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use passkey_auth::{
    Attachment, AuthenticationState, PasskeyCredential, RegistrationState, Webauthn,
};
pub use passkey_auth::{AuthenticationResponse, RegistrationResponse};
use relais_core::id::UserId;
use relais_core::time::{Span, Timestamp};
use relais_core::why::Why;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::net::IpAddr;
use uuid::Uuid;

/// From the question to what the browser answers.
const ATTEMPT: Once = Once { kind: "passkey_attempt", lasts: Span::minutes(5) };
/// Of one account.
const MOST: i64 = 20;
/// Characters of a name.
const NAME: usize = 60;

/// Where the browser is. A passkey works there and nowhere else.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Site {
    origin: String,
    host: String,
}

impl Site {
    /// Browsers give passkeys to names served over https, and to `localhost`; never to a number.
    pub fn of(origin: &str) -> Option<Self> {
        let (scheme, place) = origin.split_once("://")?;
        let host = place.split_once(':').map_or(place, |(host, _)| host).to_lowercase();
        let is_name = !host.is_empty()
            && host.parse::<IpAddr>().is_err()
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        let is_safe = scheme == "https" || (scheme == "http" && host == "localhost");
        (is_name && is_safe).then(|| Self { origin: origin.to_owned(), host })
    }

    fn judge(&self, instance: &str) -> Webauthn {
        Webauthn::new(&self.host, instance, &self.origin)
            .require_user_verification(true)
            .require_user_handle(true)
            .strict_base64(true)
            .authenticator_attachment(Attachment::Any)
    }
}

/// A passkey as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passkey {
    pub id: String,
    pub name: String,
    /// Where it works.
    pub host: String,
    pub created_at: Timestamp,
    pub used_at: Option<Timestamp>,
}

/// What a browser is asked.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Names the attempt; it works once.
    pub attempt: String,
    /// For `navigator.credentials`, with bytes as base64url.
    pub options: Value,
}

#[derive(Deserialize, Serialize)]
struct Kept {
    credential: PasskeyCredential,
    name: String,
    host: String,
    used_at: Option<Timestamp>,
}

#[derive(Deserialize, Serialize)]
enum Attempt {
    Add { user: UserId, site: Site, state: RegistrationState },
    SignIn { site: Site, state: AuthenticationState },
}

impl Accounts {
    /// The newest first.
    pub async fn passkeys(&self, user: UserId) -> Result<Vec<Passkey>> {
        let rows = self.store.entries(&list_of(user), MOST).await?;
        let shown = rows.into_iter().filter_map(|row| {
            let kept: Kept = serde_json::from_str(&row.data).ok()?;
            let Kept { name, host, used_at, .. } = kept;
            Some(Passkey { id: row.id, name, host, created_at: row.at, used_at })
        });
        Ok(shown.collect())
    }

    /// Asks the browser of somebody who is signed in for a new passkey.
    pub async fn ask_for_passkey(
        &self,
        person: &Person,
        site: Site,
        instance: &str,
    ) -> Result<Asked> {
        let user = &person.user;
        let rows = self.store.entries(&list_of(user.id), MOST).await?;
        if rows.len() >= usize::try_from(MOST).unwrap_or(usize::MAX) {
            let told = "there are 20 passkeys already: remove one first";
            return Err(fault("/name", Why::too_many(20).told(told)));
        }
        let kept = rows.iter().filter_map(|row| serde_json::from_str::<Kept>(&row.data).ok());
        let known: Vec<_> = kept.map(|kept| kept.credential.id).collect();
        let judge = site.judge(instance);
        let (challenge, state) =
            judge.start_registration(user.id.0.as_bytes(), &user.login, &user.name, &known);
        let mut options = serde_json::to_value(challenge).expect("a challenge is plain data");
        // Without one that the device itself finds, nobody signs in without a name.
        options["authenticatorSelection"]["residentKey"] = "required".into();
        options["authenticatorSelection"]["requireResidentKey"] = true.into();
        self.asked(&Attempt::Add { user: user.id, site, state }, options).await
    }

    /// Keeps the passkey that the browser made.
    pub async fn keep_passkey(
        &self,
        person: &Person,
        attempt: &str,
        name: &str,
        answer: &RegistrationResponse,
    ) -> Result<()> {
        let name: String = name.trim().chars().filter(|c| !c.is_control()).take(NAME).collect();
        if name.is_empty() {
            return Err(fault("/name", Why::missing()));
        }
        let Some(Attempt::Add { user, site, state }) = self.take_attempt(attempt).await? else {
            return Err(AccountError::LinkGone);
        };
        if user != person.user.id {
            return Err(AccountError::LinkGone);
        }
        let credential = site.judge("").finish_registration(&state, answer).map_err(|error| {
            tracing::info!(%error, "a passkey was not kept");
            let told = "is no passkey of this browser and this address";
            fault("/answer", told.into())
        })?;
        let id = id_of(credential.id.as_bytes());
        let kept = Kept { credential, name, host: site.host.clone(), used_at: None };
        self.note(&person.user.login, "passkey.add", &site.host).await?;
        let row = EntryRow { kind: list_of(user), id, data: json(&kept), at: self.clock.now() };
        self.store.commit(vec![Write::PutEntry(row)]).await?;
        Ok(())
    }

    /// Says whether there was such a one.
    pub async fn drop_passkey(&self, person: &Person, id: &str) -> Result<bool> {
        self.note(&person.user.login, "passkey.remove", id).await?;
        let take = Write::TakeEntry { kind: list_of(person.user.id), id: id.to_owned() };
        Ok(self.store.commit(vec![take]).await? == Committed::Done)
    }

    /// Removes all of somebody's: whoever holds a lost device must not be them.
    pub async fn drop_passkeys_of(&self, user: UserId, by: &str) -> Result<()> {
        let rows = self.store.entries(&list_of(user), MOST).await?;
        if rows.is_empty() {
            return Ok(());
        }
        self.note(by, "passkey.remove_all", &user.to_string()).await?;
        for EntryRow { kind, id, .. } in rows {
            // Gone meanwhile is as good.
            self.store.commit(vec![Write::TakeEntry { kind, id }]).await?;
        }
        Ok(())
    }

    /// Asks the browser of a stranger for any passkey it has for this place.
    pub async fn ask_for_sign_in(&self, from: &Origin, site: Site) -> Result<Asked> {
        self.guess(&[(ADDRESS, from.address.to_string())])?;
        let (challenge, state) = site.judge("").start_authentication(&[]);
        let options = serde_json::to_value(challenge).expect("a challenge is plain data");
        self.asked(&Attempt::SignIn { site, state }, options).await
    }

    /// Signs in with what the browser answered. Every failure looks the same.
    pub async fn sign_in_with_passkey(
        &self,
        from: &Origin,
        attempt: &str,
        answer: &AuthenticationResponse,
    ) -> Result<SignedIn> {
        let address = from.address.to_string();
        self.guess(&[(ADDRESS, address.clone())])?;
        let Some(Attempt::SignIn { site, mut state }) = self.take_attempt(attempt).await? else {
            return Err(AccountError::LinkGone);
        };
        // Whose it is, the device says; the key proves it: it is looked for among theirs alone.
        let user = user_of(answer).ok_or(AccountError::WrongCredentials)?;
        let kind = list_of(user);
        let bytes = URL_SAFE_NO_PAD.decode(&answer.id);
        let id = id_of(&bytes.map_err(|_| AccountError::WrongCredentials)?);
        let row = self.store.entry(&kind, &id).await?.ok_or(AccountError::WrongCredentials)?;
        let kept: Option<Kept> = serde_json::from_str(&row.data).ok();
        let mut kept = kept.ok_or(AccountError::WrongCredentials)?;
        state.user_handle = Some(user.0.as_bytes().to_vec());
        let told = site.judge("").finish_authentication(&state, answer, &kept.credential);
        let user = self.store.user(user).await?.filter(|user| !user.is_disabled);
        let user = user.ok_or(AccountError::WrongCredentials)?;
        let told = match told {
            Ok(told) => told,
            Err(error) => {
                tracing::info!(%error, "a passkey was refused");
                self.note(&user.login, "session.refused", &address).await?;
                return Err(AccountError::WrongCredentials);
            }
        };
        kept.credential.counter = told.new_counter;
        kept.used_at = Some(self.clock.now());
        let data = json(&kept);
        // Of two at once with the same count, one wins.
        if self.store.commit(vec![Write::SwapEntry { row, data }]).await? != Committed::Done {
            return Err(AccountError::WrongCredentials);
        }
        self.guesses.give_back(ADDRESS, &address);
        self.open_session(user, from).await
    }

    async fn asked(&self, attempt: &Attempt, options: Value) -> Result<Asked> {
        let name = token::fresh(self.random.as_ref());
        self.begin_once(ATTEMPT, &name, attempt).await?;
        Ok(Asked { attempt: name, options })
    }

    async fn take_attempt(&self, name: &str) -> Result<Option<Attempt>> {
        let attempt = self.look_once(ATTEMPT, name).await?;
        Ok(if self.end_once(ATTEMPT, name).await? { attempt } else { None })
    }
}

fn list_of(user: UserId) -> String {
    format!("passkey.{user}")
}

/// Shown and put into addresses.
fn id_of(credential: &[u8]) -> String {
    hex::encode(&token::hash(&hex::encode(credential))[..16])
}

fn user_of(answer: &AuthenticationResponse) -> Option<UserId> {
    let bytes = URL_SAFE_NO_PAD.decode(answer.user_handle.as_deref()?).ok()?;
    Uuid::from_slice(&bytes).ok().map(UserId)
}

fn json(kept: &Kept) -> String {
    serde_json::to_string(kept).expect("a passkey is plain data")
}

fn fault(pointer: &'static str, why: Why) -> AccountError {
    AccountError::Invalid(vec![Fault { pointer, why }])
}

#[cfg(test)]
mod tests {
    use super::Site;

    #[test]
    fn passkeys_belong_to_names_over_https_and_to_this_machine() {
        for good in ["https://relais.example", "https://relais.example:8443", "http://localhost:81"]
        {
            assert!(Site::of(good).is_some(), "{good}");
        }
        for bad in [
            "http://relais.example",
            "https://10.0.0.1",
            "http://127.0.0.1:8080",
            "https://[::1]",
            "https://",
            "null",
        ] {
            assert_eq!(Site::of(bad), None, "{bad}");
        }
    }
}
