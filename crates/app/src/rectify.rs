//! What people put right about a contact, and the restriction of what their data is used for (GDPR,
//! articles 16 and 18). Both win over what a provider, a customer record or a guess says, and reach
//! the conversations that go on in the same unit. Restricted, a contact is answered as before; but no
//! model reads them, no question of theirs is kept to learn from, and nobody asks them for a rating.

use crate::audit;
use crate::engine::{Said, TRIES, state_of};
use crate::plan::{self, Unit};
use crate::port::store::{Committed, ContactRow, ConversationRow, StoreError, Write};
use crate::service::Service;
use relais_core::conversation::event::{AgentRef, Rectified};
use relais_core::conversation::{Ai, Command};
use relais_core::id::ContactId;
use relais_core::message::Sender;
use relais_core::time::Timestamp;
use relais_core::understanding::language::Lang;
use serde::{Deserialize, Serialize};

/// Characters of a name.
const LONGEST_NAME: usize = 120;

/// What people say of a contact, as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Rectifications {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Fact>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Fact>,
    /// Who restricted what the data is used for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restricted: Option<Mark>,
}

/// A fact that a person put right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fact {
    pub value: String,
    /// What the provider says, or what was guessed: it counts again once this is taken back.
    #[serde(default)]
    pub told: Option<String>,
    #[serde(flatten)]
    pub mark: Mark,
}

/// Who said so, by their login, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    pub by: String,
    pub at: Timestamp,
}

/// What is to be put right; the rest stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    pub name: Option<Word>,
    pub language: Option<Word>,
    pub is_restricted: Option<bool>,
}

/// What a person says of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    Is(String),
    /// What was put right before counts no longer.
    TakenBack,
}

/// Why nothing was put right.
#[derive(Debug)]
pub enum RectifyError {
    /// Merged into another contact or erased; or never there.
    NotFound,
    /// Somebody else put something right since the contact was read.
    Outdated,
    /// Empty, longer than 120 characters, or with control characters.
    BadName,
    /// No language that Relais knows, as ISO 639-1.
    BadLanguage,
    Store(StoreError),
}

impl From<StoreError> for RectifyError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl Rectifications {
    /// Of a contact; what cannot be read is nothing.
    pub fn of(contact: &ContactRow) -> Self {
        // Nearly everybody, at every message.
        if contact.rectified == "{}" {
            return Self::default();
        }
        serde_json::from_str(&contact.rectified).unwrap_or_default()
    }

    pub(crate) fn write(&self, contact: &mut ContactRow) {
        contact.rectified = serde_json::to_string(self).expect("facts are plain data");
    }
}

/// The provider says what somebody is called.
pub(crate) fn told(contact: &mut ContactRow, name: &str) {
    let mut facts = Rectifications::of(contact);
    match &mut facts.name {
        Some(fact) if fact.told.as_deref() == Some(name) => {}
        Some(fact) => {
            fact.told = Some(name.to_owned());
            facts.write(contact);
        }
        None => contact.name = Some(name.to_owned()),
    }
}

/// What somebody is called by all but people who put it right.
pub(crate) fn told_name(contact: &ContactRow) -> Option<String> {
    match Rectifications::of(contact).name {
        Some(fact) => fact.told,
        None => contact.name.clone(),
    }
}

/// What a conversation knows of it.
pub(crate) fn rectified(contact: &ContactRow) -> Rectified {
    let facts = Rectifications::of(contact);
    Rectified {
        name: facts.name.as_ref().map(|fact| fact.value.clone()),
        language: facts.language.map(|fact| fact.value),
        told_name: told_name(contact),
    }
}

/// What may be done with a model for somebody: only what an answer needs where they are restricted.
pub(crate) fn uses(ai: Ai, is_restricted: bool) -> Ai {
    if is_restricted { Ai { transcribe: ai.transcribe, ..Ai::default() } } else { ai }
}

