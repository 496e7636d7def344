//! Rows of the store: plain columns and JSON texts.

use relais_core::id::{ChannelId, ContactId, ConversationId, EscalationId, MessageId, UserId};
use relais_core::message::Delivery;
use relais_core::time::Timestamp;

#[derive(Clone, Debug, PartialEq)]
pub struct ReceiptRow {
    pub channel: ChannelId,
    /// The provider's id, or for objects without one a hash of their bytes.
    pub provider_id: String,
    /// `None` for what reached no conversation (unparsed, foreign number).
    pub conversation: Option<ConversationId>,
    pub received_at: Timestamp,
    /// `processed`, `quarantined`, `ignored`: the ingest ledger's word.
    pub outcome: String,
    /// Why, for outcomes that need a reason; empty otherwise.
    pub reason: String,
    /// The raw object, JSON.
    pub raw: String,
}

/// A request that may come twice, carried out once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow {
    /// Hash of whose request it is and of the client's own key.
    pub key: Vec<u8>,
    /// Hash of what it asks for.
    pub body: Vec<u8>,
    pub at: Timestamp,
}

/// A line of the audit log, chained to the one before (S18).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// 1, 2, 3 … without gaps.
    pub seq: i64,
    pub at: Timestamp,
    pub who: String,
    /// What was asked for, as `noun.verb`.
    pub act: String,
    /// To what: an id or a key, never what a customer said or is.
    pub subject: String,
    /// SHA-256 over the hash before and this line.
    pub hash: Vec<u8>,
}

/// Somebody looked at a person or at a conversation; chained to the line before, as in the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRow {
    /// 1, 2, 3 … without gaps; the oldest go.
    pub seq: i64,
    pub at: Timestamp,
    /// Login.
    pub who: String,
    /// `open` a person's page, `read` a conversation, `export`, `erase`.
    pub act: String,
    pub contact: ContactId,
    pub conversation: Option<ConversationId>,
    /// SHA-256 over the hash before and this line.
    pub hash: Vec<u8>,
}

/// Whose accesses, or to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccessOf {
    All,
    /// Of a login.
    Login(String),
    /// To a person, with all their conversations, and to those who turned out to be them.
    Contact(ContactId),
    Conversation(ConversationId),
}

/// What an erasure leaves of a conversation (S19).
#[derive(Clone, Debug, PartialEq)]
pub struct ErasedConversation {
    /// The row as its erased log gives it.
    pub row: ConversationRow,
    pub next_position: i64,
    /// Events whose data itself held words, without them.
    pub data: Vec<(i64, String)>,
    /// Provider ids of its messages, both ways: their raw objects go.
    pub messages: Vec<String>,
}

/// An address of a contact, unique per workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// `phone` or `bsuid`.
    pub kind: &'static str,
    pub value: String,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ContactRow {
    pub id: ContactId,
    pub name: Option<String>,
    pub phone: Option<String>,
    pub bsuid: Option<String>,
    pub language: Option<String>,
    /// JSON object: segment and what the CRM said.
    pub attributes: String,
    pub is_opted_out: bool,
    pub created_at: Timestamp,
    /// JSON object: what people put right ([`crate::rectify::Rectifications`]).
    pub rectified: String,
    /// Their data is used for nothing but answering them.
    pub is_restricted: bool,
    /// As it was read; it moves when people put something right.
    pub revision: i64,
}

