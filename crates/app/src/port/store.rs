//! Port to the store. A change is data: a list of [`Write`]s that commits as one unit or not at
//! all. Rows carry plain columns and JSON texts; the store decides nothing.

use async_trait::async_trait;
use relais_core::id::{
    ChannelId, ContactId, ConversationId, EscalationId, MessageId, UserId, WorkspaceId,
};
use relais_core::message::{Delivery, Sender};
use relais_core::time::{Span, Timestamp};

/// How a unit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// Everything is durable.
    Done,
    /// A guard missed (position, owner epoch, fence, open conversation, claim): nothing was
    /// written; load again and decide again.
    Conflict,
    /// The receipt exists already: nothing was written, nothing is to be done (R2).
    Duplicate,
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Disk full: answer 503, keep reading, try again later (R13).
    #[error("the store is full")]
    Full,
    /// Not reachable now, or overloaded: answer 503 (R17).
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// A commit or fsync failed for another reason: stop acknowledging and exit (R14).
    #[error("the store failed and must be reopened: {0}")]
    Fatal(String),
    /// A row that cannot be read as what it should be.
    #[error("inconsistent data in {table}: {detail}")]
    Inconsistent { table: &'static str, detail: String },
    /// A mistake of ours (bad statement, wrong type).
    #[error("store bug: {0}")]
    Bug(String),
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// One change inside a unit. The store puts the guards first (receipt, conversation, contact) and
/// keeps the order of the rest. A unit that appends events or outbox rows must hold the guard of
/// their conversation: [`Write::OpenConversation`] or [`Write::UpdateConversation`].
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// Claims a provider message id. Existing → the whole unit is a [`Committed::Duplicate`].
    Receipt(ReceiptRow),
    /// Existing identity → [`Committed::Conflict`].
    NewContact {
        contact: ContactRow,
        identities: Vec<Identity>,
    },
    /// Links one more address; an existing one is left alone.
    AddIdentity {
        contact: ContactId,
        identity: Identity,
    },
    /// Overwrites name, language, attributes and opt-out of an existing contact.
    UpdateContact(ContactRow),
    /// A second open conversation of the contact on the channel → Conflict. `number` is given by
    /// the store (next of the workspace), whatever the row says.
    OpenConversation(ConversationRow),
    /// Guarded by the position, owner epoch and fence the row had when it was read. Contact,
    /// channel, number, fence, opening time and `is_sample` stay as they are.
    UpdateConversation {
        row: ConversationRow,
        expect: Expect,
    },
    AppendEvent(EventRow),
    /// `seq` is given by the store: growing, from 1 in a fresh database, with gaps.
    Outbox(OutboxRow),
    /// All queued rows of class bot of this conversation become suppressed (R5).
    SuppressBotRows {
        conversation: ConversationId,
    },
    /// queued → dispatching; Conflict if it is not queued any more, or if it is of class bot and
    /// an agent owns the conversation (the linearisation point of R5).
    Dispatch {
        id: MessageId,
        at: Timestamp,
    },
    /// dispatching|unknown → accepted, with the provider's id; attaches reports that came early.
    Accepted {
        id: MessageId,
        provider_id: String,
        at: Timestamp,
    },
    /// dispatching|unknown → queued again, not before `not_before`; counts one attempt.
    Requeue {
        id: MessageId,
        not_before: Timestamp,
        error: String,
        code: Option<i64>,
    },
    /// dispatching|unknown|queued → refused.
    Refused {
        id: MessageId,
        error: String,
        code: Option<i64>,
        at: Timestamp,
    },
    /// dispatching → unknown.
    Unknown {
        id: MessageId,
        error: String,
        at: Timestamp,
    },
    /// queued|unknown → suppressed.
    Suppressed {
        id: MessageId,
        error: String,
        at: Timestamp,
    },
    /// A provider's report; kept once per (channel, `provider_id`, status). Moves the outbox row's
    /// delivery by [`Delivery::after`]; a dispatching or unknown row it names becomes accepted, and so
    /// does one queued to be sent once more, unless the report says `failed`.
    /// Reports for rows not known yet are kept and attached by [`Write::Accepted`].
    Status(StatusRow),
    /// One per (escalation, team, channel): a second is ignored (R19). `seq` is given by the store.
    Notification(NotificationRow),
    /// Words of an event for full-history search, already folded.
    Search {
        conversation: ConversationId,
        position: i64,
        folded: String,
    },
    Gap {
        conversation: ConversationId,
        at: Timestamp,
        question: String,
    },
    /// A new job; one with the same id is left alone.
    Job(JobRow),
    /// queued | running → done.
    JobDone {
        id: uuid::Uuid,
    },
    /// queued | running → queued again, not before `run_at`.
    JobRetry {
        id: uuid::Uuid,
        run_at: Timestamp,
        error: String,
    },
    /// queued | running → dead: given up, kept for a person to see.
    JobDead {
        id: uuid::Uuid,
        error: String,
    },
}

