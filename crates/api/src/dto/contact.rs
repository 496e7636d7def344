//! A person, and what an erasure of them leaves.

use super::conversation::ConversationLine;
use serde::Serialize;
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
    pub created_at: String,
    /// Nothing is known of them any more.
    pub is_erased: bool,
    /// The newest first.
    pub conversations: Vec<ConversationLine>,
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
