//! How long a workspace keeps what people said and are, per kind. What is older goes a little at a
//! time and by one process of all; what happened stays, so that logs still fold and figures count.
//! Conversations that are open keep everything.

use crate::audit;
use crate::jobs::{self, Kind};
use crate::media::to_forget;
use crate::port::store::{
    Aging, Behind, Committed, ConversationRow, MediaRow, Older, Result, StoreError, Weight, Write,
};
use crate::service::Service;
use relais_core::time::{Span, Timestamp};
use relais_core::why::Why;
use serde::{Deserialize, Serialize};

const SETTING: &str = "retention";
/// In whose name things go.
const BY: &str = "retention";
/// From the end of one pass to the next.
const PASS_EVERY: Span = Span::hours(1);
/// After a round that failed.
const AGAIN_AFTER: Span = Span::minutes(10);
/// Batches of one round: other upkeep, and the lease of the job, wait for no more.
const BATCHES: u32 = 10;
/// Of a batch. A conversation is read as a whole to be folded without its words.
const CONTACTS: i64 = 50;
const CONVERSATIONS: i64 = 8;
const FILES: i64 = 50;
/// Others may write a line of the audit log at the same moment.
const TRIES: u32 = 3;
/// A preview counts so far.
pub const COUNTED: i64 = 100_000;
/// A provider repeats a delivery for seven days: younger receipts are what makes it nothing.
pub const LEAST_RAW: u32 = 8;
/// Whoever asks who looked at them is answered for three months at least.
pub const LEAST_ACCESSES: u32 = 90;
/// Where nothing was set: what staff did is kept for no longer than it can be asked about.
const ACCESSES: u32 = 365;
pub const MOST: u32 = 3_650;

/// Days that each kind is kept; nothing: for ever.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub struct Rules {
    /// Words of a conversation, after it was resolved. Its files go with them.
    pub messages: Option<u32>,
    /// Files of a conversation, after it was resolved.
    pub files: Option<u32>,
    /// Who a person is, after the last conversation was resolved, with all they said.
    pub contacts: Option<u32>,
    /// What providers delivered, as they delivered it.
    pub raw: Option<u32>,
    /// The same of what could not be taken in.
    pub quarantine: Option<u32>,
    /// Lines of the access log: who looked at whom.
    #[serde(default = "a_year")]
    pub accesses: Option<u32>,
}

/// Rules that were set before there was the log say nothing of it.
#[expect(clippy::unnecessary_wraps, reason = "the form that a default of serde has")]
fn a_year() -> Option<u32> {
    Some(ACCESSES)
}

impl Rules {
    /// Names the first rule that cannot be kept.
    pub fn check(&self) -> std::result::Result<(), (&'static str, Why)> {
        for (name, days, least) in [
            ("messages", self.messages, 1),
            ("files", self.files, 1),
            ("contacts", self.contacts, 1),
            ("raw", self.raw, LEAST_RAW),
            ("quarantine", self.quarantine, 1),
            ("accesses", self.accesses, LEAST_ACCESSES),
        ] {
            if days.is_some_and(|days| !(least..=MOST).contains(&days)) {
                let told = format!("must be {least} to {MOST} days, or nothing");
                return Err((name, Why::range(least.into(), MOST.into()).told(told)));
            }
        }
        Ok(())
    }

    /// Files do not outlive the words they came with.
    fn files(&self) -> Option<u32> {
        [self.files, self.messages].into_iter().flatten().min()
    }
}

/// The instant before which things go.
pub(crate) fn cutoff(now: Timestamp, days: Option<u32>) -> Option<Timestamp> {
    days.map(|days| now - Span::hours(24 * i64::from(days)))
}

/// What would go now; nothing for what is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Preview {
    pub messages: Option<Weight>,
    pub files: Option<Weight>,
    pub contacts: Option<Weight>,
    pub raw: Option<Weight>,
    pub quarantine: Option<Weight>,
    pub accesses: Option<Weight>,
}