/// What [`Write::UpdateConversation`] must find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expect {
    pub next_position: i64,
    pub owner_epoch: i64,
    pub fence: i64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct ReceiptRow {
    pub channel: ChannelId,
    /// The provider's id, or for objects without one a hash of their bytes.
    pub provider_id: String,
    /// `None` for what reached no conversation (unparsed, foreign number).
    pub conversation: Option<ConversationId>,
    pub received_at: Timestamp,
    /// `processed`, `stored`, `quarantined`, `ignored`: the ingest ledger's word.
    pub outcome: String,
    /// Why, for outcomes that need a reason; empty otherwise.
    pub reason: String,
    /// The raw object, JSON.
    pub raw: String,
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
    /// When the engine must look at it again.
    pub due_at: Option<Timestamp>,
    /// Stored messages wait to be decided.
    pub has_work: bool,
    /// Failures in a row of its handler; 5 → quarantined (R11).
    pub attempts: i64,
    /// Generated demo history, outside all figures.
    pub is_sample: bool,
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

/// Which conversations a list shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InboxFilter {
    /// Any of `bot`, `queued`, `human`, `resolved`; empty = all.
    pub status: Vec<String>,
    pub team: Option<String>,
    pub assignee: Option<String>,
    pub is_unassigned: bool,
    /// Folded words that must all occur in the conversation's history; the last may be the
    /// beginning of a word. The first five count, each in the newest 20 000 messages that have it.
    pub search: Option<String>,
    /// Sample data is left out unless asked for.
    pub with_sample: bool,
}

/// Where the next page starts (exclusive), newest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InboxCursor {
    pub last_message_at: Timestamp,
    pub id: ConversationId,
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

/// What a store can do. One instance serves one workspace; `workspace()` is bound into every
/// statement.
#[async_trait]
pub trait Store: std::fmt::Debug + Send + Sync {
    fn workspace(&self) -> WorkspaceId;

    /// Commits the unit, durable when it returns.
    async fn commit(&self, unit: Vec<Write>) -> Result<Committed>;

