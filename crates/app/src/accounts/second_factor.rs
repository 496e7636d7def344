//! The second factor: codes of an app, and recovery codes for the day the phone is gone. A code
//! works once, also when it is sent many times at once (S10).

use super::{AccountError, Accounts, Person, Result, token, totp};
use crate::hex;
use crate::port::store::{Committed, EntryRow, UserRow, Write};
use relais_core::id::UserId;
use serde::{Deserialize, Serialize};

const KIND: &str = "factor";
/// Recovery codes given at once.
const CODES: usize = 10;
/// Characters of a recovery code: 50 bits, and guesses are bounded.
const CODE: usize = 10;

/// How far somebody is with their second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FactorState {
    pub is_on: bool,
    pub recovery_left: usize,
}

/// What the app of a phone is given; shown once.
#[derive(Clone, Debug)]
pub struct Enrolment {
    /// To type in.
    pub secret: String,
    /// To scan.
    pub uri: String,
}

#[derive(Deserialize, Serialize)]
struct Kept {
    /// Sealed.
    secret: String,
    /// Of the last code that was used.
    last_step: i64,
    is_on: bool,
    /// Hashes of the codes that are left.
    recovery: Vec<String>,
}

impl Accounts {
    pub(super) async fn has_second_factor(&self, user: UserId) -> Result<bool> {
        Ok(self.factor(user).await?.is_some_and(|(_, kept)| kept.is_on))
    }

    pub async fn second_factor(&self, user: UserId) -> Result<FactorState> {
        let kept = self.factor(user).await?.map(|(_, kept)| kept).filter(|kept| kept.is_on);
        Ok(FactorState {
            is_on: kept.is_some(),
            recovery_left: kept.map_or(0, |kept| kept.recovery.len()),
        })
    }

    /// Makes a secret. It counts once a code of it was shown.
    pub async fn enrol(&self, person: &Person, instance: &str) -> Result<Enrolment> {
        let vault = self.vault.as_ref().ok_or(AccountError::NoVault)?;
        let user = person.user.id;
        if self.has_second_factor(user).await? {
            return Err(AccountError::WrongCode);
        }
        let mut secret = [0; totp::SECRET];
        self.random.fill(&mut secret);
        let sealed = vault.seal(&place(user), &hex::encode(&secret), self.random.as_ref());
        let kept = Kept { secret: sealed, last_step: 0, is_on: false, recovery: Vec::new() };
        self.store.commit(vec![Write::PutEntry(self.row(user, &kept))]).await?;
        let secret = totp::base32(&secret);
        let label = encode(&format!("{instance}:{}", person.user.login));
        let uri = format!("otpauth://totp/{label}?secret={secret}&issuer={}", encode(instance));
        Ok(Enrolment { secret, uri })
    }

    /// Switches it on with a first code; gives the recovery codes, once.
    pub async fn confirm_enrolment(&self, person: &Person, code: &str) -> Result<Vec<String>> {
        self.guess(&[(super::ACCOUNT, person.user.login.clone())])?;
        let found = self.factor(person.user.id).await?;
        let (row, kept) = found.filter(|(_, kept)| !kept.is_on).ok_or(AccountError::WrongCode)?;
        let step = self.step(person.user.id, &kept, code)?.ok_or(AccountError::WrongCode)?;
        let codes: Vec<String> = (0..CODES).map(|_| self.recovery_code()).collect();
        let recovery = codes.iter().map(|code| hash(code)).collect();
        let next = Kept { last_step: step, is_on: true, recovery, ..kept };
        self.swap(row, &next).await?;
        self.note(&person.user.login, "second_factor.on", "").await?;
        self.guesses.give_back(super::ACCOUNT, &person.user.login);
        Ok(codes)
    }