/// How far a pass is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    stage: Stage,
    behind: Behind,
}

#[derive(Clone, Copy, Debug)]
enum Stage {
    Contacts,
    Words,
    Files,
}

impl Service {
    /// What was set, or what holds where nothing was.
    pub async fn retention_rules(&self) -> Result<Rules> {
        let stored = self.store().setting(SETTING).await?;
        Ok(match stored.and_then(|json| serde_json::from_str(&json).ok()) {
            Some(rules) => rules,
            None => Rules {
                raw: Some(self.retention().receipt_days()),
                accesses: a_year(),
                ..Rules::default()
            },
        })
    }

    pub async fn set_retention_rules(&self, rules: &Rules) -> Result<()> {
        let json = serde_json::to_string(rules).expect("plain data");
        self.store().put_setting(SETTING, Some(&json)).await
    }

    /// What these rules would let go at this moment.
    pub async fn retention_preview(&self, rules: &Rules) -> Result<Preview> {
        let now = self.clock().now();
        let weigh = async |of, days| match cutoff(now, days) {
            Some(before) => self.store().weight(of, before, COUNTED).await.map(Some),
            None => Ok(None),
        };
        Ok(Preview {
            messages: weigh(Aging::Words, rules.messages).await?,
            files: weigh(Aging::Files, rules.files()).await?,
            contacts: weigh(Aging::Contacts, rules.contacts).await?,
            raw: weigh(Aging::Raw, rules.raw).await?,
            quarantine: weigh(Aging::Quarantined, rules.quarantine).await?,
            accesses: weigh(Aging::Accesses, rules.accesses).await?,
        })
    }

    /// One round of a pass, if it is time for one or one is under way; says whether there is more.
    pub async fn let_go(&self, is_time: bool) -> Result<bool> {
        let progress = self.letting_go().lock().take();
        if self.is_held() || (progress.is_none() && !is_time) {
            return Ok(false);
        }
        let rules = self.retention_rules().await?;
        if rules.messages.or(rules.files).or(rules.contacts).is_none() {
            return Ok(false);
        }
        let now = self.clock().now();
        // The lease of this job is what keeps other nodes from doing the same.
        let job = jobs::new(Kind::Retention, SETTING, &(), now);
        let id = job.id;
        self.store().commit(vec![Write::Job(job)]).await?;
        let taken = self.store().claim_jobs(Kind::Retention.as_str(), now, 1).await?;
        if taken.is_empty() {
            return Ok(false);
        }
        let begin = Progress { stage: Stage::Contacts, behind: Behind::nothing() };
        let round = self.round(&rules, progress.unwrap_or(begin), now).await;
        let (run_at, error) = match &round {
            Ok(Some(_)) => (now, String::new()),
            Ok(None) => (now + PASS_EVERY, String::new()),
            Err(error) => (now + AGAIN_AFTER, error.to_string()),
        };
        self.store().commit(vec![Write::JobRetry { id, run_at, error }]).await?;
        let next = round?;
        *self.letting_go().lock() = next;
        Ok(next.is_some())
    }

    async fn round(
        &self,
        rules: &Rules,
        mut progress: Progress,
        now: Timestamp,
    ) -> Result<Option<Progress>> {
        for _ in 0..BATCHES {
            self.must_act()?;
            let Progress { stage, behind } = progress;
            let (last, next) = match stage {
                Stage::Contacts => {
                    (self.contacts_go(cutoff(now, rules.contacts), behind).await?, Stage::Words)
                }
                Stage::Words => {
                    (self.old_words_go(cutoff(now, rules.messages), behind).await?, Stage::Files)
                }
                Stage::Files => match self.files_go(cutoff(now, rules.files()), behind).await? {
                    Some(last) => (Some(last), Stage::Files),
                    None => return Ok(None),
                },
            };
            progress = match last {
                Some(behind) => Progress { stage, behind },
                None => Progress { stage: next, behind: Behind::nothing() },
            };
        }
        Ok(Some(progress))
    }

