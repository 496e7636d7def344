//! How long a workspace keeps what people said and are.

use relais_app::port::store::Weight;
use relais_app::retention::{COUNTED, Preview, Rules};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Days that each kind is kept; null: for ever.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Retention {
    /// Words of a conversation, after it was resolved. Its files go with them.
    #[schema(required)]
    pub messages: Option<u32>,
    /// Files of a conversation, after it was resolved.
    #[schema(required)]
    pub files: Option<u32>,
    /// Who a person is, after their last conversation was resolved, with all they said.
    #[schema(required)]
    pub contacts: Option<u32>,
    /// What providers delivered, as they delivered it.
    #[schema(required)]
    pub raw: Option<u32>,
    /// The same of what could not be taken in.
    #[schema(required)]
    pub quarantine: Option<u32>,
    /// Lines of the access log: 90 days at least.
    #[schema(required)]
    pub accesses: Option<u32>,
}

impl From<Rules> for Retention {
    fn from(rules: Rules) -> Self {
        let Rules { messages, files, contacts, raw, quarantine, accesses } = rules;
        Self { messages, files, contacts, raw, quarantine, accesses }
    }
}

impl From<Retention> for Rules {
    fn from(rules: Retention) -> Self {
        let Retention { messages, files, contacts, raw, quarantine, accesses } = rules;
        Self { messages, files, contacts, raw, quarantine, accesses }
    }
}

/// What rules would let go now; null for what is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RetentionPreview {
    #[schema(required)]
    pub messages: Option<Going>,
    #[schema(required)]
    pub files: Option<Going>,
    #[schema(required)]
    pub contacts: Option<Going>,
    #[schema(required)]
    pub raw: Option<Going>,
    #[schema(required)]
    pub quarantine: Option<Going>,
    #[schema(required)]
    pub accesses: Option<Going>,
}

/// How much of a kind is too old.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Going {
    pub count: i64,
    /// There is more than was counted.
    pub is_more: bool,
    /// Of files.
    pub bytes: i64,
    #[schema(required)]
    pub oldest: Option<String>,
}

impl From<Weight> for Going {
    fn from(weight: Weight) -> Self {
        let oldest = weight.oldest.map(|at| at.to_string());
        let is_more = weight.count >= COUNTED;
        Self { count: weight.count, is_more, bytes: weight.bytes, oldest }
    }
}

impl From<Preview> for RetentionPreview {
    fn from(preview: Preview) -> Self {
        let Preview { messages, files, contacts, raw, quarantine, accesses } = preview;
        Self {
            messages: messages.map(Going::from),
            files: files.map(Going::from),
            contacts: contacts.map(Going::from),
            raw: raw.map(Going::from),
            quarantine: quarantine.map(Going::from),
            accesses: accesses.map(Going::from),
        }
    }
}
