//! Lists under a name, and what was begun to be written.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A list of conversations: one of the house, or one that somebody keeps.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct View {
    /// A word for those of the house (`queue`, `team:billing`), else an id.
    pub key: String,
    /// Nothing for those of the house: each language has its own.
    #[schema(required)]
    pub name: Option<String>,
    /// In the words of the filter grammar.
    pub query: String,
    pub sort: String,
    #[schema(inline)]
    pub scope: Scope,
    /// Conversations in it now, up to 1 000; nothing where words are looked for.
    #[schema(required)]
    pub count: Option<i64>,
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Scope {
    House,
    Team,
    Mine,
}

/// A view to keep.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ViewInput {
    pub name: String,
    pub query: String,
    /// `due`, `newest`, `waiting` or `priority`.
    pub sort: String,
    /// For everybody; supervisors only.
    pub is_shared: bool,
}

/// What the asking agent began to write.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Draft {
    pub conversation: String,
    /// `reply` or `note`.
    pub mode: String,
    pub text: String,
    pub version: i64,
    pub at: String,
}

/// A text to keep; an empty one leaves nothing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DraftInput {
    #[schema(inline)]
    pub mode: Mode,
    pub text: String,
    /// Version this one follows; 0 where there was none.
    pub after: i64,
}

#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mode {
    Reply,
    Note,
}

impl Mode {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Reply => "reply",
            Self::Note => "note",
        }
    }
}
