//! Port to the store. A change is data: a list of [`Write`]s that commits as one unit or not at
//! all. Rows carry plain columns and JSON texts; the store decides nothing.

mod aging;
mod board;
mod inbox;
mod rows;
mod write;

pub use aging::{Aging, Behind, OldContact, Older, Weight};
pub use board::OpenLine;
pub use inbox::{DraftRow, InboxCursor, InboxFilter, InboxSort, Snoozed, UNTIL_HEARD, ViewRow};
pub use rows::{
    AccessOf, AccessRow, AuditRow, ChannelRow, ContactRow, ConversationRow, EntryRow,
    ErasedConversation, EventRow, Head, Identity, JobRow, MediaRow, MediaState, ModelUse, NodeRow,
    NotificationRow, OutboxClass, OutboxRow, OutboxState, ReceiptRow, RequestRow, SessionRow,
    Sight, StatusRow, UserRow, VersionRow,
};
pub use write::{Expect, Write};

use async_trait::async_trait;
use relais_core::id::{
    ChannelId, ContactId, ConversationId, EscalationId, MessageId, UserId, WorkspaceId,
};
use relais_core::message::Sender;
use relais_core::time::{Span, Timestamp};

/// How a unit ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Committed {
    /// Everything is durable.
    Done,
    /// A guard missed (position, owner epoch, fence, open conversation, claim): nothing was
    /// written; load again and decide again.
    Conflict,
    /// The receipt, or the request's key, exists already: nothing was written, nothing is to be
    /// done (R2).
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
    /// The lease of this node has ended: others may have taken its work over, nothing was written.
    #[error("the lease of this node has ended")]
    Fenced,
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

/// Rows that are of no use after a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prune {
    /// What was received, by the time of its receipt; quarantined objects stay.
    Receipts,
    /// Jobs that are done, by the time they were due.
    Jobs,
    /// Requests of agents, by their time.
    Requests,
    /// Sessions, by the time they end.
    Sessions,
    /// What providers reported of our messages, by the time of the report: the message has it.
    Statuses,
    /// Objects in quarantine, by the time of their receipt.
    Quarantined,
}

impl Prune {
    pub const ALL: [Self; 6] = [
        Self::Receipts,
        Self::Jobs,
        Self::Requests,
        Self::Sessions,
        Self::Statuses,
        Self::Quarantined,
    ];
}

/// What becomes of messages on hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Released {
    Sent,
    /// Agents' messages become unknown, so that each is asked for by its agent; all else is
    /// dropped.
    Asked,
    Dropped,
}

/// What one node hears of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// What one of them told all, itself included.
    Told(String),
    /// Nothing more will be heard for now: look for yourself.
    Deaf,
    /// Heard again; what was told meanwhile is lost.
    Again,
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// What a store can do. One instance serves one workspace; `workspace()` is bound into every
/// statement.
#[async_trait]
pub trait Store: std::fmt::Debug + Send + Sync {
    fn workspace(&self) -> WorkspaceId;

    /// Whether what people say and are is sealed before it is written.
    fn is_sealing(&self) -> bool {
        false
    }

    /// Commits the unit, durable when it returns.
    async fn commit(&self, unit: Vec<Write>) -> Result<Committed>;