    // Contacts and conversations.
    /// By business-scoped id first, then by phone.
    async fn contact_of(&self, sender: &Sender) -> Result<Option<ContactRow>>;
    async fn contact(&self, id: ContactId) -> Result<Option<ContactRow>>;
    async fn conversation(&self, id: ConversationId) -> Result<Option<ConversationRow>>;
    /// The contact's newest conversation on the channel, open or not.
    async fn latest_conversation(
        &self,
        channel: ChannelId,
        contact: ContactId,
    ) -> Result<Option<ConversationRow>>;
    /// All of a contact's conversations, oldest first.
    async fn conversations_of(&self, contact: ContactId) -> Result<Vec<ConversationRow>>;
    /// Events after a position, in order.
    async fn events(
        &self,
        conversation: ConversationId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<EventRow>>;
    async fn inbox(
        &self,
        filter: &InboxFilter,
        before: Option<InboxCursor>,
        limit: i64,
    ) -> Result<Vec<ConversationRow>>;
    /// Number of open conversations by status and team (sample data left out).
    async fn inbox_counts(&self) -> Result<Vec<(String, Option<String>, i64)>>;
    /// Queued conversations (of a team), unordered, sample data left out.
    async fn queued(&self, team: Option<&str>) -> Result<Vec<ConversationRow>>;
    /// Human-owned conversations per assignee.
    async fn loads(&self) -> Result<Vec<(String, i64)>>;
    /// Conversations whose timer is due, earliest first; quarantined ones (5 failures) are left out.
    async fn due(&self, now: Timestamp, limit: i64) -> Result<Vec<ConversationRow>>;
    /// The earliest timer of all; quarantined conversations have none.
    async fn next_due(&self) -> Result<Option<Timestamp>>;
    /// Leases conversations with stored work: fence + 1, lease by the database's clock.
    /// Human-routed ones first, then oldest; quarantined ones (5 failures) are left out. A lease
    /// ends with its time or with an update that leaves no work (`has_work` false).
    async fn claim_work(
        &self,
        worker: &str,
        lease: Span,
        limit: i64,
    ) -> Result<Vec<ConversationRow>>;
    /// Opened in the period (start inclusive, end exclusive), sample data left out.
    async fn opened_between(&self, from: Timestamp, to: Timestamp) -> Result<Vec<ConversationRow>>;
    async fn gaps_between(
        &self,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<(String, Timestamp)>>;

    // Outbox.
    /// First row of each lane (business number, contact) that may go now: queued, due, and no
    /// earlier row of the lane still queued, dispatching or unknown (an agent's: for 120 s). Oldest
    /// first.
    async fn outbox_ready(&self, now: Timestamp, limit: i64) -> Result<Vec<OutboxRow>>;
    async fn outbox_row(&self, id: MessageId) -> Result<Option<OutboxRow>>;
    async fn outbox_by_provider(
        &self,
        channel: ChannelId,
        provider_id: &str,
    ) -> Result<Option<OutboxRow>>;
    /// Rows in a state, dispatched (or, never dispatched, created) before an instant, oldest first.
    async fn outbox_in_state(
        &self,
        state: OutboxState,
        dispatched_before: Timestamp,
        limit: i64,
    ) -> Result<Vec<OutboxRow>>;
    /// Unknown rows of the bot and the system, whose end is decided without a person; oldest first.
    async fn outbox_undecided(
        &self,
        dispatched_before: Timestamp,
        limit: i64,
    ) -> Result<Vec<OutboxRow>>;
    /// Everything for a contact after a cursor, in order.
    async fn outbox_of(&self, contact: ContactId, after: i64) -> Result<Vec<OutboxRow>>;
    async fn outbox_of_conversation(&self, conversation: ConversationId) -> Result<Vec<OutboxRow>>;
    /// Count by state: for metrics and tests.
    async fn outbox_counts(&self) -> Result<Vec<(OutboxState, i64)>>;

    // Around it.
    async fn notifications(&self, after: i64, limit: i64) -> Result<Vec<NotificationRow>>;
    /// Takes jobs whose time has come, for five minutes by the database's clock; a job not finished
    /// by then is taken again. `attempts` counts the takes, this one included.
    async fn claim_jobs(&self, now: Timestamp, limit: i64) -> Result<Vec<JobRow>>;
    /// The ingest ledger, newest first; `outcome` filters.
    async fn ledger(&self, outcome: Option<&str>, limit: i64) -> Result<Vec<ReceiptRow>>;
    /// Has this provider id been received on the channel?
    async fn receipt(&self, channel: ChannelId, provider_id: &str) -> Result<Option<ReceiptRow>>;
    async fn conversation_ids(
        &self,
        after: Option<ConversationId>,
        limit: i64,
    ) -> Result<Vec<ConversationId>>;
    /// Replaces the projection columns of a conversation by what the log gives; used by
    /// `projections rebuild`, outside normal traffic.
    async fn replace_projection(&self, row: ConversationRow) -> Result<()>;
    /// Rows that should have a parent and have none, per relation (for doctor and tests).
    async fn orphans(&self) -> Result<Vec<(&'static str, i64)>>;
    async fn ping(&self) -> Result<()>;

    // Settings.
    async fn put_user(&self, user: UserRow) -> Result<()>;
    async fn user(&self, id: UserId) -> Result<Option<UserRow>>;
    async fn user_by_login(&self, login: &str) -> Result<Option<UserRow>>;
    async fn users(&self) -> Result<Vec<UserRow>>;
    async fn put_session(&self, session: SessionRow) -> Result<()>;
    async fn session(&self, token_hash: &[u8]) -> Result<Option<SessionRow>>;
    async fn delete_session(&self, token_hash: &[u8]) -> Result<()>;
    async fn delete_sessions_of(&self, user: UserId) -> Result<()>;
    async fn put_channel(&self, channel: ChannelRow) -> Result<()>;
    async fn channels(&self) -> Result<Vec<ChannelRow>>;
    /// A version is never changed: the same number twice is a bug.
    async fn put_version(&self, version: VersionRow) -> Result<()>;
    async fn latest_version(&self) -> Result<Option<VersionRow>>;
    async fn version(&self, version: i64) -> Result<Option<VersionRow>>;
    /// Small named values (claim token hash, generation, engine version).
    async fn setting(&self, key: &str) -> Result<Option<String>>;
    async fn put_setting(&self, key: &str, value: Option<&str>) -> Result<()>;
    /// Deletes every trace of generated sample conversations; returns how many.
    async fn delete_sample(&self) -> Result<i64>;

    /// What the store did since it was opened, by name: for metrics and benches.
    fn counters(&self) -> Vec<(&'static str, u64)> {
        Vec::new()
    }
}