    /// Switches it off.
    pub async fn drop_second_factor(&self, user: UserId, by: &str) -> Result<()> {
        let user = self.store.user(user).await?.ok_or(AccountError::NotFound)?;
        self.note(by, "second_factor.off", &user.login).await?;
        let take = Write::TakeEntry { kind: KIND.to_owned(), id: user.id.to_string() };
        // Gone meanwhile is as good.
        self.store.commit(vec![take]).await?;
        Ok(())
    }

    /// Where somebody has a second factor, their code must be right and not have been used.
    pub(super) async fn pass_second_factor(
        &self,
        user: &UserRow,
        code: Option<&str>,
    ) -> Result<()> {
        let found = self.factor(user.id).await?;
        let Some((row, kept)) = found.filter(|(_, kept)| kept.is_on) else { return Ok(()) };
        let code = code.map(plain).filter(|code| !code.is_empty());
        let code = code.ok_or(AccountError::SecondFactorNeeded)?;
        if let Some(step) = self.step(user.id, &kept, &code)? {
            return self.swap(row, &Kept { last_step: step, ..kept }).await;
        }
        let (given, mut recovery) = (hash(&code), kept.recovery.clone());
        recovery.retain(|one| *one != given);
        if recovery.len() == kept.recovery.len() {
            return Err(AccountError::WrongCode);
        }
        self.note(&user.login, "second_factor.recovery", "").await?;
        self.swap(row, &Kept { recovery, ..kept }).await
    }

    /// The same again for somebody who is signed in, before something that matters.
    pub async fn confirm_code(&self, person: &Person, code: Option<&str>) -> Result<()> {
        self.guess(&[(super::ACCOUNT, person.user.login.clone())])?;
        self.pass_second_factor(&person.user, code).await?;
        self.guesses.give_back(super::ACCOUNT, &person.user.login);
        Ok(())
    }

    fn step(&self, user: UserId, kept: &Kept, code: &str) -> Result<Option<i64>> {
        let vault = self.vault.as_ref().ok_or(AccountError::NoVault)?;
        let secret = vault.open(&place(user), &kept.secret).map_err(|_| AccountError::NoVault)?;
        let secret = hex::decode(&secret).ok_or(AccountError::NoVault)?;
        Ok(totp::step_of(&secret, &plain(code), self.clock.now().as_secs(), kept.last_step))
    }

    async fn factor(&self, user: UserId) -> Result<Option<(EntryRow, Kept)>> {
        let row = self.store.entry(KIND, &user.to_string()).await?;
        Ok(row.and_then(|row| serde_json::from_str(&row.data).ok().map(|kept| (row, kept))))
    }

    /// Of two that use the same code at once, one wins.
    async fn swap(&self, row: EntryRow, next: &Kept) -> Result<()> {
        let data = json(next);
        match self.store.commit(vec![Write::SwapEntry { row, data }]).await? {
            Committed::Done => Ok(()),
            Committed::Conflict | Committed::Duplicate => Err(AccountError::WrongCode),
        }
    }

    fn row(&self, user: UserId, kept: &Kept) -> EntryRow {
        EntryRow {
            kind: KIND.to_owned(),
            id: user.to_string(),
            data: json(kept),
            at: self.clock.now(),
        }
    }

    fn recovery_code(&self) -> String {
        let mut bytes = [0; 8];
        self.random.fill(&mut bytes);
        let mut code = totp::base32(&bytes).to_lowercase();
        code.truncate(CODE);
        format!("{}-{}", &code[..CODE / 2], &code[CODE / 2..])
    }
}

fn json(kept: &Kept) -> String {
    serde_json::to_string(kept).expect("a factor is plain data")
}

fn place(user: UserId) -> String {
    format!("entries|{KIND}|{user}|secret")
}

/// As it was given out, whatever stands between the letters.
fn plain(code: &str) -> String {
    code.chars().filter(char::is_ascii_alphanumeric).take(40).collect::<String>().to_lowercase()
}

fn hash(code: &str) -> String {
    hex::encode(&token::hash(&plain(code)))
}

/// For a part of an address.
fn encode(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
