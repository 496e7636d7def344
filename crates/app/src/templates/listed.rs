//! What the provider holds of our templates: listed now and then, and told in between. A list per
//! account, for several numbers may share one.

use crate::port::channel::FetchError;
use crate::port::store::{Committed, EntryRow, Result, StoreError, Write};
use crate::port::template::{ListedTemplate, Quality, Standing, TemplateChange, TemplateNews};
use crate::service::Service;
use relais_core::id::ChannelId;
use relais_core::time::{Span, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A provider allows six thousand in an account.
const MOST: i64 = 10_000;
/// Written in one unit.
const AT_ONCE: usize = 200;
/// Age of a list that is fetched again.
const OLD: Span = Span::hours(6);
/// Others may hear news of the same template at the same moment.
const TRIES: u32 = 16;

/// What is kept of a template.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Known {
    #[serde(flatten)]
    pub listed: ListedTemplate,
    /// The category it will have soon.
    pub next_category: Option<String>,
    /// When its standing or quality changed last.
    pub changed_at: Timestamp,
}

/// What is known of an account's templates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: String,
    /// Nothing: never.
    pub listed_at: Option<Timestamp>,
    /// By name and language.
    pub templates: Vec<Known>,
}

impl Account {
    pub fn find(&self, name: &str, language: &str) -> Option<&Known> {
        self.templates.iter().find(|t| t.listed.name == name && t.listed.language == language)
    }

    /// Would the provider let it through, as far as is known?
    pub fn may_be_sent(&self, name: &str, language: &str) -> bool {
        match self.find(name, language) {
            Some(known) => known.listed.standing.may_be_sent(),
            None => self.listed_at.is_none(),
        }
    }
}