/// A conversation with its state and the columns lists need. All but `fence`, lease and number
/// are functions of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct ConversationRow {
    pub id: ConversationId,
    pub contact: ContactId,
    pub channel: ChannelId,
    /// The human `#number`, per workspace.
    pub number: i64,
    /// The folded state, JSON.
    pub state: String,
    pub next_position: i64,
    pub owner_epoch: i64,
    pub fence: i64,
    /// `bot`, `queued`, `human`, `resolved`.
    pub status: String,
    pub assignee: Option<String>,
    pub team: Option<String>,
    pub tier: i64,
    /// 0 normal, 1 high, 2 urgent.
    pub priority: i64,
    pub is_vip: bool,
    pub is_deferred: bool,
    pub reason: Option<String>,
    pub language: String,
    /// What the list shows of the last message.
    pub preview: String,
    pub unread: i64,
    pub opened_at: Timestamp,
    pub last_message_at: Timestamp,
    pub last_inbound_at: Option<Timestamp>,
    /// Since when it waits in the queue.
    pub waiting_since: Option<Timestamp>,
    pub reply_due_at: Option<Timestamp>,
    pub resolved_at: Option<Timestamp>,
    /// Between bars: `|refund|vip|`.
    pub tags: String,
    /// Put aside until then; [`UNTIL_HEARD`] for no time.
    pub snoozed_until: Option<Timestamp>,
    /// Keys of agents called by a note who have not acted since, between bars.
    pub mentions: String,
    /// When the engine must look at it again.
    pub due_at: Option<Timestamp>,
    /// Failures in a row of its handler; 5 → quarantined (R11).
    pub attempts: i64,
    /// Generated demo history, outside all figures.
    pub is_sample: bool,
    /// Said before this program was there, told by the provider afterwards: over, outside all
    /// figures, and never the conversation that goes on.
    pub is_imported: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct EventRow {
    pub conversation: ConversationId,
    /// 1, 2, 3 … without gaps (R3).
    pub position: i64,
    pub at: Timestamp,
    pub kind: String,
    /// Facts, references and decisions, JSON.
    pub data: String,
    /// What a person said, JSON; set to NULL by erasure.
    pub content: Option<String>,
}