    /// Erases persons of whom nothing was heard since, as if somebody had asked for it.
    async fn contacts_go(
        &self,
        before: Option<Timestamp>,
        behind: Behind,
    ) -> Result<Option<Behind>> {
        let Some(before) = before else { return Ok(None) };
        let listed = self.store().old_contacts(Older { before, behind, limit: CONTACTS }).await?;
        for contact in listed.iter().filter(|contact| contact.is_quiet) {
            match self.erase(contact.id, BY).await {
                Ok(_) => {}
                // One that cannot be read holds up no other.
                Err(error @ (StoreError::Inconsistent { .. } | StoreError::Bug(_))) => {
                    tracing::error!(contact = %contact.id, %error, "a person could not be let go");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(listed.last().map(|last| Behind(last.known_since, last.id.0)))
    }

    async fn old_words_go(
        &self,
        before: Option<Timestamp>,
        behind: Behind,
    ) -> Result<Option<Behind>> {
        let Some(before) = before else { return Ok(None) };
        let rows = self.store().wordy(Older { before, behind, limit: CONVERSATIONS }).await?;
        let mut parts = Vec::with_capacity(rows.len());
        for row in &rows {
            match self.words_go(row).await {
                Ok(unit) => parts.push(unit),
                Err(error @ (StoreError::Inconsistent { .. } | StoreError::Bug(_))) => {
                    tracing::error!(conversation = %row.id, %error, "words could not be let go");
                }
                Err(error) => return Err(error),
            }
        }
        self.go_noted(parts, "retention.messages", before).await?;
        self.forget_files().await?;
        for row in &rows {
            self.hint_of(row.id).await?;
        }
        let last = rows.last();
        Ok(last.map(|row: &ConversationRow| {
            Behind(row.resolved_at.unwrap_or(row.opened_at), row.id.0)
        }))
    }

    async fn files_go(&self, before: Option<Timestamp>, behind: Behind) -> Result<Option<Behind>> {
        let Some(before) = before else { return Ok(None) };
        let now = self.clock().now();
        let files = self.store().old_files(Older { before, behind, limit: FILES }).await?;
        let part = |media: &MediaRow| {
            let hash = media.hash.clone()?;
            let remove = Write::RemoveFile { message: media.message, hash: hash.clone() };
            Some(vec![remove, to_forget(hash, now)])
        };
        let parts = files.iter().filter_map(part).collect();
        self.go_noted(parts, "retention.files", before).await?;
        self.forget_files().await?;
        let mut told: Vec<_> = files.iter().map(|media| media.conversation).collect();
        told.dedup();
        for conversation in told {
            self.hint_of(conversation).await?;
        }
        Ok(files.last().map(|media| Behind(media.created_at, media.message.0)))
    }

    /// All at once with their line in the audit log; where one of them moved meanwhile, each alone.
    async fn go_noted(&self, parts: Vec<Vec<Write>>, act: &str, before: Timestamp) -> Result<()> {
        let count = parts.len();
        if count == 0 || self.noted(parts.concat(), act, count, before).await? || count == 1 {
            return Ok(());
        }
        for part in parts {
            // What moved is looked at again in the next pass.
            self.noted(part, act, 1, before).await?;
        }
        Ok(())
    }

    async fn noted(
        &self,
        mut unit: Vec<Write>,
        act: &str,
        count: usize,
        before: Timestamp,
    ) -> Result<bool> {
        let subject = format!("{count} from before {before}");
        for _ in 0..TRIES {
            let now = self.clock().now();
            unit.push(audit::next(&**self.store(), now, BY, act, &subject).await?);
            if self.store().commit(unit.clone()).await? == Committed::Done {
                return Ok(true);
            }
            unit.pop();
        }
        Ok(false)
    }
}