/// Why a list was not had.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The channel has no templates of its own: a simulator, or one that is not connected.
    #[error("this channel has no templates at a provider")]
    None,
    #[error(transparent)]
    Provider(#[from] FetchError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Service {
    /// Fetches the list of a channel's account, and keeps it.
    pub async fn list_templates(
        &self,
        channel: ChannelId,
    ) -> std::result::Result<Account, ListError> {
        let line = self.line(channel).ok_or(ListError::None)?;
        let account = line.port.account().ok_or(ListError::None)?.to_owned();
        let listed = line.port.templates().await?;
        self.keep_list(&account, listed).await?;
        self.templates_of(channel).await?.ok_or(ListError::None)
    }

    /// Fetches the lists that are old, one account after the other.
    pub async fn list_old_templates(&self) -> Result<()> {
        let now = self.clock().now();
        for (channel, account) in self.accounts_of_channels() {
            let listed_at = self.listed_at(&account).await?;
            if listed_at.is_some_and(|at| now.since(at) < OLD) || !self.may_act() {
                continue;
            }
            match self.list_templates(channel).await {
                Ok(_) | Err(ListError::None) => {}
                Err(ListError::Provider(error)) => {
                    tracing::warn!(%error, "the list of templates could not be had");
                }
                Err(ListError::Store(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// What is known of the templates of a channel's account; nothing where there is no account.
    pub async fn templates_of(&self, channel: ChannelId) -> Result<Option<Account>> {
        let line = self.line(channel);
        let Some(id) = line.as_ref().and_then(|line| line.port.account()) else { return Ok(None) };
        let listed_at = self.listed_at(id).await?;
        let rows = self.store().entries(&list_of(id), MOST).await?;
        let known = rows.iter().filter_map(|row| serde_json::from_str::<Known>(&row.data).ok());
        let mut templates: Vec<Known> = known.collect();
        templates.sort_by_key(|known| key(&known.listed));
        Ok(Some(Account { id: id.to_owned(), listed_at, templates }))
    }

    /// What news say goes into the list, in the unit that keeps the news.
    pub(crate) async fn template_news(
        &self,
        channel: ChannelId,
        news: &TemplateNews,
        receipt: Write,
    ) -> Result<Committed> {
        let now = self.clock().now();
        let line = self.line(channel);
        let Some(account) = line.as_ref().and_then(|line| line.port.account()) else {
            return self.store().commit(vec![receipt]).await;
        };
        let kind = list_of(account);
        let id = format!("{}|{}", news.name, news.language);
        for _ in 0..TRIES {
            let before = self.store().entry(&kind, &id).await?;
            let known = before.as_ref().and_then(|row| serde_json::from_str(&row.data).ok());
            let mut known = known.unwrap_or_else(|| unheard_of(news, now));
            take(&mut known, &news.change, now);
            let data = json(&known);
            let put = match before {
                Some(row) => Write::SwapEntry { row, data },
                None => {
                    Write::PutEntry(EntryRow { kind: kind.clone(), id: id.clone(), data, at: now })
                }
            };
            match self.store().commit(vec![receipt.clone(), put]).await? {
                Committed::Conflict => tokio::task::yield_now().await,
                ended => return Ok(ended),
            }
        }
        Err(StoreError::Unavailable("a template changes too fast".to_owned()))
    }

    async fn listed_at(&self, account: &str) -> Result<Option<Timestamp>> {
        let stored = self.store().setting(&listed_under(account)).await?;
        Ok(stored.and_then(|text| text.parse().ok()))
    }

    async fn keep_list(&self, account: &str, listed: Vec<ListedTemplate>) -> Result<()> {
        let now = self.clock().now();
        let kind = list_of(account);
        let rows = self.store().entries(&kind, MOST).await?;
        let mut before: BTreeMap<String, Known> = rows
            .into_iter()
            .filter_map(|row| Some((row.id, serde_json::from_str(&row.data).ok()?)))
            .collect();
        let mut writes = Vec::new();
        for listed in listed {
            let id = key(&listed);
            let known = before.remove(&id);
            let kept = relisted(known.as_ref(), listed, now);
            if known.as_ref() != Some(&kept) {
                writes.push(Write::PutEntry(entry(&kind, id, &kept, now)));
            }
        }
        // What is not listed any more was deleted.
        for (id, mut known) in before {
            if known.listed.standing != Standing::Gone {
                known.listed.standing = Standing::Gone;
                known.changed_at = now;
                writes.push(Write::PutEntry(entry(&kind, id, &known, now)));
            }
        }
        for unit in writes.chunks(AT_ONCE) {
            self.store().commit(unit.to_vec()).await?;
        }
        self.store().put_setting(&listed_under(account), Some(&now.to_string())).await
    }
}

fn list_of(account: &str) -> String {
    format!("template.{account}")
}

fn listed_under(account: &str) -> String {
    format!("templates.listed.{account}")
}

fn key(listed: &ListedTemplate) -> String {
    format!("{}|{}", listed.name, listed.language)
}

fn json(known: &Known) -> String {
    serde_json::to_string(known).expect("plain data")
}

fn entry(kind: &str, id: String, known: &Known, at: Timestamp) -> EntryRow {
    EntryRow { kind: kind.to_owned(), id, data: json(known), at }
}

/// News may come before the first list.
fn unheard_of(news: &TemplateNews, now: Timestamp) -> Known {
    let listed = ListedTemplate {
        name: news.name.clone(),
        language: news.language.clone(),
        category: String::new(),
        standing: Standing::Unknown,
        quality: Quality::Unknown,
        reason: None,
        body: None,
    };
    Known { listed, next_category: None, changed_at: now }
}

fn take(known: &mut Known, change: &TemplateChange, now: Timestamp) {
    match change {
        TemplateChange::Standing { standing, reason } => {
            known.listed.standing = *standing;
            known.listed.reason.clone_from(reason);
            known.changed_at = now;
        }
        TemplateChange::Quality(quality) => {
            known.listed.quality = *quality;
            known.changed_at = now;
        }
        TemplateChange::Category { category, is_ahead: true } => {
            known.next_category = Some(category.clone());
        }
        TemplateChange::Category { category, is_ahead: false } => {
            known.listed.category.clone_from(category);
            known.next_category = None;
        }
        TemplateChange::Text => {}
    }
}

/// The list is newer than all news but those of a category that is still ahead.
fn relisted(before: Option<&Known>, mut listed: ListedTemplate, now: Timestamp) -> Known {
    let Some(before) = before else {
        return Known { listed, next_category: None, changed_at: now };
    };
    if listed.reason.is_none() && listed.standing == before.listed.standing {
        // A list does not tell why something is paused.
        listed.reason.clone_from(&before.listed.reason);
    }
    let is_same =
        listed.standing == before.listed.standing && listed.quality == before.listed.quality;
    let ahead = before.next_category.clone().filter(|next| *next != listed.category);
    let changed_at = if is_same { before.changed_at } else { now };
    Known { listed, next_category: ahead, changed_at }
}