    // Contacts and conversations.
    /// By business-scoped id first, then by phone.
    async fn contact_of(&self, sender: &Sender) -> Result<Option<ContactRow>>;
    async fn contact(&self, id: ContactId) -> Result<Option<ContactRow>>;
    async fn conversation(&self, id: ConversationId) -> Result<Option<ConversationRow>>;
    /// The contact's open conversation on the channel, else the newest. After a merge the open one
    /// need not be the newest.
    async fn latest_conversation(
        &self,
        channel: ChannelId,
        contact: ContactId,
    ) -> Result<Option<ConversationRow>>;
    /// Whose an address is, and their [`Store::latest_conversation`]: in one go.
    async fn contact_and_latest(
        &self,
        channel: ChannelId,
        address: &Identity,
    ) -> Result<(Option<ContactRow>, Option<ConversationRow>)>;
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
    /// How many conversations a filter without words shows, counted up to a number.
    async fn inbox_count(&self, filter: &InboxFilter, at_most: i64) -> Result<i64>;
    /// What goes on, as far as filters look at it, in no order; up to a number.
    async fn inbox_open(&self, at_most: i64) -> Result<Vec<OpenLine>>;
    /// Views of an agent, and those of all.
    async fn views(&self, owner: &str) -> Result<Vec<ViewRow>>;
    async fn put_view(&self, view: ViewRow) -> Result<()>;
    async fn delete_view(&self, id: uuid::Uuid) -> Result<()>;
    async fn drafts_of(&self, author: &str) -> Result<Vec<DraftRow>>;
    /// Keeps a draft whose version before this one is the stored one (0 = none); says whether it
    /// did. An empty text leaves nothing.
    async fn put_draft(&self, draft: DraftRow) -> Result<bool>;
    /// Number of open conversations by status and team (sample data left out).
    async fn inbox_counts(&self) -> Result<Vec<(String, Option<String>, i64)>>;
    /// Queued conversations (of a team), unordered, sample data left out.
    async fn queued(&self, team: Option<&str>) -> Result<Vec<ConversationRow>>;
    /// Human-owned conversations per assignee; those put aside are left out.
    async fn loads(&self) -> Result<Vec<(String, i64)>>;
    /// Conversations whose timer is due, earliest first; quarantined ones (5 failures) are left out.
    async fn due(&self, now: Timestamp, limit: i64) -> Result<Vec<ConversationRow>>;
    /// The earliest timer of all; quarantined conversations have none.
    async fn next_due(&self) -> Result<Option<Timestamp>>;
    /// The same for a node that shares the work: each conversation is leased to one of them, by the
    /// database's clock, with a fence of its own (R21). A lease ends with its time, with that of its
    /// node, or with the next update of the conversation.
    async fn claim_due(
        &self,
        now: Timestamp,
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
    async fn outbox_ready(&self, now: Timestamp, limit: i64) -> Result<Vec<Head>>;
    async fn outbox_row(&self, id: MessageId) -> Result<Option<OutboxRow>>;
    async fn outbox_by_provider(
        &self,
        channel: ChannelId,
        provider_id: &str,
    ) -> Result<Option<OutboxRow>>;
    /// Error and code of a report that says `failed`; nothing where none does, or a later one knows
    /// better ([`Delivery::after`](relais_core::message::Delivery::after)).
    async fn reported_failure(
        &self,
        channel: ChannelId,
        provider_id: &str,
    ) -> Result<Option<(Option<String>, Option<i64>)>>;
    /// Dispatching rows that nobody works on: their node is gone, or they were dispatched before an
    /// instant; oldest first.
    async fn outbox_abandoned(
        &self,
        dispatched_before: Timestamp,
        limit: i64,
    ) -> Result<Vec<OutboxRow>>;
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
    /// Prices of messages written in a stretch of time and how many bear each, of conversations
    /// between two (start inclusive, end exclusive), and of older ones that went on.
    async fn prices(
        &self,
        began: (ConversationId, ConversationId),
        written: (Timestamp, Timestamp),
    ) -> Result<Vec<(String, i64)>>;
    /// Count by state: for metrics and tests.
    async fn outbox_counts(&self) -> Result<Vec<(OutboxState, i64)>>;

    // Around it.
    async fn notifications(&self, after: i64, limit: i64) -> Result<Vec<NotificationRow>>;
    /// Takes jobs of a kind whose time has come, for five minutes by the database's clock, and no
    /// longer than the node lives; a job not finished by then is taken again. `attempts` counts the takes, this one included.
    async fn claim_jobs(&self, kind: &str, now: Timestamp, limit: i64) -> Result<Vec<JobRow>>;
    /// Ends the leases of the jobs of a kind that run: for a start when no other process can.
    async fn release_jobs(&self, kind: &str) -> Result<()>;
    async fn media(&self, message: MessageId) -> Result<Option<MediaRow>>;
    async fn media_of(&self, conversation: ConversationId) -> Result<Vec<MediaRow>>;
    /// Failures of the channel's files that failed since an instant: never fewer than there were
    /// since then.
    async fn media_failures(&self, channel: ChannelId, since: Timestamp) -> Result<i64>;
    /// Takes out files that were uploaded in a stretch of time and never sent; their hashes.
    async fn take_unsent_files(
        &self,
        from: Timestamp,
        to: Timestamp,
        limit: i64,
    ) -> Result<Vec<String>>;
    /// How many messages hold this content.
    async fn media_holders(&self, hash: &str) -> Result<i64>;
    /// The ingest ledger, newest first; `outcome` filters.
    async fn ledger(&self, outcome: Option<&str>, limit: i64) -> Result<Vec<ReceiptRow>>;
    /// Has this provider id been received on the channel?
    async fn receipt(&self, channel: ChannelId, provider_id: &str) -> Result<Option<ReceiptRow>>;
    /// All addresses of a contact, also earlier ones.
    async fn identities_of(&self, contact: ContactId) -> Result<Vec<(String, String)>>;
    /// Contacts that became this one.
    async fn merged_into(&self, contact: ContactId) -> Result<Vec<ContactId>>;
    /// When a contact was erased, if it was.
    async fn contact_erased_at(&self, contact: ContactId) -> Result<Option<Timestamp>>;
    /// When an address was erased, by its hash.
    async fn erased_at(&self, tombstone: &[u8]) -> Result<Option<Timestamp>>;
    /// The newest line of the audit log.
    async fn audit_head(&self) -> Result<Option<AuditRow>>;
    /// Lines of the audit log after one, in order.
    async fn audit(&self, after: i64, limit: i64) -> Result<Vec<AuditRow>>;
    /// Lines of the audit log before one, newest first.
    async fn audit_before(&self, before: i64, limit: i64) -> Result<Vec<AuditRow>>;
    /// Lines of one act, newest first.
    async fn audit_of_act(&self, act: &str, limit: i64) -> Result<Vec<AuditRow>>;
    /// Lines about one thing, newest first.
    async fn audit_of_subject(&self, subject: &str, limit: i64) -> Result<Vec<AuditRow>>;
    /// The newest line of the access log.
    async fn access_head(&self) -> Result<Option<AccessRow>>;
    /// Lines of the access log after one, in order.
    async fn accesses(&self, after: i64, limit: i64) -> Result<Vec<AccessRow>>;
    /// Some of them before a line, newest first.
    async fn accesses_before(
        &self,
        of: &AccessOf,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AccessRow>>;
    /// The last line of those before an instant, none newer among them.
    async fn last_old_access(&self, before: Timestamp) -> Result<Option<AccessRow>>;
    /// Deletes at most `limit` lines before one; says how many it were.
    async fn prune_accesses(&self, before: i64, limit: i64) -> Result<i64>;
    async fn entry(&self, kind: &str, id: &str) -> Result<Option<EntryRow>>;
    /// The newest of a kind, newest first.
    async fn entries(&self, kind: &str, limit: i64) -> Result<Vec<EntryRow>>;
    /// Deletes at most `limit` of a kind that are older; says how many it were.
    async fn prune_entries(&self, kind: &str, before: Timestamp, limit: i64) -> Result<i64>;
    /// What a team was told of a hand-off.
    async fn notification(
        &self,
        conversation: ConversationId,
        escalation: EscalationId,
        team: &str,
        channel: &str,
    ) -> Result<Option<NotificationRow>>;
    /// Lets conversations whose timers failed too often try again; says how many there were.
    async fn release_stuck(&self) -> Result<i64>;
    /// Deletes at most `limit` rows of a kind that are older; says how many it were.
    async fn prune(&self, what: Prune, before: Timestamp, limit: i64) -> Result<i64>;
    /// How much of a class is older, counted up to a number.
    async fn weight(&self, of: Aging, before: Timestamp, at_most: i64) -> Result<Weight>;
    /// Conversations resolved before an instant that still have words, oldest first.
    async fn wordy(&self, old: Older) -> Result<Vec<ConversationRow>>;
    /// Files of such conversations that came before, oldest first.
    async fn old_files(&self, old: Older) -> Result<Vec<MediaRow>>;
    /// Persons known since before an instant, those known longest first.
    async fn old_contacts(&self, old: Older) -> Result<Vec<OldContact>>;
    /// Holds everything that is on its way out: queued, dispatching and unknown → held, and with
    /// it what tells people and programs outside.
    async fn hold_outbox(&self) -> Result<()>;
    /// held → queued, or unknown, or given up: suppressed.
    async fn release_outbox(&self, then: Released) -> Result<()>;
    /// What was asked for under a key.
    async fn request(&self, key: &[u8]) -> Result<Option<RequestRow>>;
    async fn conversation_ids(
        &self,
        after: Option<ConversationId>,
        limit: i64,
    ) -> Result<Vec<ConversationId>>;
    /// Replaces the projection columns of a conversation by what the log gives. Guarded by what
    /// they were when they were read, and moves the fence: what was decided on them is a conflict.
    async fn replace_projection(&self, row: ConversationRow, expect: Expect) -> Result<Committed>;
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
    /// Newest first.
    async fn sessions_of(&self, user: UserId) -> Result<Vec<SessionRow>>;
    /// It was used; one that ended does not come back.
    async fn seen_session(&self, token_hash: &[u8], at: Timestamp) -> Result<()>;
    async fn delete_session(&self, token_hash: &[u8]) -> Result<()>;
    async fn delete_sessions_of(&self, user: UserId) -> Result<()>;
    async fn put_channel(&self, channel: ChannelRow) -> Result<()>;
    async fn channels(&self) -> Result<Vec<ChannelRow>>;
    /// A version is never changed: the same number twice is a bug.
    /// A conflict if there is a version of this number: somebody published meanwhile.
    async fn put_version(&self, version: VersionRow) -> Result<Committed>;
    async fn latest_version(&self) -> Result<Option<VersionRow>>;
    /// Its number alone: cheap enough to ask often.
    async fn latest_version_number(&self) -> Result<i64>;
    async fn version(&self, version: i64) -> Result<Option<VersionRow>>;
    /// Small named values (claim token hash, generation, engine version).
    async fn setting(&self, key: &str) -> Result<Option<String>>;
    async fn put_setting(&self, key: &str, value: Option<&str>) -> Result<()>;
    /// The value that stands there, which is `first` if there was none. Of several who ask at once,
    /// on any node, all get the same.
    async fn setting_or(&self, key: &str, first: &str) -> Result<String>;
    /// Adds to what a model was used for on its day.
    async fn add_model_use(&self, more: ModelUse) -> Result<()>;
    /// What models were used for on a day, per use.
    async fn model_uses(&self, day: &str) -> Result<Vec<ModelUse>>;
    /// Deletes every trace of generated sample conversations; returns how many.
    async fn delete_sample(&self) -> Result<i64>;

    // Several programs on one database.
    /// Takes a lease: from here on everything this store writes and claims is this node's, and
    /// refused once the lease has ended ([`StoreError::Fenced`]). One taken before is given up.
    async fn join(&self, id: &str, host: &str, version: &str, lease: Span) -> Result<()>;
    /// Makes the lease longer, from now on; `false` if it has ended. It waits for nobody who writes.
    async fn renew(&self, lease: Span) -> Result<bool>;
    /// Gives the lease up: what this node has in hand is anybody's.
    async fn leave(&self) -> Result<()>;
    /// Nodes that are alive, and those of the last day.
    async fn nodes(&self) -> Result<Vec<NodeRow>>;
    /// Tells all nodes, at best. At most 7 999 bytes.
    async fn tell(&self, _text: String) -> Result<()> {
        Ok(())
    }
    /// What nodes tell; nothing where there can be one only.
    fn hear(&self) -> Option<tokio::sync::broadcast::Receiver<Heard>> {
        None
    }

    /// What the store did since it was opened, by name: for metrics and benches.
    fn counters(&self) -> Vec<(&'static str, u64)> {
        Vec::new()
    }
}