/// Of two contacts that are one person: the newer word counts, and both restrictions.
pub(crate) fn joined(stays: &ContactRow, goes: &ContactRow, into: &mut ContactRow) {
    let (a, b) = (Rectifications::of(stays), Rectifications::of(goes));
    let newer = |a: Option<Fact>, b: Option<Fact>| match (a, b) {
        (Some(a), Some(b)) => Some(if a.mark.at >= b.mark.at { a } else { b }),
        (one, None) | (None, one) => one,
    };
    let told = into.name.clone();
    let mut facts = Rectifications {
        name: newer(a.name, b.name),
        language: newer(a.language, b.language),
        restricted: a.restricted.or(b.restricted),
    };
    if let Some(fact) = &facts.name {
        into.name = Some(fact.value.clone());
    }
    if let Some(fact) = &facts.language {
        into.language = Some(fact.value.clone());
    }
    into.is_restricted = stays.is_restricted || goes.is_restricted;
    if let Some(fact) = facts.name.as_mut().filter(|fact| fact.told.is_none()) {
        fact.told = told.filter(|told| *told != fact.value);
    }
    if facts != Rectifications::default() {
        facts.write(into);
    }
}

impl Service {
    /// Puts right what is known of a contact. `revision` is the one that was read: what somebody
    /// else said meanwhile is not overwritten unseen.
    pub async fn rectify(
        &self,
        contact: ContactId,
        revision: i64,
        change: &Change,
        (agent, who): (&AgentRef, &str),
    ) -> Result<ContactRow, RectifyError> {
        for _ in 0..TRIES {
            let before = self.store().contact(contact).await?.ok_or(RectifyError::NotFound)?;
            if self.is_gone(&before).await? {
                return Err(RectifyError::NotFound);
            }
            if before.revision != revision {
                return Err(RectifyError::Outdated);
            }
            let mark = Mark { by: who.to_owned(), at: self.clock().now() };
            let after = changed(&before, change, &mark)?;
            if after == before {
                return Ok(before);
            }
            let (mut unit, rows) = self.told_to_talks(&after, Some(agent)).await?;
            let (acts, subject) = (acts(&before, &after), contact.to_string());
            unit.extend(audit::lines(&**self.store(), mark.at, who, &acts, &subject).await?);
            unit.push(Write::RectifyContact(after.clone()));
            if self.store().commit(unit).await? != Committed::Done {
                continue;
            }
            for row in rows {
                self.hint_of(row.id).await?;
            }
            let after = ContactRow { revision: revision + 1, ..after };
            self.told_to_newcomers(&after, agent).await?;
            return Ok(after);
        }
        Err(StoreError::Unavailable("the contact changes too fast".to_owned()).into())
    }

    /// It was erased, or is only a pointer to the contact it became.
    async fn is_gone(&self, contact: &ContactRow) -> Result<bool, StoreError> {
        if self.store().contact_erased_at(contact.id).await?.is_some() {
            return Ok(true);
        }
        let (phone, bsuid) = (contact.phone.clone(), contact.bsuid.clone());
        let now = self.store().contact_of(&Sender { phone, bsuid, ..Sender::default() }).await?;
        Ok(now.is_some_and(|now| now.id != contact.id))
    }

    /// What the contact's open conversations are told, and which they are.
    async fn told_to_talks(
        &self,
        contact: &ContactRow,
        by: Option<&AgentRef>,
    ) -> Result<(Vec<Write>, Vec<ConversationRow>), StoreError> {
        let (mut writes, mut rows) = (Vec::new(), Vec::new());
        for row in self.store().conversations_of(contact.id).await? {
            if let Some(unit) = self.told_to(&row, contact, by).await? {
                writes.extend(unit.writes);
                rows.push(unit.row);
            }
        }
        Ok((writes, rows))
    }

    /// What one of them is told; nothing where it is over or knows.
    pub(crate) async fn told_to(
        &self,
        row: &ConversationRow,
        contact: &ContactRow,
        by: Option<&AgentRef>,
    ) -> Result<Option<Unit>, StoreError> {
        if row.resolved_at.is_some() {
            return Ok(None);
        }
        let state = state_of(row)?;
        let at = self.circumstances(Some(&state)).await?;
        let decision = match self.decide(&state, &command(contact, by), &at) {
            Said::Decision(decision) => decision,
            Said::Refusal(_) => return Ok(None),
            Said::Panic(reason) => return Err(StoreError::Bug(reason)),
        };
        Ok(Some(plan::unit(at.alone(row), &decision)))
    }