/// A program that shares the database, or did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRow {
    /// One for each lease.
    pub id: String,
    /// Where it runs.
    pub host: String,
    pub version: String,
    /// By the database's clock, as are the others.
    pub started_at: Timestamp,
    pub seen_at: Timestamp,
    /// The epoch once it has left.
    pub lease_until: Timestamp,
    /// Its lease has not ended.
    pub is_alive: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxClass {
    /// Automatic: suppressed when an agent takes over.
    Bot,
    /// An agent's own words.
    Agent,
    /// Follows from an agent's act (rating question) or from the house (after-hours at closing).
    System,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxState {
    Queued,
    Dispatching,
    Accepted,
    Refused,
    Unknown,
    Suppressed,
    Held,
}

#[derive(Clone, Debug, PartialEq)]
pub struct OutboxRow {
    pub id: MessageId,
    /// Cursor of the sandbox's outbox list and order inside a lane; given by the store.
    pub seq: i64,
    pub conversation: ConversationId,
    /// Position of the event that caused it.
    pub position: i64,
    pub contact: ContactId,
    pub channel: ChannelId,
    pub business_number: String,
    pub class: OutboxClass,
    /// Owner epoch it was decided under.
    pub epoch: i64,
    /// [`relais_core::message::Outbound`], JSON.
    pub content: String,
    pub quotes: Option<String>,
    pub state: OutboxState,
    pub not_before: Timestamp,
    pub attempts: i64,
    pub provider_id: Option<String>,
    pub delivery: Option<Delivery>,
    pub error: Option<String>,
    pub error_code: Option<i64>,
    pub created_at: Timestamp,
    pub dispatched_at: Option<Timestamp>,
    /// How often it was sent again though nobody knew what became of the send before (R7).
    pub resent: i64,
}

/// The first message of a lane, with what its send needs beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    pub row: OutboxRow,
    /// When the customer wrote last in its conversation.
    pub last_inbound_at: Option<Timestamp>,
    /// Where the contact is reached; neither for one that is gone.
    pub phone: Option<String>,
    pub bsuid: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct StatusRow {
    pub channel: ChannelId,
    pub provider_id: String,
    /// Our outbox id, where the provider echoes it.
    pub callback: Option<MessageId>,
    pub status: Delivery,
    pub at: Timestamp,
    pub error: Option<String>,
    pub error_code: Option<i64>,
    pub raw: String,
    /// What the message costs, as far as told; the first word counts.
    pub price: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct NotificationRow {
    pub seq: i64,
    pub at: Timestamp,
    pub escalation: EscalationId,
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub team: String,
    /// `web`, `slack`, `teams`, `zendesk` …
    pub channel: String,
    /// What was handed to the sink, JSON.
    pub payload: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MediaState {
    /// Is being fetched, or will be.
    Waiting,
    Stored,
    /// Given up; a person may ask again.
    Failed,
    /// Older than the workspace keeps files.
    Removed,
}

/// A file of an inbound message: what the provider holds, and what became of it here.
#[derive(Clone, Debug, PartialEq)]
pub struct MediaRow {
    pub message: MessageId,
    pub conversation: ConversationId,
    pub contact: ContactId,
    pub channel: ChannelId,
    /// The provider's id of the file.
    pub source: String,
    /// What the customer calls it: a label, never a path.
    pub filename: Option<String>,
    pub state: MediaState,
    /// SHA-256 of the content, hexadecimal: its address in the folder of files.
    pub hash: Option<String>,
    /// By its content, whatever the provider says.
    pub mime: Option<String>,
    pub size: Option<i64>,
    /// May be shown inside a page.
    pub is_inline: bool,
    /// Tries that failed; their number is what the provider tolerates per hour (R12).
    pub failures: i64,
    pub failed_at: Option<Timestamp>,
    pub error: Option<String>,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
pub struct JobRow {
    pub id: uuid::Uuid,
    pub kind: String,
    /// JSON of ids, never of copied data.
    pub data: String,
    pub run_at: Timestamp,
    pub attempts: i64,
    pub error: Option<String>,
}

/// What somebody sees who does not see everything: conversations of their teams, and their own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Sight {
    pub teams: Vec<String>,
    pub agent: String,
}

impl Sight {
    pub fn sees(&self, team: Option<&str>, assignee: Option<&str>) -> bool {
        let is_theirs = assignee == Some(&self.agent);
        is_theirs || team.is_some_and(|team| self.teams.iter().any(|t| t == team))
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct UserRow {
    pub id: UserId,
    /// Sign-in name, unique per workspace (agents of a demo have one too).
    pub login: String,
    pub name: String,
    /// `owner`, `admin`, `supervisor`, `agent`, `auditor`.
    pub role: String,
    /// Argon2 PHC text; `None` = cannot sign in with a password.
    pub password: Option<String>,
    pub is_disabled: bool,
    pub created_at: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
pub struct SessionRow {
    /// SHA-256 of the token.
    pub token_hash: Vec<u8>,
    pub user: UserId,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// As the browser called itself at the sign-in.
    pub browser: String,
    /// Where the sign-in came from.
    pub address: String,
    /// Last used, give or take some minutes; zero from before this was kept.
    pub seen_at: Timestamp,
}

/// A small object of a kind, kept in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryRow {
    pub kind: String,
    pub id: String,
    /// JSON.
    pub data: String,
    pub at: Timestamp,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ChannelRow {
    pub id: ChannelId,
    /// `whatsapp_cloud`, `simulator`, …
    pub kind: String,
    pub name: String,
    /// The provider's number id (routing key); unique per workspace.
    pub business_number: String,
    /// JSON: secrets and addresses of the connection.
    pub config: String,
    /// Set while sends are paused (token revoked …).
    pub paused_reason: Option<String>,
    pub created_at: Timestamp,
}

/// A published state of the workspace's files.
#[derive(Clone, Debug, PartialEq)]
pub struct VersionRow {
    pub version: i64,
    pub published_at: Timestamp,
    /// The whole workspace document, JSON.
    pub document: String,
    pub comment: String,
}

/// What a model was used for on a day of UTC, and what it cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelUse {
    /// `2027-05-03`.
    pub day: String,
    pub used_for: String,
    pub calls: i64,
    pub tokens_in: i64,
    pub tokens_out: i64,
    /// In millionths of the currency's unit.
    pub cost_micros: i64,
}
