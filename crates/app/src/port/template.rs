//! Templates as a provider has them. It checks each text in each language, and may change its mind.

use serde::{Deserialize, Serialize};

/// What the provider holds of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Approved,
    /// Is being looked at, for the first time or after an appeal.
    Pending,
    Rejected,
    /// Not for a while: too many people blocked or reported it, or it was sent too often.
    Paused,
    Disabled,
    /// Deleted, or put away.
    Gone,
    /// A word we do not know.
    Unknown,
}

impl Standing {
    /// What we do not know is left to the provider.
    pub fn may_be_sent(self) -> bool {
        matches!(self, Self::Approved | Self::Unknown)
    }
}

/// How people took it lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quality {
    Green,
    Yellow,
    Red,
    #[default]
    Unknown,
}

/// One template in one language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct ListedTemplate {
    pub name: String,
    pub language: String,
    /// `utility`, `marketing`, `authentication`: what it costs, and whom it may be sent to.
    pub category: String,
    pub standing: Standing,
    pub quality: Quality,
    /// Why it was rejected or paused, in the provider's word.
    pub reason: Option<String>,
    /// Its text, with the provider's own places.
    pub body: Option<String>,
}

/// What happened to a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateChange {
    Standing {
        standing: Standing,
        reason: Option<String>,
    },
    Quality(Quality),
    /// Another category, now or in a day.
    Category {
        category: String,
        is_ahead: bool,
    },
    /// Its text: the next list has it.
    Text,
}

/// News of one template in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateNews {
    pub name: String,
    pub language: String,
    pub change: TemplateChange,
}