    /// A conversation that opened while this was committed. One that opens later reads the contact
    /// as it is now: its unit is guarded by the revision.
    async fn told_to_newcomers(
        &self,
        contact: &ContactRow,
        by: &AgentRef,
    ) -> Result<(), StoreError> {
        for row in self.store().conversations_of(contact.id).await? {
            if row.resolved_at.is_none() {
                self.apply(row.id, &command(contact, Some(by)), Vec::new()).await?;
            }
        }
        Ok(())
    }
}

/// What a conversation is told.
pub(crate) fn command(contact: &ContactRow, by: Option<&AgentRef>) -> Command {
    let (by, is_restricted) = (by.cloned(), contact.is_restricted);
    Command::Rectify { by, rectified: rectified(contact), is_restricted }
}

fn changed(before: &ContactRow, change: &Change, mark: &Mark) -> Result<ContactRow, RectifyError> {
    let mut after = before.clone();
    let mut facts = Rectifications::of(before);
    let name = change.name.as_ref().map(|word| checked(word, name)).transpose()?;
    put_right(&mut facts.name, &mut after.name, name, mark);
    let language = change.language.as_ref().map(|word| checked(word, language)).transpose()?;
    put_right(&mut facts.language, &mut after.language, language, mark);
    if let Some(is_restricted) = change.is_restricted.filter(|is| *is != before.is_restricted) {
        after.is_restricted = is_restricted;
        facts.restricted = is_restricted.then(|| mark.clone());
    }
    if facts != Rectifications::of(before) {
        facts.write(&mut after);
    }
    Ok(after)
}

/// `now` is what counts of the fact. The same word again leaves who said it first.
fn put_right(fact: &mut Option<Fact>, now: &mut Option<String>, word: Option<Word>, mark: &Mark) {
    let known = fact.as_ref().map(|fact| fact.value.clone());
    match word {
        Some(Word::Is(value)) if known.as_ref() != Some(&value) => {
            let told = fact.take().map_or_else(|| now.clone(), |fact| fact.told);
            *now = Some(value.clone());
            *fact = Some(Fact { value, told, mark: mark.clone() });
        }
        Some(Word::TakenBack) => {
            if let Some(fact) = fact.take() {
                *now = fact.told;
            }
        }
        Some(Word::Is(_)) | None => {}
    }
}

fn checked(
    word: &Word,
    check: fn(&str) -> Result<String, RectifyError>,
) -> Result<Word, RectifyError> {
    match word {
        Word::Is(value) => check(value).map(Word::Is),
        Word::TakenBack => Ok(Word::TakenBack),
    }
}

fn name(said: &str) -> Result<String, RectifyError> {
    let name = said.trim();
    let is_name = !name.is_empty() && name.chars().count() <= LONGEST_NAME;
    if !is_name || name.chars().any(char::is_control) {
        return Err(RectifyError::BadName);
    }
    Ok(name.to_owned())
}

fn language(said: &str) -> Result<String, RectifyError> {
    let language = Lang::parse(said).ok_or(RectifyError::BadLanguage)?;
    Ok(language.as_str().to_owned())
}

/// The words of the audit log.
fn acts(before: &ContactRow, after: &ContactRow) -> Vec<&'static str> {
    let facts = |of| {
        let Rectifications { name, language, .. } = Rectifications::of(of);
        (name, language)
    };
    let mut acts = Vec::new();
    if facts(before) != facts(after) {
        acts.push("contact.rectify");
    }
    match (before.is_restricted, after.is_restricted) {
        (false, true) => acts.push("contact.restrict"),
        (true, false) => acts.push("contact.unrestrict"),
        (true, true) | (false, false) => {}
    }
    acts
}
