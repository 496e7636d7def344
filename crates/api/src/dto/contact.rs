//! A person, what people put right about them, and what an erasure of them leaves.

use super::conversation::ConversationLine;
use relais_app::port::store::ContactRow;
use relais_app::rectify::{Change, Fact, Mark, Rectifications, Word};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ContactDetail {
    pub id: String,
    #[schema(required)]
    pub name: Option<String>,
    #[schema(required)]
    pub phone: Option<String>,
    #[schema(required)]
    pub language: Option<String>,
    #[schema(required)]
    pub segment: Option<String>,
    /// Wants no messages.
    pub is_opted_out: bool,
    /// Their data is used for nothing but answering them.
    pub is_restricted: bool,
    /// What people put right: it counts, whatever the provider says.
    pub rectified: Rectified,
    /// To be named in a change; it moves when somebody puts something right.
    pub revision: i64,
    pub created_at: String,
    /// Nothing is known of them any more.
    pub is_erased: bool,
    /// The newest first.
    pub conversations: Vec<ConversationLine>,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Rectified {
    #[schema(required)]
    pub name: Option<RectifiedFact>,
    #[schema(required)]
    pub language: Option<RectifiedFact>,
    #[schema(required)]
    pub restricted: Option<RectifiedBy>,
}

/// A fact that a person put right.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RectifiedFact {
    /// What the provider says, or what was guessed: it counts again once this is taken back.
    #[schema(required)]
    pub told: Option<String>,
    /// Login.
    pub by: String,
    pub at: String,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RectifiedBy {
    /// Login.
    pub by: String,
    pub at: String,
}

impl Rectified {
    pub(crate) fn of(contact: &ContactRow) -> Self {
        let Rectifications { name, language, restricted } = Rectifications::of(contact);
        let fact = |Fact { told, mark, .. }: Fact| RectifiedFact {
            told,
            by: mark.by,
            at: mark.at.to_string(),
        };
        let by = |Mark { by, at }: Mark| RectifiedBy { by, at: at.to_string() };
        Self { name: name.map(fact), language: language.map(fact), restricted: restricted.map(by) }
    }
}

/// What is to be put right; what is not named stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"revision": 0, "name": "Claire Durand", "is_restricted": true}))]
pub(crate) struct ContactChange {
    /// The one that was read.
    pub revision: i64,
    /// 1 to 120 characters; null takes back what was put right before.
    #[serde(default, deserialize_with = "word")]
    #[schema(value_type = Option<String>)]
    pub name: Option<Word>,
    /// ISO 639-1; null takes back what was put right before.
    #[serde(default, deserialize_with = "word")]
    #[schema(value_type = Option<String>)]
    pub language: Option<Word>,
    pub is_restricted: Option<bool>,
}

/// What is there: a text, or null.
fn word<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Word>, D::Error> {
    let text = Option::<String>::deserialize(input)?;
    Ok(Some(text.map_or(Word::TakenBack, Word::Is)))
}

impl ContactChange {
    /// The revision that was read, and the change.
    pub(crate) fn read(self) -> (i64, Change) {
        let Self { revision, name, language, is_restricted } = self;
        (revision, Change { name, language, is_restricted })
    }
}

/// Proof that a person was erased; its line in the audit log cannot be changed unseen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Certificate {
    pub contact: String,
    pub at: String,
    pub by: String,
    /// Whose words went; their figures stay.
    pub conversations: usize,
    /// Number of the line in the audit log.
    pub audit_line: i64,
    /// SHA-256 over that line and all before it, hexadecimal.
    pub audit_hash: String,
}
