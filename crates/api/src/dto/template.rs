//! Templates: what may be sent, and what the provider holds of them.

use relais_app::port::template as held;
use relais_app::templates::listed::{Account, Known};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A message that may be sent when the session window is closed.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Template {
    pub name: String,
    pub language: String,
    pub body: String,
    /// What stands in braces in the body, each once.
    pub places: Vec<Place>,
    /// The provider lets it through, or was not asked yet.
    pub may_be_sent: bool,
}

/// A place of a template.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Place {
    pub name: String,
    /// What will stand there; null where it is not known in this conversation.
    #[schema(required)]
    pub value: Option<String>,
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    Approved,
    Pending,
    Rejected,
    Paused,
    Disabled,
    Gone,
    Unknown,
}

impl From<held::Standing> for Standing {
    fn from(standing: held::Standing) -> Self {
        match standing {
            held::Standing::Approved => Self::Approved,
            held::Standing::Pending => Self::Pending,
            held::Standing::Rejected => Self::Rejected,
            held::Standing::Paused => Self::Paused,
            held::Standing::Disabled => Self::Disabled,
            held::Standing::Gone => Self::Gone,
            held::Standing::Unknown => Self::Unknown,
        }
    }
}

#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Quality {
    Green,
    Yellow,
    Red,
    Unknown,
}

impl From<held::Quality> for Quality {
    fn from(quality: held::Quality) -> Self {
        match quality {
            held::Quality::Green => Self::Green,
            held::Quality::Yellow => Self::Yellow,
            held::Quality::Red => Self::Red,
            held::Quality::Unknown => Self::Unknown,
        }
    }
}

/// A template in one language, as the provider has it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProviderTemplate {
    pub name: String,
    pub language: String,
    /// `utility`, `marketing`, `authentication`; empty where it is not known.
    pub category: String,
    /// The category it will have soon.
    #[schema(required)]
    pub next_category: Option<String>,
    #[schema(inline)]
    pub standing: Standing,
    #[schema(inline)]
    pub quality: Quality,
    /// Why it was rejected or paused, in the provider's word.
    #[schema(required)]
    pub reason: Option<String>,
    /// Its text, with the provider's own places.
    #[schema(required)]
    pub body: Option<String>,
    /// When its standing or quality changed; null for one that the provider does not have.
    #[schema(required)]
    pub changed_at: Option<String>,
    /// The workspace has it among its own.
    pub is_used: bool,
}

impl ProviderTemplate {
    pub(crate) fn new(known: Known, is_used: bool) -> Self {
        let Known { listed, next_category, changed_at } = known;
        Self {
            name: listed.name,
            language: listed.language,
            category: listed.category,
            next_category,
            standing: listed.standing.into(),
            quality: listed.quality.into(),
            reason: listed.reason,
            body: listed.body,
            changed_at: Some(changed_at.to_string()),
            is_used,
        }
    }

    /// One of ours that the provider does not list.
    pub(crate) fn absent(name: &str, language: &str) -> Self {
        Self {
            name: name.to_owned(),
            language: language.to_owned(),
            category: String::new(),
            next_category: None,
            standing: Standing::Gone,
            quality: Quality::Unknown,
            reason: None,
            body: None,
            changed_at: None,
            is_used: true,
        }
    }
}

/// The templates of the account behind a number.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TemplateAccount {
    pub channel: String,
    pub channel_name: String,
    /// Null: never.
    #[schema(required)]
    pub listed_at: Option<String>,
    pub templates: Vec<ProviderTemplate>,
}

impl TemplateAccount {
    pub(crate) fn new(channel: String, channel_name: String, account: &Account) -> Self {
        let listed_at = account.listed_at.map(|at| at.to_string());
        Self { channel, channel_name, listed_at, templates: Vec::new() }
    }
}

/// Whose list is to be fetched.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SyncTemplates {
    /// Id of a channel.
    pub channel: String,
}
